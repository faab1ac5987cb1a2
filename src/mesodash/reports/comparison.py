"""The comparison as JSON-ready values, with its texts in one language."""

from __future__ import annotations

from collections.abc import Sequence

from mesodash.domain.comparison import Cell, Row
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim, OptionId


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
                "because": None if row.because is None else words(row.because),
                "cells": {cell.option: _cell(knowledge, words, cell) for cell in row.cells},
            }
            for row in rows
        ],
    }


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
