"""Times in months, and which of them a source gave in weeks."""

from __future__ import annotations

from decimal import Decimal

_IN_MONTHS = {"month": Decimal(1), "week": Decimal(12) / Decimal("52.18"), "year": Decimal(12)}
"""How many months one of each is; a year has 52.18 weeks."""
_WEEKS_BELOW = 2
"""From so many months on, a time is said in months."""


def in_months(value: Decimal, unit: str) -> Decimal | None:
    """Return a time in months to two decimals, None where `unit` is no unit of time known here."""
    one = _IN_MONTHS.get(unit)
    return None if one is None else (value * one).quantize(Decimal("0.01"))


def whole_weeks(months: Decimal) -> int | None:
    """Return the weeks that a time below two months was worked out from, None if it was not said in weeks.

    Only the very figure that `in_months` gives for a number of weeks is read back: 0.92 is 4 weeks, 1 is one month.
    """
    if not 0 < months < _WEEKS_BELOW or months == months.to_integral_value():
        return None
    weeks = (months / _IN_MONTHS["week"]).to_integral_value()
    return int(weeks) if in_months(weeks, "week") == months else None
