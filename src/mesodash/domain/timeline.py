"""Dated events of a course: sessions, what to leave out after each, and when a result is said to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from mesodash.domain.closures import ClosedBecause, closed_because
from mesodash.domain.days import months_later as months_later
from mesodash.domain.replanning import Aim, Mark, Phase, Spacing, aims
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Claim, Milestone, OptionId, Protocol, Span

SESSIONS = (1, 60)
INTERVAL_DAYS = (1, 365)
MAINTENANCE_MONTHS = (1, 24)
HORIZON_MONTHS = (1, 120)
TOLERANCE_DAYS = (0, 60)

Day = date
"""The type of a day inside a class that has a field called `date`."""

_MOVED = {
    "closed_weekday": "moved.closed_weekday",
    "avoided": "moved.avoided",
    "holiday": "moved.holiday",
    "too_near": "moved.too_near",
}
_CONFLICT = {
    "closed_weekday": "conflict.closed",
    "avoided": "conflict.avoided",
    "holiday": "conflict.holiday",
    "too_near": "conflict.too_near",
}
_AGAINST = {
    "closed_weekday": "conflict.chosen.closed",
    "avoided": "conflict.chosen.avoided",
    "holiday": "conflict.chosen.holiday",
    "too_near": "conflict.chosen.too_near",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the reader asks of a protocol. None means the protocol's own figure.

    `avoid` holds first and last days; `closed_weekdays` counts Monday as 0. `country` and `subdivision` close public
    holidays (codes as in `closures`). A session moves at most `tolerance_days` either way.
    """

    start: date
    sessions: int | None = None
    interval_days: int | None = None
    maintenance_months: int | None = None
    horizon_months: int = 24
    avoid: tuple[tuple[date, date], ...] = ()
    closed_weekdays: frozenset[int] = frozenset()
    country: str | None = None
    subdivision: str | None = None
    tolerance_days: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The day of a session at the longest interval of a span: `aimed` if every day were open, `date` the nearest open.

    `months` is that interval; `moved_because` and `conflict` as those of a session.
    """

    aimed: Day
    date: Day
    months: int
    moved_because: str | None = None
    conflict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """A session. `aimed` is the day it would have if every day were open, `date` the day it gets.

    `latest` is the other end where a source gives a span. `moved_because` and `conflict` are text keys: the first
    says why `date` differs from `aimed`, the second why `date` is a closed day that no open day could replace, or what
    speaks against a day that was chosen by hand. `done`: it took place.
    """

    kind: Literal["session"] = "session"
    index: int
    phase: Phase
    aimed: Day
    date: Day
    moved_days: int
    moved_because: str | None
    conflict: str | None
    done: bool = False
    by_hand: bool = False
    latest: Latest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareEvent:
    """Something to leave out from `begins`, the day of the session with number `session`.

    `to_least` and `to_most` are last days, from the mildest and the longest reading of the strictest source; both are
    None where no source gives days.
    """

    kind: Literal["aftercare"] = "aftercare"
    rule: str
    session: int
    begins: date
    to_least: date | None
    to_most: date | None
    sources: tuple[str, ...]
    less_strict: tuple[str, ...]
    maybe_none: bool = False
    """The mildest reading asks for no day at all, not even the session's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneEvent:
    """A span of days in which sources place a point of the course.

    `about`: they give a round number of weeks or months and not the ends of a span, so the day itself is not theirs.
    """

    kind: Literal["milestone"] = "milestone"
    name: str
    earliest: date
    latest: date
    sources: tuple[str, ...]
    about: bool = False


Event = SessionEvent | AftercareEvent | MilestoneEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A session that stays on a closed day; `cause` is the text key the session carries."""

    session: int
    aimed: date
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The events of a protocol in the order of their first days; on one day session, aftercare, milestone.

    `missed` holds the marks of sessions that did not take place on their day.
    """

    protocol: str
    option: OptionId
    start: date
    horizon_end: date
    events: tuple[Event, ...]
    conflicts: tuple[Conflict, ...]
    missed: tuple[Mark, ...] = ()
    course_sessions: int = 0
    """Sessions of the course as planned, those left out since included."""
    changed: bool = False
    """The sessions or the days between them are not those with which the protocol begins."""


