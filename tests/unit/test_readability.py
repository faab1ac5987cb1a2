"""Reading levels: the named formulas, and what they call too hard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.knowledge import readability
from mesodash.knowledge.records import LANGS, Lang

EASY = {
    "en": "The cat sat on the mat. The dog ran to the door.",
    "de": "Der Hund lief zum Tor. Die Katze lag am Herd.",
    "fr": "Le chat dort sur le lit. Le chien court au bout du champ.",
}
HARD = {
    "en": "Intradermal administration of pharmaceutical preparations necessitates comprehensive evaluation.",
    "de": "Die intradermale Verabreichung pharmazeutischer Zubereitungen erfordert umfassende Untersuchungen.",
    "fr": "L'administration intradermique de préparations pharmaceutiques nécessite une évaluation interdisciplinaire.",
}


def test_the_english_measure_is_the_flesch_kincaid_grade_level() -> None:
    assert readability.level(["The cat sat."], "en") == pytest.approx(0.39 * 3 + 11.8 - 15.59)


def test_the_german_measure_is_the_first_wiener_sachtextformel() -> None:
    # "Kopfhaut heilt wieder gut": 4 words of 2, 1, 2, 1 syllables, one of them with more than six letters.
    expected = 0.1935 * 0 + 0.1672 * 4 + 0.1297 * 25 - 0.0327 * 50 - 0.875
    assert readability.level(["Kopfhaut heilt wieder gut."], "de") == pytest.approx(expected)


def test_the_french_measure_is_that_of_kandel_and_moles() -> None:
    assert readability.level(["Le chat dort."], "fr") == pytest.approx(207 - 1.015 * 3 - 73.6)


@pytest.mark.parametrize("lang", LANGS)
def test_a_plain_sentence_measures_easier_than_a_learned_one(lang: Lang) -> None:
    easy, hard = readability.level([EASY[lang]], lang), readability.level([HARD[lang]], lang)
    assert (easy > hard) if lang == "fr" else (easy < hard)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", ["statement", "plain"])
def test_only_the_learned_sentence_is_too_hard(kind: str, lang: Lang) -> None:
    assert not readability.too_hard([EASY[lang]] * 2, kind, lang)
    assert readability.too_hard([HARD[lang]] * 2, kind, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_a_few_words_are_not_measured_alone(lang: Lang) -> None:
    short = " ".join(HARD[lang].split()[:5])
    assert not readability.too_hard([short], "plain", lang)
    assert readability.too_hard([short, short], "plain", lang)


@pytest.mark.parametrize("lang", LANGS)
def test_a_text_without_words_has_no_level(lang: Lang) -> None:
    with pytest.raises(ValueError, match="no word"):
        readability.level(["12, 14."], lang)


@given(lang=some.sampled_from(LANGS), times=some.integers(1, 5))
def test_saying_it_again_makes_it_no_harder(lang: Lang, times: int) -> None:
    once = readability.level([EASY[lang]], lang)
    assert readability.level([EASY[lang]] * times, lang) == pytest.approx(once)


def test_labels_count_as_sentences_of_their_own() -> None:
    both = readability.count("Pain", "en") + readability.count("How sure?", "en")
    assert (both.sentences, both.words) == (2, 3)


def test_the_name_of_a_placeholder_is_no_word() -> None:
    assert readability.count("For {minutes_of_your_appointment} minutes.", "en") == readability.count(
        "For 30 minutes.", "en"
    )
