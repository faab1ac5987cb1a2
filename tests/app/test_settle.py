"""Settling in place, what would change an outcome, and the practitioner's own assessments."""

from __future__ import annotations

import html as markup
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain.answers import check_answers
from mesodash.domain.eligibility import assess
from mesodash.domain.turning import turns
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import Lang
from tests.app.app import LANGUAGES, PAGES, go, open_page, shown

pytestmark = pytest.mark.slow

KNOWLEDGE = load()
BREASTFEEDING: dict[str, Any] = {"answers__sex": "female", "answers__pregnancy": "breastfeeding"}
SUDDEN: dict[str, Any] = {"answers__loss_onset": "sudden"}
HARMLESS: dict[str, Any] = {
    **{one.id: "no" for one in KNOWLEDGE.questions.values() if one.type == "yes_no" and one.asked_when is None},
    "age_years": 40,
    "sex": "male",
    "loss_onset": "gradual",
    "loss_pattern": "frontal_or_crown",
    "growth_stopped": "no",
    "diagnosis": "androgenetic",
    "donor_hair_sufficient": "yes",
    "lab_tests_done": "yes",
    "scalp_signs": ["none_of_these"],
    "allergies": ["none_of_these"],
    "medicines": ["none_of_these"],
}
NOTE = "<b>Seen & 'agreed'</b> <script>alert(1)</script>"


def words(lang: Lang) -> Words:
    return Words(KNOWLEDGE, lang)


def opened(app: AppTest, fold: str, *, is_open: bool = True) -> AppTest:
    """Open a fold-out whose body is only drawn while it is open."""
    app.session_state[fold] = is_open
    return app.run()


def keys(app: AppTest, kind: str = "button") -> list[str]:
    return [str(one.key) for one in app.get(kind)]


def place_in_list(app: AppTest, name: str, lang: Lang = "en") -> int | None:
    """Return where a question stands in the list of what would settle it, or None if it does not."""
    short = words(lang)(f"short.{name}")
    labels = [one.label for one in app.button if str(one.key).startswith("settle.")]
    return next((int(label[2:].split(".")[0]) for label in labels if f". {short} " in label), None)


def record(app: AppTest, option: str, rule: str, grounds: str | None = "examined", note: str = "") -> AppTest:
    """Write down an assessment of one reason on Check, with its form left open."""
    app.button(key=f"assess.open.{option}.{rule}").click().run()
    if grounds is not None:
        app.button_group(key=f"assess.{rule}.grounds").set_value(grounds).run()
    if note:
        app.text_area(key=f"assess.{rule}.note").set_value(note).run()
    assert not app.exception
    return app


def banner(app: AppTest) -> str:
    return "\n".join(block for block in shown(app).split("\n") if "class='flags'" in block)


