"""Readers for the options of a command: text in, typed value out, or an `InputError` naming the option."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from mesodash.errors import InputError

# Compiled when first used, because most commands use none of them.
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WHOLE = r"-?[0-9]{1,9}"
_AMOUNT = r"-?[0-9]{1,12}(\.[0-9]+)?"
_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_Word = TypeVar("_Word", bound=str)
_End = TypeVar("_End", date, int, Decimal)


def given(field: str, text: str | None, form: str) -> str:
    """Return `text`, which must not be None; `form` tells the reader what to give."""
    if text is None:
        raise InputError("error.required_as", field=field, params={"form": form})
    return text


def day(field: str, text: str) -> date:
    """Return the day written as YYYY-MM-DD."""
    try:
        if re.fullmatch(_DATE, text) is None:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("error.not_a_date", field=field, shown=text) from None


def _ends(text: str, read: Callable[[str], _End]) -> tuple[_End, _End]:
    """Return both ends of `A..B`; a single `A` means `A..A`. A fault shows the whole text, not the end it is in."""
    first, separator, last = text.partition("..")
    try:
        return read(first), read(last if separator else first)
    except InputError as error:
        error.shown = text
        raise


def days(field: str, text: str) -> tuple[date, date]:
    """Return the first and last day of a span written as FROM..TO."""
    if ".." not in text:
        raise InputError("error.not_a_span_of_days", field=field, shown=text)
    span = _ends(text, lambda end: day(field, end))
    if span[0] > span[1]:
        raise InputError("error.end_before_start", field=field, shown=text)
    return span


def clock(field: str, text: str) -> time:
    """Return the time of day written as HH:MM."""
    match = re.fullmatch(_CLOCK, text)
    if match is None:
        raise InputError("error.not_a_time", field=field, shown=text)
    return time(int(match[1]), int(match[2]))


def weekdays(field: str, text: str) -> frozenset[int]:
    """Return the weekdays written as `sat,sun`, Monday being 0."""
    words = text.split(",")
    for place, word in enumerate(words):
        if word not in WEEKDAYS:
            raise InputError("error.not_a_weekday", field=field, shown=word)
        if word in words[:place]:
            raise InputError("error.repeated", field=field, shown=word)
    return frozenset(WEEKDAYS.index(word) for word in words)


def number(field: str, text: str, low: int, high: int) -> int:
    """Return a whole number of any size up to nine digits; `low` and `high` are only named to the reader.

    For numbers whose range depends on other options.
    """
    if re.fullmatch(_WHOLE, text) is None:
        raise InputError("error.not_a_whole_number", field=field, shown=text, params={"low": low, "high": high})
    return int(text)


def whole(field: str, text: str, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`, both included."""
    number_given = number(field, text, low, high)
    if not low <= number_given <= high:
        raise InputError("error.out_of_range", field=field, shown=text, params={"low": low, "high": high})
    return number_given


def whole_range(field: str, text: str, low: int, high: int) -> tuple[int, int]:
    """Return both ends of `A..B`; a single `A` means `A..A`."""
    ends = _ends(text, lambda end: whole(field, end, low, high))
    if ends[0] > ends[1]:
        raise InputError("error.low_above_high", field=field, shown=text)
    return ends


def amount(field: str, text: str, high: Decimal | None = None) -> Decimal:
    """Return a decimal number of zero or more with at most two decimals, at most `high` where one is given."""
    match = re.fullmatch(_AMOUNT, text)
    if match is None:
        raise InputError("error.not_an_amount", field=field, shown=text)
    if match[1] is not None and len(match[1]) > 3:
        raise InputError("error.too_many_decimals", field=field, shown=text)
    number = Decimal(text)
    if number < 0:
        raise InputError("error.negative", field=field, shown=text)
    if high is not None and number > high:
        raise InputError("error.out_of_range", field=field, shown=text, params={"low": 0, "high": str(high)})
    return number


def amount_range(field: str, text: str) -> tuple[Decimal, Decimal]:
    """Return both ends of `P..Q`; a single `P` means `P..P`."""
    ends = _ends(text, lambda end: amount(field, end))
    if ends[0] > ends[1]:
        raise InputError("error.low_above_high", field=field, shown=text)
    return ends


def choice(field: str, text: str, allowed: Collection[_Word]) -> _Word:
    """Return the one of `allowed` that `text` spells."""
    for one in allowed:
        if one == text:
            return one
    raise InputError("error.not_allowed", field=field, shown=text, params={"allowed": ", ".join(allowed)})
