"""What the settings of the Costs page add up to, for every page that speaks of money.

Nothing is assumed where a price is missing: an estimate is None then, and `Reading.gap` says why. A setting that cannot
be used is reported in `Reading.faults` and its last good value keeps counting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, cast, get_args

from mesodash.domain.cost import CostInputs, Estimate, YearCost, cumulative, estimate
from mesodash.errors import InputError
from mesodash.i18n.amounts import parse_amount
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import OptionId, Price, Region
from mesodash.ui import state
from mesodash.ui.frame import Frame

Currency = Literal["EUR", "GBP", "USD", "CHF", "TRY"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)
Unit = Literal["session", "procedure", "month", "check_up"]
Gap = Literal["region", "price", "currency", "mixed", "check_up"]
AmountField = Literal["price", "after", "upfront"]

DEFAULT_YEARS = 5
_ZERO = Decimal(0)
_NOTHING = (_ZERO, _ZERO)
# Only decides into which year a second operation falls; no source gives a distance.
_DAYS_BETWEEN_PROCEDURES = 365

UNITS: dict[OptionId, Unit] = {
    "mesotherapy": "session",
    "prp": "session",
    "transplant": "procedure",
    "no_treatment": "check_up",
    "minoxidil_topical": "month",
    "finasteride_oral": "month",
    "microneedling": "session",
}


@dataclass(frozen=True, slots=True)
class Ends:
    """The claims that give the low and the high end of a range."""

    low: str
    high: str


SESSIONS: dict[OptionId, Ends] = {
    "mesotherapy": Ends("s2-initial-four-sessions", "s1-course-six-to-ten"),
    "prp": Ends("prp-sessions-hausauer", "prp-sessions-four-enough"),
    "microneedling": Ends("mn-sessions-working-range", "mn-sessions-working-range"),
}
MAINTENANCE: dict[OptionId, Ends] = {
    "mesotherapy": Ends("s2-maintenance-monthly", "s2-maintenance-two-three-months"),
    "prp": Ends("prp-maintenance-3-6-months", "prp-maintenance-6-12-months"),
    "no_treatment": Ends("nt-cost-zero", "nt-cost-zero"),
}
INTERVAL: dict[OptionId, str] = {
    "mesotherapy": "s2-interval-two-weeks",
    "prp": "prp-interval-4-weeks",
    "microneedling": "mn-sessions-weekly-monthly",
}
# As the statement of nt-cost-zero says; its `value` holds the money.
_CHECK_UP_MONTHS = (6, 12)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A price per unit. `ends` is None for the clinic's own price, else the rows of the price book at each end."""

    low: Decimal
    high: Decimal
    currency: str
    ends: Ends | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that counts for one option. Exactly one of `inputs` and `gap` is None; `faults` go by setting."""

    option: OptionId
    inputs: CostInputs | None
    gap: Gap | None
    price: PriceRange | None
    own_after: bool
    faults: dict[str, InputError]


def key(option: OptionId, setting: str) -> str:
    """Return the state key of a setting of one option, such as "price.low" or "months.high"."""
    return f"costs.{option}.{setting}"


def region(now: Frame) -> Region | None:
    return cast("Region | None", state.get("costs.region"))


def horizon_years(now: Frame) -> int:
    return int(state.get("costs.years", DEFAULT_YEARS))


def for_option(now: Frame, option: OptionId) -> Estimate | None:
    """Return the cost over the horizon, or None while a price is missing."""
    return of_reading(reading(now, option))


def of_reading(read: Reading) -> Estimate | None:
    """Return what `for_option` does, for a caller that has read the settings already."""
    if read.inputs is None:
        return None
    result = estimate(read.inputs)
    return _paid_in_advance(result) if UNITS[read.option] == "month" else result


def inputs_for(now: Frame, option: OptionId) -> CostInputs | None:
    """Return what is computed with, or None while a price is missing.

    Options that are paid by the month have no course: their months are the maintenance. So have the check-ups of
    `no_treatment`.
    """
    return reading(now, option).inputs


def published(knowledge: KnowledgeBase, option: OptionId, where: Region | None) -> tuple[Price, ...]:
    """Return the rows of the price book for one option and region, all units."""
    return tuple(row for row in knowledge.prices if row.option == option and row.region == where)


def feeds(row: Price) -> bool:
    """True if a row can be multiplied: prices per course or graft hide how many sessions or grafts they stand for."""
    return row.per == UNITS[row.option]


def published_price(knowledge: KnowledgeBase, option: OptionId, where: Region | None) -> PriceRange | None:
    """Return the range over all published prices per unit, each end with the row it comes from.

    Only rows in the currency of the first one count: none is converted.
    """
    rows = [row for row in published(knowledge, option, where) if feeds(row)]
    rows = [row for row in rows if row.currency == rows[0].currency]
    if not rows:
        return None
    lowest, highest = min(rows, key=lambda row: row.low), max(rows, key=lambda row: row.high)
    return PriceRange(lowest.low, highest.high, lowest.currency, Ends(lowest.claim, highest.claim))


def region_currency(knowledge: KnowledgeBase, where: Region | None) -> str | None:
    """Return the currency in which the prices of a region are published."""
    return next((row.currency for row in knowledge.prices if row.region == where), None)


def first_sessions(now: Frame, option: OptionId) -> tuple[int, int]:
    """Return the range that the sources span: the reader starts with it."""
    if option in SESSIONS:
        return _end(now, SESSIONS[option].low, "low"), _end(now, SESSIONS[option].high, "high")
    stated = now.knowledge.protocols["transplant_course"].sessions
    return stated.low, stated.high


def first_months(now: Frame, option: OptionId) -> tuple[int, int]:
    """Return how many months lie between two maintenance sessions, as the sources span it."""
    if option == "no_treatment":
        return _CHECK_UP_MONTHS
    return _end(now, MAINTENANCE[option].low, "low"), _end(now, MAINTENANCE[option].high, "high")


def first_interval(now: Frame, option: OptionId) -> int:
    """Return the days between two sessions of the course."""
    return _end(now, INTERVAL[option], "low") * 7 if option in INTERVAL else _DAYS_BETWEEN_PROCEDURES


def takes_maintenance(option: OptionId) -> bool:
    """True if a source gives a distance for sessions after the course."""
    return option in MAINTENANCE and option != "no_treatment"


def reading(now: Frame, option: OptionId) -> Reading:
    """Return what counts for `option`: what was typed where that can be used, else what was there before."""
    faults: dict[str, InputError] = {}
    months = _whole_pair(option, "months", "maintenance_months", now, faults)
    own = _amount_pair(option, "price", "price", faults)
    after = _amount_pair(option, "after", "maintenance_price", faults)
    upfront = _amount_pair(option, "upfront", "upfront", faults)
    percentages: dict[str, Any] = {
        "vat": _percent("costs.vat", option, "vat", faults),
        "discount": _percent(key(option, "discount"), option, "discount", faults),
        "discount_from": _number(key(option, "discount_from"), 1),
    }
    counted = takes_maintenance(option) and bool(state.get(key(option, "maintenance"), False))
    price = published_price(now.knowledge, option, region(now))
    chosen = state.get(key(option, "currency")) or region_currency(now.knowledge, region(now))
    if own is not None:
        price = PriceRange(*own, chosen, None) if chosen else None
    gap: Gap | None = None
    if own is not None and not chosen:
        gap = "currency"
    elif price is None:
        gap = "check_up" if UNITS[option] == "check_up" else "price" if region(now) else "region"
    elif own is None and price.currency != chosen and (upfront is not None or (counted and after is not None)):
        gap = "mixed"
    if gap is not None or price is None:
        # The pairs are read all the same, so that each fault shows at its field.
        _whole_pair(option, "sessions", "sessions", now, faults)
        return Reading(option, None, gap, price, after is not None, faults)

    each = (price.low, price.high)
    common: dict[str, Any] = {
        "option": option,
        "currency": price.currency,
        "horizon_years": horizon_years(now),
        "upfront": upfront or _NOTHING,
        "vat": percentages["vat"],
    }
    if UNITS[option] in ("month", "check_up"):
        inputs = CostInputs(
            sessions=(0, 0),
            price=_NOTHING,
            maintenance_months=(1, 1) if UNITS[option] == "month" else months,
            maintenance_price=each,
            **common,
        )
        return Reading(option, inputs, None, price, False, faults)
    inputs = CostInputs(
        sessions=_whole_pair(option, "sessions", "sessions", now, faults) or first_sessions(now, option),
        price=each,
        interval_days=_number(key(option, "interval"), first_interval(now, option)),
        maintenance_months=months if counted else None,
        maintenance_price=(after or each) if counted else None,
        discount=percentages["discount"],
        discount_from=percentages["discount_from"],
        **common,
    )
    return Reading(option, inputs, None, price, after is not None, faults)


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


def _paid_in_advance(result: Estimate) -> Estimate:
    """Return the same sums with twelve payments in each year.

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


