"""A saved consultation is opened: it fills the session, asks before it takes anything away, and tells what differs."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from mesodash.domain.eligibility import assess
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.reports import consultation as files
from mesodash.reports.consultation import Assessed, Patient, Settled
from mesodash.store import keys
from mesodash.store.database import close_stores, the_store
from mesodash.ui import choices
from tests.app.app import go, open_page, shown

pytestmark = pytest.mark.slow

KNOWLEDGE = load()
ALLOWED = choices.allowed(KNOWLEDGE)
ANSWERS: dict[str, Any] = {
    "age_years": 34,
    "loss_duration_months": "unknown",
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_pattern": "widening_parting",
    "ludwig_stage": "1",
    "scalp_signs": (),
    "allergies": ("latex",),
    "medicines": "declined",
    "diabetes": "unknown",
}
START = date(2021, 3, 1)
SETTINGS: dict[str, Any] = {
    "compare.context": ["microneedling"],
    "timeline.protocol": "four_fortnightly",
    "timeline.start": START,
    "timeline.four_fortnightly.sessions": 5,
    "timeline.horizon": 12,
    "timeline.second.on": True,
    "timeline.second.apart": True,
    "timeline.second.protocol": "prp_standard",
    "timeline.second.start": date(2026, 12, 1),
    "timeline.second.follows": "first",
    "timeline.second.gap": 3,
    "timeline.second.gap_unit": "month",
    "timeline.month": 2,
    "timeline.step": 1,
    "timeline.zoom": "quarter",
    "timeline.after": 2,
    "timeline.after.plan": "second",
    "timeline.second.after": 3,
    "timeline.calendar": "rules",
    "timeline.edit.open.kept": True,
    "timeline.edit.which": "second",
    "timeline.edit.session.second": 2,
    "costs.region": "DE",
    "costs.option": "prp",
    "costs.years": 3,
    "costs.prp.price.low": "151",
    "costs.prp.maintenance": True,
}


PATIENT = Patient(datetime(2026, 11, 1, 7, 41, tzinfo=UTC), "fr", "1a2b", ANSWERS | {"diabetes": "no"})
MORE: dict[str, Any] = {
    "patient": PATIENT,
    "settled": {"diabetes": Settled("record", "NOTED WHY")},
    "assessments": {
        "prp-breastfeeding": Assessed("specialist", "NOTED FIT", False, {"pregnancy": "breastfeeding"}),
        "latex-allergy": Assessed("examined", "NOTED OLD", False, {"allergies": ("latex", "other")}),
    },
}


def a_file(lang: Lang = "en", *, signed: bool = True, more: dict[str, Any] | None = None, **edit: Any) -> bytes:
    """Return a saved consultation, of another content if `content_hash` is among the fields to be put in first."""
    saved = files.consultation_of(
        Words(KNOWLEDGE, lang),
        assess(KNOWLEDGE, ANSWERS),
        ANSWERS,
        files.chosen(ALLOWED, SETTINGS),
        version=KNOWLEDGE.version,
        digest=KNOWLEDGE.digest,
        saved_on=date(2026, 11, 1),
        **(more or {}),
    )
    content: dict[str, Any] = json.loads(files.write(saved, None)) | edit
    if signed:
        content["signature"] = files.signature(content, keys.signing_key())
    return json.dumps(content).encode()


def of_old(lang: Lang = "en") -> dict[str, Any]:
    """Return the fields of a file of other content, in which PRP had another outcome and other reasons."""
    then = copy.deepcopy(json.loads(a_file(lang))["shown"])
    prp = then["options"]["prp"]
    prp["outcome"] = "no_listed_exclusion"
    prp["reasons"] = [{"rule": "of-old", "outcome": "wait", "text": "<i>Reason</i> *of old*."}]
    return {"content_hash": "0" * 64, "content_version": "2020.01+0", "shown": then}


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database of its own for one test."""
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "clinic"))
    yield
    close_stores()


def upload(app: AppTest, data: bytes) -> AppTest:
    app.file_uploader[0].set_value(("a name.json", data, "application/json"))
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def session(app: AppTest) -> dict[str, Any]:
    """Return what the session holds of the consultation itself."""
    return {
        name: value
        for name, value in app.session_state.to_dict().items()
        if name != "notes" and not name.startswith(("saved.", "kept.", "guard.")) and value is not None
    }


def page(app: AppTest) -> str:
    return unescape(shown(app))


