"""The same questions for a patient alone: plain words, answers as wide as they are high enough for a thumb.

Nothing moves when an answer is given. No control keeps hold of the answers: what it is given for its labels are words.
"""

from __future__ import annotations

import streamlit as st

from mesodash.domain.answers import NOT_KNOWN
from mesodash.knowledge.records import Question
from mesodash.ui import state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.questions import PICTURES, answer_words


def draw(now: Frame, question: Question) -> None:
    """Draw one question with its hint above the answers."""
    t = now.t
    with st.container(key=f"plain_{question.id}", gap="xsmall"):
        hint = f"hint_plain.{question.id}"
        below = f"<p class='hint'>{html.text(t(hint))}</p>" if t.has(hint) else ""
        html.block(f"<p class='ask'>{html.text(t(f'ask_plain.{question.id}'))}</p>{below}")
        if question.id in PICTURES:
            # Each picture is part of its answer: one target, and it keeps the focus.
            html.stages_on_answers(
                f"plain_{question.id}", [f"{PICTURES[question.id]}-{one}" for one in question.values]
            )
        if question.type == "integer":
            _number(now, question)
        elif question.type == "multi":
            _choices(now, question, several=True)
        else:
            _choices(now, question, several=False)


def _choices(now: Frame, question: Question, *, several: bool) -> None:
    tokens = (*question.values, *((state.NONE_OF_THESE,) if several else ()), *NOT_KNOWN)
    words = {token: answer_words(now, question, token) for token in tokens}
    label = now.t(f"ask_plain.{question.id}")
    key = state.answer_key(question.id)
    if several:
        st.pills(
            label,
            tokens,
            selection_mode="multi",
            key=key,
            format_func=words.__getitem__,
            on_change=state.only_exclusive,
            args=(question.id,),
            label_visibility="collapsed",
            persist_state="session",
            width="stretch",
        )
    else:
        st.pills(
            label,
            tokens,
            key=key,
            format_func=words.__getitem__,
            label_visibility="collapsed",
            persist_state="session",
            width="stretch",
        )


def _number(now: Frame, question: Question) -> None:
    t = now.t
    label = t(f"ask_plain.{question.id}")
    unit = t("unit.years" if question.id == "age_years" else "unit.months")
    words = {token: t(f"answer.{token}") for token in NOT_KNOWN}
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        st.number_input(
            f"{label} ({unit}, {question.minimum}-{question.maximum})",
            min_value=question.minimum,
            max_value=question.maximum,
            value=None,
            step=1,
            key=state.answer_key(question.id),
            placeholder=unit,
            on_change=state.number_wins,
            args=(question.id,),
            label_visibility="collapsed",
            persist_state="session",
        )
    with right:
        st.pills(
            label,
            NOT_KNOWN,
            key=state.mark_key(question.id),
            format_func=words.__getitem__,
            on_change=state.mark_wins,
            args=(question.id,),
            label_visibility="collapsed",
            persist_state="session",
            width="stretch",
        )
