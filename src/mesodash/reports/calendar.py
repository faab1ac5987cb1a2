"""A timeline as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mesodash.domain.timeline import AftercareEvent, Event, MilestoneEvent, SessionEvent, Timeline, first_day, limits
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.knowledge.records import Claim, Lang

if TYPE_CHECKING:
    import icalendar

LENGTHS = (15, 20, 25, 30)
"""Minutes that a session may take; a clinic says which."""

Contents = Literal["sessions", "windows", "rules"]
"""What a calendar holds: the sessions alone; these, one entry for the days after each, and milestones; or the same with
an entry for each thing to leave out."""

_LONGEST = LENGTHS[-1]
_ONE_DAY = dt.timedelta(days=1)
_REMINDER = dt.timedelta(minutes=15)
_COUNTED_FROM = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When on its day a session is: from `time` for `minutes` in `timezone`, a name of the IANA list."""

    time: dt.time
    timezone: str
    minutes: int = _LONGEST


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
    if event.phase == "maintenance":
        # To a reader the first maintenance session is the first, although the sessions are numbered through.
        return "calendar.maintenance", {"index": event.index - timeline.course_sessions}
    return "calendar.session", {"index": event.index, "total": timeline.course_sessions}


def event_title(words: Words, timeline: Timeline, event: Event) -> str:
    """Return the name of an event in the reader's language."""
    key, values = summary_key(event, timeline)
    return words(key, **values)


def disputed(words: Words, timeline: Timeline, claims: Mapping[str, Claim]) -> dict[str, str]:
    """Return the points of the course that are not settled, each with what other statements say."""
    points = (event for event in timeline.events if event.kind == "milestone")
    said = ((event.name, limited(words, event, claims)) for event in points)
    return {name: others for name, others in said if others is not None}


def limited(words: Words, event: MilestoneEvent, claims: Mapping[str, Claim]) -> str | None:
    """Return what other statements say of a point of the course; None where it is settled."""
    others = limits(event, claims)
    said = []
    for claim in others:
        value = claim.value
        if value is None or value.unit != "month" or value.low is None or value.high is None:
            continue
        who = "clinic" if claim.kind in ("clinic_statement", "clinic_practice") else "source"
        said.append(words(f"timeline.limit.{who}", when=words.months(value.low, value.high, form="after")))
    if others and not said:
        said = [words("timeline.limit.other")]
    return words.parted(dict.fromkeys(said)) or None


def point_title(words: Words, event: MilestoneEvent, others: str | None) -> str:
    """Return what is said to be reached at a point of the course, and what others say where it is not settled."""
    title = words(f"milestone.{event.name}")
    return title if others is None else words("timeline.disputed", what=title, others=others)


def dated_title(words: Words, timeline: Timeline, event: Event, disputed: Mapping[str, str]) -> str:
    """Return the name of an event where a day stands beside it, though its source may give none.

    Args:
        disputed: What other statements say of the points of the course that are not settled.
    """
    if event.kind != "milestone":
        return event_title(words, timeline, event)
    title = point_title(words, event, disputed.get(event.name))
    return words("calendar.about", what=title) if event.about else title


