"""What would change an outcome: each change does what it says, and none that is smaller was missed."""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mesodash.domain.answers import Answers, check_answers, situation
from mesodash.domain.eligibility import RANK, assess
from mesodash.domain.truth import NOT_ASKED, Value
from mesodash.domain.turning import Change, all_turns, turns
from mesodash.knowledge import load
from mesodash.knowledge.records import OPTIONS, OptionId, Outcome
from tests.strategies import any_answer

KNOWLEDGE = load()
QUESTIONS = KNOWLEDGE.questions
NOT_KNOWN = ("unknown", "declined")

HEALTHY_MAN: dict[str, object] = {
    **{one.id: "no" for one in QUESTIONS.values() if one.type == "yes_no"},
    "age_years": 40,
    "sex": "male",
    "loss_onset": "gradual",
    "loss_duration_months": 24,
    "loss_pattern": "frontal_or_crown",
    "norwood_stage": "3",
    "diagnosis": "androgenetic",
    "transplant_history": "none",
    "donor_hair_sufficient": "yes",
    "scalp_signs": [],
    "allergies": [],
    "medicines": [],
    "triggers": [],
    "lab_tests_done": "yes",
    "goals": ["thicken"],
}
del HEALTHY_MAN["medicines_checked"], HEALTHY_MAN["menstruation_on_day"]


sparse = some.fixed_dictionaries({}, optional={name: any_answer(question) for name, question in QUESTIONS.items()}).map(
    lambda told: check_answers(QUESTIONS, told)
)
near_healthy = some.fixed_dictionaries(
    {}, optional={name: any_answer(question) for name, question in QUESTIONS.items()}
).flatmap(
    lambda told: some.lists(some.sampled_from(sorted(QUESTIONS)), max_size=4, unique=True).map(
        lambda names: check_answers(QUESTIONS, HEALTHY_MAN | {name: told[name] for name in names if name in told})
    )
)
answers = some.one_of(sparse, near_healthy)
options = some.sampled_from(OPTIONS)


def outcome(told: dict[str, Value], option: OptionId, changes: tuple[Change, ...] = ()) -> Outcome:
    return assess(KNOWLEDGE, told | {one.question: one.value for one in changes}).options[option].outcome


def known(value: Value | None) -> Value | None:
    return None if isinstance(value, str) and value in NOT_KNOWN else value


def told_in_words(told: dict[str, object], option: OptionId) -> dict[str, list[dict[str, Value]]]:
    """What is listed, as a clinician would write it down."""
    return {
        turn.outcome: [{one.question: one.value for one in changes} for changes in turn.changes]
        for turn in turns(KNOWLEDGE, check_answers(QUESTIONS, told), option)
    }


# --- laws


@given(answers, options)
def test_each_listed_change_leads_to_its_outcome(told: dict[str, Value], option: OptionId) -> None:
    now = outcome(told, option)
    for turn in turns(KNOWLEDGE, told, option):
        assert turn.outcome != now
        assert turn.changes
        for changes in turn.changes:
            assert outcome(told, option, changes) == turn.outcome


@given(answers, options)
def test_no_part_of_a_listed_set_is_listed_for_the_same_outcome(told: dict[str, Value], option: OptionId) -> None:
    for turn in turns(KNOWLEDGE, told, option):
        sets = [frozenset(changes) for changes in turn.changes]
        assert len(set(sets)) == len(sets)
        assert not any(one < other for one, other in itertools.permutations(sets, 2))
        for changes in turn.changes:
            for part in itertools.combinations(changes, len(changes) - 1):
                assert outcome(told, option, part) != turn.outcome


@given(answers, options)
def test_a_change_is_an_allowed_answer_to_a_question_that_applies_and_differs_from_now(
    told: dict[str, Value], option: OptionId
) -> None:
    states = situation(QUESTIONS, told).states
    for turn in turns(KNOWLEDGE, told, option):
        for change in itertools.chain.from_iterable(turn.changes):
            assert states[change.question] is not NOT_ASKED
            assert known(told.get(change.question)) != change.value
            assert check_answers(QUESTIONS, {change.question: change.value})
            assert change.value not in NOT_KNOWN


