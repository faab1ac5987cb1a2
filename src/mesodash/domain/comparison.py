"""The options side by side: which claims say what, and which rows this person's answers make matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mesodash.domain.answers import Answers, situation
from mesodash.domain.truth import Truth, evaluate
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Certainty, OptionId


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said about one option in one row: claim ids, in order. No claims means: no source found."""

    option: OptionId
    claims: tuple[str, ...]
    certainty: Certainty | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the comparison. `because` is the text key that says why it matters to this person, or None."""

    id: str
    cells: tuple[Cell, ...]
    because: str | None


def compare(knowledge: KnowledgeBase, answers: Answers, options: Sequence[OptionId]) -> tuple[Row, ...]:
    """Return every row for `options`, in the order of the knowledge base; no row is ever left out."""
    states = situation(knowledge.questions, answers).states
    return tuple(
        Row(
            id=row.id,
            cells=tuple(
                Cell(option, claims, knowledge.certainty(claims) if claims else None)
                for option in options
                for claims in (row.cells[option],)
            ),
            because=row.because
            if row.matters_when is not None and evaluate(row.matters_when, states) is Truth.YES
            else None,
        )
        for row in knowledge.rows
    )


def personal_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the same rows, those that matter for the answers given first; the order is kept otherwise."""
    return tuple(sorted(rows, key=lambda row: row.because is None))
