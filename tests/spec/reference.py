"""The contract's answers, rules and outcomes said a second time, plainly and slowly.

It restates the contract independently: it shares nothing with the engine or the rule files, so that a slip in either
shows as a difference. Questions, branching and rules are written out as the contract words them; what an unknown answer
could still lead to is found by trying every answer, "unknown" included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

Known = str | int | tuple[str, ...]
State = Known | None
"""What the rules see: an answer, None where it is unknown, "not asked" where the question does not apply."""

Seen = Callable[[str], State]
Verdict = bool | None

NOT_ASKED = "not asked"
STRICTNESS = ("listed_exclusion", "see_doctor_first", "wait", "cannot_tell_yet", "needs_check", "no_listed_exclusion")
TREATMENTS = ("mesotherapy", "prp", "transplant")
OPTIONS = (*TREATMENTS, "no_treatment")
YES_NO = ("yes", "no")

# Every question in the order of the contract's table. A number has its two ends, a list the items to choose from.
NUMBERS = {"age_years": (0, 120), "loss_duration_months": (0, 600), "months_since_transplant": (0, 600)}
LISTS: dict[str, tuple[str, ...]] = {
    "scalp_signs": ("pain_or_burning", "pus_or_crusts", "redness_or_scaling", "itching", "open_wounds"),
    "allergies": ("mesotherapy_ingredient", "local_anaesthetic", "latex", "other"),
    "medicines": (
        *("aspirin", "antidepressant", "blood_pressure", "diuretic", "hormonal", "isotretinoin", "minoxidil"),
        *("finasteride_or_dutasteride", "other"),
    ),
    "triggers": (
        *("childbirth", "illness_or_fever", "surgery", "strict_diet", "iron_deficiency", "stress"),
        *("chemical_hair_treatment", "new_medicine"),
    ),
    "goals": ("slow_loss", "thicken", "regrow_bald_areas", "restore_hairline", "hair_quality", "support_transplant"),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male", "other"),
    "pregnancy": ("none", "pregnant", "breastfeeding", "planning"),
    "loss_onset": ("none", "gradual", "sudden"),
    "loss_pattern": ("none", "frontal_or_crown", "widening_parting", "round_patches", "diffuse", "scarred_areas"),
    "norwood_stage": ("1", "2", "3", "3v", "4", "5", "6", "7"),
    "ludwig_stage": ("1", "2", "3"),
    "diagnosis": (
        *("none_yet", "androgenetic", "alopecia_areata", "telogen_effluvium", "scarring", "traction"),
        *("scalp_infection", "other"),
    ),
    "transplant_history": ("none", "planned", "done"),
}
QUESTIONS = (
    *("age_years", "sex", "pregnancy", "menstruation_on_day"),
    *("loss_onset", "loss_duration_months", "loss_pattern", "norwood_stage", "ludwig_stage", "diagnosis"),
    *("growth_stopped", "family_history", "transplant_history", "months_since_transplant", "donor_hair_sufficient"),
    *("scalp_signs", "scalp_disease_active"),
    *("diabetes", "heart_disease", "kidney_failure", "liver_failure", "chemotherapy", "cancer_active"),
    *("bleeding_disorder", "low_platelets", "anticoagulants", "immunosuppression", "keloid_tendency"),
    *("fever_or_infection", "appearance_distress", "allergies", "medicines", "medicines_checked"),
    *("triggers", "lab_tests_done", "goals", "expects_permanent_result", "accepts_maintenance", "accepts_surgery"),
    "accepts_needles",
)


@cache
def possible(question: str) -> tuple[Known, ...]:
    """Return every answer a question can have."""
    if question in NUMBERS:
        low, high = NUMBERS[question]
        return tuple(range(low, high + 1))
    if question in LISTS:
        items = LISTS[question]
        return tuple(chosen for size in range(len(items) + 1) for chosen in combinations(items, size))
    return CHOICES.get(question, YES_NO)


# Tests of one answer. None is "not known"; what is not asked is never so.
def equals(answer: State, *wanted: Known) -> Verdict:
    return None if answer is None else answer in wanted


def below(answer: State, limit: int) -> Verdict:
    return None if answer is None else isinstance(answer, int) and answer < limit


def chosen(answer: State, item: str) -> Verdict:
    return None if answer is None else isinstance(answer, tuple) and item in answer


def negated(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def both(*verdicts: Verdict) -> Verdict:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def either(*verdicts: Verdict) -> Verdict:
    if True in verdicts:
        return True
    return None if None in verdicts else False


def asked(question: str, seen: Seen) -> bool:
    """True where a question applies, or might apply because the answer it hangs on is unknown."""
    conditions: dict[str, Verdict] = {
        "pregnancy": negated(equals(seen("sex"), "male")),
        "menstruation_on_day": both(
            negated(equals(seen("sex"), "male")), equals(seen("pregnancy"), "none", "planning")
        ),
        "loss_duration_months": negated(equals(seen("loss_onset"), "none")),
        "norwood_stage": equals(seen("loss_pattern"), "frontal_or_crown"),
        "ludwig_stage": equals(seen("loss_pattern"), "widening_parting"),
        "growth_stopped": negated(equals(seen("loss_pattern"), "none")),
        "months_since_transplant": equals(seen("transplant_history"), "done"),
        "medicines_checked": negated(equals(seen("medicines"), ())),
        "triggers": negated(equals(seen("loss_onset"), "none")),
    }
    return conditions.get(question, True) is not False


def view(answers: Mapping[str, object]) -> dict[str, State]:
    """Return each question's state. Absent, "unknown" and "declined" are one and the same."""
    given: dict[str, State] = {}
    for question in QUESTIONS:
        answer = answers.get(question)
        if isinstance(answer, list | tuple):
            given[question] = tuple(item for item in LISTS[question] if item in answer)
        elif isinstance(answer, str | int) and answer not in ("unknown", "declined"):
            given[question] = answer
        else:
            given[question] = None
    return {question: given[question] if asked(question, given.get) else NOT_ASKED for question in QUESTIONS}