def plan(
    protocol: Protocol, wishes: Wishes, aftercare: Sequence[AftercareRule], marks: Sequence[Mark] = ()
) -> Timeline:
    """Return the dated events of `protocol` as `wishes` ask for it.

    Args:
        aftercare: The rules of every option; those of the protocol's option are used.
        marks: At most one for each session.

    Raises:
        InputError: A wish lies outside its range, the protocol needs or does not take it, a span ends before it starts,
            a place is not known, or a date would fall after the year 9999. `field` is the option on the command line.
    """
    spacing = spacing_of(protocol, wishes)
    because = _because(wishes)
    by_session = {mark.session: mark for mark in marks}
    try:
        horizon_end = months_later(wishes.start, wishes.horizon_months)
        aimed = aims(wishes.start, spacing, horizon_end, by_session)
        placed = _place(aimed, wishes.start, wishes.tolerance_days, because)
        if spacing.latest_months is not None:
            placed = _with_latest(placed, aimed, spacing.latest_months, wishes, because)
        events: list[Event] = []
        for session in placed:
            events.append(session)
            events.extend(_aftercare(session, rule) for rule in aftercare if rule.option == protocol.option)
        events.extend(_milestones(protocol, wishes.start, [s.date for s in placed if s.phase == "course"]))
    except OverflowError:
        raise InputError("error.date_too_late", field="start", shown=wishes.start.isoformat()) from None
    return Timeline(
        protocol=protocol.id,
        option=protocol.option,
        start=wishes.start,
        horizon_end=horizon_end,
        events=tuple(sorted(events, key=first_day)),
        conflicts=tuple(
            Conflict(session=session.index, aimed=session.aimed, cause=session.conflict)
            for session in placed
            if session.conflict is not None
        ),
        missed=tuple(mark for aim in aimed if (mark := by_session.get(aim.index)) and mark.state == "missed"),
        course_sessions=spacing.sessions,
        changed=_changed(protocol, spacing),
    )


def _changed(protocol: Protocol, spacing: Spacing) -> bool:
    interval = None if protocol.interval_days is None else protocol.interval_days.default
    return protocol.sessions.default not in (None, spacing.sessions) or interval not in (None, spacing.interval_days)


def placements(
    protocol: Protocol, wishes: Wishes, starts: Iterable[date]
) -> Iterator[tuple[date, tuple[SessionEvent, ...]]]:
    """Yield the sessions that `wishes` give with each of some first days in place of their own.

    Raises:
        InputError: As `plan`.
    """
    spacing = spacing_of(protocol, wishes)
    because = _because(wishes)
    for start in starts:
        try:
            aimed = aims(start, spacing, months_later(start, wishes.horizon_months), {})
        except OverflowError:
            raise InputError("error.date_too_late", field="start", shown=start.isoformat()) from None
        yield start, tuple(_place(aimed, start, wishes.tolerance_days, because))


def _because(wishes: Wishes) -> Callable[[date], ClosedBecause | None]:
    return closed_because(
        weekdays=wishes.closed_weekdays,
        avoid=wishes.avoid,
        country=wishes.country,
        subdivision=wishes.subdivision,
    )


def first_day(event: Event) -> date:
    """Return the day an event begins on."""
    if event.kind == "session":
        return event.date
    return event.begins if event.kind == "aftercare" else event.earliest


def limits(event: MilestoneEvent, claims: Mapping[str, Claim]) -> tuple[Claim, ...]:
    """Return the other statements that limit or contradict one on which a milestone rests, each once."""
    if event.name == "course_end":
        # When the course ends is the plan's own doing.
        return ()
    behind = (claims[one] for one in event.sources)
    others = (one for claim in behind for one in (*claim.qualified_by, *claim.contradicted_by))
    return tuple(claims[one] for one in dict.fromkeys(others))


def as_json(timeline: Timeline) -> dict[str, object]:
    """Return the timeline as plain values with ISO dates; `aimed_latest` is left out where no source gives a span."""
    return {
        "protocol": timeline.protocol,
        "start": timeline.start.isoformat(),
        "horizon_end": timeline.horizon_end.isoformat(),
        "events": [_event_as_json(event) for event in timeline.events],
        "conflicts": [
            {"session": conflict.session, "aimed": conflict.aimed.isoformat(), "cause": conflict.cause}
            for conflict in timeline.conflicts
        ],
    }


