"""Laws of three-valued logic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.domain.truth import NOT_ASKED, Truth, all_of, any_of, evaluate, negate, rests_on
from mesodash.knowledge.records import Condition

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
QUESTIONS = ("a", "b", "c")


def asks(question: str, value: str = "yes") -> Condition:
    return Condition(op="eq", question=question, value=value)


def combined(*, with_surely: bool) -> some.SearchStrategy[Condition]:
    leaves = some.builds(asks, some.sampled_from(QUESTIONS), some.sampled_from(["yes", "no"]))
    one = ["not", "surely"] if with_surely else ["not"]
    return some.recursive(
        leaves,
        lambda parts: some.one_of(
            some.builds(
                lambda op, of: Condition(op=op, of=tuple(of)),
                some.sampled_from(["all", "any"]),
                some.lists(parts, min_size=1, max_size=3),
            ),
            some.builds(lambda op, part: Condition(op=op, of=(part,)), some.sampled_from(one), parts),
        ),
        max_leaves=6,
    )


states = some.dictionaries(some.sampled_from(QUESTIONS), some.sampled_from(["yes", "no"]))


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or_follow_the_strong_kleene_tables(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    assert all_of([left, right]) is both
    assert all_of([right, left]) is both
    assert any_of([left, right]) is either
    assert any_of([right, left]) is either


def test_a_truth_is_never_taken_for_a_boolean() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(Truth.UNKNOWN)


@given(combined(with_surely=True), combined(with_surely=True), states)
def test_de_morgan_holds_for_every_condition(left: Condition, right: Condition, known: dict[str, str]) -> None:
    neither = Condition(op="not", of=(Condition(op="any", of=(left, right)),))
    both_not = Condition(op="all", of=(Condition(op="not", of=(left,)), Condition(op="not", of=(right,))))
    assert evaluate(neither, known) is evaluate(both_not, known)


@given(combined(with_surely=False), states, some.sampled_from(QUESTIONS), some.sampled_from(["yes", "no"]))
def test_one_more_answer_never_flips_a_decided_condition(
    condition: Condition, known: dict[str, str], question: str, value: str
) -> None:
    before = evaluate(condition, known)
    after = evaluate(condition, {question: value, **known})
    assert before in (UNKNOWN, after)


@given(combined(with_surely=True), states)
def test_what_a_decided_condition_rests_on_is_enough_to_decide_it(condition: Condition, known: dict[str, str]) -> None:
    truth = evaluate(condition, known)
    enough = {name: value for name, value in known.items() if name in rests_on(condition, known)}
    assert evaluate(condition, enough) is truth


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        (asks("a"), "yes"),
        (Condition(op="lt", question="a", value=18), 17),
        (Condition(op="has", question="a", value="itching"), ("itching",)),
        (Condition(op="empty", question="a"), ()),
        (Condition(op="one_of", question="a", values=("x", "y")), "y"),
    ],
)
def test_a_comparison_is_yes_when_met_no_when_not_asked_and_open_when_unknown(
    condition: Condition, state: object
) -> None:
    assert evaluate(condition, {"a": state}) is YES  # type: ignore[dict-item]
    assert evaluate(condition, {"a": NOT_ASKED}) is NO
    assert evaluate(condition, {"a": None}) is UNKNOWN
    assert evaluate(condition, {}) is UNKNOWN


def test_surely_is_the_only_way_for_an_unknown_answer_to_count_as_not_met() -> None:
    surely = Condition(op="surely", of=(asks("a"),))
    assert [evaluate(surely, known) for known in ({}, {"a": "no"}, {"a": "yes"})] == [NO, NO, YES]


def test_negation_swaps_yes_and_no_and_keeps_unknown() -> None:
    assert [negate(truth) for truth in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]
    assert all(negate(negate(truth)) is truth for truth in Truth)
