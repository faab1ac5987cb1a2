"""What the settings of the Costs page add up to, for every page that speaks of money.

Nothing is assumed where a price is missing: an estimate is None then, and `Reading.gap` says why. A setting that cannot
be used is reported in `Reading.faults` and its last good value keeps counting.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from mesodash.domain import pricing
from mesodash.domain.cost import CostInputs, Estimate, estimate
from mesodash.domain.price_list import ListUnit, PriceList, price_list_from_plain, price_list_to_plain
from mesodash.domain.pricing import UNITS, Ends, PriceRange
from mesodash.domain.spread import Grafts
from mesodash.domain.truth import Value
from mesodash.domain.years import paid_in_advance
from mesodash.errors import InputError, StoreError
from mesodash.i18n.amounts import parse_amount
from mesodash.knowledge.records import OptionId, Region
from mesodash.store.database import the_store
from mesodash.ui import state
from mesodash.ui.frame import Frame

Gap = Literal["region", "price", "currency", "mixed", "check_up", "stage", "graft_price"]
AmountField = Literal["price", "after", "upfront"]
Follow = Literal["maintenance", "repeat"]
BasisWhy = Literal["chosen", "own", "list", "list_graft", "stage", "price", "grafts"]
TypedVat = Literal["left_out", "on_top"]

DEFAULT_YEARS = 5
LIST = "costs.list"
"""The state key of the clinic's price list, kept as plain values."""
_LIST_BEGUN = "costs.list_begun"
_DOCUMENT = "prices"
BASIS = "costs.transplant.basis"
BASES = ("procedure", "graft")
VIEWS = ("sum", "why", "years", "list", "book")
"""The parts of the Costs page, of which one is shown."""
_LISTED_AS: dict[AmountField, ListUnit] = {"after": "maintenance", "upfront": "upfront"}
_ZERO = Decimal(0)
NOTHING = (_ZERO, _ZERO)
# Only decides into which year a second operation falls; no source gives a distance.
_DAYS_BETWEEN_PROCEDURES = 365

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


@dataclass(frozen=True, slots=True)
class Course:
    """A course as sources say it: the claims of its sessions and of its maintenance, and one that belongs beside them.

    `lasts`: the claim of how long its effect lasts where nothing follows. `shortest`: take the fewest sessions that the
    first claim names.
    """

    sessions: str
    maintenance: str | None = None
    remark: str | None = None
    lasts: str | None = None
    shortest: bool = False


COURSES: dict[OptionId, tuple[Course, ...]] = {
    "mesotherapy": (
        Course("s2-initial-four-sessions", shortest=True),
        Course("s2-initial-four-sessions", "s2-maintenance-two-three-months"),
        Course("s1-course-six-to-ten", remark="s1-maintenance-needed", lasts="s1-duration-12-18-months"),
    ),
    "prp": (
        Course("prp-sessions-hausauer", shortest=True),
        Course("prp-sessions-hausauer", "prp-maintenance-3-6-months"),
        Course("prp-sessions-four-enough", "prp-maintenance-6-12-months"),
    ),
}
"""Three courses: a short one, as one source says, as the other says. Options whose sources do not differ have none."""

STOPPED: dict[OptionId, tuple[str, ...]] = {
    "mesotherapy": ("meso-duration-unknown", "s4-lasting-effect-needs-repeats"),
    "prp": ("prp-duration-relapse",),
    "transplant": ("tx-duration-permanent-but-native-loss",),
    "minoxidil_topical": ("min-duration-stop",),
    "finasteride_oral": ("fin-stop-reversal",),
}
"""What sources say about the time after the last session or dose."""

AFTER_OPERATION = ("tx-duration-permanent-but-native-loss", "tx-maintenance-drug-needed")
"""Who says that more operations, and who that a medicine, may follow an operation; neither can be counted."""

VAT_SAID = ("vat-standard-de", "vat-standard-fr", "vat-standard-uk", "vat-standard-tr")
"""What sources say of standard rates; the rate of a list is entered, none is ever filled in."""

