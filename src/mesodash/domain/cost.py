"""What a course costs over some years: a range, its parts and what makes it wide.

Amounts inside an `Estimate` are exact; `cents` rounds them once, where they are shown. No currency is converted.
Every bound is built from independent ends, so "low" and "high" hold for any combination of values inside the inputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from typing import Literal, get_args

from mesodash.domain.days import months_later
from mesodash.errors import InputError
from mesodash.knowledge.records import ALL_OPTIONS, OptionId

MOST_SESSIONS = 60
MOST_INTERVAL_DAYS = 365
MOST_MAINTENANCE_MONTHS = 120
MOST_HORIZON_YEARS = 10
HIGHEST_AMOUNT = 10_000_000

CauseId = Literal["sessions", "price", "maintenance", "upfront"]
CAUSES: tuple[CauseId, ...] = get_args(CauseId)

# The first of January: month ends never have to be clipped at the edge of a year.
_START = date(2001, 1, 1)
_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Two amounts, both included. `low` is not above `high`."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CostInputs:
    """What a person enters. Pairs are (low, high); amounts are before VAT and before the discount.

    Both maintenance fields are None where nothing is planned after the course. `vat` and `discount` are percentages;
    the discount applies to course sessions from number `discount_from` on, the first session being number 1. `package`
    is (pay, get): of each `get` course sessions in a row, those after number `pay` are free. `repeat_months`: the
    course is had again, with its discount and its package, each time that the effect of the one before has lasted so
    long; it stands in the place of maintenance, never beside it.

    Raises:
        InputError: A value is not allowed; `field` is the name of the option on the command line.
        ValueError: There is maintenance and `repeat_months` too.
    """

    option: OptionId
    sessions: tuple[int, int]
    price: tuple[Decimal, Decimal]
    currency: str
    interval_days: int = 14
    maintenance_months: tuple[int, int] | None = None
    maintenance_price: tuple[Decimal, Decimal] | None = None
    horizon_years: int = 5
    vat: Decimal = _ZERO
    discount: Decimal = _ZERO
    discount_from: int = 1
    upfront: tuple[Decimal, Decimal] = (_ZERO, _ZERO)
    package: tuple[int, int] | None = None
    repeat_months: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.option not in ALL_OPTIONS:
            raise InputError(
                "error.not_allowed", field="option", shown=self.option, params={"allowed": ", ".join(ALL_OPTIONS)}
            )
        _check_whole("sessions", self.sessions, 0, MOST_SESSIONS)
        check_amounts("price", self.price)
        if _CURRENCY.fullmatch(self.currency) is None:
            raise InputError("error.not_a_currency", field="currency", shown=self.currency)
        _check_whole("interval-days", (self.interval_days, self.interval_days), 1, MOST_INTERVAL_DAYS)
        if self.maintenance_months is not None:
            _check_whole("maintenance-months", self.maintenance_months, 1, MOST_MAINTENANCE_MONTHS)
            if self.maintenance_price is None:
                _refuse_alone("maintenance-months", self.maintenance_months, "maintenance-price")
        if self.maintenance_price is not None:
            check_amounts("maintenance-price", self.maintenance_price)
            if self.maintenance_months is None:
                _refuse_alone("maintenance-price", self.maintenance_price, "maintenance-months")
        _check_whole("horizon-years", (self.horizon_years, self.horizon_years), 1, MOST_HORIZON_YEARS)
        check_amounts("vat", (self.vat, self.vat), highest=100)
        check_amounts("discount", (self.discount, self.discount), highest=100)
        _check_whole("discount-from", (self.discount_from, self.discount_from), 1, MOST_SESSIONS)
        check_amounts("upfront", self.upfront)
        if self.package is not None:
            check_package(self.package)
        if self.repeat_months is not None:
            _check_whole("repeat-months", self.repeat_months, 1, MOST_MAINTENANCE_MONTHS)
            if self.maintenance_months is not None:
                raise ValueError("what follows the course is either maintenance or the course again, not both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """The part for what follows the course: maintenance sessions, or those of repeated courses.

    `sessions_low` belongs to `low`, `sessions_high` to `high`. Free sessions count; a discounted one is one session.
    """

    low: Decimal
    high: Decimal
    sessions_low: int
    sessions_high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCost:
    """The share of both totals that falls in one year, counted from 1.

    `low` may exceed `high` in a single year, because a longer course puts its maintenance later; summed from the first
    year on it never does (`cumulative`).
    """

    year: int
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """How much of the distance between `low` and `high` one input is responsible for."""

    cause: CauseId
    width: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The cost of one option over the horizon, VAT included, not rounded.

    `upfront`, `course` and `maintenance` add up to `low` and `high`, and so does `per_year` (one entry per year);
    `causes` (in the order of `CAUSES`) add up to `high - low`. `discount` and `package` are what was taken off `course`
    already; what repeated courses had taken off is not in them.
    """

    option: OptionId
    currency: str
    low: Decimal
    high: Decimal
    upfront: Range
    course: Range
    discount: Range
    package: Range
    maintenance: Maintenance
    per_year: tuple[YearCost, ...]
    causes: tuple[Cause, ...]

    @property
    def course_in_full(self) -> Range:
        """The course before discount and package were taken off."""
        off = self.discount, self.package
        return Range(
            low=self.course.low + sum(one.low for one in off), high=self.course.high + sum(one.high for one in off)
        )


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions that fall in one year: all of them, and how many are free or have the discount."""

    held: int = 0
    free: int = 0
    reduced: int = 0

    def __add__(self, other: Sessions) -> Sessions:
        return Sessions(self.held + other.held, self.free + other.free, self.reduced + other.reduced)

    def __sub__(self, other: Sessions) -> Sessions:
        return Sessions(self.held - other.held, self.free - other.free, self.reduced - other.reduced)

    def full_prices(self, discount: Decimal) -> Decimal:
        """Return how many full prices are paid; `discount` is a percentage."""
        return self.held - self.free - self.reduced * discount * _CENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What is multiplied by a price in each year, one entry per year.

    `_low` belongs to the low end of the sum, `_high` to the high one. `maintenance` holds what follows the course. The
    ends of repeated courses come from courses of different lengths, so a number of theirs may be below zero in a single
    year. `later` is how many sessions follow the course, one number for each end.
    """

    course_low: tuple[Sessions, ...]
    course_high: tuple[Sessions, ...]
    maintenance_low: tuple[Sessions, ...]
    maintenance_high: tuple[Sessions, ...]
    later: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """When the option that is surely cheaper after one year turns into the dearer one, years counted from 1.

    `cheaper` is None where the ranges of the first year touch or overlap: then neither is surely cheaper at the start,
    and both years are None. `earliest` is the first year in which the sum so far may be above the other one's,
    `certain` the first in which it is, whatever the amounts inside the ranges turn out to be. None means: not within
    the horizon. Nothing is said about later years, in which the order can turn again.
    """

    cheaper: Literal["first", "second"] | None
    earliest: int | None
    certain: int | None


