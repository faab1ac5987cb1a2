"""The settings of one plan: its protocol, its first day, and the figures that its sources leave open or give."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from mesodash.errors import InputError
from mesodash.i18n.words import fault
from mesodash.knowledge.records import Protocol
from mesodash.ui import access, plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html
from mesodash.ui.planning import board
from mesodash.ui.planning.board import DAY_FORMAT, FIGURES, RESULTS, SAID, START, Page, redraw
from mesodash.ui.plans import Figure, Which, key

_QUICK = (1, 2, 4)
_LOOK_BACK = timedelta(days=2 * 365)
_LOOK_AHEAD = timedelta(days=5 * 365)
_MOST = 999


def draw(page: Page, which: Which) -> None:
    """Draw the settings of one plan; what depends on another choice of protocol is drawn again as a whole."""
    now = page.now
    chosen: str | None = st.pills(
        now.t("timeline.protocol"),
        list(now.knowledge.protocols),
        key=key(which, "protocol"),
        format_func=lambda one: board.plan_name(now, now.knowledge.protocols[one]),
        persist_state="session",
    )
    if chosen is None:
        html.block(f"<p>{board.say(now, 'choose')}</p>")
        return
    access.fragment(START[which])(_start)(page, which)
    access.fragment(FIGURES[which])(_figures)(page, which)


# The first day


def starts() -> list[str]:
    """Return the fragments that show a first day: another plan's may follow that of the first."""
    return [START[which] for which in plans.PLANS if plans.is_on(which) and state.known([key(which, "protocol")])]


def set_start(which: Which, day: date) -> None:
    """Set the first day of a plan by another control than those beside it, and draw what follows from it."""
    _put_start(which, day, "box", "quick")


def _put_start(which: Which, day: date, *turned: str) -> None:
    state.put(key(which, "start"), day)
    state.put(key(which, "apart"), True)
    for control in turned:
        # A control that shows the day gets a new name when another one sets it. The browser sends what each control
        # shows with every tap; after two quick taps that would be the day before the first, taken for a choice.
        turn = key(which, f"{control}.turn")
        state.put(turn, state.get(turn, 0) + 1)
    redraw(*starts(), *RESULTS)


def _turned(which: Which, control: str, day: date) -> str:
    """Return the present name of a control that shows the first day."""
    name = key(which, f"{control}.{state.get(key(which, f'{control}.turn'), 0)}")
    if which != "first" and not state.get(key(which, "apart"), False):
        # It follows the first plan.
        name += f".{day.isoformat()}"
    return name


def _start(page: Page, which: Which) -> None:
    now = page.now
    t = now.t
    day = plans.start(now, which)
    box, quick = _turned(which, "box", day), _turned(which, "quick", day)
    procedure = now.knowledge.protocols[state.get(key(which, "protocol"))].interval_days is None
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        st.date_input(
            t("timeline.start.procedure" if procedure else "timeline.start"),
            key=state.start_with(box, day),
            format=DAY_FORMAT[now.lang],
            # A consultation that was saved long ago may begin on a day further back.
            min_value=min(now.today - _LOOK_BACK, day),
            max_value=max(now.today + _LOOK_AHEAD, day),
            on_change=_take_day,
            args=(box, which),
        )
    days = {weeks: plans.monday(now.today, weeks) for weeks in _QUICK}
    with right:
        st.pills(
            t("timeline.quick"),
            _QUICK,
            key=state.start_with(quick, next((weeks for weeks, one in days.items() if one == day), None)),
            format_func=lambda weeks: t(f"timeline.quick.{weeks}"),
            required=True,
            on_change=_take_quick,
            args=(quick, which, days),
            label_visibility="collapsed",
        )
    html.block(f"<p class='tl-day'>{html.text(t.day(day, 'full'))}</p>")


def _take_day(box: str, which: Which) -> None:
    day = state.get(box)
    if day is not None:
        _put_start(which, day, "quick")


def _take_quick(quick: str, which: Which, days: dict[int, date]) -> None:
    weeks = state.get(quick)
    if weeks is not None:
        _put_start(which, days[weeks], "box")


# The figures


