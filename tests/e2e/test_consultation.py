"""Whole consultations, from the first page to the summary, each of three people in another language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.reader import OPTIONS, PICTURES, Answer, Reader, digits, questions

pytestmark = pytest.mark.slow

# The wording of the outcomes is agreed in every language; a page that says it otherwise is wrong.
WAIT = {"en": "Not now: wait", "de": "Jetzt nicht: warten", "fr": "Pas maintenant : attendre"}
SETTLE_FIRST = {"en": "Settle first", "de": "Vorher klären", "fr": "À vérifier d'abord"}
CANNOT_TELL = {"en": "Cannot tell yet", "de": "Noch nicht zu sagen", "fr": "Impossible à dire pour l'instant"}
NONE_FOUND = {
    "en": "No listed reason against it found",
    "de": "Kein genannter Gegengrund gefunden",
    "fr": "Aucune raison contre trouvée dans les sources",
}
TREATMENTS = ("mesotherapy", "prp", "transplant")

HEALTHY: dict[str, Answer] = {
    name: "no"
    for name, one in questions().items()
    if one["section"] == "health" and one["type"] == "yes_no" and name != "medicines_checked"
}
WOMAN: dict[str, Answer] = HEALTHY | {
    "age_years": 34,
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_onset": "gradual",
    "loss_duration_months": 18,
    "loss_pattern": "widening_parting",
    "ludwig_stage": "1",
    "diagnosis": "androgenetic",
    "growth_stopped": "no",
    "family_history": "yes",
    "transplant_history": "none",
    "donor_hair_sufficient": "unknown",
    "scalp_signs": [],
    "scalp_disease_active": "no",
    "allergies": ["latex"],
    "medicines": ["aspirin", "other"],
    "medicines_checked": "no",
    "triggers": ["childbirth"],
    "lab_tests_done": "yes",
    "goals": ["slow_loss", "thicken"],
    "expects_permanent_result": "no",
    "accepts_maintenance": "yes",
    "accepts_surgery": "declined",
    "accepts_needles": "yes",
}
MAN: dict[str, Answer] = HEALTHY | {
    "age_years": 24,
    "sex": "male",
    "loss_onset": "gradual",
    "loss_duration_months": 36,
    "loss_pattern": "frontal_or_crown",
    "norwood_stage": "3v",
    "diagnosis": "androgenetic",
    "growth_stopped": "no",
    "family_history": "yes",
    "transplant_history": "planned",
    "donor_hair_sufficient": "yes",
    "scalp_signs": [],
    "scalp_disease_active": "no",
    "allergies": [],
    "medicines": [],
    "triggers": [],
    "lab_tests_done": "yes",
    "goals": ["restore_hairline"],
    "expects_permanent_result": "no",
    "accepts_maintenance": "yes",
    "accepts_surgery": "yes",
    "accepts_needles": "yes",
}


def says(reader: Reader, question: str, value: Answer) -> str:
    """Return how the summary puts an answer that is one word or number."""
    words = str(value) if isinstance(value, int) else reader.answer_words(question, str(value))
    return reader.t("pair", name=reader.t(f"short.{question}"), value=words)


def begin(reader: Reader) -> None:
    reader.open("start")
    reader.tap(reader.tab.get_by_role("link", name=reader.t("start.begin")))
    reader.sees_page("check")


def compare(reader: Reader, labels: dict[str, str]) -> None:
    """Look at the comparison, whose strip says the same as the check."""
    reader.go("compare")
    strip = reader.tab.get_by_role("region", name=reader.t("compare.strip"), exact=True)
    for option, label in labels.items():
        one = strip.get_by_role("listitem").filter(has_text=reader.t(f"option.{option}"))
        expect(one).to_contain_text(label)


def sees_sum(reader: Reader, option: str, *amounts: str) -> None:
    """Check the row of one option in the summary's table of costs."""
    name = reader.t(f"option.{option}")
    row = reader.tab.get_by_role("row").filter(has=reader.tab.get_by_role("rowheader", name=name, exact=True))
    expect(row).to_have_count(1)
    words = digits(row.inner_text())
    assert [amount for amount in amounts if amount not in words] == [], words


