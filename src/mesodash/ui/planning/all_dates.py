"""The dates of a plan as a table, each with the statements that place it."""

from __future__ import annotations

from mesodash.domain.timeline import AftercareEvent, MilestoneEvent, SessionEvent, Timeline
from mesodash.ui import plans
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.tables import table
from mesodash.ui.planning import board
from mesodash.ui.planning.board import Drawn, pair, say
from mesodash.ui.plans import Figure, Settings


def draw(now: Frame, one: Drawn) -> None:
    """Draw the dates of one plan, one a row, each with who says so; all that they say stands below, closed at first.

    What is to be left out after each session stands in a table of its own, closed at first
    unless there is one session only.
    """
    settings, timeline = one.settings, one.timeline
    name = board.name_of(now, timeline)
    rows = [event for event in timeline.events if event.kind != "aftercare"]
    after: dict[int, list[AftercareEvent]] = {}
    for event in board.aftercare(timeline):
        after.setdefault(event.session, []).append(event)
    dates = table(
        html.text(name),
        [say(now, f"table.{head}") for head in ("date", "what", "source")],
        [_row(now, settings, timeline, event) for event in rows],
    )
    begins = f"<p class='tl-said'>{html.text(one.follows)}</p>" if one.follows else ""
    booster = board.booster(now, settings)
    note = f"<p class='hint'>{booster}</p>" if booster else ""
    note += _hint(now.t("timeline.tapers")) if plans.tapers(now, settings) else ""
    note += _aftercare_note(now, next(iter(after.values()), [])) + _undated(now, timeline)
    said = _behind(now, settings, timeline, rows)
    sources = "".join(f"<li>{board.statement(now, one)}</li>" for one in said)
    folded = f"<details class='sources'><summary>{say(now, 'table.sources')}</summary><ul>{sources}</ul></details>"
    html.block(
        f"<div class='tl-dates'>{begins}{dates}{_after(now, timeline, after)}{note}{folded if said else ''}</div>"
    )


def _hint(words: str) -> str:
    return f"<p class='hint'>{html.text(words)}</p>"


def _aftercare_note(now: Frame, rules: list[AftercareEvent]) -> str:
    """Return what sources ask for without days, and who asks for less; empty for an option without aftercare."""
    t = now.t
    notes = ""
    without = [rule for rule in rules if rule.to_least is None]
    if without:
        asked = t.list([t("aftercare_inside." + rule.rule) for rule in without])
        who = board.who(now, tuple(one for rule in without for one in rule.sources))
        notes += _hint(t("timeline.table.no_days", rules=asked, who=who))
    less: dict[str, list[str]] = {}
    for rule in rules:
        if rule.less_strict:
            asked = t("timeline.table.quoted", rule=t("aftercare_inside." + rule.rule))
            less.setdefault(board.who(now, rule.less_strict), []).append(asked)
    if not less:
        return notes
    by = (t("timeline.table.rule_by", rules=t.list(asked), who=who) for who, asked in less.items())
    return notes + _hint(t("timeline.table.less", rules=t.parted(by)))


def _after(now: Frame, timeline: Timeline, after: dict[int, list[AftercareEvent]]) -> str:
    """Return until when what is to be left out after each session, one session a row."""
    t = now.t
    rows = []
    for session in plans.sessions(timeline):
        rules = [rule for rule in after.get(session.index, []) if rule.to_most is not None]
        if rules:
            what = f"<b>{html.text(plans.event_title(t, timeline, session))}</b>"
            lines = (pair(now, t("aftercare." + rule.rule), plans.aftercare_words(t, rule)) for rule in rules)
            what += "".join(f"<br>{html.text(line)}" for line in lines)
            said = board.who(now, tuple(one for rule in rules for one in rule.sources))
            rows.append([html.text(t.day(session.date, "full")), what, html.text(said)])
    if not rows:
        return ""
    heads = [say(now, f"table.{head}") for head in ("date", "what", "source")]
    days = table(say(now, "table.after", plan=board.name_of(now, timeline)), heads, rows)
    unfolded = " open" if len(rows) == 1 else ""
    opens = say(now, "table.after.open")
    return f"<details class='sources'{unfolded}><summary>{opens}</summary>{days}</details>"


def _undated(now: Frame, timeline: Timeline) -> str:
    """Return which points of the course no source dates."""
    t = now.t
    notes = ""
    for one in now.knowledge.protocols[timeline.protocol].undated:
        what = t(f"milestone.{one.name}")
        # Our own view is no source to look up.
        named = tuple(claim for claim in one.sources if now.knowledge.claims[claim].kind != "judgement")
        seen = t("timeline.table.undated.see", what=what, who=board.who(now, named)) if named else None
        notes += _hint(seen or t("timeline.table.undated", what=what))
    return notes


def _behind(now: Frame, settings: Settings, timeline: Timeline, rows: list[SessionEvent | MilestoneEvent]) -> list[str]:
    """Return the claims behind the rows and the notes, each once."""
    ids = [one for event in rows for one in _sources(now, settings, event)]
    ids += plans.without_booster(now, settings)
    ids += [one for event in board.aftercare(timeline) for one in (*event.sources, *event.less_strict)]
    ids += [one for undated in now.knowledge.protocols[timeline.protocol].undated for one in undated.sources]
    return list(dict.fromkeys(ids))


def _has_own_day(event: SessionEvent | MilestoneEvent) -> bool:
    """Return True if a person gave a session its day: no source places it there."""
    return event.kind == "session" and (event.by_hand or (event.done and event.moved_days != 0))


def _sources(now: Frame, settings: Settings, event: SessionEvent | MilestoneEvent) -> tuple[str, ...]:
    """Return the claims that place an event; a session counts on those that give the figures of its phase."""
    if board.is_result(event):
        return event.sources
    if _has_own_day(event):
        return ()
    figures: tuple[Figure, ...] = ("sessions", "interval_days")
    if event.kind == "session" and event.phase == "maintenance":
        figures = ("maintenance_months",)
    return tuple(one for figure in figures for one in plans.credited(now, settings, figure))


def _own(now: Frame, settings: Settings, event: SessionEvent | MilestoneEvent) -> bool:
    """Return True if a figure of the reader's own, which no source gives, places an event."""
    if board.is_result(event) or _has_own_day(event):
        return False
    maintenance = event.kind == "session" and event.phase == "maintenance"
    figures: tuple[Figure, ...] = plans.FIGURES if maintenance else ("sessions", "interval_days")
    return any(plans.is_own(now, settings, figure) for figure in figures)


def _row(
    now: Frame,
    settings: Settings,
    timeline: Timeline,
    event: SessionEvent | MilestoneEvent,
) -> list[str]:
    t = now.t
    title = plans.milestone_words(now, event) if event.kind == "milestone" else plans.event_title(t, timeline, event)
    what = f"<b>{html.text(title)}</b>"
    days = plans.milestone_days(t, event, "full") if event.kind == "milestone" else t.day(event.date, "full")
    if event.kind == "session":
        lines = (plans.moved_words(t, event), plans.latest_words(t, event, timeline.horizon_end))
        what += "".join(f"<br>{html.text(line)}" for line in lines if line is not None)
    behind = _sources(now, settings, event)
    said = (board.who_dates if board.is_result(event) else board.who)(now, behind) if behind else ""
    if _own(now, settings, event):
        said = t.parted(one for one in (t("timeline.own.short"), said) if one)
    return [html.text(days), what, html.text(said or t("timeline.table.none"))]
