"""Three-valued conditions on answers (strong Kleene logic)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final

from mesodash.knowledge.records import Condition

Value = int | str | tuple[str, ...]
"""A concrete answer: a whole number, one value, or the chosen values of a list question."""


class Truth(Enum):
    """Kleene truth value: an unanswered question is UNKNOWN, never NO."""

    YES, NO, UNKNOWN = "yes", "no", "unknown"

    def __bool__(self) -> bool:
        raise TypeError("Truth has three values; compare with `is Truth.YES`")


class _NotAsked:
    """Stands for the answer to a question that does not apply: its comparisons are NO."""


NOT_ASKED: Final = _NotAsked()
State = Value | None | _NotAsked
"""A concrete answer, None for unknown, or NOT_ASKED."""


def negate(truth: Truth) -> Truth:
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}[truth]


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return NO if any part is NO, else UNKNOWN if any is UNKNOWN, else YES."""
    result = Truth.YES
    for truth in truths:
        if truth is Truth.NO:
            return truth
        if truth is Truth.UNKNOWN:
            result = truth
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return YES if any part is YES, else UNKNOWN if any is UNKNOWN, else NO."""
    return negate(all_of(negate(truth) for truth in truths))


def _compare(condition: Condition, state: Value) -> bool:
    match condition.op, state:
        case "eq", _:
            return state == condition.value
        case "one_of", _:
            return state in condition.values
        case "has", tuple():
            return condition.value in state
        case "empty", tuple():
            return not state
        case ("lt" | "le" | "gt" | "ge") as op, int():
            value = condition.value
            if isinstance(value, int):
                return {"lt": state < value, "le": state <= value, "gt": state > value, "ge": state >= value}[op]
    raise TypeError(f"{condition.op} does not fit question {condition.question}")


def evaluate(condition: Condition, states: Mapping[str, State]) -> Truth:
    """Return the truth of `condition`; a question missing from `states` is unknown."""
    if condition.question is not None:
        state = states.get(condition.question)
        if state is None:
            return Truth.UNKNOWN
        if isinstance(state, _NotAsked):
            return Truth.NO
        return Truth.YES if _compare(condition, state) else Truth.NO
    parts = (evaluate(part, states) for part in condition.of)
    match condition.op:
        case "all":
            return all_of(parts)
        case "any":
            return any_of(parts)
        case "not":
            return negate(next(parts))
        case _:  # surely
            return Truth.YES if next(parts) is Truth.YES else Truth.NO


def rests_on(condition: Condition, states: Mapping[str, State]) -> tuple[str, ...]:
    """Return the questions on which the truth of `condition` rests, in the order named."""
    return tuple(dict.fromkeys(part.question for part in deciding(condition, states) if part.question is not None))


def deciding(condition: Condition, states: Mapping[str, State]) -> Iterator[Condition]:
    """Yield the comparisons with one answer on which the truth of `condition` rests.

    Those that decide nothing are left out.
    """
    if condition.question is not None:
        yield condition
        return
    parts = condition.of
    if condition.op in ("all", "any"):
        truth = evaluate(condition, states)
        # A YES of "any" rests on its YES parts, a NO of "all" on its NO parts; what is open rests on its open parts
        # and, under "all", on the parts that are already fulfilled.
        keep = {truth, Truth.YES} if condition.op == "all" and truth is Truth.UNKNOWN else {truth}
        parts = tuple(part for part in parts if evaluate(part, states) in keep)
    for part in parts:
        yield from deciding(part, states)
