"""A person's plans against the days after a session, and first days that avoid them, against a plain search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain.closures import closed_because
from mesodash.domain.collisions import ACTIVITIES, Activity, BetterStart, OwnPlan, better_starts, collisions
from mesodash.domain.timeline import SessionEvent, Wishes, plan
from mesodash.knowledge import load

KNOWLEDGE = load()
FOUR = KNOWLEDGE.protocols["four_fortnightly"]
RULES = [rule for rule in KNOWLEDGE.aftercare if rule.option == "mesotherapy"]
EVERY = [*RULES, *(rule for rule in KNOWLEDGE.days_off if rule.option == "mesotherapy")]
START = date(2027, 1, 4)
WISHES = Wishes(start=START, horizon_months=3)


def _sessions(wishes: Wishes = WISHES) -> list[SessionEvent]:
    return [event for event in plan(FOUR, wishes, KNOWLEDGE.aftercare).events if event.kind == "session"]


def _on(activity: Activity, days_after: int, length: int = 1) -> OwnPlan:
    """Return a plan so many days after the second session."""
    first = date(2027, 1, 18) + timedelta(days=days_after)
    return OwnPlan(activity=activity, first=first, last=first + timedelta(days=length - 1))


def _found(*own: OwnPlan, unstated: int = 4) -> list[tuple[int, int, str]]:
    found = collisions(_sessions(), own, RULES, unstated_days=unstated)
    return [(one.session, one.day, one.reading) for one in found]


@pytest.mark.parametrize(
    ("days_after", "reading"), [(-1, None), (0, "least"), (1, "least"), (3, "least"), (4, "most"), (5, None)]
)
def test_washing_collides_to_day_3_by_the_shortest_and_to_day_4_by_the_longest_reading(
    days_after: int, reading: str | None
) -> None:
    assert _found(_on("washing", days_after)) == ([] if reading is None else [(2, days_after, reading)])


def test_a_swim_on_day_2_collides_with_a_rule_without_a_number_and_says_so() -> None:
    assert _found(_on("swim", 2)) == [(2, 2, "unstated")]


def test_a_rule_without_a_number_asks_for_as_many_days_as_the_reader_wants() -> None:
    assert _found(_on("swim", 2), unstated=1) == []
    assert _found(_on("swim", 9), unstated=9) == [(2, 9, "unstated")]


def test_a_plan_of_several_days_collides_on_the_first_of_them_that_is_asked_for() -> None:
    assert _found(_on("sun", -3, length=5)) == [(2, 0, "least")]


def test_a_plan_over_two_sessions_collides_with_both() -> None:
    assert [session for session, _, _ in _found(_on("sun", -20, length=30))] == [1, 2]


PRP = [rule for rule in KNOWLEDGE.days_off if rule.option == "prp"]


@pytest.mark.parametrize("activity", ["company", "kept_free"])
def test_a_day_to_be_seen_or_kept_free_collides_with_the_time_to_recover(activity: Activity) -> None:
    def readings(option: str, *days: int) -> list[str]:
        rules = [rule for rule in KNOWLEDGE.days_off if rule.option == option]
        own = [_on(activity, day) for day in days]
        return [one.reading for one in collisions(_sessions(), own, rules, unstated_days=60)]

    assert readings("transplant", 1, 7, 8, 13) == ["least", "least", "most", "most"]
    assert [one.reading for one in collisions(_sessions(), [_on("company", 0)], PRP, unstated_days=4)] == ["most"]
    # Nobody asks for a day after these, and some for as many.
    assert readings("prp", 1, 2) == ["most"]
    assert readings("mesotherapy", 1, 3, 4) == ["most", "most"]


def test_a_session_on_a_day_to_keep_free_is_not_counted_twice() -> None:
    rules = [rule for rule in KNOWLEDGE.days_off if rule.option == "transplant"]
    (session,) = (one for one in _sessions() if one.date == date(2027, 1, 18))
    assert collisions([session], [_on("kept_free", 0, length=3)], rules, unstated_days=4) == ()
    assert collisions([session], [_on("company", 0, length=3)], rules, unstated_days=4)[0].reading == "least"


def test_an_option_without_rules_collides_with_nothing() -> None:
    assert collisions(_sessions(), [_on("washing", 1)], [], unstated_days=4) == ()


def test_sessions_out_of_order_are_all_looked_at() -> None:
    first, *rest = _sessions()
    moved = [*rest, first]
    found = collisions(moved, [OwnPlan(activity="sun", first=START, last=START)], RULES, unstated_days=4)
    assert [one.session for one in found] == [1]


def test_each_activity_is_spoken_of_by_a_rule_of_the_content() -> None:
    assert set(ACTIVITIES.values()) == {rule.id for rule in (*RULES, *KNOWLEDGE.days_off)}


def _better(*own: OwnPlan, earliest: date = START, **wishes: Any) -> tuple[BetterStart, ...]:
    return better_starts(FOUR, replace(WISHES, **wishes), RULES, own, unstated_days=4, earliest=earliest)


def test_the_nearest_later_first_day_is_found() -> None:
    (found,) = _better(_on("washing", 1))
    assert (found.days, found.left, found.start) == (2, 0, date(2027, 1, 6))


def test_a_nearer_first_day_is_found_before_too_but_never_before_today() -> None:
    earlier, later = _better(_on("washing", 1), earliest=date(2026, 12, 1))
    assert (earlier.days, later.days) == (-4, 2)
    (later,) = _better(_on("washing", 1), earliest=date(2027, 1, 1))
    assert later.days == 2


def test_a_first_day_is_an_open_one() -> None:
    (found,) = _better(_on("washing", 1), closed_weekdays=frozenset({2, 3}))
    assert found.start == date(2027, 1, 8)


def test_where_no_first_day_is_free_the_one_with_the_fewest_is_given_or_none() -> None:
    always = OwnPlan(activity="washing", first=date(2026, 1, 1), last=date(2029, 1, 1))
    assert _better(always) == ()
    (found,) = _better(always, _on("sun", 0))
    assert (found.days, found.left) == (1, 4)


own_plans = st.lists(
    st.builds(
        lambda activity, begins, length: OwnPlan(
            activity=activity,
            first=START + timedelta(days=begins),
            last=START + timedelta(days=begins + length),
        ),
        st.sampled_from(list(ACTIVITIES)),
        st.integers(-10, 120),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@given(own_plans, st.frozensets(st.integers(0, 6), max_size=3), st.integers(0, 6))
def test_better_first_days_are_those_of_a_plain_search(
    own: list[OwnPlan], closed: frozenset[int], unstated: int
) -> None:
    """Windows are counted day by day here, and each first day goes through the whole plan."""
    earliest = START - timedelta(days=20)
    wishes = replace(WISHES, closed_weekdays=closed)
    last: dict[str, int] = {rule.id: unstated if rule.most_days is None else rule.most_days for rule in EVERY}
    because = closed_because(weekdays=closed, avoid=(), country=None, subdivision=None)

    def free(start: date) -> bool:
        sessions = _sessions(replace(wishes, start=start))
        hit = any(
            one.first <= session.date + timedelta(days=day) <= one.last
            for one in own
            for session in sessions
            for day in range(last[ACTIVITIES[one.activity]] + 1)
        )
        return not hit and not any(session.conflict for session in sessions)

    days = [*range(-20, 0), *range(1, 60)]
    fitting = [
        day for day in days if because(START + timedelta(days=day)) is None and free(START + timedelta(days=day))
    ]
    expected = [
        max((day for day in fitting if day < 0), default=None),
        min((d for d in fitting if d > 0), default=None),
    ]
    found = better_starts(FOUR, wishes, EVERY, own, unstated_days=unstated, earliest=earliest)
    near = [one.days for one in found if one.left == 0 and one.days < 60]
    assert near == [day for day in expected if day is not None]
