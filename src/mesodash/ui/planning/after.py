"""The days after one session: what sources ask to leave out, and for how long."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.collisions import longest_stated
from mesodash.domain.timeline import SessionEvent
from mesodash.knowledge.records import AftercareRule
from mesodash.ui import plans, state
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.planning import board, legend
from mesodash.ui.planning.board import AFTER, AFTER_CHART, AFTER_HEAD, Drawn, Page, pair, say
from mesodash.ui.plans import Which, key

_DAYS_AFTER = 7
"""Days that are drawn at least."""
_WHICH = "timeline.after.plan"


def draw(page: Page) -> None:
    """Draw what is to be left out after one session; of the first plan with such rules, until another is chosen."""
    page.piece(AFTER_HEAD, lambda: _head(page), lambda: _choosable(page))
    page.piece(AFTER, lambda: _days(page), lambda: _after_what(page))
    page.piece(AFTER_CHART, lambda: _chart(page), lambda: [one.timeline.option for one in page.drawn()])


def _with_care(page: Page) -> list[Drawn]:
    return [one for one in page.drawn() if board.aftercare(one.timeline)]


def _cared(page: Page) -> Drawn | None:
    """Return the plan whose days are shown; None where content lists nothing for any."""
    found = _with_care(page)
    return next((one for one in found if one.which == state.get(_WHICH)), found[0] if found else None)


def _choosable(page: Page) -> object:
    """Return the plans there are to choose from, and how many sessions the chosen one has."""
    one = _cared(page)
    plans_of = [(each.which, each.timeline.protocol) for each in _with_care(page)]
    return one and (plans_of, one.which, _last(one))


def _last(one: Drawn) -> int:
    """Return the number of the last session that has a day."""
    return plans.sessions(one.timeline)[-1].index


def _head(page: Page) -> None:
    now = page.now
    one = _cared(page)
    if one is None:
        return
    html.block(f"<h2>{say(now, 'after')}</h2>")
    found = {each.which: each.timeline for each in _with_care(page)}
    if len(found) > 1:
        state.put(_WHICH, one.which)
        st.pills(
            now.t("timeline.edit.plan"),
            found,
            key=_WHICH,
            format_func=lambda which: board.name_of(now, found[which]),
            required=True,
            on_change=page.redraw,
            args=(AFTER_HEAD, AFTER),
            persist_state="session",
        )
    box, total = _box(one.which), _last(one)
    state.put(box, min(max(state.get(box, 1), 1), total))
    if total > 1:
        st.number_input(
            now.t("timeline.after.session", total=total),
            min_value=1,
            max_value=total,
            step=1,
            key=box,
            width=320,
            on_change=page.redraw,
            args=(AFTER,),
            persist_state="session",
        )


def _box(which: Which) -> str:
    return key(which, "after")


def _session(one: Drawn) -> SessionEvent | int:
    """Return the session whose days are shown, or its number if it has no day any more."""
    chosen = min(max(state.get(_box(one.which), 1), 1), _last(one))
    return next((each for each in plans.sessions(one.timeline) if each.index == chosen), chosen)


def _after_what(page: Page) -> object:
    """Return the session that is shown, and how it is called."""
    one = _cared(page)
    return one and (_session(one), one.timeline.protocol, one.timeline.course_sessions)


def _days(page: Page) -> None:
    now = page.now
    t = now.t
    one = _cared(page)
    if one is None:
        return
    timeline, session = one.timeline, _session(one)
    if isinstance(session, int):
        gone = pair(now, plans.title_of(t, timeline, session), t("timeline.edit.no_day"))
        html.block(f"<p role='status'>{html.text(gone)}</p>")
        return
    what = plans.event_title(t, timeline, session)
    lines = [
        pair(now, t("aftercare." + event.rule), plans.aftercare_words(t, event))
        for event in board.aftercare(timeline)
        if event.session == session.index
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
    rests: list[charts.Rest] = []
    for option in with_rules:
        rules = plans.rules_of(now, option)
        if len(with_rules) > 1:
            html.block(f"<h3>{html.text(t(f'option.{option}'))}</h3>")
        drawn = [_rest(now, rule) for rule in rules]
        rests += drawn
        figure = charts.after_a_session(
            drawn,
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
    legend.days(now, rests)
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
