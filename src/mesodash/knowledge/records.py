"""The records of the knowledge base.

Plain frozen dataclasses: pydantic validates the files against them (`reader`), while a command that only needs a few
records starts without importing pydantic. Fields that several files share are explained once, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, get_args

from annotated_types import Ge, Gt, Le, MinLen

Lang = Literal["en", "de", "fr"]
LANGS: tuple[Lang, ...] = get_args(Lang)

OptionId = Literal[
    "mesotherapy",
    "prp",
    "transplant",
    "no_treatment",
    "minoxidil_topical",
    "finasteride_oral",
    "microneedling",
]
OPTIONS: tuple[OptionId, ...] = ("mesotherapy", "prp", "transplant", "no_treatment")
CONTEXT_OPTIONS: tuple[OptionId, ...] = ("minoxidil_topical", "finasteride_oral", "microneedling")
ALL_OPTIONS: tuple[OptionId, ...] = OPTIONS + CONTEXT_OPTIONS

RuleOutcome = Literal["listed_exclusion", "see_doctor_first", "wait", "needs_check"]
Outcome = Literal[
    "listed_exclusion", "see_doctor_first", "wait", "cannot_tell_yet", "needs_check", "no_listed_exclusion"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Strictest first; the first that holds is the outcome of an option."""

Certainty = Literal["high", "moderate", "low", "very_low", "not_graded"]
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)

Text = Annotated[str, MinLen(1)]
Positive = Annotated[int, Ge(1)]
NotNegative = Annotated[int, Ge(0)]
Texts = dict[Lang, Text]

_STRICT: dict[str, object] = {"extra": "forbid", "str_strip_whitespace": True}


