"""Laws of the timeline that hold for every protocol and every wish."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mesodash.domain.closures import ClosedBecause, closed_because
from mesodash.domain.timeline import SessionEvent, Timeline, Wishes, as_json, first_day, months_later, plan
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Protocol
from mesodash.paths import DATA


def _records(name: str, shape: Any) -> Any:
    plain = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return TypeAdapter(shape).validate_json(json.dumps(plain), strict=True)


PROTOCOLS: dict[str, Protocol] = {protocol.id: protocol for protocol in _records("protocols.yaml", list[Protocol])}
AFTERCARE: list[AftercareRule] = _records("aftercare.yaml", list[AftercareRule])
START = date(2027, 1, 4)


@st.composite
def _wishes(draw: st.DrawFn) -> tuple[Protocol, Wishes]:
    protocol = draw(st.sampled_from(list(PROTOCOLS.values())))
    start = draw(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
    sessions = interval = months = None
    if protocol.interval_days is not None:
        low, high = (6, 10) if protocol.within_stated else (1, 12)
        sessions = draw(st.integers(low, high))
        low, high = (7, 28) if protocol.within_stated else (1, 45)
        interval = draw(st.integers(low, high))
    if protocol.takes_maintenance:
        months = draw(st.none() | st.integers(1, 24))
    spans = st.tuples(st.integers(0, 400), st.integers(0, 25)).map(
        lambda span: (start + timedelta(days=span[0]), start + timedelta(days=span[0] + span[1]))
    )
    place = draw(st.sampled_from([(None, None), ("DE", None), ("DE", "BY"), ("FR", None), ("TR", None)]))
    return protocol, Wishes(
        start=start,
        sessions=sessions,
        interval_days=interval,
        maintenance_months=months,
        horizon_months=draw(st.integers(1, 30)),
        avoid=tuple(draw(st.lists(spans, max_size=4))),
        closed_weekdays=draw(st.frozensets(st.integers(0, 6), max_size=7)),
        country=place[0],
        subdivision=place[1],
        tolerance_days=draw(st.integers(0, 20)),
    )


asked = _wishes()


def _because(wishes: Wishes) -> Callable[[date], ClosedBecause | None]:
    return closed_because(
        weekdays=wishes.closed_weekdays,
        avoid=wishes.avoid,
        country=wishes.country,
        subdivision=wishes.subdivision,
    )


def _sessions(timeline: Timeline) -> list[SessionEvent]:
    return [event for event in timeline.events if event.kind == "session"]


@given(asked)
def test_session_is_on_a_closed_day_exactly_when_it_carries_a_conflict(asked: tuple[Protocol, Wishes]) -> None:
    because = _because(asked[1])
    for session in _sessions(plan(*asked, AFTERCARE)):
        assert (because(session.date) is not None) == (session.conflict is not None)


@given(asked)
def test_session_with_a_conflict_stays_on_its_aimed_day(asked: tuple[Protocol, Wishes]) -> None:
    for session in _sessions(plan(*asked, AFTERCARE)):
        assert session.conflict is None or (session.date == session.aimed and session.moved_because is None)


@given(asked)
def test_open_aimed_day_is_kept(asked: tuple[Protocol, Wishes]) -> None:
    because = _because(asked[1])
    for session in _sessions(plan(*asked, AFTERCARE)):
        assert because(session.aimed) is not None or session.date == session.aimed


@given(asked)
def test_no_session_is_before_the_start(asked: tuple[Protocol, Wishes]) -> None:
    assert all(session.date >= asked[1].start for session in _sessions(plan(*asked, AFTERCARE)))


@given(asked)
def test_session_keeps_half_the_interval_to_its_neighbours(asked: tuple[Protocol, Wishes]) -> None:
    for one, other in pairwise(_sessions(plan(*asked, AFTERCARE))):
        half = (other.aimed - one.aimed) / 2
        assert other.date - one.date >= half
        assert other.aimed - one.date >= half


@given(asked)
def test_no_session_moves_further_than_the_tolerance(asked: tuple[Protocol, Wishes]) -> None:
    for session in _sessions(plan(*asked, AFTERCARE)):
        assert session.moved_days == (session.date - session.aimed).days
        assert abs(session.moved_days) <= asked[1].tolerance_days


@given(asked)
def test_moved_session_has_the_nearest_allowed_day_and_a_conflict_has_none(asked: tuple[Protocol, Wishes]) -> None:
    protocol, wishes = asked
    because = _because(wishes)
    sessions = _sessions(plan(protocol, wishes, AFTERCARE))
    for position, session in enumerate(sessions):
        if because(session.aimed) is None:
            continue
        allowed = []
        for days in range(-wishes.tolerance_days, wishes.tolerance_days + 1):
            day = session.aimed + timedelta(days=days)
            fits = because(day) is None and day >= wishes.start
            if position > 0:
                before = sessions[position - 1]
                fits = fits and (day - before.date) / (session.aimed - before.aimed) >= 0.5
            if position + 1 < len(sessions):
                after = sessions[position + 1]
                fits = fits and (after.aimed - day) / (after.aimed - session.aimed) >= 0.5
            if fits:
                allowed.append(day)
        nearest = min(allowed, key=lambda day: (abs(day - session.aimed), day), default=None)
        assert session.date == (nearest or session.aimed)
        assert (session.conflict is None) == (nearest is not None)


@given(asked)
def test_same_wishes_give_the_same_timeline(asked: tuple[Protocol, Wishes]) -> None:
    assert plan(*asked, AFTERCARE) == plan(*asked, AFTERCARE)


@given(asked)
def test_maintenance_aims_fill_the_horizon_and_never_pass_it(asked: tuple[Protocol, Wishes]) -> None:
    protocol, wishes = asked
    timeline = plan(protocol, wishes, AFTERCARE)
    months = wishes.maintenance_months or protocol.maintenance_months
    last = [session.aimed for session in _sessions(timeline) if session.phase == "course"][-1]
    aims = [session.aimed for session in _sessions(timeline) if session.phase == "maintenance"]
    assert all(aim <= timeline.horizon_end for aim in aims)
    if months is None:
        assert not aims
    else:
        assert months_later(last, (len(aims) + 1) * months) > timeline.horizon_end


@given(asked)
def test_maintenance_falls_on_the_day_of_the_month_or_the_end_of_a_shorter_one(asked: tuple[Protocol, Wishes]) -> None:
    protocol, wishes = asked
    sessions = _sessions(plan(protocol, wishes, AFTERCARE))
    last = [session.aimed for session in sessions if session.phase == "course"][-1]
    months = wishes.maintenance_months or protocol.maintenance_months or 0
    for number, session in enumerate((s for s in sessions if s.phase == "maintenance"), start=1):
        aim = session.aimed
        assert (aim.year - last.year) * 12 + aim.month - last.month == number * months
        ends_month = (aim + timedelta(days=1)).month != aim.month
        assert aim.day == last.day or (aim.day < last.day and ends_month)


@given(asked)
def test_sessions_are_numbered_through_and_lie_in_that_order(asked: tuple[Protocol, Wishes]) -> None:
    sessions = _sessions(plan(*asked, AFTERCARE))
    assert [session.index for session in sessions] == list(range(1, len(sessions) + 1))
    assert all(one.date < other.date for one, other in pairwise(sessions))


@given(asked)
def test_events_are_in_the_order_of_their_first_days(asked: tuple[Protocol, Wishes]) -> None:
    days = [first_day(event) for event in plan(*asked, AFTERCARE).events]
    assert days == sorted(days)


@given(asked)
def test_conflicts_repeat_what_the_sessions_carry(asked: tuple[Protocol, Wishes]) -> None:
    timeline = plan(*asked, AFTERCARE)
    carried = [(s.index, s.aimed, s.conflict) for s in _sessions(timeline) if s.conflict is not None]
    assert [(c.session, c.aimed, c.cause) for c in timeline.conflicts] == carried


@given(asked)
def test_every_session_has_each_aftercare_rule_of_its_option_once(asked: tuple[Protocol, Wishes]) -> None:
    timeline = plan(*asked, AFTERCARE)
    rules = [rule.id for rule in AFTERCARE if rule.option == timeline.option]
    for session in _sessions(timeline):
        own = [e for e in timeline.events if e.kind == "aftercare" and e.session == session.index]
        assert [event.rule for event in own] == rules
        assert all(event.begins == session.date for event in own)


@given(asked)
def test_json_form_holds_plain_values_only(asked: tuple[Protocol, Wishes]) -> None:
    plain = as_json(plan(*asked, AFTERCARE))
    assert json.loads(json.dumps(plain)) == plain


@given(
    st.sampled_from([name for name in PROTOCOLS if name not in ("custom", "six_to_ten")]),
    st.dates(date(9988, 1, 1), date.max),
    st.integers(1, 120),
)
def test_last_years_of_the_calendar_give_dates_or_a_refusal(protocol: str, start: date, horizon: int) -> None:
    wishes = Wishes(start=start, horizon_months=horizon, closed_weekdays=frozenset({5, 6}), country="DE")
    refusal: InputError | None = None
    try:
        timeline = plan(PROTOCOLS[protocol], wishes, AFTERCARE)
    except InputError as error:
        refusal = error
    if refusal is None:
        assert timeline.horizon_end >= start
    else:
        assert (refusal.field, refusal.key) == ("start", "error.date_too_late")


def test_first_day_of_the_calendar_can_be_the_start() -> None:
    wishes = Wishes(start=date.min, closed_weekdays=frozenset({0}), tolerance_days=60)
    assert _sessions(plan(PROTOCOLS["four_fortnightly"], wishes, AFTERCARE))[0].date == date(1, 1, 2)


def test_session_does_not_move_past_the_last_day_of_the_calendar() -> None:
    wishes = Wishes(
        start=date(9999, 11, 30),
        sessions=2,
        interval_days=31,
        horizon_months=1,
        avoid=((date(9999, 12, 20), date.max),),
    )
    plain = replace(PROTOCOLS["custom"], option="prp")
    assert _sessions(plan(plain, wishes, AFTERCARE))[1].conflict == "conflict.avoided"


def test_aftercare_after_the_last_day_of_the_calendar_is_refused() -> None:
    wishes = Wishes(start=date(9999, 11, 30), sessions=2, interval_days=31, horizon_months=1)
    with pytest.raises(InputError, match=r"start: error\.date_too_late"):
        plan(PROTOCOLS["custom"], wishes, AFTERCARE)


def test_refusal_of_a_number_tells_what_is_allowed() -> None:
    with pytest.raises(InputError) as refusal:
        plan(PROTOCOLS["six_to_ten"], Wishes(start=START, sessions=11, interval_days=14), AFTERCARE)
    assert (refusal.value.shown, refusal.value.params) == ("11", {"low": 6, "high": 10})


def test_refusal_of_a_region_lists_the_regions_of_a_country_that_has_few() -> None:
    with pytest.raises(InputError) as refusal:
        plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, country="GB", subdivision="XX"), AFTERCARE)
    assert refusal.value.params == {"allowed": "ENG, NIR, SCT, WLS"}


def test_refusal_of_a_region_lists_nothing_for_a_country_that_has_many() -> None:
    with pytest.raises(InputError) as refusal:
        plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, country="US", subdivision="XX"), AFTERCARE)
    assert (refusal.value.field, refusal.value.key, refusal.value.params) == (
        "subdivision",
        "error.unknown_country",
        {},
    )


def test_region_is_refused_for_a_country_without_regions() -> None:
    with pytest.raises(InputError) as refusal:
        plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, country="LU", subdivision="XX"), AFTERCARE)
    assert (refusal.value.field, refusal.value.key) == ("subdivision", "error.not_taken")


@pytest.mark.parametrize("country", ["", "de", "DEU", "Germany", "HolidayBase", "ECB", "D\u00cb", "Z1"])
def test_country_is_refused_unless_it_is_a_known_code_of_two_letters(country: str) -> None:
    with pytest.raises(InputError) as refusal:
        plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, country=country), AFTERCARE)
    assert (refusal.value.field, refusal.value.shown) == ("country", country)


def test_only_maintenance_with_a_span_has_a_later_end_in_json() -> None:
    events = as_json(plan(PROTOCOLS["four_fortnightly"], Wishes(start=START), AFTERCARE))["events"]
    assert isinstance(events, list)
    sessions = [event for event in events if event["kind"] == "session"]
    assert [event["index"] for event in sessions if "aimed_latest" in event] == list(range(5, len(sessions) + 1))


def test_the_days_at_the_longest_interval_are_those_of_a_plan_with_that_interval() -> None:
    wishes = Wishes(
        start=START,
        closed_weekdays=frozenset({5, 6}),
        country="DE",
        avoid=((date(2027, 5, 10), date(2027, 5, 17)), (date(2027, 11, 1), date(2027, 12, 1))),
    )
    two = _sessions(plan(PROTOCOLS["four_fortnightly"], wishes, AFTERCARE))[4:]
    far = replace(wishes, maintenance_months=3, horizon_months=60)
    three = _sessions(plan(PROTOCOLS["four_fortnightly"], far, AFTERCARE))[4:]
    late = [one.latest for one in two if one.latest is not None]
    placed = [(one.aimed, one.date, one.moved_because, one.conflict) for one in three[: len(two)]]
    assert [(one.aimed, one.date, one.moved_because, one.conflict) for one in late] == placed
    assert {one.conflict for one in late} >= {None, "conflict.avoided"}
    assert {one.moved_because for one in late} >= {None, "moved.closed_weekday"}


def test_only_a_round_number_of_months_is_about_a_time() -> None:
    events = plan(PROTOCOLS["transplant_course"], Wishes(start=START), AFTERCARE).events
    assert [event.name for event in events if event.kind == "milestone" and event.about] == ["clearly_visible"]
    events = plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, sessions=3), AFTERCARE).events
    assert not [event.name for event in events if event.kind == "milestone" and event.about]


def test_json_of_a_session_has_the_agreed_fields() -> None:
    plain: Any = as_json(plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, horizon_months=1), AFTERCARE))
    assert {key: plain[key] for key in ("protocol", "start", "horizon_end", "conflicts")} == {
        "protocol": "four_fortnightly",
        "start": "2027-01-04",
        "horizon_end": "2027-02-04",
        "conflicts": [],
    }
    assert plain["events"][0] == {
        "kind": "session",
        "index": 1,
        "phase": "course",
        "aimed": "2027-01-04",
        "date": "2027-01-04",
        "moved_days": 0,
        "moved_because": None,
        "conflict": None,
    }


def test_json_of_aftercare_and_milestones_has_the_agreed_fields() -> None:
    plain: Any = as_json(plan(PROTOCOLS["four_fortnightly"], Wishes(start=START, horizon_months=1), AFTERCARE))
    assert plain["events"][1] == {
        "kind": "aftercare",
        "rule": "no_washing",
        "session": 1,
        "from": "2027-01-04",
        "to_least": "2027-01-07",
        "to_most": "2027-01-08",
        "sources": ["s1-aftercare-no-washing"],
        "less_strict": ["s2-no-special-precautions", "meso-no-wash-48h-kiel", "meso-no-wash-48h-fr"],
    }
    assert plain["events"][-1] == {
        "kind": "milestone",
        "name": "course_end",
        "earliest": "2027-02-15",
        "latest": "2027-02-15",
        "sources": ["s2-initial-four-sessions", "s2-interval-two-weeks", "s2-maintenance-two-three-months"],
    }
