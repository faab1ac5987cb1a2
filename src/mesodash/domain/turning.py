"""What would change an outcome: the smallest sets of changed answers that lead to another one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mesodash.domain.answers import NOT_KNOWN, Answers, situation
from mesodash.domain.eligibility import RANK, assess
from mesodash.domain.truth import NOT_ASKED, Truth, Value, evaluate
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import OPTIONS, OUTCOMES, Condition, OptionId, Outcome, Question, Rule, asked_by


@dataclass(frozen=True, slots=True)
class Change:
    """One question with another answer than now, or with one at all.

    A number stands for all from `low` to `high`, which the rules cannot tell apart; both are None for other answers.
    """

    question: str
    value: Value
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An outcome that an option could have instead, and each smallest set of changes that leads to it."""

    outcome: Outcome
    changes: tuple[tuple[Change, ...], ...]


@dataclass(frozen=True, slots=True)
class _Bearing:
    """A rule of an option as it stands now."""

    rule: Rule
    truth: Truth
    moved_by: frozenset[str]
    """The questions that it names, and those that decide whether these are asked: nothing else can move it."""
    can_stay_open: bool
    """True if a question that it names was not answered with a fact."""

    @property
    def keeps_open(self) -> bool:
        """True for a rule that, while undetermined, keeps the outcome open instead of asking to settle it first."""
        return self.rule.then != "needs_check" and self.rule.unknown_as is None


def is_kept(question: Question, answer: Value | None) -> bool:
    """Return whether an answer is left as it is: it was given, and nobody can or should change it."""
    return question.fixed and answer not in (None, *NOT_KNOWN)


def turns(knowledge: KnowledgeBase, answers: Answers, option: OptionId, *, tablet: bool = False) -> tuple[Turn, ...]:
    """Return the other outcomes that one changed answer leads to, or two where no single one does; strictest first.

    Each outcome is worked out by the engine. Sets stand in the order of the questions and of their values. Only
    questions that apply now and that the option's rules depend on are tried; an answer is never taken back, and what
    nobody can change is left as it is.
    """
    return _Search(knowledge, answers, tablet).turns(option)


def all_turns(knowledge: KnowledgeBase, answers: Answers, *, tablet: bool = False) -> dict[OptionId, tuple[Turn, ...]]:
    """Return `turns` of each option; an assessment that several options need is made once."""
    search = _Search(knowledge, answers, tablet)
    return {option: search.turns(option) for option in OPTIONS}


class _Search:
    """One set of answers, with the outcomes of its changes remembered for as long as the search lasts."""

    def __init__(self, knowledge: KnowledgeBase, answers: Answers, tablet: bool) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._tablet = tablet
        self._states = situation(knowledge.questions, answers, tablet=tablet).states
        self._found: dict[frozenset[tuple[str, Value]], Mapping[OptionId, Outcome]] = {}

    def turns(self, option: OptionId) -> tuple[Turn, ...]:
        bearings = self._bearings(option)
        tried = self._tried(option)
        now = self._outcome((), option)
        by_outcome: dict[Outcome, list[tuple[Change, ...]]] = {}
        for change in itertools.chain.from_iterable(tried.values()):
            by_outcome.setdefault(self._outcome((change,), option), []).append((change,))
        targets = [one for one in OUTCOMES if one != now]
        for target in [one for one in targets if one not in by_outcome]:
            for pair in self._pairs(bearings, tried, target):
                if self._outcome(pair, option) == target:
                    by_outcome.setdefault(target, []).append(pair)
        return tuple(Turn(one, tuple(by_outcome[one])) for one in targets if one in by_outcome)

    def _outcome(self, changes: tuple[Change, ...], option: OptionId) -> Outcome:
        changed = {one.question: one.value for one in changes}
        key = frozenset(changed.items())
        if key not in self._found:
            found = assess(self._knowledge, {**self._answers, **changed}, tablet=self._tablet)
            self._found[key] = {name: entry.outcome for name, entry in found.options.items()}
        return self._found[key][option]

    def _bearings(self, option: OptionId) -> list[_Bearing]:
        known = {
            name
            for name, value in self._answers.items()
            if not (isinstance(value, str) and value in NOT_KNOWN)
            and not (self._tablet and self._knowledge.questions[name].mode == "together")
        }
        return [
            _Bearing(
                rule,
                evaluate(rule.when, self._states),
                asked_by(rule.when, self._knowledge.questions),
                not known.issuperset(rule.when.questions()),
            )
            for rule in self._knowledge.rules
            if option in rule.options
        ]

    def _tried(self, option: OptionId) -> dict[str, list[Change]]:
        """Return the changes that are tried, for each question that bears on the option and applies now.

        A fixed answer can only become known.
        """
        conditions = _conditions(self._knowledge, option)
        return {
            name: _changes(question, self._answers.get(name), conditions[name])
            for name, question in self._knowledge.questions.items()
            if name in conditions
            and self._states[name] is not NOT_ASKED
            and not (self._tablet and question.mode == "together")
            and not is_kept(question, self._answers.get(name))
        }

    def _pairs(
        self, bearings: list[_Bearing], tried: Mapping[str, list[Change]], target: Outcome
    ) -> Iterator[tuple[Change, Change]]:
        in_the_way = [one.moved_by for one in bearings if _is_in_the_way(one, target)]
        leading = [one for one in bearings if _may_lead(one, target)]
        led = target == "no_listed_exclusion" or any(_leads(one, target) for one in leading)
        for names in itertools.combinations(tried, 2):
            # Sound, and without it most of the time would go into pairs that cannot matter.
            if all(not moved.isdisjoint(names) for moved in in_the_way) and (
                led or any(not one.moved_by.isdisjoint(names) for one in leading)
            ):
                yield from itertools.product(tried[names[0]], tried[names[1]])