MEASURES = ("sum", "effect_year")
TRIED = ("open", "0", "1", "2", "3")
"""An input left as wide as it is, or the place of one of the values that are offered for it."""
# As the statement of nt-cost-zero says.
_CHECK_UP_MONTHS = (6, 12)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a sum counts, or a plan holds: sessions of a course, the days between them, and what follows.

    `interval_days` is None where it decides nothing, `months` and `repeat` where there is no such thing.
    """

    sessions: tuple[int, int]
    interval_days: int | None
    months: tuple[int, int] | None = None
    repeat: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Whether an operation is counted by the graft, and why: the reader chose it, or it follows from what is known."""

    graft: bool
    why: BasisWhy


@dataclass(frozen=True, slots=True)
class Reading:
    """All that counts for one option. Exactly one of `inputs` and `gap` is None; `faults` go by setting.

    `own_after`: maintenance has a price of its own. `grafts`: the price is this product; `price` is that of a graft.
    `schedule` is None for what is not counted by sessions or operations. `typed_vat` says what became of a VAT that was
    typed although prices of the list hold theirs already: left out, or added on top of them too, because a price of the
    reader's own needs it.
    """

    option: OptionId
    inputs: CostInputs | None
    gap: Gap | None
    price: PriceRange | None
    own_after: bool
    faults: dict[str, InputError]
    grafts: Grafts | None = None
    schedule: Schedule | None = None
    typed_vat: TypedVat | None = None


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
    return paid_in_advance(result) if UNITS[read.option] == "month" else result


def price_list() -> PriceList | None:
    """Return the price list of this consultation, None while there is none; a new one begins with the clinic's."""
    if not state.noted(_LIST_BEGUN, False):
        state.note({_LIST_BEGUN: True})
        if state.get(LIST) is None:
            with suppress(StoreError):
                kept = kept_list()
                if kept is not None:
                    state.put(LIST, price_list_to_plain(kept))
    plain = state.get(LIST)
    return None if plain is None else price_list_from_plain(plain)


def begin_without_list() -> None:
    """Let this consultation have the list that it brings, or none: one that is opened shows what it showed then."""
    state.note({_LIST_BEGUN: True})


def kept_list() -> PriceList | None:
    """Return the list with which every new consultation begins.

    Raises:
        StoreError: it cannot be read.
    """
    plain = the_store().settings.document(_DOCUMENT)
    return None if plain is None else price_list_from_plain(plain)


def keep_list(prices: PriceList | None) -> None:
    """Let every new consultation begin with `prices`, or with none.

    Raises:
        StoreError: it could not be kept.
    """
    the_store().settings.put_document(_DOCUMENT, None if prices is None else price_list_to_plain(prices))


def stage(now: Frame) -> Value | None:
    """Return the answered Norwood stage; one that was answered before the question ceased to apply does not count."""
    return None if "norwood_stage" in now.assessment.ignored else now.answers.get("norwood_stage")


def by_graft(now: Frame, option: OptionId) -> bool:
    """True if the operation is worked out from grafts."""
    return option == "transplant" and basis(now).graft


def basis(now: Frame) -> Basis:
    """Return by what the operation is counted: as the reader chose, else as follows from what is known."""
    _begin_run()
    if _read.basis is None:
        _read.basis = _basis(now)
    return _read.basis


def _basis(now: Frame) -> Basis:
    chosen, prices = _get(BASIS), price_list()
    if chosen in BASES:
        return Basis(chosen == "graft", "chosen")
    if _amount_pair("transplant", "price", "price", {}) is not None:
        return Basis(False, "own")
    if prices is not None and prices.price("transplant", "procedure") is not None:
        return Basis(False, "list")
    if pricing.graft_claim(stage(now)) is None:
        # A published price of an operation must not take the place of the clinic's own price of a graft.
        waits = pricing.listed_price(prices, "transplant", "graft") is not None
        return Basis(True, "list_graft") if waits else Basis(False, "stage")
    known = _price_of(now, prices, "transplant", graft=True) is not None
    return Basis(known, "grafts" if known else "price")


