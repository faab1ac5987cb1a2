"""How hard our texts are to read: one named formula per language, on the texts as they are shown.

Flesch-Kincaid grade level (Kincaid et al. 1975) for English, first Wiener Sachtextformel (Bamberger and Vanecek 1984)
for German, both in school years; Kandel-Moles reading ease (1958) for French, where higher is easier. The figures of
different languages cannot be compared. Syllables come from the hyphenation patterns of pyphen.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from mesodash.knowledge.records import Claim, Lang, Level, LevelKind

if TYPE_CHECKING:
    from pyphen import Pyphen

FORMULAS: dict[Lang, str] = {"en": "flesch_kincaid", "de": "wiener_sachtextformel", "fr": "kandel_moles"}

LIMITS: dict[str, dict[Lang, float]] = {
    "statement": {"en": 9, "de": 9, "fr": 60},
    "plain": {"en": 6, "de": 6, "fr": 70},
}
"""What the texts of one file may reach together: reading age 14 for a statement, 11 for its plain version."""

_SINGLE = {"en": 5, "de": 5, "fr": -25}
"""How much harder than the limit a single text may be: the formulas are made for longer ones."""

_SHORT = 12
"""Texts with fewer words than this are measured with others only: one long word would decide."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;…]+(?:\s|$)")
_PATTERNS: dict[Lang, tuple[str, int, int]] = {"en": ("en_US", 2, 1), "de": ("de_DE", 1, 2), "fr": ("fr_FR", 1, 2)}
"""Hyphenation patterns with the fewest letters of a first and of a last part.

They are made for the ends of lines; with these lengths they count syllables best: in English within one per cent of a
pronouncing dictionary, in German with "A-bend" but without "un-d".
"""


@functools.cache
def _hyphenation(lang: Lang) -> Pyphen:
    from pyphen import Pyphen

    patterns, left, right = _PATTERNS[lang]
    return Pyphen(lang=patterns, left=left, right=right)


@functools.lru_cache(maxsize=50_000)
def _syllables(word: str, lang: Lang) -> int:
    return len(_hyphenation(lang).positions(word)) + 1


def joined(texts: Iterable[str]) -> str:
    """Return `texts` as one, each ending with its sentence."""
    return " ".join(text if text.rstrip()[-1:] in ".!?:…" else f"{text}." for text in texts)


def words(text: str) -> int:
    """Return the number of words, numbers not counted."""
    return len(_WORD.findall(text))


def level(text: str, lang: Lang) -> float:
    """Return the measure of the language's formula: school years in English and German, 0 to 100 in French.

    Raises:
        ValueError: there is no word in `text`.
    """
    found = [word.lower() for word in _WORD.findall(text)]
    if not found:
        raise ValueError("there is no word to measure")
    count = len(found)
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    syllables = [_syllables(word, lang) for word in found]
    if lang == "en":
        return 0.39 * count / sentences + 11.8 * sum(syllables) / count - 15.59
    if lang == "fr":
        return 207 - 1.015 * count / sentences - 73.6 * sum(syllables) / count
    many = 100 * sum(one >= 3 for one in syllables) / count
    single = 100 * sum(one == 1 for one in syllables) / count
    long = 100 * sum(len(word) > 6 for word in found) / count
    return 0.1935 * many + 0.1672 * count / sentences + 0.1297 * long - 0.0327 * single - 0.875


def too_hard(text: str, kind: str, lang: Lang, *, single: bool = False) -> bool:
    """True if `text` of `kind` ("statement" or "plain") is harder to read than allowed.

    Args:
        single: It is one statement, not the statements of a file together.
    """
    if single and words(text) < _SHORT:
        return False
    measured = level(text, lang)
    limit = LIMITS[kind][lang] + (_SINGLE[lang] if single else 0)
    return measured < limit if lang == "fr" else measured > limit


def levels(claims: Iterable[Claim], texts: Mapping[Lang, Mapping[str, str]]) -> list[Level]:
    """Return how hard the statements, their plain versions and the texts of the interface are, per language."""
    claims = tuple(claims)
    found = []
    for lang, interface in texts.items():
        kinds: dict[LevelKind, list[str]] = {
            "statement": [claim.statement[lang] for claim in claims if claim.usable],
            "plain": [claim.plain[lang] for claim in claims if claim.plain],
            "interface": list(interface.values()),
        }
        for kind, listed in kinds.items():
            whole = joined(listed)
            if words(whole):
                measure = Decimal(str(round(level(whole, lang), 1)))
                found.append(Level(kind=kind, lang=lang, texts=len(listed), words=words(whole), measure=measure))
    return found
