"""Each page opens in each language, and answers follow the reader through the app."""

from __future__ import annotations

import pytest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import Lang
from tests.app.app import LANGUAGES, PAGES, go, open_page, shown

KNOWLEDGE = load()


def words(lang: Lang) -> Words:
    return Words(KNOWLEDGE, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_its_reader_s_language(name: str, lang: Lang) -> None:
    app = open_page(name, lang)
    assert not app.exception
    assert not app.error
    assert words(lang)("fixed_sentence").split(";")[0] in shown(app).replace("&#x27;", "'")


def test_every_question_of_the_contract_can_be_answered_with_i_don_t_know() -> None:
    app = open_page("check")
    t = words("en")
    for section in ("you", "hair", "scalp", "health", "triggers", "goals"):
        app.session_state["check.section"] = section
        app.run()
        for name, question in KNOWLEDGE.questions.items():
            if question.section != section or name in ("norwood_stage", "ludwig_stage", "months_since_transplant"):
                continue
            key = f"answers.{name}.mark" if question.type == "integer" else f"answers.{name}"
            group = app.button_group(key=key)
            assert [t("answer.unknown"), t("answer.declined")] == group.options[-2:]


def test_no_medical_question_has_a_first_value() -> None:
    app = open_page("check")
    for section in ("you", "hair", "scalp", "health", "triggers", "goals"):
        app.session_state["check.section"] = section
        app.run()
        for name in KNOWLEDGE.questions:
            key = f"answers.{name}"
            assert key not in app.session_state or app.session_state[key] in (None, []), name
    assert "data-outcome='cannot_tell_yet'" in shown(app)
    assert "data-outcome='no_listed_exclusion'" not in shown(app)


def test_an_answer_is_shown_on_summary_and_kept_when_the_page_is_left() -> None:
    app = open_page("check")
    app.number_input(key="answers.age_years").set_value(34).run()
    app.button_group(key="answers.sex").set_value("female").run()
    app.button_group(key="answers.pregnancy").set_value("breastfeeding").run()
    assert shown(app).count("data-outcome='wait'") == 3
    go(app, "summary")
    assert "Age: 34" in shown(app)
    go(app, "check")
    assert app.number_input(key="answers.age_years").value == 34
    assert app.button_group(key="answers.pregnancy").value == "breastfeeding"


def test_a_red_flag_comes_first_on_every_page() -> None:
    app = open_page("check", answers__loss_onset="sudden")
    for name in (*PAGES[1:], "start"):
        go(app, name)
        first = next(block for block in shown(app).split("\n") if "<h1" in block or "class='flags'" in block)
        assert "class='flags'" in first, name


def test_none_of_these_and_i_don_t_know_stand_alone_in_a_list_answer() -> None:
    app = open_page("check")
    app.session_state["check.section"] = "scalp"
    app.run()
    group = app.button_group(key="answers.scalp_signs")
    group.set_value(["itching"]).run()
    app.button_group(key="answers.scalp_signs").set_value(["itching", "none_of_these"]).run()
    assert app.button_group(key="answers.scalp_signs").value == ["none_of_these"]
    app.button_group(key="answers.scalp_signs").set_value(["none_of_these", "open_wounds"]).run()
    assert app.button_group(key="answers.scalp_signs").value == ["open_wounds"]


def test_a_stage_is_picked_by_its_picture_and_can_be_taken_back() -> None:
    app = open_page("check", answers__loss_pattern="frontal_or_crown", check__section="hair")
    app.button(key="pick.norwood_stage.3v").click().run()
    assert app.session_state["answers.norwood_stage"] == "3v"
    app.button(key="pick.norwood_stage.3v").click().run()
    assert app.session_state["answers.norwood_stage"] is None


def test_a_typed_number_and_i_don_t_know_replace_each_other() -> None:
    app = open_page("check")
    app.number_input(key="answers.age_years").set_value(34).run()
    app.button_group(key="answers.age_years.mark").set_value("unknown").run()
    assert app.number_input(key="answers.age_years").value is None
    app.number_input(key="answers.age_years").set_value(40).run()
    assert app.button_group(key="answers.age_years.mark").value is None


def test_a_new_consultation_starts_empty() -> None:
    app = open_page("check", "de")
    app.number_input(key="answers.age_years").set_value(34).run()
    go(app, "start")
    app.button(key="start.again").click().run()
    go(app, "summary")
    assert words("de")("summary.answers_none") in shown(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_change_of_language_keeps_answers(lang: Lang) -> None:
    app = open_page("check")
    app.number_input(key="answers.age_years").set_value(34).run()
    app.button_group(key="lang").set_value(lang).run()
    go(app, "summary")
    t = words(lang)
    assert t("pair", name=t("short.age_years"), value="34") in shown(app)
    assert app.query_params["lang"] in (lang, [lang])
