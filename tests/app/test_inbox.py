"""Inbox: a hand-over is opened by its code once, settled in place, and what the patient said alone stays visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain.answers import check_answers
from mesodash.domain.eligibility import assess
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.store.database import close_stores, the_store
from mesodash.store.place import here
from tests.app.app import go, open_page, shown

pytestmark = pytest.mark.slow

KNOWLEDGE = load()
ANSWERS: dict[str, Any] = {
    "age_years": 34,
    "sex": "female",
    "pregnancy": "unknown",
    "loss_onset": "gradual",
    "scalp_signs": ["pain_or_burning"],
    "diabetes": "unknown",
    "heart_disease": "declined",
    "chemotherapy": "no",
    "allergies": ["latex"],
    "goals": ["thicken"],
}
NOTE = "<b>GOT & 'GPT'</b> <script>alert(1)</script>"


@pytest.fixture(autouse=True)
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database of its own for each test."""
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "clinic"))
    yield
    close_stores()


def a_code(answers: dict[str, Any] | None = None, *, minutes: int = 30, ago: int = 0, **edit: Any) -> str:
    """Return the code of a hand-over that the tablet made some minutes ago."""
    at = datetime.now(UTC) - timedelta(minutes=ago)
    content = {
        "answers": ANSWERS if answers is None else answers,
        "lang": "fr",
        "content_version": KNOWLEDGE.version,
        "content_hash": KNOWLEDGE.digest,
        "answered_at": at.isoformat(timespec="seconds"),
        "notice": "1a2b",
    }
    return the_store().handovers.put(content | edit, now=at, minutes=minutes)


def words(lang: Lang = "en") -> Words:
    return Words(KNOWLEDGE, lang)


def page(app: AppTest) -> str:
    return unescape(shown(app))


def lines(app: AppTest) -> list[str]:
    """Return the framed lines that say why something was not done."""
    return [unescape(one) for one in re.findall(r"class='saved-line'>(.*?)</p>", shown(app))]


def type_in(app: AppTest, code: str) -> AppTest:
    app.text_input[0].set_value(code)
    return tap(app, "inbox.submit")