def _is_in_the_way(one: _Bearing, target: Outcome) -> bool:
    """True if the option cannot have the outcome `target` before this rule has another truth."""
    if target == "no_listed_exclusion":
        return one.truth is not Truth.NO
    if one.truth is Truth.UNKNOWN:
        return target == "needs_check" and one.keeps_open
    return one.truth is Truth.YES and RANK[one.rule.then] < RANK[target]


def _may_lead(one: _Bearing, target: Outcome) -> bool:
    """True if this rule, with some truth, could give the outcome `target`."""
    if target == "cannot_tell_yet":
        return one.keeps_open and one.can_stay_open
    if target == "needs_check":
        return not one.keeps_open
    return one.rule.then == target


def _leads(one: _Bearing, target: Outcome) -> bool:
    """True if this rule gives the outcome `target` as soon as nothing is in the way."""
    if target in ("cannot_tell_yet", "needs_check") and one.truth is Truth.UNKNOWN:
        return True
    return one.truth is Truth.YES and one.rule.then == target


@functools.lru_cache(maxsize=16)
def _conditions(knowledge: KnowledgeBase, option: OptionId) -> dict[str, tuple[Condition, ...]]:
    """Return the comparisons with each question that bears on an option, by its rules or by deciding what is asked."""
    trees = [rule.when for rule in knowledge.rules if option in rule.options]
    bearing = frozenset[str]().union(*(asked_by(tree, knowledge.questions) for tree in trees))
    trees += [
        question.asked_when
        for name, question in knowledge.questions.items()
        if name in bearing and question.asked_when is not None
    ]
    found: dict[str, list[Condition]] = {name: [] for name in bearing}
    for tree in trees:
        for part in tree.walk():
            if part.question is not None:
                found[part.question].append(part)
    return {name: tuple(comparisons) for name, comparisons in found.items()}


def _changes(question: Question, now: Value | None, comparisons: Iterable[Condition]) -> list[Change]:
    known = now if not (isinstance(now, str) and now in NOT_KNOWN) else None
    if question.type == "integer":
        return list(_spans(question, known, comparisons))
    if question.type == "multi":
        chosen = known if isinstance(known, tuple) else ()
        values: list[Value] = [
            tuple(one for one in question.values if (one in chosen) != (one == item)) for item in question.values
        ]
        return [Change(question.id, value) for value in dict.fromkeys([*values, ()]) if value != known]
    return [Change(question.id, value) for value in question.values if value != known]


def _spans(question: Question, now: Value | None, comparisons: Iterable[Condition]) -> Iterator[Change]:
    """Yield, for each span of numbers that no rule tells apart, the one nearest to the answer."""
    low, high = question.minimum or 0, question.maximum or 0
    # A span begins at each of these.
    steps = {"lt": (0,), "ge": (0,), "le": (1,), "gt": (1,), "eq": (0, 1)}
    edges = {one.value + step for one in comparisons if isinstance(one.value, int) for step in steps[one.op]}
    starts = [low, *sorted(edge for edge in edges if low < edge <= high)]
    for first, last in zip(starts, [*(start - 1 for start in starts[1:]), high], strict=True):
        if not isinstance(now, int):
            yield Change(question.id, last if first == low else first, first, last)
        elif not first <= now <= last:
            yield Change(question.id, last if last < now else first, first, last)
