"""The options side by side: which claims say what, and which rows this person's answers make matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesodash.domain.answers import Answers, situation
from mesodash.domain.truth import State, Truth, Value, deciding, evaluate
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Certainty, ComparisonRow, Condition, OptionId


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said about one option in one row: claim ids, in order. No claims means: no source found.

    `own`: how many of them, the first ones, are said because of this person's answers.
    """

    option: OptionId
    claims: tuple[str, ...]
    certainty: Certainty | None
    own: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the comparison.

    `answers`: those of this person that make it matter, of a list the named values alone; none: it matters no more than
    the others. `because`: the text key that says more about why, or None.
    """

    id: str
    cells: tuple[Cell, ...]
    answers: Answers
    because: str | None


def compare(knowledge: KnowledgeBase, answers: Answers, options: Sequence[OptionId]) -> tuple[Row, ...]:
    """Return every row for `options`, in the order of the knowledge base; no row is ever left out."""
    states = situation(knowledge.questions, answers).states
    return tuple(
        Row(
            id=row.id,
            cells=tuple(_cell(knowledge, row, option, states) for option in options),
            answers=found,
            because=row.because if found else None,
        )
        for row in knowledge.rows
        for found in (_behind(row.matters_when, states),)
    )


def _cell(knowledge: KnowledgeBase, row: ComparisonRow, option: OptionId, states: Mapping[str, State]) -> Cell:
    own = dict.fromkeys(
        claim
        for personal in row.also
        if evaluate(personal.when, states) is Truth.YES
        for claim in personal.cells.get(option, ())
    )
    claims = tuple(dict.fromkeys((*own, *row.cells[option])))
    return Cell(option, claims, knowledge.certainty(claims) if claims else None, len(own))


def _behind(condition: Condition | None, states: Mapping[str, State]) -> Answers:
    """Return the answers that make `condition` true, of a list the values that it names; nothing if it is not."""
    if condition is None or evaluate(condition, states) is not Truth.YES:
        return {}
    found: dict[str, Value] = {}
    for part in deciding(condition, states):
        name = part.question or ""
        state, before = states[name], found.get(name, ())
        if isinstance(state, tuple) and isinstance(before, tuple) and part.value in state:
            found[name] = tuple(one for one in state if one == part.value or one in before)
        elif isinstance(state, (int, str, tuple)):
            found[name] = state
    return found


def personal_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the same rows, those that matter for the answers given first; the order is kept otherwise."""
    return tuple(sorted(rows, key=lambda row: not row.answers))