def to_ics(
    timeline: Timeline,
    *,
    summaries: Callable[[Event], str],
    lang: Lang,
    dated: dt.datetime,
    salt: str | None = None,
    details: Callable[[Event], str | None] | None = None,
    reminder: Callable[[SessionEvent], tuple[str, str]] | None = None,
    clock: Clock | None = None,
    place: str | None = None,
    contents: Contents = "rules",
    window: Callable[[SessionEvent], tuple[str, str]] | None = None,
) -> bytes:
    """Return the timeline as a calendar; the same timeline, words, salt and moment give the same bytes.

    Days without an hour are all-day events. Aftercare lasts to the end of its longest reading; without days it is a
    note on the day of its session. Sessions alone make a calendar busy. With a clock, sessions get hours and an alarm a
    day before, and what to leave out is said as soon as a session is over: by an entry of its own if `contents` is
    "rules", else by a second alarm of the session.

    An entry keeps its UID while its session moves to another day, so that a calendar which reads a later file moves the
    entry instead of adding one. A later file has a higher SEQUENCE (the seconds since the start of 2026), which tells
    the calendar that it is the newer one.

    Args:
        summaries: The title of an event, in `lang`, as `dated_title` gives it.
        dated: When the file was made; must know its time zone.
        salt: Random text kept with the plan: who has it gets the same UIDs, and nobody else. None: the protocol and its
            first day instead, which two people may share.
        details: The longer text below the title; None for none.
        reminder: Title and text of what is said after a session.
        place: Where sessions are.
        window: Title and text of the entry for all days after a session; needed if `contents` is "windows".

    Raises:
        InputError: The zone is not known, or an event ends after the year 9999.
        ValueError: `dated` does not know its time zone.
    """
    import icalendar

    if dated.tzinfo is None:
        raise ValueError("dated has no time zone; pass an aware datetime")
    zone = None if clock is None else _zone(clock)
    whose = f"{timeline.protocol}-{timeline.start.isoformat()}" if salt is None else salt
    stamp = dated.astimezone(dt.UTC).replace(microsecond=0)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//mesodash//timeline//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")

    def add(name: str, first: dt.date, end: dt.date, title: str, text: str | None, *, busy: bool) -> icalendar.Event:
        entry = icalendar.Event()
        entry.add("uid", uid(whose, name))
        entry.add("dtstamp", stamp)
        entry.add("last-modified", stamp)
        entry.add("sequence", max(int((stamp - _COUNTED_FROM).total_seconds()), 0))
        first, end = _forwards(first, end)
        entry.add("dtstart", first)
        entry.add("dtend", end)
        entry.add("transp", "OPAQUE" if busy else "TRANSPARENT")
        entry.add("summary", title, parameters={"language": lang})
        if text is not None:
            entry.add("description", text, parameters={"language": lang})
        calendar.add_component(entry)
        return entry

    last_days = _last_days(timeline)
    for event in timeline.events:
        if (contents == "sessions" and event.kind != "session") or (contents != "rules" and event.kind == "aftercare"):
            continue
        session = event if event.kind == "session" else None
        title, text = summaries(event), None if details is None else details(event)
        try:
            first, end = _span(event, clock, zone)
            entry = add(_name(event), first, end, title, text, busy=session is not None)
            if session is None:
                continue
            if place:
                entry.add("location", place, parameters={"language": lang})
            if contents == "windows" and window is not None and session.index in last_days:
                until = last_days[session.index] + _ONE_DAY
                add(f"window-{session.index}", session.date, until, *window(session), busy=False)
            if clock is None:
                continue
            entry.add_component(_alarm(title, -_ONE_DAY))
            if reminder is None:
                continue
            told, leave_out = reminder(session)
            if contents == "rules":
                after = add(f"after-{session.index}", end, _later(end, _REMINDER), told, leave_out, busy=False)
                after.add_component(_alarm(told, dt.timedelta()))
            else:
                entry.add_component(_alarm(f"{told}\n{leave_out}", dt.timedelta(), at_end=True))
        except OverflowError:
            shown = first_day(event).isoformat()
            raise InputError("error.date_too_late", field="start", shown=shown) from None
    days = [event.date for event in timeline.events if event.kind == "session"]
    if zone is not None and days:
        calendar.subcomponents.insert(0, _zone_rules(zone, min(days), max(days)))
    return bytes(calendar.to_ical())


def uid(whose: str, name: str) -> str:
    """Return the UID of an entry of one plan; neither the plan nor the salt can be read from it."""
    return hashlib.sha256(f"{whose}\n{name}".encode()).hexdigest()[:32] + "@mesodash"


def _last_days(timeline: Timeline) -> dict[int, dt.date]:
    """Return the last day on which anything is to be left out after a session, by its number."""
    found: dict[int, dt.date] = {}
    for event in timeline.events:
        if event.kind == "aftercare":
            found[event.session] = max(_last_day(event), found.get(event.session, event.begins))
    return found