def listed(now: Frame, option: OptionId, setting: AmountField) -> PriceRange | None:
    """Return what the clinic's list holds and counts while nothing is entered for `setting`; None where it does not."""
    prices = price_list()
    if setting == "price":
        return pricing.listed_price(prices, option, UNITS[option])
    return _listed_beside(prices, option, _LISTED_AS[setting], reading(now, option).price)


def listed_discount(now: Frame, option: OptionId) -> tuple[Decimal, int] | None:
    """Return the discount of the clinic's list, and from when on, that counts while none is entered."""
    price, prices = reading(now, option).price, price_list()
    if prices is None or price is None or price.origin != "list" or by_graft(now, option):
        return None
    found = prices.price(option, UNITS[option])
    return None if found is None or not found.discount else (found.discount, found.discount_from)


def _listed_beside(
    prices: PriceList | None, option: OptionId, unit: ListUnit, price: PriceRange | None
) -> PriceRange | None:
    """Return an amount of the clinic's list that counts beside the price of an option."""
    # What the clinic takes beside its own prices says nothing about those of others.
    if price is not None and price.origin == "published":
        return None
    return pricing.listed_price(prices, option, unit)


def _price_of(now: Frame, prices: PriceList | None, option: OptionId, *, graft: bool) -> PriceRange | None:
    """Return the price of the clinic's list, else the published one."""
    listed = pricing.listed_price(prices, option, "graft" if graft else UNITS[option])
    return listed or pricing.published_price(now.knowledge, option, region(now), per="graft" if graft else None)


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


def stated(now: Frame, claim: str) -> tuple[int, int]:
    """Return both ends of what a claim says."""
    return _end(now, claim, "low"), _end(now, claim, "high")


def effect_months(now: Frame, option: OptionId) -> tuple[Decimal, Decimal] | None:
    """Return for how many months the effect is said to last after a course; None where an end is not known."""
    lasts = now.knowledge.effects[option].lasts if option in now.knowledge.effects else (None, None)
    return None if lasts[0] is None or lasts[1] is None else (lasts[0], lasts[1])


def lasts(now: Frame, option: OptionId) -> tuple[int, int]:
    """Return what `effect_months` does in whole months, for an option of which both ends are known."""
    months = effect_months(now, option)
    if months is None:
        raise ValueError(f"nobody says how long the effect of {option} lasts")
    return int(months[0]), int(months[1])


def lasting_claims(now: Frame, option: OptionId) -> tuple[str, ...]:
    """Return who says how long the effect lasts, those who say that nobody knows among them."""
    return tuple(now.knowledge.effects[option].sources.get("lasts", ()))


def follows(now: Frame, option: OptionId) -> tuple[Follow, ...]:
    """Return what may be counted after the course; neither is assumed, and one at most is counted."""
    known = UNITS[option] == "session" and effect_months(now, option) is not None
    return (*(("maintenance",) if takes_maintenance(option) else ()), *(("repeat",) if known else ()))


def takes_maintenance(option: OptionId) -> bool:
    """True if a source gives a distance for sessions after the course."""
    return option in MAINTENANCE and option != "no_treatment"


def of_course_alone(now: Frame, options: Iterable[OptionId]) -> list[OptionId]:
    """Return the options whose sum ends with their course, although something could be counted after it."""
    counted = {option: reading(now, option).inputs for option in options if follows(now, option)}
    return [
        option
        for option, inputs in counted.items()
        if inputs is not None and inputs.maintenance_months is None and inputs.repeat_months is None
    ]


def of_one_operation(now: Frame, option: OptionId) -> bool:
    """True if one operation is all that the sum of an option counts."""
    inputs = reading(now, option).inputs if UNITS[option] == "procedure" else None
    return inputs is not None and inputs.sessions == (1, 1)