def units(inputs: CostInputs) -> Units:
    """Return how many full prices fall in each year."""
    shortest, longest = inputs.sessions
    least = most = [Sessions()] * inputs.horizon_years
    later = 0, 0
    if inputs.maintenance_months is not None:
        most_often, least_often = inputs.maintenance_months
        least = [Sessions(one) for one in _maintenance_by_year(inputs, longest, least_often)]
        most = [Sessions(one) for one in _maintenance_by_year(inputs, shortest, most_often)]
        later = sum(one.held for one in least), sum(one.held for one in most)
    elif inputs.repeat_months is not None:
        shortest_effect, longest_effect = inputs.repeat_months
        least, fewest = _repeats_by_year(inputs, longest_effect, min)
        most, most_later = _repeats_by_year(inputs, shortest_effect, max)
        later = fewest, most_later
    return Units(
        course_low=tuple(_course_by_year(inputs, shortest)),
        course_high=tuple(_course_by_year(inputs, longest)),
        maintenance_low=tuple(least),
        maintenance_high=tuple(most),
        later=later,
    )


def estimate(inputs: CostInputs) -> Estimate:
    """Return the cost range of `inputs` with its parts, years and causes.

    Year y holds what falls from start + 12(y-1) months to before start + 12y months. The last year also holds course
    sessions after the horizon and maintenance on the horizon day. The longest course leaves the least room for
    maintenance and the shortest one the most, hence the crossed pairs below.
    """
    counted = units(inputs)
    price_low, price_high = inputs.price
    after_low, after_high = price_after(inputs)
    low_course, high_course, low_later, high_later = (
        [one.full_prices(inputs.discount) for one in years]
        for years in (counted.course_low, counted.course_high, counted.maintenance_low, counted.maintenance_high)
    )
    units_low, units_high = sum(low_course, _ZERO), sum(high_course, _ZERO)
    least, most = sum(low_later, _ZERO), sum(high_later, _ZERO)

    taxed = 1 + inputs.vat * _CENT
    upfront = Range(low=inputs.upfront[0] * taxed, high=inputs.upfront[1] * taxed)
    course = Range(low=units_low * price_low * taxed, high=units_high * price_high * taxed)
    maintenance = Maintenance(
        low=least * after_low * taxed,
        high=most * after_high * taxed,
        sessions_low=counted.later[0],
        sessions_high=counted.later[1],
    )
    per_year = tuple(
        YearCost(
            year=index + 1,
            low=(low_course[index] * price_low + low_later[index] * after_low) * taxed
            + (upfront.low if index == 0 else _ZERO),
            high=(high_course[index] * price_high + high_later[index] * after_high) * taxed
            + (upfront.high if index == 0 else _ZERO),
        )
        for index in range(inputs.horizon_years)
    )
    widths: dict[CauseId, Decimal] = {
        "sessions": (units_high - units_low) * price_low * taxed,
        "price": units_high * (price_high - price_low) * taxed,
        "maintenance": maintenance.high - maintenance.low,
        "upfront": upfront.high - upfront.low,
    }
    return Estimate(
        option=inputs.option,
        currency=inputs.currency,
        low=upfront.low + course.low + maintenance.low,
        high=upfront.high + course.high + maintenance.high,
        upfront=upfront,
        course=course,
        discount=Range(
            low=sum(one.reduced for one in counted.course_low) * inputs.discount * _CENT * price_low * taxed,
            high=sum(one.reduced for one in counted.course_high) * inputs.discount * _CENT * price_high * taxed,
        ),
        package=Range(
            low=sum(one.free for one in counted.course_low) * price_low * taxed,
            high=sum(one.free for one in counted.course_high) * price_high * taxed,
        ),
        maintenance=maintenance,
        per_year=per_year,
        causes=tuple(Cause(cause=cause, width=widths[cause]) for cause in CAUSES),
    )


