"""Which listed reasons speak against each option, what is not known, and what would settle it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import TypeVar

from mesodash.domain.answers import UNKNOWN, Answers, situation
from mesodash.domain.truth import NOT_ASKED, State, Truth, Value, evaluate, rests_on
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import (
    OPTIONS,
    OUTCOMES,
    Certainty,
    Condition,
    Consideration,
    OptionId,
    Outcome,
    Question,
    Rule,
)

RANK: dict[Outcome, int] = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
"""0 is the strictest."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds, or one of kind "settle first" that may hold.

    `answers` are those it rests on; an unknown one says "unknown". `text` and `until` are text keys.
    """

    rule: str
    outcome: Outcome
    answers: Mapping[str, Value]
    text: str
    until: str | None
    sources: tuple[str, ...]
    certainty: Certainty

    @property
    def rests_on_unknown(self) -> bool:
        return UNKNOWN in self.answers.values()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question without an answer that could still make the outcome of an option stricter."""

    question: str
    could_become: Outcome


@dataclass(frozen=True, slots=True)
class OptionAssessment:
    """What the listed rules say about one option, strictest reasons first."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    considerations: tuple[Consideration, ...]
    open: tuple[OpenQuestion, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A look-up of what sources list for these answers; it decides nothing."""

    red_flags: tuple[Reason, ...]
    options: Mapping[OptionId, OptionAssessment]
    settle_next: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one rule gives for one state of the questions it names."""

    truth: Truth
    reason: Reason
    depends_on: tuple[str, ...]
    """Unknown questions whose answer could change the rule, alone or together."""
    place: tuple[int, bool]
    """Where its reason stands among others: strictest first, and there those that rest on what is known."""


def _comparisons(condition: Condition, question: str) -> Iterator[Condition]:
    if condition.question == question:
        yield condition
    for part in condition.of:
        yield from _comparisons(part, question)


def _possible(question: Question, condition: Condition) -> tuple[Value, ...]:
    """Return answers that stand for all answers to `question` as far as `condition` can tell them apart."""
    operands = [comparison.value for comparison in _comparisons(condition, question.id)]
    if question.type == "integer":
        low, high = question.minimum or 0, question.maximum or 0
        edges = {edge + step for edge in operands if isinstance(edge, int) for step in (-1, 0, 1)}
        return tuple(sorted(edge for edge in edges if low <= edge <= high))
    if question.type == "multi":
        named = [value for value in question.values if value in operands]
        other = [value for value in question.values if value not in operands][:1]
        chosen = [*named, *other]
        return tuple(picked for size in range(len(chosen) + 1) for picked in itertools.combinations(chosen, size))
    return question.values


def _depends_on(rule: Rule, states: Mapping[str, State], questions: Mapping[str, Question]) -> tuple[str, ...]:
    unknown = [name for name in rule.when.questions() if states[name] is None]
    # None among the answers: another question may stay unknown while this one is answered.
    spaces = [(None, *_possible(questions[name], rule.when)) for name in unknown]
    results = {
        values: evaluate(rule.when, {**states, **dict(zip(unknown, values, strict=True))})
        for values in itertools.product(*spaces)
    }

    def matters(position: int) -> bool:
        seen: dict[tuple[Value | None, ...], Truth] = {}
        for values, truth in results.items():
            others = values[:position] + values[position + 1 :]
            if seen.setdefault(others, truth) is not truth:
                return True
        return False

    return tuple(name for position, name in enumerate(unknown) if matters(position))


_Kept = TypeVar("_Kept")
_Key = Callable[[Mapping[str, State]], Hashable]
"""Picks the states of the questions that a condition names."""
_place = attrgetter("place")


def _keep(known: dict[Hashable, _Kept], key: Hashable, result: _Kept) -> _Kept:
    # Bounded, because ages times months could otherwise fill memory while a long file is read.
    if len(known) > 4096:
        known.clear()
    known[key] = result
    return result


@dataclass
class _CompiledRule:
    """A rule with its findings remembered: it depends on few questions, so few different states occur."""

    rule: Rule
    key: _Key
    certainty: Certainty
    rank: int
    may_become: bool
    """True for a rule that, while undetermined, keeps the outcome open instead of asking to settle something first."""
    found: dict[Hashable, _Finding] = field(default_factory=dict)

    def find(self, states: Mapping[str, State], questions: Mapping[str, Question]) -> _Finding:
        key = self.key(states)
        return self.found.get(key) or _keep(self.found, key, self._evaluate(states, questions))

    def _evaluate(self, states: Mapping[str, State], questions: Mapping[str, Question]) -> _Finding:
        rule = self.rule
        truth = evaluate(rule.when, states)
        depends_on = _depends_on(rule, states, questions) if truth is Truth.UNKNOWN else ()
        outcome: Outcome = rule.then if truth is Truth.YES else "needs_check"
        answers: dict[str, Value] = {}
        for name in rests_on(rule.when, states):
            state = states[name]
            if state is not NOT_ASKED:
                answers[name] = UNKNOWN if state is None else state  # type: ignore[assignment]
        until = rule.until if truth is Truth.YES else None
        reason = Reason(rule.id, outcome, answers, rule.text, until, rule.sources, self.certainty)
        return _Finding(truth, reason, depends_on, (RANK[outcome], reason.rests_on_unknown))


@dataclass
class _CompiledThought:
    """A consideration with the states in which it holds remembered."""

    thought: Consideration
    key: _Key
    found: dict[Hashable, Truth] = field(default_factory=dict)

    def holds(self, states: Mapping[str, State]) -> bool:
        key = self.key(states)
        truth = self.found.get(key)
        if truth is None:
            truth = _keep(self.found, key, evaluate(self.thought.when, states))
        return truth is Truth.YES


@dataclass
class _Engine:
    """The rules of one knowledge base, prepared once."""

    questions: Mapping[str, Question]
    order: Mapping[str, int]
    rules: tuple[_CompiledRule, ...]
    by_option: Mapping[OptionId, tuple[int, ...]]
    """Places in `rules`, for each option."""
    red_flags: tuple[int, ...]
    """Places in `rules`."""
    considerations: tuple[_CompiledThought, ...]


@functools.lru_cache(maxsize=4)
def _engine(knowledge: KnowledgeBase) -> _Engine:
    rules = tuple(
        _CompiledRule(
            rule=rule,
            key=itemgetter(*rule.when.questions()),
            certainty=knowledge.certainty(rule.sources),
            rank=RANK[rule.then],
            may_become=rule.then != "needs_check" and rule.unknown_as is None,
        )
        for rule in knowledge.rules
    )
    return _Engine(
        questions=knowledge.questions,
        order={name: place for place, name in enumerate(knowledge.questions)},
        rules=rules,
        by_option={
            option: tuple(place for place, rule in enumerate(knowledge.rules) if option in rule.options)
            for option in OPTIONS
        },
        red_flags=tuple(place for place, rule in enumerate(knowledge.rules) if rule.then == "see_doctor_first"),
        considerations=tuple(
            _CompiledThought(thought, itemgetter(*thought.when.questions())) for thought in knowledge.considerations
        ),
    )


def _assess_option(
    engine: _Engine, findings: list[_Finding], option: OptionId, considerations: tuple[Consideration, ...]
) -> OptionAssessment:
    strictest = no_rule = RANK["no_listed_exclusion"]
    surely_check = may_become = False
    reasons: list[_Finding] = []
    undetermined: list[tuple[_CompiledRule, _Finding]] = []
    for place in engine.by_option[option]:
        finding = findings[place]
        if finding.truth is Truth.NO:
            continue
        compiled = engine.rules[place]
        if finding.truth is Truth.YES:
            reasons.append(finding)
            strictest = min(strictest, compiled.rank)
            surely_check = surely_check or compiled.rule.then == "needs_check"
        else:
            undetermined.append((compiled, finding))
            if compiled.may_become:
                may_become = True
            else:
                reasons.append(finding)
    outcome: Outcome
    if strictest <= RANK["wait"]:
        outcome = OUTCOMES[strictest]
    elif may_become:
        outcome = "cannot_tell_yet"
    else:
        outcome = "needs_check" if strictest < no_rule or undetermined else "no_listed_exclusion"
    rank = RANK[outcome]
    asks_for_check = outcome == "needs_check" and not surely_check
    could_become: dict[str, Outcome] = {}
    for compiled, finding in undetermined:
        if compiled.rank < rank or (asks_for_check and compiled.rule.then == "needs_check"):
            for name in finding.depends_on:
                if name not in could_become or compiled.rank < RANK[could_become[name]]:
                    could_become[name] = compiled.rule.then
    return OptionAssessment(
        outcome=outcome,
        reasons=tuple([finding.reason for finding in sorted(reasons, key=_place)]),
        considerations=tuple(thought for thought in considerations if option in thought.options),
        open=tuple(
            OpenQuestion(name, could_become[name]) for name in sorted(could_become, key=engine.order.__getitem__)
        ),
    )


def assess(knowledge: KnowledgeBase, answers: Answers, *, tablet: bool = False) -> Assessment:
    """Return what the listed rules say for checked answers, per option; see `answers.check_answers`.

    Unknown, declined and missing answers give the same result. Source of the logic: the rules in `data/rules/`.
    """
    engine = _engine(knowledge)
    now = situation(engine.questions, answers, tablet=tablet)
    findings = [compiled.find(now.states, engine.questions) for compiled in engine.rules]
    considerations = tuple([thought.thought for thought in engine.considerations if thought.holds(now.states)])
    options = {option: _assess_option(engine, findings, option, considerations) for option in OPTIONS}
    red_flags = tuple([findings[place].reason for place in engine.red_flags if findings[place].truth is Truth.YES])
    return Assessment(red_flags, options, _settle_next(engine, options), now.ignored)


def _settle_next(engine: _Engine, options: Mapping[OptionId, OptionAssessment]) -> tuple[str, ...]:
    count: dict[str, int] = {}
    strictest: dict[str, int] = {}
    for assessment in options.values():
        for entry in assessment.open:
            name, rank = entry.question, RANK[entry.could_become]
            count[name] = count.get(name, 0) + 1
            strictest[name] = min(strictest.get(name, rank), rank)
    return tuple(sorted(count, key=lambda name: (-count[name], strictest[name], engine.order[name])))
