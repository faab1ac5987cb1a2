"""What each step of the path already knows."""

from __future__ import annotations

from mesodash.domain import answers
from mesodash.domain.truth import NOT_ASKED
from mesodash.ui import state
from mesodash.ui.frame import Frame


def asked(now: Frame, section: str | None = None) -> tuple[list[str], list[str]]:
    """Return the questions that apply and, of these, the answered ones; `unknown` and `declined` are answers here."""
    states = answers.situation(now.knowledge.questions, now.answers).states
    apply = [
        name
        for name, question in now.knowledge.questions.items()
        if states[name] is not NOT_ASKED and section in (None, question.section)
    ]
    return apply, [name for name in apply if name in now.answers]


SETTINGS = {"timeline": ("timeline.protocol",), "costs": ("costs.option",)}
"""Steps that a person sets, by the settings that make them set."""


def is_set(step: str) -> bool:
    return state.known(SETTINGS[step])


def title(now: Frame, page: str) -> str:
    """Return the name of a step in the navigation with its state: how much is answered, or a tick once it is set."""
    name = now.t(f"page.{page}")
    if page == "check":
        apply, answered = asked(now)
        return f"{name} {len(answered)}/{len(apply)}" if answered else name
    return f"{name} ✓" if page in SETTINGS and is_set(page) else name
