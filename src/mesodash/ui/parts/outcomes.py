"""What the sources list per option: outcome, reasons, what is open. Used by Check and by Summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from mesodash.domain import turning
from mesodash.domain.answers import NOT_KNOWN, UNKNOWN
from mesodash.domain.eligibility import OpenQuestion, OptionAssessment, Reason
from mesodash.domain.turning import Change, Turn
from mesodash.knowledge.records import OPTIONS, OptionId, Outcome
from mesodash.reports import answers
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS
from mesodash.ui.parts import assessments, html, statements
from mesodash.ui.parts.questions import answer_words
from mesodash.ui.state import OwnAssessment

SYMBOLS: dict[Outcome, str] = {
    "listed_exclusion": "✕",
    "see_doctor_first": "⚑",
    "wait": "◷",
    "cannot_tell_yet": "?",
    "needs_check": "!",
    "no_listed_exclusion": "○",
}
"""A shape beside the words, so that no outcome is told by colour alone."""

_SPEAKING_AGAINST: tuple[Outcome, ...] = ("listed_exclusion", "see_doctor_first", "wait")
_TO_SETTLE: tuple[Outcome, ...] = ("cannot_tell_yet", "needs_check")

_MOST_CHANGES = 8
"""So many lines are shown of what leads to one outcome; the rest is counted."""


def answer(now: Frame, question: str, value: object) -> str:
    """Return an answer in words."""
    return answers.answer(now.t, question, value)


def given(now: Frame, question: str, value: object) -> str:
    """Return "question: answer" in words."""
    return answers.given(now.t, question, value)


def _rested_on(now: Frame, question: str, value: object) -> str:
    """Return "question (answer)" for after a colon; to the rules a question without an answer is unknown as well."""
    t = now.t
    if value == UNKNOWN:
        value = now.answers.get(question)
    said = t("answer.not_answered") if value is None else answer(now, question, value)
    # The English pronoun keeps its capital.
    said = said if value in NOT_KNOWN else t.lower_first(said)
    return t("outcome.rested_on", name=t.lower_first(t(f"short.{question}")), answer=said)


def reason(now: Frame, one: Reason, own: OwnAssessment | None = None) -> str:
    """Return a reason with what it rests on, its sources and how sure they are, and the practitioner's assessment."""
    rests = now.t.parted(_rested_on(now, question, value) for question, value in one.answers.items())
    rests_key = "outcome.rests_on" if len(one.answers) == 1 else "outcome.rests_on.many"
    until = f"<p class='until'>{html.text(now.t('outcome.until', until=now.t(one.until)))}</p>" if one.until else ""
    return (
        f"<li>{statements.sourced(now, one.text, one.sources)}{until}"
        f"<p class='rests'>{html.text(now.t(rests_key, answers=rests))}</p>"
        f"{assessments.shown(now, own)}</li>"
    )


def not_known(now: Frame) -> list[str]:
    """Return the questions that reasons of some option name as not known, in the order in which they are asked."""
    found = {
        name
        for option in now.assessment.options.values()
        for one in option.reasons
        if one.rests_on_unknown
        for name, value in one.answers.items()
        if value == UNKNOWN
    }
    return [name for name in now.knowledge.questions if name in found]


def against(now: Frame, option: OptionId, key: str, *, checks: bool = False) -> str:
    """Return what the check says about an option where that speaks against it for now, nothing otherwise.

    Args:
        key: The text that says it, with `outcome`.
        checks: Say it too where something is to be settled first, once anything was answered.
    """
    found = now.assessment.options.get(option)
    told = (*_SPEAKING_AGAINST, *(_TO_SETTLE if checks and now.answers else ()))
    if found is None or found.outcome not in told:
        return ""
    return (
        f"<p class='check-says'><span class='symbol' aria-hidden='true'>{SYMBOLS[found.outcome]}</span>"
        f"{html.text(now.t(key, outcome=now.t('outcome.' + found.outcome)))}</p>"
    )


