"""The plans a reader asked for on the Timeline page: what was set, the dates that follow, and both as files.

Figures that change a protocol are kept per protocol (`timeline.four_fortnightly.sessions`), so a figure given for one
never reaches another that does not take it. The second plan lives under `timeline.second`; the horizon is shared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from mesodash.domain.timeline import (
    AftercareEvent,
    Event,
    MilestoneEvent,
    SessionEvent,
    Timeline,
    Wishes,
    first_day,
    plan,
)
from mesodash.i18n import Words
from mesodash.knowledge.records import Protocol
from mesodash.reports import spreadsheet
from mesodash.reports.calendar import summary_key, to_ics
from mesodash.ui import state
from mesodash.ui.frame import Frame

Which = Literal["first", "second"]
Figure = Literal["sessions", "interval_days", "maintenance_months"]

FIGURES: tuple[Figure, ...] = ("sessions", "interval_days", "maintenance_months")
HORIZONS = (6, 12, 24, 36, 60)
HORIZON = 24

_UNITS: dict[Figure, tuple[str, ...]] = {
    "sessions": ("session",),
    "interval_days": ("day", "week"),
    "maintenance_months": ("month",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was set for one plan. A figure of None means the protocol's own."""

    protocol: str
    start: date
    sessions: int | None
    interval_days: int | None
    maintenance_months: int | None
    horizon_months: int


def key(which: Which, thing: str) -> str:
    """Return the name of a plan's setting in the state."""
    return f"timeline.{thing}" if which == "first" else f"timeline.second.{thing}"


def figure_key(which: Which, protocol: str, figure: Figure) -> str:
    return key(which, f"{protocol}.{figure}")


def monday(today: date, weeks: int) -> date:
    """Return the Monday of the week that begins `weeks` weeks after the present one."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def start(now: Frame, which: Which) -> date:
    """Return the first day of a plan. The second plan begins with the first one until it gets a day of its own."""
    own: date | None = state.get(key(which, "start"))
    if which == "second" and state.get(key(which, "apart"), False) and own is not None:
        return own
    first: date = state.get(key("first", "start"), monday(now.today, 1))
    return first


def takes(protocol: Protocol) -> tuple[Figure, ...]:
    """Return the figures a protocol lets its reader change."""
    course: tuple[Figure, ...] = () if protocol.interval_days is None else ("sessions", "interval_days")
    return (*course, "maintenance_months") if protocol.takes_maintenance else course


def settings(now: Frame, which: Which) -> Settings | None:
    """Return what is set for a plan; None while it has no protocol, or while the second plan is switched off."""
    chosen = state.get(key(which, "protocol"))
    protocol = now.knowledge.protocols.get(chosen)
    if protocol is None or (which == "second" and not state.get(key(which, "on"), False)):
        return None
    taken = takes(protocol)
    figures: dict[Figure, int | None] = {
        figure: state.get(figure_key(which, protocol.id, figure)) if figure in taken else None for figure in FIGURES
    }
    return Settings(
        protocol=protocol.id,
        start=start(now, which),
        horizon_months=state.get(key("first", "horizon"), HORIZON),
        sessions=figures["sessions"],
        interval_days=figures["interval_days"],
        maintenance_months=figures["maintenance_months"],
    )


def current(now: Frame, which: Which) -> Timeline | None:
    """Return the dated events of a plan; None while it has no protocol.

    Raises:
        InputError: A setting is missing or not allowed; `field` is named as on the command line.
    """
    chosen = settings(now, which)
    return None if chosen is None else dated(now, chosen)


def dated(now: Frame, chosen: Settings) -> Timeline:
    """Return the dated events of some settings, without milestones whose claims are about other options."""
    protocol = now.knowledge.protocols[chosen.protocol]
    wishes = Wishes(
        start=chosen.start,
        sessions=chosen.sessions,
        interval_days=chosen.interval_days,
        maintenance_months=chosen.maintenance_months,
        horizon_months=chosen.horizon_months,
    )
    timeline = plan(protocol, wishes, now.knowledge.aftercare)
    events = (event for event in timeline.events if event.kind != "milestone" or is_about(now, timeline, event))
    return replace(timeline, events=tuple(events))


def is_about(now: Frame, timeline: Timeline, event: MilestoneEvent) -> bool:
    """Return True if every claim behind a milestone speaks of the plan's own option."""
    return all(timeline.option in now.knowledge.claims[one].options for one in event.sources)


