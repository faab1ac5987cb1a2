"""Who says so: what the patient answered alone, on a tablet, and who settled an answer since."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.truth import Value
from mesodash.knowledge.records import Question
from mesodash.reports.consultation import WHO, Patient, Settled
from mesodash.ui import state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, outcomes, questions


def when(now: Frame, patient: Patient) -> str:
    """Return "answered by the patient alone, on a tablet, at 08:41", with the day where it was another one."""
    t = now.t
    moment = patient.answered_at.astimezone()
    if moment.date() == now.today:
        return t("alone.at", time=t.clock(moment))
    return t("alone.on", date=t.day(moment.date(), "long"), time=t.clock(moment))


def said_words(now: Frame, patient: Patient, question: str) -> str:
    """Return what the patient answered alone, in words; that nothing was answered, or asked, is said too."""
    if question in patient.answers:
        return value_words(now, question, patient.answers[question])
    asked = now.knowledge.questions[question].mode != "together"
    return now.t("answer.not_answered" if asked else "alone.not_asked")


def value_words(now: Frame, question: str, value: Value | None) -> str:
    return now.t("answer.not_answered") if value is None else outcomes.answer(now, question, value)


def given(now: Frame, question: str) -> str:
    """Return "question: answer" in words; that there is none is said too."""
    return now.t("pair", name=now.t(f"short.{question}"), value=value_words(now, question, now.answers.get(question)))


def is_touched(now: Frame, patient: Patient | None, settled: Settled | None, question: str) -> bool:
    """True if an answer was settled or is another one than the patient gave alone."""
    if patient is None:
        return settled is not None
    return settled is not None or now.answers.get(question) != patient.answers.get(question)


def line(now: Frame, patient: Patient | None, settled: Settled | None, question: str) -> str:
    """Return who says so: the patient alone, or what the patient said, what is given now, and who settled it."""
    t = now.t
    who = t("settled.nobody") if settled is None or settled.who is None else t(f"settled.says.{settled.who}")
    if patient is None:
        return "" if settled is None else t("settled.by", who=who)
    given = now.answers.get(question)
    if given != patient.answers.get(question):
        said = said_words(now, patient, question)
        return t("settled.changed", said=said, now=value_words(now, question, given), who=who)
    if settled is not None and settled.who is not None:
        return t("settled.confirmed", who=who)
    if question in patient.answers:
        return when(now, patient)
    asked = now.knowledge.questions[question].mode != "together"
    return t("alone.not_answered" if asked else "alone.not_asked")


def beside(now: Frame, patient: Patient | None, settled: Settled | None, question: str) -> str:
    """Return who says so and why, to stand beneath an answer; nothing where the answer was simply given here."""
    words = line(now, patient, settled, question)
    if not words:
        return ""
    note = f"<p class='own-note'>{html.text(settled.why)}</p>" if settled is not None and settled.why else ""
    kind = "own" if settled is not None else "alone"
    return f"<div class='{kind}' data-who='{question}'><p>{html.text(words)}</p>{note}</div>"


def form(now: Frame, question: Question) -> None:
    """Draw the question with its own control, who says so, and why."""
    t = now.t
    questions.draw(now, question, state.keep_settled)
    st.pills(
        t("settled.who"),
        WHO,
        key=state.settled_key(question.id, "who"),
        format_func=lambda who: t(f"settled.who.{who}"),
        on_change=state.keep_settled,
        args=(question,),
    )
    html.offer_no_earlier_words()
    st.text_area(
        t("settled.why", count=state.LONGEST_NOTE),
        key=state.settled_key(question.id, "why"),
        max_chars=state.LONGEST_NOTE,
        height=80,
        on_change=state.keep_settled,
        args=(question,),
    )