# --- the reasons


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_names_the_one_answer_or_the_answers_that_it_rests_on(lang: Lang) -> None:
    t = words(lang)
    told = {"heart_disease": "yes", "medicines": ["blood_pressure"], "medicines_checked": "no"}
    page = markup.unescape(shown(open_page("check", lang, **{f"answers__{name}": told[name] for name in told})))
    heart = t("outcome.rested_on", name=t.lower_first(t("short.heart_disease")), answer=t.lower_first(t("answer.yes")))
    assert f"<p class='rests'>{t('outcome.rests_on', answers=heart)}</p>" in page
    both = t.parted(
        t("outcome.rested_on", name=t.lower_first(t(f"short.{name}")), answer=t.lower_first(t(f"answer.{answer}")))
        for name, answer in (("medicines", "medicines.blood_pressure"), ("medicines_checked", "no"))
    )
    assert f"<p class='rests'>{t('outcome.rests_on.many', answers=both)}</p>" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_question_that_nobody_answered_is_not_told_as_one_that_was_answered_by_not_knowing(lang: Lang) -> None:
    t = words(lang)
    fever = {"fever_or_infection": "unknown", "lab_tests_done": "declined", "keloid_tendency": None}
    answers = {f"answers__{name}": value for name, value in fever.items() if value is not None}
    page = markup.unescape(shown(open_page("summary", lang, **answers)))
    for name, said in (
        ("keloid_tendency", t.lower_first(t("answer.not_answered"))),
        ("lab_tests_done", t("answer.declined")),
    ):
        rested = t("outcome.rested_on", name=t.lower_first(t(f"short.{name}")), answer=said)
        assert f"<p class='rests'>{t('outcome.rests_on', answers=rested)}</p>" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_cards_name_as_not_known_and_the_list_does_not_is_named_below_it(lang: Lang) -> None:
    t = words(lang)
    told: dict[str, Any] = {
        name: "no" if one.type == "yes_no" else ["none_of_these"]
        for name, one in KNOWLEDGE.questions.items()
        if one.type in ("yes_no", "multi")
    }
    told |= {"age_years": 34, "sex": "female", "diagnosis": "androgenetic", "pregnancy": "unknown"}
    told |= {"loss_onset": "gradual", "loss_pattern": "widening_parting", "transplant_history": "none"}
    told |= {"keloid_tendency": "unknown", "immunosuppression": "unknown"}
    app = open_page("check", lang, **{f"answers__{name}": value for name, value in told.items()})
    assert place_in_list(app, "pregnancy", lang) == 1
    assert place_in_list(app, "keloid_tendency", lang) is None
    becomes = t("pair", name=t("short.pregnancy"), value=t("quoted", text=t("outcome.wait")))
    assert f"<li>{becomes}</li>" in markup.unescape(shown(app)), "the outcome has a colon of its own"
    both = t.quoted([t("short.immunosuppression"), t("short.keloid_tendency")])
    assert t("settle.later", questions=both) in markup.unescape(shown(app))
    first = open_page("check", lang)
    assert t("settle.later_many", count=9) in markup.unescape(shown(first))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_clinic_s_text_is_not_called_sure_because_a_health_service_stands_in_the_same_sentence(lang: Lang) -> None:
    t = words(lang)
    page = markup.unescape(shown(open_page("check", lang, answers__goals=["restore_hairline"])))
    (label,) = re.findall(
        rf"<p>{re.escape(t.said('thought.transplant_bald_areas'))}</p><details[^>]*><summary>([^<]*)<", page
    )
    both = t.parted([t("certainty.not_graded"), t("certainty.high")])
    assert label == t("source.label", certainty=both)


# --- what would change this


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_would_change_an_outcome_is_what_the_engine_says(lang: Lang) -> None:
    app = opened(open_page("check", lang, **BREASTFEEDING), "turn.prp")
    t = words(lang)
    page = markup.unescape(shown(app))
    assert page.count(t("turn.lead", title=t("turn.title"))) == 1, "once for all cards"
    told = check_answers(KNOWLEDGE.questions, {"sex": "female", "pregnancy": "breastfeeding"})
    found = turns(KNOWLEDGE, told, "prp")
    assert [f"data-turn='{turn.outcome}'" in page for turn in found] == [True] * len(found)
    line = t("pair", name=t("short.pregnancy"), value=t("answer.pregnancy.none"))
    block = page[page.index("data-turn='cannot_tell_yet'") :]
    assert f"<li>{line}</li>" in block


def test_what_would_change_it_is_worked_out_only_when_asked_for() -> None:
    assert "data-turn=" not in shown(open_page("check", **BREASTFEEDING))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_illness_that_speaks_against_an_option_is_named_as_staying_and_not_as_a_change(lang: Lang) -> None:
    t = words(lang)
    app = open_page("check", lang, answers__heart_disease="yes", answers__age_years=40)
    page = markup.unescape(shown(opened(app, "turn.mesotherapy")))
    stays = t("turn.stays", questions=t("short.heart_disease"))
    assert f"{t('turn.lead', title=t('turn.title'))} {t('turn.fixed')}" in page
    assert stays in page
    assert f"<li>{t('pair', name=t('short.heart_disease'), value=t('answer.no'))}</li>" not in page
    opened(app, "turn.mesotherapy", is_open=False)
    other = markup.unescape(shown(opened(app, "turn.no_treatment")))
    assert t("turn.fixed") in other
    assert stays not in other, "it does not speak against this option"


