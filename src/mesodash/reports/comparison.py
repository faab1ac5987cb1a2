"""The comparison as JSON-ready values, with its texts in one language."""

from __future__ import annotations

from collections.abc import Sequence

from mesodash.domain.comparison import Cell, Row
from mesodash.domain.priorities import DRAWS, Measure, Ranking, Reach, Reading, Result, Wishes, of_100
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim, OptionId
from mesodash.reports import answers


def as_json(
    knowledge: KnowledgeBase, words: Words, options: Sequence[OptionId], rows: Sequence[Row]
) -> dict[str, object]:
    """Return every row with a cell for each option.

    `because` says why a row matters to the answers given, or is null. A cell without claims has the certainty null and
    says in `text` that no source was found.
    """
    return {
        "content_version": knowledge.version,
        "content_hash": knowledge.digest,
        "lang": words.lang,
        "options": {option: {"name": words(f"option.{option}")} for option in options},
        "rows": [
            {
                "row": row.id,
                "title": words(f"row.{row.id}"),
                "because": because(words, row),
                "cells": {cell.option: _cell(knowledge, words, cell) for cell in row.cells},
            }
            for row in rows
        ],
    }


def because(words: Words, row: Row) -> str | None:
    """Return which of this person's answers make a row matter and what more there is to say, None if it does not."""
    if not row.answers:
        return None
    said = words.parted(answers.given(words, question, value) for question, value in row.answers.items())
    return f"{said}. {words(row.because)}" if row.because else f"{said}."


def _cell(knowledge: KnowledgeBase, words: Words, cell: Cell) -> dict[str, object]:
    if not cell.claims:
        return {"certainty": None, "text": words("no_source"), "claims": []}
    return {"certainty": cell.certainty, "claims": [_claim(words, knowledge.claims[claim]) for claim in cell.claims]}


def _claim(words: Words, claim: Claim) -> dict[str, object]:
    return {
        "claim": claim.id,
        "statement": claim.statement[words.lang],
        "certainty": claim.certainty,
        "kind": claim.kind,
        "verified": claim.verified,
        "citations": [
            {
                "source": citation.source,
                **({} if citation.paragraph is None else {"paragraph": citation.paragraph}),
                "read_as": citation.read_as,
            }
            for citation in claim.citations
        ],
        "conflicts_with": list(claim.conflicts_with),
        "contradicted_by": list(claim.contradicted_by),
        "qualified_by": list(claim.qualified_by),
    }


def priorities_as_json(words: Words, table: Sequence[Measure], wishes: Wishes, result: Result) -> dict[str, object]:
    """Return how the options come out for what was said to matter.

    `places` holds, per option, in how many of 100 ways it takes each place, from first to last. `ahead`: in how many of
    100 ways the first is ahead of the second. `flip` is null where no change of one weight turns these two. An end of a
    range that is not known is null; it counts as the end of the scale. `depends_on_answers` names, for options of whom
    sources say different things for different people, the readings that the answers leave open.
    """
    options = tuple(result.shares)
    by_place = [of_100([result.shares[option][place] for option in options]) for place in range(len(options))]
    said: dict[str, object] = (
        {"ranking": [list(group) for group in wishes.groups]}
        if isinstance(wishes, Ranking)
        else {"points": dict(wishes.points), "spread": wishes.spread}
    )
    return {
        "said": said,
        "draws": DRAWS,
        "criteria": {
            one.criterion: {
                "name": words(f"priority.{one.criterion}"),
                "weight": round(result.weights[one.criterion], 4),
                "scale": None if one.scale is None else [str(end) for end in one.scale],
                "options": {option: _reach(one.reach[option]) for option in options},
                "depends_on_answers": {
                    option: [_reading(words, reading) for reading in reach.readings]
                    for option in options
                    if (reach := one.reach[option]) is not None and _depends(reach)
                },
                "nothing_known": one.silent,
            }
            for one in table
        },
        "options": {option: {"places": [place[index] for place in by_place]} for index, option in enumerate(options)},
        "order": list(result.order),
        "ahead": round(100 * result.ahead),
        "flip": None
        if result.flip is None
        else {"criterion": result.flip.criterion, "factor": round(result.flip.factor, 3)},
    }


def _depends(reach: Reach) -> bool:
    return any(reading.says is not None or reading.performance.cases for reading in reach.readings)


def _reading(words: Words, one: Reading) -> dict[str, object]:
    performance = one.performance
    return {
        "for": words(one.says or "priority.case.others"),
        "none": performance.none,
        "low": None if performance.low is None else str(performance.low),
        "high": None if performance.high is None else str(performance.high),
        "claims": list(performance.claims()),
    }


def _reach(one: Reach | None) -> list[str | None]:
    if one is None:
        return [None, None]
    return [str(one.low) if one.low_known else None, str(one.high) if one.high_known else None]
