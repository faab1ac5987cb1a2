"""The practitioner's own assessment of a listed reason: recorded beside it, never in its place."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.eligibility import Reason
from mesodash.knowledge.records import OptionId
from mesodash.ui import state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.state import OwnAssessment


def current(now: Frame) -> dict[str, OwnAssessment]:
    """Return the assessments that fit the present answers, by rule."""
    listed = [reason for option in now.assessment.options.values() for reason in option.reasons]
    return state.own_assessments([*now.assessment.red_flags, *listed])


def shown(now: Frame, own: OwnAssessment | None) -> str:
    """Return what the practitioner holds, to stand beside the reason; nothing where nothing was recorded."""
    if own is None:
        return ""
    t = now.t
    said = t("pair", name=t("assess.title"), value=t(f"assess.grounds.{own.grounds}"))
    note = f"<p class='own-note'>{html.text(own.note)}</p>" if own.note else ""
    settled = f"<p>{html.text(t('assess.settled'))}</p>" if own.settled else ""
    return f"<div class='own'><p class='own-title'>{html.text(said)}</p>{note}{settled}</div>"


def place(option: OptionId, rule: str) -> str:
    """Return the id of the element of a reason on its card."""
    return f"reason-{option}-{rule}"


def control(now: Frame, option: OptionId, reason: Reason, own: OwnAssessment | None) -> None:
    """Draw the button that opens the form for one reason, and the form where it is open."""
    t = now.t
    is_open = state.open_form() == (option, reason.rule)
    name = t.list([t(f"short.{question}") for question in reason.answers])
    does = "close" if is_open else "change" if own else "record"
    st.button(
        t(f"assess.{does}", reason=name),
        key=f"assess.open.{option}.{reason.rule}",
        type="tertiary",
        on_click=state.turn_form,
        args=(option, reason.rule),
    )
    if is_open:
        with st.container(key="assess_form", gap="small"):
            _form(now, option, reason)


def _form(now: Frame, option: OptionId, reason: Reason) -> None:
    t = now.t
    kept = (reason.rule, dict(reason.answers))
    st.pills(
        t("assess.grounds"),
        state.GROUNDS,
        key=state.assessment_key(reason.rule, "grounds"),
        format_func=lambda grounds: t(f"assess.grounds.{grounds}"),
        on_change=state.keep_assessment,
        args=kept,
    )
    html.offer_no_earlier_words()
    st.text_area(
        t("assess.note", count=state.LONGEST_NOTE),
        key=state.assessment_key(reason.rule, "note"),
        max_chars=state.LONGEST_NOTE,
        height=100,
        on_change=state.keep_assessment,
        args=kept,
    )
    if reason.outcome == "see_doctor_first":
        allowed = state.may_settle(reason.rule)
        st.toggle(
            t("assess.settle"),
            key=state.assessment_key(reason.rule, "settled"),
            disabled=not allowed,
            on_change=state.keep_assessment,
            args=kept,
        )
        if not allowed:
            html.block(f"<p class='hint'>{html.text(t('assess.settle_needs'))}</p>")
    html.block(f"<p class='hint'>{html.text(t('assess.hint'))}</p>")
    with st.container(horizontal=True):
        st.button(
            t("assess.done"),
            key="assess.done",
            type="primary",
            on_click=state.leave_form,
            args=(reason.rule, place(option, reason.rule)),
        )
        st.button(
            t("assess.remove"),
            key="assess.remove",
            on_click=state.leave_form,
            args=(reason.rule, place(option, reason.rule)),
            kwargs={"drop": True},
        )
