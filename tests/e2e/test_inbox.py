"""The second half of the waiting room: a code is opened, settled together, saved, and found again after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mesodash.knowledge import load
from mesodash.store.database import close_stores, the_store
from tests.e2e import serving
from tests.e2e.conftest import Watch
from tests.e2e.reader import Reader
from tests.e2e.serving import Server
from tests.e2e.test_accessibility import serious

pytestmark = pytest.mark.slow

LAPTOP = {"width": 1280, "height": 800}
NOTE = "Arztbrief vom 3. November"
ANSWERS: dict[str, Any] = {
    "age_years": 34,
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_onset": "sudden",
    "diabetes": "no",
    "cancer_active": "unknown",
    "low_platelets": "declined",
    "allergies": ["latex"],
}

_STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state, window.name])"


@contextmanager
def clinic(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process hand over into the database of the server that keeps its data in `folder`."""
    monkeypatch.setenv("MESODASH_DATA", str(folder))
    try:
        yield
    finally:
        close_stores()


def a_code() -> str:
    """Return the code of a hand-over as a tablet that spoke French makes it."""
    base, now = load(), datetime.now(UTC)
    content = {
        "answers": ANSWERS,
        "lang": "fr",
        "content_version": base.version,
        "content_hash": base.digest,
        "answered_at": now.isoformat(timespec="seconds"),
        "notice": "1a2b",
    }
    return the_store().handovers.put(content, now=now, minutes=30)


def field(reader: Reader) -> Locator:
    return reader.tab.get_by_role("textbox", name=reader.t("inbox.code"), exact=True)


def button(reader: Reader, key: str) -> Locator:
    return reader.tab.get_by_role("button", name=reader.t(key), exact=True)


def row(reader: Reader, question: str) -> Locator:
    return reader.tab.get_by_role("button", name=f"{reader.t(f'short.{question}')}: ")


def sees_opened(reader: Reader) -> None:
    expect(reader.tab.get_by_role("heading", name=reader.t("inbox.opened"), exact=True)).to_be_focused()
    expect(reader.tab.get_by_text(reader.t("inbox.language.fr"))).to_be_visible()


def says(reader: Reader) -> str:
    """Return what stands beside an answer that was unknown and is no longer, as the record says."""
    return reader.t(
        "settled.changed",
        said=reader.t("answer.unknown"),
        now=reader.t("answer.no"),
        who=reader.t("settled.says.record"),
    )


def test_a_code_is_typed_settled_with_the_patient_saved_and_found_again_after_a_restart(
    open_tab: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with clinic(data, monkeypatch), serving.running(tmp_path / "log", MESODASH_DATA=str(data)) as server:
        reader = Reader(open_tab(viewport=LAPTOP, locale="de-DE"), server.address, "de")
        tab = reader.tab
        reader.open("inbox")
        expect(field(reader)).to_have_attribute("autocomplete", "off")
        field(reader).fill(a_code().lower().replace("-", " "))
        assert field(reader).evaluate("one => one.spellcheck") is False
        reader.press("Enter")
        sees_opened(reader)
        expect(field(reader)).to_have_value("")

        # The red flag first, and settled with the form that stands there.
        expect(tab.get_by_role("region", name=reader.t("flags.title"))).to_be_visible()
        reader.tap(tab.get_by_role("button", name=reader.t("assess.record", reason=reader.t("short.loss_onset"))))
        reader.pick("assess.grounds", reader.t("assess.grounds.examined"))
        reader.tap(tab.get_by_text(reader.t("assess.settle"), exact=True))
        reader.tap(button(reader, "assess.done"))
        expect(tab.get_by_role("region", name=reader.t("flags.title"))).to_have_count(0)

        reader.tap(row(reader, "cancer_active"))
        reader.tap(reader.pill("cancer_active", "no"))
        reader.pick("settled.who", reader.t("settled.who.record"))
        tab.get_by_role("textbox", name=reader.t("settled.why", count=300), exact=True).fill(NOTE)
        reader.tap(button(reader, "settle.done"))
        expect(tab.get_by_text(says(reader), exact=True)).to_be_visible()
        expect(tab.get_by_text(NOTE, exact=True)).to_be_visible()
        tab.set_viewport_size({"width": 1280, "height": 4000})
        tab.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
        assert serious(tab) == []
        tab.set_viewport_size(LAPTOP)

        reader.tap(tab.get_by_role("link", name=f"→ {reader.t('page.check')}"))
        reader.turn_to("health")
        reader.sees_answer("cancer_active", "no")
        expect(tab.get_by_text(says(reader), exact=True)).to_be_visible()

        reader.go("summary")
        expect(tab.get_by_text(NOTE, exact=True)).to_be_visible()
        tab.get_by_role("textbox", name=reader.t("kept.label", count=60), exact=True).fill("Fall 17")
        reader.tap(button(reader, "kept.save"))
        expect(tab.get_by_role("status").filter(has_text="Fall 17")).to_be_visible()
        assert tab.url == f"{server.address}/summary?lang=de"
        tab.close()
    assert server.unexpected() == []

    with serving.running(tmp_path / "log again", MESODASH_DATA=str(data)) as server:
        reader = Reader(open_tab(viewport=LAPTOP, locale="de-DE"), server.address, "de")
        reader.open("inbox")
        reader.tap(reader.tab.get_by_role("button", name="Fall 17"))
        reader.tap(button(reader, "saved.open_yes"))
        expect(reader.tab.get_by_text(says(reader), exact=True)).to_be_visible()
        expect(reader.tab.get_by_role("region", name=reader.t("flags.title"))).to_have_count(0)
        reader.go("summary")
        expect(reader.tab.get_by_text(NOTE, exact=True)).to_be_visible()
        expect(reader.tab.get_by_text(reader.t("assess.grounds.examined")).first).to_be_visible()
        reader.tab.close()
    assert server.unexpected() == []
    assert NOTE.encode() not in b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


def test_a_code_in_the_address_goes_into_the_field_and_nowhere_else(
    open_tab: Callable[..., Page], server: Server, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic(server.log.parent / "data", monkeypatch):
        codes = [a_code(), a_code()]
    reader = Reader(open_tab(viewport=LAPTOP), server.address, "de")
    tab = reader.tab
    tab.goto(f"{server.address}/inbox?lang=de#{codes[0]}")
    reader.sees_page("inbox")
    expect(field(reader)).to_have_value(codes[0])
    assert tab.url == f"{server.address}/inbox?lang=de"
    reader.tap(button(reader, "inbox.open"))
    sees_opened(reader)

    # A second picture, opened in the same tab: asked before anything is replaced.
    tab.evaluate("code => { location.hash = code }", codes[1])
    expect(field(reader)).to_have_value(codes[1])
    assert tab.url == f"{server.address}/inbox?lang=de"
    reader.tap(button(reader, "inbox.open"))
    reader.tap(button(reader, "inbox.replace_yes"))
    sees_opened(reader)

    assert [url for url in watch.asked if any(code in url for code in codes)] == []
    assert [code for code in codes if code in tab.evaluate(_STORED)] == []
    history = tab.context.new_cdp_session(tab).send("Page.getNavigationHistory")["entries"]
    assert len(history) > 1
    assert [one["url"] for one in history if "#" in one["url"]] == []
