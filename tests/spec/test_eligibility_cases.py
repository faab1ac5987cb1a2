"""Each case of eligibility.yaml holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mesodash.domain.answers import check_answers
from mesodash.domain.eligibility import assess
from mesodash.knowledge import load

SPEC = yaml.safe_load(Path(__file__).with_name("eligibility.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SPEC["cases"], ids=lambda case: case["name"])
def test_the_listed_reasons_lead_to_these_outcomes(case: dict[str, Any]) -> None:
    changed = {**SPEC["clear"], **case["change"]}
    knowledge = load()
    answers = check_answers(knowledge.questions, {name: value for name, value in changed.items() if value != "absent"})
    options = assess(knowledge, answers).options
    assert {option: options[option].outcome for option in options} == case["expect"]
    for option, rules in case.get("reasons", {}).items():
        assert [reason.rule for reason in options[option].reasons] == rules


def test_every_rule_is_shown_by_a_case_that_it_decides() -> None:
    knowledge = load()
    seen = set()
    for case in SPEC["cases"]:
        changed = {**SPEC["clear"], **case["change"]}
        answers = check_answers(
            knowledge.questions, {name: value for name, value in changed.items() if value != "absent"}
        )
        for option in assess(knowledge, answers).options.values():
            seen.update(reason.rule for reason in option.reasons)
    assert seen >= {rule.id for rule in knowledge.rules}
