"""One control per question. Nothing is chosen beforehand; "I don't know" is as big as the rest."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mesodash.domain.answers import NOT_KNOWN
from mesodash.knowledge.records import Question
from mesodash.reports import answers
from mesodash.ui import state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html

PICTURES = {"norwood_stage": "norwood", "ludwig_stage": "ludwig"}


def answer_words(now: Frame, question: Question, token: str) -> str:
    """Return an answer token in the reader's language."""
    return answers.token(now.t, question.id, token)


def draw(now: Frame, question: Question, then: Callable[[Question], None] | None = None) -> None:
    """Draw the control of one question with its hint; `then` is called after each change of the answer."""
    t = now.t
    key = state.answer_key(question.id)
    hint = t(f"hint.{question.id}")
    with st.container(key=f"ask.{question.id}", gap="xsmall"):
        if question.id in PICTURES:
            _pictures(now, question, hint, then)
        elif question.type == "integer":
            _number(now, question, hint, then)
        elif question.type == "multi":
            st.pills(
                t(f"ask.{question.id}"),
                (*question.values, state.NONE_OF_THESE, *NOT_KNOWN),
                selection_mode="multi",
                key=key,
                format_func=lambda token: answer_words(now, question, token),
                on_change=_changed,
                args=(question, state.only_exclusive, then),
                persist_state="session",
            )
            _hint(hint)
        else:
            st.pills(
                t(f"ask.{question.id}"),
                (*question.values, *NOT_KNOWN),
                key=key,
                format_func=lambda token: answer_words(now, question, token),
                on_change=_changed,
                args=(question, None, then),
                persist_state="session",
            )
            _hint(hint)


def _changed(question: Question, own: Callable[[str], None] | None, then: Callable[[Question], None] | None) -> None:
    if own is not None:
        own(question.id)
    if then is not None:
        then(question)


def _chosen(question: Question, value: str, then: Callable[[Question], None] | None) -> None:
    state.choose(question.id, value)
    if then is not None:
        then(question)


def _hint(words: str) -> None:
    html.block(f"<p class='hint'>{html.text(words)}</p>")


def _number(now: Frame, question: Question, hint: str, then: Callable[[Question], None] | None) -> None:
    t = now.t
    unit = t("unit.years" if question.id == "age_years" else "unit.months")
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        st.number_input(
            f"{t(f'ask.{question.id}')} ({unit}, {question.minimum}-{question.maximum})",
            min_value=question.minimum,
            max_value=question.maximum,
            value=None,
            step=1,
            key=state.answer_key(question.id),
            placeholder="",
            on_change=_changed,
            args=(question, state.number_wins, then),
            persist_state="session",
        )
    with right:
        st.pills(
            t(f"ask.{question.id}"),
            NOT_KNOWN,
            key=state.mark_key(question.id),
            format_func=lambda token: t(f"answer.{token}"),
            on_change=_changed,
            args=(question, state.mark_wins, then),
            label_visibility="collapsed",
            persist_state="session",
        )
    _hint(hint)


def _pictures(now: Frame, question: Question, hint: str, then: Callable[[Question], None] | None) -> None:
    """Stages are picked from drawings: a person recognises a picture, not a code."""
    t = now.t
    chosen = now.answers.get(question.id)
    family = PICTURES[question.id]
    html.block(f"<p class='ask'>{html.text(t(f'ask.{question.id}'))}</p><p class='hint'>{html.text(hint)}</p>")
    with st.grid(min_column_width=150, gap="small", key=f"stages.{question.id}"):
        for value in question.values:
            with st.container(border=chosen == value, gap="xsmall", horizontal_alignment="center"):
                words = t(f"answer.{question.id}.{value}")
                html.block(html.stage_picture(f"{family}-{value}", ""))
                st.button(
                    f"✓ {words}" if chosen == value else words,
                    key=f"pick.{question.id}.{value}",
                    type="primary" if chosen == value else "secondary",
                    on_click=_chosen,
                    args=(question, value, then),
                    width="stretch",
                )
    with st.container(horizontal=True):
        for value in NOT_KNOWN:
            words = t(f"answer.{value}")
            st.button(
                f"✓ {words}" if chosen == value else words,
                key=f"pick.{question.id}.{value}",
                type="primary" if chosen == value else "secondary",
                on_click=_chosen,
                args=(question, value, then),
            )
