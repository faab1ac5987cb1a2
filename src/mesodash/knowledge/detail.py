"""Whether the options are compared in equal detail: words, rows and sources per option."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mesodash.knowledge import readability
from mesodash.knowledge.records import LANGS, OPTIONS, Claim, ComparisonRow, Lang, OptionId

LIMIT = 25
"""Per cent by which the option with the least may stay behind the one with the most."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What the comparison says about one option."""

    words: dict[Lang, int]
    rows: int
    sources: int


def measure(rows: Iterable[ComparisonRow], claims: Mapping[str, Claim]) -> dict[OptionId, Detail]:
    """Return the detail of each of the four options in the rows of the comparison."""
    found = {}
    cells = {option: [row.cells[option] for row in rows if row.cells.get(option)] for option in OPTIONS}
    for option, filled in cells.items():
        # Said twice is not said more.
        said = [claims[one] for one in dict.fromkeys(one for cell in filled for one in cell)]
        found[option] = Detail(
            words={lang: sum(readability.words(claim.statement[lang]) for claim in said) for lang in LANGS},
            rows=len(filled),
            sources=len({citation.source for claim in said for citation in claim.citations}),
        )
    return found


def spread(values: Iterable[int]) -> int:
    """Return by how many per cent the least stays behind the most, rounded up; 0 where there is nothing."""
    values = list(values)
    most = max(values, default=0)
    return -(-100 * (most - min(values)) // most) if most else 0


def spreads(details: Mapping[OptionId, Detail]) -> dict[str, int]:
    """Return the spread of rows, sources and words per language, by name."""
    each = details.values()
    return {
        "rows": spread(one.rows for one in each),
        "sources": spread(one.sources for one in each),
        **{f"words.{lang}": spread(one.words[lang] for one in each) for lang in LANGS},
    }
