"""Shares of people that a claim counted, and how far one may lie from the share of all such people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal, get_args

from mesodash.knowledge.records import Amount

_Z = Decimal("1.96")

PeriodUnit = Literal["weeks", "months"]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many people."""

    count: int
    people: int

    @property
    def per_100(self) -> Decimal:
        return Decimal(100 * self.count) / self.people

    @property
    def whole(self) -> int:
        """The people of 100 to draw, to the nearest; half a person is drawn as one."""
        return int(self.per_100.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def ends(self) -> tuple[int, int]:
        """The ends of the 95 % interval as people of 100, rounded outwards."""
        low, high = interval(self.per_100, self.people)
        return int(low.quantize(Decimal(1), ROUND_FLOOR)), int(high.quantize(Decimal(1), ROUND_CEILING))


def _share(per_100: Decimal, people: Decimal) -> Share | None:
    """Return the whole number of people that a rounded share stands for; None where no whole number fits it."""
    if people < 1 or people != int(people):
        return None
    found = Share(int((per_100 * people / 100).quantize(Decimal(1), ROUND_HALF_UP)), int(people))
    fits = 0 <= found.count <= found.people and found.per_100.quantize(per_100, ROUND_HALF_UP) == per_100
    return found if fits else None


def counted(value: Amount | None) -> Share | None:
    """Return how many people of how many a claim counted: its `count`, or its share in percent, of its `n`."""
    details = (value.details or {}) if value is not None else {}
    people = details.get("n")
    if value is None or people is None:
        return None
    if "count" in details:
        count = details["count"]
        fits = people >= 1 and count == int(count) and people == int(people) and 0 <= count <= people
        return Share(int(count), int(people)) if fits else None
    if value.typical is None or not value.unit.startswith("percent"):
        return None
    return _share(value.typical, people)


def against(value: Amount | None) -> Share | None:
    """Return the same of the other group of the study: its share `placebo`, in percent, of `n_placebo` people."""
    details = (value.details or {}) if value is not None else {}
    if "placebo" not in details or "n_placebo" not in details:
        return None
    return _share(details["placebo"], details["n_placebo"])


def period(value: Amount | None) -> tuple[PeriodUnit, Decimal] | None:
    """Return after how long a claim counted."""
    details = (value.details or {}) if value is not None else {}
    return next(((unit, details[unit]) for unit in get_args(PeriodUnit) if unit in details), None)


def lacks(value: Amount | None) -> tuple[str, ...]:
    """Return what keeps the number of a claim from being drawn."""
    missing = [] if counted(value) is not None else ["whole number of people out of n"]
    return (*missing, *(() if period(value) is not None else ("period",)))


def interval(per_100: Decimal, people: int) -> tuple[Decimal, Decimal]:
    """Return the ends of the 95 % interval of a share, per 100, one decimal, rounded outwards.

    Wilson's score interval (Wilson 1927, J Am Stat Assoc 22:209-212), which stays inside 0 to 100.

    Args:
        per_100: The share that was counted, 0 to 100.
        people: In how many people, one at least.
    """
    share = per_100 / 100
    spread = _Z * _Z / people
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * (share * (1 - share) / people + spread / (4 * people)).sqrt() / (1 + spread)
    tenth = Decimal("0.1")
    # At 0 and at 100 the interval touches the end exactly; the square root may miss it by a digit.
    low = Decimal(0) if share == 0 else (100 * (middle - half)).quantize(tenth, ROUND_FLOOR)
    high = Decimal(100) if share == 1 else (100 * (middle + half)).quantize(tenth, ROUND_CEILING)
    return low, high
