"""What the sources list per option: outcome, reasons, what is open. Used by Check and by Summary."""

from __future__ import annotations

from mesodash.domain.eligibility import OpenQuestion, Reason
from mesodash.knowledge.records import OPTIONS, OptionId, Outcome
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS
from mesodash.ui.parts import html, statements
from mesodash.ui.parts.questions import answer_words

SYMBOLS: dict[Outcome, str] = {
    "listed_exclusion": "✕",
    "see_doctor_first": "⚑",
    "wait": "◷",
    "cannot_tell_yet": "?",
    "needs_check": "!",
    "no_listed_exclusion": "○",
}
"""A shape beside the words, so that no outcome is told by colour alone."""


def given(now: Frame, question: str, value: object) -> str:
    """Return "question: answer" in words."""
    asked = now.knowledge.questions[question]
    if isinstance(value, tuple):
        said = (
            now.t.list([answer_words(now, asked, token) for token in value]) if value else now.t("answer.none_of_these")
        )
    else:
        said = answer_words(now, asked, value) if isinstance(value, str) else str(value)
    return now.t("pair", name=now.t(f"short.{question}"), value=said)


def reason(now: Frame, one: Reason) -> str:
    """Return a reason with what it rests on, its sources and how sure they are."""
    rests = "; ".join(given(now, question, value) for question, value in one.answers.items())
    until = f"<p class='until'>{html.text(now.t('outcome.until', until=now.t(one.until)))}</p>" if one.until else ""
    return (
        f"<li>{statements.sourced(now, one.text, one.sources)}{until}"
        f"<p class='rests'>{html.text(now.t('outcome.rests_on', answers=rests))}</p></li>"
    )


def _fold(title: str, body: str, *, unfolded: bool) -> str:
    opened = " open" if unfolded else ""
    return f"<details class='sources'{opened}><summary>{html.text(title)}</summary>{body}</details>"


def _becomes(now: Frame, one: OpenQuestion) -> str:
    return now.t("pair", name=now.t("short." + one.question), value=now.t("outcome." + one.could_become))


def _reasons(now: Frame, option: OptionId, *, unfolded: bool) -> str:
    assessment = now.assessment.options[option]
    held = [one for one in assessment.reasons if not one.rests_on_unknown or one.outcome != "needs_check"]
    unknown = [one for one in assessment.reasons if one not in held]
    parts = []
    if held:
        parts.append(f"<ul class='reasons'>{''.join(reason(now, one) for one in held)}</ul>")
    if unknown:
        listed = f"<ul class='reasons'>{''.join(reason(now, one) for one in unknown)}</ul>"
        parts.append(_fold(now.t("outcome.unknown_checks", count=len(unknown)), listed, unfolded=False))
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


def cards(now: Frame, *, unfolded: bool = False) -> None:
    """Draw one card per option in the fixed order, all built alike."""
    html.block(
        "<div class='outcomes'>" + "".join(_card(now, option, unfolded=unfolded) for option in OPTIONS) + "</div>"
    )


def _card(now: Frame, option: OptionId, *, unfolded: bool) -> str:
    outcome = now.assessment.options[option].outcome
    return (
        f"<section class='outcome' style='border-top-color:{COLOURS[now.theme][option]}'"
        f" data-option='{option}' data-outcome='{outcome}'>"
        f"<h3>{html.icon(option)}{html.text(now.t('option.' + option))}</h3>"
        f"<p class='verdict'><span class='symbol' aria-hidden='true'>{SYMBOLS[outcome]}</span>"
        f"{html.text(now.t('outcome.' + outcome))}</p>"
        f"<p class='hint'>{html.text(now.t('outcome_means.' + outcome))}</p>"
        f"{_reasons(now, option, unfolded=unfolded)}</section>"
    )
