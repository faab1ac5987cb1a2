"""Whether the rules hold what they must hold at least (`data/floor.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mesodash.domain.eligibility import RANK, assess
from mesodash.domain.truth import Value
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Floor


def problems(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield one line for each option whose reasons are weaker than promised for an entry's answers."""
    for place, floor in enumerate(knowledge.floor, start=1):
        assessment = assess(knowledge, dict(floor.answers))
        if floor.red_flag and not any(_rests_on(flag.answers, floor) for flag in assessment.red_flags):
            yield f"floor.yaml: entry {place}: {_given(floor)} raises no red flag; restore the rule that did"
        for option in floor.options:
            strict = [
                reason
                for reason in assessment.options[option].reasons
                if RANK[reason.outcome] <= RANK[floor.at_least] and _rests_on(reason.answers, floor)
            ]
            if not strict:
                yield (
                    f"floor.yaml: entry {place}: {_given(floor)} gives {option} no reason as strict as"
                    f" {floor.at_least}; restore the rule that did"
                )


def _rests_on(answers: Mapping[str, Value], floor: Floor) -> bool:
    return not answers.keys().isdisjoint(floor.answers)


def _given(floor: Floor) -> str:
    return ", ".join(f"{name}: {value}" for name, value in floor.answers.items())
