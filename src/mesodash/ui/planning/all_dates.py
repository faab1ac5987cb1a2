"""The dates of a plan as a table, each with the statements that place it."""

from __future__ import annotations

from mesodash.domain.timeline import AftercareEvent, MilestoneEvent, SessionEvent, Timeline, first_day
from mesodash.knowledge.records import Undated
from mesodash.ui import plans
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.tables import table
from mesodash.ui.planning import board
from mesodash.ui.planning.board import Drawn, pair, say
from mesodash.ui.plans import Figure, Settings


def draw(now: Frame, one: Drawn) -> None:
    """Draw the dates of one plan, one a row, each with the numbers of the statements that place it."""
    settings, timeline = one.settings, one.timeline
    name = board.name_of(now, timeline)
    rows = [event for event in timeline.events if event.kind != "aftercare"]
    after: dict[int, list[AftercareEvent]] = {}
    for event in board.aftercare(timeline):
        after.setdefault(event.session, []).append(event)
    marks = _marks(now, settings, timeline, rows)
    dates = table(
        html.text(name),
        [say(now, f"table.{head}") for head in ("date", "what", "source")],
        [_row(now, settings, timeline, event, after, marks) for event in rows],
    )
    begins = f"<p class='tl-said'>{html.text(one.follows)}</p>" if one.follows else ""
    note = _aftercare_note(now, after.get(1, []), marks) + _undated_note(now, timeline, marks)
    sources = "".join(f"<li value='{number}'>{board.statement(now, one)}</li>" for one, number in marks.items())
    html.block(
        f"<div class='tl-dates'>{begins}{dates}{note}"
        f"<details class='sources'><summary>{say(now, 'table.sources')}</summary>"
        f"<ol class='tl-marks'>{sources}</ol></details></div>"
    )


def _aftercare_note(now: Frame, rules: list[AftercareEvent], marks: dict[str, int]) -> str:
    """Return what sources ask for without days, and who asks for less; empty for an option without aftercare."""
    if not rules:
        return ""
    t = now.t
    without = [rule for rule in rules if rule.to_least is None]
    lines = []
    if without:
        asked = t.list([t("aftercare_inside." + rule.rule) for rule in without])
        numbers = _numbers([one for rule in without for one in rule.sources], marks)
        lines.append(say(now, "table.no_days", rules=asked, numbers=numbers))
    less = _numbers([one for rule in rules for one in rule.less_strict], marks)
    if less:
        lines.append(say(now, "table.less", numbers=less))
    return "".join(f"<p class='hint'>{line}</p>" for line in lines)


def _undated(now: Frame, timeline: Timeline) -> tuple[Undated, ...]:
    return now.knowledge.protocols[timeline.protocol].undated


def _undated_note(now: Frame, timeline: Timeline, marks: dict[str, int]) -> str:
    """Return which points of the course no source dates."""
    lines = (
        say(
            now,
            "table.undated",
            what=now.t(f"milestone.{one.name}"),
            numbers=_numbers(list(one.sources), marks),
        )
        for one in _undated(now, timeline)
    )
    return "".join(f"<p class='hint'>{line}</p>" for line in lines)


def _numbers(ids: list[str], marks: dict[str, int]) -> str:
    return ", ".join(str(number) for number in sorted({marks[one] for one in ids}))


def _marks(
    now: Frame, settings: Settings, timeline: Timeline, rows: list[SessionEvent | MilestoneEvent]
) -> dict[str, int]:
    """Return the claims behind the rows, each with the number that stands for it."""
    ids = [one for event in rows for one in _sources(now, settings, event)]
    ids += [one for event in board.aftercare(timeline) for one in (*event.sources, *event.less_strict)]
    ids += [one for undated in _undated(now, timeline) for one in undated.sources]
    return {one: number for number, one in enumerate(dict.fromkeys(ids), 1)}


def _sources(now: Frame, settings: Settings, event: SessionEvent | MilestoneEvent) -> tuple[str, ...]:
    """Return the claims that place an event; a session counts on those that give the figures of its phase."""
    if event.kind == "milestone" and event.name != "course_end":
        return event.sources
    figures: tuple[Figure, ...] = ("sessions", "interval_days")
    if event.kind == "session" and event.phase == "maintenance":
        figures = ("maintenance_months",)
    return tuple(one for figure in figures for one in plans.credited(now, settings, figure))


def _own(now: Frame, settings: Settings, event: SessionEvent | MilestoneEvent) -> bool:
    """Return True if a figure of the reader's own, which no source gives, places an event."""
    if event.kind == "milestone" and event.name != "course_end":
        return False
    maintenance = event.kind == "session" and event.phase == "maintenance"
    figures: tuple[Figure, ...] = plans.FIGURES if maintenance else ("sessions", "interval_days")
    return any(plans.is_own(now, settings, figure) for figure in figures)


def _row(
    now: Frame,
    settings: Settings,
    timeline: Timeline,
    event: SessionEvent | MilestoneEvent,
    after: dict[int, list[AftercareEvent]],
    marks: dict[str, int],
) -> list[str]:
    t = now.t
    what = f"<b>{html.text(plans.event_title(t, timeline, event))}</b>"
    days = t.days(first_day(event), event.latest if event.kind == "milestone" else event.date, "full")
    sources = list(_sources(now, settings, event))
    if event.kind == "session":
        lines = [
            pair(now, t("aftercare." + rule.rule), plans.aftercare_words(t, rule))
            for rule in after.get(event.index, [])
            if rule.to_least is not None
        ]
        if event.aimed_latest is not None:
            lines.insert(0, t("timeline.table.latest", day=t.day(event.aimed_latest, "full")))
        moved = plans.moved_words(t, event)
        if moved is not None:
            lines.insert(0, moved)
        what += "".join(f"<br>{html.text(line)}" for line in lines)
        sources += [one for rule in after.get(event.index, []) if rule.to_least is not None for one in rule.sources]
    said = _numbers(sources, marks)
    if _own(now, settings, event):
        said = t("timeline.own.short") + (f"; {said}" if said else "")
    return [html.text(days), what, html.text(said or t("timeline.table.none"))]