def _figures(page: Page, which: Which) -> None:
    """Draw the figures that can be changed, each above the statements that give it."""
    now = page.now
    t = now.t
    protocol = now.knowledge.protocols[state.get(key(which, "protocol"))]
    drawn, problem = page.plan(which)
    again = (FIGURES[which], *RESULTS, SAID)
    taken = plans.takes(protocol)
    field = problem.field.replace("-", "_") if problem else None
    if field is not None and problem is not None and field not in taken:
        _error(now, problem, t("timeline.start"))
    if problem is not None and problem.key == "error.required":
        html.block(f"<p class='tl-need'>{board.say(now, 'need.' + ('source' if protocol.sources else 'own'))}</p>")
    elif not protocol.sources:
        html.block(f"<p>{board.say(now, 'custom')}</p>")
    settings = plans.settings(now, which)
    for figure, column in zip(taken, st.columns(len(taken)) if taken else (), strict=True):
        with column:
            st.number_input(
                _label(now, protocol, figure),
                # Wider than any range, so that a figure outside is refused in the reader's language.
                min_value=0,
                max_value=_MOST,
                value=None,
                step=1,
                key=state.start_with(plans.figure_key(which, protocol.id, figure), _begins_with(protocol, figure)),
                placeholder=_placeholder(now, protocol, figure),
                on_change=redraw,
                args=again,
                persist_state="session",
            )
            stated = plans.stated_by(now, protocol, figure)
            # What is missing was asked for above; a field nobody has filled in yet is no mistake.
            if field == figure and problem is not None and problem.key != "error.required":
                _error(now, problem, t(f"timeline.{figure}"))
            elif settings is not None and plans.is_own(now, settings, figure):
                words = "own.changed" if stated else "own" if protocol.sources else "own.alone"
                html.block(f"<p class='tl-own'>{board.say(now, words)}</p>")
            elif protocol.sources and not stated:
                html.block(f"<p class='tl-said'>{board.say(now, 'not_stated')}</p>")
            if stated:
                html.block(_said(now, stated))
    rest = [one for one in protocol.sources if not taken]
    if rest:
        html.block(f"<div class='tl-said'>{''.join(board.statement(now, one) for one in rest)}</div>")
    if drawn is not None and drawn.kept:
        html.block(f"<p class='hint'>{board.say(now, 'kept')}</p>")


def _error(now: Frame, problem: InputError, field: str) -> None:
    st.error(board.pair(now, field, fault(now.t, problem)), icon=":material/error:")


def _label(now: Frame, protocol: Protocol, figure: Figure) -> str:
    """Return the name of a field, with the range where no other figure is taken."""
    t = now.t
    span = {"sessions": protocol.sessions, "interval_days": protocol.interval_days, "maintenance_months": None}[figure]
    if span is None or not protocol.within_stated:
        return t(f"timeline.{figure}")
    return t("timeline.with_range", name=t(f"timeline.{figure}"), range=t.range(span.low, span.high))


def _begins_with(protocol: Protocol, figure: Figure) -> int | None:
    if figure == "maintenance_months":
        # Left empty where a source gives a span, so that both its ends are shown.
        return None if protocol.maintenance_latest_months else protocol.maintenance_months
    span = protocol.sessions if figure == "sessions" else protocol.interval_days
    return None if span is None else span.default


def _placeholder(now: Frame, protocol: Protocol, figure: Figure) -> str:
    """Return what an empty field means: the source's own figure, or that one is needed, or none."""
    t = now.t
    if figure == "maintenance_months":
        low, high = protocol.maintenance_months, protocol.maintenance_latest_months or protocol.maintenance_months
    else:
        span = protocol.sessions if figure == "sessions" else protocol.interval_days
        low, high = (span.low, span.high) if span else (None, None)
    if plans.stated_by(now, protocol, figure) and low is not None:
        return t("timeline.placeholder", figure=t.range(low, high))
    return t(f"timeline.empty.{figure}")


def _said(now: Frame, stated: tuple[str, ...]) -> str:
    """Return the statements that give a figure, then the disagreements they are a side of."""
    body = "".join(board.statement(now, one) for one in stated)
    return f"<div class='tl-said'>{body}{conflicts.fold(now, stated)}</div>"
