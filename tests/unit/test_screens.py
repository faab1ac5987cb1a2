"""The tablet's screens: everybody is asked what applies, once; what is handed over is what was on a screen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.domain import screens
from mesodash.domain.answers import check_answers, situation
from mesodash.domain.truth import NOT_ASKED, Value
from mesodash.knowledge import load
from tests.strategies import any_answer

KNOWLEDGE = load()
ALONE = [name for name, question in KNOWLEDGE.questions.items() if question.mode != "together"]
NO_LOSS: dict[str, Value] = {"loss_onset": "none", "loss_pattern": "none", "transplant_history": "none"}


@some.composite
def answers(draw: some.DrawFn) -> dict[str, Value]:
    names = draw(some.lists(some.sampled_from(list(KNOWLEDGE.questions)), unique=True, max_size=20))
    return check_answers(KNOWLEDGE.questions, {name: draw(any_answer(KNOWLEDGE.questions[name])) for name in names})


def asked(given: dict[str, Value]) -> list[str]:
    return [name for names in screens.asked(KNOWLEDGE, given).values() for name in names]


def test_each_question_for_a_patient_alone_stands_on_one_screen() -> None:
    assert sorted(name for screen in KNOWLEDGE.screens for name in screen.questions) == sorted(ALONE)


def test_no_screen_has_more_than_six_questions() -> None:
    assert max(len(screen.questions) for screen in KNOWLEDGE.screens) <= 6


def test_a_question_stands_on_a_later_screen_than_those_that_decide_it() -> None:
    place = {name: number for number, screen in enumerate(KNOWLEDGE.screens) for name in screen.questions}
    gates = {name: when.questions() for name in ALONE if (when := KNOWLEDGE.questions[name].asked_when) is not None}
    assert len(gates) > 5
    assert [(name, one) for name, deciding in gates.items() for one in deciding if place[one] >= place[name]] == []


def test_health_takes_three_screens() -> None:
    health = [
        screen.id
        for screen in KNOWLEDGE.screens
        if any(KNOWLEDGE.questions[name].section == "health" for name in screen.questions)
    ]
    assert health == ["illness", "blood", "today"]


@given(answers())
def test_everybody_is_asked_what_applies_and_nothing_else(given: dict[str, Value]) -> None:
    states = situation(KNOWLEDGE.questions, given, tablet=True).states
    assert sorted(asked(given)) == sorted(name for name in ALONE if states[name] is not NOT_ASKED)


@given(answers(), some.data())
def test_an_answer_moves_no_screen_up_to_its_own(given: dict[str, Value], data: Any) -> None:
    """Nothing comes or goes on a screen, or before it, while somebody answers what stands on it."""
    number = data.draw(some.integers(0, len(KNOWLEDGE.screens) - 1))
    name = data.draw(some.sampled_from(KNOWLEDGE.screens[number].questions))
    question = KNOWLEDGE.questions[name]
    changed = {**given, **check_answers({name: question}, {name: data.draw(any_answer(question))})}
    here = [screen.id for screen in KNOWLEDGE.screens[: number + 1]]
    before, after = (screens.asked(KNOWLEDGE, one) for one in (given, changed))
    assert [before.get(one) for one in here] == [after.get(one) for one in here]


@given(answers())
def test_what_is_handed_over_was_on_a_screen_and_is_as_it_was_answered(given: dict[str, Value]) -> None:
    handed = screens.to_hand_over(KNOWLEDGE, given)
    assert handed == {name: given[name] for name in asked(given) if name in given}


def test_an_answer_that_does_not_apply_any_more_is_kept_back() -> None:
    given: dict[str, Value] = {"sex": "male", "pregnancy": "pregnant", "donor_hair_sufficient": "yes"}
    assert screens.to_hand_over(KNOWLEDGE, given) == {"sex": "male"}


@given(answers())
def test_each_question_is_answered_or_left_open(given: dict[str, Value]) -> None:
    stands = screens.standing(KNOWLEDGE, given)
    assert set(stands.left_open) | screens.to_hand_over(KNOWLEDGE, given).keys() == set(asked(given))
    assert not set(stands.left_open) & given.keys()
    assert set(stands.not_known) == {name for name in asked(given) if given.get(name) in ("unknown", "declined")}


def test_i_don_t_know_is_not_left_open() -> None:
    stands = screens.standing(KNOWLEDGE, {"diabetes": "unknown", "age_years": "declined"})
    assert stands.not_known == ("age_years", "diabetes")
    assert not {"diabetes", "age_years"} & set(stands.left_open)


def test_a_screen_without_a_question_for_this_person_is_left_out() -> None:
    assert "stage" in screens.asked(KNOWLEDGE, {})
    assert "stage" not in screens.asked(KNOWLEDGE, NO_LOSS)


@pytest.mark.parametrize(
    ("here", "around"), [("you", (None, "loss")), ("cause", ("loss", "scalp")), ("goals", ("triggers", None))]
)
def test_the_way_leads_from_screen_to_screen(here: str, around: tuple[str | None, str | None]) -> None:
    assert screens.around(screens.asked(KNOWLEDGE, NO_LOSS), here) == around
