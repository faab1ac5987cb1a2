"""All statements as evidence: finding some of them, who speaks about what, and what studies say beside a clinic."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, get_args

from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import THEMES, Certainty, Claim, Conflict, OptionId, Theme, Topic

General = Literal["general"]
GENERAL: General = "general"
"""Stands for the options of a statement about hair loss in general, which names none."""

Voice = Literal["clinic_text", "study", "authority", "practice", "price", "own"]
VOICES: tuple[Voice, ...] = get_args(Voice)
"""Who speaks: a founding text, a study or medical text, an authority, another clinic, a price list, we ourselves."""

Gathered = Literal["studies", "web", "own"]
GATHERED: tuple[Gathered, ...] = get_args(Gathered)
"""The columns of the picture beside one for each founding text."""

PAGE = 20
"""Entries of a list that are drawn at once."""

THEMES_OF: dict[Topic, tuple[Theme, ...]] = {
    "adverse_event": ("harms",),
    "adverse_event_serious": ("harms",),
    "aftercare": ("aftercare",),
    "anaesthesia": ("pain",),
    "anaesthesia_pain": ("pain",),
    "candidate": ("who_may",),
    "cause": ("causes",),
    "caution": ("who_must_not",),
    "certainty": ("does_it_work",),
    "comparison": ("does_it_work",),
    "contraindication": ("who_must_not",),
    "cost": ("cost",),
    "definition": ("what_it_is",),
    "downtime": ("aftercare",),
    "duration": ("duration",),
    "effect": ("does_it_work",),
    "efficacy": ("does_it_work",),
    "full_result": ("onset",),
    "graft_survival": ("does_it_work",),
    "grafts_needed": ("technique",),
    "indication": ("who_may",),
    "ingredient": ("substances",),
    "interval": ("course",),
    "lab_test": ("tests",),
    "living": ("does_it_work",),
    "maintenance": ("maintenance",),
    "mechanism": ("how_it_works",),
    "natural_history": ("causes",),
    "onset": ("onset",),
    "pain": ("pain",),
    "price": ("cost",),
    "red_flag": ("tests",),
    "regulation": ("setting",),
    "schedule": ("course", "maintenance", "duration"),
    "sessions": ("course",),
    "setting": ("setting",),
    "side_effect": ("harms",),
    "technique": ("technique",),
    "time_course": ("duration", "onset"),
    "workup": ("tests",),
}
"""Under which theme a topic is found. Where there are several, the first one that the conflicts of a statement are
about, else the first."""

_AUTHORITY = ("regulator", "label")
_LOOK_ALIKES = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "œ": "oe",
        "æ": "ae",
    }
)

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader looks for. An empty group lets everything through; within a group one hit is enough."""

    words: tuple[str, ...] = ()
    options: tuple[OptionId | General, ...] = ()
    themes: tuple[Theme, ...] = ()
    certainties: tuple[Certainty, ...] = ()
    voices: tuple[Voice, ...] = ()
    source: str | None = None
    in_conflict: bool = False
    unusable: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """A part of a list. `first` and `last` count from 1; both are 0 for an empty list. `number` counts from 0."""

    items: tuple[_Item, ...]
    number: int
    count: int
    first: int
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. `own` statements have no source; `sources` leaves our own judgement out."""

    statements: int
    sourced: int
    own: int
    sources: int
    conflicts: int
    unusable: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many usable statements somebody makes about a theme, and how many of them are a side of a conflict."""

    statements: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A statement of a founding text with what other texts say about it, as claim ids."""

    claim: str
    agrees: tuple[str, ...] = field(default=())
    limits: tuple[str, ...] = field(default=())
    opposes: tuple[str, ...] = field(default=())


def voice(claim: Claim) -> Voice:
    """Return who speaks. An authority is a study or medical text that was read in an authority's own words."""
    match claim.kind:
        case "clinic_statement":
            return "clinic_text"
        case "evidence" | "consensus" | "survey":
            return "authority" if all(one.read_as in _AUTHORITY for one in claim.citations) else "study"
        case "clinic_practice":
            return "practice"
        case "price" | "consumer_estimate":
            return "price"
        case "estimate" | "judgement" | "synthesis" | "precaution":
            return "own"


def options_of(claim: Claim) -> tuple[OptionId | General, ...]:
    """Return what a statement is about: options, or hair loss in general."""
    return claim.options or (GENERAL,)


def theme(knowledge: KnowledgeBase, claim: Claim) -> Theme:
    """Return the theme under which a statement is found."""
    possible = THEMES_OF[claim.topic]
    disputed = {conflict.theme for conflict in knowledge.conflicts_of.get(claim.id, ())}
    return next((one for one in possible if one in disputed), possible[0])


@functools.lru_cache(maxsize=4)
def themes(knowledge: KnowledgeBase) -> dict[str, Theme]:
    """Return claim id to theme. The dictionary is shared: do not change it."""
    return {claim.id: theme(knowledge, claim) for claim in knowledge.claims.values()}


@functools.lru_cache(maxsize=4)
def in_order(knowledge: KnowledgeBase) -> tuple[Claim, ...]:
    """Return all claims in the order of their themes."""
    found = themes(knowledge)
    return tuple(sorted(knowledge.claims.values(), key=lambda claim: THEMES.index(found[claim.id])))


