"""Arithmetic of calendar days."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date


def months_later(day: date, months: int) -> date:
    """Return the same day of the month `months` calendar months later, or that month's last day if it is shorter.

    Raises:
        OverflowError: The result lies after the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        raise OverflowError(f"{day} and {months} months lie after the year {MAXYEAR}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
