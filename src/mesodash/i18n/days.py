"""Days as people type them: the year first as in ISO 8601, or the day first as all our languages write it."""

from __future__ import annotations

import re
from datetime import date

from mesodash.knowledge.records import Lang

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?: 00:00:00)?")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[./])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})")
_PATTERNS: dict[Lang, str] = {"en": "{0:%d/%m/%Y}", "de": "{0:%d.%m.%Y}", "fr": "{0:%d/%m/%Y}"}


def parse_day(typed: str, *, foreign: bool = False) -> date | None:
    """Return the day that `typed` says, None where it says none.

    Args:
        foreign: Nobody knows in which language it was written: 03/04/2014, which an American reads the other way
            round, is no day then.
    """
    found = _YEAR_FIRST.fullmatch(typed) or _DAY_FIRST.fullmatch(typed)
    if found is None:
        return None
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    if foreign and "/" in typed and day <= 12 and day != month:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def typed_day(value: date, lang: Lang) -> str:
    """Return a day as a reader of the language types it; `parse_day` reads it back."""
    return _PATTERNS[lang].format(value)