def without_diagnosis(seen: Seen, *diagnoses: str) -> bool:
    """None of these diagnoses is known: none yet and unknown count as none."""
    return equals(seen("diagnosis"), *diagnoses) is not True


def minor(seen: Seen) -> Verdict:
    return below(seen("age_years"), 18)


def scalp_disease(seen: Seen) -> Verdict:
    excused = equals(seen("scalp_disease_active"), "no") is True
    infection = both(equals(seen("diagnosis"), "scalp_infection"), not excused)
    return either(equals(seen("scalp_disease_active"), "yes"), infection)


def medicines_not_checked(seen: Seen) -> Verdict:
    some = negated(equals(seen("medicines"), ()))
    return both(some, equals(seen("medicines_checked"), "no"))


def growth_stopped(seen: Seen) -> Verdict:
    undiagnosed = seen("diagnosis") in (None, "none_yet")
    return both(equals(seen("growth_stopped"), "yes"), undiagnosed)


def patches_without_diagnosis(seen: Seen) -> Verdict:
    known = ("alopecia_areata", "scarring", "traction", "scalp_infection", "other")
    return both(equals(seen("loss_pattern"), "round_patches"), without_diagnosis(seen, *known))


def scars_without_diagnosis(seen: Seen) -> Verdict:
    known = ("scarring", "traction", "scalp_infection", "other")
    return both(equals(seen("loss_pattern"), "scarred_areas"), without_diagnosis(seen, *known))


def red_patches(seen: Seen) -> Verdict:
    red = chosen(seen("scalp_signs"), "redness_or_scaling")
    return both(equals(seen("loss_pattern"), "round_patches"), red)


Test = Callable[[Seen], Verdict]


@dataclass(frozen=True)
class Rule:
    """`names` are the questions the contract's words name; `soft`: unknown counts as something to settle."""

    outcome: str
    names: tuple[str, ...]
    holds: Test
    soft: bool = False


def is_(question: str, *values: str) -> tuple[tuple[str, ...], Test]:
    return (question,), lambda seen: equals(seen(question), *values)


def yes(question: str) -> tuple[tuple[str, ...], Test]:
    return is_(question, "yes")


def has(question: str, item: str) -> tuple[tuple[str, ...], Test]:
    return (question,), lambda seen: chosen(seen(question), item)


def under(age: int) -> tuple[tuple[str, ...], Test]:
    return ("age_years",), lambda seen: below(seen("age_years"), age)