def reading(now: Frame, option: OptionId) -> Reading:
    """Return what counts for `option`: what was typed where that can be used, else what was there before."""
    _begin_run()
    if option not in _read.found:
        _read.found[option] = _reading(now, option)
    return _read.found[option]


class _Read(threading.local):
    """What was read in the run of this thread."""

    run: object | None = None
    found: dict[OptionId, Reading] = {}  # noqa: RUF012  # replaced in each run
    values: dict[str, Any] = {}  # noqa: RUF012  # replaced in each run
    basis: Basis | None = None


_read = _Read()


def _begin_run() -> None:
    run = state.this_run()
    if run is None or _read.run is not run:
        # Settings change between runs alone, and several pieces of a page ask for the same.
        _read.run, _read.found, _read.values, _read.basis = run, {}, state.everything(), None


def _get(name: str, default: Any = None) -> Any:
    """Return a setting as it was when this run first read one; to ask for each by itself takes longer than the rest."""
    value = _read.values.get(name)
    return default if value is None else value


def _reading(now: Frame, option: OptionId) -> Reading:
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
    counted = takes_maintenance(option) and bool(_get(key(option, "maintenance"), False))
    again = not counted and "repeat" in follows(now, option) and bool(_get(key(option, "repeat"), False))
    prices = price_list()
    where = region(now)
    chosen = _get(key(option, "currency"))
    chosen = chosen or (prices.currency if prices else pricing.region_currency(now.knowledge, where))
    graft = by_graft(now, option)
    price: PriceRange | None
    if own is not None and not graft:
        price = PriceRange(*own, chosen, None, "own") if chosen else None
    else:
        price = _price_of(now, prices, option, graft=graft)
    listed_after = _listed_beside(prices, option, "maintenance", price) if counted and after is None else None
    listed_upfront = _listed_beside(prices, option, "upfront", price) if upfront is None else None
    currencies = {one.currency for one in (price, listed_after, listed_upfront) if one is not None}
    if upfront is not None or (counted and after is not None):
        currencies.add(chosen or "")
    after = after or (None if listed_after is None else (listed_after.low, listed_after.high))
    upfront = upfront or (None if listed_upfront is None else (listed_upfront.low, listed_upfront.high))
    grafts = pricing.grafts(now.knowledge, stage(now), price) if graft else None
    schedule = None if graft else _schedule(now, option, months if counted else None, again, faults)
    gap: Gap | None = None
    if graft and pricing.graft_claim(stage(now)) is None:
        gap = "stage"
    elif own is not None and not graft and not chosen:
        gap = "currency"
    elif price is None:
        gap = "check_up" if UNITS[option] == "check_up" else "region" if where is None else "price"
        gap = "graft_price" if graft and gap == "price" else gap
    elif len(currencies) > 1:
        gap = "mixed"
    if gap is not None or price is None:
        return Reading(option, None, gap, price, after is not None, faults, grafts, schedule)

    listed = prices.price(option, "graft" if graft else UNITS[option]) if prices and price.origin == "list" else None
    vat = percentages["vat"]
    if vat is None:
        vat = prices.vat if listed is not None and prices is not None and prices.vat is not None else _ZERO
    typed_vat: TypedVat | None = None
    if vat and prices is not None and prices.vat is None:
        if listed is not None:
            vat, typed_vat = _ZERO, "left_out"
        elif listed_after is not None or listed_upfront is not None:
            typed_vat = "on_top"
    each = (price.low, price.high) if grafts is None else grafts.product
    common: dict[str, Any] = {
        "option": option,
        "currency": price.currency,
        "horizon_years": horizon_years(now),
        "upfront": upfront or NOTHING,
        "vat": vat,
    }
    if UNITS[option] in ("month", "check_up"):
        inputs = CostInputs(
            sessions=(0, 0),
            price=NOTHING,
            maintenance_months=(1, 1) if UNITS[option] == "month" else months,
            maintenance_price=each,
            **common,
        )
        return Reading(option, inputs, None, price, False, faults, typed_vat=typed_vat)
    discount, discount_from = percentages["discount"] or _ZERO, percentages["discount_from"]
    if percentages["discount"] is None and listed is not None:
        discount, discount_from = listed.discount, listed.discount_from
    inputs = CostInputs(
        # The grafts are those of the whole need, in however many operations.
        sessions=(1, 1) if schedule is None else schedule.sessions,
        price=each,
        interval_days=_number(key(option, "interval"), first_interval(now, option)),
        maintenance_months=months if counted else None,
        maintenance_price=(after or each) if counted else None,
        discount=discount,
        discount_from=discount_from,
        package=None if listed is None else listed.package,
        repeat_months=None if schedule is None else schedule.repeat,
        **common,
    )
    return Reading(option, inputs, None, price, after is not None, faults, grafts, schedule, typed_vat)


