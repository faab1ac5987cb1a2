"""Why a range is wide: the swings of the tornado, and the cost of a year of reported effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesodash.domain.cost import CostInputs, Estimate, Range, cumulative, estimate
from mesodash.domain.days import months_later
from mesodash.domain.spread import (
    FACTORS,
    Grafts,
    per_effect_year,
    settle,
    settle_effect_year,
    swings,
    whole_sum,
)
from mesodash.domain.years import surely_above, turn
from tests.unit.test_cost import inputs, operation, pairs, small, yearly

ZERO = Decimal(0)
CENT = Decimal("0.01")


@given(inputs(), st.booleans())
def test_no_swing_is_negative_or_wider_than_the_range(entered: CostInputs, same_after: bool) -> None:
    whole = whole_sum(entered)
    if same_after and entered.maintenance_price is not None:
        entered = replace(entered, maintenance_price=entered.price)
        whole = whole_sum(entered)
    for one in swings(whole, settle(entered, whole_sum, same_after=same_after)):
        assert ZERO <= one.falls <= whole.high - whole.low
        assert ZERO <= one.rises <= whole.high - whole.low


@given(inputs())
def test_the_widest_swing_comes_first(entered: CostInputs) -> None:
    whole = whole_sum(entered)
    widths = [one.falls + one.rises for one in swings(whole, settle(entered, whole_sum, same_after=False))]
    assert widths == sorted(widths, reverse=True)


def test_sessions_and_price_swing_as_worked_out_by_hand() -> None:
    # 4 to 6 sessions at 200 to 300: 800 to 1800. With 4 sessions 800 to 1200, with 6 1200 to 1800.
    entered = small()
    found = {
        one.factor: (one.falls, one.rises)
        for one in swings(whole_sum(entered), settle(entered, whole_sum, same_after=True))
    }
    assert found == {"sessions": (600, 400), "price": (600, 400)}


def test_what_is_settled_already_has_no_bar() -> None:
    entered = small(sessions=(4, 4))
    assert [one.factor for one in swings(whole_sum(entered), settle(entered, whole_sum, same_after=True))] == ["price"]


def test_rarer_maintenance_is_the_cheap_end() -> None:
    each = (Decimal(100), Decimal(100))
    entered = small(sessions=(1, 1), price=each, maintenance_months=(1, 3), maintenance_price=each, horizon_years=1)
    (only,) = swings(whole_sum(entered), settle(entered, whole_sum, same_after=True))
    # 4 or 12 sessions in a year after the first one.
    assert (only.factor, only.falls, only.rises) == ("months", 800, 800)


def test_grafts_and_their_price_are_two_inputs_whose_product_is_the_price() -> None:
    grafts = Grafts(number=(3000, 5500), price=(Decimal(3), Decimal("4.70")))
    entered = small(option="transplant", sessions=(1, 1), price=grafts.product)
    whole = whole_sum(entered)
    assert whole == Range(low=Decimal(9000), high=Decimal(25850))
    found = swings(whole, settle(entered, whole_sum, same_after=True, grafts=grafts))
    assert [(one.factor, one.falls, one.rises) for one in found] == [
        ("grafts", Decimal("11750.00"), 7500),
        ("price", Decimal("9350.00"), Decimal("5100.00")),
    ]


@given(inputs(), pairs(st.decimals(1, 60, places=0)))
def test_a_longer_effect_never_makes_its_year_dearer(entered: CostInputs, months: tuple[Decimal, Decimal]) -> None:
    whole, settled = settle_effect_year(entered, months)
    assert whole.low <= whole.high
    assert {one.factor for one in settled} <= set(FACTORS)
    for one in swings(whole, settled):
        assert one.falls >= ZERO
        assert one.rises >= ZERO


def test_a_year_of_effect_is_the_course_over_its_length() -> None:
    # 800 over 18 months and 1800 over 12 months.
    low, high = per_effect_year(estimate(small()), (Decimal(12), Decimal(18)))
    assert low is not None
    assert (low.quantize(Decimal("0.01")), high) == (Decimal("533.33"), 1800)


@pytest.mark.parametrize("months", [(None, None), (None, Decimal(12)), (Decimal(12), None)])
def test_an_effect_of_unknown_length_leaves_its_end_open(months: tuple[Decimal | None, Decimal | None]) -> None:
    shortest, longest = months
    low, high = per_effect_year(estimate(small()), months)
    assert (low is None, high is None) == (longest is None, shortest is None)


def test_an_effect_of_no_length_has_no_cost_per_year() -> None:
    with pytest.raises(ValueError, match="no cost per year"):
        per_effect_year(estimate(small()), (ZERO, ZERO))


# --- passing ----------------------------------------------------------------------------------------------------------


def test_a_sum_passes_another_within_the_years_that_the_ranges_say() -> None:
    found = turn(operation("2000", "3000"), yearly("800", "1200"))
    assert found is not None
    assert (found.above, found.earliest, found.certain, found.overlapped) == ("second", 3, 5, False)


def test_sums_that_overlap_at_first_are_told_apart_from_the_year_they_part() -> None:
    # 2000 to 3000 at once against 1000 to 2500 at once and 800 more in each later year.
    growing = estimate(
        small(
            sessions=(0, 0),
            upfront=(Decimal(1000), Decimal(2500)),
            maintenance_months=(12, 12),
            maintenance_price=(Decimal(800), Decimal(800)),
        )
    )
    found = turn(growing, operation("2000", "3000"))
    assert found is not None
    assert (found.above, found.earliest, found.overlapped) == ("first", 4, True)


@given(inputs(), inputs())
def test_who_is_surely_above_is_above_at_the_horizon(first: CostInputs, second: CostInputs) -> None:
    ours, theirs = estimate(first), estimate(replace(second, horizon_years=first.horizon_years))
    found = surely_above(ours, theirs)
    if found is not None:
        upper, lower = (ours, theirs) if found[0] == "first" else (theirs, ours)
        assert upper.low > lower.high


# --- the course again, when its effect has faded ----------------------------------------------------------------------


@st.composite
def repeated(draw: st.DrawFn) -> CostInputs:
    low = draw(st.integers(0, 12))
    return replace(
        draw(inputs(maintained=False)),
        sessions=(low, low + draw(st.integers(0, 4))),
        horizon_years=draw(st.integers(1, 6)),
        package=draw(st.sampled_from([None, (3, 4), (5, 6)])),
        repeat_months=draw(pairs(st.integers(1, 30))),
    )


def walked(entered: CostInputs, sessions: int, months: int, price: Decimal) -> list[Decimal]:
    """Return what has been paid by the end of each year, session by session, for one way in which it may go."""
    paid = [ZERO] * entered.horizon_years
    start, day = date(2001, 1, 1), date(2001, 1, 1)
    end = date(2001 + entered.horizon_years, 1, 1)
    while sessions and start < end:
        for number in range(1, sessions + 1):
            day = start + timedelta(days=(number - 1) * entered.interval_days)
            free = entered.package is not None and (number - 1) % entered.package[1] >= entered.package[0]
            each = price * (1 - entered.discount / 100) if number >= entered.discount_from else price
            paid[min(day.year - 2001, entered.horizon_years - 1)] += ZERO if free else each
        start = months_later(day, months)
    return [one * (1 + entered.vat / 100) for one in accumulate(paid)]


@settings(max_examples=60)
@given(repeated(), st.data())
def test_whatever_lies_inside_the_inputs_costs_no_less_and_no_more_in_any_year(
    entered: CostInputs, data: st.DataObject
) -> None:
    assert entered.repeat_months is not None
    sessions, months = data.draw(st.integers(*entered.sessions)), data.draw(st.integers(*entered.repeat_months))
    price = data.draw(st.sampled_from(entered.price))
    sums = cumulative(looked_at(estimate(replace(entered, upfront=(ZERO, ZERO)))))
    for one, paid in zip(sums, walked(entered, sessions, months, price), strict=True):
        assert one.low - CENT <= paid <= one.high + CENT


def looked_at(result: Estimate) -> Estimate:
    """Return an estimate after a look at its own sums: parts, years and causes all say the same."""
    assert result.course.low + result.maintenance.low == pytest.approx(result.low)
    assert sum(one.high for one in result.per_year) == pytest.approx(result.high)
    assert sum(one.width for one in result.causes) == pytest.approx(result.high - result.low)
    return result


@given(repeated(), st.data())
def test_knowing_better_how_long_the_effect_lasts_never_widens_the_range(
    entered: CostInputs, data: st.DataObject
) -> None:
    assert entered.repeat_months is not None
    narrow = data.draw(pairs(st.integers(*entered.repeat_months)))
    wide, found = whole_sum(entered), whole_sum(replace(entered, repeat_months=narrow))
    assert wide.low <= found.low <= found.high <= wide.high


def test_a_course_that_is_had_again_costs_what_a_hand_works_out() -> None:
    # 4 sessions take 6 weeks: with 18 months of effect they come round 3 times in 5 years, 16 sessions in all. 10 take
    # 18 weeks: with 12 months of effect they come round 3 times as well, 40 sessions in all.
    entered = small(sessions=(4, 10), price=(Decimal(300), Decimal(300)), repeat_months=(12, 18))
    result = estimate(entered)
    assert (result.low, result.high) == (4800, 12000)
    assert (result.maintenance.sessions_low, result.maintenance.sessions_high) == (12, 30)
    found = {one.factor: one for one in settle(entered, whole_sum, same_after=True)}
    # Settled at 18 months: at most 10 + 2 x 10 sessions; at 12 months: at least 4 + 4 x 4.
    assert (found["duration"].cheap.high, found["duration"].dear.low) == (9000, 6000)


def test_maintenance_and_the_course_again_are_never_counted_together() -> None:
    with pytest.raises(ValueError, match="not both"):
        small(maintenance_months=(1, 3), maintenance_price=(ZERO, ZERO), repeat_months=(12, 18))
