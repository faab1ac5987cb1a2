"""The eligibility questionnaire and what the sources list for its answers."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from mesodash.domain import answers
from mesodash.domain.truth import NOT_ASKED
from mesodash.knowledge.records import Question, Section
from mesodash.ui import progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, outcomes, questions, settling

SECTIONS: tuple[str, ...] = get_args(Section)
_SECTION = "check.section"
_ABOVE = "check-section"
_LIST = "settle-list"
_SHOWN = "check.settle_shown"
_OPEN = "check.settle_open"
_DRAWN = "check.settle_drawn"
_MOST = 8


def show(now: Frame) -> None:
    """Draw one section of questions, then what follows from all answers so far."""
    t = now.t
    html.block(f"<h1>{html.text(t('check.title'))}</h1><p>{html.text(t('check.lead'))}</p>")
    st.segmented_control(
        t("check.sections"),
        SECTIONS,
        required=True,
        key=state.start_with(_SECTION, SECTIONS[0]),
        format_func=lambda section: _section_label(now, section),
        persist_state="session",
    )
    section = state.get(_SECTION, SECTIONS[0])
    _questions(now, section)
    _steps(now, section)
    _result(now)
    move = state.asked_move()
    if move is not None:
        html.move_to(*move)


def _section_label(now: Frame, section: str) -> str:
    apply, answered = progress.asked(now, section)
    return f"{now.t(f'section.{section}')} {len(answered)}/{len(apply)}"


def _questions(now: Frame, section: str) -> None:
    states = answers.situation(now.knowledge.questions, now.answers).states
    html.block(f"<h2 id='{_ABOVE}' tabindex='-1'>{html.text(now.t(f'section.{section}'))}</h2>")
    patient, settled = state.patient(), state.settled(now.answers)
    for name, question in now.knowledge.questions.items():
        if question.section == section and states[name] is not NOT_ASKED:
            questions.draw(now, question)
            says = settling.beside(now, patient, settled.get(name), name)
            if says:
                html.block(says)


def _steps(now: Frame, section: str) -> None:
    place = SECTIONS.index(section)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="check_steps"):
        if place > 0:
            st.button(
                f"← {now.t(f'section.{SECTIONS[place - 1]}')}",
                key="check.back",
                on_click=state.put,
                args=(_SECTION, SECTIONS[place - 1]),
            )
        if place + 1 < len(SECTIONS):
            st.button(
                f"{now.t(f'section.{SECTIONS[place + 1]}')} →",
                key="check.next",
                type="primary",
                on_click=state.put,
                args=(_SECTION, SECTIONS[place + 1]),
            )


def _result(now: Frame) -> None:
    t = now.t
    html.block(f"<h2>{html.text(t('check.result'))}</h2><p>{html.text(t('check.result_lead'))}</p>")
    if now.assessment.ignored:
        names = t.list([t(f"short.{name}") for name in now.assessment.ignored])
        html.block(f"<p class='hint'>{html.text(t('check.ignored', questions=names))}</p>")
    html.block(f"<p class='hint'>{html.text(outcomes.turns_lead(now))}</p>")
    outcomes.working_cards(now)
    _settle(now)


def _settle(now: Frame) -> None:
    """Draw what would settle it, in order; each is answered in place, unless its question stands above."""
    t = now.t
    names = _entries(now)
    gone = [name for name in state.get(_DRAWN, []) if name not in names and name in now.answers]
    html.block(f"<h2 id='{_LIST}' tabindex='-1'>{html.text(t('settle.title'))}</h2>")
    said = t.parted(outcomes.given(now, name, now.answers[name]) for name in gone)
    words = t("settle.answered", answer=said) if said else ""
    html.block(
        f"<p>{html.text(t('settle.lead' if names else 'settle.nothing'))}</p>"
        f"<p class='hint' role='status'>{html.text(words)}</p>"
    )
    shown = names[: None if state.get("check.settle_all", False) else _MOST]
    above = state.get(_SECTION, SECTIONS[0])
    opened = [name for name in state.get(_OPEN, []) if name in names]
    # Buttons, not the framework's fold-out: that one closes and loses the focus when its label changes.
    with st.container(key="settle", gap="xsmall"):
        for place, name in enumerate(shown, start=1):
            question = now.knowledge.questions[name]
            count = sum(name in {one.question for one in option.open} for option in now.assessment.options.values())
            still = f"({t('settle.options', count=count)})" if count else "✓"
            label = f"{place}. {t(f'short.{name}')} {still}"
            stands_above = question.section == above
            mark = f"↑ {label}, {t('settle.above')}" if stands_above else f"{'▾' if name in opened else '▸'} {label}"
            st.button(
                mark,
                key=f"settle.{name}",
                on_click=state.move_to if stands_above else state.turn_entry,
                args=(_ABOVE,) if stands_above else (_OPEN, name),
                width="stretch",
            )
            if name in opened and not stands_above:
                _entry(now, question)
    if len(names) > _MOST:
        st.toggle(t("settle.all", count=len(names)), key="check.settle_all", persist_state="session")
    # What the cards name as well: no result would become stricter by it.
    later = [t(f"short.{name}") for name in outcomes.not_known(now) if name not in names]
    if later:
        few = len(later) <= _MOST
        words = t("settle.later", questions=t.quoted(later)) if few else t("settle.later_many", count=len(later))
        html.block(f"<p class='hint'>{html.text(words)}</p>")
    if gone:
        state.move_to(_LIST)
    state.put(_SHOWN, names)
    state.put(_OPEN, opened)
    state.put(_DRAWN, opened)


def _entries(now: Frame) -> list[str]:
    """Return the questions of the list; a list question stays where it is until it is closed, for a second item."""
    names = list(now.assessment.settle_next)
    for place, name in enumerate(state.get(_SHOWN, [])):
        is_open = name not in names and name in now.answers and name in state.get(_OPEN, [])
        if is_open and now.knowledge.questions[name].type == "multi":
            names.insert(place, name)
    return names


def _entry(now: Frame, question: Question) -> None:
    with st.container(key=f"settle_here_{question.id}", gap="xsmall"):
        questions.draw(now, question)
        if question.type == "multi":
            st.button(
                now.t("settle.done"),
                key=f"settle.{question.id}.done",
                type="primary",
                on_click=state.turn_entry,
                args=(_OPEN, question.id),
            )
