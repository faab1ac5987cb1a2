"""The plans a reader asked for on the Timeline page: what was set, the dates that follow, and both as files.

Figures that change a protocol are kept per protocol (`timeline.four_fortnightly.sessions`), so a figure given for one
never reaches another that does not take it. Further plans live under `timeline.second` and `timeline.third`; the
horizon and what is kept free are shared.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args

from mesodash.domain.closures import holiday_name, places
from mesodash.domain.collisions import Activity, OwnPlan, longest_stated
from mesodash.domain.days import months_later
from mesodash.domain.replanning import Later, Mark, MarkState, Spacing
from mesodash.domain.timeline import (
    AftercareEvent,
    Event,
    MilestoneEvent,
    SessionEvent,
    Timeline,
    Wishes,
    first_day,
    plan,
    spacing_of,
)
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.knowledge.records import AftercareRule, Amount, OptionId, Protocol
from mesodash.reports import spreadsheet
from mesodash.reports.calendar import LENGTHS, Clock, Contents, dated_title, disputed, limited, point_title, to_ics
from mesodash.reports.calendar import event_title as event_title
from mesodash.ui import state
from mesodash.ui.frame import Frame

Which = Literal["first", "second", "third"]
Figure = Literal["sessions", "interval_days", "maintenance_months"]

PLANS: tuple[Which, ...] = get_args(Which)
FIGURES: tuple[Figure, ...] = ("sessions", "interval_days", "maintenance_months")
HORIZONS = (6, 12, 24, 36, 60)
HORIZON = 24
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOLERANCE = 4
MOST_TOLERANCE = 60
MOST_ROWS = 40
"""Times to keep free, or plans of one's own."""
MOST_MARKS = 400
OWN_DAY = "day"
"""Said of a plan that follows no other."""
GAPS = ("week", "month")
MOST_GAP = 120
"""Weeks or months between a plan and the one that it follows."""
MOST_STEPS = 600
"""Steps that a part of the chart, or a month, can lie after the first one."""
LONGEST_NAME = 40
LONGEST_PLACE = 120
UNSTATED = 4
"""Days to keep free after a session where no source gives a number, unless content names a longer or shorter span."""
VIEWS = ("chart", "months", "table")
ZOOMS = ("week", "month", "quarter", "half", "year", "two", "five", "all")
HOURS = tuple(range(7, 21))
MINUTES = (0, 15, 30, 45)
MARK_STATES: tuple[MarkState, ...] = get_args(MarkState)
CONTENTS: tuple[Contents, ...] = get_args(Contents)
FIRST_CONTENTS: Contents = "windows"
"""An entry for each rule after each session would be some hundred."""
LATER: tuple[Later, ...] = get_args(Later)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A plan that begins some weeks or months after the last session of the course of another.

    `end` is the day of that session and `title` its number and how many there are; both are None where the other has
    no dates. `gap` is None until the reader says how long.
    """

    source: Which
    gap: int | None
    unit: str
    end: date | None
    title: tuple[int, int] | None

    @property
    def day(self) -> date | None:
        """The day on which the plan begins; None while that cannot be said."""
        if self.gap is None or self.end is None:
            return None
        try:
            return months_later(self.end, self.gap) if self.unit == "month" else self.end + timedelta(weeks=self.gap)
        except OverflowError:
            return None


def key(which: Which, thing: str) -> str:
    """Return the name of a plan's setting in the state."""
    return f"timeline.{thing}" if which == "first" else f"timeline.{which}.{thing}"


def figure_key(which: Which, protocol: str, figure: Figure) -> str:
    return key(which, f"{protocol}.{figure}")


def monday(today: date, weeks: int) -> date:
    """Return the Monday of the next week; for more than one week, the Monday nearest to that many weeks from now."""
    if weeks > 1:
        today += timedelta(weeks=weeks) - timedelta(days=4)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=1)


Dated = Callable[[Which], Timeline | None]
"""Gives the dated events of a plan; None while it has none."""