def _fold(title: str, body: str, *, unfolded: bool) -> str:
    opened = " open" if unfolded else ""
    return f"<details class='sources'{opened}><summary>{html.text(title)}</summary>{body}</details>"


def _becomes(now: Frame, one: OpenQuestion) -> str:
    # In quotes, because the name of an outcome can have a colon of its own.
    becomes = now.t("quoted", text=now.t("outcome." + one.could_become))
    return now.t("pair", name=now.t("short." + one.question), value=becomes)


def _listed(now: Frame, reasons: Iterable[Reason], own: Mapping[str, OwnAssessment]) -> str:
    items = "".join(reason(now, one, own.get(one.rule)) for one in reasons)
    return f"<ul class='reasons'>{items}</ul>"


def _split(assessment: OptionAssessment) -> tuple[list[Reason], list[Reason]]:
    """Return the reasons that hold, and those that may hold and are to be settled first."""
    unknown = [one for one in assessment.reasons if one.rests_on_unknown and one.outcome == "needs_check"]
    return [one for one in assessment.reasons if one not in unknown], unknown


def _reasons(now: Frame, option: OptionId, own: Mapping[str, OwnAssessment]) -> str:
    held, unknown = _split(now.assessment.options[option])
    parts = [_listed(now, held, own)] if held else []
    if unknown:
        title = now.t("outcome.unknown_checks", count=len(unknown))
        # On paper nothing can be opened: what the outcome rests on and an assessment have to be read there.
        rests = now.assessment.options[option].outcome == "needs_check" or any(one.rule in own for one in unknown)
        parts.append(_fold(title, _listed(now, unknown, own), unfolded=rests))
    return "".join(parts)


def _beside(now: Frame, option: OptionId, *, unfolded: bool) -> str:
    """Return what stands beside the reasons: thoughts, and which open questions could change the outcome."""
    assessment = now.assessment.options[option]
    parts = []
    if assessment.considerations:
        thoughts = "".join(
            f"<li><span class='direction'>{html.text(now.t('direction.' + one.direction))}</span>"
            f"{statements.sourced(now, one.text, one.sources)}</li>"
            for one in assessment.considerations
        )
        listed = f"<ul class='reasons'>{thoughts}</ul>"
        parts.append(_fold(now.t("outcome.thoughts", count=len(assessment.considerations)), listed, unfolded=unfolded))
    if assessment.open:
        items = "".join(f"<li>{html.text(_becomes(now, one))}</li>" for one in assessment.open)
        lead = f"<p class='hint'>{html.text(now.t('outcome.open_lead'))}</p><ul>{items}</ul>"
        parts.append(_fold(now.t("outcome.open", count=len(assessment.open)), lead, unfolded=False))
    return "".join(parts)


def cards(now: Frame) -> None:
    """Draw one card per option in the fixed order, all built alike, to be read and printed."""
    html.sheet("settle")
    own = assessments.current(now)
    html.block(
        "<div class='outcomes'>"
        + "".join(
            _section(now, option, _reasons(now, option, own) + _beside(now, option, unfolded=True))
            for option in OPTIONS
        )
        + "</div>"
    )


def turns_lead(now: Frame) -> str:
    """Return what is to be known of "what would change this", once for all cards."""
    fixed = any(turning.is_kept(one, now.answers.get(name)) for name, one in now.knowledge.questions.items())
    return " ".join([now.t("turn.lead", title=now.t("turn.title")), *([now.t("turn.fixed")] if fixed else [])])


def _section(now: Frame, option: OptionId, body: str = "") -> str:
    outcome = now.assessment.options[option].outcome
    return (
        f"<section class='outcome' style='border-top-color:{COLOURS[now.theme][option]}'"
        f" data-option='{option}' data-outcome='{outcome}'>"
        f"<h3>{html.icon(option)}{html.text(now.t('option.' + option))}</h3>"
        f"<p class='verdict'><span class='symbol' aria-hidden='true'>{SYMBOLS[outcome]}</span>"
        f"{html.text(now.t('outcome.' + outcome))}</p>"
        f"<p class='hint'>{html.text(now.t('outcome_means.' + outcome))}</p>{body}</section>"
    )


