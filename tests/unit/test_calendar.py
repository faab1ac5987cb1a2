"""The calendar file, read back by the library that reads calendars."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from icalendar import Calendar, Timezone
from pydantic import TypeAdapter

from mesodash.domain.timeline import Event, Timeline, Wishes, plan
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Protocol
from mesodash.paths import DATA
from mesodash.reports.calendar import summary_key, to_ics

DATED = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
START = dt.date(2027, 1, 4)


def _records(name: str, shape: Any) -> Any:
    plain = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return TypeAdapter(shape).validate_json(json.dumps(plain), strict=True)


PROTOCOLS: dict[str, Protocol] = {protocol.id: protocol for protocol in _records("protocols.yaml", list[Protocol])}
AFTERCARE: list[AftercareRule] = _records("aftercare.yaml", list[AftercareRule])


def _timeline(protocol: str = "four_fortnightly", **wishes: Any) -> Timeline:
    return plan(PROTOCOLS[protocol], Wishes(**{"start": START, "horizon_months": 6, **wishes}), AFTERCARE)


def _ics(timeline: Timeline, **more: Any) -> bytes:
    def summaries(event: Event) -> str:
        key, params = summary_key(event, timeline)
        return " ".join([key, *(f"{name}={value}" for name, value in params.items())])

    return to_ics(timeline, **{"summaries": summaries, "lang": "en", "dated": DATED, **more})


def _entries(data: bytes) -> dict[str, Any]:
    return {str(entry["uid"]): entry for entry in Calendar.from_ical(data).walk("VEVENT")}


def test_every_event_of_the_timeline_is_in_the_calendar_once() -> None:
    timeline = _timeline()
    assert len(_entries(_ics(timeline))) == len(timeline.events)


def test_events_are_whole_days_and_the_end_is_the_day_after() -> None:
    data = _ics(_timeline())
    session = _entries(data)["four_fortnightly-session-2-2027-01-18@mesodash"]
    assert (session["dtstart"].dt, session["dtend"].dt) == (dt.date(2027, 1, 18), dt.date(2027, 1, 19))
    assert b"DTSTART;VALUE=DATE:20270118" in data


def test_aftercare_lasts_to_the_end_of_its_longest_reading() -> None:
    washing = _entries(_ics(_timeline()))["four_fortnightly-aftercare-no_washing-1-2027-01-04@mesodash"]
    assert (washing["dtstart"].dt, washing["dtend"].dt) == (START, dt.date(2027, 1, 9))


def test_aftercare_without_days_is_a_note_on_the_day_of_the_session() -> None:
    massage = _entries(_ics(_timeline()))["four_fortnightly-aftercare-no_massage-1-2027-01-04@mesodash"]
    assert (massage["dtstart"].dt, massage["dtend"].dt) == (START, dt.date(2027, 1, 5))


def test_milestone_spans_its_earliest_and_latest_day() -> None:
    visible = _entries(_ics(_timeline()))["four_fortnightly-milestone-first_visible_result-2027-01-04@mesodash"]
    assert (visible["dtstart"].dt, visible["dtend"].dt) == (dt.date(2027, 2, 1), dt.date(2027, 2, 16))


def test_moved_session_is_on_its_new_day_under_its_old_uid() -> None:
    moved = _timeline(avoid=((dt.date(2027, 1, 18), dt.date(2027, 1, 18)),))
    session = _entries(_ics(moved))["four_fortnightly-session-2-2027-01-18@mesodash"]
    assert session["dtstart"].dt == dt.date(2027, 1, 17)


def test_moving_a_session_changes_no_uid() -> None:
    moved = _timeline(avoid=((dt.date(2027, 1, 18), dt.date(2027, 1, 18)),))
    assert _entries(_ics(moved)).keys() == _entries(_ics(_timeline())).keys()


def test_same_timeline_gives_the_same_bytes() -> None:
    assert _ics(_timeline()) == _ics(_timeline())


def test_only_sessions_make_a_calendar_busy() -> None:
    busy = [uid for uid, entry in _entries(_ics(_timeline())).items() if entry["transp"] == "OPAQUE"]
    assert all("-session-" in uid for uid in busy)
    assert len(busy) == sum(event.kind == "session" for event in _timeline().events)


def test_file_says_when_it_was_made() -> None:
    berlin = DATED.astimezone(ZoneInfo("Europe/Berlin"))
    assert {entry["dtstamp"].dt for entry in _entries(_ics(_timeline(), dated=berlin)).values()} == {DATED}


def test_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        _ics(_timeline(), dated=DATED.replace(tzinfo=None))


def test_words_are_the_callers_and_carry_their_language() -> None:
    data = _ics(_timeline(), summaries=lambda event: "Séance, numéro; un", lang="fr")
    entries = _entries(data)
    assert {str(entry["summary"]) for entry in entries.values()} == {"Séance, numéro; un"}
    assert {entry["summary"].params["language"] for entry in entries.values()} == {"fr"}


def test_line_breaks_in_words_add_no_lines_to_the_file() -> None:
    data = _ics(_timeline(), summaries=lambda event: "one\r\nEND:VCALENDAR\r\ntwo")
    assert data.count(b"\r\nEND:VCALENDAR") == 1


def test_details_are_given_only_where_there_are_any() -> None:
    data = _ics(_timeline(), details=lambda event: "why" if event.kind == "milestone" else None)
    told = {uid for uid, entry in _entries(data).items() if "description" in entry}
    assert told == {uid for uid in _entries(data) if "-milestone-" in uid}


def test_no_time_of_day_brings_no_time_zone() -> None:
    assert b"VTIMEZONE" not in _ics(_timeline())


def test_time_of_day_holds_through_summer_and_winter() -> None:
    data = _ics(_timeline(), time=dt.time(9, 15), timezone="Europe/Berlin")
    winter = _entries(data)["four_fortnightly-session-1-2027-01-04@mesodash"]
    summer = _entries(data)["four_fortnightly-session-6-2027-06-15@mesodash"]
    assert winter["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2027, 1, 4, 8, 15, tzinfo=dt.UTC)
    assert summer["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2027, 6, 15, 7, 15, tzinfo=dt.UTC)
    assert winter["dtend"].dt - winter["dtstart"].dt == dt.timedelta(minutes=30)


@pytest.mark.parametrize("start", [START, dt.date(2026, 10, 20), dt.date(2045, 3, 20), dt.date(1975, 3, 1)])
def test_zone_in_the_file_agrees_with_the_zone_in_the_world(start: dt.date) -> None:
    data = _ics(_timeline(start=start, horizon_months=24), time=dt.time(9, 15), timezone="Europe/Berlin")
    (zone,) = Calendar.from_ical(data).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    own, world = zone.to_tz(lookup_tzid=False), ZoneInfo("Europe/Berlin")
    starts = [entry["dtstart"].dt for uid, entry in _entries(data).items() if "-session-" in uid]
    assert starts
    for moment in starts:
        plain = moment.replace(tzinfo=None)
        assert plain.replace(tzinfo=own).utcoffset() == plain.replace(tzinfo=world).utcoffset()


def test_only_sessions_get_hours() -> None:
    data = _ics(_timeline(), time=dt.time(9, 15), timezone="Europe/Berlin")
    for uid, entry in _entries(data).items():
        assert isinstance(entry["dtstart"].dt, dt.datetime) == ("-session-" in uid)


@pytest.mark.parametrize(
    ("given_value", "missing"), [({"time": dt.time(9)}, "timezone"), ({"timezone": "Europe/Berlin"}, "time")]
)
def test_time_and_time_zone_come_together(given_value: dict[str, Any], missing: str) -> None:
    with pytest.raises(InputError) as refusal:
        _ics(_timeline(), **given_value)
    assert (refusal.value.field, refusal.value.key) == (missing, "error.required")


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_time_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(InputError) as refusal:
        _ics(_timeline(), time=dt.time(9), timezone=zone)
    assert (refusal.value.field, refusal.value.shown) == ("timezone", zone)


def test_event_on_the_last_day_of_the_calendar_is_refused() -> None:
    timeline = _timeline("custom", start=dt.date(9999, 11, 27), sessions=2, interval_days=30, horizon_months=1)
    with pytest.raises(InputError, match=r"error\.date_too_late"):
        _ics(timeline)


def test_session_counts_the_course_and_maintenance_only_itself() -> None:
    timeline = _timeline()
    keys = [summary_key(event, timeline) for event in timeline.events if event.kind == "session"]
    assert keys[3] == ("calendar.session", {"index": 4, "total": 4})
    assert keys[4] == ("calendar.maintenance", {"index": 1})


def test_transplant_is_called_a_procedure_and_not_a_session() -> None:
    timeline = _timeline("transplant_course")
    keys = {summary_key(event, timeline)[0] for event in timeline.events}
    assert keys == {
        "calendar.procedure",
        "milestone.shedding",
        "milestone.first_growth",
        "milestone.clearly_visible",
        "milestone.full_result",
    }