def link(now: Frame, which: Which, dated: Dated | None = None) -> Link | None:
    """Return what a plan follows; None for one that has a day of its own, or that of the first plan.

    Args:
        dated: Gives the dates of the other plan, where the caller has them already.
    """
    source = followed(which)
    if source is None:
        return None
    timeline = (dated or (lambda one: _or_none(now, one)))(source)
    course = [] if timeline is None else sessions(timeline, "course")
    return Link(
        source=source,
        gap=state.get(key(which, "gap")),
        unit=state.get(key(which, "gap_unit"), GAPS[0]),
        end=course[-1].date if course else None,
        title=(course[-1].index, timeline.course_sessions) if course and timeline is not None else None,
    )


def followed(which: Which) -> Which | None:
    """Return the plan after which a plan begins. Only one above it can be followed, so no two follow each other."""
    chosen: Which | None = state.get(key(which, "follows"))
    return chosen if chosen in PLANS[: PLANS.index(which)] and is_on(chosen) else None


def _or_none(now: Frame, which: Which) -> Timeline | None:
    try:
        return current(now, which)
    except InputError:
        return None


def start(now: Frame, which: Which, dated: Dated | None = None) -> date | None:
    """Return the first day of a plan; None while it follows another and it is not known by how long, or whose dates.

    The others begin with the first one until they get a day of their own.
    """
    after = link(now, which, dated)
    if after is not None:
        return after.day
    own: date | None = state.get(key(which, "start"))
    if which != "first" and state.get(key(which, "apart"), False) and own is not None:
        return own
    first: date = state.get(key("first", "start"), monday(now.today, 1))
    return first


def is_on(which: Which) -> bool:
    """True if a plan is to be drawn; the first one always is."""
    if which == "third" and not is_on("second"):
        return False
    return which == "first" or bool(state.get(key(which, "on"), False))


def takes(protocol: Protocol) -> tuple[Figure, ...]:
    """Return the figures a protocol lets its reader change."""
    course: tuple[Figure, ...] = () if protocol.interval_days is None else ("sessions", "interval_days")
    return (*course, "maintenance_months") if protocol.takes_maintenance else course


def settings(now: Frame, which: Which, dated: Dated | None = None) -> Settings | None:
    """Return what is set for a plan; None while it has no protocol or no first day, or while it is switched off."""
    chosen = protocol(now, which)
    first = start(now, which, dated)
    if chosen is None or first is None:
        return None
    return Settings(
        protocol=chosen.id,
        start=first,
        horizon_months=state.get(key("first", "horizon"), HORIZON),
        **_figures(which, chosen),
    )


def _figures(which: Which, protocol: Protocol) -> dict[Figure, int | None]:
    taken = takes(protocol)
    return {
        figure: state.get(figure_key(which, protocol.id, figure)) if figure in taken else None for figure in FIGURES
    }


def protocol(now: Frame, which: Which) -> Protocol | None:
    """Return the protocol of a plan; None while none is chosen, or while the plan is switched off."""
    return now.knowledge.protocols.get(state.get(key(which, "protocol"))) if is_on(which) else None


def spacing(which: Which, chosen: Protocol, today: date) -> Spacing:
    """Return how the sessions of a plan follow each other, whichever days they get.

    Raises:
        InputError: A figure is missing or not allowed.
    """
    figures = _figures(which, chosen)
    wished = Wishes(
        start=today,
        sessions=figures["sessions"],
        interval_days=figures["interval_days"],
        maintenance_months=figures["maintenance_months"],
    )
    return spacing_of(chosen, wished)


def current(now: Frame, which: Which) -> Timeline | None:
    """Return the dated events of a plan; None while it has no protocol.

    Raises:
        InputError: A setting is missing or not allowed; `field` is named as on the command line.
    """
    chosen = settings(now, which)
    return None if chosen is None else dated(now, which, chosen)


def dated(now: Frame, which: Which, chosen: Settings) -> Timeline:
    """Return the dated events of some settings: without milestones whose claims are about other options, and with what
    is for the page alone: further milestones, and the days to keep free after each session."""
    protocol = now.knowledge.protocols[chosen.protocol]
    protocol = replace(protocol, milestones=(*protocol.milestones, *protocol.shown))
    timeline = plan(protocol, wishes(chosen), _all_rules(now), marks(which, chosen.protocol))
    events = (event for event in timeline.events if event.kind != "milestone" or is_about(now, timeline, event))
    return replace(timeline, events=tuple(events))