def keep(which: Which, chosen: Settings) -> None:
    """Remember settings that gave a plan, as plain values."""
    state.put(key(which, "good"), {name: getattr(chosen, name) for name in Settings.__slots__})


def last_good(which: Which) -> Settings | None:
    """Return the last settings that gave a plan; None if they belong to another protocol."""
    good = state.get(key(which, "good"))
    return None if good is None or good["protocol"] != state.get(key(which, "protocol")) else Settings(**good)


def stated_by(now: Frame, protocol: Protocol, figure: Figure) -> tuple[str, ...]:
    """Return the claims of a protocol that give this figure; none means that its sources do not."""
    if figure not in takes(protocol):
        return ()
    values = {one: now.knowledge.claims[one].value for one in protocol.sources}
    return tuple(one for one, value in values.items() if value is not None and value.unit in _UNITS[figure])


def is_own(now: Frame, chosen: Settings, figure: Figure) -> bool:
    """Return True if a figure of the plan is the reader's own and no source of the protocol gives it."""
    protocol = now.knowledge.protocols[chosen.protocol]
    value: int | None = getattr(chosen, figure)
    if value is None:
        return False
    if not stated_by(now, protocol, figure):
        return True
    if figure == "maintenance_months":
        low = protocol.maintenance_months or value
        return not low <= value <= (protocol.maintenance_latest_months or low)
    span = protocol.sessions if figure == "sessions" else protocol.interval_days
    return span is not None and not span.low <= value <= span.high


def event_title(t: Words, timeline: Timeline, event: Event) -> str:
    """Return the name of an event in the reader's language."""
    key, values = summary_key(event, timeline)
    return t(key, **values)


def sessions(timeline: Timeline, phase: Literal["course", "maintenance"] | None = None) -> list[SessionEvent]:
    """Return the sessions of a plan, of one phase where `phase` is given."""
    return [event for event in timeline.events if event.kind == "session" and phase in (None, event.phase)]


def aftercare_words(t: Words, event: AftercareEvent) -> str:
    """Return until when something is to be left out, or that no source gives days."""
    if event.to_least is None or event.to_most is None:
        return t("timeline.after.no_days")
    if event.to_least == event.to_most:
        return t("timeline.after.until", day=t.day(event.to_least))
    return t("timeline.after.until_between", least=t.day(event.to_least), most=t.day(event.to_most))


def moved_words(t: Words, event: SessionEvent) -> str | None:
    """Return why a session is not on the day it aims at, or why it stays on a closed one."""
    if event.conflict is not None:
        return t(event.conflict)
    if event.moved_because is None:
        return None
    return t("timeline.moved", aimed=t.day(event.aimed, "full"), why=t(event.moved_because))


def calendar_file(t: Words, timeline: Timeline) -> bytes:
    """Return the plan as an iCalendar file in the reader's language."""

    def details(event: Event) -> str | None:
        if event.kind == "session":
            return moved_words(t, event)
        return aftercare_words(t, event) if event.kind == "aftercare" else None

    return to_ics(
        timeline,
        summaries=lambda event: event_title(t, timeline, event),
        details=details,
        lang=t.lang,
        dated=datetime.now(UTC),
    )


def csv_file(t: Words, timeline: Timeline) -> bytes:
    """Return the dates as a table for spreadsheets: one event a row, days as YYYY-MM-DD, in the reader's language."""
    columns = ("what", "first", "last", "last_at_most", "aimed", "session", "note")
    rows = [[t(f"timeline.csv.{column}") for column in columns]]
    for event in timeline.events:
        what, first = event_title(t, timeline, event), first_day(event).isoformat()
        if event.kind == "session":
            note = moved_words(t, event) or ""
            rows.append([what, first, first, first, event.aimed.isoformat(), str(event.index), note])
        elif event.kind == "aftercare":
            ends = [day.isoformat() if day else "" for day in (event.to_least, event.to_most)]
            rows.append([what, first, *ends, "", str(event.session), "" if ends[0] else t("timeline.after.no_days")])
        else:
            rows.append([what, first, event.latest.isoformat(), event.latest.isoformat(), "", "", ""])
    return spreadsheet.table(rows, t.lang)
