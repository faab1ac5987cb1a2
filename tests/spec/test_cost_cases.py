"""The costs of `cost.yaml`, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from mesodash.domain.cost import CostInputs, as_json, estimate

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cost.yaml").read_text(encoding="utf-8"))
AMOUNTS = ("price", "maintenance_price", "upfront", "vat", "discount")


def read(inputs: dict[str, Any]) -> CostInputs:
    typed: dict[str, Any] = {}
    for name, value in inputs.items():
        convert = Decimal if name in AMOUNTS else lambda given: given
        typed[name] = tuple(map(convert, value)) if isinstance(value, list) else convert(value)
    return CostInputs(**typed)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_cost_is_what_a_person_works_out_by_hand(case: dict[str, Any]) -> None:
    found = as_json(estimate(read(case["inputs"])))
    assert {name: found[name] for name in case["expect"]} == case["expect"]


def test_no_two_cases_share_a_name() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