def wishes(chosen: Settings) -> Wishes:
    """Return what is asked of a protocol: the plan's own figures, and what all plans keep free."""
    closed = state.get("timeline.closed", [])
    return Wishes(
        start=chosen.start,
        sessions=chosen.sessions,
        interval_days=chosen.interval_days,
        maintenance_months=chosen.maintenance_months,
        horizon_months=chosen.horizon_months,
        avoid=tuple((row["first"], row["last"]) for row in rows("timeline.avoid") if row["first"] <= row["last"]),
        closed_weekdays=frozenset(WEEKDAYS.index(one) for one in closed),
        country=state.get("timeline.country"),
        subdivision=subdivision(),
        tolerance_days=state.get("timeline.tolerance", TOLERANCE),
    )


def subdivision() -> str | None:
    """Return the chosen region; None where the chosen country has none of that code."""
    region: str | None = state.get("timeline.subdivision")
    return region if region in places().get(state.get("timeline.country"), ()) else None


def rows(key: str) -> list[dict[str, Any]]:
    """Return a list that the reader made, entry by entry."""
    return [dict(row) for row in state.get(key, [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something the reader means to do, or a time to keep free, as it was entered."""

    plan: OwnPlan
    name: str


def may_collide() -> list[Named]:
    """Return what the reader means to do, and then the times to keep free: nobody wants to recover in those either."""
    own = [(row["activity"], row) for row in rows("timeline.own")]
    free: list[tuple[Activity, dict[str, Any]]] = [("kept_free", row) for row in rows("timeline.avoid")]
    return [
        Named(plan=OwnPlan(activity=activity, first=row["first"], last=row["last"]), name=row["name"])
        for activity, row in (*own, *free)
        if row["first"] <= row["last"]
    ]


def not_free(timeline: Timeline) -> list[SessionEvent]:
    """Return the sessions for which no free day was found; not those that the reader put on such a day."""
    return [session for session in sessions(timeline) if session.conflict is not None and not session.by_hand]


def _all_rules(now: Frame) -> tuple[AftercareRule, ...]:
    return (*now.knowledge.aftercare, *now.knowledge.days_off)


def rules_of(now: Frame, option: OptionId) -> list[AftercareRule]:
    """Return what to leave out after a session of an option, the days to keep free last."""
    return [rule for rule in _all_rules(now) if rule.option == option]


def unstated_days(rules: Sequence[AftercareRule]) -> int:
    """Return the last day to keep free where a source gives none: the reader's own, else the longest that one gives."""
    own: int | None = state.get("timeline.unstated")
    # The time to recover says nothing of what is to be left out.
    stated = longest_stated([rule for rule in rules if rule.id != "days_off"])
    return own if own is not None else stated or UNSTATED


# What became of sessions


def marks_key(which: Which, protocol: str) -> str:
    return key(which, f"{protocol}.marks")


def marks(which: Which, protocol: str) -> tuple[Mark, ...]:
    """Return what the reader said of sessions of this protocol, in their order."""
    found = (
        Mark(session=row["session"], state=row["state"], was=row["was"], day=row["day"], later=row["later"])
        for row in rows(marks_key(which, protocol))
    )
    return tuple({mark.session: mark for mark in sorted(found, key=lambda mark: mark.session)}.values())


def put_mark(which: Which, protocol: str, mark: Mark) -> None:
    """Keep what is said of a session, in place of what was said before."""
    row = {name: getattr(mark, name) for name in Mark.__slots__}
    others = [one for one in rows(marks_key(which, protocol)) if one["session"] != mark.session]
    state.put(marks_key(which, protocol), sorted([*others, row], key=lambda one: int(one["session"])))


def drop_mark(which: Which, protocol: str, session: int) -> None:
    others = [one for one in rows(marks_key(which, protocol)) if one["session"] != session]
    state.put(marks_key(which, protocol), others)


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
    values = {one: now.knowledge.claims[one].value for one in (*protocol.sources, *protocol.also)}
    return tuple(one for one, value in values.items() if value is not None and value.unit in _UNITS[figure])


def is_own(now: Frame, chosen: Settings, figure: Figure) -> bool:
    """Return True if a figure of the plan is the reader's own and no source of the protocol gives it."""
    protocol = now.knowledge.protocols[chosen.protocol]
    value: int | None = getattr(chosen, figure)
    if value is None:
        return False
    said = (now.knowledge.claims[one].value for one in stated_by(now, protocol, figure))
    return not any(one is not None and _holds(one, value) for one in said)


def _ends(said: Amount) -> tuple[Decimal, Decimal] | None:
    low = said.typical if said.low is None else said.low
    high = low if said.high is None else said.high
    if low is None or high is None:
        return None
    # Days between sessions may be given in weeks.
    return (low * 7, high * 7) if said.unit == "week" else (low, high)


def _holds(said: Amount, value: int) -> bool:
    ends = _ends(said)
    return ends is not None and ends[0] <= value <= ends[1]


def credited(now: Frame, chosen: Settings, figure: Figure) -> tuple[str, ...]:
    """Return the claims that give a figure of a plan as it is set; none give one that is the reader's own."""
    protocol = now.knowledge.protocols[chosen.protocol]
    stated = stated_by(now, protocol, figure)
    own: int | None = getattr(chosen, figure)
    value = begins_with(protocol, figure) if own is None else own
    if value is None:
        return stated
    if figure == "sessions" and value != begins_with(protocol, figure):
        # As many with the booster are sessions on other days.
        stated = tuple(one for one in stated if one not in protocol.booster)
    values = ((one, now.knowledge.claims[one].value) for one in stated)
    return tuple(one for one, said in values if said is not None and _holds(said, value))


def begins_with(protocol: Protocol, figure: Figure) -> int | None:
    """Return the figure with which a protocol begins; None where it has none, or both ends of a span."""
    if figure == "maintenance_months":
        return None if protocol.maintenance_latest_months else protocol.maintenance_months
    span = protocol.sessions if figure == "sessions" else protocol.interval_days
    return None if span is None else span.default


def without_booster(now: Frame, chosen: Settings) -> tuple[str, ...]:
    """Return the claims whose course goes on with a booster session that this plan does not have.

    None where the reader chose another number of sessions, which may count it.
    """
    protocol = now.knowledge.protocols[chosen.protocol]
    return protocol.booster if chosen.sessions in (None, protocol.sessions.default) else ()


def said_of_maintenance(now: Frame, chosen: Settings) -> tuple[tuple[Decimal, Decimal, str], ...]:
    """Return how many months apart sources want maintenance sessions, least and most with the claim that says so.

    Nothing where they all give the one number that the plan has, or where the plan is drawn with both ends.
    """
    protocol = now.knowledge.protocols[chosen.protocol]
    months = chosen.maintenance_months
    if months is None:
        if protocol.maintenance_latest_months is not None:
            return ()
        months = protocol.maintenance_months
    stated = stated_by(now, protocol, "maintenance_months")
    values = ((one, now.knowledge.claims[one].value) for one in stated)
    spans = [(*ends, one) for one, value in values if value is not None and (ends := _ends(value)) is not None]
    return tuple(spans) if any(low != months or high != months for low, high, _ in spans) else ()


def tapers(now: Frame, chosen: Settings) -> bool:
    """True if the interval of maintenance is that of a source which has it at first only."""
    protocol = now.knowledge.protocols[chosen.protocol]
    return protocol.maintenance_tapers and bool(credited(now, chosen, "maintenance_months"))


def title_of(t: Words, timeline: Timeline, session: int) -> str:
    """Return the name of a session by its number, also of one that has no day any more."""
    course = timeline.course_sessions
    if timeline.option == "transplant":
        return t("calendar.procedure")
    if session > course:
        return t("calendar.maintenance", index=session - course)
    return t("calendar.session", index=session, total=course)


def told(t: Words, timeline: Timeline) -> list[tuple[date, str, str | None]]:
    """Return each session in the order of days with its title and what is to be known of it, those missed included."""
    found = [(each.date, event_title(t, timeline, each), moved_words(t, each)) for each in sessions(timeline)]
    missed = [(mark.was, title_of(t, timeline, mark.session), t("timeline.missed")) for mark in timeline.missed]
    return sorted([*found, *missed], key=lambda one: one[0])


def on_sundays(t: Words, timeline: Timeline) -> str | None:
    """Return which sessions to come aim at a Sunday while Sundays are not kept free; None where none does."""
    if _sundays_are_free():
        return None
    found = [
        t("timeline.named_days", name=event_title(t, timeline, each), days=t.day(each.date))
        for each in sessions(timeline)
        if each.date.weekday() == 6 and not each.done and not _moved_to_sunday(each)
    ]
    return t("timeline.sundays", sessions=t.parted(found)) if found else None


def sessions(timeline: Timeline, phase: Literal["course", "maintenance"] | None = None) -> list[SessionEvent]:
    """Return the sessions of a plan, of one phase where `phase` is given."""
    return [event for event in timeline.events if event.kind == "session" and phase in (None, event.phase)]


def aftercare_words(t: Words, event: AftercareEvent) -> str:
    """Return until when something is to be left out, or that no source gives days."""
    if event.to_least is None or event.to_most is None:
        return t("timeline.after.no_days")
    if event.maybe_none:
        return t("timeline.after.maybe_none", day=t.day(event.to_most))
    if event.rule == "days_off":
        return t("timeline.after.off", least=t.day(event.to_least), most=t.day(event.to_most))
    if event.to_least == event.to_most:
        return t("timeline.after.until", day=t.day(event.to_least))
    return t("timeline.after.until_between", least=t.day(event.to_least), most=t.day(event.to_most))


def link_words(t: Words, after: Link | None, option: OptionId) -> str | None:
    """Return in words after what a plan begins; None where it follows none, or cannot be said yet.

    Args:
        option: That of the plan that is followed.
    """
    if after is None or after.gap is None or after.end is None or after.title is None:
        return None
    index, total = after.title
    procedure = option == "transplant"
    what = t("calendar.procedure") if procedure else t("calendar.session", index=index, total=total)
    one = ".one" if after.gap == 1 else ""
    return t(f"timeline.follows.{after.unit}{one}", number=after.gap, what=what, day=t.day(after.end, "full"))


def follows(now: Frame, which: Which, dated: Dated | None = None) -> str | None:
    """Return in words after what a plan begins; None where it follows none, or cannot be said yet."""
    after = link(now, which, dated)
    protocol = None if after is None else now.knowledge.protocols.get(state.get(key(after.source, "protocol")))
    return None if protocol is None else link_words(now.t, after, protocol.option)


def link_claims(protocol: Protocol, option: OptionId) -> tuple[str, ...]:
    """Return the claims that bear on beginning a protocol after an option."""
    return tuple(one for after in protocol.after if after.option == option for one in after.sources)


def says_how_long(now: Frame, ids: tuple[str, ...]) -> bool:
    """Return True if one of some claims gives a number of weeks or months."""
    values = (now.knowledge.claims[one].value for one in ids)
    return any(value is not None and value.unit in GAPS for value in values)


def moved_words(t: Words, event: SessionEvent) -> str | None:
    """Return why a session is not on the day it aims at, or why it stays on a closed one, or that it took place."""
    parts = []
    if event.done:
        parts.append(t("timeline.done"))
    if event.conflict is not None:
        parts.append(_conflict_words(t, event, event.conflict))
    if event.moved_because is not None:
        why = _with_reason(t, event.moved_because, event.aimed)
        parts.append(t("timeline.moved", aimed=t.day(event.aimed, "full"), why=why))
    if _moved_to_sunday(event):
        parts.append(t("timeline.on_sunday"))
    return " ".join(parts) or None


def latest_words(t: Words, event: SessionEvent, horizon_end: date) -> str | None:
    """Return the day of a session at the longest interval of its source, and which day it stands for.

    None where the source gives no span. A day after the time that is looked at is not named, as no plan has one there.
    """
    late = event.latest
    if late is None:
        return None
    if late.date > horizon_end:
        return t("timeline.table.latest.beyond", months=late.months)
    day = t.day(late.date, "full")
    if late.moved_because is not None:
        day = t("timeline.table.in_place_of", day=day, aimed=t.day(late.aimed, "full"))
    parts = [t("timeline.table.latest", months=late.months, day=day)]
    if late.moved_because is not None and late.date.weekday() == 6 and not _sundays_are_free():
        parts.append(t("timeline.on_sunday"))
    if late.conflict is not None:
        parts.append(_with_reason(t, late.conflict, late.aimed))
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts) if len(parts) > 1 else parts[0]


def milestone_days(t: Words, event: MilestoneEvent, style: Literal["medium", "full"] = "medium") -> str:
    """Return when a point of the course is said to be reached; only the month where the source gives a round number."""
    if event.about:
        return t("timeline.about", month=t.month_year(event.earliest))
    return t.days(event.earliest, event.latest, style)


def milestone_words(now: Frame, event: MilestoneEvent) -> str:
    """Return what is said to be reached, and what other statements say where they limit it."""
    return point_title(now.t, event, limited(now.t, event, now.knowledge.claims))


def against_day(t: Words, event: SessionEvent) -> str | None:
    """Return what speaks against the day that a session has; None where nothing does."""
    parts = [_conflict_words(t, event, event.conflict)] if event.conflict is not None else []
    if _moved_to_sunday(event):
        parts.append(t("timeline.on_sunday"))
    return " ".join(parts) or None


def _conflict_words(t: Words, event: SessionEvent, conflict: str) -> str:
    return _with_reason(t, conflict, event.date if event.by_hand else event.aimed)


def _moved_to_sunday(event: SessionEvent) -> bool:
    """Return True if a session to come was moved to a Sunday, while Sundays are not kept free."""
    return not event.done and event.moved_days != 0 and event.date.weekday() == 6 and not _sundays_are_free()


def _sundays_are_free() -> bool:
    return WEEKDAYS[6] in state.get("timeline.closed", [])


def _with_reason(t: Words, said: str, day: date) -> str:
    """Return why a day is closed, with the name of the holiday or of the time to keep free."""
    name: str | None = None
    if said.endswith("holiday") and state.get("timeline.country") is not None:
        name = holiday_name(day, state.get("timeline.country"), subdivision(), t.lang)
    elif said.endswith("avoided"):
        spans = (row for row in rows("timeline.avoid") if row["first"] <= day <= row["last"])
        name = next((row["name"] for row in spans if row["name"]), None)
    words = t(said)
    return words if name is None else t("timeline.reason_named", reason=words.removesuffix("."), name=name)


# Files


def salt(which: Which) -> str:
    """Return random text that belongs to this consultation and plan, made when it is first asked for.

    It is kept in the consultation file, so that a calendar file made later moves the entries of the first one.
    """
    kept: str | None = state.get("timeline.salt")
    if kept is None:
        kept = secrets.token_hex(16)
        state.put("timeline.salt", kept)
    return f"{kept}-{which}"


def clock() -> Clock | None:
    """Return when on its day a session is; None while no hour or no time zone is chosen."""
    hour, zone = state.get("timeline.hour"), state.get("timeline.zone")
    if hour is None or zone is None:
        return None
    minutes = state.get("timeline.minutes", LENGTHS[-1])
    return Clock(time=time(hour, state.get("timeline.minute", 0)), timezone=zone, minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """All that a calendar file takes, so that it can be made while no page is drawn.

    `plan`: its name, told below each title, which many people see and which so does not name the treatment. `said`: who
    says when a point of the course is reached. `disputed`: what others say of those not settled.
    """

    t: Words
    plan: str
    timeline: Timeline
    notes: Mapping[int, str | None]
    said: Mapping[str, str]
    disputed: Mapping[str, str]
    salt: str
    clock: Clock | None
    place: str | None
    contents: Contents

    def note(self, event: SessionEvent | MilestoneEvent) -> str | None:
        """Return what is to be known of a session, or who says when a point of the course is reached."""
        if event.kind == "session":
            return self.notes[event.index]
        who = self.said.get(event.name)
        return None if who is None else self.t("timeline.said_by", who=who)

    def __call__(self) -> bytes:
        """Return the plan as an iCalendar file in the reader's language."""
        t = self.t

        def details(event: Event) -> str:
            known = aftercare_words(t, event) if event.kind == "aftercare" else self.note(event)
            return "\n".join(line for line in (self.plan, known) if line)

        def reminder(session: SessionEvent) -> tuple[str, str]:
            left = left_out(session) or t("calendar.after.none")
            return t("calendar.after"), f"{self.plan}\n{left}" if self.contents == "rules" else left

        def window(session: SessionEvent) -> tuple[str, str]:
            title = t("calendar.window", what=event_title(t, self.timeline, session))
            return title, f"{self.plan}\n{left_out(session)}"

        def left_out(session: SessionEvent) -> str:
            rules = (e for e in self.timeline.events if e.kind == "aftercare" and e.session == session.index)
            lines = (t("timeline.pair", name=t("aftercare." + e.rule), value=aftercare_words(t, e)) for e in rules)
            return "\n".join(lines)

        return to_ics(
            self.timeline,
            summaries=lambda event: dated_title(t, self.timeline, event, self.disputed),
            details=details,
            reminder=reminder,
            lang=t.lang,
            dated=datetime.now(UTC),
            salt=self.salt,
            # A session's length is not that of an operation, which so keeps its whole day.
            clock=None if self.timeline.option == "transplant" else self.clock,
            place=self.place,
            contents=self.contents,
            window=window,
        )


def session_notes(t: Words, timeline: Timeline, *, booster: bool, tapers: bool = False) -> dict[int, str | None]:
    """Return what is to be known of each session, by its number.

    Args:
        booster: The source has a booster session that the plan does not have; said at the last of the course.
        tapers: The source has maintenance at this interval at first only; said at each of its sessions.
    """
    course = sessions(timeline, "course")
    found: dict[int, str | None] = {}
    for session in sessions(timeline):
        known = [moved_words(t, session), latest_words(t, session, timeline.horizon_end)]
        if booster and session is course[-1]:
            known.append(t("timeline.booster"))
        if tapers and session.phase == "maintenance":
            known.append(t("timeline.tapers"))
        found[session.index] = "\n".join(words for words in known if words) or None
    return found


def calendar_file(
    now: Frame,
    which: Which,
    chosen: Settings,
    timeline: Timeline,
    *,
    plan: str,
    said: Mapping[str, str],
    follows: str | None = None,
) -> CalendarFile:
    """Return what makes the calendar file of a plan, with the hour and the place that were chosen.

    Args:
        plan: Its name.
        said: Who says when a point of the course is reached, by its name.
        follows: After what the plan begins, in words; said at its first session.
    """
    t = now.t
    notes = session_notes(t, timeline, booster=bool(without_booster(now, chosen)), tapers=tapers(now, chosen))
    return CalendarFile(
        t=t,
        plan=plan,
        timeline=timeline,
        said=said,
        notes=with_link(notes, follows),
        disputed=disputed(t, timeline, now.knowledge.claims),
        salt=salt(which),
        clock=clock(),
        place=state.get("timeline.place") or None,
        contents=state.get("timeline.calendar", FIRST_CONTENTS),
    )


def with_link(notes: Mapping[int, str | None], follows: str | None) -> dict[int, str | None]:
    """Return what is said of sessions, and of the first one also after what the plan begins."""
    first = min(notes, default=None)
    return {
        index: " ".join(one for one in (follows, words) if one) if index == first and follows else words
        for index, words in notes.items()
    }


def csv_file(calendar: CalendarFile) -> bytes:
    """Return the dates as a table for spreadsheets: one event a row, days as YYYY-MM-DD, in the reader's language.

    Args:
        calendar: The calendar file of the same plan; the words beside the dates are the same.
    """
    t, timeline = calendar.t, calendar.timeline
    columns = ("what", "first", "last", "last_at_most", "aimed", "session", "note")
    rows = [[t(f"timeline.csv.{column}") for column in columns]]
    for event in timeline.events:
        what, first = dated_title(t, timeline, event, calendar.disputed), first_day(event).isoformat()
        if event.kind == "session":
            note = calendar.note(event) or ""
            rows.append([what, first, first, first, event.aimed.isoformat(), str(event.index), note])
        elif event.kind == "aftercare":
            least = None if event.maybe_none else event.to_least
            ends = [day.isoformat() if day else "" for day in (least, event.to_most)]
            rows.append([what, first, *ends, "", str(event.session), "" if least else aftercare_words(t, event)])
        else:
            last = event.latest.isoformat()
            rows.append([what, first, last, last, "", "", calendar.note(event) or ""])
    return spreadsheet.table(rows, t.lang)
