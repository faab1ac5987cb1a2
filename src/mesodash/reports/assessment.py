"""An assessment as JSON-ready values, with its texts in one language."""

from __future__ import annotations

import json

from mesodash.domain.eligibility import Assessment, OptionAssessment, Reason
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Consideration

_MOST_REMEMBERED = 20_000
_text = json.JSONEncoder(ensure_ascii=False).encode


def as_json(knowledge: KnowledgeBase, words: Words, assessment: Assessment) -> dict[str, object]:
    """Return the assessment as plain values; `until` is left out of reasons that do not pass with time."""
    return {
        **_edition(knowledge, words),
        "red_flags": [_red_flag(words, reason) for reason in assessment.red_flags],
        "options": {
            option: {
                "outcome": entry.outcome,
                "label": words(f"outcome.{entry.outcome}"),
                "reasons": [_reason(words, reason) for reason in entry.reasons],
                "considerations": [_consideration(words, thought) for thought in entry.considerations],
                "open": _open(entry),
            }
            for option, entry in assessment.options.items()
        },
        "settle_next": list(assessment.settle_next),
        "ignored": list(assessment.ignored),
    }


class Lines:
    """Assessments as lines of JSON, for many cases in one language.

    A line says what `as_json` says, after the name of the case. The texts of reasons are written once and remembered,
    because few different ones occur; a line is then put together from finished pieces.
    """

    def __init__(self, knowledge: KnowledgeBase, words: Words) -> None:
        self._words = words
        self._start = _text(_edition(knowledge, words))[1:-1]
        self._reasons: dict[int, tuple[Reason, str]] = {}
        self._red_flags: dict[int, tuple[Reason, str]] = {}
        self._considerations: dict[str, str] = {}
        self._outcomes: dict[str, str] = {}
        self._open: dict[tuple[str, str], str] = {}

    def line(self, case: str, assessment: Assessment) -> str:
        """Return one line, with its end."""
        red_flags = ", ".join([self._red_flag(reason) for reason in assessment.red_flags])
        options = ", ".join([f'"{option}": {{{self._option(entry)}}}' for option, entry in assessment.options.items()])
        return (
            f'{{"case": {_text(case)}, {self._start}, "red_flags": [{red_flags}], "options": {{{options}}}, '
            f'"settle_next": {_text(assessment.settle_next)}, "ignored": {_text(assessment.ignored)}}}\n'
        )

    def _option(self, entry: OptionAssessment) -> str:
        outcome = self._outcomes.get(entry.outcome)
        if outcome is None:
            words = {"outcome": entry.outcome, "label": self._words(f"outcome.{entry.outcome}")}
            outcome = self._outcomes[entry.outcome] = _text(words)[1:-1]
        reasons = ", ".join([self._reason(reason) for reason in entry.reasons])
        considerations = ", ".join([self._consideration(thought) for thought in entry.considerations])
        questions = ", ".join([self._question(one.question, one.could_become) for one in entry.open])
        return f'{outcome}, "reasons": [{reasons}], "considerations": [{considerations}], "open": [{questions}]'

    # Reasons are looked up by identity, which is safe while the reason itself is kept beside its text.
    def _reason(self, reason: Reason) -> str:
        known = self._reasons.get(id(reason))
        if known is None:
            known = _remember(self._reasons, reason, _text(_reason(self._words, reason)))
        return known[1]

    def _red_flag(self, reason: Reason) -> str:
        known = self._red_flags.get(id(reason))
        if known is None:
            known = _remember(self._red_flags, reason, _text(_red_flag(self._words, reason)))
        return known[1]

    def _consideration(self, thought: Consideration) -> str:
        known = self._considerations.get(thought.id)
        if known is None:
            known = self._considerations[thought.id] = _text(_consideration(self._words, thought))
        return known

    def _question(self, question: str, could_become: str) -> str:
        known = self._open.get((question, could_become))
        if known is None:
            entry = {"question": question, "could_become": could_become}
            known = self._open[question, could_become] = _text(entry)
        return known


def _remember(known: dict[int, tuple[Reason, str]], reason: Reason, text: str) -> tuple[Reason, str]:
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    entry = known[id(reason)] = reason, text
    return entry


def _edition(knowledge: KnowledgeBase, words: Words) -> dict[str, object]:
    return {"content_version": knowledge.version, "content_hash": knowledge.digest, "lang": words.lang}


def _red_flag(words: Words, reason: Reason) -> dict[str, object]:
    return {"rule": reason.rule, "text": words.said(reason.text), "sources": list(reason.sources)}


def _reason(words: Words, reason: Reason) -> dict[str, object]:
    answers = {name: list(value) if isinstance(value, tuple) else value for name, value in reason.answers.items()}
    until = {} if reason.until is None else {"until": words(reason.until)}
    return {
        "rule": reason.rule,
        "outcome": reason.outcome,
        "answers": answers,
        "text": words.said(reason.text),
        **until,
        "sources": list(reason.sources),
        "certainty": reason.certainty,
    }


def _consideration(words: Words, thought: Consideration) -> dict[str, object]:
    return {"direction": thought.direction, "text": words.said(thought.text), "sources": list(thought.sources)}


def _open(entry: OptionAssessment) -> list[dict[str, str]]:
    return [{"question": one.question, "could_become": one.could_become} for one in entry.open]
