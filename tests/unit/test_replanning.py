"""Laws of the dates after sessions took place, were missed or were moved by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain.days import months_later
from mesodash.domain.replanning import Later, Mark, MarkState
from mesodash.domain.timeline import SessionEvent, Timeline, Wishes, plan
from mesodash.knowledge import load

KNOWLEDGE = load()
START = date(2027, 1, 4)
FOUR = KNOWLEDGE.protocols["four_fortnightly"]
LATER: tuple[Later, ...] = ("follow", "stay")
STATES: tuple[MarkState, ...] = ("done", "moved")

wanted = st.builds(
    Wishes,
    start=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    sessions=st.integers(2, 8),
    interval_days=st.integers(2, 40),
    maintenance_months=st.none() | st.integers(1, 6),
    horizon_months=st.integers(1, 24),
    closed_weekdays=st.frozensets(st.integers(0, 6), max_size=4),
    tolerance_days=st.integers(0, 8),
)


def _sessions(timeline: Timeline) -> list[SessionEvent]:
    return [event for event in timeline.events if event.kind == "session"]


def _dates(*marks: Mark, **wishes: Any) -> dict[int, date]:
    planned = plan(FOUR, Wishes(**{"start": START, "horizon_months": 8, **wishes}), KNOWLEDGE.aftercare, marks)
    return {session.index: session.date for session in _sessions(planned)}


PLAIN = _dates()


def test_sessions_after_one_that_was_moved_keep_their_distance_if_they_follow() -> None:
    moved = _dates(Mark(session=2, state="moved", was=PLAIN[2], day=date(2027, 1, 21)))
    assert [moved[k] for k in (1, 2, 3, 4)] == [PLAIN[1], date(2027, 1, 21), date(2027, 2, 4), date(2027, 2, 18)]
    assert moved[5] == date(2027, 4, 18)


def test_a_session_far_on_by_hand_is_not_too_near_to_those_that_follow_it() -> None:
    marks = (Mark(session=2, state="moved", was=PLAIN[2], day=PLAIN[2] + timedelta(days=49)),)
    planned = plan(FOUR, Wishes(start=START, horizon_months=8), KNOWLEDGE.aftercare, marks)
    assert [one.conflict for one in _sessions(planned)] == [None] * len(_sessions(planned))
    third = _sessions(planned)[2].date
    # A closed day still has its way out, to within half the distance.
    closed = plan(FOUR, Wishes(start=START, horizon_months=8, avoid=((third, third),)), KNOWLEDGE.aftercare, marks)
    assert _sessions(closed)[2].date == third - timedelta(days=1)


def test_sessions_after_one_that_was_moved_stay_if_they_stay() -> None:
    moved = _dates(Mark(session=2, state="moved", was=PLAIN[2], day=date(2027, 1, 21), later="stay"))
    assert moved == PLAIN | {2: date(2027, 1, 21)}


def test_a_late_session_moves_the_rest_as_it_moves_itself() -> None:
    late = _dates(Mark(session=1, state="done", was=PLAIN[1], day=PLAIN[1] + timedelta(days=5)))
    assert all(late[k] - PLAIN[k] == timedelta(days=5) for k in (1, 2, 3, 4))


def test_a_missed_session_that_is_made_up_moves_itself_and_the_rest_by_one_interval() -> None:
    missed = _dates(Mark(session=3, state="missed", was=PLAIN[3]))
    assert [missed[k] - PLAIN[k] for k in (1, 2, 3, 4)] == [timedelta(days=d) for d in (0, 0, 14, 14)]


def test_a_missed_session_that_is_left_out_has_no_day_and_the_rest_stay() -> None:
    missed = _dates(Mark(session=3, state="missed", was=PLAIN[3], later="stay"))
    assert missed == {k: day for k, day in PLAIN.items() if k != 3}


def test_maintenance_is_counted_from_the_maintenance_session_that_came_late() -> None:
    late = _dates(Mark(session=5, state="done", was=PLAIN[5], day=date(2027, 4, 30)))
    assert late[6] == date(2027, 6, 30)


def test_maintenance_that_is_made_up_moves_on_by_its_own_interval() -> None:
    missed = _dates(Mark(session=5, state="missed", was=PLAIN[5]), horizon_months=12)
    assert missed[5] == months_later(PLAIN[4], 4)
    assert missed[6] == months_later(PLAIN[4], 6)


def test_a_session_too_near_to_one_that_was_moved_makes_room_or_says_so() -> None:
    mark = Mark(session=2, state="moved", was=PLAIN[2], day=PLAIN[3] - timedelta(days=5), later="stay")
    planned = plan(FOUR, Wishes(start=START), KNOWLEDGE.aftercare, [mark])
    third = _sessions(planned)[2]
    assert (third.date, third.moved_because) == (PLAIN[3] + timedelta(days=2), "moved.too_near")
    firm = plan(FOUR, Wishes(start=START, tolerance_days=1), KNOWLEDGE.aftercare, [mark])
    assert _sessions(firm)[2].conflict == "conflict.too_near"
    assert [conflict.session for conflict in firm.conflicts] == [3]


def test_a_day_chosen_by_hand_is_kept_although_it_is_closed_and_says_so() -> None:
    mark = Mark(session=2, state="moved", was=PLAIN[2], day=date(2027, 1, 23))
    planned = plan(FOUR, Wishes(start=START, closed_weekdays=frozenset({5})), KNOWLEDGE.aftercare, [mark])
    second = _sessions(planned)[1]
    assert (second.date, second.conflict) == (date(2027, 1, 23), "conflict.chosen.closed")


def test_a_session_that_took_place_is_no_conflict() -> None:
    mark = Mark(session=2, state="done", was=PLAIN[2], day=date(2027, 1, 23))
    planned = plan(FOUR, Wishes(start=START, closed_weekdays=frozenset({5})), KNOWLEDGE.aftercare, [mark])
    assert _sessions(planned)[1].conflict is None
    assert _sessions(planned)[1].done


def test_aftercare_begins_on_the_day_a_session_took_place() -> None:
    mark = Mark(session=1, state="done", was=PLAIN[1], day=date(2027, 1, 6))
    planned = plan(FOUR, Wishes(start=START), KNOWLEDGE.aftercare, [mark])
    begins = {event.begins for event in planned.events if event.kind == "aftercare" and event.session == 1}
    assert begins == {date(2027, 1, 6)}


def test_a_course_of_which_every_session_was_left_out_has_no_milestones() -> None:
    marks = [Mark(session=k, state="missed", was=PLAIN[k], later="stay") for k in (1, 2, 3, 4)]
    planned = plan(FOUR, Wishes(start=START, horizon_months=1), KNOWLEDGE.aftercare, marks)
    assert planned.events == ()
    assert [mark.session for mark in planned.missed] == [1, 2, 3, 4]


@given(wanted)
def test_marks_of_sessions_that_the_plan_does_not_have_change_nothing(wishes: Wishes) -> None:
    custom = KNOWLEDGE.protocols["custom"]
    mark = Mark(session=900, state="moved", was=START, day=START)
    assert plan(custom, wishes, KNOWLEDGE.aftercare, [mark]) == plan(custom, wishes, KNOWLEDGE.aftercare)


@given(wanted, st.integers(1, 8))
def test_a_session_that_took_place_on_its_day_moves_no_other(wishes: Wishes, session: int) -> None:
    custom = KNOWLEDGE.protocols["custom"]
    before = {one.index: one.date for one in _sessions(plan(custom, wishes, KNOWLEDGE.aftercare))}
    if session not in before:
        return
    mark = Mark(session=session, state="done", was=before[session], day=before[session], later="stay")
    after = {one.index: one.date for one in _sessions(plan(custom, wishes, KNOWLEDGE.aftercare, [mark]))}
    assert after == before


@given(wanted, st.integers(1, 8), st.integers(-3, 30), st.sampled_from(STATES), st.sampled_from(LATER))
def test_only_sessions_that_say_so_come_nearer_than_half_the_interval(
    wishes: Wishes, session: int, days: int, state: MarkState, later: Later
) -> None:
    custom = KNOWLEDGE.protocols["custom"]
    planned = {one.index: one.date for one in _sessions(plan(custom, wishes, KNOWLEDGE.aftercare))}
    if session not in planned:
        return
    day = planned[session] + timedelta(days=days)
    mark = Mark(session=session, state=state, was=planned[session], day=day, later=later)
    by_index = sorted(_sessions(plan(custom, wishes, KNOWLEDGE.aftercare, [mark])), key=lambda one: one.index)
    for one, other in pairwise(by_index):
        free = other.conflict is None and not other.done and wishes.maintenance_months is None
        follows = one.index == session and later == "follow"
        assert not free or 2 * (other.date - one.date) >= other.aimed - (one.date if follows else one.aimed)


def _has_other_end(*marks: Mark) -> list[bool]:
    """Return for each maintenance session whether it has a day at the longest interval."""
    planned = plan(FOUR, Wishes(start=START, horizon_months=10), KNOWLEDGE.aftercare, marks)
    return [session.latest is not None for session in _sessions(planned) if session.phase == "maintenance"]


def test_after_a_session_on_a_day_of_its_own_no_other_day_is_at_the_longest_interval() -> None:
    away = {"state": "moved", "later": "stay"}
    assert _has_other_end() == [True] * 4
    assert _has_other_end(Mark(session=6, was=PLAIN[6], day=date(2027, 6, 1), **away)) == [True, False, False, False]
    assert _has_other_end(Mark(session=4, was=PLAIN[4], day=date(2027, 3, 1), **away)) == [False] * 4
    # Those that follow it count from its day, and one that took place as planned changes nothing.
    assert _has_other_end(Mark(session=6, state="moved", was=PLAIN[6], day=date(2027, 6, 1)))[2:] == [True, True]
    done = Mark(session=5, state="done", was=PLAIN[5], day=PLAIN[5], later="stay")
    assert _has_other_end(done) == [False, True, True, True]
