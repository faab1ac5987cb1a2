"""The days that sessions aim at, before and after some of them took place, were missed or were moved by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mesodash.domain.days import months_later

Phase = Literal["course", "maintenance"]
MarkState = Literal["done", "missed", "moved"]
Later = Literal["follow", "stay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What became of a session, or the day that a person gave it.

    `was` is the day it was planned on when it was marked. `day` is the day it took place (done) or is to take place
    (moved; missed: None means that nobody chose a day). `later` says whether the sessions after it keep their distance
    to it or stay where they are; a missed session without a day moves on by one interval if they follow, and is left
    out if they stay.
    """

    session: int
    state: MarkState
    was: date
    day: date | None = None
    later: Later = "follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """The day session `index` aims at; `fixed` is the day that a mark gives it, `left_out` that it has none any more.

    `followed`: the sessions after it keep their distance to the day that the mark gives it. `latest` is the other end
    where a source gives a span.
    """

    index: int
    phase: Phase
    day: date
    latest: date | None = None
    fixed: date | None = None
    followed: bool = False
    done: bool = False
    left_out: bool = False

    @property
    def counted_from(self) -> date:
        """The day from which the distance to the next session counts."""
        return self.day if self.fixed is None or not self.followed else self.fixed

    @property
    def expected(self) -> date:
        return self.day if self.fixed is None else self.fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Sessions of a course, days between them, months between maintenance sessions (None: no maintenance)."""

    sessions: int
    interval_days: int
    months: int | None
    latest_months: int | None


def aims(start: date, spacing: Spacing, horizon_end: date, marks: Mapping[int, Mark]) -> list[Aim]:
    """Return the aims of a course and of its maintenance up to `horizon_end`.

    Maintenance is counted in months from the last course aim, or from the last maintenance day that later ones follow:
    a short month clips its own aim only. Marks of sessions that the plan does not have are ignored.

    Raises:
        OverflowError: An aim lies after the year 9999.
    """
    found: list[Aim] = []
    shift = timedelta()
    for index in range(1, spacing.sessions + 1):
        mark = marks.get(index)
        day = start + timedelta(days=(index - 1) * spacing.interval_days) + shift
        if _moves_on(mark):
            shift += timedelta(days=spacing.interval_days)
            day += timedelta(days=spacing.interval_days)
        elif mark is not None and mark.day is not None and mark.later == "follow":
            shift += mark.day - day
        found.append(_aim(index, "course", day, None, mark))
    if spacing.months is not None:
        last = start + timedelta(days=(spacing.sessions - 1) * spacing.interval_days) + shift
        apart = _stands_apart(marks.get(spacing.sessions))
        found.extend(_maintenance(last, spacing.months, spacing, horizon_end, marks, apart=apart))
    return found


def _maintenance(
    anchor: date, months: int, spacing: Spacing, horizon_end: date, marks: Mapping[int, Mark], *, apart: bool
) -> Iterator[Aim]:
    """Yield the aims of maintenance.

    Args:
        apart: The session before was given a day that the later ones do not follow: counted from it, no day of theirs
            would be at the longest interval.
    """
    index, steps = spacing.sessions, 0
    while True:
        index, steps = index + 1, steps + 1
        mark = marks.get(index)
        if _moves_on(mark):
            steps += 1
        try:
            day = months_later(anchor, steps * months)
        except OverflowError:
            return
        if day > horizon_end:
            return
        spans = spacing.latest_months is not None and not apart
        latest = months_later(anchor, steps * (spacing.latest_months or 0)) if spans else None
        yield _aim(index, "maintenance", day, latest, mark)
        if mark is not None and mark.day is not None and mark.later == "follow":
            anchor, steps, apart = mark.day, 0, False
        apart = apart or _stands_apart(mark)


def _stands_apart(mark: Mark | None) -> bool:
    return mark is not None and mark.day not in (None, mark.was) and mark.later == "stay"


def _moves_on(mark: Mark | None) -> bool:
    return mark is not None and mark.state == "missed" and mark.day is None and mark.later == "follow"


def _aim(index: int, phase: Phase, day: date, latest: date | None, mark: Mark | None) -> Aim:
    if mark is None or _moves_on(mark):
        return Aim(index=index, phase=phase, day=day, latest=latest)
    return Aim(
        index=index,
        phase=phase,
        day=day,
        latest=None,
        fixed=mark.day,
        followed=mark.later == "follow",
        done=mark.state == "done",
        left_out=mark.day is None,
    )
