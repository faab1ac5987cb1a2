"""The days after one session: what sources ask to leave out, and for how long."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mesodash.domain.timeline import AftercareEvent, Timeline
from mesodash.knowledge.records import AftercareRule
from mesodash.ui import access, plans, state
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.planning import board
from mesodash.ui.planning.board import AFTER, Page, pair, say
from mesodash.ui.plans import key

_DAYS_AFTER = 7


@access.fragment(AFTER)
def draw(page: Page) -> None:
    """Draw what is to be left out after one session of the first plan for which content lists anything."""
    now = page.now
    t = now.t
    drawn = page.drawn()
    timeline = next((one.timeline for one in drawn if board.aftercare(one.timeline)), None)
    if timeline is not None:
        _days(now, timeline)
    for option in dict.fromkeys(one.timeline.option for one in drawn if not board.aftercare(one.timeline)):
        words = t("timeline.after.none", option=t(f"option.{option}"))
        html.block(f"<p>{html.text(words)}</p>")


def _days(now: Frame, timeline: Timeline) -> None:
    t = now.t
    placed = plans.sessions(timeline)
    html.block(f"<h2>{say(now, 'after')}</h2>")
    number = key("first", "after")
    state.put(number, min(max(state.get(number, 1), 1), len(placed)))
    if len(placed) > 1:
        st.number_input(
            t("timeline.after.session", total=len(placed)),
            min_value=1,
            max_value=len(placed),
            step=1,
            key=number,
            width=320,
            persist_state="session",
        )
    session = placed[state.get(number) - 1]
    what = plans.event_title(t, timeline, session)
    html.block(f"<p>{say(now, 'after.day', what=what, day=t.day(session.date, 'full'))}</p>")
    events = [event for event in board.aftercare(timeline) if event.session == session.index]
    rules: dict[str, AftercareRule] = {
        rule.id: rule for rule in now.knowledge.aftercare if rule.option == timeline.option
    }
    figure = charts.after_a_session(
        [_rest(now, event, rules) for event in events],
        option=timeline.option,
        days=_DAYS_AFTER,
        axis=t("timeline.after.axis"),
        theme=now.theme,
    )
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False, "scrollZoom": False},
        alt=t.parted(pair(now, t("aftercare." + event.rule), plans.aftercare_words(t, event)) for event in events)
        + ".",
        key="timeline_after",
    )
    html.block(f"<p class='hint'>{say(now, 'after.legend')}</p>")


def _rest(now: Frame, event: AftercareEvent, rules: Mapping[str, AftercareRule]) -> charts.Rest:
    t = now.t
    rule = rules[event.rule]
    less: dict[int, int] = {}
    for one in event.less_strict:
        value = now.knowledge.claims[one].value
        if value is not None and value.unit == "day":
            most = value.typical if value.high is None else value.high
            if most is not None:
                less[int(most)] = less.get(int(most), 0) + 1
    return charts.Rest(
        name=t(f"aftercare.{event.rule}"),
        detail="" if event.to_least is None else plans.aftercare_words(t, event),
        least=rule.least_days,
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