def _alarm(words: str, before: dt.timedelta, *, at_end: bool = False) -> Any:
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", before, parameters={"related": "END"} if at_end else {})
    return alarm


def _zone(clock: Clock) -> ZoneInfo:
    try:
        return ZoneInfo(clock.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("error.unknown_timezone", field="timezone", shown=clock.timezone) from None


def _span(event: Event, clock: Clock | None, zone: ZoneInfo | None) -> tuple[dt.date, dt.date]:
    """Return the start and the end of an event; the end does not belong to it."""
    if event.kind == "session" and clock is not None:
        begins = dt.datetime.combine(event.date, clock.time, tzinfo=zone)
        # An hour that the clock skips in spring is the one after it.
        begins = begins.astimezone(dt.UTC).astimezone(zone)
        return begins, _later(begins, dt.timedelta(minutes=clock.minutes))
    if event.kind == "session":
        last = event.date
    elif event.kind == "aftercare":
        last = _last_day(event)
    else:
        last = event.latest
    return first_day(event), last + _ONE_DAY


def _later(moment: dt.date, length: dt.timedelta) -> dt.date:
    """Return a moment some time later; through UTC, so that an hour of a clock change is as long as any other."""
    if not isinstance(moment, dt.datetime):
        return moment + length
    return (moment.astimezone(dt.UTC) + length).astimezone(moment.tzinfo)


def _forwards(first: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """Return both ends, in UTC where local times would run backwards: in the hour that an autumn night has twice."""
    if not isinstance(first, dt.datetime) or not isinstance(end, dt.datetime):
        return first, end
    if first.replace(tzinfo=None) < end.replace(tzinfo=None):
        return first, end
    return first.astimezone(dt.UTC), end.astimezone(dt.UTC)


def _last_day(event: AftercareEvent) -> dt.date:
    ends = [day for day in (event.to_least, event.to_most) if day is not None]
    return max(ends, default=event.begins)


def _name(event: Event) -> str:
    if event.kind == "session":
        return f"session-{event.index}"
    if event.kind == "aftercare":
        return f"aftercare-{event.rule}-{event.session}"
    return f"milestone-{event.name}"


def _zone_rules(zone: ZoneInfo, first: dt.date, last: dt.date) -> icalendar.Timezone:
    """Return the offsets of a zone from before `first` until after `last`, each change of the clock by itself.

    Readers differ in what they make of repeated or listed changes; all of them understand a change that stands alone.
    Source: RFC 5545, 3.6.5: a change is given in the time that the clock showed before it.
    """
    import icalendar

    rules = icalendar.Timezone()
    rules.add("tzid", zone.key)
    begin, end = (
        dt.datetime(min(max(year, 1), dt.MAXYEAR), 1, 1, 12, tzinfo=dt.UTC) for year in (first.year - 1, last.year + 2)
    )
    rules.add_component(_observance(begin.replace(hour=0), begin.astimezone(zone), begin.astimezone(zone)))
    before = begin
    while before < end:
        after = min(before + _ONE_DAY, end)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            change = _change(zone, before, after)
            rules.add_component(
                _observance(change, (change - dt.timedelta(seconds=1)).astimezone(zone), change.astimezone(zone))
            )
        before = after
    return rules


def _change(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Return the first second of the offset that holds at `after`, by halving."""
    old = before.astimezone(zone).utcoffset()
    while after - before > dt.timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _observance(moment: dt.datetime, old: dt.datetime, new: dt.datetime) -> Any:
    import icalendar

    part = icalendar.TimezoneDaylight() if new.dst() else icalendar.TimezoneStandard()
    offset = old.utcoffset() or dt.timedelta()
    part.add("dtstart", (moment + offset).replace(tzinfo=None))
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", new.utcoffset() or dt.timedelta())
    part.add("tzname", new.tzname() or "")
    return part
