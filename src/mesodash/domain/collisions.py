"""What a person plans against what sources ask to leave out after a session, and first days that avoid it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mesodash.domain.closures import closed_because
from mesodash.domain.timeline import SessionEvent, Wishes, placements
from mesodash.knowledge.records import AftercareRule, Protocol

Activity = Literal["washing", "swim", "sauna", "sun", "massage", "alcohol", "company", "kept_free"]
Reading = Literal["least", "most", "unstated"]

ACTIVITIES: dict[Activity, str] = {
    "washing": "no_washing",
    "swim": "no_swimming_sauna",
    "sauna": "no_swimming_sauna",
    "sun": "no_direct_sun",
    "massage": "no_massage",
    "alcohol": "no_alcohol",
    "company": "days_off",
}
"""The aftercare rule that speaks of an activity."""

_SPOKEN_OF: dict[Activity, str] = {**ACTIVITIES, "kept_free": "days_off"}
"""A time to keep free is one in which nobody wants to have to recover."""

DAYS_AHEAD = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """Something a person means to do; both days belong to it."""

    activity: Activity
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """The plan at `position` begins, or goes on, `day` days after a session (0: on its day).

    `reading`: least - the strictest source asks for at least so many days; most - for so many at most; unstated - its
    source gives no number, and the day lies within the days that the reader wants to keep free all the same.
    """

    position: int
    session: int
    session_date: date
    rule: AftercareRule
    day: int
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterStart:
    """Another first day. `days` after the present one, negative if before; `left`: collisions that remain."""

    start: date
    days: int
    left: int


def spoken_of(one: OwnPlan, rules: Sequence[AftercareRule]) -> bool:
    """Return True if one of some rules speaks of what a person plans; else nobody can say whether the two collide."""
    return any(rule.id == _SPOKEN_OF[one.activity] for rule in rules)


def longest_stated(rules: Sequence[AftercareRule]) -> int | None:
    """Return the last day that any of some rules names; None where none names one."""
    return max((rule.most_days for rule in rules if rule.most_days is not None), default=None)


def collisions(
    sessions: Sequence[SessionEvent],
    own: Sequence[OwnPlan],
    rules: Sequence[AftercareRule],
    *,
    unstated_days: int,
) -> tuple[Collision, ...]:
    """Return each plan that falls into the days after a session, in the order of the plans and the sessions.

    Args:
        rules: Those of the sessions' option.
        unstated_days: Last day to keep free where a rule names none; the day of the session is day 0.
    """
    by_id: dict[str, AftercareRule] = {rule.id: rule for rule in rules}
    dates = [session.date for session in sessions]
    in_order = dates == sorted(dates)
    longest = timedelta(days=max(longest_stated(rules) or 0, unstated_days))
    found = []
    for position, one in enumerate(own):
        rule = by_id.get(_SPOKEN_OF[one.activity])
        if rule is None:
            continue
        # Sessions lie in the order of their days, unless some were moved by hand.
        first, end = bisect_left(dates, one.first - longest), bisect_right(dates, one.last)
        near = sessions[first:end] if in_order else sessions
        for session in near:
            if one.activity == "kept_free" and one.first <= session.date <= one.last:
                # A session on a day to keep free says so itself.
                continue
            day = (max(one.first, session.date) - session.date).days
            reading = _reading(rule, day, unstated_days)
            if reading is not None and session.date + timedelta(days=day) <= one.last:
                found.append(
                    Collision(
                        position=position,
                        session=session.index,
                        session_date=session.date,
                        rule=rule,
                        day=day,
                        reading=reading,
                    )
                )
    return tuple(found)


def _reading(rule: AftercareRule, day: int, unstated_days: int) -> Reading | None:
    if rule.least_days is None or rule.most_days is None:
        return "unstated" if day <= unstated_days else None
    return "least" if day <= rule.least_days and not rule.maybe_none else "most" if day <= rule.most_days else None


def better_starts(
    protocol: Protocol,
    wishes: Wishes,
    rules: Sequence[AftercareRule],
    own: Sequence[OwnPlan],
    *,
    unstated_days: int,
    earliest: date,
) -> tuple[BetterStart, ...]:
    """Return the nearest first days with which no session collides with a plan or stays on a closed day.

    Looked for among the open days from `earliest` to a year after the wished start: the nearest earlier and the nearest
    later one. Where there is none, the day with the fewest collisions, if it has fewer than the wished start.

    Raises:
        InputError: As `timeline.plan`.
    """
    because = closed_because(
        weekdays=wishes.closed_weekdays, avoid=wishes.avoid, country=wishes.country, subdivision=wishes.subdivision
    )

    def left(sessions: Sequence[SessionEvent]) -> int:
        against = collisions(sessions, own, rules, unstated_days=unstated_days)
        return len(against) + sum(session.conflict is not None for session in sessions)

    def looked_at(days: Iterator[date]) -> Iterator[BetterStart]:
        open_days = (day for day in days if because(day) is None)
        for start, sessions in placements(protocol, wishes, open_days):
            yield BetterStart(start=start, days=(start - wishes.start).days, left=left(sessions))

    ((_, present),) = placements(protocol, wishes, [wishes.start])
    fewest: BetterStart | None = None
    free = []
    for direction in (_days(wishes.start, earliest, -1), _days(wishes.start, wishes.start + _AHEAD, 1)):
        for one in looked_at(direction):
            if one.left == 0:
                free.append(one)
                break
            if fewest is None or (one.left, abs(one.days), one.days) < (fewest.left, abs(fewest.days), fewest.days):
                fewest = one
    if free:
        return tuple(free)
    return (fewest,) if fewest is not None and fewest.left < left(present) else ()


_AHEAD = timedelta(days=DAYS_AHEAD)


def _days(start: date, end: date, step: int) -> Iterator[date]:
    for ordinal in range(start.toordinal() + step, end.toordinal() + step, step):
        yield date.fromordinal(ordinal)
