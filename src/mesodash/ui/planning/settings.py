"""The settings of one plan: its protocol, its first day, and the figures that its sources leave open or give."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from mesodash.errors import InputError
from mesodash.i18n.words import fault
from mesodash.knowledge.records import Protocol
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html, outcomes
from mesodash.ui.planning import board
from mesodash.ui.planning.board import BELOW, DAY_FORMAT, FIGURES, START, Page
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
        on_change=_take_protocol,
        args=(page, which),
        persist_state="session",
    )
    if chosen is None:
        html.block(f"<p>{board.say(now, 'choose')}</p>")
        return
    page.piece(START[which], lambda: _start(page, which), lambda: _start_shows(page, which))
    page.piece(FIGURES[which], lambda: _figures(page, which), lambda: state.get(key(which, "protocol")))


def _take_protocol(page: Page, which: Which) -> None:
    """Draw what shows the protocol, once there is one; the first choice, and taking it back, draw the whole plan."""
    if state.get(key(which, "protocol")) is not None and page.has(START[which]):
        page.redraw()
    elif which != "first":
        page.redraw(board.FURTHER[which])


def _start_shows(page: Page, which: Which) -> object:
    """Return the controls of the day, what the plan follows, and the protocols that are named beside it."""
    above = plans.PLANS[: plans.PLANS.index(which) + 1]
    named = [state.get(key(one, "protocol")) for one in above]
    day = page.start(which)
    if plans.followed(which) is not None:
        return day, _link(page, which), named
    # The box shows a day that was typed into it already; the words below it are a piece of their own.
    return [_turned(which, control, day or page.now.today) for control in ("box", "quick")], named


# The first day


def set_start(page: Page, which: Which, day: date) -> None:
    """Set the first day of a plan by another control than those beside it, and draw what follows from it."""
    _put_start(page, which, day, "box", "quick")


def keep_days_of_others(page: Page, which: Which) -> None:
    """Let the plans that begin with the first one keep the day that they have, whatever day `which` gets next."""
    if which != "first":
        return
    for other in plans.PLANS[1:]:
        if not plans.is_on(other) or plans.followed(other) is not None or state.get(key(other, "apart"), False):
            continue
        state.put(key(other, "start"), plans.start(page.now, other))
        state.put(key(other, "apart"), True)


def _put_start(page: Page, which: Which, day: date, *turned: str) -> None:
    begun = which == "first" or state.get(key(which, "apart"), False)
    if begun and state.get(_turned(which, "quick", day)) == _quick(page.now, day):
        turned = tuple(control for control in turned if control != "quick")
    state.put(key(which, "start"), day)
    state.put(key(which, "apart"), True)
    for control in turned:
        # A control that shows the day gets a new name when another one sets it. The browser sends what each control
        # shows with every tap; after two quick taps that would be the day before the first, taken for a choice.
        turn = key(which, f"{control}.turn")
        state.put(turn, state.get(turn, 0) + 1)
    page.redraw(BELOW[which])


def _quick(now: Frame, day: date) -> int | None:
    """Return in how many weeks a day is, if it is one of those that can be chosen so."""
    return next((weeks for weeks in _QUICK if plans.monday(now.today, weeks) == day), None)


def _turned(which: Which, control: str, day: date) -> str:
    """Return the present name of a control that shows the first day."""
    name = key(which, f"{control}.{state.get(key(which, f'{control}.turn'), 0)}")
    if which != "first" and not state.get(key(which, "apart"), False):
        # It follows the first plan.
        name += f".{day.isoformat()}"
    return name


def _start(page: Page, which: Which) -> None:
    now = page.now
    if which != "first":
        _follows(page, which)
        if plans.followed(which) is not None:
            _gap(page, which)
            return
    t = now.t
    day = plans.start(now, which) or now.today
    box, quick = _turned(which, "box", day), _turned(which, "quick", day)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        st.date_input(
            _start_name(now, which),
            key=state.start_with(box, day),
            format=DAY_FORMAT[now.lang],
            # A consultation that was saved long ago may begin on a day further back.
            min_value=min(now.today - _LOOK_BACK, day),
            max_value=max(now.today + _LOOK_AHEAD, day),
            on_change=_take_day,
            args=(page, box, which),
        )
    with right:
        st.pills(
            t("timeline.quick"),
            _QUICK,
            key=state.start_with(quick, _quick(now, day)),
            format_func=lambda weeks: t(f"timeline.quick.{weeks}"),
            required=True,
            on_change=_take_quick,
            args=(page, quick, which),
            label_visibility="collapsed",
        )


def _start_name(now: Frame, which: Which) -> str:
    procedure = now.knowledge.protocols[state.get(key(which, "protocol"))].interval_days is None
    return now.t("timeline.start.procedure" if procedure else "timeline.start")


def _take_day(page: Page, box: str, which: Which) -> None:
    day = state.get(box)
    if day is not None:
        _put_start(page, which, day, "quick")


def _take_quick(page: Page, quick: str, which: Which) -> None:
    weeks = state.get(quick)
    if weeks is not None:
        _put_start(page, which, plans.monday(page.now.today, weeks), "box")


# A plan after another


def _link(page: Page, which: Which) -> object:
    """Return what a plan follows and what that is called."""
    link = plans.link(page.now, which, page.timeline)
    return link, state.get(key(link.source, "protocol")) if link else None


def _follows(page: Page, which: Which) -> None:
    """Draw whether a plan has a day of its own, or begins after one of those above it."""
    now = page.now
    st.pills(
        now.t("timeline.follows"),
        (plans.OWN_DAY, *plans.PLANS[: plans.PLANS.index(which)]),
        key=state.start_with(key(which, "follows"), plans.OWN_DAY),
        format_func=lambda one: now.t("timeline.follows.own") if one == plans.OWN_DAY else _after_words(now, one),
        required=True,
        on_change=page.redraw,
        args=(START[which],),
        persist_state="session",
    )


def _after_words(now: Frame, source: Which) -> str:
    protocol = now.knowledge.protocols.get(state.get(key(source, "protocol")))
    name = now.t(f"timeline.plan.{source}") if protocol is None else board.plan_name(now, protocol)
    return now.t("timeline.follows.after", plan=name)


def _gap(page: Page, which: Which) -> None:
    """Draw how long after another plan this one begins, the day that follows, and what sources say of such an order."""
    now = page.now
    t = now.t
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        st.number_input(
            t("timeline.gap"),
            min_value=0,
            max_value=plans.MOST_GAP,
            value=None,
            step=1,
            key=key(which, "gap"),
            placeholder=t("timeline.empty.gap"),
            on_change=page.redraw,
            args=(START[which],),
            persist_state="session",
        )
    with right:
        st.pills(
            t("timeline.gap.unit"),
            plans.GAPS,
            key=state.start_with(key(which, "gap_unit"), plans.GAPS[0]),
            format_func=lambda one: t(f"timeline.gap.{one}"),
            required=True,
            on_change=page.redraw,
            args=(START[which],),
            label_visibility="collapsed",
            persist_state="session",
        )
    link = plans.link(now, which, page.timeline)
    if link is not None:
        html.block(f"<div role='status'>{_begins(page, which, link)}</div>{_order(page, which, link)}")


def _begins(page: Page, which: Which, link: plans.Link) -> str:
    """Return the day on which a plan begins after another, or what is missing to say it."""
    now = page.now
    if link.end is None:
        return f"<p class='tl-need'>{board.say(now, 'follows.no_dates')}</p>"
    if link.day is None:
        return f"<p class='tl-need'>{board.say(now, 'follows.need')}</p>"
    day = board.pair(now, _start_name(now, which), now.t.day(link.day, "full"))
    return f"<p class='tl-day'>{html.text(day)}</p><p class='tl-said'>{html.text(page.follows(which) or '')}</p>"


def _order(page: Page, which: Which, link: plans.Link) -> str:
    """Return what sources say of this plan after the other, and that none says how long to wait where none does."""
    now = page.now
    protocol = now.knowledge.protocols[state.get(key(which, "protocol"))]
    before = now.knowledge.protocols.get(state.get(key(link.source, "protocol")))
    ids = () if before is None else plans.link_claims(protocol, before.option)
    if not ids:
        return f"<p class='tl-said'>{board.say(now, 'follows.nothing')}</p>"
    silent = "" if plans.says_how_long(now, ids) else f"<p class='tl-beside'>{board.say(now, 'follows.silent')}</p>"
    return f"{silent}{_said(now, ids)}"


# The figures


def _figures(page: Page, which: Which) -> None:
    """Draw the figures that can be changed, each above the statements that give it."""
    now = page.now
    protocol = now.knowledge.protocols[state.get(key(which, "protocol"))]
    taken = plans.takes(protocol)
    page.piece(BELOW[which], lambda: _below(page, which), lambda: _below_shows(page, which))
    for figure, column in zip(taken, st.columns(len(taken)) if taken else (), strict=True):
        with column:
            st.number_input(
                _label(now, protocol, figure),
                # Wider than any range, so that a figure outside is refused in the reader's language.
                min_value=0,
                max_value=_MOST,
                value=None,
                step=1,
                key=state.start_with(plans.figure_key(which, protocol.id, figure), plans.begins_with(protocol, figure)),
                placeholder=_placeholder(now, protocol, figure),
                on_change=page.redraw,
                persist_state="session",
            )
            _mark(page, which, figure)
            stated = plans.stated_by(now, protocol, figure)
            if stated:
                html.block(_said(now, stated))
    rest = [one for one in protocol.sources if not taken]
    if rest:
        html.block(f"<div class='tl-said'>{''.join(board.statement(now, one) for one in rest)}</div>")


def _field(problem: InputError | None) -> str | None:
    return problem.field.replace("-", "_") if problem else None


def _own_day(page: Page, which: Which) -> date | None:
    """Return the first day of a plan; None for one that follows another, where the day stands beside its grounds."""
    return None if plans.followed(which) is not None else page.start(which) or page.now.today


def _below_shows(page: Page, which: Which) -> object:
    drawn, problem = page.plan(which)
    return _own_day(page, which), problem and (problem.key, problem.field), drawn is not None and drawn.kept


def _below(page: Page, which: Which) -> None:
    """Draw the first day in words, and what the plan needs or refuses, but for what is said at a field of its own."""
    now = page.now
    day = _own_day(page, which)
    if day is not None:
        html.block(f"<p class='tl-day'>{html.text(now.t.day(day, 'full'))}</p>")
    protocol = now.knowledge.protocols[state.get(key(which, "protocol"))]
    check = outcomes.against(now, protocol.option, "summary.check", checks=True)
    if check:
        html.block(check)
    drawn, problem = page.plan(which)
    if problem is not None and _field(problem) not in plans.takes(protocol):
        _error(now, problem, now.t("timeline.start"))
    if problem is not None and problem.key == "error.required":
        html.block(f"<p class='tl-need'>{board.say(now, 'need.' + ('source' if protocol.sources else 'own'))}</p>")
    elif not protocol.sources:
        html.block(f"<p>{board.say(now, 'custom')}</p>")
    if drawn is not None and drawn.kept:
        html.block(f"<p class='hint'>{board.say(now, 'kept')}</p>")


def _mark(page: Page, which: Which, figure: Figure) -> None:
    """Draw below a field whose figure it is, or why it is refused."""
    now = page.now
    protocol = now.knowledge.protocols[state.get(key(which, "protocol"))]
    stated = plans.stated_by(now, protocol, figure)

    def refused() -> InputError | None:
        _, problem = page.plan(which)
        # What is missing was asked for above; a field nobody has filled in yet is no mistake.
        return problem if _field(problem) == figure and problem and problem.key != "error.required" else None

    def words() -> tuple[str, str] | None:
        problem = refused()
        settings = page.settings(which)
        if problem is not None:
            return "error", board.pair(now, now.t(f"timeline.{figure}"), fault(now.t, problem))
        if settings is not None and plans.is_own(now, settings, figure):
            own = "own.changed" if stated else "own" if protocol.sources else "own.alone"
            return "tl-own", now.t(f"timeline.{own}")
        if figure == "sessions" and settings is not None and plans.without_booster(now, settings):
            return "tl-beside", now.t("timeline.booster")
        return ("tl-said", now.t("timeline.not_stated")) if protocol.sources and not stated else None

    def draw() -> None:
        found = words()
        if found is not None and found[0] == "error":
            st.error(found[1], icon=":material/error:")
        elif found is not None:
            html.block(f"<p class='{found[0]}'>{html.text(found[1])}</p>")

    page.piece(f"tl_mark_{figure}_{which}", draw, words)


def _error(now: Frame, problem: InputError, field: str) -> None:
    st.error(board.pair(now, field, fault(now.t, problem)), icon=":material/error:")


def _label(now: Frame, protocol: Protocol, figure: Figure) -> str:
    """Return the name of a field, with the range where no other figure is taken."""
    t = now.t
    span = {"sessions": protocol.sessions, "interval_days": protocol.interval_days, "maintenance_months": None}[figure]
    if span is None or not protocol.within_stated:
        return t(f"timeline.{figure}")
    return t("timeline.with_range", name=t(f"timeline.{figure}"), range=t.range(span.low, span.high))


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