def _end(now: Frame, claim: str, end: Literal["low", "high"]) -> int:
    value = now.knowledge.claims[claim].value
    amount = None if value is None else value.low if end == "low" else value.high
    if amount is None:
        raise ValueError(f"claim {claim} gives no {end} end; costs start from it")
    return int(amount)


def _number(name: str, start: int) -> int:
    return int(state.get(name, start))


def _checked(option: OptionId, **change: Any) -> None:
    """Let the domain judge one setting by itself, beside values that are always allowed."""
    plain: dict[str, Any] = {"sessions": (1, 1), "price": _NOTHING, "currency": "EUR"}
    if "maintenance_price" in change:
        plain["maintenance_months"] = (1, 1)
    if "maintenance_months" in change:
        plain["maintenance_price"] = _NOTHING
    CostInputs(option=option, **(plain | change))


def _whole_pair(
    option: OptionId, setting: str, field: str, now: Frame, faults: dict[str, InputError]
) -> tuple[int, int] | None:
    """Return both ends as set, the last good ones where they do not fit, None where the option has no such setting."""
    if setting == "sessions":
        if UNITS[option] not in ("session", "procedure"):
            return None
        start = first_sessions(now, option)
    else:
        if option not in MAINTENANCE:
            return None
        start = first_months(now, option)
    pair = tuple(_number(key(option, f"{setting}.{end}"), start[index]) for index, end in enumerate(("low", "high")))
    try:
        _checked(option, **{field: pair})
    except InputError as fault:
        faults[setting] = fault
        return cast("tuple[int, int]", state.get(key(option, f"{setting}.good"), start))
    state.put(key(option, f"{setting}.good"), pair)
    return cast("tuple[int, int]", pair)