def _event_as_json(event: Event) -> dict[str, object]:
    if event.kind == "session":
        span = {} if event.latest is None else {"aimed_latest": event.latest.aimed.isoformat()}
        return {
            "kind": event.kind,
            "index": event.index,
            "phase": event.phase,
            "aimed": event.aimed.isoformat(),
            **span,
            "date": event.date.isoformat(),
            "moved_days": event.moved_days,
            "moved_because": event.moved_because,
            "conflict": event.conflict,
        }
    if event.kind == "aftercare":
        return {
            "kind": event.kind,
            "rule": event.rule,
            "session": event.session,
            "from": event.begins.isoformat(),
            "to_least": None if event.to_least is None else event.to_least.isoformat(),
            "to_most": None if event.to_most is None else event.to_most.isoformat(),
            "sources": list(event.sources),
            "less_strict": list(event.less_strict),
        }
    return {
        "kind": event.kind,
        "name": event.name,
        "earliest": event.earliest.isoformat(),
        "latest": event.latest.isoformat(),
        "sources": list(event.sources),
    }


def spacing_of(protocol: Protocol, wishes: Wishes) -> Spacing:
    """Return how the sessions of a plan follow each other.

    Raises:
        InputError: As `plan`, but for places and days.
    """
    if protocol.interval_days is None:
        _refuse("sessions", wishes.sessions)
        _refuse("interval-days", wishes.interval_days)
        sessions, interval = protocol.sessions.low, 0
    else:
        within = protocol.within_stated
        sessions = _figure("sessions", wishes.sessions, protocol.sessions, within, SESSIONS)
        interval = _figure("interval-days", wishes.interval_days, protocol.interval_days, within, INTERVAL_DAYS)
    if not protocol.takes_maintenance:
        _refuse("maintenance-months", wishes.maintenance_months)
        months = None
    elif wishes.maintenance_months is None:
        months = protocol.maintenance_months
    else:
        months = _in_range("maintenance-months", wishes.maintenance_months, MAINTENANCE_MONTHS)
    _in_range("horizon-months", wishes.horizon_months, HORIZON_MONTHS)
    _in_range("tolerance-days", wishes.tolerance_days, TOLERANCE_DAYS)
    for weekday in sorted(wishes.closed_weekdays):
        _in_range("closed-weekdays", weekday, (0, 6))
    for first, last in wishes.avoid:
        if last < first:
            shown = f"{first.isoformat()}..{last.isoformat()}"
            raise InputError("error.end_before_start", field="avoid", shown=shown)
    latest_months = protocol.maintenance_latest_months if wishes.maintenance_months is None else None
    return Spacing(sessions=sessions, interval_days=interval, months=months, latest_months=latest_months)


def _figure(field: str, wished: int | None, stated: Span, within_stated: bool, widest: tuple[int, int]) -> int:
    if wished is not None:
        return _in_range(field, wished, (stated.low, stated.high) if within_stated else widest)
    if stated.default is None:
        raise InputError("error.required", field=field)
    return stated.default


def _in_range(field: str, value: int, ends: tuple[int, int]) -> int:
    low, high = ends
    if not low <= value <= high:
        raise InputError("error.out_of_range", field=field, shown=str(value), params={"low": low, "high": high})
    return value


def _refuse(field: str, wished: int | None) -> None:
    if wished is not None:
        raise InputError("error.not_taken", field=field, shown=str(wished))


def _place(
    aimed: Sequence[Aim], start: date, tolerance_days: int, because: Callable[[date], ClosedBecause | None]
) -> list[SessionEvent]:
    placed: list[SessionEvent] = []
    kept = [aim for aim in aimed if not aim.left_out]
    for position, aim in enumerate(kept):
        before = (kept[position - 1], placed[-1].date) if placed else None
        after = kept[position + 1] if position + 1 < len(kept) else None
        closed: str | None = because(aim.expected)
        if closed is None and not _keeps_distance(aim.expected, aim, before, None):
            # Only a session that was moved by hand, while the later ones stayed, comes so near to the next.
            closed = "too_near"
        if aim.fixed is not None:
            placed.append(_fixed(aim, aim.fixed, closed))
            continue
        moved_to: date | None = None
        if closed is not None:
            nearby = (day for day in _nearby(aim.day, tolerance_days) if day >= start)
            spaced = (day for day in nearby if _keeps_distance(day, aim, before, after))
            moved_to = next((day for day in spaced if because(day) is None), None)
        day = aim.day if moved_to is None else moved_to
        placed.append(
            SessionEvent(
                index=aim.index,
                phase=aim.phase,
                aimed=aim.day,
                date=day,
                moved_days=(day - aim.day).days,
                moved_because=_MOVED[closed] if closed is not None and moved_to is not None else None,
                conflict=_CONFLICT[closed] if closed is not None and moved_to is None else None,
            )
        )
    return placed