@pytest.mark.parametrize("lang", LANGS)
def test_opening_fills_answers_and_settings_in_each_language(lang: Lang) -> None:
    app = upload(open_page("start", lang), a_file(lang))
    t = Words(KNOWLEDGE, lang)
    assert t("saved.opened", date=t.day(date(2026, 11, 1), "long"), count=len(ANSWERS)) in page(app)
    assert t("saved.changed") not in page(app)
    for name in ("check", "compare", "timeline", "costs", "summary"):
        go(app, name)
        assert not app.error, name
    assert {name: app.session_state[name] for name in SETTINGS} == SETTINGS
    assert "Latex" in page(app)
    assert t.day(START, "full") in page(app)
    go(app, "check")
    assert app.number_input(key="answers.age_years").value == 34
    app.session_state["check.section"] = "scalp"
    app.run()
    assert app.button_group(key="answers.scalp_signs").value == ["none_of_these"]
    app.session_state["check.section"] = "hair"
    app.run()
    assert app.button_group(key="answers.loss_duration_months.mark").value == "unknown"


def test_what_was_opened_is_saved_again_as_it_was() -> None:
    app = upload(open_page("start"), a_file())
    go(app, "summary")
    kept = {name: app.session_state[name] for name in ALLOWED if name in app.session_state}
    assert files.chosen(ALLOWED, kept) == json.loads(a_file())["choices"]


@pytest.mark.parametrize(
    ("data", "said", "lang"),
    [
        (b"\x00", "fault.not_json", "en"),
        (b"{}", "fault.foreign", "de"),
        (b"[" * 100_000, "fault.deep", "fr"),
        (b"x" * (files.MOST_BYTES + 1), "fault.too_big", "en"),
        (a_file(signed=False, answers={"sex": "<b>"}), "field.answer", "de"),
        (a_file(signed=False, choices={"costs.years": 99}), "field.choices", "fr"),
        (a_file(signed=False, answers={"<script>alert(1)</script>": "x"}), "field.answers", "en"),
        (a_file(signed=False, settled={"sex": {"who": "<b>", "why": ""}}), "field.settled", "de"),
    ],
    ids=range(8),
)
def test_a_bad_file_gives_one_line_and_changes_nothing(data: bytes, said: str, lang: Lang) -> None:
    app = open_page("start", lang, answers__sex="male", timeline__protocol="prp_standard")
    before = session(app)
    upload(app, data)
    assert session(app) == before
    t = Words(KNOWLEDGE, lang)
    assert page(app).count("class='saved-line'") == 1
    assert t(f"saved.{said}").split("{")[0] in page(app)
    assert t("saved.refused").rpartition("} ")[2].split(".")[0] in page(app)
    assert "alert(1)" not in page(app)
    assert "saved.yes" not in [button.key for button in app.button]


def test_a_good_file_takes_the_line_about_a_bad_one_away() -> None:
    app = upload(upload(open_page("start"), b"{}"), a_file())
    assert "saved-line" not in page(app)


def test_answers_that_are_there_are_only_replaced_when_that_is_wanted() -> None:
    app = open_page("start", answers__sex="male", answers__chemotherapy="yes")
    before = session(app)
    upload(app, a_file())
    assert Words(KNOWLEDGE, "en")("saved.replaces") in page(app)
    assert session(app) == before
    app.button(key="saved.no").click().run()
    assert session(app) == before
    assert "saved.yes" not in [button.key for button in app.button]
    upload(app, a_file())
    app.button(key="saved.yes").click().run()
    assert app.session_state["answers.sex"] == "female"
    assert "answers.chemotherapy" not in app.session_state


@pytest.mark.parametrize("lang", LANGS)
def test_a_changed_file_opens_only_after_a_plain_line(lang: Lang) -> None:
    data = a_file().replace(b'"age_years": 34', b'"age_years": 35')
    app = upload(open_page("start", lang), data)
    assert Words(KNOWLEDGE, lang)("saved.changed") in page(app)
    assert "answers.age_years" not in app.session_state
    app.button(key="saved.yes").click().run()
    assert app.session_state["answers.age_years"] == 35
    assert Words(KNOWLEDGE, lang)("saved.changed") in page(app)


@pytest.mark.parametrize("lang", LANGS)
def test_other_content_tells_what_was_shown_then_and_what_is_said_now(lang: Lang) -> None:
    app = upload(open_page("start", lang), a_file(lang, **of_old(lang)))
    t = Words(KNOWLEDGE, lang)
    assert t("saved.differs", then="2020.01+0", now=KNOWLEDGE.version) in page(app)
    assert shown(app).count("class='saved-card'") == 1
    block = shown(app)[shown(app).index("class='saved-card' data-option='prp'") :]
    for words in (
        "saved.then",
        "saved.now",
        "outcome.no_listed_exclusion",
        "outcome.wait",
        "saved.added",
        "saved.gone",
    ):
        assert t(words) in unescape(block), words
    assert "&lt;i&gt;Reason&lt;/i&gt; *of old*." in block
    assert "data-claim=" in block
    go(app, "check")
    go(app, "summary")
    assert t("saved.gone") in page(app)
    go(app, "start")
    app.button(key="saved.dismiss").click().run()
    assert t("saved.gone") not in page(app)
    assert app.session_state["answers.sex"] == "female"