def test_at_most_eight_changes_are_listed_for_one_outcome_and_the_rest_is_counted() -> None:
    sudden = HARMLESS | {"loss_onset": "sudden"}
    app = opened(open_page("check", **{f"answers__{name}": value for name, value in sudden.items()}), "turn.transplant")
    page = shown(app)
    listed = [block[: block.index("</ul>")].count("<li>") for block in page.split("data-turn='")[1:]]
    assert listed
    assert max(listed) == 9
    told = {name: [] if value == ["none_of_these"] else value for name, value in sudden.items()}
    found = turns(KNOWLEDGE, check_answers(KNOWLEDGE.questions, told), "transplant")
    rest = [len(turn.changes) - 8 for turn in found if len(turn.changes) > 8]
    assert rest
    for number in rest:
        assert words("en")("turn.more", count=number) in page


# --- answered in place


def test_an_entry_of_another_section_is_answered_where_it_stands_and_leaves_the_list() -> None:
    app = open_page("check", check__settle_all=True)
    assert "answers.diabetes" not in keys(app, "button_group")
    app.button(key="settle.diabetes").click().run()
    assert place_in_list(app, "diabetes") is not None
    app.button_group(key="answers.diabetes").set_value("yes").run()
    assert not app.exception
    assert app.session_state["answers.diabetes"] == "yes"
    assert place_in_list(app, "diabetes") is None
    assert app.session_state["check.section"] == "you"
    assert "data-outcome='listed_exclusion'" in shown(app)
    assert words("en")("settle.answered", answer="Diabetes: Yes") in shown(app)
    app.session_state["check.section"] = "health"
    app.run()
    assert app.button_group(key="answers.diabetes").value == "yes"


def test_i_don_t_know_leaves_the_question_in_the_list() -> None:
    app = open_page("check", check__settle_all=True)
    app.button(key="settle.diabetes").click().run()
    app.button_group(key="answers.diabetes").set_value("unknown").run()
    assert place_in_list(app, "diabetes") is not None


def test_a_question_that_stands_above_is_not_drawn_a_second_time() -> None:
    app = open_page("check", check__settle_all=True, check__settle_open=list(KNOWLEDGE.questions))
    for section in ("you", "hair", "scalp", "health", "triggers", "goals"):
        app.session_state["check.section"] = section
        app.run()
        assert not app.exception, section
        above = [str(one.key) for one in app.button if one.label.startswith("↑")]
        assert {KNOWLEDGE.questions[key.rpartition(".")[2]].section for key in above} <= {section}
        assert place_in_list(app, "diabetes") is not None


def test_a_question_that_stands_above_is_led_to() -> None:
    app = open_page("check")
    app.button(key="settle.age_years").click().run()
    assert "document.getElementById('check-section')" in shown(app)
    app.run()
    assert "document.getElementById" not in shown(app)


def test_a_list_question_stays_open_for_a_second_item_and_leaves_when_done() -> None:
    app = open_page("check")
    app.button(key="settle.scalp_signs").click().run()
    before = place_in_list(app, "scalp_signs")
    app.button_group(key="answers.scalp_signs").set_value(["itching"]).run()
    assert place_in_list(app, "scalp_signs") == before
    app.button_group(key="answers.scalp_signs").set_value(["itching", "open_wounds"]).run()
    assert app.session_state["answers.scalp_signs"] == ["itching", "open_wounds"]
    app.button(key="settle.scalp_signs.done").click().run()
    assert "document.getElementById('settle-list')" in shown(app)
    assert place_in_list(app, "scalp_signs") is None
    assert app.session_state["answers.scalp_signs"] == ["itching", "open_wounds"]


