"""Sessions that a person moves by hand, or says of that they took place, were missed or came late."""

from __future__ import annotations

from datetime import date

import streamlit as st

from mesodash.domain.replanning import Mark
from mesodash.domain.timeline import SessionEvent
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.folds import fold
from mesodash.ui.planning import board
from mesodash.ui.planning.board import DAY_FORMAT, EDIT, Drawn, Page, say

_WHAT = ("done", "late", "missed", "moved")
_STILL_TO_COME = ("late", "moved")
"""What can be said of a session whose day is still to come: it may have taken place before."""
_NEEDS_DAY = ("late", "moved")
_SESSION = "tl-session"


def draw(page: Page) -> None:
    """Draw the form for one session, closed at first, and what sources say of a missed maintenance session."""
    page.piece(EDIT, lambda: _draw(page), lambda: _rests_on(page))


def _rests_on(page: Page) -> object:
    """Return what is shown here of the dates: all of them in the form, and which plan missed its maintenance."""
    drawn = page.drawn()
    missed = [one.timeline.protocol for one in drawn if _missed_maintenance(one)]
    return bool(drawn), missed, page.grounds() if state.get("timeline.edit.open", False) else None


def _missed_maintenance(one: Drawn) -> bool:
    return any(mark.session > one.timeline.course_sessions for mark in one.timeline.missed)


def _draw(page: Page) -> None:
    now = page.now
    drawn = page.drawn()
    if not drawn:
        return
    part = fold(page.now.t("timeline.edit"), "timeline.edit.open", page.redraw, EDIT)
    if part is not None:
        with part:
            _form(page, drawn)
    for one in drawn:
        if _missed_maintenance(one):
            _if_missed(now, one)
    board.arrive()


def _form(page: Page, drawn: list[Drawn]) -> None:
    now = page.now
    t = now.t
    one = drawn[0]
    if len(drawn) > 1:
        names = [each.which for each in drawn]
        if state.get("timeline.edit.which") not in names:
            # It may have been switched off since, or come with a file.
            state.put("timeline.edit.which", names[0])
        which = st.pills(
            t("timeline.edit.plan"),
            names,
            key="timeline.edit.which",
            format_func=lambda name: board.name_of(now, next(d.timeline for d in drawn if d.which == name)),
            required=True,
            on_change=page.redraw,
            args=(EDIT,),
            persist_state="session",
        )
        one = next((each for each in drawn if each.which == which), one)
    placed = {session.index: session for session in plans.sessions(one.timeline)}
    marks = {mark.session: mark for mark in plans.marks(one.which, one.timeline.protocol)}
    numbers = sorted({*placed, *marks})
    box = f"timeline.edit.session.{one.which}"
    state.put(box, min(max(state.get(box, 1), 1), numbers[-1]))
    if len(numbers) > 1:
        st.number_input(
            t("timeline.edit.session", total=numbers[-1]),
            min_value=1,
            max_value=numbers[-1],
            step=1,
            key=box,
            width=320,
            on_change=page.redraw,
            args=(EDIT,),
            persist_state="session",
        )
    number = state.get(box)
    session, mark = placed.get(number), marks.get(number)
    title = plans.title_of(t, one.timeline, number)
    shown = t("timeline.edit.no_day") if session is None else t.day(session.date, "full")
    html.block(f"<p class='tl-day' id='{_SESSION}' tabindex='-1'>{html.text(board.pair(now, title, shown))}</p>")
    if mark is not None:
        against = session and plans.against_day(t, session)
        beside = f"<p class='tl-beside'>⚠ {html.text(against)}</p>" if against else ""
        html.block(f"<p>{html.text(_mark_words(now, mark))}</p>{beside}")
        st.button(
            t("timeline.edit.undo"),
            key="timeline.edit.undo",
            on_click=_undo,
            args=(page, one.which, one.timeline.protocol, number),
            icon=":material/undo:",
        )
        return
    if session is not None:
        _choices(page, one, session)


