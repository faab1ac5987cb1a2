"""The engine and the rule files against the contract's words, said a second time in `reference`."""

from __future__ import annotations

from random import Random

import pytest

from mesodash.domain import eligibility
from mesodash.domain.answers import check_answers
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.reports import assessment
from tests.spec import reference
from tests.spec.reference import CHOICES, LISTS, NUMBERS, OPTIONS, QUESTIONS

Case = dict[str, object]

HARMLESS: Case = {name: "no" for name in QUESTIONS if name not in (*CHOICES, *LISTS, *NUMBERS)}
HARMLESS |= {"age_years": 40, "sex": "female", "pregnancy": "none", "loss_onset": "gradual"}
HARMLESS |= {"loss_pattern": "widening_parting", "diagnosis": "androgenetic", "scalp_signs": [], "allergies": []}
HARMLESS |= {
    "medicines": ["other"],
    "donor_hair_sufficient": "yes",
    "lab_tests_done": "yes",
    "medicines_checked": "yes",
}
"""Answers under which no rule holds; a few changes to them reach the outcomes that random answers hardly ever do."""


def a_value(random: Random, question: str) -> object:
    if question in NUMBERS:
        low, high = NUMBERS[question]
        return random.choice((random.randint(low, high), random.choice((17, 18, 24, 25, low, high))))
    if question in LISTS:
        size = random.choice((0, 0, 1, 1, 2, len(LISTS[question])))
        return random.sample(LISTS[question], size)
    return random.choice(CHOICES.get(question, ("yes", "no")))


def a_case(random: Random) -> Case:
    """Return answers that are sparse, full or almost harmless, whether or not their questions apply."""
    case = {} if random.random() < 0.4 else dict(HARMLESS)
    share = random.choice((0.03, 0.1, 0.3, 0.7, 1.0))
    for question in QUESTIONS:
        if random.random() < share:
            lot = random.random()
            case.pop(question, None)
            if lot < 0.7:
                case[question] = a_value(random, question)
            elif lot < 0.9:
                case[question] = random.choice(("unknown", "declined"))
    return case


def is_sure(answers: dict[str, object]) -> bool:
    """True where the answers make the reason hold; an unknown diagnosis can be part of that, beside another answer."""
    unknown = {name for name, value in answers.items() if value == "unknown"}
    return not unknown or (unknown == {"diagnosis"} and len(answers) > 1)


def differences(knowledge: KnowledgeBase, case: Case, *, tablet: bool = False) -> list[str]:
    """Return what differs between the engine and the contract, one line each."""
    found = eligibility.assess(knowledge, check_answers(knowledge.questions, case), tablet=tablet)
    says = assessment.as_json(knowledge, Words(knowledge, "en"), found)
    together = ("donor_hair_sufficient", "medicines_checked") if tablet else ()
    expected = reference.assess({name: value for name, value in case.items() if name not in together})
    lines: list[str] = []

    def compare(what: str, wanted: object, got: object) -> None:
        if wanted != got:
            lines.append(f"{what}: contract {wanted!r}, engine {got!r}")

    for option in OPTIONS:
        entry = says["options"][option]  # type: ignore[index]
        compare(f"{option} outcome", expected.outcomes[option], entry["outcome"])
        opened = [(one["question"], one["could_become"]) for one in entry["open"]]
        compare(f"{option} open", sorted(expected.open[option].items()), sorted(opened))
        given = {reason["outcome"] for reason in entry["reasons"]}
        compare(f"{option} reasons", {outcome for outcome, _ in expected.reasons[option]}, given)
        sure = {is_sure(reason["answers"]) for reason in entry["reasons"] if reason["outcome"] == "needs_check"}
        wanted = {known for outcome, known in expected.reasons[option] if outcome == "needs_check"}
        compare(f"{option} sureness of needs_check", wanted, sure)
    compare("settle_next", expected.settle_next, says["settle_next"])
    compare("number of red flags", expected.red_flags, len(says["red_flags"]))  # type: ignore[arg-type]
    if not tablet:
        compare("ignored", sorted(expected.ignored), sorted(says["ignored"]))  # type: ignore[call-overload]
    return lines


def smallest(knowledge: KnowledgeBase, case: Case, *, tablet: bool = False) -> Case:
    """Return the case with every answer left out that the difference does not need."""
    for question in list(case):
        fewer = {name: value for name, value in case.items() if name != question}
        if differences(knowledge, fewer, tablet=tablet):
            case = fewer
    return case


def check(case: Case, *, tablet: bool = False) -> None:
    knowledge = load()
    if differences(knowledge, case, tablet=tablet):
        small = smallest(knowledge, case, tablet=tablet)
        pytest.fail(f"{small}\n" + "\n".join(differences(knowledge, small, tablet=tablet)))


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 15))])
def test_any_answers_give_what_the_contract_says(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        check(a_case(random))


@pytest.mark.parametrize("seed", range(2))
def test_on_a_tablet_the_practitioners_findings_count_as_unknown(seed: int) -> None:
    random = Random(1000 + seed)
    for _ in range(50):
        check(a_case(random), tablet=True)


def test_every_single_answer_beside_harmless_ones_gives_what_the_contract_says() -> None:
    for question in QUESTIONS:
        for value in (*ends_and_items(question), "unknown"):
            check({**HARMLESS, question: value})


def ends_and_items(question: str) -> tuple[object, ...]:
    if question in NUMBERS:
        return (*NUMBERS[question], 17, 18, 24, 25)
    if question in LISTS:
        return ([], *([item] for item in LISTS[question]), list(LISTS[question]))
    return reference.possible(question)


def test_questions_and_their_values_are_the_contracts_in_its_order() -> None:
    questions = load().questions
    assert tuple(questions) == QUESTIONS
    for name, question in questions.items():
        if name in NUMBERS:
            assert (question.minimum, question.maximum) == NUMBERS[name]
        else:
            assert question.values == LISTS.get(name, CHOICES.get(name, ("yes", "no"))), name


def test_random_cases_reach_every_outcome_of_every_option() -> None:
    random = Random(0)
    reached = set()
    for _ in range(1500):
        state = reference.view(a_case(random))
        reached |= {(option, reference.outcome_of(option, state)) for option in OPTIONS}
    never = {("no_treatment", outcome) for outcome in ("listed_exclusion", "wait", "needs_check")}
    assert reached == {(option, outcome) for option in OPTIONS for outcome in reference.STRICTNESS} - never
