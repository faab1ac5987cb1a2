"""A patient alone at the tablet: from the language to the code, and nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain import screens
from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import OPTIONS, OUTCOMES, Lang
from mesodash.reports.consultation import read_handover
from mesodash.store.database import close_stores, the_store
from mesodash.ui.views import tablet
from tests.app.app import LANGUAGES, MAIN, shown

KNOWLEDGE = load()
PROMISED = {"minutes": 30, "seconds": 120, "notice": "0123456789ab"}
ASK = tuple(f"ask.{screen.id}" for screen in KNOWLEDGE.screens)
STRANGER = "10.0.0.7"


@pytest.fixture(scope="module", autouse=True)
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A clinic with a passphrase: whoever is not signed in has the tablet only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MESODASH_DATA", str(tmp_path_factory.mktemp("clinic")))
        the_store().passphrase.set("seven grey herons fly south")
        yield
        close_stores()


def words(lang: Lang) -> Words:
    return Words(KNOWLEDGE, lang)


def at(screen: str, lang: str = "en", **answers: Any) -> AppTest:
    """Return the tablet at one screen, after somebody has come there with these answers."""
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = lang
    app.session_state["tablet.screen"] = screen
    app.session_state["tablet.promised"] = PROMISED
    for name, value in answers.items():
        app.session_state[f"answers.{name}"] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def tap(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def heading(app: AppTest) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", shown(app))
    assert len(found) == 1, found
    return re.sub(r" <span class='step'>.*", "", found[0]).replace("&#x27;", "'")


def kept(app: AppTest) -> str:
    """Return all that the session holds, as one text."""
    return repr(app.session_state)


def code(app: AppTest) -> str:
    found = re.search(r"class='code'[^>]*>(.*?)</p>", shown(app))
    assert found is not None
    return "-".join(re.findall(r"<span>(\w+)</span>", found[1]))


def events() -> list[str]:
    return [line.event for line in the_store().audit.last(100)]


# --- every screen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_screen_speaks_its_reader_s_language(lang: Lang) -> None:
    t = words(lang)
    titles = {
        "notice": t("tablet.notice.title"),
        "refused": t("tablet.refused.title"),
        "end": t("tablet.end.title"),
        **{one: t(f"tablet.screen.{one.removeprefix('ask.')}") for one in ASK},
        "result": t("tablet.result.title"),
    }
    app = at("notice", lang)
    for screen, title in titles.items():
        app.session_state["tablet.screen"] = screen
        run(app)
        assert heading(app) == title
        assert not app.error


def test_the_first_screen_asks_for_the_language_in_all_of_them() -> None:
    app = at("language", "fr")
    for lang in LANGUAGES:
        assert f"<span lang='{lang}'>{words(lang)('tablet.language.title')}</span>" in shown(app)
        assert app.button(key=f"tablet.lang.{lang}").label == words(lang)(f"lang.{lang}")


def test_each_question_is_asked_in_plain_words_with_both_ways_not_to_answer() -> None:
    t = words("en")
    app = at(ASK[0], loss_pattern=None)
    seen = []
    for screen in ASK:
        app.session_state["tablet.screen"] = screen
        run(app)
        for name in screens.asked(KNOWLEDGE, {})[screen.removeprefix("ask.")]:
            mark = ".mark" if KNOWLEDGE.questions[name].type == "integer" else ""
            group = app.button_group(key=f"answers.{name}{mark}")
            assert group.options[-2:] == [t("answer.unknown"), t("answer.declined")]
            assert group.value in (None, [])
            assert f"<p class='ask'>{t(f'ask_plain.{name}')}</p>".replace("'", "&#x27;") in shown(app).replace(
                "'", "&#x27;"
            )
            seen.append(name)
    assert len(seen) == len([one for one in KNOWLEDGE.questions.values() if one.mode != "together"])


# --- the way through


def test_answers_go_from_the_tablet_to_who_has_the_code_and_to_nobody_else() -> None:
    app = at("language")
    tap(app, "tablet.lang.fr")
    assert heading(app) == words("fr")("tablet.notice.title")
    assert "30 minutes" in shown(app)
    assert "120 secondes" in shown(app)
    tap(app, "tablet.notice.begin")
    app.number_input(key="answers.age_years").set_value(52)
    app.button_group(key="answers.sex").set_value("male")
    run(app)
    tap(app, "tablet.next.you")
    app.button_group(key="answers.loss_onset").set_value("sudden")
    app.button_group(key="answers.loss_pattern").set_value("frontal_or_crown")
    run(app)
    tap(app, "tablet.next.loss")
    app.button_group(key="answers.loss_duration_months.mark").set_value("unknown")
    app.button_group(key="answers.norwood_stage").set_value("3v")
    run(app)
    for screen in ("stage", "cause"):
        tap(app, f"tablet.next.{screen}")
    app.button_group(key="answers.scalp_signs").set_value(["itching", "pus_or_crusts"])
    run(app)
    assert "class='flags'" not in shown(app)
    for screen in ("scalp", "illness", "blood", "today", "triggers", "goals"):
        tap(app, f"tablet.next.{screen}")
    assert heading(app) == words("fr")("tablet.result.title")
    assert "pus_or_crusts" in kept(app)
    before = datetime.now(UTC)
    tap(app, "tablet.make")

    assert "answers" not in kept(app)
    assert "pus_or_crusts" not in kept(app)
    assert "sudden" not in kept(app)
    t = words("fr")
    assert heading(app) == t("tablet.code.title")
    assert t("tablet.flags.title").replace("'", "&#x27;") in shown(app)
    assert {"tablet_begun", "handed_over"} <= set(events())

    content = the_store().handovers.take(code(app), client=STRANGER, now=datetime.now(UTC))
    said, left_out = read_handover(content, questions=KNOWLEDGE.questions, content_hash=KNOWLEDGE.digest)
    assert said.answers["scalp_signs"] == ("pus_or_crusts", "itching")
    assert left_out == ()
    answered_at = datetime.fromisoformat(content.pop("answered_at"))
    assert abs(answered_at - before) < timedelta(minutes=1)
    assert content == {
        "answers": {
            "age_years": 52,
            "sex": "male",
            "loss_onset": "sudden",
            "loss_duration_months": "unknown",
            "loss_pattern": "frontal_or_crown",
            "norwood_stage": "3v",
            "scalp_signs": ["pus_or_crusts", "itching"],
        },
        "lang": "fr",
        "content_version": KNOWLEDGE.version,
        "content_hash": KNOWLEDGE.digest,
        "notice": tablet.notice_version(t),
    }

    given = code(app).split("-")
    tap(app, "tablet.done")
    assert not any(group in kept(app) for group in given)
    assert t("tablet.erased") in shown(app)
    assert "wiped_end" in events()


def test_back_and_another_language_lose_no_answer() -> None:
    app = at("ask.you")
    app.number_input(key="answers.age_years").set_value(71)
    app.button_group(key="answers.sex").set_value("female")
    run(app)
    tap(app, "tablet.next.you")
    app.button_group(key="answers.loss_onset").set_value("gradual")
    run(app)
    app.button_group(key="lang").set_value("de")
    run(app)
    assert heading(app) == words("de")("tablet.screen.loss")
    assert app.button_group(key="answers.loss_onset").value == "gradual"
    tap(app, "tablet.back.ask.loss")
    assert app.number_input(key="answers.age_years").value == 71
    assert app.button_group(key="answers.sex").value == "female"
    tap(app, "tablet.next.you")
    assert app.button_group(key="answers.loss_onset").value == "gradual"


def test_every_question_may_stay_open() -> None:
    app = at("ask.you")
    for screen in ASK:
        assert not app.button(key=f"tablet.next.{screen.removeprefix('ask.')}").disabled
        tap(app, f"tablet.next.{screen.removeprefix('ask.')}")
    assert heading(app) == words("en")("tablet.result.title")
    open_ones = screens.standing(KNOWLEDGE, {}).left_open
    assert words("en")("tablet.open.count", count=len(open_ones)) in shown(app)
    tap(app, "tablet.make")
    assert the_store().handovers.take(code(app), client=STRANGER, now=datetime.now(UTC))["answers"] == {}


def test_a_screen_that_does_not_apply_is_passed_over_both_ways() -> None:
    app = at("ask.loss", loss_onset="none", loss_pattern="none", transplant_history="none")
    tap(app, "tablet.next.loss")
    assert heading(app) == words("en")("tablet.screen.cause")
    assert words("en")("tablet.progress", place=3, all=9) in shown(app)
    tap(app, "tablet.back.ask.cause")
    assert heading(app) == words("en")("tablet.screen.loss")


# --- the result

FLAGGED = {"loss_onset": "sudden", "scalp_signs": ["pus_or_crusts"]}


def test_the_result_names_no_option_and_no_verdict() -> None:
    t = words("en")
    app = at("result", diabetes="yes", chemotherapy="yes", **FLAGGED)
    without_foot = shown(app).partition("<footer")[0]
    said = re.sub(r"<details class='sources'>.*?</details>", "", without_foot)
    verdicts = [t(f"outcome.{one}") for one in OUTCOMES] + [t(f"option.{one}") for one in OPTIONS]
    assert [one for one in verdicts if one.lower() in said.lower()] == []


def test_a_red_flag_is_said_plainly_with_its_sources_but_with_no_way_out_of_the_tablet() -> None:
    t = words("en")
    app = at("result", **FLAGGED)
    page = shown(app)
    for key, claims in (
        ("said.flag.sudden_onset", "s4-red-flag-sudden-loss rf-nhs-list rf-sudden-loss-causes"),
        ("said.flag.pus_or_crusts", "rf-infection-signs"),
    ):
        assert f"data-claim='{claims}'><p>{t.said(key)}</p>" in page
    assert t("tablet.flags.title") in page
    assert "href='evidence" not in page


def test_each_red_flag_has_its_plain_words_and_its_line_on_the_code_screen() -> None:
    app = at(
        "result", age_years=15, loss_onset="sudden", loss_pattern="round_patches", scalp_signs=["redness_or_scaling"]
    )
    t = words("en")
    for flag in ("sudden_onset", "round_patches", "red_patches", "child"):
        assert t.said(f"said.flag.{flag}") in shown(app)
    tap(app, "tablet.make")
    assert f"<p class='tell'>⚑ {t('tablet.flags.title')}</p>" in shown(app)
    assert f"<p class='tell'>{t('tablet.young.tell')}</p>" in shown(app)


def test_being_under_18_is_no_alarm() -> None:
    t = words("en")
    app = at("result", age_years=17)
    assert t("tablet.young.title") in shown(app)
    assert t("tablet.flags.title") not in shown(app)
    tap(app, "tablet.make")
    assert t("tablet.flags.title") not in shown(app)
    assert t("tablet.young.tell") in shown(app)


def test_without_a_red_flag_there_is_nothing_to_tell() -> None:
    t = words("en")
    app = at("result", age_years=40, loss_onset="gradual")
    assert t("tablet.flags.title") not in shown(app)
    assert t("tablet.young.title") not in shown(app)
    tap(app, "tablet.make")
    assert "class='tell'" not in shown(app)


def test_what_is_left_open_and_what_is_not_known_are_counted_apart() -> None:
    t = words("en")
    given = {"diabetes": "unknown", "heart_disease": "declined", "sex": "male"}
    page = shown(at("result", **given))
    stands = screens.standing(KNOWLEDGE, given)
    assert t("tablet.open.count", count=len(stands.left_open)) in page
    assert t("tablet.open.unknown", count=2).replace("'", "&#x27;") in page


# --- no, and the end


def test_whoever_would_rather_not_leaves_nothing() -> None:
    app = at("notice")
    before = events()
    tap(app, "tablet.notice.refuse")
    assert heading(app) == words("en")("tablet.refused.title")
    assert "tablet.promised" not in app.session_state
    assert events()[: len(events()) - len(before)] == ["tablet_refused"]
    tap(app, "tablet.refused.back")
    assert words("en")("tablet.language.title") in heading(app)


def test_erasing_asks_first_and_then_leaves_nothing() -> None:
    app = at("ask.illness", diabetes="yes", age_years=58)
    tap(app, "tablet.end.ask.illness")
    assert heading(app) == words("en")("tablet.end.title")
    tap(app, "tablet.stay")
    assert heading(app) == words("en")("tablet.screen.illness")
    assert app.button_group(key="answers.diabetes").value == "yes"
    tap(app, "tablet.end.ask.illness")
    tap(app, "tablet.erase")
    assert "answers" not in kept(app)
    assert words("en")("tablet.erased") in shown(app)
    tap(app, "tablet.lang.de")
    assert words("de")("tablet.erased") not in shown(app)
    tap(app, "tablet.notice.begin")
    assert app.number_input(key="answers.age_years").value is None


def test_answers_stay_when_the_code_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    t = words("en")
    app = at("result", age_years=44, diabetes="yes")
    with monkeypatch.context() as gone:
        gone.setenv("MESODASH_DATABASE", "postgresql://nobody@127.0.0.1:9/nothing")
        tap(app, "tablet.make")
        assert heading(app) == t("tablet.result.title")
        assert t("tablet.failed") in shown(app)
        # What to do about the database is not for a patient.
        assert t("store.unreachable").replace("'", "&#x27;") not in shown(app)
    tap(app, "tablet.make")
    assert heading(app) == t("tablet.code.title")
    content = the_store().handovers.take(code(app), client=STRANGER, now=datetime.now(UTC))
    assert content["answers"] == {"age_years": 44, "diabetes": "yes"}


# --- the notice


def test_without_a_store_nothing_is_promised_and_nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    t = words("en")
    app = at("language")
    with monkeypatch.context() as gone:
        gone.setenv("MESODASH_DATABASE", "postgresql://nobody@127.0.0.1:9/nothing")
        tap(app, "tablet.lang.en")
        assert t("tablet.not_now") in shown(app)
        assert [one.label for one in app.button] == [t("tablet.back")]
    run(app)
    tap(app, "tablet.notice.begin")
    assert heading(app) == t("tablet.screen.you")


def test_another_wording_of_the_notice_has_another_version() -> None:
    versions = {tablet.notice_version(words(lang)) for lang in LANGUAGES}
    assert len(versions) == len(LANGUAGES)
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in versions)


def test_an_answer_is_kept_no_longer_than_the_notice_said_although_the_clinic_says_otherwise_now() -> None:
    app = at("result", age_years=44)
    app.session_state["tablet.promised"] = PROMISED | {"minutes": 5}
    tap(app, "tablet.make")
    now = datetime.now(UTC)
    until = datetime.fromisoformat(app.session_state["tablet.made"]["until"])
    assert timedelta(minutes=4) < until - now <= timedelta(minutes=5)
    with pytest.raises(StoreError):
        the_store().handovers.take(code(app), client="10.0.0.8", now=now + timedelta(minutes=6))
