"""A timeline as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mesodash.domain.timeline import AftercareEvent, Event, SessionEvent, Timeline, first_day
from mesodash.errors import InputError
from mesodash.knowledge.records import Lang

if TYPE_CHECKING:
    import icalendar

SESSION_LENGTH = dt.timedelta(minutes=30)

_ONE_DAY = dt.timedelta(days=1)
_YEAR = dt.timedelta(days=366)


def summary_key(event: Event, timeline: Timeline) -> tuple[str, dict[str, int]]:
    """Return the text key that names an event and the key's placeholders.

    `calendar.session` {index} {total}, `calendar.maintenance` {index}, `calendar.procedure`, `aftercare.<rule>` and
    `milestone.<name>`.
    """
    if event.kind == "aftercare":
        return f"aftercare.{event.rule}", {}
    if event.kind == "milestone":
        return f"milestone.{event.name}", {}
    if timeline.option == "transplant":
        return "calendar.procedure", {}
    course = sum(1 for other in timeline.events if other.kind == "session" and other.phase == "course")
    if event.phase == "maintenance":
        # To a reader the first maintenance session is the first, although the sessions are numbered through.
        return "calendar.maintenance", {"index": event.index - course}
    return "calendar.session", {"index": event.index, "total": course}


def to_ics(
    timeline: Timeline,
    *,
    summaries: Callable[[Event], str],
    lang: Lang,
    dated: dt.datetime,
    details: Callable[[Event], str | None] | None = None,
    time: dt.time | None = None,
    timezone: str | None = None,
) -> bytes:
    """Return the timeline as a calendar of all-day events; the same timeline and words give the same bytes.

    Aftercare lasts to the end of its longest reading; without days it is a note on the day of its session. Sessions
    alone make a calendar busy. A session that moves keeps its UID, because the UID is made of the day it aims at.

    Args:
        summaries: The title of an event, in `lang`; `summary_key` gives its text key.
        details: The longer text below it; None for none.
        dated: When the file was made; must know its time zone.
        time: Gives sessions hours, of `SESSION_LENGTH`, in `timezone`; the two come together.
        timezone: A name of the IANA list, such as Europe/Berlin.

    Raises:
        InputError: `time` or `timezone` stands alone, the zone is not known, or an event ends after the year 9999.
        ValueError: `dated` does not know its time zone.
    """
    import icalendar

    if dated.tzinfo is None:
        raise ValueError("dated has no time zone; pass an aware datetime")
    zone = _zone(time, timezone)
    aimed = {event.index: event.aimed for event in timeline.events if event.kind == "session"}
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//mesodash//timeline//EN")
    calendar.add("version", "2.0")
    for event in timeline.events:
        try:
            first, end = _span(event, time, zone)
        except OverflowError:
            shown = first_day(event).isoformat()
            raise InputError("error.date_too_late", field="start", shown=shown) from None
        entry = icalendar.Event()
        entry.add("uid", _uid(event, timeline, aimed))
        entry.add("dtstamp", dated.astimezone(dt.UTC))
        entry.add("dtstart", first)
        entry.add("dtend", end)
        entry.add("transp", "OPAQUE" if event.kind == "session" else "TRANSPARENT")
        entry.add("summary", summaries(event), parameters={"language": lang})
        text = None if details is None else details(event)
        if text is not None:
            entry.add("description", text, parameters={"language": lang})
        calendar.add_component(entry)
    if zone is not None:
        _add_zone(calendar, [event for event in timeline.events if event.kind == "session"])
    return bytes(calendar.to_ical())


def _zone(time: dt.time | None, timezone: str | None) -> ZoneInfo | None:
    if time is None and timezone is None:
        return None
    if time is None or timezone is None:
        raise InputError("error.required", field="time" if time is None else "timezone")
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("error.unknown_timezone", field="timezone", shown=timezone) from None


def _span(event: Event, time: dt.time | None, zone: ZoneInfo | None) -> tuple[dt.date, dt.date]:
    """Return the start and the end of an event; the end does not belong to it."""
    if event.kind == "session" and time is not None:
        begins = dt.datetime.combine(event.date, time, tzinfo=zone)
        # Through UTC, so that a session in the hour of a clock change is as long as any other.
        utc = begins.astimezone(dt.UTC)
        return utc.astimezone(zone), (utc + SESSION_LENGTH).astimezone(zone)
    if event.kind == "session":
        last = event.date
    elif event.kind == "aftercare":
        last = _last_day(event)
    else:
        last = event.latest
    return first_day(event), last + _ONE_DAY


def _last_day(event: AftercareEvent) -> dt.date:
    ends = [day for day in (event.to_least, event.to_most) if day is not None]
    return max(ends, default=event.begins)


def _uid(event: Event, timeline: Timeline, aimed: dict[int, dt.date]) -> str:
    if event.kind == "session":
        what = f"session-{event.index}-{event.aimed.isoformat()}"
    elif event.kind == "aftercare":
        what = f"aftercare-{event.rule}-{event.session}-{aimed[event.session].isoformat()}"
    else:
        what = f"milestone-{event.name}-{timeline.start.isoformat()}"
    return f"{timeline.protocol}-{what}@mesodash"


def _add_zone(calendar: icalendar.Calendar, sessions: list[SessionEvent]) -> None:
    """Add the rules of the zone for the years of the sessions, with room on both sides."""
    first, last = sessions[0].date, sessions[-1].date
    calendar.add_missing_timezones(
        first_date=first - _YEAR if first.year > 2 else first,
        last_date=last + _YEAR if last.year < dt.MAXYEAR - 1 else last,
    )
