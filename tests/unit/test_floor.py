"""What the rules must hold at least: a rule that is weakened or taken out is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from mesodash.cli import floor
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import Rule

KNOWLEDGE = load()


def with_rules(change: Callable[[Rule], Rule | None]) -> KnowledgeBase:
    rules = tuple(new for rule in KNOWLEDGE.rules if (new := change(rule)) is not None)
    parts: dict[str, Callable[[], Any]] = {
        "rules": lambda: rules,
        "floor": lambda: KNOWLEDGE.floor,
        "questions": lambda: tuple(KNOWLEDGE.questions.values()),
        "considerations": lambda: KNOWLEDGE.considerations,
        "certainties": lambda: KNOWLEDGE.certainties,
    }
    return KnowledgeBase(KNOWLEDGE.digest, parts)


def test_the_rules_hold_what_they_must() -> None:
    assert list(floor.problems(KNOWLEDGE)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(rule.id for rule in KNOWLEDGE.rules))
def test_a_rule_that_is_taken_out_is_told(name: str) -> None:
    lines = list(floor.problems(with_rules(lambda rule: None if rule.id == name else rule)))
    assert lines
    assert all(line.startswith("floor.yaml: entry ") and "restore the rule" in line for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(rule.id for rule in KNOWLEDGE.rules if rule.then != "needs_check"))
def test_a_rule_that_is_weakened_is_told(name: str) -> None:
    weaker = with_rules(lambda rule: dataclasses.replace(rule, then="needs_check") if rule.id == name else rule)
    assert list(floor.problems(weaker))