def working_cards(now: Frame) -> None:
    """Draw the same cards to work with: each reason can be assessed, and each card says what would change it."""
    html.sheet("settle")
    own = assessments.current(now)
    with st.grid(min_column_width=320, gap="small", key="cards"):
        for option in OPTIONS:
            with st.container(key=f"card_{option}", gap="xsmall"):
                _working_card(now, option, own)


def _working_card(now: Frame, option: OptionId, own: Mapping[str, OwnAssessment]) -> None:
    held, unknown = _split(now.assessment.options[option])
    html.block(_section(now, option))
    for one in held:
        _assessed(now, option, one, own)
    if unknown:
        fold = st.expander(
            now.t("outcome.unknown_checks", count=len(unknown)), key=f"unknown.{option}", on_change="rerun"
        )
        if fold.open:
            with fold:
                for one in unknown:
                    _assessed(now, option, one, own)
    beside = _beside(now, option, unfolded=False)
    if beside:
        html.block(beside)
    fold = st.expander(now.t("turn.title"), key=f"turn.{option}", on_change="rerun")
    if fold.open:
        with fold:
            html.block(_turns(now, option, turning.turns(now.knowledge, now.answers, option)))


def _assessed(now: Frame, option: OptionId, one: Reason, own: Mapping[str, OwnAssessment]) -> None:
    html.block(
        f"<div id='{html.text(assessments.place(option, one.rule))}' tabindex='-1'>{_listed(now, [one], own)}</div>"
    )
    assessments.control(now, option, one, own.get(one.rule))


def _turns(now: Frame, option: OptionId, turns: tuple[Turn, ...]) -> str:
    """Return what would change the outcome of an option, by the outcome it would lead to."""
    t = now.t
    kept = {
        name: t(f"short.{name}")
        for name, question in now.knowledge.questions.items()
        if turning.is_kept(question, now.answers.get(name))
    }
    behind = {name for one in now.assessment.options[option].reasons for name in one.answers}
    stays = [words for name, words in kept.items() if name in behind]
    parts = [f"<p class='hint'>{html.text(t('turn.stays', questions=t.quoted(stays)))}</p>"] if stays else []
    if not turns:
        parts.append(f"<p>{html.text(t('turn.nothing'))}</p>")
    for turn in turns:
        lines = [_changes(now, changes) for changes in turn.changes[:_MOST_CHANGES]]
        rest = len(turn.changes) - len(lines)
        lines += [t("turn.more", count=rest)] if rest else []
        parts.append(
            f"<div class='turn' data-turn='{turn.outcome}'><p class='ask'>→"
            f" <span class='symbol' aria-hidden='true'>{SYMBOLS[turn.outcome]}</span>"
            f" {html.text(t('outcome.' + turn.outcome))}</p>"
            f"<ul>{''.join(f'<li>{html.text(line)}</li>' for line in lines)}</ul></div>"
        )
    return "".join(parts)


def _changes(now: Frame, changes: tuple[Change, ...]) -> str:
    words = [_change(now, one) for one in changes]
    return words[0] if len(words) == 1 else now.t("turn.both", one=words[0], other=words[1])


def _change(now: Frame, one: Change) -> str:
    """Return the answer that would be another; of a list the one item that is more or less."""
    t = now.t
    name, before = t(f"short.{one.question}"), now.answers.get(one.question)
    if one.low is not None and one.high is not None:
        last = None if one.high == now.knowledge.questions[one.question].maximum else one.high
        return t("pair", name=name, value=t.range(one.low, last))
    if isinstance(one.value, tuple) and one.value and isinstance(before, tuple) and before:
        asked = now.knowledge.questions[one.question]
        more = [item for item in one.value if item not in before]
        less = [item for item in before if item not in one.value]
        key, item = ("turn.also", more[0]) if more else ("turn.without", less[0])
        return t(key, name=name, item=answer_words(now, asked, item))
    return given(now, one.question, one.value)