def test_other_content_that_says_the_same_says_so() -> None:
    app = upload(open_page("start"), a_file(content_hash="0" * 64, content_version="2020.01+0"))
    assert Words(KNOWLEDGE, "en")("saved.same", then="2020.01+0", now=KNOWLEDGE.version) in page(app)


def test_a_question_that_is_no_longer_asked_is_named_and_left_out() -> None:
    answers = json.loads(a_file())["answers"] | {"shoe_size": "9"}
    app = upload(open_page("start"), a_file(content_hash="0" * 64, answers=answers))
    assert Words(KNOWLEDGE, "en")("saved.left_out", names="shoe_size") in page(app)
    assert "answers.shoe_size" not in app.session_state


def test_a_new_consultation_forgets_the_notice() -> None:
    app = upload(open_page("start"), a_file(**of_old()))
    app.button(key="start.again").click().run()
    assert "saved-card" not in shown(app)
    assert not [name for name in app.session_state.to_dict() if name.startswith("answers.")]


def test_the_bytes_of_a_file_are_dropped_once_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[str] = []
    real = MemoryUploadedFileManager.remove_file

    def remove(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        dropped.append(file_id)
        real(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", remove)
    app = upload(open_page("start"), a_file())
    assert len(dropped) == 1
    assert app.file_uploader[0].value is None


@pytest.mark.parametrize("lang", LANGS)
def test_a_folder_that_cannot_be_written_is_told_beside_the_button(
    lang: Lang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "file"))
    app = open_page("summary", lang)
    assert Words(KNOWLEDGE, lang)("saved.no_key") in page(app)
    assert app.get("download_button")
    assert os.environ["MESODASH_DATA"].startswith(str(tmp_path))


@pytest.mark.usefixtures("clinic")
def test_looking_at_the_summary_saves_nothing() -> None:
    app = open_page("summary", answers__sex="male")
    assert Words(KNOWLEDGE, "en")("saved.no_key") not in page(app)
    app.text_input(key="kept.label").set_value("one").run()
    assert labels() == []
    assert "saved" not in [line.event for line in the_store().audit.last(9)]


# --- who said so, and what a practitioner held against a reason


def record(app: AppTest, option: str, rule: str, note: str) -> AppTest:
    app.button(key=f"assess.open.{option}.{rule}").click().run()
    app.button_group(key=f"assess.{rule}.grounds").set_value("examined").run()
    app.text_area(key=f"assess.{rule}.note").set_value(note).run()
    return app


def test_an_assessment_comes_back_only_if_its_reason_rests_on_the_same_answers_and_the_rest_is_named() -> None:
    app = upload(open_page("start", "de"), a_file("de", more=MORE))
    t = Words(KNOWLEDGE, "de")
    assert t("saved.dropped", names=t("short.allergies")) in page(app)
    go(app, "summary")
    assert page(app).count("NOTED FIT") == 1
    assert "NOTED OLD" not in page(app)
    go(app, "check")
    assert "NOTED FIT" in page(app)


def test_who_said_so_comes_back_with_the_file() -> None:
    app = upload(open_page("start"), a_file(more=MORE))
    t = Words(KNOWLEDGE, "en")
    go(app, "summary")
    who = t("settled.says.record")
    assert t("settled.changed", said=t("answer.no"), now=t("answer.unknown"), who=who) in page(app)
    assert "NOTED WHY" in page(app)
    day = t.day(date(2026, 11, 1), "long")
    moment = PATIENT.answered_at
    assert t("alone.on", date=day, time=t.clock(moment)) in page(app)


@pytest.mark.parametrize("signed", [True, False], ids=["as it was saved", "changed"])
def test_a_changed_file_settles_no_red_flag(signed: bool) -> None:
    rests_on = {"loss_onset": "sudden"}
    more = {"assessments": {"sudden-onset": Assessed("examined", "NOTED", True, rests_on)}}
    data = a_file(signed=signed, more=more, answers={"loss_onset": "sudden"})
    app = upload(open_page("start"), data)
    if not signed:
        app.button(key="saved.yes").click().run()
    assert (Words(KNOWLEDGE, "en")("saved.flags_again") in page(app)) is not signed
    assert ("class='flags'" in shown(app)) is not signed
    go(app, "summary")
    assert page(app).count("NOTED") == (4 if signed else 5)


# --- in the clinic


def save_here(app: AppTest, label: str) -> AppTest:
    go(app, "summary")
    app.text_input(key="kept.label").set_value(label)
    app.button(key="kept.submit").click().run()
    assert not app.exception
    return app


def labels() -> list[str]:
    return [one.label for one in the_store().consultations.all(datetime.now(UTC))]


def row(app: AppTest, label: str) -> AppTest:
    """Open the row of one saved consultation on Inbox."""
    go(app, "inbox")
    found = [one for one in app.button if str(one.key).startswith("kept.row.") and label in one.label]
    found[0].click().run()
    return app


def tap(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("clinic")
def test_what_is_saved_in_the_clinic_opens_in_another_session_as_it_was() -> None:
    lang: Lang = "de"
    app = upload(open_page("start", lang), a_file(lang, more=MORE))
    before = session(app)
    save_here(app, "  Case   17 ")
    t = Words(KNOWLEDGE, lang)
    until = t.day(datetime.now().astimezone().date() + timedelta(days=365), "long")
    assert t("kept.saved", label="Case 17", date=until) in page(app)
    assert labels() == ["Case 17"]
    other = row(open_page("inbox", lang), "Case 17")
    tap(other, "kept.open")
    assert t("saved.changed") not in page(other)
    after = session(other)
    wanted = [name for name in before if name.startswith(("answers.", *SETTINGS, "patient.", "settled.", "assess."))]
    assert len(wanted) > len(ANSWERS) + len(SETTINGS)
    assert {name: after.get(name) for name in wanted} == {name: before[name] for name in wanted}
    go(other, "summary")
    for note in ("NOTED WHY", "NOTED FIT"):
        assert note in page(other)


@pytest.mark.usefixtures("clinic")
def test_saving_again_from_the_same_screen_replaces_and_from_an_opened_one_adds() -> None:
    app = save_here(open_page("summary", answers__sex="male"), "one")
    assert Words(KNOWLEDGE, "en")("kept.changed") not in page(app)
    go(app, "check")
    app.number_input(key="answers.age_years").set_value(40).run()
    go(app, "summary")
    assert Words(KNOWLEDGE, "en")("kept.changed") in page(app)
    save_here(app, "two")
    assert labels() == ["two"]
    other = tap(row(open_page("inbox"), "two"), "kept.open")
    assert other.session_state["answers.age_years"] == 40
    save_here(other, "three")
    assert sorted(labels()) == ["three", "two"]


@pytest.mark.usefixtures("clinic")
def test_a_saved_consultation_is_erased_only_after_a_second_tap() -> None:
    app = save_here(open_page("summary", answers__sex="male"), "Case <b>17</b>")
    row(app, "17")
    tap(app, "kept.erase")
    assert "<b>17" not in shown(app)
    assert Words(KNOWLEDGE, "en")("kept.sure", label="Case <b>17</b>") in page(app)
    tap(app, "kept.erase_no")
    assert labels() == ["Case <b>17</b>"]
    tap(app, "kept.erase")
    tap(app, "kept.erase_yes")
    assert labels() == []
    assert Words(KNOWLEDGE, "en")("kept.erased") in page(app)
    assert Words(KNOWLEDGE, "en")("kept.none") in page(app)
    go(app, "summary")
    assert app.button(key="kept.submit").label == Words(KNOWLEDGE, "en")("kept.save")


@pytest.mark.usefixtures("clinic")
def test_opening_a_saved_one_asks_before_it_replaces_answers() -> None:
    app = save_here(open_page("summary", answers__sex="male"), "one")
    go(app, "start")
    tap(app, "start.again")
    go(app, "check")
    app.number_input(key="answers.age_years").set_value(70).run()
    tap(row(app, "one"), "kept.open")
    assert Words(KNOWLEDGE, "en")("saved.replaces") in page(app)
    assert app.session_state["answers.age_years"] == 70
    tap(app, "saved.yes")
    assert app.session_state["answers.sex"] == "male"


@pytest.mark.usefixtures("clinic")
def test_a_store_that_fails_gives_one_line_and_leaves_answers_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("summary", "de", answers__sex="male")
    app.text_input(key="kept.label").set_value("one")
    monkeypatch.setenv("MESODASH_DATABASE", "nowhere:")
    tap(app, "kept.submit")
    line = Words(KNOWLEDGE, "de")("store.bad_address")
    assert page(app).count(line) == 1
    assert app.session_state["answers.sex"] == "male"
    assert app.get("download_button")
    go(app, "inbox")
    assert page(app).count(line) == 1
    monkeypatch.delenv("MESODASH_DATABASE")
    save_here(app, "one")
    assert labels() == ["one"]
    assert line not in page(app)