@given(answers, options)
def test_what_was_not_answered_stays_so_unless_it_is_named(told: dict[str, Value], option: OptionId) -> None:
    before = dict(told)
    absent = {name: value for name, value in told.items() if value not in NOT_KNOWN}
    assert turns(KNOWLEDGE, told, option) == turns(KNOWLEDGE, absent, option)
    assert told == before


@settings(max_examples=min(25, int(os.environ.get("EXAMPLES", "100"))))
@given(answers)
def test_the_list_is_the_same_each_time_and_for_one_option_or_all(told: dict[str, Value]) -> None:
    together = all_turns(KNOWLEDGE, told)
    assert together == all_turns(KNOWLEDGE, dict(reversed(told.items())))
    assert together == {option: turns(KNOWLEDGE, told, option) for option in OPTIONS}


@given(answers, options)
def test_the_strictest_outcome_comes_first_and_changes_follow_the_questions(
    told: dict[str, Value], option: OptionId
) -> None:
    found = turns(KNOWLEDGE, told, option)
    ranks = [RANK[turn.outcome] for turn in found]
    assert ranks == sorted(set(ranks))
    order = list(QUESTIONS)
    for turn in found:
        places = [[order.index(one.question) for one in changes] for changes in turn.changes]
        assert places == sorted(places)


@given(answers, options, some.data())
def test_a_span_of_numbers_leads_where_its_number_leads(
    told: dict[str, Value], option: OptionId, data: some.DataObject
) -> None:
    for turn in turns(KNOWLEDGE, told, option):
        for changes in turn.changes:
            for place, one in enumerate(changes):
                if one.low is not None and one.high is not None:
                    other = Change(one.question, data.draw(some.integers(one.low, one.high)))
                    assert outcome(told, option, (*changes[:place], other, *changes[place + 1 :])) == turn.outcome


@pytest.mark.slow
@settings(max_examples=min(25, int(os.environ.get("EXAMPLES", "100"))))
@given(near_healthy, options)
def test_two_answers_are_named_wherever_two_are_needed_and_enough(told: dict[str, Value], option: OptionId) -> None:
    """Tries all pairs of single answers without leaving any out; ages by the edges that the contract names."""
    states = situation(QUESTIONS, told).states
    used = {name for rule in KNOWLEDGE.rules for name in rule.when.questions()} | {"sex"}
    single: list[Change] = []
    for name, question in QUESTIONS.items():
        if name not in used or states[name] is NOT_ASKED:
            continue
        now = known(told.get(name))
        if question.fixed and now is not None:
            continue
        if name == "age_years":
            values: list[Value] = [17, 18, 24, 25]
        elif question.type == "multi":
            chosen = now if isinstance(now, tuple) else ()
            values = [
                tuple(one for one in question.values if (one in chosen) != (one == item)) for item in question.values
            ]
            values.append(())
        else:
            values = list(question.values)
        single += [Change(name, value) for value in values if value != now]
    found = {turn.outcome: turn.changes for turn in turns(KNOWLEDGE, told, option)}
    by_one = {outcome(told, option, (one,)) for one in single}
    now_is = outcome(told, option)
    assert {one for one, changes in found.items() if len(changes[0]) == 1} == by_one - {now_is}
    by_two = {
        outcome(told, option, pair)
        for pair in itertools.combinations(single, 2)
        if pair[0].question != pair[1].question
    }
    assert set(found) == (by_one | by_two) - {now_is}


# --- by hand


def test_a_breastfeeding_woman_is_told_that_her_pregnancy_answer_alone_turns_it() -> None:
    told = HEALTHY_MAN | {"sex": "female", "pregnancy": "breastfeeding", "loss_pattern": "diffuse"}
    found = told_in_words(told, "prp")
    assert found["no_listed_exclusion"] == [{"pregnancy": "none"}]
    assert found["see_doctor_first"][0] == {"loss_onset": "sudden"}
    assert "listed_exclusion" not in found
    assert "wait" not in found