def test_a_number_is_answered_in_place_too() -> None:
    app = open_page("check", check__section="goals")
    app.button(key="settle.age_years").click().run()
    app.number_input(key="answers.age_years").set_value(40).run()
    assert not app.exception
    assert place_in_list(app, "age_years") is None
    assert app.session_state["answers.age_years"] == 40


# --- assessments


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_assessment_stands_beside_its_reason_on_check_and_on_summary_and_changes_neither(lang: Lang) -> None:
    app = open_page("check", lang, **BREASTFEEDING)
    before = shown(app).count("data-outcome='wait'")
    record(app, "mesotherapy", "mesotherapy-breastfeeding", "specialist", "Agreed by telephone")
    t = words(lang)
    title = t("pair", name=t("assess.title"), value=t("assess.grounds.specialist"))
    for name in ("check", "summary"):
        go(app, name)
        page = markup.unescape(shown(app))
        assert page.count(title) == 1
        assert page.count("Agreed by telephone") == 1
        assert t.said("reason.mesotherapy_breastfeeding") in page
        assert page.count("data-outcome='wait'") == before


def test_every_listed_reason_can_be_assessed() -> None:
    app = open_page("check", **BREASTFEEDING, answers__loss_onset="sudden", answers__lab_tests_done="unknown")
    for option in ("mesotherapy", "prp", "transplant", "no_treatment"):
        app.session_state[f"unknown.{option}"] = True
    app.run()
    told = {"sex": "female", "pregnancy": "breastfeeding", "loss_onset": "sudden", "lab_tests_done": "unknown"}
    found = assess(KNOWLEDGE, check_answers(KNOWLEDGE.questions, told))
    wanted = {f"assess.open.{option}.{one.rule}" for option, entry in found.options.items() for one in entry.reasons}
    assert wanted == {key for key in keys(app) if key.startswith("assess.open.")}


def test_free_text_is_escaped_and_cut_wherever_it_is_shown() -> None:
    app = open_page("check", **SUDDEN)
    record(app, "prp", "sudden-onset", "other", NOTE)
    for name in ("check", "summary", "compare"):
        go(app, name)
        assert "<script>alert" not in shown(app)
        assert "<b>Seen" not in shown(app)
        assert markup.escape(NOTE) in shown(app)
        assert "Seen" not in str(dict(app.query_params))
    go(app, "check")
    assert "<script>" not in "".join(str(one.value) for one in app.markdown)
    app.text_area(key="assess.sudden-onset.note").set_value("x" * 300).run()
    assert "x" * 300 in shown(app)


def test_a_note_without_grounds_is_not_lost_and_settles_nothing() -> None:
    app = open_page("check", **SUDDEN)
    record(app, "prp", "sudden-onset", None, "only words")
    assert "only words" in shown(app)
    assert "class='flags'" in shown(app)


def test_an_assessment_is_dropped_when_an_answer_behind_its_reason_changes_and_does_not_come_back() -> None:
    app = open_page("check", answers__allergies=["latex"], check__section="health")
    record(app, "prp", "latex-allergy", "examined", "NOTED")
    assert "NOTED" in shown(app)
    app.button_group(key="answers.allergies").set_value(["latex", "other"]).run()
    assert "NOTED" not in shown(app)
    app.button_group(key="answers.allergies").set_value(["latex"]).run()
    assert not app.exception
    assert "NOTED" not in shown(app)
    assert "class='own'" not in shown(app)
    app.button(key="assess.open.prp.latex-allergy").click().run()
    assert app.text_area(key="assess.latex-allergy.note").value == ""
    assert app.button_group(key="assess.latex-allergy.grounds").value is None


def test_an_assessment_outlives_a_change_of_other_answers_and_of_the_language() -> None:
    app = open_page("check", answers__allergies=["latex"])
    record(app, "prp", "latex-allergy", "examined", "NOTED")
    app.number_input(key="answers.age_years").set_value(40).run()
    app.button_group(key="lang").set_value("fr").run()
    assert shown(app).count("NOTED") == 3
    assert markup.escape(words("fr")("assess.grounds.examined")) in shown(app)
    assert app.text_area(key="assess.latex-allergy.note").value == "NOTED"


