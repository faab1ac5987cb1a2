"""Names of sources in a few words."""

from __future__ import annotations

import pytest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.ui.parts import statements

KNOWLEDGE = load()


@pytest.mark.parametrize("lang", LANGS)
def test_the_short_name_of_a_source_can_stand_in_brackets(lang: Lang) -> None:
    t = Words(KNOWLEDGE, lang)
    names = {statements.who(KNOWLEDGE, t, claim) for claim in KNOWLEDGE.claims.values()}
    assert [name for name in names if set(name) & set("()")] == []
    assert all(name.strip() for name in names)


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_of_a_certainty_have_no_colon_of_their_own(lang: Lang) -> None:
    t = Words(KNOWLEDGE, lang)
    assert [one for one in KNOWLEDGE.claims.values() if ":" in statements.certainty_words(t, one)] == []


def test_clinic_texts_and_journals_keep_what_tells_them_apart() -> None:
    t = Words(KNOWLEDGE, "en")
    named = {
        citation.source: statements.who(KNOWLEDGE, t, claim)
        for claim in KNOWLEDGE.claims.values()
        if len(claim.citations) == 1
        for citation in claim.citations
    }
    founding = [name for name in named.values() if name.startswith("Text of a clinic")]
    assert sorted(founding) == [f"Text of a clinic, no.\N{NO-BREAK SPACE}{number}" for number in range(1, 6)]
    assert named["phillips-2017"] == "American Family Physician, 2017"
