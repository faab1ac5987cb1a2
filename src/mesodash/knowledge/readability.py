"""How hard our texts are to read: one named formula per language, on the texts as they are shown.

Flesch-Kincaid grade level (Kincaid et al. 1975) for English, first Wiener Sachtextformel (Bamberger and Vanecek 1984)
for German, both in school years; Kandel-Moles reading ease (1958) for French, where higher is easier. The figures of
different languages cannot be compared. English and French syllables come from the hyphenation patterns of pyphen.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mesodash.knowledge.records import Claim, Lang, Level, LevelKind

if TYPE_CHECKING:
    from pyphen import Pyphen

LIMITS: dict[str, dict[Lang, float]] = {
    "statement": {"en": 9, "de": 9, "fr": 60},
    "plain": {"en": 6, "de": 6, "fr": 70},
}
"""What the texts of one file may reach together: reading age 14 for a statement, 11 for its plain version."""

TABLET = ("tablet.", "ask_plain.", "hint_plain.", "said.flag.")
"""Beginnings of the keys of the texts that a patient reads alone; they are plain ones."""

_SINGLE = {"en": 5, "de": 5, "fr": -25}
"""How much harder than the limit a single text may be: the formulas are made for longer ones."""

_SHORT = 12
"""Texts with fewer words than this are measured with others only: one long word would decide."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_SENTENCE_END = re.compile(r"[.!?:;…]+(?:\s|$)")
_PATTERNS: dict[Lang, tuple[str, int, int]] = {"en": ("en_US", 2, 1), "fr": ("fr_FR", 1, 2)}
"""Hyphenation patterns with the fewest letters of a first and of a last part.

They are made for the ends of lines; with these lengths they count syllables best: in English within one per cent of a
pronouncing dictionary.
"""

_GERMAN_VOWEL = re.compile("aa|ee|oo|ie|ei|ai|ey|au|äu|eu|[aeiouyäöü]")
"""German spells its syllables: each vowel or double vowel is one. Its patterns would take a second to load."""


@functools.cache
def _hyphenation(lang: Lang) -> Pyphen:
    from pyphen import Pyphen

    patterns, left, right = _PATTERNS[lang]
    return Pyphen(lang=patterns, left=left, right=right)


@functools.lru_cache(maxsize=50_000)
def _syllables(word: str, lang: Lang) -> int:
    if lang == "de":
        return max(1, len(_GERMAN_VOWEL.findall(word)))
    return len(_hyphenation(lang).positions(word)) + 1


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas need to know of a text; the counts of several texts add up."""

    sentences: int = 0
    words: int = 0
    syllables: int = 0
    long: int = 0
    """Words of more than six letters."""
    many: int = 0
    """Words of three syllables or more."""
    single: int = 0
    """Words of one syllable."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sentences + other.sentences,
            self.words + other.words,
            self.syllables + other.syllables,
            self.long + other.long,
            self.many + other.many,
            self.single + other.single,
        )


def words(text: str) -> int:
    """Return the number of words, numbers not counted."""
    return len(_WORD.findall(text))


@functools.lru_cache(maxsize=10_000)
def count(text: str, lang: Lang) -> Counts:
    """Return the counts of one text; one without a full stop is one sentence."""
    # What a placeholder is called is read by nobody; a number will mostly stand there.
    text = _PLACEHOLDER.sub("1", text)
    found = [word.lower() for word in _WORD.findall(text)]
    syllables = [_syllables(word, lang) for word in found]
    return Counts(
        sentences=sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)),
        words=len(found),
        syllables=sum(syllables),
        long=sum(len(word) > 6 for word in found),
        many=sum(one >= 3 for one in syllables),
        single=sum(one == 1 for one in syllables),
    )


def level(texts: Iterable[str], lang: Lang) -> float:
    """Return the measure of some texts together: school years in English and German, 0 to 100 in French.

    Raises:
        ValueError: there is no word in them.
    """
    total = sum((count(text, lang) for text in texts), Counts())
    if not total.words:
        raise ValueError("there is no word to measure")
    length = total.words / total.sentences
    if lang == "en":
        return 0.39 * length + 11.8 * total.syllables / total.words - 15.59
    if lang == "fr":
        return 207 - 1.015 * length - 73.6 * total.syllables / total.words
    many, single, long = (100 * one / total.words for one in (total.many, total.single, total.long))
    return 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * single - 0.875


def too_hard(texts: Sequence[str], kind: str, lang: Lang) -> bool:
    """True if texts of `kind` ("statement" or "plain") are together harder to read than allowed.

    One text alone may be harder than several together, and is not measured if it has only a few words.
    """
    alone = len(texts) == 1
    if alone and words(texts[0]) < _SHORT:
        return False
    measured = level(texts, lang)
    limit = LIMITS[kind][lang] + (_SINGLE[lang] if alone else 0)
    return measured < limit if lang == "fr" else measured > limit


def levels(claims: Iterable[Claim], texts: Mapping[Lang, Mapping[str, str]]) -> list[Level]:
    """Return how hard the statements, their plain versions, the tablet and the rest of the interface are to read."""
    claims = tuple(claims)
    found = []
    for lang, interface in texts.items():
        kinds: dict[LevelKind, list[str]] = {
            "statement": [claim.statement[lang] for claim in claims if claim.usable],
            "plain": [claim.plain[lang] for claim in claims if claim.plain],
            "tablet": [text for key, text in interface.items() if key.startswith(TABLET)],
            "interface": [text for key, text in interface.items() if not key.startswith(TABLET)],
        }
        for kind, listed in kinds.items():
            total = sum(words(text) for text in listed)
            if total:
                measure = Decimal(str(round(level(listed, lang), 1)))
                found.append(Level(kind=kind, lang=lang, texts=len(listed), words=total, measure=measure))
    return found
