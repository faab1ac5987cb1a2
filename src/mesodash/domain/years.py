"""The same sum year by year: its lines for a spreadsheet, payments in advance, and when one option passes another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from mesodash.domain.cost import CostInputs, Estimate, YearCost, crossings, cumulative, price_after, units

Part = Literal["upfront", "course", "maintenance"]
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearLine:
    """What is paid for one part in one year: a number of full prices and the price, before VAT (percent)."""

    year: int
    part: Part
    units_low: Decimal
    price_low: Decimal
    units_high: Decimal
    price_high: Decimal
    vat: Decimal

    @property
    def low(self) -> Decimal:
        return self.units_low * self.price_low * (100 + self.vat) / 100

    @property
    def high(self) -> Decimal:
        return self.units_high * self.price_high * (100 + self.vat) / 100


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of two sums is above the other one, may be so from year `earliest` and is so for certain from `certain` on.

    `certain` None: not within the horizon. `overlapped`: the sums overlapped at the start, so no order is turned.
    """

    above: Literal["first", "second"]
    earliest: int
    certain: int | None
    overlapped: bool


def lines(inputs: CostInputs, *, in_advance: bool = False) -> tuple[YearLine, ...]:
    """Return the lines that add up to the estimate of `inputs` in each year; lines without a unit are left out.

    Args:
        in_advance: As in `paid_in_advance`.
    """
    counted = units(inputs)
    after = price_after(inputs)
    later = list(zip(counted.maintenance_low, counted.maintenance_high, strict=True))
    if in_advance:
        totals = [sum(ends, _ZERO) / inputs.horizon_years for ends in zip(*later, strict=True)]
        later = [(totals[0], totals[1])] * inputs.horizon_years
    found = []
    for index in range(inputs.horizon_years):
        once = Decimal(index == 0)
        parts: tuple[tuple[Part, tuple[Decimal, Decimal], tuple[Decimal, Decimal]], ...] = (
            ("upfront", (once, once) if inputs.upfront[1] else (_ZERO, _ZERO), inputs.upfront),
            ("course", (counted.course_low[index], counted.course_high[index]), inputs.price),
            ("maintenance", later[index], after),
        )
        found += [
            YearLine(index + 1, part, count[0], price[0], count[1], price[1], inputs.vat)
            for part, count, price in parts
            if any(count)
        ]
    return tuple(found)


def paid_in_advance(result: Estimate) -> Estimate:
    """Return the same sums with the same number of payments in each year.

    A month that is paid after it has passed would put every twelfth payment into the next year.
    """
    years = len(result.per_year)
    parts = result.maintenance
    return replace(
        result,
        per_year=tuple(
            YearCost(
                year=entry.year,
                low=parts.low / years + (result.upfront.low if entry.year == 1 else _ZERO),
                high=parts.high / years + (result.upfront.high if entry.year == 1 else _ZERO),
            )
            for entry in result.per_year
        ),
    )


def turn(first: Estimate, second: Estimate) -> Turn | None:
    """Return when one sum passes the other; None where none does within the horizon, or where nobody can say.

    Raises:
        ValueError: The two have different currencies or horizons.
    """
    crossing = crossings(first, second)
    if crossing.cheaper is not None:
        if crossing.earliest is None:
            return None
        return Turn(crossing.cheaper, crossing.earliest, crossing.certain, False)
    later = surely_above(first, second)
    return None if later is None else Turn(later[0], later[1], later[1], True)


def surely_above(first: Estimate, second: Estimate) -> tuple[Literal["first", "second"], int] | None:
    """Return which sum is above the other one at the horizon in any case, and from which year on.

    For two options whose ranges overlap at the start. None where they still do at the horizon.
    """
    ours, theirs = cumulative(first), cumulative(second)
    years = list(zip(ours, theirs, strict=True))
    above: Literal["first", "second"] = "first" if ours[-1].low > theirs[-1].low else "second"
    year = None
    for place in reversed(range(len(years))):
        one, other = years[place] if above == "first" else years[place][::-1]
        if one.low <= other.high:
            break
        year = place + 1
    return None if year is None else (above, year)
