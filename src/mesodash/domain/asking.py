"""Which questions to take to the talk matter for this person."""

from __future__ import annotations

from collections.abc import Container

from mesodash.domain.answers import Answers, situation
from mesodash.domain.truth import Truth, evaluate
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import OptionId, ToAsk


def to_ask(knowledge: KnowledgeBase, answers: Answers, near: Container[OptionId]) -> tuple[str, ...]:
    """Return the ids of the questions to ask, in their order.

    Args:
        near: The options that the person leans to or has a plan for.
    """
    states = situation(knowledge.questions, answers).states

    def matters(one: ToAsk) -> bool:
        if one.when is None and one.option is None:
            return True
        if one.option is not None and one.option in near:
            return True
        return one.when is not None and evaluate(one.when, states) is Truth.YES

    return tuple(one.id for one in knowledge.to_ask if matters(one))