def cents(amount: Decimal) -> Decimal:
    """Return `amount` rounded half up, with two decimals and never as minus zero."""
    # Adding zero drops the sign that a zero entered as "-0" would carry into the text.
    return amount.quantize(_CENT, ROUND_HALF_UP) + _ZERO


def adds_up(parts: Iterable[Decimal], total: Decimal) -> bool:
    """True if the parts of `total` are it in whole units too, each rounded half up by itself."""
    return sum((_whole(part) for part in parts), _ZERO) == _whole(total)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def adding_up(parts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Return the parts of `total` in cents; the largest takes up what rounding leaves, so that they are `total`.

    Args:
        total: In cents already.
    """
    shown = [cents(part) for part in parts]
    shown[shown.index(max(shown))] += total - sum(shown)
    return shown


def _settled(parts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Return the parts of `total` in cents; each cent that rounding leaves goes to the part that it changed most.

    So a part that is whole in cents, as a number times a price, stays as anybody can work it out.
    """
    shown = [cents(part) for part in parts]
    left = total - sum(shown)
    step = Decimal("0.01").copy_sign(left)
    while left:
        place = max(range(len(parts)), key=lambda one: (parts[one] - shown[one]) * step)
        shown[place] += step
        left -= step
    return shown


def as_shown(result: Estimate) -> tuple[Estimate, bool]:
    """Return the amounts of `result` as they are written, and whether with cents.

    Whole units where the parts add up in them to both ends and the causes to their distance, else cents that do. The
    parts are the course at full prices, what is taken off it, and the others. `per_year` stays as it is.
    """
    causes = [entry.width for entry in result.causes]
    taken = result.discount, result.package
    parts: tuple[Range | Maintenance, ...] = (
        result.course_in_full,
        result.maintenance,
        result.upfront,
        *(Range(low=-one.low, high=-one.high) for one in taken),
    )
    ends = [(result.low, [one.low for one in parts]), (result.high, [one.high for one in parts])]
    apart = _whole(result.high) - _whole(result.low)
    if adds_up(causes, apart) and all(adds_up(amounts, total) for total, amounts in ends):
        rounded = [[_whole(part) for part in amounts] for _, amounts in ends]
        totals, widths, small = [_whole(total) for total, _ in ends], [_whole(one) for one in causes], False
    else:
        totals, small = [cents(total) for total, _ in ends], True
        rounded = [_settled(amounts, total) for total, (_, amounts) in zip(totals, ends, strict=True)]
        widths = adding_up(causes, totals[1] - totals[0])
    full, maintenance, upfront, discount, package = zip(*rounded, strict=True)
    course = [sum(amounts, _ZERO) for amounts in zip(full, discount, package, strict=True)]
    shown = replace(
        result,
        low=totals[0],
        high=totals[1],
        upfront=Range(low=upfront[0], high=upfront[1]),
        course=Range(low=course[0], high=course[1]),
        discount=Range(low=-discount[0], high=-discount[1]),
        package=Range(low=-package[0], high=-package[1]),
        maintenance=replace(result.maintenance, low=maintenance[0], high=maintenance[1]),
        causes=tuple(replace(entry, width=width) for entry, width in zip(result.causes, widths, strict=True)),
    )
    return shown, small


def as_json(result: Estimate) -> dict[str, object]:
    """Return `result` as plain values, amounts as strings with two decimals.

    Each part is rounded by itself, so that a sum of shown parts can differ from a shown total by a cent. The widest
    cause takes up what rounding leaves, so that the shown causes are the shown difference of high and low.
    """
    widths = adding_up([entry.width for entry in result.causes], cents(result.high) - cents(result.low))
    return {
        "option": result.option,
        "currency": result.currency,
        "low": str(cents(result.low)),
        "high": str(cents(result.high)),
        "upfront": _ends(result.upfront),
        "course": _ends(result.course),
        "maintenance": {
            **_ends(result.maintenance),
            "sessions_low": result.maintenance.sessions_low,
            "sessions_high": result.maintenance.sessions_high,
        },
        "per_year": [{"year": entry.year, **_ends(entry)} for entry in result.per_year],
        "causes": [
            {"cause": entry.cause, "width": str(width)} for entry, width in zip(result.causes, widths, strict=True)
        ],
    }


def cumulative(result: Estimate) -> tuple[Range, ...]:
    """Return what has been spent by the end of each year, one range per year; the last one is the total."""
    lows = accumulate(entry.low for entry in result.per_year)
    highs = accumulate(entry.high for entry in result.per_year)
    return tuple(Range(low=low, high=high) for low, high in zip(lows, highs, strict=True))


def crossings(first: Estimate, second: Estimate) -> Crossing:
    """Return when the option that is surely cheaper after one year turns into the dearer one.

    Equal sums are not a crossing: the dearer one has to be above.

    Raises:
        ValueError: The two have different currencies or horizons; they cannot be set side by side.
    """
    if first.currency != second.currency:
        raise ValueError(f"{first.currency} and {second.currency} cannot be compared; no currency is converted")
    if len(first.per_year) != len(second.per_year):
        raise ValueError("the horizons differ; estimate both over the same years")
    ours, theirs = cumulative(first), cumulative(second)
    cheaper: Literal["first", "second"]
    if ours[0].high < theirs[0].low:
        cheaper = "first"
    elif theirs[0].high < ours[0].low:
        cheaper = "second"
        ours, theirs = theirs, ours
    else:
        return Crossing(cheaper=None, earliest=None, certain=None)
    years = list(enumerate(zip(ours, theirs, strict=True), start=1))
    return Crossing(
        cheaper=cheaper,
        earliest=next((year for year, (cheap, dear) in years if cheap.high > dear.low), None),
        certain=next((year for year, (cheap, dear) in years if cheap.low > dear.high), None),
    )


def grid(inputs: CostInputs, session_counts: Sequence[int], prices: Sequence[Decimal]) -> tuple[tuple[Range, ...], ...]:
    """Return the whole cost for exact numbers of sessions and exact prices per session.

    Shape: one row per price, one column per session count, in the order given. A cell is still a range, because
    upfront cost and maintenance stay as uncertain as in `inputs`. More sessions can cost less where they leave less
    room for maintenance.

    Raises:
        InputError: A session count or a price is not allowed.
    """
    return tuple(
        tuple(_whole_range(replace(inputs, sessions=(count, count), price=(price, price))) for count in session_counts)
        for price in prices
    )


def _whole_range(inputs: CostInputs) -> Range:
    result = estimate(inputs)
    return Range(low=result.low, high=result.high)


def price_after(inputs: CostInputs) -> tuple[Decimal, Decimal]:
    """Return both ends of the price of what follows the course: a repeated course costs what the first one costs."""
    if inputs.repeat_months is not None:
        return inputs.price
    return inputs.maintenance_price or (_ZERO, _ZERO)


def _repeats_by_year(
    inputs: CostInputs, months: int, pick: Callable[[Iterable[tuple[Decimal, int]]], tuple[Decimal, int]]
) -> tuple[list[Sessions], int]:
    """Return the sessions of repeated courses in each year, and how many there are at most or at least.

    The end is picked by the end of each year, over every length of the course: a longer one has more sessions and
    comes round less often, so neither length is surely the cheaper one.

    Args:
        months: For how long the effect lasts after the last session of a course.
        pick: Takes the full prices paid so far, and the place of each.
    """
    paths, sessions = [], []
    for count in range(inputs.sessions[0], inputs.sessions[1] + 1):
        starts = _repeat_starts(inputs, count, months)
        path = [Sessions()] * inputs.horizon_years
        for start in starts:
            path = [one + other for one, other in zip(path, _course_by_year(inputs, count, start), strict=True)]
        paths.append(list(accumulate(path)))
        sessions.append((Decimal(count * len(starts)), count))
    so_far = [Sessions()]
    for year in zip(*paths, strict=True):
        _, place = pick((one.full_prices(inputs.discount), place) for place, one in enumerate(year))
        so_far.append(year[place])
    return [later - before for before, later in pairwise(so_far)], int(pick(sessions)[0])


def _repeat_starts(inputs: CostInputs, sessions: int, months: int) -> list[date]:
    """Return the first days of the repeated courses. One that would begin with the end of the horizon is left out."""
    end = date(_START.year + inputs.horizon_years, 1, 1)
    length = timedelta(days=max(sessions - 1, 0) * inputs.interval_days)
    starts: list[date] = []
    while sessions and (start := months_later((starts[-1] if starts else _START) + length, months)) < end:
        starts.append(start)
    return starts


def _course_by_year(inputs: CostInputs, sessions: int, start: date = _START) -> list[Sessions]:
    """Return the sessions of a course in each year."""
    years = [[0, 0, 0] for _ in range(inputs.horizon_years)]
    for number in range(1, sessions + 1):
        day = start + timedelta(days=(number - 1) * inputs.interval_days)
        year = years[min(day.year - _START.year, inputs.horizon_years - 1)]
        year[0] += 1
        if inputs.package is not None and (number - 1) % inputs.package[1] >= inputs.package[0]:
            year[1] += 1
        elif inputs.discount and number >= inputs.discount_from:
            year[2] += 1
    return [Sessions(*year) for year in years]


def _maintenance_by_year(inputs: CostInputs, sessions: int, months: int) -> list[int]:
    """Return how many maintenance sessions fall in each year after a course of `sessions`.

    Clipped month ends change nothing here: a clipped day stays in its month, and the horizon is a first of the month.
    """
    counts = [0] * inputs.horizon_years
    last = _START + timedelta(days=max(sessions - 1, 0) * inputs.interval_days)
    horizon = 12 * inputs.horizon_years
    month = (last.year - _START.year) * 12 + last.month - _START.month + months
    while month < horizon or (month == horizon and last.day == _START.day):
        counts[min(month // 12, inputs.horizon_years - 1)] += 1
        month += months
    return counts


def check_package(package: tuple[int, int]) -> None:
    """Refuse a package that gives nothing for free or is longer than a course may be.

    Raises:
        InputError: `field` is "package".
    """
    pay, get = package
    if not 1 <= pay < get <= MOST_SESSIONS:
        raise InputError("error.package", field="package", shown=_shown(package), params={"high": MOST_SESSIONS})


def _ends(part: Range | Maintenance | YearCost) -> dict[str, str]:
    return {"low": str(cents(part.low)), "high": str(cents(part.high))}


def _shown(ends: tuple[int | Decimal, int | Decimal]) -> str:
    low, high = (f"{end:f}" if isinstance(end, Decimal) else str(end) for end in ends)
    return low if low == high else f"{low}..{high}"


def _refuse_alone(field: str, ends: tuple[int | Decimal, int | Decimal], other: str) -> None:
    raise InputError("error.goes_together", field=field, shown=_shown(ends), params={"other": other})


def _check_whole(field: str, ends: tuple[int, int], lowest: int, highest: int) -> None:
    if not all(lowest <= end <= highest for end in ends):
        raise InputError("error.out_of_range", field=field, shown=_shown(ends), params={"low": lowest, "high": highest})
    if ends[0] > ends[1]:
        raise InputError("error.low_above_high", field=field, shown=_shown(ends))


def check_amounts(field: str, ends: tuple[Decimal, Decimal], *, highest: int = HIGHEST_AMOUNT) -> None:
    """Refuse amounts that are negative, too large, not of whole cents or in the wrong order.

    Raises:
        InputError: `field` is the one given.
    """
    for end in ends:
        # Comparing or counting decimals of "not a number" would raise another error.
        if not end.is_finite() or end > highest:
            raise InputError("error.out_of_range", field=field, shown=_shown(ends), params={"low": 0, "high": highest})
        if end < 0:
            raise InputError("error.negative", field=field, shown=_shown(ends))
        exponent = end.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -2:
            raise InputError("error.too_many_decimals", field=field, shown=_shown(ends))
    if ends[0] > ends[1]:
        raise InputError("error.low_above_high", field=field, shown=_shown(ends))
