"""What sources say behind the dates: who asks for more or less care, and what they say of results."""

from __future__ import annotations

from mesodash.domain.timeline import Timeline
from mesodash.knowledge.records import AftercareRule
from mesodash.ui import plans
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html
from mesodash.ui.parts.tables import table
from mesodash.ui.planning import board
from mesodash.ui.planning.board import SAID, Page, pair, say


def draw(page: Page) -> None:
    """Draw the statements that stand behind the plans; they depend on the protocols, not on the days."""
    page.piece(SAID, lambda: _draw(page), lambda: _behind(page))


def _behind(page: Page) -> object:
    """Return the points of the course that the plans show."""
    return [(one.timeline.protocol, _points(one.timeline)) for one in page.drawn()]


def _points(timeline: Timeline) -> list[tuple[str, tuple[str, ...]]]:
    return [(event.name, event.sources) for event in board.results(timeline)]


def _draw(page: Page) -> None:
    now = page.now
    timelines = [one.timeline for one in page.drawn()]
    options = {one.option: plans.rules_of(now, one.option) for one in timelines}
    ruled = {option: rules for option, rules in options.items() if rules}
    for option, rules in ruled.items():
        _care(now, rules, now.t(f"option.{option}") if len(ruled) > 1 else None)
    _milestones(now, timelines)


def _care(now: Frame, rules: list[AftercareRule], option: str | None) -> None:
    t = now.t
    rows = [
        [
            html.text(t(f"aftercare.{rule.id}")),
            html.text(board.days_after(now, rule)),
            _list(now, rule.sources),
            _list(now, rule.less_strict),
        ]
        for rule in rules
    ]
    heads = [say(now, f"after.{head}") for head in ("rule", "until_when", "asked_by", "less_by")]
    caption, opens = (
        html.text(words if option is None else pair(now, option, words))
        for words in (t("timeline.after.caption"), t("timeline.after.open"))
    )
    days = table(caption, heads, rows)
    html.block(f"<details class='sources'><summary>{opens}</summary>{days}</details>")


def _list(now: Frame, ids: tuple[str, ...]) -> str:
    if not ids:
        return html.text(now.t("no_source"))
    return "".join(board.statement(now, one) for one in ids)


def _milestones(now: Frame, drawn: list[Timeline]) -> None:
    t = now.t
    names: dict[tuple[str, ...], list[str]] = {}
    for timeline in drawn:
        for name, sources in _points(timeline):
            names.setdefault(sources, []).append(t(f"milestone.{name}"))
        for undated in now.knowledge.protocols[timeline.protocol].undated:
            told = pair(now, t(f"milestone.{undated.name}"), t("timeline.undated"))
            names.setdefault(undated.sources, []).append(told)
    blocks = "".join(
        f"<section class='tl-milestone'><h3>{html.text(' · '.join(dict.fromkeys(told)))}</h3>"
        f"{''.join(board.statement(now, one) for one in sources)}{_beside(now, sources)}{conflicts.fold(now, sources)}"
        "</section>"
        for sources, told in names.items()
    )
    if blocks:
        html.block(f"<h2>{say(now, 'milestones')}</h2><div class='tl-milestones'>{blocks}</div>")


def _beside(now: Frame, sources: tuple[str, ...]) -> str:
    """Return what limits or contradicts some statements, in full beside them."""
    claims = now.knowledge.claims
    others = dict.fromkeys(
        other
        for one in sources
        for other in (*claims[one].qualified_by, *claims[one].contradicted_by)
        if claims[other].usable and other not in sources
    )
    if not others:
        return ""
    return f"<p class='tl-beside'>{say(now, 'beside')}</p>" + "".join(board.statement(now, one) for one in others)
