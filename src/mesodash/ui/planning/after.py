"""The days after one session: what sources ask to leave out, and for how long."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.collisions import longest_stated
from mesodash.domain.timeline import SessionEvent, Timeline
from mesodash.knowledge.records import AftercareRule
from mesodash.ui import plans, state
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.planning import board
from mesodash.ui.planning.board import AFTER, AFTER_CHART, AFTER_HEAD, Page, pair, say
from mesodash.ui.plans import key

_DAYS_AFTER = 7
"""Days that are drawn at least."""
_WHICH = key("first", "after")


def draw(page: Page) -> None:
    """Draw what is to be left out after one session of the plan for which content lists most, or for longest."""
    page.piece(AFTER_HEAD, lambda: _head(page), lambda: _choosable(page))
    page.piece(AFTER, lambda: _days(page), lambda: _after_what(page))
    page.piece(AFTER_CHART, lambda: _chart(page), lambda: [one.timeline.option for one in page.drawn()])


def _cared(page: Page) -> Timeline | None:
    timelines = [one.timeline for one in page.drawn() if board.aftercare(one.timeline)]

    def weight(timeline: Timeline) -> tuple[int, int]:
        rules = plans.rules_of(page.now, timeline.option)
        return len(rules), longest_stated(rules) or 0

    return max(timelines, key=weight, default=None)


def _choosable(page: Page) -> int | None:
    """Return how many sessions there are to choose from; None where content lists nothing for any plan."""
    timeline = _cared(page)
    return None if timeline is None else len(plans.sessions(timeline))


def _head(page: Page) -> None:
    now = page.now
    total = _choosable(page)
    if total is None:
        return
    html.block(f"<h2>{say(now, 'after')}</h2>")
    state.put(_WHICH, min(max(state.get(_WHICH, 1), 1), total))
    if total > 1:
        st.number_input(
            now.t("timeline.after.session", total=total),
            min_value=1,
            max_value=total,
            step=1,
            key=_WHICH,
            width=320,
            on_change=page.redraw,
            args=(AFTER,),
            persist_state="session",
        )


def _session(timeline: Timeline) -> SessionEvent:
    """Return the session whose days are shown."""
    placed = plans.sessions(timeline)
    chosen: int = state.get(_WHICH, 1)
    return placed[min(max(chosen, 1), len(placed)) - 1]


def _after_what(page: Page) -> object:
    """Return the session that is shown, and how it is called."""
    timeline = _cared(page)
    return timeline and (_session(timeline), timeline.protocol, timeline.course_sessions)


def _days(page: Page) -> None:
    now = page.now
    t = now.t
    timeline = _cared(page)
    if timeline is None:
        return
    session = _session(timeline)
    what = plans.event_title(t, timeline, session)
    lines = [
        pair(now, t("aftercare." + event.rule), plans.aftercare_words(t, event))
        for event in board.aftercare(timeline)
        if event.session == session.index and event.to_least is not None
    ]
    items = "".join(f"<li>{html.text(line)}</li>" for line in lines)
    html.block(
        f"<div role='status'><p>{say(now, 'after.day', what=what, day=t.day(session.date, 'full'))}</p>"
        f"<ul class='tl-days'>{items}</ul></div>"
    )


def _chart(page: Page) -> None:
    """Draw the days after any session, which are the same for each of an option, and which options lack rules."""
    now = page.now
    t = now.t
    options = dict.fromkeys(one.timeline.option for one in page.drawn())
    with_rules = [option for option in options if plans.rules_of(now, option)]
    for option in with_rules:
        rules = plans.rules_of(now, option)
        if len(with_rules) > 1:
            html.block(f"<h3>{html.text(t(f'option.{option}'))}</h3>")
        figure = charts.after_a_session(
            [_rest(now, rule) for rule in rules],
            option=option,
            days=max(_DAYS_AFTER, longest_stated(rules) or 0),
            axis=t(f"timeline.after.axis{'.once' if option == 'transplant' else ''}"),
            theme=now.theme,
        )
        st.plotly_chart(
            figure,
            theme=None,
            config={"displayModeBar": False, "scrollZoom": False},
            alt=t.parted(pair(now, t("aftercare." + rule.id), board.days_after(now, rule)) for rule in rules) + ".",
            key=f"timeline_after_{option}",
        )
    if with_rules:
        html.block(f"<p class='hint'>{say(now, 'after.legend')}</p>")
    for option in options:
        rules = plans.rules_of(now, option)
        if all(rule.id == "days_off" for rule in rules):
            words = t("timeline.after.none.rest" if rules else "timeline.after.none", option=t(f"option.{option}"))
            html.block(f"<p>{html.text(words)}</p>")


def _rest(now: Frame, rule: AftercareRule) -> charts.Rest:
    t = now.t
    less: dict[int, int] = {}
    for one in rule.less_strict:
        value = now.knowledge.claims[one].value
        if value is not None and value.unit == "day":
            most = value.typical if value.high is None else value.high
            if most is not None:
                less[int(most)] = less.get(int(most), 0) + 1
    return charts.Rest(
        name=t(f"aftercare.{rule.id}"),
        detail="" if rule.least_days is None else board.days_after(now, rule),
        least=None if rule.maybe_none else rule.least_days,
        most=rule.most_days,
        unknown=t("timeline.after.no_days"),
        less=tuple(
            (
                days,
                t("timeline.after.less", count=count, day=days) if days else t("timeline.after.nothing", count=count),
            )
            for days, count in sorted(less.items(), reverse=True)
        ),
    )
