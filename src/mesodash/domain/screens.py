"""The tablet's screens: which questions stand where for one person, what is left open, and what is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mesodash.domain.answers import NOT_KNOWN, Answers, situation
from mesodash.domain.truth import NOT_ASKED, Value
from mesodash.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Standing:
    """What is not known: questions left without an answer, and those answered by "I don't know" or "rather not say"."""

    left_open: tuple[str, ...]
    not_known: tuple[str, ...]


def asked(knowledge: KnowledgeBase, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return the screens that have a question for this person, in their order, each with the questions that apply."""
    states = situation(knowledge.questions, answers, tablet=True).states
    found = {
        screen.id: tuple([name for name in screen.questions if states[name] is not NOT_ASKED])
        for screen in knowledge.screens
    }
    return {name: questions for name, questions in found.items() if questions}


def around(screens: Mapping[str, object], here: str) -> tuple[str | None, str | None]:
    """Return the screen before and the one after; None at either end."""
    names = list(screens)
    place = names.index(here)
    return names[place - 1] if place else None, names[place + 1] if place + 1 < len(names) else None


def to_hand_over(knowledge: KnowledgeBase, answers: Answers) -> dict[str, Value]:
    """Return the answers to questions that were on a screen, in the order of the questions.

    An answer to a question that does not apply any more is kept back: nobody can see it to correct it.
    """
    shown = {name for questions in asked(knowledge, answers).values() for name in questions}
    return {name: answers[name] for name in knowledge.questions if name in shown and name in answers}


def standing(knowledge: KnowledgeBase, answers: Answers) -> Standing:
    """Return what is not known after all screens, in the order of the screens."""
    names = [name for questions in asked(knowledge, answers).values() for name in questions]
    return Standing(
        left_open=tuple(name for name in names if name not in answers),
        not_known=tuple(name for name in names if answers.get(name) in NOT_KNOWN),
    )
