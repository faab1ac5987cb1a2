"""A saved consultation is opened: it fills the session, asks before it takes anything away, and tells what differs."""

from __future__ import annotations

import copy
import json
import os
from datetime import date
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
from mesodash.store import keys
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
    "costs.region": "DE",
    "costs.option": "prp",
    "costs.years": 3,
    "costs.prp.price.low": "151",
    "costs.prp.maintenance": True,
}


def a_file(lang: Lang = "en", *, signed: bool = True, **edit: Any) -> bytes:
    """Return a saved consultation, of another content if `content_hash` is among the fields to be put in first."""
    saved = files.consultation_of(
        Words(KNOWLEDGE, lang),
        assess(KNOWLEDGE, ANSWERS),
        ANSWERS,
        files.chosen(ALLOWED, SETTINGS),
        version=KNOWLEDGE.version,
        digest=KNOWLEDGE.digest,
        saved_on=date(2026, 11, 1),
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
        if not name.startswith("saved.") and value is not None
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


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00", "fault.not_json"),
        (b"{}", "fault.foreign"),
        (b"[" * 100_000, "fault.deep"),
        (b"x" * (files.MOST_BYTES + 1), "fault.too_big"),
        (a_file(signed=False, answers={"sex": "<b>"}), "field.answer"),
        (a_file(signed=False, choices={"costs.years": 99}), "field.choices"),
        (a_file(signed=False, answers={"<script>alert(1)</script>": "x"}), "field.answers"),
    ],
    ids=range(7),
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


def test_looking_at_the_summary_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "data"))
    assert Words(KNOWLEDGE, "en")("saved.no_key") not in page(open_page("summary"))
    assert list(tmp_path.iterdir()) == []
