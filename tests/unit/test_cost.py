"""Costs: laws of the estimate, refused inputs, and the published prices."""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mesodash.domain import cost
from mesodash.domain.cost import CostInputs, Crossing, as_json, as_shown, cents, crossings, cumulative, estimate, grid
from mesodash.errors import InputError
from mesodash.knowledge.records import Price
from mesodash.paths import DATA

PRICES = DATA / "prices.csv"
CENT = Decimal("0.01")


def amounts(highest: str = "5000") -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=Decimal(highest), places=2)


def pairs(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.tuples(values, values).map(lambda ends: (min(ends), max(ends)))


def narrower(draw: st.DrawFn, ends: tuple[Any, Any]) -> tuple[Any, Any]:
    whole = isinstance(ends[0], int)
    within = st.integers(*ends) if whole else st.decimals(min_value=ends[0], max_value=ends[1], places=2)
    low, high = draw(pairs(within))
    return low, high


@st.composite
def inputs(draw: st.DrawFn, *, maintained: bool | None = None) -> CostInputs:
    with_maintenance = draw(st.booleans()) if maintained is None else maintained
    return CostInputs(
        option="mesotherapy",
        sessions=draw(pairs(st.integers(0, 60))),
        price=draw(pairs(amounts())),
        currency="EUR",
        interval_days=draw(st.one_of(st.integers(1, 35), st.integers(1, 365))),
        maintenance_months=draw(pairs(st.integers(1, 30))) if with_maintenance else None,
        maintenance_price=draw(pairs(amounts())) if with_maintenance else None,
        horizon_years=draw(st.integers(1, 10)),
        vat=draw(amounts("100")),
        discount=draw(amounts("100")),
        discount_from=draw(st.integers(1, 60)),
        upfront=draw(pairs(amounts())),
    )


@st.composite
def inputs_and_narrower(draw: st.DrawFn) -> tuple[CostInputs, CostInputs]:
    wide = draw(inputs())
    return wide, replace(
        wide,
        sessions=narrower(draw, wide.sessions),
        price=narrower(draw, wide.price),
        upfront=narrower(draw, wide.upfront),
        maintenance_months=wide.maintenance_months and narrower(draw, wide.maintenance_months),
        maintenance_price=wide.maintenance_price and narrower(draw, wide.maintenance_price),
    )


def small(**changes: Any) -> CostInputs:
    given_inputs: dict[str, Any] = {
        "option": "mesotherapy",
        "sessions": (4, 6),
        "price": (Decimal(200), Decimal(300)),
        "currency": "EUR",
    }
    return CostInputs(**(given_inputs | changes))


# --- the range -------------------------------------------------------------------------------------------------------


@given(inputs())
def test_low_is_never_above_high_in_total_or_in_any_part(entered: CostInputs) -> None:
    found = estimate(entered)
    assert found.low <= found.high
    assert found.upfront.low <= found.upfront.high
    assert found.course.low <= found.course.high
    assert found.maintenance.low <= found.maintenance.high
    assert found.maintenance.sessions_low <= found.maintenance.sessions_high


@given(inputs_and_narrower())
def test_narrower_input_never_widens_the_range(both: tuple[CostInputs, CostInputs]) -> None:
    wide, narrow = map(estimate, both)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high
    assert wide.maintenance.sessions_low <= narrow.maintenance.sessions_low
    assert narrow.maintenance.sessions_high <= wide.maintenance.sessions_high


@given(inputs_and_narrower())
def test_narrower_input_never_widens_what_is_spent_by_the_end_of_a_year(both: tuple[CostInputs, CostInputs]) -> None:
    wide, narrow = map(cumulative, map(estimate, both))
    assert all(outer.low <= inner.low <= inner.high <= outer.high for outer, inner in zip(wide, narrow, strict=True))


@given(inputs())
def test_nothing_counted_is_ever_negative(entered: CostInputs) -> None:
    found = estimate(entered)
    assert found.maintenance.sessions_low >= 0
    assert min(entry.low for entry in found.per_year) >= 0
    assert min(entry.high for entry in found.per_year) >= 0
    assert min(entry.width for entry in found.causes) >= 0


@given(inputs(), st.sampled_from(["price", "maintenance_price", "upfront"]), amounts("100"), amounts("100"))
def test_dearer_amounts_never_make_the_whole_cheaper(
    entered: CostInputs, field: str, low: Decimal, further: Decimal
) -> None:
    ends = getattr(entered, field)
    assume(ends is not None)
    before = estimate(entered)
    changes: dict[str, Any] = {field: (ends[0] + low, ends[1] + low + further)}
    after = estimate(replace(entered, **changes))
    assert before.low <= after.low
    assert before.high <= after.high


@given(inputs(), pairs(amounts("100")))
def test_more_vat_never_makes_the_whole_cheaper(entered: CostInputs, vat: tuple[Decimal, Decimal]) -> None:
    before, after = (estimate(replace(entered, vat=percent)) for percent in vat)
    assert before.low <= after.low
    assert before.high <= after.high


@given(inputs(), pairs(amounts("100")))
def test_more_discount_never_makes_the_whole_dearer(entered: CostInputs, discount: tuple[Decimal, Decimal]) -> None:
    before, after = (estimate(replace(entered, discount=percent)) for percent in discount)
    assert before.low >= after.low
    assert before.high >= after.high


@given(inputs(), pairs(st.integers(1, 60)))
def test_later_discount_never_makes_the_whole_cheaper(entered: CostInputs, numbers: tuple[int, int]) -> None:
    before, after = (estimate(replace(entered, discount_from=number)) for number in numbers)
    assert before.low <= after.low
    assert before.high <= after.high


@given(inputs(), pairs(st.integers(1, 365)))
def test_longer_intervals_never_make_the_whole_dearer(entered: CostInputs, days: tuple[int, int]) -> None:
    before, after = (estimate(replace(entered, interval_days=day)) for day in days)
    assert before.low >= after.low
    assert before.high >= after.high


@given(inputs(maintained=True), st.integers(0, 30), st.integers(0, 30))
def test_rarer_maintenance_never_makes_the_whole_dearer(entered: CostInputs, sooner: int, later: int) -> None:
    assert entered.maintenance_months is not None
    often, seldom = entered.maintenance_months
    before = estimate(entered)
    after = estimate(replace(entered, maintenance_months=(often + sooner, seldom + sooner + later)))
    assert before.low >= after.low
    assert before.high >= after.high


@given(inputs(), pairs(st.integers(1, 10)))
def test_longer_horizon_never_makes_the_whole_cheaper(entered: CostInputs, years: tuple[int, int]) -> None:
    before, after = (estimate(replace(entered, horizon_years=year)) for year in years)
    assert before.low <= after.low
    assert before.high <= after.high


@given(inputs(maintained=False), pairs(st.integers(0, 60)))
def test_more_sessions_never_make_a_course_without_maintenance_cheaper(
    entered: CostInputs, counts: tuple[int, int]
) -> None:
    before, after = (estimate(replace(entered, sessions=(count, count))) for count in counts)
    assert before.low <= after.low
    assert before.high <= after.high


# --- the parts, the years and the causes -----------------------------------------------------------------------------


@given(inputs())
def test_parts_add_up_to_the_total(entered: CostInputs) -> None:
    found = estimate(entered)
    assert found.upfront.low + found.course.low + found.maintenance.low == found.low
    assert found.upfront.high + found.course.high + found.maintenance.high == found.high


@given(inputs())
def test_years_add_up_to_the_total(entered: CostInputs) -> None:
    found = estimate(entered)
    assert [entry.year for entry in found.per_year] == list(range(1, entered.horizon_years + 1))
    assert sum(entry.low for entry in found.per_year) == found.low
    assert sum(entry.high for entry in found.per_year) == found.high
    assert cumulative(found)[-1] == cost.Range(low=found.low, high=found.high)


@given(inputs())
def test_causes_add_up_to_the_distance_between_low_and_high(entered: CostInputs) -> None:
    found = estimate(entered)
    assert tuple(entry.cause for entry in found.causes) == ("sessions", "price", "maintenance", "upfront")
    assert sum(entry.width for entry in found.causes) == found.high - found.low


@given(inputs())
@example(small(sessions=(1, 1), price=(Decimal("4200.50"), Decimal(7500)), upfront=(Decimal("1200.50"),) * 2))
def test_what_a_page_shows_of_parts_and_causes_adds_up_as_it_is_shown(entered: CostInputs) -> None:
    exact = estimate(entered)
    found, with_cents = as_shown(exact)
    step = CENT if with_cents else Decimal(1)
    assert found.upfront.low + found.course.low + found.maintenance.low == found.low
    assert found.upfront.high + found.course.high + found.maintenance.high == found.high
    assert sum(entry.width for entry in found.causes) == found.high - found.low
    every = [(found.low, exact.low), (found.high, exact.high), (found.course.low, exact.course.low)]
    every += [(one.width, other.width) for one, other in zip(found.causes, exact.causes, strict=True)]
    every += [(found.discount.low, exact.discount.low), (found.discount.high, exact.discount.high)]
    # The largest takes up half a step of each of the others and of the sum.
    assert all(shown % step == 0 and 2 * abs(shown - amount) <= 5 * step for shown, amount in every)


def test_a_number_times_a_price_is_shown_as_anybody_works_it_out_and_a_discount_takes_the_odd_cent() -> None:
    entered = small(sessions=(4, 10), price=(Decimal(190), Decimal("210.50")), upfront=(Decimal(0),) * 2)
    exact = estimate(replace(entered, discount=Decimal("12.5"), discount_from=5))
    found, _ = as_shown(exact)
    assert (found.course_in_full.low, found.course_in_full.high) == (760, 2105)
    assert exact.discount.high == Decimal("157.875")
    assert found.course.high == found.high == cents(exact.high)


def test_cents_are_shown_only_where_whole_amounts_would_not_add_up() -> None:
    half = small(sessions=(1, 1), price=(Decimal("4200.50"), Decimal("4200.50")), upfront=(Decimal("1200.50"),) * 2)
    assert as_shown(estimate(half))[1]
    assert not as_shown(estimate(replace(half, upfront=(Decimal(0), Decimal(0)))))[1]


@given(inputs())
def test_shown_parts_add_up_to_the_shown_total_within_a_cent_each(entered: CostInputs) -> None:
    shown: Any = as_json(estimate(entered))
    parts = (shown["upfront"], shown["course"], shown["maintenance"])
    width = Decimal(shown["high"]) - Decimal(shown["low"])
    for end in ("low", "high"):
        assert abs(sum(Decimal(part[end]) for part in parts) - Decimal(shown[end])) <= 3 * CENT
        years = [Decimal(entry[end]) for entry in shown["per_year"]]
        assert abs(sum(years) - Decimal(shown[end])) <= len(years) * CENT
    assert abs(sum(Decimal(entry["width"]) for entry in shown["causes"]) - width) <= 4 * CENT


@given(inputs())
@example(small(sessions=(0, 0), price=(Decimal("-0"), Decimal("-0")), upfront=(Decimal("-0.00"), Decimal(0))))
def test_every_shown_amount_has_two_decimals_and_no_sign(entered: CostInputs) -> None:
    parts_and_amounts = {"upfront", "course", "maintenance", "per_year", "causes", "low", "high", "width"}

    def strings(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for name, part in value.items() if name in parts_and_amounts for text in strings(part)]
        return [text for part in value for text in strings(part)] if isinstance(value, list) else [value]

    found = strings(as_json(estimate(entered)))
    assert len(found) == 8 + 2 * entered.horizon_years + 4
    assert all(text.partition(".")[0].isdigit() and len(text.partition(".")[2]) == 2 for text in found)


def test_half_a_cent_is_rounded_up() -> None:
    assert [str(cents(Decimal(text))) for text in ("1.785", "1.7849", "-0.00", "3")] == ["1.79", "1.78", "0.00", "3.00"]


# --- the calendar ----------------------------------------------------------------------------------------------------


def months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def maintenance_days(sessions: int, interval: int, months: int, years: int) -> list[date]:
    last = date(2001, 1, 1) + timedelta(days=max(sessions - 1, 0) * interval)
    days = (months_later(last, number * months) for number in range(1, 12 * years + 1))
    return [day for day in days if day <= date(2001 + years, 1, 1)]


@given(inputs(maintained=True))
@example(small(sessions=(1, 1), maintenance_months=(12, 12), maintenance_price=(Decimal(1), Decimal(1))))
def test_maintenance_falls_on_the_dates_of_a_calendar(entered: CostInputs) -> None:
    assert entered.maintenance_months is not None
    (shortest, longest), (often, seldom) = entered.sessions, entered.maintenance_months
    entered = replace(
        entered,
        price=(Decimal(0), Decimal(0)),
        upfront=(Decimal(0), Decimal(0)),
        vat=Decimal(0),
        maintenance_price=(Decimal(1), Decimal(1)),
    )
    years = entered.horizon_years
    found = estimate(entered)
    for end, sessions, months in (("low", longest, seldom), ("high", shortest, often)):
        days = maintenance_days(sessions, entered.interval_days, months, years)
        fallen = [min(day.year - 2000, years) for day in days]
        assert getattr(found.maintenance, f"sessions_{end}") == len(days)
        assert [getattr(entry, end) for entry in found.per_year] == [fallen.count(year + 1) for year in range(years)]


@given(inputs(), st.integers(1, 9), st.integers(1, 9))
def test_years_before_the_last_do_not_depend_on_the_horizon(entered: CostInputs, years: int, more: int) -> None:
    assume(years + more <= 10)
    short = estimate(replace(entered, horizon_years=years))
    long = estimate(replace(entered, horizon_years=years + more))
    assert long.per_year[: years - 1] == short.per_year[:-1]


@given(inputs(), st.integers(1, 9), st.integers(1, 9))
def test_last_year_also_holds_later_course_sessions_and_maintenance_on_the_horizon_day(
    entered: CostInputs, years: int, more: int
) -> None:
    assume(years + more <= 10)
    horizon = date(2001 + years, 1, 1)
    shortest, longest = entered.sessions
    often, seldom = entered.maintenance_months or (1, 1)
    after = entered.maintenance_price or (Decimal(0), Decimal(0))

    def beyond(course: int, price: Decimal, base: int, months: int, maintenance_price: Decimal) -> Decimal:
        full = 0
        reduced = 0
        for number in range(1, course + 1):
            if date(2001, 1, 1) + timedelta(days=(number - 1) * entered.interval_days) >= horizon:
                full += number < entered.discount_from
                reduced += number >= entered.discount_from
        on_the_day = maintenance_days(base, entered.interval_days, months, years).count(horizon)
        units = full + reduced * (100 - entered.discount) / 100
        return (units * price + on_the_day * maintenance_price) * (100 + entered.vat) / 100

    short = estimate(replace(entered, horizon_years=years))
    long = estimate(replace(entered, horizon_years=years + more))
    extra_low = beyond(shortest, entered.price[0], longest, seldom, after[0])
    extra_high = beyond(longest, entered.price[1], shortest, often, after[1])
    assert short.per_year[-1].low == long.per_year[years - 1].low + extra_low
    assert short.per_year[-1].high == long.per_year[years - 1].high + extra_high


@given(inputs())
def test_spending_so_far_never_falls(entered: CostInputs) -> None:
    spent = cumulative(estimate(entered))
    assert all(before.low <= after.low and before.high <= after.high for before, after in pairwise(spent))


# --- two options -----------------------------------------------------------------------------------------------------


def operation(low: str, high: str) -> cost.Estimate:
    return estimate(small(option="transplant", sessions=(1, 1), price=(Decimal(low), Decimal(high))))


def yearly(low: str, high: str) -> cost.Estimate:
    """No course; the price is paid on each 1 January after the start, in years 2 to 5 and on the horizon day."""
    return estimate(
        small(sessions=(0, 0), maintenance_months=(12, 12), maintenance_price=(Decimal(low), Decimal(high)))
    )


def test_small_yearly_cost_overtakes_one_large_cost_in_the_years_the_ranges_say() -> None:
    # Spent by the end of each year: 0, 800..1200, 1600..2400, 2400..3600, 4000..6000 against 2000..3000.
    assert crossings(yearly("800", "1200"), operation("2000", "3000")) == Crossing(
        cheaper="first", earliest=3, certain=5
    )


def test_order_of_two_options_changes_only_who_is_called_first() -> None:
    assert crossings(operation("2000", "3000"), yearly("800", "1200")) == Crossing(
        cheaper="second", earliest=3, certain=5
    )


def test_crossing_outside_the_horizon_is_not_named() -> None:
    assert crossings(yearly("10", "500"), operation("2000", "3000")) == Crossing(
        cheaper="first", earliest=5, certain=None
    )
    assert crossings(yearly("10", "20"), operation("2000", "3000")) == Crossing(
        cheaper="first", earliest=None, certain=None
    )


def test_equal_sums_are_no_crossing() -> None:
    # 5 * 400 in the last year is exactly the price of the operation.
    assert crossings(yearly("400", "400"), operation("2000", "2000")) == Crossing(
        cheaper="first", earliest=None, certain=None
    )


@pytest.mark.parametrize("other", [operation("1000", "1500"), operation("1500", "2000"), operation("1200", "1300")])
def test_neither_is_cheaper_at_the_start_while_the_first_year_overlaps(other: cost.Estimate) -> None:
    assert crossings(operation("1000", "1500"), other) == Crossing(cheaper=None, earliest=None, certain=None)


@given(inputs(), inputs())
def test_certain_crossing_never_comes_before_a_possible_one(first: CostInputs, second: CostInputs) -> None:
    found = crossings(estimate(first), estimate(replace(second, horizon_years=first.horizon_years)))
    if found.certain is not None:
        assert found.earliest is not None
        assert 1 < found.earliest <= found.certain


def test_options_in_different_currencies_are_never_set_side_by_side() -> None:
    with pytest.raises(ValueError, match="no currency is converted"):
        crossings(estimate(small()), estimate(small(currency="USD")))


def test_options_over_different_horizons_are_never_set_side_by_side() -> None:
    with pytest.raises(ValueError, match="horizons differ"):
        crossings(estimate(small()), estimate(small(horizon_years=4)))


# --- the grid --------------------------------------------------------------------------------------------------------


def test_grid_has_a_row_per_price_and_a_column_per_session_count() -> None:
    rows = grid(small(upfront=(Decimal(10), Decimal(20))), [1, 2, 3], [Decimal(100), Decimal(200)])
    assert [[f"{cell.low:.0f}..{cell.high:.0f}" for cell in row] for row in rows] == [
        ["110..120", "210..220", "310..320"],
        ["210..220", "410..420", "610..620"],
    ]


@given(inputs(), st.data())
def test_grid_cells_inside_the_inputs_stay_inside_the_range(entered: CostInputs, data: st.DataObject) -> None:
    (fewest, most), (cheapest, dearest) = entered.sessions, entered.price
    count = data.draw(st.integers(fewest, most))
    price = data.draw(st.decimals(min_value=cheapest, max_value=dearest, places=2))
    found = estimate(entered)
    ((cell,),) = grid(entered, [count], [price])
    assert found.low <= cell.low <= cell.high <= found.high


def test_grid_refuses_a_session_count_that_is_not_allowed() -> None:
    with pytest.raises(InputError) as refused:
        grid(small(), [61], [Decimal(1)])
    assert refused.value.field == "sessions"


# --- refused inputs --------------------------------------------------------------------------------------------------

MONTHS_AND_PRICE: dict[str, Any] = {"maintenance_months": (2, 3), "maintenance_price": (Decimal(1), Decimal(2))}


@pytest.mark.parametrize(
    ("changes", "field", "key", "shown", "params"),
    [
        ({"sessions": (6, 4)}, "sessions", "low_above_high", "6..4", {}),
        ({"sessions": (-1, 4)}, "sessions", "out_of_range", "-1..4", {"low": 0, "high": 60}),
        ({"sessions": (4, 61)}, "sessions", "out_of_range", "4..61", {"low": 0, "high": 60}),
        ({"price": (Decimal(3), Decimal(2))}, "price", "low_above_high", "3..2", {}),
        ({"price": (Decimal("-0.01"), Decimal(2))}, "price", "negative", "-0.01..2", {}),
        ({"price": (Decimal("1.005"), Decimal(2))}, "price", "too_many_decimals", "1.005..2", {}),
        (
            {"price": (Decimal(1), Decimal("10000000.01"))},
            "price",
            "out_of_range",
            "1..10000000.01",
            {"low": 0, "high": 10_000_000},
        ),
        ({"price": (Decimal("NaN"),) * 2}, "price", "out_of_range", "NaN", {"low": 0, "high": 10_000_000}),
        ({"price": (Decimal("-Infinity"), Decimal(1))}, "price", "out_of_range", "-Infinity..1", None),
        ({"interval_days": 0}, "interval-days", "out_of_range", "0", {"low": 1, "high": 365}),
        ({"interval_days": 366}, "interval-days", "out_of_range", "366", {"low": 1, "high": 365}),
        (
            MONTHS_AND_PRICE | {"maintenance_months": (0, 3)},
            "maintenance-months",
            "out_of_range",
            "0..3",
            {"low": 1, "high": 120},
        ),
        (MONTHS_AND_PRICE | {"maintenance_months": (3, 121)}, "maintenance-months", "out_of_range", "3..121", None),
        (MONTHS_AND_PRICE | {"maintenance_months": (3, 2)}, "maintenance-months", "low_above_high", "3..2", {}),
        (
            MONTHS_AND_PRICE | {"maintenance_price": (Decimal(2), Decimal(1))},
            "maintenance-price",
            "low_above_high",
            "2..1",
            {},
        ),
        (
            {"maintenance_months": (2, 3)},
            "maintenance-months",
            "goes_together",
            "2..3",
            {"other": "maintenance-price"},
        ),
        (
            {"maintenance_price": (Decimal(9), Decimal(9))},
            "maintenance-price",
            "goes_together",
            "9",
            {"other": "maintenance-months"},
        ),
        ({"horizon_years": 0}, "horizon-years", "out_of_range", "0", {"low": 1, "high": 10}),
        ({"horizon_years": 11}, "horizon-years", "out_of_range", "11", {"low": 1, "high": 10}),
        ({"vat": Decimal("100.01")}, "vat", "out_of_range", "100.01", {"low": 0, "high": 100}),
        ({"vat": Decimal(-1)}, "vat", "negative", "-1", {}),
        ({"discount": Decimal(101)}, "discount", "out_of_range", "101", {"low": 0, "high": 100}),
        ({"discount": Decimal("0.125")}, "discount", "too_many_decimals", "0.125", {}),
        ({"discount_from": 0}, "discount-from", "out_of_range", "0", {"low": 1, "high": 60}),
        ({"discount_from": 61}, "discount-from", "out_of_range", "61", {"low": 1, "high": 60}),
        ({"upfront": (Decimal(-5), Decimal(5))}, "upfront", "negative", "-5..5", {}),
        ({"upfront": (Decimal(6), Decimal(5))}, "upfront", "low_above_high", "6..5", {}),
        ({"currency": "eur"}, "currency", "not_a_currency", "eur", {}),
        ({"currency": "EURO"}, "currency", "not_a_currency", "EURO", {}),
        ({"currency": "EUR\n"}, "currency", "not_a_currency", "EUR\n", {}),
        ({"option": "wig"}, "option", "not_allowed", "wig", None),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_option(
    changes: dict[str, Any], field: str, key: str, shown: str, params: dict[str, str | int] | None
) -> None:
    with pytest.raises(InputError) as refused:
        small(**changes)
    assert (refused.value.field, refused.value.key, refused.value.shown) == (field, f"error.{key}", shown)
    assert params is None or refused.value.params == params


def test_values_at_the_ends_of_what_is_allowed_are_taken() -> None:
    dearest = Decimal(10_000_000)
    found = estimate(
        small(
            sessions=(60, 60),
            price=(dearest, dearest),
            interval_days=1,
            maintenance_months=(1, 120),
            maintenance_price=(Decimal(0), dearest),
            horizon_years=10,
            vat=Decimal(100),
            discount_from=60,
            upfront=(dearest, dearest),
        )
    )
    # Session 60 is on 1 March 2001, and 118 months later is the horizon day, 1 January 2011.
    assert found.maintenance.sessions_high == 118
    assert found.high == 2 * dearest * (60 + 118 + 1)


# --- published prices ------------------------------------------------------------------------------------------------


def price_rows() -> list[dict[str, str]]:
    with PRICES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_price_file_has_the_fields_of_a_price_as_its_header() -> None:
    header = PRICES.read_text(encoding="utf-8").splitlines()[0]
    assert header == "claim,option,region,currency,per,low,high,year"


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['claim']}-{row['per']}") for row in price_rows()])
def test_published_price_can_be_read_as_a_price(row: dict[str, str]) -> None:
    document = {**row, "year": int(row["year"]) if row["year"] else None}
    price = TypeAdapter(Price).validate_json(json.dumps(document), strict=True)
    assert (str(price.low), str(price.high)) == (row["low"], row["high"])


def test_no_claim_gives_the_same_kind_of_price_twice() -> None:
    keys = [(row["claim"], row["per"]) for row in price_rows()]
    assert len(keys) == len(set(keys))
