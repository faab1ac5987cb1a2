"""The calendar file, read back by the library that reads calendars."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
import vobject
import yaml
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar, Timezone
from pydantic import TypeAdapter

from mesodash.domain.timeline import Event, Timeline, Wishes, plan
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Protocol
from mesodash.paths import DATA
from mesodash.reports.calendar import Clock, Contents, summary_key, to_ics, uid

DATED = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
START = dt.date(2027, 1, 4)
CLOCK = Clock(time=dt.time(9, 15), timezone="Europe/Berlin")

CONTENTS: tuple[Contents, ...] = get_args(Contents)

Read = tuple[dt.date, dt.date, str, str | None]
"""Start, end, title and place of an entry."""


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

    return to_ics(timeline, **{"summaries": summaries, "lang": "en", "dated": DATED, "salt": "salt", **more})


NAMES = {
    uid("salt", name): name
    for name in (
        *(f"session-{number}" for number in range(1, 20)),
        *(f"after-{number}" for number in range(1, 20)),
        *(f"aftercare-{rule.id}-{number}" for rule in AFTERCARE for number in range(1, 20)),
        *(f"milestone-{milestone.name}" for one in PROTOCOLS.values() for milestone in one.milestones),
        "milestone-course_end",
    )
}


def _entries(data: bytes) -> dict[str, Any]:
    """Return the entries by what they stand for; their UIDs do not tell."""
    return {NAMES[str(entry["uid"])]: entry for entry in Calendar.from_ical(data).walk("VEVENT")}


def test_every_event_of_the_timeline_is_in_the_calendar_once() -> None:
    timeline = _timeline()
    assert len(_entries(_ics(timeline))) == len(timeline.events)


def test_events_are_whole_days_and_the_end_is_the_day_after() -> None:
    data = _ics(_timeline())
    session = _entries(data)["session-2"]
    assert (session["dtstart"].dt, session["dtend"].dt) == (dt.date(2027, 1, 18), dt.date(2027, 1, 19))
    assert b"DTSTART;VALUE=DATE:20270118" in data


def test_aftercare_lasts_to_the_end_of_its_longest_reading() -> None:
    washing = _entries(_ics(_timeline()))["aftercare-no_washing-1"]
    assert (washing["dtstart"].dt, washing["dtend"].dt) == (START, dt.date(2027, 1, 9))


def test_aftercare_without_days_is_a_note_on_the_day_of_the_session() -> None:
    massage = _entries(_ics(_timeline()))["aftercare-no_massage-1"]
    assert (massage["dtstart"].dt, massage["dtend"].dt) == (START, dt.date(2027, 1, 5))


def test_milestone_spans_its_earliest_and_latest_day() -> None:
    visible = _entries(_ics(_timeline()))["milestone-first_visible_result"]
    assert (visible["dtstart"].dt, visible["dtend"].dt) == (dt.date(2027, 2, 1), dt.date(2027, 2, 16))


def test_moved_session_is_on_its_new_day_under_its_old_uid() -> None:
    moved = _timeline(avoid=((dt.date(2027, 1, 18), dt.date(2027, 1, 18)),))
    session = _entries(_ics(moved))["session-2"]
    assert session["dtstart"].dt == dt.date(2027, 1, 17)


def test_moving_a_session_changes_no_uid() -> None:
    moved = _timeline(avoid=((dt.date(2027, 1, 18), dt.date(2027, 1, 18)),))
    assert _entries(_ics(moved)).keys() == _entries(_ics(_timeline())).keys()


def test_same_timeline_gives_the_same_bytes() -> None:
    assert _ics(_timeline()) == _ics(_timeline())


def test_only_sessions_make_a_calendar_busy() -> None:
    busy = [uid for uid, entry in _entries(_ics(_timeline())).items() if entry["transp"] == "OPAQUE"]
    assert all(uid.startswith("session-") for uid in busy)
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
    assert told == {uid for uid in _entries(data) if uid.startswith("milestone-")}


def test_no_time_of_day_brings_no_time_zone() -> None:
    assert b"VTIMEZONE" not in _ics(_timeline())


def test_time_of_day_holds_through_summer_and_winter() -> None:
    data = _ics(_timeline(), clock=CLOCK)
    winter = _entries(data)["session-1"]
    summer = _entries(data)["session-6"]
    assert winter["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2027, 1, 4, 8, 15, tzinfo=dt.UTC)
    assert summer["dtstart"].dt.astimezone(dt.UTC) == dt.datetime(2027, 6, 15, 7, 15, tzinfo=dt.UTC)
    assert winter["dtend"].dt - winter["dtstart"].dt == dt.timedelta(minutes=30)


@pytest.mark.parametrize("start", [START, dt.date(2026, 10, 20), dt.date(2045, 3, 20), dt.date(1975, 3, 1)])
def test_zone_in_the_file_agrees_with_the_zone_in_the_world(start: dt.date) -> None:
    data = _ics(_timeline(start=start, horizon_months=24), clock=CLOCK)
    (zone,) = Calendar.from_ical(data).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    own, world = zone.to_tz(lookup_tzid=False), ZoneInfo("Europe/Berlin")
    starts = [entry["dtstart"].dt for uid, entry in _entries(data).items() if uid.startswith("session-")]
    assert starts
    for moment in starts:
        plain = moment.replace(tzinfo=None)
        assert plain.replace(tzinfo=own).utcoffset() == plain.replace(tzinfo=world).utcoffset()


def test_only_sessions_and_what_is_said_after_them_get_hours() -> None:
    data = _ics(_timeline(), clock=CLOCK)
    for name, entry in _entries(data).items():
        assert isinstance(entry["dtstart"].dt, dt.datetime) == name.startswith("session-")


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_time_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(InputError) as refusal:
        _ics(_timeline(), clock=Clock(time=dt.time(9), timezone=zone))
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


# --- what only a clock brings


def _told(session: Any) -> tuple[str, str]:
    return "afterwards", "no washing"


def test_a_day_and_an_hour_stand_at_the_session_with_its_place_and_length() -> None:
    clock = Clock(time=dt.time(16, 45), timezone="Europe/Paris", minutes=20)
    session = _entries(_ics(_timeline(), clock=clock, place="12, rue Bleue; Paris"))["session-2"]
    assert session["dtstart"].dt == dt.datetime(2027, 1, 18, 16, 45, tzinfo=ZoneInfo("Europe/Paris"))
    assert session["dtend"].dt - session["dtstart"].dt == dt.timedelta(minutes=20)
    assert str(session["location"]) == "12, rue Bleue; Paris"


def test_what_to_leave_out_is_said_when_the_session_is_over() -> None:
    entries = _entries(_ics(_timeline(), clock=CLOCK, reminder=_told))
    for number in range(1, 6):
        assert entries[f"after-{number}"]["dtstart"].dt == entries[f"session-{number}"]["dtend"].dt
        (alarm,) = entries[f"after-{number}"].walk("VALARM")
        assert alarm["trigger"].dt == dt.timedelta()


def test_a_session_reminds_the_day_before() -> None:
    (alarm,) = _entries(_ics(_timeline(), clock=CLOCK))["session-1"].walk("VALARM")
    assert alarm["trigger"].dt == dt.timedelta(days=-1)


def test_whole_days_have_no_alarms_and_no_reminders() -> None:
    data = _ics(_timeline(), reminder=_told)
    assert b"VALARM" not in data
    assert not [name for name in _entries(data) if name.startswith("after-")]


@pytest.mark.parametrize("day", [dt.date(2027, 3, 28), dt.date(2027, 10, 31)])
def test_a_session_in_the_night_of_a_clock_change_is_as_long_as_any_other(day: dt.date) -> None:
    clock = Clock(time=dt.time(2, 45), timezone="Europe/Berlin")
    session = _entries(_ics(_timeline(start=day), clock=clock))["session-1"]
    length = session["dtend"].dt.astimezone(dt.UTC) - session["dtstart"].dt.astimezone(dt.UTC)
    assert length == dt.timedelta(minutes=30)


# --- reading a later file into the same calendar


def test_a_later_first_day_keeps_every_uid() -> None:
    one, other = _ics(_timeline()), _ics(_timeline(start=dt.date(2027, 2, 1)))
    assert set(_entries(one)) >= set(_entries(other))
    assert {"session-1", "aftercare-no_washing-3", "milestone-course_end"} <= set(_entries(other))


def test_two_people_with_the_same_plan_share_no_uid() -> None:
    uids = [
        {str(entry["uid"]) for entry in Calendar.from_ical(_ics(_timeline(), salt=salt)).walk("VEVENT")}
        for salt in ("one", "other")
    ]
    assert not uids[0] & uids[1]


def test_a_uid_tells_neither_the_plan_nor_the_salt() -> None:
    told = uid("salt", "session-1").lower()
    assert not [word for word in ("salt", "session", "four") if word in told]


def test_a_later_file_is_the_newer_revision() -> None:
    def revision(dated: dt.datetime) -> set[int]:
        return {int(entry["sequence"]) for entry in _entries(_ics(_timeline(), dated=dated)).values()}

    (first,), (second,) = revision(DATED), revision(DATED + dt.timedelta(seconds=1))
    assert 0 <= first < second < 2**31


def test_a_calendar_that_reads_a_second_file_moves_its_entries() -> None:
    """As RFC 5546 has it: the same UID is the same entry, and the higher SEQUENCE wins, whatever comes last."""
    shelf: dict[str, Any] = {}
    first = _ics(_timeline())
    moved = _ics(_timeline(start=dt.date(2027, 1, 13)), dated=DATED + dt.timedelta(hours=1))
    for data in (first, moved, first):
        for name, entry in _entries(data).items():
            if name not in shelf or int(entry["sequence"]) > int(shelf[name]["sequence"]):
                shelf[name] = entry
    assert len(shelf) == len(_entries(first))
    assert shelf["session-1"]["dtstart"].dt == dt.date(2027, 1, 13)


# --- readers that did not write it: neither shares code with the library that did, nor with the other


def _by_vobject(data: bytes) -> dict[str, Read]:
    found = vobject.readOne(data.decode())
    assert found.validate(raiseException=True)
    return {
        str(entry.uid.value): (
            entry.dtstart.value,
            entry.dtend.value,
            str(entry.summary.value),
            str(entry.location.value) if hasattr(entry, "location") else None,
        )
        for entry in found.vevent_list
    }


def _by_ical(data: bytes) -> dict[str, Read]:
    found = IcsCalendarStream.calendar_from_ics(data.decode())
    return {
        str(entry.uid): (entry.dtstart, entry.end, str(entry.summary), entry.location or None) for entry in found.events
    }


@pytest.mark.parametrize("contents", CONTENTS)
@pytest.mark.parametrize("read", [_by_vobject, _by_ical])
@pytest.mark.parametrize("clock", [None, CLOCK, Clock(time=dt.time(18), timezone="America/New_York", minutes=15)])
def test_another_reader_reads_the_same_days_hours_and_words(
    clock: Clock | None, read: Callable[[bytes], dict[str, Read]], contents: Contents
) -> None:
    made = {"clock": clock, "reminder": _told, "window": _told, "contents": contents}
    data = _ics(_timeline(horizon_months=24), place="Straße 1, Köln", lang="de", **made)
    own = {str(entry["uid"]): entry for entry in Calendar.from_ical(data).walk("VEVENT")}
    other = read(data)
    assert set(other) == set(own)
    for name, entry in own.items():
        *days, title, place = other[name]
        for ours, theirs in zip((entry["dtstart"].dt, entry["dtend"].dt), days, strict=True):
            if isinstance(ours, dt.datetime):
                # The other reader may take the zone from the file's own rules.
                assert isinstance(theirs, dt.datetime)
                assert theirs.astimezone(dt.UTC) == ours.astimezone(dt.UTC)
            else:
                assert theirs == ours
        assert title == str(entry["summary"])
        assert place == (str(entry["location"]) if "location" in entry else None)
