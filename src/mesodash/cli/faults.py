"""Bad input in one line: field, value, what is allowed."""

from __future__ import annotations

from mesodash.errors import InputError
from mesodash.i18n import Words

LONGEST_SHOWN = 40


class CaseError(InputError):
    """Bad input in one case of a file of many."""

    def __init__(self, case: str, error: InputError) -> None:
        super().__init__(error.key, field=error.field, shown=error.shown, params=error.params)
        self.case = case


def escaped(text: str) -> str:
    """Return `text` on one line of printable characters, cut at 40 of them."""
    parts: list[str] = []
    length = 0
    for character in text:
        if character in "\\'\"":
            part = "\\" + character
        elif character.isprintable():
            part = character
        else:
            part = character.encode("unicode_escape").decode("ascii")
        length += len(part)
        if length > LONGEST_SHOWN:
            return "".join(parts) + "…"
        parts.append(part)
    return "".join(parts)


def line(words: Words, error: InputError) -> str:
    """Return `field: value: what is wrong`, after the case where there is one.

    The value is left out where it is the field itself, such as a name that is not known.
    """
    case = [f"case {escaped(error.case)}"] if isinstance(error, CaseError) else []
    value = [] if error.shown is None or error.shown == error.field else [escaped(error.shown)]
    return ": ".join((*case, escaped(error.field) or '""', *value, words(error.key, **error.params)))