def _with_latest(
    placed: Sequence[SessionEvent],
    aimed: Sequence[Aim],
    months: int,
    wishes: Wishes,
    because: Callable[[date], ClosedBecause | None],
) -> list[SessionEvent]:
    """Return the sessions with the days that they would have at the longest interval, placed by the same rule.

    Those days are a row of their own: each keeps its distance to the one before it in that row.
    """
    spans = {aim.index for aim in aimed if aim.latest is not None}
    if not spans:
        return list(placed)
    # What has no other end stands fast, on the day that it has.
    by_index = {session.index: session for session in placed}
    row = [
        replace(aim, fixed=by_index[aim.index].date) if aim.latest is None else replace(aim, day=aim.latest)
        for aim in aimed
        if not aim.left_out
    ]
    at_latest = _place(row, wishes.start, wishes.tolerance_days, because)
    return [
        replace(
            session,
            latest=Latest(
                aimed=late.aimed,
                date=late.date,
                months=months,
                moved_because=late.moved_because,
                conflict=late.conflict,
            ),
        )
        if session.index in spans
        else session
        for session, late in zip(placed, at_latest, strict=True)
    ]


def _fixed(aim: Aim, day: date, closed: str | None) -> SessionEvent:
    """Return a session on the day that a person gave it; a closed day is kept, but not without saying so."""
    against = None if closed is None or aim.done else _AGAINST[closed]
    return SessionEvent(
        index=aim.index,
        phase=aim.phase,
        aimed=aim.day,
        date=day,
        moved_days=(day - aim.day).days,
        moved_because=None if day == aim.day else "moved.done" if aim.done else "moved.by_hand",
        conflict=against,
        done=aim.done,
        by_hand=not aim.done,
    )


def _nearby(aimed: date, tolerance_days: int) -> Iterator[date]:
    """Yield the days within the tolerance except `aimed`, nearest first and the earlier one first on a tie."""
    for distance in range(1, tolerance_days + 1):
        for ordinal in (aimed.toordinal() - distance, aimed.toordinal() + distance):
            if date.min.toordinal() <= ordinal <= date.max.toordinal():
                yield date.fromordinal(ordinal)


def _keeps_distance(day: date, aim: Aim, before: tuple[Aim, date] | None, after: Aim | None) -> bool:
    """Return whether `day` is at least half the distance between two aims away from both neighbours.

    Args:
        before: The aim of the session before it, and the day that it has.
    """
    # Twice the distance is compared, so that half of an odd number of days is not rounded.
    if before is not None and 2 * (day - before[1]) < aim.day - before[0].counted_from:
        return False
    return after is None or 2 * (after.expected - day) >= after.day - aim.counted_from


def _aftercare(session: SessionEvent, rule: AftercareRule) -> AftercareEvent:
    return AftercareEvent(
        rule=rule.id,
        session=session.index,
        begins=session.date,
        to_least=None if rule.least_days is None else session.date + timedelta(days=rule.least_days),
        to_most=None if rule.most_days is None else session.date + timedelta(days=rule.most_days),
        sources=rule.sources,
        less_strict=rule.less_strict,
        maybe_none=rule.maybe_none,
    )


def _milestones(protocol: Protocol, start: date, course: Sequence[date]) -> Iterator[MilestoneEvent]:
    if not course:
        return
    for milestone in protocol.milestones:
        if milestone.counted_from == "sessions":
            if milestone.earliest <= len(course):
                first, last = course[milestone.earliest - 1], course[min(milestone.latest, len(course)) - 1]
                yield MilestoneEvent(name=milestone.name, earliest=first, latest=last, sources=milestone.sources)
        else:
            zero = start if milestone.counted_from == "start" else course[-1]
            yield MilestoneEvent(
                name=milestone.name,
                earliest=_later(zero, milestone.earliest, milestone),
                latest=_later(zero, milestone.latest, milestone),
                sources=milestone.sources,
                about=milestone.earliest == milestone.latest,
            )
    # A single procedure has no course that could end.
    if protocol.interval_days is not None:
        yield MilestoneEvent(name="course_end", earliest=course[-1], latest=course[-1], sources=protocol.sources)


def _later(day: date, count: int, milestone: Milestone) -> date:
    return day + timedelta(weeks=count) if milestone.unit == "week" else months_later(day, count)
