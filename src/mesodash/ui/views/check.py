"""The eligibility questionnaire and what the sources list for its answers."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from mesodash.domain import answers
from mesodash.domain.truth import NOT_ASKED
from mesodash.knowledge.records import Section
from mesodash.ui import progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, outcomes, questions

SECTIONS: tuple[str, ...] = get_args(Section)
_SECTION = "check.section"


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


def _section_label(now: Frame, section: str) -> str:
    apply, answered = progress.asked(now, section)
    return f"{now.t(f'section.{section}')} {len(answered)}/{len(apply)}"


def _questions(now: Frame, section: str) -> None:
    states = answers.situation(now.knowledge.questions, now.answers).states
    html.block(f"<h2>{html.text(now.t(f'section.{section}'))}</h2>")
    for name, question in now.knowledge.questions.items():
        if question.section == section and states[name] is not NOT_ASKED:
            questions.draw(now, question)


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
    outcomes.cards(now)
    _settle(now)


def _settle(now: Frame) -> None:
    """Draw what would settle it, in order; a tap leads to the question."""
    t = now.t
    html.block(f"<h2>{html.text(t('settle.title'))}</h2>")
    if not now.assessment.settle_next:
        html.block(f"<p>{html.text(t('settle.nothing'))}</p>")
        return
    html.block(f"<p>{html.text(t('settle.lead'))}</p>")
    shown = now.assessment.settle_next[: None if state.get("check.settle_all", False) else 8]
    with st.grid(min_column_width=280, gap="small", key="settle"):
        for place, name in enumerate(shown, start=1):
            count = sum(name in {one.question for one in option.open} for option in now.assessment.options.values())
            st.button(
                f"{place}. {t(f'short.{name}')} ({t('settle.options', count=count)})",
                key=f"settle.{name}",
                on_click=state.put,
                args=(_SECTION, now.knowledge.questions[name].section),
                width="stretch",
            )
    if len(now.assessment.settle_next) > 8:
        st.toggle(
            t("settle.all", count=len(now.assessment.settle_next)), key="check.settle_all", persist_state="session"
        )
