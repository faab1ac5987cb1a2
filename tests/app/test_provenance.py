"""From any statement on any page to its source: none is drawn without its claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from mesodash.i18n import Words
from mesodash.i18n.words import SOURCED
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, OPTIONS, Lang
from tests.app.app import PAGES, open_page, shown

KNOWLEDGE = load()

FULL: dict[str, Any] = {
    "answers__age_years": 17,
    "answers__sex": "female",
    "answers__pregnancy": "pregnant",
    "answers__loss_onset": "sudden",
    "answers__loss_pattern": "round_patches",
    "answers__scalp_signs": ["pus_or_crusts", "open_wounds"],
    "answers__diabetes": "yes",
    "answers__goals": ["regrow_bald_areas"],
    "answers__expects_permanent_result": "yes",
    "timeline__protocol": "four_fortnightly",
    "costs__region": "DE",
    "costs__option": "mesotherapy",
}
"""Answers and settings with which every page shows as much as it can."""

_VOID = {"img", "br", "hr", "input", "meta", "link"}


@dataclass
class Piece:
    """Words of a page with the claims named by the elements around them."""

    words: str
    claims: tuple[str, ...]


@dataclass
class Reading(HTMLParser):
    """Reads the markup of a page piece by piece."""

    pieces: list[Piece] = field(default_factory=list)
    named: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.named.append(tuple((dict(attrs).get("data-claim") or "").split()))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.named.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            claims = tuple(one for named in self.named for one in named)
            self.pieces.append(Piece(" ".join(data.split()), claims))


def read(markup: str) -> list[Piece]:
    reading = Reading()
    reading.feed(markup)
    return reading.pieces


def said_by_claims(lang: Lang) -> dict[str, set[str]]:
    """What claims say, at both levels, with the ids of those that say it."""
    found: dict[str, set[str]] = {}
    for claim in KNOWLEDGE.claims.values():
        for words in (claim.statement[lang], *([claim.plain[lang]] if claim.plain else [])):
            found.setdefault(" ".join(words.split()), set()).add(claim.id)
    return found


def said_by_us(lang: Lang) -> Iterator[str]:
    """Texts that sum up claims: they may only stand beside these."""
    for key, words in KNOWLEDGE.texts(lang).items():
        if key.startswith(SOURCED) and "{" not in words:
            yield " ".join(words.split())
    for conflict in KNOWLEDGE.conflicts:
        for side in conflict.sides:
            yield " ".join(side.says[lang].split())


@pytest.mark.parametrize(
    ("lang", "plain"),
    [
        pytest.param(lang, plain, marks=() if (lang, plain) == ("en", False) else pytest.mark.slow)
        for lang in LANGS
        for plain in (False, True)
    ],
)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_draws_a_statement_without_its_claims(name: str, lang: Lang, plain: bool) -> None:
    pieces = read(shown(open_page(name, lang, **FULL, plain=plain)))
    unknown = {one for piece in pieces for one in piece.claims} - KNOWLEDGE.claims.keys()
    assert unknown == set()
    by_claims, by_us = said_by_claims(lang), set(said_by_us(lang))
    orphans = [
        piece.words
        for piece in pieces
        if (piece.words in by_claims and not by_claims[piece.words] & set(piece.claims))
        or (piece.words in by_us and not piece.claims)
    ]
    assert orphans == []
    stated = [piece for piece in pieces if piece.claims and piece.words in by_claims.keys() | by_us]
    assert stated or name in ("summary", "about") or (name == "evidence" and not pieces)


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_in_plain_words_says_them_and_its_cards_too(lang: Lang) -> None:
    pieces = {piece.words for piece in read(shown(open_page("compare", lang, plain=True)))}
    for row in KNOWLEDGE.rows:
        for option in OPTIONS:
            for one in row.cells[option]:
                claim = KNOWLEDGE.claims[one]
                assert claim.plain is not None, one
                assert " ".join(claim.plain[lang].split()) in pieces, one


@pytest.mark.parametrize("lang", LANGS)
def test_a_source_card_says_who_where_how_sure_who_disagrees_and_since_when(lang: Lang) -> None:
    t = Words(KNOWLEDGE, lang)
    pieces = [
        piece.words
        for piece in read(shown(open_page("compare", lang)))
        if piece.claims and piece.claims[-1] == "s1-duration-12-18-months"
    ]
    text = " | ".join(pieces)
    claim = KNOWLEDGE.claims["s1-duration-12-18-months"]
    assert " ".join(claim.statement[lang].split()) in text
    assert t("founding_text.2") in text
    assert t("locator.paragraph", number=claim.citations[0].paragraph or 0) in text
    assert t("certainty.not_graded") in text
    assert " ".join(t("source.disagrees").split()) in text
    assert t("source.checked", date=t.day(date.fromisoformat(claim.checked_on), "long")) in text
    assert " ".join(KNOWLEDGE.conflicts_of[claim.id][0].title[lang].split()) in text


def test_a_text_that_states_something_is_not_given_out_without_its_claims() -> None:
    t = Words(KNOWLEDGE, "en")
    with pytest.raises(ValueError, match="say it with its claims"):
        t("reason.minor")
    assert t.said("reason.minor") == KNOWLEDGE.texts("en")["reason.minor"]