def test_a_breastfeeding_woman_is_told_to_wait_and_takes_her_plan_and_costs_home(reader: Reader) -> None:
    reader.lang = "fr"
    begin(reader)
    reader.answers(WOMAN)
    reader.sees_all_answered()

    def outcomes(lang: str) -> dict[str, str]:
        return dict.fromkeys(TREATMENTS, WAIT[lang]) | {"no_treatment": NONE_FOUND[lang]}

    reader.sees_outcomes(outcomes("fr"))
    compare(reader, outcomes("fr"))
    reader.plan("four_fortnightly")
    reader.cost("mesotherapy", "DE")
    reader.go("check")
    for section, kept in (
        ("you", ("age_years", "sex", "pregnancy")),
        ("hair", ("loss_pattern", "ludwig_stage", "loss_duration_months", "donor_hair_sufficient")),
        ("health", ("allergies", "medicines", "diabetes")),
    ):
        reader.turn_to(section)
        for question in kept:
            reader.sees_answer(question, WOMAN[question])

    reader.go("summary")
    tab = reader.tab
    for lang in ("fr", "de", "en"):
        reader.speak(lang)
        reader.sees_outcomes(outcomes(lang))
        for question in ("age_years", "pregnancy", "ludwig_stage", "donor_hair_sufficient", "accepts_surgery"):
            reader.sees_line(says(reader, question, WOMAN[question]))
        plan = reader.plan_name("four_fortnightly")
        table = tab.get_by_role("table", name=plan, exact=True)
        # The heading, four sessions, the end of the course, and maintenance for two years every two months.
        assert table.get_by_role("row").count() > 10
        # Germany's one published price is 300 EUR; the sources say 4 to 10 sessions.
        sees_sum(reader, "mesotherapy", "1200", "3000")
        expect(tab.get_by_text(reader.t("summary.plan_none"), exact=True)).to_have_count(0)


@pytest.mark.long
def test_a_young_man_who_plans_a_transplant_has_something_to_settle_first(reader: Reader) -> None:
    reader.lang = "de"
    begin(reader)
    reader.answers(MAN)
    reader.sees_all_answered()

    def outcomes(lang: str) -> dict[str, str]:
        return {"transplant": SETTLE_FIRST[lang]} | dict.fromkeys(
            ("mesotherapy", "prp", "no_treatment"), NONE_FOUND[lang]
        )

    reader.sees_outcomes(outcomes("de"))
    compare(reader, outcomes("de"))
    reader.plan("transplant_course")
    reader.cost("transplant", "FR")
    # With the stage answered, grafts count until something else is chosen.
    expect(reader.result()).to_contain_text(reader.t("per.graft"))
    reader.pick("costs.basis", reader.t("costs.basis.procedure"))
    reader.fill("costs.price.procedure.low", "4321")
    expect(reader.result()).to_contain_text("4.321")
    reader.go("summary")
    sees_sum(reader, "transplant", "4321")
    for lang in ("de", "fr", "en"):
        reader.speak(lang)
        reader.sees_outcomes(outcomes(lang))
        reader.sees_line(says(reader, "norwood_stage", "3v"))


@pytest.mark.long
def test_who_does_not_know_anything_is_told_nothing_but_that(reader: Reader) -> None:
    begin(reader)
    not_asked = {"menstruation_on_day"}
    reader.answers({name: "unknown" for name in questions() if name not in not_asked | set(PICTURES)})
    reader.turn_to("hair")
    for question in PICTURES:
        reader.answer(question, "unknown")
    expect(reader.picture("ludwig_stage", "unknown", chosen=True)).to_have_count(len(PICTURES))
    reader.sees_outcomes(dict.fromkeys(OPTIONS, CANNOT_TELL["en"]))

    compare(reader, dict.fromkeys(OPTIONS, CANNOT_TELL["en"]))
    reader.plan("prp_standard")
    reader.cost("prp", "UK")
    reader.go("summary")
    for lang in ("en", "de", "fr"):
        reader.speak(lang)
        reader.sees_outcomes(dict.fromkeys(OPTIONS, CANNOT_TELL[lang]))
        expect(reader.tab.get_by_text(reader.t("summary.answers_none"), exact=True)).to_be_visible()
        for question in ("pregnancy", "scalp_signs", "medicines", "diabetes"):
            reader.sees_line(says(reader, question, "unknown"))
        expect(reader.tab.get_by_text(reader.t("answer.none_of_these"))).to_have_count(0)
