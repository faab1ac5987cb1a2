"""Answers: what may be answered, which questions apply, and what counts as unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mesodash.domain.truth import NOT_ASKED, State, Truth, Value, evaluate
from mesodash.errors import InputError
from mesodash.knowledge.records import Question

UNKNOWN = "unknown"
DECLINED = "declined"
NOT_KNOWN = (UNKNOWN, DECLINED)
"""Two different things to the reader, the same to the rules: as unknown as a question that was not answered."""

Answers = Mapping[str, Value]
"""Checked answers by question id, `unknown` and `declined` included; a question that was not answered is absent."""


def shown(value: object) -> str:
    """Return an offending value for the command line: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def check_answer(question: Question, value: object) -> Value:
    """Return `value` as an answer to `question`; lists become tuples in the order of the question's values.

    Raises:
        InputError: the value is not allowed; `field` is the question id.
    """

    def refuse(key: str, *, item: object = value, **params: str | int) -> InputError:
        return InputError(key, field=question.id, shown=shown(item), params=params)

    allowed = ", ".join((*question.values, *NOT_KNOWN))
    if isinstance(value, str) and value in NOT_KNOWN:
        return value
    if question.type == "integer":
        low, high = question.minimum or 0, question.maximum or 0
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse("error.not_a_whole_number", low=low, high=high)
        if not low <= value <= high:
            raise refuse("error.out_of_range", low=low, high=high)
        return value
    if question.type == "multi":
        if not isinstance(value, (list, tuple)):
            raise refuse("error.not_a_list", allowed=allowed)
        for item in value:
            if not isinstance(item, str) or item not in question.values:
                raise refuse("error.not_allowed", item=item, allowed=", ".join(question.values))
        if len(set(value)) < len(value):
            raise refuse("error.repeated", item=next(item for item in value if list(value).count(item) > 1))
        return tuple(item for item in question.values if item in value)
    if not isinstance(value, str):
        raise refuse("error.not_text", allowed=allowed)
    if value not in question.values:
        raise refuse("error.not_allowed", allowed=allowed)
    return value


def check_answers(questions: Mapping[str, Question], given: Mapping[str, object]) -> dict[str, Value]:
    """Return `given` as checked answers.

    Raises:
        InputError: the first entry that is not allowed; `field` is the question id.
    """
    for name in given:
        if name not in questions:
            raise InputError("error.unknown_question", field=name, shown=name)
    return {name: check_answer(questions[name], value) for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class Situation:
    """Answers as the rules see them.

    `states` holds each question: a concrete answer, None for unknown, NOT_ASKED where it does not apply.
    `ignored` names questions that were answered although they do not apply.
    """

    states: Mapping[str, State]
    ignored: tuple[str, ...]


def situation(questions: Mapping[str, Question], answers: Answers, *, tablet: bool = False) -> Situation:
    """Return what the rules see. On a tablet, questions of together mode are unknown whatever was answered."""
    states: dict[str, State] = {}
    ignored: list[str] = []
    for name, question in questions.items():
        value = answers.get(name)
        known = value is not None and not (isinstance(value, str) and value in NOT_KNOWN)
        if question.asked_when is not None and evaluate(question.asked_when, states) is Truth.NO:
            states[name] = NOT_ASKED
            if known:
                ignored.append(name)
        else:
            states[name] = value if known and not (tablet and question.mode == "together") else None
    return Situation(states, tuple(ignored))