def _choices(page: Page, one: Drawn, session: SessionEvent) -> None:
    now = page.now
    t = now.t
    place = f"timeline.edit.{one.which}.{one.timeline.protocol}.{session.index}.{session.date.isoformat()}"
    to_come = session.date > now.today
    alone = one.timeline.option == "transplant"
    offered = _STILL_TO_COME if to_come else _WHAT
    what = st.pills(
        t("timeline.edit.what"),
        # An operation is on another day, or there is no plan.
        [each for each in offered if not (alone and each == "missed")],
        key=f"{place}.what",
        format_func=lambda name: t(f"timeline.edit.{'early' if to_come and name == 'late' else name}"),
        on_change=page.redraw,
        args=(EDIT,),
        persist_state="session",
    )
    if to_come:
        html.block(f"<p class='hint'>{say(now, 'edit.to_come')}</p>")
    if what is None:
        return
    day = f"{place}.{what}.day"
    if what in _NEEDS_DAY:
        nearest = min(session.date, now.today) if what == "late" else max(session.date, now.today)
        st.date_input(
            t(f"timeline.edit.day.{what}"),
            key=state.start_with(day, nearest),
            format=DAY_FORMAT[now.lang],
            on_change=page.redraw,
            args=(EDIT,),
            persist_state="session",
        )
        wrong = _wrong(now, what, day)
        told = "" if wrong is None else f"<p class='tl-need'>{say(now, wrong)}</p>"
        html.block(f"<div role='alert'>{told}</div>")
    if what != "done" and not alone:
        st.pills(
            t("timeline.edit.later"),
            plans.LATER,
            key=state.start_with(f"{place}.later", "follow"),
            format_func=lambda name: t(f"timeline.edit.{'missed.' if what == 'missed' else ''}{name}"),
            required=True,
            on_change=page.redraw,
            args=(EDIT,),
            persist_state="session",
        )
    st.button(
        t("timeline.edit.apply"),
        key="timeline.edit.apply",
        type="primary",
        disabled=_wrong(now, what, day) is not None,
        on_click=_apply,
        args=(page, one.which, one.timeline.protocol, session.index, session.date, what, place),
    )


def _wrong(now: Frame, what: str, day: str) -> str | None:
    """Return what to say of no day, of one to come on which a session took place, and of one over to move it to."""
    if what not in _NEEDS_DAY:
        return None
    chosen: date | None = state.get(day)
    if chosen is None:
        return "edit.fault.day"
    return f"edit.fault.{what}" if (chosen > now.today if what == "late" else chosen < now.today) else None


def _apply(page: Page, which: plans.Which, protocol: str, session: int, was: date, what: str, place: str) -> None:
    day = f"{place}.{what}.day"
    if _wrong(page.now, what, day) is not None:
        page.redraw(EDIT)
        return
    chosen: date | None = state.get(day) if what in _NEEDS_DAY else None
    mark = Mark(
        session=session,
        state="missed" if what == "missed" else "moved" if what == "moved" else "done",
        was=was,
        day=None if what == "missed" else chosen or was,
        # A session on its own day keeps the others where they are.
        later="stay" if what == "done" else state.get(f"{place}.later", "follow"),
    )
    plans.put_mark(which, protocol, mark)
    state.move_to(_SESSION)
    page.redraw(EDIT)


def _undo(page: Page, which: plans.Which, protocol: str, session: int) -> None:
    plans.drop_mark(which, protocol, session)
    state.move_to(_SESSION)
    page.redraw(EDIT)


def _mark_words(now: Frame, mark: Mark) -> str:
    t = now.t
    if mark.state == "missed":
        return t(f"timeline.edit.was.missed.{mark.later}", day=t.day(mark.was, "full"))
    day = t.day(mark.day or mark.was, "full")
    return t(f"timeline.edit.was.{mark.state}", day=day)


def _if_missed(now: Frame, one: Drawn) -> None:
    """Draw what sources say that bears on a missed maintenance session, or that none says anything."""
    claims = now.knowledge.protocols[one.timeline.protocol].if_missed
    body = "".join(board.statement(now, each) for each in claims)
    words = say(now, "if_missed.beside" if claims else "if_missed.nothing")
    html.block(f"<section><h3>{say(now, 'if_missed')}</h3><p>{words}</p>{body}</section>")