def _all_languages(texts: Texts, field: str) -> None:
    missing = [lang for lang in LANGS if lang not in texts]
    if missing:
        raise ValueError(f"{field} lacks {', '.join(missing)}; add the text in every language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What this edition of the knowledge base is: `version` is the month it was last reviewed as a whole."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    version: Text
    date: Text
    review_due: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """What the clinic that runs mesodash states about itself, in its own words; None: not stated."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    funding: Text | None = None
    authors: Text | None = None
    credentials: Text | None = None
    interests: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that claims rest on. `year` is None where the source gives none."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    kind: Literal["founding_text", "publication", "own_judgement"]
    title: Text
    authors: Text | None = None
    site: Text | None = None
    year: int | None = None
    language: Lang | None = None
    doi: Text | None = None
    pmid: Text | None = None
    url: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where in a source a claim stands, and how that source was read."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    source: Text
    paragraph: Positive | None = None
    read_as: Literal[
        "whole_text",
        "primary",
        "abstract",
        "reproduction",
        "label",
        "regulator",
        "clinic",
        "consumer",
        "secondary",
        "none",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number with its unit. `low` and `high` are the ends a source gives, `typical` a single figure."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    unit: Text
    low: Decimal | None = None
    high: Decimal | None = None
    typical: Decimal | None = None
    details: dict[str, Decimal] | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high}); swap them")


ClaimKind = Literal[
    "clinic_statement",
    "evidence",
    "consensus",
    "clinic_practice",
    "price",
    "estimate",
    "consumer_estimate",
    "survey",
    "judgement",
    "synthesis",
    "precaution",
]

Topic = Literal[
    "adverse_event",
    "adverse_event_serious",
    "aftercare",
    "anaesthesia",
    "anaesthesia_pain",
    "candidate",
    "cause",
    "caution",
    "certainty",
    "comparison",
    "contraindication",
    "cost",
    "definition",
    "downtime",
    "duration",
    "effect",
    "efficacy",
    "full_result",
    "graft_survival",
    "grafts_needed",
    "indication",
    "ingredient",
    "interval",
    "lab_test",
    "living",
    "maintenance",
    "mechanism",
    "natural_history",
    "onset",
    "pain",
    "price",
    "red_flag",
    "regulation",
    "schedule",
    "sessions",
    "setting",
    "side_effect",
    "technique",
    "time_course",
    "workup",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of one source, in our own words.

    `options` is empty for statements about hair loss in general. `quality` judges statements of the founding texts.
    `verified` is False for second-hand figures and for our own judgement; `usable` False:
    shown as evidence, feeds nothing, and `unusable_because` says why.
    `plain` says the same in the words of the lower reading level, for a patient alone.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    topic: Topic
    options: tuple[OptionId, ...]
    kind: ClaimKind
    statement: Texts
    plain: Texts | None = None
    certainty: Certainty
    verified: bool
    usable: bool = True
    unusable_because: Texts | None = None
    quality: Literal["plausible", "marketing", "garbled", "contradicted"] | None = None
    value: Amount | None = None
    citations: Annotated[tuple[Citation, ...], MinLen(1)]
    conflicts_with: tuple[Text, ...] = ()
    supported_by: tuple[Text, ...] = ()
    contradicted_by: tuple[Text, ...] = ()
    qualified_by: tuple[Text, ...] = ()
    based_on: tuple[Text, ...] = ()
    checked_on: Text

    def __post_init__(self) -> None:
        _all_languages(self.statement, "statement")
        for field, texts in (("plain", self.plain), ("unusable_because", self.unusable_because)):
            if texts is not None:
                _all_languages(texts, field)
        if self.usable != (self.unusable_because is None):
            raise ValueError("usable: false and unusable_because come together; give both or none")
        if self.usable and self.quality == "garbled":
            raise ValueError("a garbled statement feeds nothing; set usable: false")
        if self.verified and self.kind in ("estimate", "judgement", "precaution"):
            raise ValueError(f"a claim of kind {self.kind} has no source that could verify it; set verified: false")


Theme = Literal[
    "what_it_is",
    "how_it_works",
    "does_it_work",
    "who_may",
    "who_must_not",
    "tests",
    "substances",
    "technique",
    "pain",
    "course",
    "onset",
    "duration",
    "maintenance",
    "aftercare",
    "harms",
    "setting",
    "causes",
    "cost",
]
THEMES: tuple[Theme, ...] = get_args(Theme)
"""What sources disagree about, in the order in which a reader meets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict: what it says, and the claims that say it."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    says: Texts
    claims: Annotated[tuple[Text, ...], MinLen(1)]

    def __post_init__(self) -> None:
        _all_languages(self.says, "says")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A disagreement between sources, as content.

    `means`: for the person. `done`: what mesodash does with it; `handling` is its kind: both ends make a range, the
    stricter side is followed, or both are shown and nothing is computed.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    theme: Theme
    title: Texts
    sides: tuple[Side, ...]
    means: Texts
    handling: Literal["range", "stricter", "shown"]
    done: Texts

    def __post_init__(self) -> None:
        for field, texts in (("title", self.title), ("means", self.means), ("done", self.done)):
            _all_languages(texts, field)
        if len(self.sides) < 2:
            raise ValueError("a conflict has two sides at least; add one or remove the conflict")
        claims = [claim for side in self.sides for claim in side.claims]
        for claim in claims:
            if claims.count(claim) > 1:
                raise ValueError(f"'{claim}' stands more than once; a claim is on one side")

    def parts(self, one: str, other: str) -> bool:
        """True if the two claims stand on different sides."""
        places = [{place for place, side in enumerate(self.sides) if claim in side.claims} for claim in (one, other)]
        return all(places) and places[0] != places[1]


ChangeKind = Literal["added", "tightened", "loosened", "reworded", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the log of the rules: what a rule became with a content version, and why.

    `fingerprint` is that of the rule after the change (`upkeep.fingerprint`); `then` and `options` are repeated so that
    a loosened rule is seen without its former text.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    rule: Text
    version: Text
    date: Text
    kind: ChangeKind
    then: RuleOutcome
    options: Annotated[tuple[OptionId, ...], MinLen(1)]
    fingerprint: Text
    why: Texts

    def __post_init__(self) -> None:
        _all_languages(self.why, "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class AidItem:
    """One item of the decision-aid standard (IPDASi v4.0) and whether mesodash meets it.

    `where` says where to see it or what is missing; `page` is the page to see it on.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    group: Literal["qualifying", "certifying", "quality"]
    status: Literal["software", "content", "slot", "open", "process", "tests"]
    item: Texts
    where: Texts | None = None
    page: Text | None = None

    def __post_init__(self) -> None:
        _all_languages(self.item, "item")
        if self.where is not None:
            _all_languages(self.where, "where")
        if (self.status == "tests") != (self.where is None):
            raise ValueError("where belongs to every item but those for tests only")


Op = Literal["eq", "one_of", "lt", "le", "gt", "ge", "has", "empty", "all", "any", "not", "surely"]
_COMPARISONS = ("eq", "one_of", "lt", "le", "gt", "ge", "has", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A test of answers with three results, as data.

    eq, lt, le, gt, ge, has: `question` against `value`; one_of: against `values`; empty: a list question was answered
    "none of these". all, any, not: over `of`. surely: YES where its one part is YES and NO otherwise, so an unknown
    answer does not fulfil it; it spells "without a diagnosis" and "unless ... is no".
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    op: Op
    question: Text | None = None
    value: Text | int | None = None
    values: tuple[Text, ...] = ()
    of: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if self.op in _COMPARISONS:
            if self.question is None or self.of:
                raise ValueError(f"{self.op} compares one question; give question and no of")
            wants_value = self.op not in ("one_of", "empty")
            if wants_value != (self.value is not None) or (self.op == "one_of") != bool(self.values):
                raise ValueError(
                    f"{self.op} has the wrong operand; one_of takes values, empty nothing, the others value"
                )
            if self.op in ("lt", "le", "gt", "ge") and not isinstance(self.value, int):
                raise ValueError(f"{self.op} compares whole numbers; {self.value!r} is none")
        else:
            if self.question is not None or self.value is not None or self.values:
                raise ValueError(f"{self.op} combines conditions; give of alone")
            if not self.of or (self.op in ("not", "surely") and len(self.of) != 1):
                raise ValueError(f"{self.op} has the wrong number of parts in of")

    def walk(self) -> Iterator[Condition]:
        """Yield the condition and all its parts, from the outside in."""
        yield self
        for part in self.of:
            yield from part.walk()

    def questions(self) -> tuple[str, ...]:
        """Return the ids of the questions that the condition names, each once, in order."""
        return tuple(dict.fromkeys(part.question for part in self.walk() if part.question is not None))


Section = Literal["you", "hair", "scalp", "health", "triggers", "goals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `asked_when` None means always; `mode` together means: not asked on a tablet, unknown there. `fixed`: nobody can
    change what was answered, such as an age.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    section: Section
    type: Literal["integer", "one", "multi", "yes_no"]
    values: tuple[Text, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    asked_when: Condition | None = None
    mode: Literal["always", "together"] = "always"
    fixed: bool = False

    def __post_init__(self) -> None:
        if self.type == "yes_no" and not self.values:
            object.__setattr__(self, "values", ("yes", "no"))
        elif (self.type in ("one", "multi")) != bool(self.values) and self.values != ("yes", "no"):
            raise ValueError("questions of type one and multi list their values, the others have none")
        if (self.type == "integer") != (self.minimum is not None and self.maximum is not None):
            raise ValueError("integer questions state minimum and maximum, the others have neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen of the tablet with its questions, in the order in which they stand there."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    questions: Annotated[tuple[Text, ...], MinLen(1)]


def asked_by(condition: Condition, questions: Mapping[str, Question]) -> frozenset[str]:
    """Return the known questions that a condition names and those that decide, at any remove, if they are asked."""
    found: set[str] = set()
    ahead = list(condition.questions())
    while ahead:
        name = ahead.pop()
        if name in questions and name not in found:
            found.add(name)
            gate = questions[name].asked_when
            ahead += gate.questions() if gate else ()
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A listed reason. `text` and `until` are text keys.

    `unknown_as` needs_check: while the answer is unknown the rule counts as something to settle, not as "could still
    lead to" its own outcome (contract: menstruation on the day, donor hair).
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    options: Annotated[tuple[OptionId, ...], MinLen(1)]
    when: Condition
    then: RuleOutcome
    text: Text
    until: Text | None = None
    sources: Annotated[tuple[Text, ...], MinLen(1)]
    unknown_as: Literal["needs_check"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the rules must hold at least: with these answers, each option has a reason that is as strict or stricter.

    `red_flag` True: the answers also raise a red flag.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    options: Annotated[tuple[OptionId, ...], MinLen(1)]
    answers: dict[Text, int | Text | tuple[Text, ...]]
    at_least: RuleOutcome
    red_flag: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consideration:
    """A sourced thought for or against an option that never changes an outcome."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    options: Annotated[tuple[OptionId, ...], MinLen(1)]
    when: Condition
    direction: Literal["for", "against", "note"]
    text: Text
    sources: Annotated[tuple[Text, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """A question to take to the talk; `to_ask.` and its id is its text.

    Without `when` and `option` it is always asked; otherwise where the condition is true of the answers, or where
    somebody leans to the option or has a plan for it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    when: Condition | None = None
    option: OptionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A whole number that a source gives as a range; `default` is used when the reader says nothing."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    low: Positive
    high: Positive
    default: Positive | None = None

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high}); swap them")
        if self.default is not None and not self.low <= self.default <= self.high:
            raise ValueError(f"default ({self.default}) lies outside {self.low} to {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A point of the course a source dates.

    Counted from `start`, from the placed date of the last course session (`course_end`) or on the placed dates of two
    course sessions (`sessions`, then `earliest` and `latest` are session numbers). `unit` is week, month or session.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    name: Literal[
        "first_visible_result",
        "course_end",
        "effect_fades",
        "loss_again",
        "review",
        "shedding",
        "first_growth",
        "clearly_visible",
        "full_result",
        "full_judged",
    ]
    counted_from: Literal["start", "course_end", "sessions"]
    earliest: NotNegative
    latest: NotNegative
    unit: Literal["week", "month", "session"]
    sources: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """A point of the course that no source dates; `sources` bear on it all the same."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    name: Literal["full_effect", "fading", "fading_without_maintenance"]
    sources: Annotated[tuple[Text, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterOption:
    """The claims that bear on beginning a course after another option."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    option: OptionId
    sources: Annotated[tuple[Text, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A way to space sessions that a source describes.

    `within_stated` True: overrides must stay inside the stated ranges (otherwise 1..60 sessions, 1..365 days apply).
    `maintenance_months` None with `takes_maintenance` True means: none unless asked for.
    `maintenance_latest_months` is the other end where a source gives a span. `maintenance_tapers`: the source has that
    interval at first only, and sessions as needed later. `if_missed` holds the claims that bear on
    a maintenance session that did not take place. `shown` holds milestones that the page shows beside the others; what
    the command answers is fixed. `after` holds the claims that bear on beginning this protocol after another option.
    `also` holds further claims that give one of its figures; the page names them all. `booster` holds the claims whose
    course goes on with a session that this plan does not have; the page says so.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    option: OptionId
    sessions: Span
    interval_days: Span | None
    within_stated: bool = False
    takes_maintenance: bool = True
    maintenance_months: Positive | None = None
    maintenance_latest_months: Positive | None = None
    maintenance_tapers: bool = False
    milestones: tuple[Milestone, ...] = ()
    shown: tuple[Milestone, ...] = ()
    undated: tuple[Undated, ...] = ()
    after: tuple[AfterOption, ...] = ()
    if_missed: tuple[Text, ...] = ()
    also: tuple[Text, ...] = ()
    booster: tuple[Text, ...] = ()
    sources: tuple[Text, ...]

    def claims(self) -> tuple[str, ...]:
        """Return every claim that stands beside this protocol on a page, each once."""
        dated = (one for part in (*self.milestones, *self.shown) for one in part.sources)
        undated = (one for part in self.undated for one in part.sources)
        after = (one for part in self.after for one in part.sources)
        said = (*self.sources, *self.also, *self.booster, *self.if_missed)
        return tuple(dict.fromkeys((*said, *dated, *undated, *after)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareRule:
    """Something not to do after a session. The session's day is day 0; both ends are None where none is given.

    `days_off` is the time to recover, off work or out of company; its figures are those of the criterion `DAYS_OFF`.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Literal["no_washing", "no_direct_sun", "no_swimming_sauna", "no_massage", "no_alcohol", "days_off"]
    option: OptionId
    least_days: NotNegative | None = None
    most_days: NotNegative | None = None
    sources: Annotated[tuple[Text, ...], MinLen(1)]
    less_strict: tuple[Text, ...] = ()

    @property
    def maybe_none(self) -> bool:
        """True if the mildest reading asks for no day at all, not even the session's own."""
        return self.id == "days_off" and self.least_days == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalCells:
    """What a row of the comparison says besides, and first, to a person of whom `when` is true."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    when: Condition
    cells: dict[OptionId, tuple[Text, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One row of the comparison; a cell is the claims that say it. An empty cell means that no source was found.

    `matters_when`: the row concerns this person's answers; `because` is the text key that says more than those answers.
    `also`: what it says to some of these people alone.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    cells: dict[OptionId, tuple[Text, ...]]
    matters_when: Condition | None = None
    because: Text | None = None
    also: tuple[PersonalCells, ...] = ()

    def claims(self) -> Iterator[str]:
        """Yield every claim that the row shows to anybody."""
        for cells in (self.cells, *(personal.cells for personal in self.also)):
            for cell in cells.values():
                yield from cell


EffectPart = Literal["visible", "full", "lasts"]
EFFECT_PARTS: tuple[EffectPart, ...] = get_args(EffectPart)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpan:
    """When an option is said to show a result and how long it lasts, in months, for the chart of Compare.

    `visible` counts from the first session (transplant: the operation), `full` likewise, `lasts` from the end of the
    course. An end of None is not known. `named`: what a part is called where it is no result of its own, such as the
    day on which trials first looked; the end of a text key.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    option: OptionId
    visible: tuple[Decimal | None, Decimal | None]
    full: tuple[Decimal | None, Decimal | None]
    lasts: tuple[Decimal | None, Decimal | None]
    sources: dict[EffectPart, tuple[Text, ...]]
    named: dict[EffectPart, Text] | None = None

    def ends(self, part: EffectPart) -> tuple[Decimal | None, Decimal | None]:
        """Return the two ends of one part."""
        return {"visible": self.visible, "full": self.full, "lasts": self.lasts}[part]

    def name(self, part: EffectPart) -> str:
        """Return what a part is called."""
        return (self.named or {}).get(part, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is known of one option's share of people: the claim that counted them, or nothing.

    `group`: the key of who they were; `had`: that of what was done to them. `compared`: the other group of the claim's
    study is meant, which had none of what was studied; only going without treatment is shown by it. `lacks`: why the
    claim's number cannot be drawn; such a number is told and not drawn.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    claim: Text | None = None
    group: Text | None = None
    had: Text | None = None
    compared: bool = False
    lacks: tuple[Literal["people", "period", "group"], ...] = ()

    def __post_init__(self) -> None:
        if (self.claim is not None) != ((self.group is not None) != bool(self.lacks)):
            raise ValueError("a claim comes with its group, or with what it lacks; give one of them")
        if (self.had is not None) != (self.group is not None):
            raise ValueError("a group comes with what was done to it; give group and had")
        if self.compared and self.group is None:
            raise ValueError("compared belongs to a number that can be drawn; take it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeShare:
    """An outcome that some of 100 people have, with what is known of each option."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    options: dict[OptionId, Counted]


PriorityUnit = Literal["month", "day", "per_100", "certainty", "money", "surgery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleEnd:
    """One end of the scale of a criterion: the claims it is read from, or the key of a note that says why."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    value: Decimal
    sources: tuple[Text, ...] = ()
    note: Text | None = None

    def __post_init__(self) -> None:
        if not self.sources and self.note is None:
            raise ValueError("an end of a scale says where it is from; give sources or a note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The least and the most that counts."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    low: ScaleEnd
    high: ScaleEnd

    def __post_init__(self) -> None:
        if self.low.value >= self.high.value:
            raise ValueError(f"low ({self.low.value}) is not below high ({self.high.value}); correct one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What sources say about one option on one criterion. An end of None is not known.

    `low_from`, `high_from`: the claims of each end, or those that say why it is not known. `sampled`: the ends are the
    95 % interval of a share that the claim counted. `none`: there is no such thing at all, which is the unwanted end of
    the scale. `low_counts`, `high_counts`: text keys of what each end counts, where they count unlike things. `read`: a
    text key that says what we made of the claims, shown beside the figure; `note`: one that says more about them.
    `cases`: what counts instead where an answer makes their condition true, the first that is.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    low: Decimal | None = None
    high: Decimal | None = None
    low_from: tuple[Text, ...] = ()
    high_from: tuple[Text, ...] = ()
    low_counts: Text | None = None
    high_counts: Text | None = None
    sampled: bool = False
    none: bool = False
    read: Text | None = None
    note: Text | None = None
    cases: tuple[Case, ...] = ()

    def __post_init__(self) -> None:
        if any(case.reads.cases for case in self.cases):
            raise ValueError("a case within a case is not read; write it as one condition")
        if self.none and (self.low is not None or self.high is not None):
            raise ValueError("none is a figure by itself; take low and high out")
        if self.none and not self.claims():
            raise ValueError("none has no claim behind it; name it in low_from or high_from")
        for end, value, ids in (("low", self.low, self.low_from), ("high", self.high, self.high_from)):
            if value is not None and not ids:
                raise ValueError(f"{end} has no claim behind it; name it in {end}_from")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high}); swap them")

    def claims(self) -> tuple[str, ...]:
        """Return the claims behind both ends, each once."""
        return tuple(dict.fromkeys((*self.low_from, *self.high_from)))

    def readings(self) -> Iterator[tuple[str, Performance]]:
        """Yield what counts in each case with its place as a path, and last what counts in all others."""
        for number, case in enumerate(self.cases, start=1):
            yield f".cases.{number}", case.reads
        yield "", self


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What counts for people of whom `when` is true. `says` is a text key that names them."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    when: Condition
    says: Text
    reads: Performance


DAYS_OFF = "little_time_off"
"""The criterion that holds how many days to keep free after a session; the dates of a plan use its figures too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Something that can matter to a person, with what each option does on it.

    `row` is the row of the comparison that tells more (`cost` for the money); `better` is the end of the scale that is
    wanted. A criterion in money has neither scale nor options here: both come from the prices that the reader entered.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    id: Text
    unit: PriorityUnit
    row: Text
    better: Literal["low", "high"]
    scale: Scale | None = None
    options: dict[OptionId, Performance] | None = None

    def __post_init__(self) -> None:
        if (self.unit == "money") != (self.scale is None) or (self.scale is None) != (self.options is None):
            raise ValueError("a criterion in money has no scale and no options, every other has both")


LevelKind = Literal["statement", "plain", "tablet", "interface"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How hard the texts of one kind are to read in one language, by the formula of that language."""

    kind: LevelKind
    lang: Lang
    texts: int
    words: int
    measure: Decimal


Region = Literal["DE", "FR", "UK", "US", "TR", "EU", "world", "all"]
REGIONS: tuple[Region, ...] = ("DE", "FR", "UK", "US", "TR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A published price, one row of `prices.csv`. `year` None: the source gives no year, and the page says so."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT
    claim: Text
    option: OptionId
    region: Region
    currency: Literal["EUR", "GBP", "USD", "TRY"]
    per: Literal["session", "course", "procedure", "graft", "month"]
    low: Annotated[Decimal, Ge(0)]
    high: Annotated[Decimal, Ge(0)]
    year: Annotated[int, Gt(1990), Le(2100)] | None = None

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high}); swap them")
