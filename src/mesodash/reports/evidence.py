"""Statements with their sources as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from mesodash.domain import evidence
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim, Texts
from mesodash.reports import spreadsheet

COLUMNS = (
    "id",
    "option",
    "theme",
    "kind",
    "certainty",
    "verified",
    "usable",
    "statement",
    "plain",
    "low",
    "high",
    "unit",
    "sources",
    "disagrees",
    "checked_on",
)


def to_csv(
    knowledge: KnowledgeBase,
    words: Words,
    ids: Iterable[str],
    *,
    certainty: Callable[[Claim], str],
    sources: Callable[[Claim], Iterable[str]],
) -> bytes:
    """Return one row per claim, headings and words in one language; separator and decimal mark are those it uses.

    A single figure stands as both ends of its span. Other claims are named by their ids.

    Args:
        certainty: How sure a claim is, in words.
        sources: The references of a claim.
    """
    heads = [words(f"evidence.csv.{column}") for column in COLUMNS]
    rows = [_row(knowledge, words, knowledge.claims[one], certainty, sources) for one in ids]
    return spreadsheet.table([heads, *rows], words.lang)


def _row(
    knowledge: KnowledgeBase,
    words: Words,
    claim: Claim,
    certainty: Callable[[Claim], str],
    sources: Callable[[Claim], Iterable[str]],
) -> list[str]:
    value = claim.value
    low, high = (None, None) if value is None else (value.low, value.high)
    if value is not None and low is None and high is None:
        low = high = value.typical
    return [
        claim.id,
        words.parted(option_words(words, one) for one in evidence.options_of(claim)),
        words(f"theme.{evidence.themes(knowledge)[claim.id]}"),
        words(f"kind.{claim.kind}"),
        certainty(claim),
        words(f"evidence.csv.{'yes' if claim.verified else 'no'}"),
        words("evidence.csv.yes") if claim.unusable_because is None else _not_usable(words, claim.unusable_because),
        claim.statement[words.lang],
        claim.plain[words.lang] if claim.plain else "",
        _figure(words, low),
        _figure(words, high),
        value.unit if value is not None else "",
        words.parted(sources(claim)),
        "; ".join(dict.fromkeys((*claim.conflicts_with, *claim.contradicted_by))),
        claim.checked_on,
    ]


def _not_usable(words: Words, reason: Texts) -> str:
    return words("pair", name=words("evidence.csv.no"), value=reason[words.lang])


def option_words(words: Words, option: str) -> str:
    """Return the name of an option, or of hair loss in general."""
    return words("evidence.general" if option == evidence.GENERAL else f"option.{option}")


def _figure(words: Words, value: Decimal | None) -> str:
    # Without marks between thousands, which a spreadsheet may take for something else.
    if value is None:
        return ""
    return format(value, "f").replace(".", "." if words.lang == "en" else ",")