def test_a_red_flag_over_a_diagnosis_is_turned_by_the_diagnosis() -> None:
    told = HEALTHY_MAN | {"loss_pattern": "round_patches", "diagnosis": "none_yet"}
    found = told_in_words(told, "no_treatment")
    assert list(found) == ["no_listed_exclusion"]
    assert found["no_listed_exclusion"] == [
        *({"loss_pattern": value} for value in ("none", "frontal_or_crown", "widening_parting", "diffuse")),
        *({"diagnosis": value} for value in ("alopecia_areata", "scarring", "traction", "scalp_infection", "other")),
    ]


def test_two_reasons_of_two_questions_take_two_changes() -> None:
    told = HEALTHY_MAN | {"scalp_disease_active": "yes", "fever_or_infection": "yes"}
    found = told_in_words(told, "mesotherapy")
    assert found["no_listed_exclusion"] == [{"scalp_disease_active": "no", "fever_or_infection": "no"}]


def test_three_reasons_are_not_undone_by_two_changes() -> None:
    told = HEALTHY_MAN | {
        "scalp_disease_active": "yes",
        "fever_or_infection": "yes",
        "scalp_signs": ["open_wounds"],
    }
    assert "no_listed_exclusion" not in told_in_words(told, "mesotherapy")


def test_an_age_that_is_not_known_is_named_by_its_spans() -> None:
    told = check_answers(QUESTIONS, {name: value for name, value in HEALTHY_MAN.items() if name != "age_years"})
    ages = {
        turn.outcome: [changes[0] for changes in turn.changes if changes[0].question == "age_years"]
        for turn in turns(KNOWLEDGE, told, "transplant")
    }
    assert ages["listed_exclusion"] == [Change("age_years", 17, 0, 17)]
    assert ages["needs_check"] == [Change("age_years", 18, 18, 24)]


def offered_to_change(told: Answers) -> set[str]:
    """Return the questions whose answers are named as what would change an outcome."""
    found = (turn for option in all_turns(KNOWLEDGE, told).values() for turn in option)
    return {one.question for turn in found for changes in turn.changes for one in changes}


@pytest.mark.parametrize("age", [12, 24, 40])
def test_an_age_or_a_sex_that_was_given_is_not_offered_as_what_would_change_it(age: int) -> None:
    told = check_answers(QUESTIONS, HEALTHY_MAN | {"age_years": age})
    named = offered_to_change(told)
    assert named.isdisjoint({"age_years", "sex"})
    assert age == 12 or named


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("heart_disease", "yes"),
        ("diabetes", "yes"),
        ("chemotherapy", "yes"),
        ("allergies", ["mesotherapy_ingredient"]),
        ("medicines", ["blood_pressure"]),
    ],
)
def test_what_nobody_can_or_should_change_is_not_offered_as_a_change(question: str, given: object) -> None:
    more = {"medicines_checked": "no"} if question == "medicines" else {}
    told = check_answers(QUESTIONS, HEALTHY_MAN | {question: given} | more)
    named = offered_to_change(told)
    assert question not in named
    open_still = check_answers(QUESTIONS, HEALTHY_MAN | {"heart_disease": "unknown"})
    offered = [changes for turn in turns(KNOWLEDGE, open_still, "mesotherapy") for changes in turn.changes]
    assert (Change("heart_disease", "no"),) in offered, "an answer can settle it"


def test_an_item_of_a_list_is_added_or_taken_away() -> None:
    told = HEALTHY_MAN | {"scalp_signs": ["itching"]}
    found = told_in_words(told, "no_treatment")
    signs = [one for one in found["see_doctor_first"] if "scalp_signs" in one]
    assert signs == [{"scalp_signs": ("pain_or_burning", "itching")}, {"scalp_signs": ("pus_or_crusts", "itching")}]
    assert {"scalp_signs": ()} in told_in_words(told, "prp")["no_listed_exclusion"]


def test_nothing_answered_is_one_answer_from_each_listed_reason_and_more_than_two_from_none() -> None:
    found = told_in_words({}, "mesotherapy")
    assert list(found) == ["listed_exclusion", "see_doctor_first", "wait"]
    assert {"diabetes": "yes"} in found["listed_exclusion"]
    assert {"diabetes": "no"} not in found["listed_exclusion"]
