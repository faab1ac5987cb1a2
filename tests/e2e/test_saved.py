"""A consultation is saved on one day and opened on another, and the file leaves nothing behind in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import serving
from tests.e2e.conftest import Watch
from tests.e2e.reader import Answer, Reader
from tests.e2e.serving import Server

pytestmark = pytest.mark.slow

ANSWERS: dict[str, Answer] = {
    "age_years": 87,
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_pattern": "widening_parting",
    "ludwig_stage": "2",
    "loss_duration_months": "unknown",
    "scalp_signs": [],
    "chemotherapy": "declined",
    "allergies": ["latex"],
}
ENGLISH = re.compile(r"upload|browse|drag|drop file|limit|per file|smaller|not allowed", re.I)

_STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state, window.name])"


def save(reader: Reader, folder: Path) -> Path:
    reader.go("summary")
    with reader.tab.expect_download() as download:
        reader.tab.get_by_role("button", name=reader.t("saved.save_button"), exact=True).click()
    assert re.fullmatch(r"mesodash-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def fold(reader: Reader) -> Locator:
    return reader.tab.get_by_role("group").filter(has_text=reader.t("saved.open"))


def unfold(reader: Reader) -> None:
    reader.tab.get_by_text(reader.t("saved.open"), exact=True).click()
    expect(chooser(reader)).to_be_visible()


def chooser(reader: Reader) -> Locator:
    name = reader.t("pair", name=reader.t("saved.pick"), value=reader.t("saved.choose"))
    return reader.tab.get_by_role("button", name=name, exact=True)


def pick(reader: Reader, path: Path) -> None:
    """Pick a file as a person does, by the button, once the fold has stopped moving."""
    reader.tab.wait_for_function(
        "() => document.querySelector('.st-key-saved-open').getAnimations({subtree: true})"
        ".every(one => one.playState !== 'running')"
    )
    with reader.tab.expect_file_chooser() as one:
        chooser(reader).click()
    one.value.set_files(path)


def choose(reader: Reader, path: Path) -> None:
    """Pick a file that the browser takes: the server answers it."""
    with reader.heard():
        pick(reader, path)


def marker(path: Path, word: str) -> Path:
    """Return a file like `path` that holds a word nothing else on the page has."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["content_hash"] = "0" * 64
    content["shown"]["options"]["prp"]["reasons"].append({"rule": "marker", "outcome": "wait", "text": word})
    marked = path.with_name("marked.json")
    marked.write_text(json.dumps(content), encoding="utf-8")
    return marked


def test_a_saved_consultation_opens_in_a_new_session_as_it_was(
    open_tab: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    first = Reader(open_tab(), server.address)
    first.open("check", "de")
    first.answers(ANSWERS)
    first.plan("four_fortnightly")
    first.cost("prp", "US")
    path = save(first, tmp_path)
    name = first.plan_name("four_fortnightly")
    table = first.tab.get_by_role("table", name=name, exact=True)
    plan = table.inner_text()

    second = Reader(open_tab(), server.address)
    second.open("start", "de")
    unfold(second)
    choose(second, path)
    expect(second.tab.get_by_role("region", name=second.t("saved.notice"), exact=True)).to_be_visible()
    expect(second.tab.get_by_text(second.t("saved.changed"), exact=True)).to_have_count(0)
    second.go("check")
    for section, names in (
        ("you", ("age_years", "sex", "pregnancy")),
        ("hair", ("loss_pattern", "ludwig_stage")),
        ("scalp", ("scalp_signs",)),
        ("health", ("chemotherapy", "allergies")),
    ):
        second.turn_to(section)
        for question in names:
            second.sees_answer(question, ANSWERS[question])
    second.go("costs")
    expect(second.result()).to_be_visible()
    second.go("summary")
    name = second.plan_name("four_fortnightly")
    table = second.tab.get_by_role("table", name=name, exact=True)
    expect(table).to_be_visible()
    assert table.inner_text() == plan


@pytest.mark.long
def test_nothing_of_an_opened_file_is_in_an_address_or_kept_by_the_browser(
    reader: Reader, server: Server, watch: Watch, tmp_path: Path
) -> None:
    reader.open("check")
    reader.answers({"age_years": 87, "sex": "female"})
    marked = marker(save(reader, tmp_path), "Quetzalcoatl")
    reader.go("start")
    unfold(reader)
    choose(reader, marked)
    expect(reader.tab.get_by_text(reader.t("saved.changed"), exact=True)).to_be_visible()
    reader.tap(reader.tab.get_by_role("button", name=reader.t("saved.open_yes"), exact=True))
    expect(reader.tab.get_by_text("Quetzalcoatl", exact=True)).to_be_visible()
    stored = reader.tab.evaluate(_STORED)
    assert [word for word in ("Quetzalcoatl", "age_years", "marked", "breastfeeding") if word in stored] == []
    assert [url for url in watch.asked if "Quetzalcoatl" in url or "marked" in url or "age_years" in url] == []
    assert reader.tab.url == f"{server.address}/?lang=en"
    assert server.unexpected() == []
    reader.tap(reader.tab.get_by_role("button", name=reader.t("saved.dismiss"), exact=True))
    expect(reader.tab.get_by_text("Quetzalcoatl", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    "lang", [pytest.param("en", marks=pytest.mark.long), "de", pytest.param("fr", marks=pytest.mark.long)]
)
def test_a_file_the_browser_refuses_is_told_in_the_reader_s_language(reader: Reader, tmp_path: Path, lang: str) -> None:
    huge = tmp_path / "huge.json"
    huge.write_bytes(b"[" + b"1," * 5_000_000 + b"1]")
    reader.open("start", lang)
    unfold(reader)
    assert not ENGLISH.search(fold(reader).aria_snapshot())
    pick(reader, huge)
    said = reader.tab.locator("[aria-invalid] > [role=alert]")
    expect(said).to_have_count(1)
    assert said.evaluate("one => getComputedStyle(one, '::after').visibility") == "visible"
    words = said.evaluate("one => getComputedStyle(one, '::after').content")
    assert json.loads(words) == reader.t("saved.not_taken", limit=400)
    expect(said).to_have_css("visibility", "hidden")
    reader.tap(reader.tab.get_by_role("button", name=reader.t("saved.another"), exact=True))
    expect(chooser(reader)).to_be_visible()


@pytest.mark.long
def test_a_folder_that_cannot_be_written_still_gives_a_file(open_tab: Callable[..., Page], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serving.running(tmp_path / "log", MESODASH_DATA=str(tmp_path / "file")) as other:
        reader = Reader(open_tab(), other.address, "de")
        reader.open("check")
        reader.answers({"age_years": 87})
        reader.go("summary")
        expect(reader.tab.get_by_text(reader.t("saved.no_key"), exact=True)).to_be_visible()
        content = json.loads(save(reader, tmp_path).read_text(encoding="utf-8"))
        assert content["answers"] == {"age_years": 87}
        assert "signature" not in content
        reader.tab.close()
    assert other.unexpected() == []
