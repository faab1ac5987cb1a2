"""Answers as hypothesis makes them up."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some

from mesodash.knowledge.records import Question


def concrete(question: Question) -> some.SearchStrategy[Any]:
    if question.type == "integer":
        return some.integers(question.minimum or 0, question.maximum or 0)
    if question.type == "multi":
        return some.lists(some.sampled_from(question.values), unique=True, max_size=3)
    return some.sampled_from(question.values)


def any_answer(question: Question) -> some.SearchStrategy[Any]:
    return some.one_of(some.just("unknown"), some.just("declined"), concrete(question), concrete(question))