def tap(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def opened(lang: Lang = "en", **more: Any) -> AppTest:
    return type_in(open_page("inbox", lang), a_code(**more))


def answers(app: AppTest) -> dict[str, Any]:
    kept = app.session_state.to_dict().items()
    return {name: value for name, value in kept if name.startswith("answers.") and value is not None}


def rows(app: AppTest) -> list[str]:
    return [str(one.key).removeprefix("inbox.row.") for one in app.button if str(one.key).startswith("inbox.row.")]


def row(app: AppTest, name: str) -> str:
    return str(app.button(key=f"inbox.row.{name}").label)


def settle(app: AppTest, name: str, value: Any, who: str | None = "record", why: str = "") -> AppTest:
    """Answer one question in place and say who says so; its row is left open."""
    tap(app, f"inbox.row.{name}")
    app.button_group(key=f"answers.{name}").set_value(value).run()
    if who is not None:
        app.button_group(key=f"settled.{name}.who").set_value(who).run()
    if why:
        app.text_area(key=f"settled.{name}.why").set_value(why).run()
    assert not app.exception
    return app


def beside(app: AppTest, name: str) -> str:
    """Return what stands beneath an answer on who says so."""
    found = re.findall(rf"data-who='{name}'>(.*?)</div>", shown(app))
    return re.sub(r"<.*?>", " ", unescape(" | ".join(found)))


# --- the code


@pytest.mark.parametrize("lang", LANGS)
def test_a_code_typed_as_it_was_heard_opens_the_answers_and_says_how_they_came_about(lang: Lang) -> None:
    app = opened(lang) if lang == "en" else type_in(open_page("inbox", lang), f" {a_code().lower().replace('-', ' ')} ")
    t = words(lang)
    at = re.search(r"\d\d:\d\d", page(app))
    assert at is not None
    assert t("alone.at", time=at.group()) in page(app)
    assert t("inbox.language.fr") in page(app)
    assert app.session_state["answers.sex"] == "female"
    assert app.session_state["answers.allergies"] == ["latex"]
    assert app.text_input[0].value == ""
    assert lines(app) == []
    assert f"data-count='red_flag'><dt>{escape(t('topic.red_flag'))}</dt><dd>1</dd>" in shown(app)


def test_a_code_opens_once_and_a_wrong_a_used_and_an_expired_one_are_told_alike() -> None:
    used, expired = a_code(), a_code(minutes=5, ago=6)
    type_in(open_page("inbox"), used)
    app = open_page("inbox")
    for code in (used, expired):
        type_in(app, code)
        assert lines(app) == [words()("handover.refused")], code
    type_in(app, "K7M-4FQT-XRA")
    assert lines(app) == [words()("handover.slip")]
    type_in(app, "  ")
    assert lines(app) == [words()("inbox.no_code")]
    assert answers(app) == {}
    assert [line.event for line in the_store().audit.last(9)].count("handover_refused") == 2


def test_a_wrong_code_stays_in_the_field_to_be_compared() -> None:
    app = type_in(open_page("inbox"), "K7M-4FQT-XRA")
    assert app.text_input[0].value == "K7M-4FQT-XRA"


def test_after_many_wrong_codes_the_seconds_to_wait_are_said() -> None:
    app = open_page("inbox", "de")
    codes = [a_code(minutes=5, ago=6) for _ in range(4)]
    for code in codes:
        type_in(app, code)
    (line,) = lines(app)
    assert re.fullmatch(re.escape(words("de")("handover.slow")).replace(r"\{seconds\}", r"\d+"), line)


def test_a_begun_consultation_is_only_replaced_when_that_is_wanted_and_no_uses_up_no_code() -> None:
    code = a_code()
    app = open_page("inbox", answers__sex="male", answers__chemotherapy="yes")
    before = answers(app)
    type_in(app, code)
    assert words()("inbox.replaces") in page(app)
    assert answers(app) == before
    tap(app, "inbox.no")
    assert answers(app) == before
    type_in(app, code)
    tap(app, "inbox.yes")
    assert app.session_state["answers.sex"] == "female"
    assert app.session_state["answers.chemotherapy"] == "no"


def test_a_damaged_hand_over_gives_one_line_and_changes_nothing() -> None:
    app = type_in(open_page("inbox", "de"), a_code({"sex": "<script>alert(1)</script>"}))
    (line,) = lines(app)
    assert words("de")("short.sex") in line
    assert "alert(1)" not in page(app)
    assert answers(app) == {}
    assert rows(app) == []


def test_a_question_that_is_not_known_here_is_named_and_left_out() -> None:
    app = type_in(open_page("inbox"), a_code(ANSWERS | {"shoe_size": "9"}, content_hash="0" * 64))
    assert words()("saved.left_out", names="shoe_size") in page(app)
    assert app.session_state["answers.sex"] == "female"
    assert "answers.shoe_size" not in app.session_state


def test_a_store_that_was_lost_is_not_taken_for_one_in_which_nothing_is_saved() -> None:
    app = open_page("inbox")
    assert words()("kept.none") in page(app)
    file = here().file
    assert file is not None
    file.rename(file.with_name("away"))
    app.run()
    assert words()("kept.none") not in page(app)
    assert set(lines(app)) == {words()("store.lost")}
    file.with_name("away").rename(file)
    app.run()
    assert words()("kept.none") in page(app)


def test_a_store_that_fails_gives_one_line_and_what_is_on_the_screen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    code = a_code()
    app = open_page("inbox", "de", answers__sex="male")
    monkeypatch.setenv("MESODASH_DATABASE", "nowhere:")
    type_in(app, code)
    tap(app, "inbox.yes")
    assert set(lines(app)) == {words("de")("store.bad_address")}
    assert app.session_state["answers.sex"] == "male"
    monkeypatch.delenv("MESODASH_DATABASE")
    tap(app, "inbox.submit")
    tap(app, "inbox.yes")
    assert app.session_state["answers.sex"] == "female"


# --- what comes first


def test_red_flags_come_before_unknowns_and_unknowns_before_what_is_known() -> None:
    app = opened()
    blocks = [str(one.proto.body) for one in app.get("html")]
    order = ["class='inbox-flag'", "id='inbox-first'", "id='inbox-rest'", "id='inbox-behind'", "id='kept-list'"]
    places = [next(place for place, one in enumerate(blocks) if mark in one) for mark in order]
    assert places == sorted(places)
    assert rows(app)[:2] != []
    assert rows(app).index("heart_disease") < rows(app).index("allergies")


def test_unknowns_that_settle_something_stand_in_the_order_of_the_assessment() -> None:
    told = check_answers(KNOWLEDGE.questions, ANSWERS)
    wanted = list(assess(KNOWLEDGE, told).settle_next)
    assert wanted
    assert rows(opened())[: len(wanted)] == wanted


def test_the_ways_of_not_knowing_stay_apart() -> None:
    app = opened(answers=ANSWERS | {"scalp_signs": [], "loss_onset": "gradual"})
    app.session_state["inbox.all"] = True
    app.run()
    t = words()
    for name, said in (
        ("diabetes", "answer.unknown"),
        ("heart_disease", "answer.declined"),
        ("kidney_failure", "answer.not_answered"),
        ("donor_hair_sufficient", "alone.not_asked"),
    ):
        assert t("pair", name=t(f"short.{name}"), value=t(said)) in row(app, name)


def test_without_a_red_flag_it_says_which_unknown_answers_could_be_one() -> None:
    app = opened(answers=ANSWERS | {"scalp_signs": "unknown"})
    t = words()
    assert t("inbox.no_flags") in page(app)
    line = next(one for one in page(app).split("<p>") if one.startswith(t("inbox.flags_open").split("{")[0]))
    assert t("short.scalp_signs") in line


# --- settling


def test_a_settled_answer_says_what_the_patient_said_who_says_otherwise_and_why() -> None:
    app = settle(opened("fr"), "diabetes", "no", "record", NOTE)
    t = words("fr")
    line = t("settled.changed", said=t("answer.unknown"), now=t("answer.no"), who=t("settled.says.record"))
    assert line in beside(app, "diabetes")
    for name in ("inbox", "check", "summary"):
        go(app, name)
        if name == "check":
            app.session_state["check.section"] = "health"
            app.run()
        assert line in page(app), name
        assert escape(NOTE) in shown(app), name
        assert "<script>alert" not in shown(app), name


def test_an_answer_of_the_patient_counts_as_given_alone_until_somebody_says_so() -> None:
    app = opened()
    t = words()
    tap(app, "inbox.row.allergies")
    assert t("alone.at").split("{")[0] in beside(app, "allergies")
    app.button_group(key="settled.allergies.who").set_value("patient").run()
    assert beside(app, "allergies").strip() == t("settled.confirmed", who=t("settled.says.patient"))
    tap(app, "inbox.done")
    assert beside(app, "allergies").strip() == t("settled.confirmed", who=t("settled.says.patient"))
    go(app, "check")
    app.session_state["check.section"] = "health"
    app.run()
    assert t("alone.at").split("{")[0] in beside(app, "chemotherapy")
    assert t("settled.says.patient") in beside(app, "allergies")


def test_a_changed_answer_shows_what_the_patient_said_even_if_nobody_says_why() -> None:
    app = settle(opened(), "diabetes", "yes", None)
    t = words()
    line = t("settled.changed", said=t("answer.unknown"), now=t("answer.yes"), who=t("settled.nobody"))
    assert beside(app, "diabetes").strip() == line
    go(app, "summary")
    assert line in page(app)


def test_who_says_so_is_forgotten_when_the_answer_is_changed_elsewhere() -> None:
    app = settle(opened(), "diabetes", "no", "record", "NOTED")
    go(app, "check")
    app.session_state["check.section"] = "health"
    app.run()
    app.button_group(key="answers.diabetes").set_value("yes").run()
    t = words()
    assert "NOTED" not in page(app)
    assert t("settled.changed", said=t("answer.unknown"), now=t("answer.yes"), who=t("settled.nobody")) in page(app)
    app.button_group(key="answers.diabetes").set_value("no").run()
    assert "NOTED" not in page(app)
    go(app, "inbox")
    assert t("settled.nobody") in beside(app, "diabetes")


def test_who_says_so_may_be_said_before_the_answer_is_changed_in_place() -> None:
    app = opened()
    tap(app, "inbox.row.diabetes")
    app.button_group(key="settled.diabetes.who").set_value("practitioner").run()
    app.button_group(key="answers.diabetes").set_value("no").run()
    assert words()("settled.says.practitioner") in beside(app, "diabetes")


def test_an_open_question_stays_where_it_is_until_it_is_done_and_then_the_next_unknown_opens() -> None:
    app = opened()
    before = rows(app)
    settle(app, "heart_disease", "no")
    assert rows(app).index("heart_disease") == before.index("heart_disease")
    following = rows(app)[before.index("heart_disease") + 1]
    tap(app, "inbox.done")
    assert row(app, following).startswith("▾")
    assert rows(app).index("heart_disease") > rows(app).index(following)
    assert rows(app).index("heart_disease") == rows(app).index("allergies") - 2
    assert "id='inbox-settled'" in shown(app)


def test_a_declined_answer_that_the_patient_confirms_stays_among_the_unknowns() -> None:
    app = settle(opened(), "heart_disease", "declined", "patient")
    tap(app, "inbox.done")
    assert rows(app).index("heart_disease") < rows(app).index("allergies")
    assert words()("settled.says.patient") in beside(app, "heart_disease")


def test_a_red_flag_is_settled_in_place_and_still_stands_on_the_page() -> None:
    app = opened()
    assert "class='flags'" in shown(app)
    rule = re.search(r"class='inbox-flag' data-rule='([\w-]+)'", shown(app))
    assert rule is not None
    tap(app, f"assess.open.no_treatment.{rule[1]}")
    app.button_group(key=f"assess.{rule[1]}.grounds").set_value("examined").run()
    app.toggle(key=f"assess.{rule[1]}.settled").set_value(True).run()
    assert "class='flags'" not in shown(app)
    t = words()
    assert t("assess.settled") in page(app)
    assert t("assess.grounds.examined") in page(app)
    assert f"data-count='red_flag'><dt>{t('topic.red_flag')}</dt><dd>0</dd>" in shown(app)


def test_a_new_consultation_forgets_what_the_patient_said_and_who_settled_it() -> None:
    app = settle(opened(), "diabetes", "no", "record", "NOTED")
    go(app, "start")
    tap(app, "start.again")
    for name in ("inbox", "check", "summary"):
        go(app, name)
        assert "NOTED" not in page(app), name
        assert words()("alone.at").split("{")[0] not in page(app), name


def test_no_word_of_a_hand_over_gets_into_the_address_or_the_audit_log() -> None:
    app = settle(opened(), "diabetes", "no", "record", "NOTED")
    assert dict(app.query_params) == {"lang": "en"}
    log = the_store().audit.last(50)
    assert [line.event for line in log].count("handover_opened") == 1
    assert not [line for line in log if "NOTED" in str(line) or "diabetes" in str(line)]
