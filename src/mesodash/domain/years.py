"""The same sum year by year: its lines for a spreadsheet, payments in advance, and when one option passes another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from mesodash.domain.cost import CostInputs, Estimate, Sessions, YearCost, crossings, cumulative, price_after, units
from mesodash.domain.spread import Grafts

Part = Literal["upfront", "course", "grafts", "discount", "package", "maintenance"]
_Ends = tuple[Decimal, Decimal]
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class YearLine:
    """What is paid for one part in one year: a number and the price of each, before VAT (percent).

    `share`: how much of the price counts, in percent; below zero for what is taken off the sessions in the line above.
    """

    year: int
    part: Part
    units_low: Decimal
    price_low: Decimal
    units_high: Decimal
    price_high: Decimal
    vat: Decimal
    share: Decimal = _HUNDRED

    @property
    def low(self) -> Decimal:
        return self.units_low * self.price_low * self.share * (100 + self.vat) / 10000

    @property
    def high(self) -> Decimal:
        return self.units_high * self.price_high * self.share * (100 + self.vat) / 10000


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of two sums is above the other one, may be so from year `earliest` and is so for certain from `certain` on.

    `certain` None: not within the horizon. `overlapped`: the sums overlapped at the start, so no order is turned.
    """

    above: Literal["first", "second"]
    earliest: int
    certain: int | None
    overlapped: bool


def lines(inputs: CostInputs, *, in_advance: bool = False, grafts: Grafts | None = None) -> tuple[YearLine, ...]:
    """Return the lines that add up to the estimate of `inputs` in each year; lines without a unit are left out.

    Sessions stand at full price, and what a discount or a package takes off them in lines of its own. Where a number of
    repeated courses would be below zero in a year, these are counted in full prices instead.

    Args:
        in_advance: As in `paid_in_advance`.
        grafts: Of what the price of the operation is the product; they are counted in its place.
    """
    counted = units(inputs)
    found: list[YearLine] = []

    def add(year: int, part: Part, count: _Ends, price: _Ends, share: Decimal = _HUNDRED) -> None:
        if any(count):
            found.append(YearLine(year, part, count[0], price[0], count[1], price[1], inputs.vat, share))

    def add_sessions(year: int, part: Part, ends: tuple[Sessions, Sessions], price: _Ends, each: _Ends) -> None:
        def number(of: Callable[[Sessions], int]) -> _Ends:
            return of(ends[0]) * each[0], of(ends[1]) * each[1]

        if any(min(one.held, one.free, one.reduced) < 0 for one in ends):
            low, high = (one.full_prices(inputs.discount) for one in ends)
            add(year, part, (low, high), price)
            return
        add(year, part, number(lambda one: one.held), price)
        add(year, "discount", number(lambda one: one.reduced), price, -inputs.discount)
        add(year, "package", number(lambda one: one.free), price, -_HUNDRED)

    one = Decimal(1), Decimal(1)
    whole = [sum(each.held for each in end) for end in (counted.maintenance_low, counted.maintenance_high)]
    for index in range(inputs.horizon_years):
        if index == 0 and inputs.upfront[1]:
            add(1, "upfront", one, inputs.upfront)
        course = counted.course_low[index], counted.course_high[index]
        if grafts is None:
            add_sessions(index + 1, "course", course, inputs.price, one)
        else:
            number = Decimal(grafts.number[0]), Decimal(grafts.number[1])
            add_sessions(index + 1, "grafts", course, grafts.price, number)
        if in_advance:
            spread = whole[0] / Decimal(inputs.horizon_years), whole[1] / Decimal(inputs.horizon_years)
            add(index + 1, "maintenance", spread, price_after(inputs))
        else:
            later = counted.maintenance_low[index], counted.maintenance_high[index]
            add_sessions(index + 1, "maintenance", later, price_after(inputs), one)
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
                low=parts.low / years + (result.upfront.low if entry.year == 1 else Decimal(0)),
                high=parts.high / years + (result.upfront.high if entry.year == 1 else Decimal(0)),
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
