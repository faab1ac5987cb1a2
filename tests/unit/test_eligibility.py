"""Laws of the assessment, for any answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from mesodash.domain.answers import check_answers
from mesodash.domain.eligibility import RANK, assess
from mesodash.domain.truth import Value
from mesodash.knowledge import load
from tests.strategies import any_answer, concrete

KNOWLEDGE = load()
QUESTIONS = KNOWLEDGE.questions
YES_IS_HARMFUL = [
    question.id
    for question in QUESTIONS.values()
    if question.section == "health" and question.type == "yes_no" and question.id != "medicines_checked"
] + ["scalp_disease_active", "menstruation_on_day", "growth_stopped", "expects_permanent_result"]
NO_IS_HARMFUL = ["donor_hair_sufficient", "lab_tests_done", "medicines_checked"]
CONDITIONS_THAT_RULES_NAME = {"diagnosis", "scalp_disease_active"}


answers = some.fixed_dictionaries(
    {}, optional={name: any_answer(question) for name, question in QUESTIONS.items()}
).map(lambda given: check_answers(QUESTIONS, given))


def ranks(given: dict[str, Value], **how: bool) -> dict[str, int]:
    return {option: RANK[found.outcome] for option, found in assess(KNOWLEDGE, given, **how).options.items()}


@given(answers)
def test_absent_unknown_and_declined_give_the_same_assessment(given: dict[str, Value]) -> None:
    absent = {name: value for name, value in given.items() if value not in ("unknown", "declined")}
    unknown = {name: "unknown" if value == "declined" else value for name, value in given.items()}
    assert assess(KNOWLEDGE, given) == assess(KNOWLEDGE, absent) == assess(KNOWLEDGE, unknown)


@given(answers, some.data())
def test_a_finding_never_makes_an_outcome_less_strict(given: dict[str, Value], data: some.DataObject) -> None:
    harmless = {**given, **dict.fromkeys(YES_IS_HARMFUL, "no"), **dict.fromkeys(NO_IS_HARMFUL, "yes")}
    harmless |= {"pregnancy": "none", "loss_onset": "gradual", "age_years": 40}
    findings: list[dict[str, Value]] = [{name: "yes"} for name in YES_IS_HARMFUL]
    findings += [{name: "no"} for name in NO_IS_HARMFUL]
    findings += [{"pregnancy": value} for value in ("pregnant", "breastfeeding", "planning")]
    findings += [{"loss_onset": "sudden"}, {"age_years": 24}, {"age_years": 17}]
    for name in ("scalp_signs", "allergies"):
        before = harmless.get(name)
        items = before if isinstance(before, tuple) else ()
        harmless[name] = items
        findings += [{name: (*items, value)} for value in QUESTIONS[name].values if value not in items]
    finding = data.draw(some.sampled_from(findings))
    before, after = ranks(harmless), ranks({**harmless, **finding})
    assert all(after[option] <= before[option] for option in before), finding


@given(answers, some.data())
def test_answering_an_open_question_never_softens_an_outcome_that_stands(
    given: dict[str, Value], data: some.DataObject
) -> None:
    gates = {name for question in QUESTIONS.values() if question.asked_when for name in question.asked_when.questions()}
    free = [
        name
        for name in QUESTIONS
        if given.get(name) in (None, "unknown", "declined") and name not in gates | CONDITIONS_THAT_RULES_NAME
    ]
    if not free:
        return
    name = data.draw(some.sampled_from(free))
    value = check_answers(QUESTIONS, {name: data.draw(concrete(QUESTIONS[name]))})
    before, after = ranks(given), ranks({**given, **value})
    for option, rank in before.items():
        if rank <= RANK["wait"]:
            assert after[option] <= rank


@given(answers)
def test_doing_nothing_is_see_a_doctor_exactly_when_a_red_flag_is_raised(given: dict[str, Value]) -> None:
    found = assess(KNOWLEDGE, given)
    outcome = found.options["no_treatment"].outcome
    assert (outcome == "see_doctor_first") == bool(found.red_flags)
    assert outcome in ("see_doctor_first", "cannot_tell_yet", "no_listed_exclusion")


@given(answers)
def test_an_open_question_is_not_answered_and_could_make_the_outcome_stricter(given: dict[str, Value]) -> None:
    for found in assess(KNOWLEDGE, given).options.values():
        for entry in found.open:
            assert given.get(entry.question) in (None, "unknown", "declined")
            assert RANK[entry.could_become] < RANK[found.outcome] or found.outcome == "needs_check"


@given(answers)
def test_an_undecided_outcome_says_what_would_settle_it(given: dict[str, Value]) -> None:
    found = assess(KNOWLEDGE, given)
    for option in found.options.values():
        assert (option.outcome != "cannot_tell_yet") or option.open
        assert option.outcome in ("no_listed_exclusion", "cannot_tell_yet") or option.reasons
    opened = {entry.question for option in found.options.values() for entry in option.open}
    assert set(found.settle_next) == opened


@given(answers)
def test_answers_to_questions_that_do_not_apply_are_named_and_change_nothing(given: dict[str, Value]) -> None:
    found = assess(KNOWLEDGE, given)
    without = {name: value for name, value in given.items() if name not in found.ignored}
    assert assess(KNOWLEDGE, without).options == found.options


@given(answers)
def test_a_tablet_never_knows_what_only_a_practitioner_finds(given: dict[str, Value]) -> None:
    without = {name: value for name, value in given.items() if QUESTIONS[name].mode == "always"}
    on_tablet, without_them = assess(KNOWLEDGE, given, tablet=True), assess(KNOWLEDGE, without)
    assert on_tablet.options == without_them.options


def test_no_answer_at_all_is_never_read_as_no() -> None:
    assert set(ranks({}).values()) == {RANK["cannot_tell_yet"]}


def test_settle_next_puts_what_is_open_in_most_options_first() -> None:
    found = assess(KNOWLEDGE, {})
    count = {
        name: sum(name in {entry.question for entry in option.open} for option in found.options.values())
        for name in found.settle_next
    }
    assert list(count.values()) == sorted(count.values(), reverse=True)
    assert found.settle_next[0] == "age_years"


def test_a_question_that_only_decides_whether_another_is_asked_is_not_open() -> None:
    assert "sex" not in assess(KNOWLEDGE, {}).settle_next
    assert "medicines" not in assess(KNOWLEDGE, {}).settle_next


def test_who_has_another_diagnosis_is_not_told_that_a_trigger_passes_by_itself() -> None:
    def told(**given: object) -> bool:
        found = assess(KNOWLEDGE, check_answers(QUESTIONS, {"triggers": ["stress"], **given})).options["no_treatment"]
        return "trigger-recovers" in {thought.id for thought in found.considerations}

    assert not any(told(diagnosis=one) for one in ("androgenetic", "alopecia_areata", "scarring"))
    assert all(told(diagnosis=one) for one in ("telogen_effluvium", "none_yet", "unknown"))
    assert told()