def counts(knowledge: KnowledgeBase) -> Counts:
    own = sum(voice(claim) == "own" for claim in knowledge.claims.values())
    return Counts(
        statements=len(knowledge.claims),
        sourced=len(knowledge.claims) - own,
        own=own,
        sources=sum(source.kind != "own_judgement" for source in knowledge.sources.values()),
        conflicts=len(knowledge.conflicts),
        unusable=len(unusable(knowledge)),
    )


def unusable(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return the statements that feed nothing."""
    return tuple(claim.id for claim in in_order(knowledge) if not claim.usable)


def sources_used(knowledge: KnowledgeBase) -> dict[str, int]:
    """Return the sources that statements rest on, each with the number of statements."""
    found: dict[str, int] = {}
    for claim in knowledge.claims.values():
        for source in {citation.source for citation in claim.citations}:
            found[source] = found.get(source, 0) + 1
    return found


# Searching


def plainly(text: str) -> str:
    """Return `text` as it is compared: without case and accents, one blank between words, plain signs."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LOOK_ALIKES))
    return " ".join("".join(one for one in parts if not unicodedata.combining(one)).split())


def words(typed: str) -> tuple[str, ...]:
    """Return the words to look for in what somebody typed."""
    return tuple(dict.fromkeys(plainly(typed).split()))


def haystack(texts: Iterable[str]) -> str:
    """Return the texts of one statement as one string to look for words in. No word runs over two of them."""
    return "\n".join(plainly(text) for text in texts)


def matching(knowledge: KnowledgeBase, wanted: Filters, haystacks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the claims that fit, in the order of their themes.

    Args:
        haystacks: Claim id to `haystack` of its texts in the reader's language; only read where words are wanted.
    """
    found = themes(knowledge)
    return tuple(
        claim.id
        for claim in in_order(knowledge)
        if (not wanted.unusable or not claim.usable)
        and (not wanted.in_conflict or claim.id in knowledge.conflicts_of)
        and (not wanted.themes or found[claim.id] in wanted.themes)
        and (not wanted.options or any(one in wanted.options for one in options_of(claim)))
        and (not wanted.certainties or claim.certainty in wanted.certainties)
        and (not wanted.voices or voice(claim) in wanted.voices)
        and (wanted.source is None or any(one.source == wanted.source for one in claim.citations))
        and all(word in haystacks[claim.id] for word in wanted.words)
    )


def page_of(items: Sequence[_Item], number: int, size: int = PAGE) -> Page[_Item]:
    """Return one page of a list; a number beyond its ends gives the nearest page there is."""
    count = max(1, -(-len(items) // size))
    number = min(max(number, 0), count - 1)
    shown = tuple(items[number * size : (number + 1) * size])
    first = number * size + 1 if shown else 0
    return Page(shown, number, count, first, number * size + len(shown), len(items))


def conflicts_about(knowledge: KnowledgeBase, chosen: Sequence[Theme] = ()) -> tuple[Conflict, ...]:
    """Return the conflicts about some themes, or all, in the order of their themes."""
    kept = (one for one in knowledge.conflicts if not chosen or one.theme in chosen)
    return tuple(sorted(kept, key=lambda one: THEMES.index(one.theme)))


# The picture


def columns(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return the columns of the picture: the founding texts by their source ids, then `GATHERED`."""
    founding = [source.id for source in knowledge.sources.values() if source.kind == "founding_text"]
    return (*founding, *GATHERED)


def _columns_of(claim: Claim) -> tuple[str, ...]:
    match voice(claim):
        case "clinic_text":
            return tuple(dict.fromkeys(citation.source for citation in claim.citations))
        case "study" | "authority":
            return ("studies",)
        case "practice" | "price":
            return ("web",)
        case "own":
            return ("own",)


@functools.lru_cache(maxsize=4 * 9)
def picture(knowledge: KnowledgeBase, option: OptionId | General | None = None) -> dict[tuple[Theme, str], Cell]:
    """Return who says how much about what: theme and column to the count of usable statements.

    A cell without a statement is absent. The dictionary is shared: do not change it.

    Args:
        option: Count statements about this option alone; None: all statements.
    """
    found: dict[tuple[Theme, str], Cell] = {}
    for claim in in_order(knowledge):
        if not claim.usable or (option is not None and option not in options_of(claim)):
            continue
        for column in _columns_of(claim):
            place = themes(knowledge)[claim.id], column
            before = found.get(place, Cell(0, 0))
            disputed = before.disputed + (claim.id in knowledge.conflicts_of)
            found[place] = Cell(before.statements + 1, disputed)
    return found


# Founding texts beside other texts


@functools.lru_cache(maxsize=4)
def _all_beside(knowledge: KnowledgeBase) -> tuple[Beside, ...]:
    every = (
        Beside(claim.id, claim.supported_by, claim.qualified_by, claim.contradicted_by)
        for claim in in_order(knowledge)
        if voice(claim) == "clinic_text"
    )
    return tuple(one for one in every if one.agrees or one.limits or one.opposes)


def beside(knowledge: KnowledgeBase, chosen: Sequence[Theme] = ()) -> tuple[Beside, ...]:
    """Return the founding texts' statements that others agree with, limit or contradict, about some themes or all."""
    found = themes(knowledge)
    return tuple(one for one in _all_beside(knowledge) if not chosen or found[one.claim] in chosen)