def test_an_assessment_can_be_removed() -> None:
    app = open_page("check", answers__allergies=["latex"])
    record(app, "prp", "latex-allergy", "examined", "NOTED")
    app.button(key="assess.remove").click().run()
    assert "document.getElementById('reason-prp-latex-allergy')" in shown(app)
    assert "NOTED" not in shown(app)
    assert "assess.remove" not in keys(app)


def test_a_new_consultation_forgets_every_assessment() -> None:
    app = open_page("check", **SUDDEN)
    record(app, "prp", "sudden-onset", "other", "NOTED")
    go(app, "start")
    app.button(key="start.again").click().run()
    go(app, "check")
    assert "assess.kept" not in app.session_state or not app.session_state["assess.kept"]
    app.session_state["check.section"] = "hair"
    app.run()
    app.button_group(key="answers.loss_onset").set_value("sudden").run()
    assert banner(app)
    assert "NOTED" not in shown(app)


# --- red flags


def settled(app: AppTest) -> AppTest:
    app.toggle(key="assess.sudden-onset.settled").set_value(True).run()
    return app


def test_an_assessed_red_flag_still_comes_first_until_it_is_marked_as_settled() -> None:
    app = open_page("check", **SUDDEN)
    record(app, "no_treatment", "sudden-onset", "specialist", "NOTED")
    for name in PAGES[1:]:
        go(app, name)
        assert "NOTED" in banner(app), name


def test_a_settled_red_flag_stands_under_its_outcome_only_and_the_outcome_stays() -> None:
    app = open_page("check", **SUDDEN)
    settled(record(app, "no_treatment", "sudden-onset", "specialist", "NOTED"))
    for name in PAGES[1:]:
        go(app, name)
        assert not banner(app), name
    for name in ("check", "summary"):
        go(app, name)
        page = shown(app)
        assert page.count("data-outcome='see_doctor_first'") == 4
        assert page.count("NOTED") == 4
        assert page.count(markup.escape(words("en")("assess.settled"))) == 4


def test_a_red_flag_cannot_be_settled_without_grounds() -> None:
    app = open_page("check", **SUDDEN)
    record(app, "prp", "sudden-onset", None)
    assert app.toggle(key="assess.sudden-onset.settled").disabled
    app.button_group(key="assess.sudden-onset.grounds").set_value("other").run()
    assert app.toggle(key="assess.sudden-onset.settled").disabled
    app.text_area(key="assess.sudden-onset.note").set_value("Seen last week").run()
    assert not app.toggle(key="assess.sudden-onset.settled").disabled
    settled(app)
    assert not banner(app)
    app.text_area(key="assess.sudden-onset.note").set_value("").run()
    assert banner(app)
    assert app.toggle(key="assess.sudden-onset.settled").value is False


def test_a_settled_red_flag_comes_first_again_when_its_answer_changes() -> None:
    app = open_page("check", check__section="hair", answers__loss_pattern="round_patches")
    app.button_group(key="answers.diagnosis").set_value("none_yet").run()
    record(app, "prp", "round-patches", "examined")
    app.toggle(key="assess.round-patches.settled").set_value(True).run()
    assert not banner(app)
    app.button_group(key="answers.diagnosis").set_value("telogen_effluvium").run()
    assert banner(app)


def test_a_settled_red_flag_does_not_hide_another_one() -> None:
    app = open_page("check", **SUDDEN, answers__age_years=16)
    settled(record(app, "prp", "sudden-onset", "examined"))
    t = words("en")
    assert markup.escape(t.said("reason.child")) in banner(app)
    assert markup.escape(t.said("reason.sudden_onset")) not in banner(app)


def test_only_a_red_flag_can_be_settled() -> None:
    app = open_page("check", answers__allergies=["latex"])
    record(app, "prp", "latex-allergy")
    assert "assess.latex-allergy.settled" not in keys(app, "toggle")