MINOR = under(18)
SCALP_DISEASE = (("scalp_disease_active", "diagnosis"), scalp_disease)
OPEN_WOUNDS = has("scalp_signs", "open_wounds")
PREGNANT_OR_BREASTFEEDING = is_("pregnancy", "pregnant", "breastfeeding")
OTHER_ALLERGIES = [has("allergies", item) for item in ("local_anaesthetic", "latex", "other")]
MENSTRUATION = Rule("wait", *yes("menstruation_on_day"), soft=True)
DONOR_HAIR = Rule("listed_exclusion", *is_("donor_hair_sufficient", "no"), soft=True)


def rules_of(outcome: str, *tests: tuple[tuple[str, ...], Test]) -> list[Rule]:
    return [Rule(outcome, names, holds) for names, holds in tests]


RED_FLAGS = rules_of(
    "see_doctor_first",
    is_("loss_onset", "sudden"),
    MINOR,
    (("loss_pattern", "diagnosis"), patches_without_diagnosis),
    (("loss_pattern", "diagnosis"), scars_without_diagnosis),
    has("scalp_signs", "pus_or_crusts"),
    has("scalp_signs", "pain_or_burning"),
    (("loss_pattern", "scalp_signs"), red_patches),
)
ALL_TREATMENTS = rules_of(
    "needs_check",
    has("scalp_signs", "itching"),
    has("scalp_signs", "redness_or_scaling"),
    yes("appearance_distress"),
    (("growth_stopped", "diagnosis"), growth_stopped),
)
RULES: dict[str, list[Rule]] = {
    "mesotherapy": [
        *rules_of("listed_exclusion", MINOR, has("allergies", "mesotherapy_ingredient")),
        *rules_of("listed_exclusion", yes("chemotherapy"), yes("diabetes"), yes("heart_disease")),
        *rules_of("listed_exclusion", yes("kidney_failure"), yes("liver_failure")),
        *rules_of("wait", PREGNANT_OR_BREASTFEEDING, SCALP_DISEASE, OPEN_WOUNDS, yes("fever_or_infection")),
        MENSTRUATION,
        *rules_of("needs_check", (("medicines", "medicines_checked"), medicines_not_checked)),
        *rules_of("needs_check", yes("anticoagulants"), yes("bleeding_disorder"), yes("low_platelets")),
        *rules_of("needs_check", yes("keloid_tendency"), yes("immunosuppression"), yes("cancer_active")),
        *rules_of("needs_check", is_("pregnancy", "planning"), *OTHER_ALLERGIES, is_("lab_tests_done", "no")),
        *ALL_TREATMENTS,
        *RED_FLAGS,
    ],
    "prp": [
        *rules_of("listed_exclusion", yes("low_platelets"), yes("bleeding_disorder"), yes("cancer_active"), MINOR),
        *rules_of("wait", is_("pregnancy", "pregnant", "breastfeeding", "planning"), SCALP_DISEASE, OPEN_WOUNDS),
        *rules_of("wait", yes("fever_or_infection")),
        *rules_of("needs_check", yes("anticoagulants"), yes("liver_failure"), yes("chemotherapy")),
        *rules_of("needs_check", yes("immunosuppression"), yes("keloid_tendency"), *OTHER_ALLERGIES),
        *ALL_TREATMENTS,
        *RED_FLAGS,
    ],
    "transplant": [
        *rules_of("listed_exclusion", MINOR, is_("diagnosis", "scarring"), is_("diagnosis", "alopecia_areata")),
        DONOR_HAIR,
        *rules_of("wait", PREGNANT_OR_BREASTFEEDING, SCALP_DISEASE, OPEN_WOUNDS, yes("fever_or_infection")),
        *rules_of("wait", yes("chemotherapy")),
        *rules_of("needs_check", is_("loss_pattern", "diffuse"), is_("diagnosis", "telogen_effluvium"), under(25)),
        *rules_of("needs_check", yes("expects_permanent_result"), yes("bleeding_disorder"), yes("low_platelets")),
        *rules_of("needs_check", yes("anticoagulants"), yes("keloid_tendency"), yes("diabetes")),
        *rules_of("needs_check", yes("heart_disease"), yes("kidney_failure"), yes("liver_failure")),
        *rules_of("needs_check", yes("immunosuppression"), yes("cancer_active"), *OTHER_ALLERGIES),
        *ALL_TREATMENTS,
        *RED_FLAGS,
    ],
    "no_treatment": RED_FLAGS,
}


