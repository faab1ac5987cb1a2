"""Amounts as people type them: with a decimal comma or point, with or without marks between thousands."""

from __future__ import annotations

import re
from decimal import Decimal

from mesodash.errors import InputError

_LONGEST = 24
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_PLAIN = str.maketrans(_SPACES + "\N{RIGHT SINGLE QUOTATION MARK}", " " * len(_SPACES) + "'")
_SHAPE = re.compile(r"(?P<whole>[0-9]+(?:[ '.,][0-9]+)*?)(?:(?P<mark>[.,])(?P<rest>[0-9]+))?")


def parse_amount(typed: str, *, field: str) -> Decimal | None:
    """Return the amount that `typed` says, or None where nothing was typed. The reader's language plays no part.

    - A comma or point with one or two digits after it is the decimal mark: "12,5", "12.50".
    - Where both stand, the last one is the decimal mark and the other parts thousands: "1.234,50", "1,234.50".
    - Spaces and apostrophes part thousands: "1 234,50", "1'234.50"; so does a mark that stands twice: "1.234.567".
    - "1.234" and "1,234" are refused: half of Europe reads them as a thousand, the other half as little more than one.

    Raises:
        InputError: `typed` is no amount, has more than two decimals, is negative or can be read in two ways.
    """
    text = typed.strip().translate(_PLAIN)

    def refuse(key: str) -> InputError:
        return InputError(key, field=field, shown=typed)

    if not text:
        return None
    if len(text) > _LONGEST:
        raise refuse("error.not_a_typed_amount")
    if text[0] in "-\N{MINUS SIGN}" and _SHAPE.fullmatch(text[1:].lstrip()):
        raise refuse("error.negative")
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise refuse("error.not_a_typed_amount")
    whole, mark, rest = shape["whole"], shape["mark"], shape["rest"] or ""
    parted = sorted(set(whole) - set("0123456789"))
    if mark is not None and mark in parted:
        # The same mark again: all of them part thousands.
        whole, rest = text, ""
    elif mark is not None and len(rest) > 2:
        if not parted and len(rest) == 3 and len(whole) <= 3 and whole[0] != "0":
            raise refuse("error.ambiguous_amount")
        raise refuse("error.too_many_decimals")
    groups = re.split("[ '.,]", whole)
    if len(parted) > 1 or (len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:]))):
        raise refuse("error.not_a_typed_amount")
    return Decimal("".join(groups) + (f".{rest}" if rest else ""))
