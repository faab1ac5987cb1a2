"""The cases of timeline.yaml, read as they stand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from mesodash.domain.timeline import Timeline, Wishes, plan
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Protocol
from mesodash.paths import DATA

CASES = yaml.safe_load(Path(__file__).with_name("timeline.yaml").read_text(encoding="utf-8"))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _records(name: str, shape: Any) -> Any:
    plain = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return TypeAdapter(shape).validate_json(json.dumps(plain), strict=True)


PROTOCOLS = {protocol.id: protocol for protocol in _records("protocols.yaml", list[Protocol])}
AFTERCARE = _records("aftercare.yaml", list[AftercareRule])


def _plan(ask: dict[str, Any]) -> Timeline:
    wishes = {key: value for key, value in ask.items() if key != "protocol"}
    if "avoid" in wishes:
        wishes["avoid"] = tuple((first, last) for first, last in wishes["avoid"])
    if "closed_weekdays" in wishes:
        wishes["closed_weekdays"] = frozenset(WEEKDAYS.index(name) for name in wishes["closed_weekdays"])
    return plan(PROTOCOLS[ask["protocol"]], Wishes(**wishes), AFTERCARE)


def _read(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline in the words of the cases."""
    sessions = [event for event in timeline.events if event.kind == "session"]
    phases = Counter(event.phase for event in sessions)
    return {
        "aims": [event.aimed for event in sessions],
        "sessions": [event.date for event in sessions],
        "phases": [phases["course"], phases["maintenance"]],
        "latest": [event.latest and event.latest.aimed for event in sessions if event.phase == "maintenance"],
        "moved": {
            event.index: [event.moved_days, (event.moved_because or "").removeprefix("moved.")]
            for event in sessions
            if event.moved_days != 0
        },
        "conflicts": [[c.session, c.aimed, c.cause.removeprefix("conflict.")] for c in timeline.conflicts],
        "milestones": {e.name: [e.earliest, e.latest] for e in timeline.events if e.kind == "milestone"},
        "aftercare": {
            e.rule: [e.to_least, e.to_most] for e in timeline.events if e.kind == "aftercare" and e.session == 1
        },
        "horizon_end": timeline.horizon_end,
    }


@pytest.mark.parametrize(
    "case", [case for case in CASES if "error" not in case["expect"]], ids=lambda case: case["name"]
)
def test_timeline_is_the_one_the_case_describes(case: dict[str, Any]) -> None:
    found = _read(_plan(case["ask"]))
    assert {part: found[part] for part in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case["expect"]], ids=lambda case: case["name"])
def test_wish_the_case_forbids_is_refused_by_name(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refusal:
        _plan(case["ask"])
    assert [refusal.value.field, refusal.value.key.removeprefix("error.")] == case["expect"]["error"]