def _amount_pair(
    option: OptionId, setting: AmountField, field: str, faults: dict[str, InputError]
) -> tuple[Decimal, Decimal] | None:
    """Return both ends as typed, one amount alone being both; the last good ones where they cannot be used."""
    typed: list[Decimal | None] = []
    for end in ("low", "high"):
        try:
            typed.append(parse_amount(state.get(key(option, f"{setting}.{end}"), ""), field=f"{setting}.{end}"))
        except InputError as fault:
            faults[f"{setting}.{end}"] = fault
    good = key(option, f"{setting}.good")
    given = [amount for amount in typed if amount is not None]
    if len(typed) == 2 and given:
        pair = (given[0], given[-1])
        try:
            _checked(option, **{field: pair})
        except InputError as fault:
            faults[setting] = fault
        else:
            state.put(good, pair)
            return pair
    elif len(typed) == 2:
        state.put(good, None)
        return None
    return cast("tuple[Decimal, Decimal] | None", state.get(good))


def _percent(name: str, option: OptionId, field: str, faults: dict[str, InputError]) -> Decimal:
    try:
        amount = parse_amount(state.get(name, ""), field=field)
        if amount is not None:
            _checked(option, **{field: amount})
    except InputError as fault:
        faults[field] = fault
        return cast(Decimal, state.get(f"{name}.good", _ZERO))
    state.put(f"{name}.good", amount)
    return amount or _ZERO
