"""The dates of a plan as a table, each with the statements that place it."""

from __future__ import annotations

from mesodash.domain.timeline import AftercareEvent, MilestoneEvent, SessionEvent, Timeline
from mesodash.knowledge.records import Undated
from mesodash.ui import plans
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.tables import table
from mesodash.ui.planning import board
from mesodash.ui.planning.board import Drawn, pair, say
from mesodash.ui.plans import Figure, Settings


def draw(now: Frame, one: Drawn) -> None:
    """Draw the dates of one plan, one a row, each with the numbers of the statements that place it.

    What is to be left out after each session stands in a table of its own, closed at first
    unless there is one session only.
    """
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
        [_row(now, settings, timeline, event, marks) for event in rows],
    )
    begins = f"<p class='tl-said'>{html.text(one.follows)}</p>" if one.follows else ""
    note = _aftercare_note(now, after.get(1, []), marks) + _undated_note(now, timeline, marks)
    sources = "".join(f"<li value='{number}'>{board.statement(now, one)}</li>" for one, number in marks.items())
    html.block(
        f"<div class='tl-dates'>{begins}{dates}{_after(now, timeline, after, marks)}{note}"
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


def _after(now: Frame, timeline: Timeline, after: dict[int, list[AftercareEvent]], marks: dict[str, int]) -> str:
    """Return until when what is to be left out after each session, one session a row."""
    t = now.t
    rows = []
    for session in plans.sessions(timeline):
        rules = [rule for rule in after.get(session.index, []) if rule.to_most is not None]
        if rules:
            what = f"<b>{html.text(plans.event_title(t, timeline, session))}</b>"
            lines = (pair(now, t("aftercare." + rule.rule), plans.aftercare_words(t, rule)) for rule in rules)
            what += "".join(f"<br>{html.text(line)}" for line in lines)
            said = _numbers([one for rule in rules for one in rule.sources], marks)
            rows.append([html.text(t.day(session.date, "full")), what, html.text(said)])
    if not rows:
        return ""
    heads = [say(now, f"table.{head}") for head in ("date", "what", "source")]
    days = table(say(now, "table.after", plan=board.name_of(now, timeline)), heads, rows)
    unfolded = " open" if len(rows) == 1 else ""
    return f"<details class='sources'{unfolded}><summary>{say(now, 'table.after.open')}</summary>{days}</details>"


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
    marks: dict[str, int],
) -> list[str]:
    t = now.t
    title = plans.milestone_words(now, event) if event.kind == "milestone" else plans.event_title(t, timeline, event)
    what = f"<b>{html.text(title)}</b>"
    days = plans.milestone_days(t, event, "full") if event.kind == "milestone" else t.day(event.date, "full")
    if event.kind == "session":
        lines = (plans.moved_words(t, event), plans.latest_words(t, event))
        what += "".join(f"<br>{html.text(line)}" for line in lines if line is not None)
    said = _numbers(list(_sources(now, settings, event)), marks)
    if _own(now, settings, event):
        said = t("timeline.own.short") + (f"; {said}" if said else "")
    return [html.text(days), what, html.text(said or t("timeline.table.none"))]