def stricter(one: str, other: str) -> bool:
    return STRICTNESS.index(one) < STRICTNESS.index(other)


def outcome_of(option: str, state: Mapping[str, State]) -> str:
    """Return the first outcome that holds."""
    verdicts = [(rule, rule.holds(state.__getitem__)) for rule in RULES[option]]
    for outcome in ("listed_exclusion", "see_doctor_first", "wait"):
        if any(verdict is True for rule, verdict in verdicts if rule.outcome == outcome):
            return outcome
    unsure = [rule for rule, verdict in verdicts if verdict is None]
    if any(rule.outcome != "needs_check" and not rule.soft for rule in unsure):
        return "cannot_tell_yet"
    settle = [verdict is True for rule, verdict in verdicts if rule.outcome == "needs_check"]
    return "needs_check" if unsure or any(settle) else "no_listed_exclusion"


@cache
def _could_change(holds: Test, question: str, state: tuple[tuple[str, State], ...]) -> bool:
    unknown = [name for name, value in state if value is None]
    if question not in unknown:
        return False
    others = [name for name in unknown if name != question]
    for values in product(*((None, *possible(name)) for name in others)):
        case: dict[str, State] = {**dict(state), **dict(zip(others, values, strict=True))}
        verdicts = {holds({**case, question: value}.__getitem__) for value in (None, *possible(question))}
        if len(verdicts) > 1:
            return True
    return False


def hangs_on(rule: Rule, state: Mapping[str, State]) -> list[str]:
    """Return the unknown questions whose answer, alone or with others, could change what an undetermined rule says."""
    if rule.holds(state.__getitem__) is not None:
        return []
    named = tuple((name, state[name]) for name in rule.names)
    return [name for name in rule.names if _could_change(rule.holds, name, named)]


def open_of(option: str, state: Mapping[str, State]) -> dict[str, str]:
    """Return what each open question could become."""
    present = outcome_of(option, state)
    counted = [rule for rule in RULES[option] if rule.outcome != "needs_check" and stricter(rule.outcome, present)]
    soft = [rule for rule in RULES[option] if rule.outcome == "needs_check"]
    if present == "needs_check" and not any(rule.holds(state.__getitem__) is True for rule in soft):
        counted += soft
    found: dict[str, str] = {}
    for rule in counted:
        for question in hangs_on(rule, state):
            if question not in found or stricter(rule.outcome, found[question]):
                found[question] = rule.outcome
    return found


def reasons_of(option: str, state: Mapping[str, State]) -> set[tuple[str, bool]]:
    """Return the (outcome, known) of all reasons; an unknown answer is a reason only where it counts as needs_check."""
    reasons: set[tuple[str, bool]] = set()
    for rule in RULES[option]:
        verdict = rule.holds(state.__getitem__)
        if verdict is True:
            reasons.add((rule.outcome, True))
        elif verdict is None and (rule.soft or rule.outcome == "needs_check"):
            reasons.add(("needs_check", False))
    return reasons


@dataclass(frozen=True)
class Expected:
    outcomes: dict[str, str]
    open: dict[str, dict[str, str]]
    settle_next: Sequence[str]
    ignored: set[str]
    red_flags: int
    reasons: dict[str, set[tuple[str, bool]]]


def assess(answers: Mapping[str, object]) -> Expected:
    """Return everything the contract says about one case."""
    state = view(answers)
    opened = {option: open_of(option, state) for option in OPTIONS}

    def rank(question: str) -> tuple[int, int, int]:
        becomes = [entry[question] for entry in opened.values() if question in entry]
        return -len(becomes), min(STRICTNESS.index(outcome) for outcome in becomes), QUESTIONS.index(question)

    concrete = {name for name, answer in answers.items() if answer not in ("unknown", "declined")}
    return Expected(
        outcomes={option: outcome_of(option, state) for option in OPTIONS},
        open=opened,
        settle_next=sorted({question for entry in opened.values() for question in entry}, key=rank),
        ignored={name for name in concrete if state[name] == NOT_ASKED},
        red_flags=sum(rule.holds(state.__getitem__) is True for rule in RED_FLAGS),
        reasons={option: reasons_of(option, state) for option in OPTIONS},
    )