def _schedule(
    now: Frame, option: OptionId, months: tuple[int, int] | None, again: bool, faults: dict[str, InputError]
) -> Schedule | None:
    sessions = _whole_pair(option, "sessions", "sessions", now, faults)
    if sessions is None:
        return None
    interval = _number(key(option, "interval"), first_interval(now, option))
    return Schedule(
        sessions,
        interval if sets_interval(option, sessions) else None,
        months,
        lasts(now, option) if again else None,
    )


def sets_interval(option: OptionId, sessions: tuple[int, int]) -> bool:
    """True if the days between sessions can be set and decide something."""
    return option in INTERVAL and sessions[1] > 1


def _end(now: Frame, claim: str, end: Literal["low", "high"]) -> int:
    value = now.knowledge.claims[claim].value
    amount = None if value is None else value.low if end == "low" else value.high
    if amount is None:
        raise ValueError(f"claim {claim} gives no {end} end; costs start from it")
    return int(amount)


def _number(name: str, start: int) -> int:
    return int(_get(name, start))


def _keep(name: str, value: object) -> None:
    if _get(name) != value:
        state.put(name, value)


def _checked(option: OptionId, **change: Any) -> None:
    """Let the domain judge one setting by itself, beside values that are always allowed."""
    plain: dict[str, Any] = {"sessions": (1, 1), "price": NOTHING, "currency": "EUR"}
    if "maintenance_price" in change:
        plain["maintenance_months"] = (1, 1)
    if "maintenance_months" in change:
        plain["maintenance_price"] = NOTHING
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
        if pair != start:
            _checked(option, **{field: pair})
    except InputError as fault:
        faults[setting] = fault
        return cast("tuple[int, int]", _get(key(option, f"{setting}.good"), start))
    _keep(key(option, f"{setting}.good"), pair)
    return cast("tuple[int, int]", pair)


def _amount_pair(
    option: OptionId, setting: AmountField, field: str, faults: dict[str, InputError]
) -> tuple[Decimal, Decimal] | None:
    """Return both ends as typed, one amount alone being both; the last good ones where they cannot be used."""
    typed: list[Decimal | None] = []
    for end in ("low", "high"):
        try:
            typed.append(parse_amount(_get(key(option, f"{setting}.{end}"), ""), field=f"{setting}.{end}"))
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
            _keep(good, pair)
            return pair
    elif len(typed) == 2:
        _keep(good, None)
        return None
    return cast("tuple[Decimal, Decimal] | None", _get(good))


def _percent(name: str, option: OptionId, field: str, faults: dict[str, InputError]) -> Decimal | None:
    """Return a percentage as typed, None where none is; the last good one where it cannot be used."""
    try:
        amount = parse_amount(_get(name, ""), field=field)
        if amount is not None:
            _checked(option, **{field: amount})
    except InputError as fault:
        faults[field] = fault
        return cast("Decimal | None", _get(f"{name}.good"))
    _keep(f"{name}.good", amount)
    return amount
