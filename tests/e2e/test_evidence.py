"""The Evidence page in a browser: a search while typing, one statement by its address, the file that is taken home."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from mesodash.reports.evidence import COLUMNS
from tests.e2e import serving
from tests.e2e.conftest import Watch
from tests.e2e.reader import Reader
from tests.e2e.serving import ROOT, Server

pytestmark = pytest.mark.slow

CLAIM = "s1-duration-12-18-months"
FILE = "founding_text_2.yaml"
SEARCHED = "zzqxsecret"
FORMULA = '=HYPERLINK("http://example.org")'


def entries(reader: Reader) -> Locator:
    return reader.tab.locator("ul.ev-list > li")


def sees_count(reader: Reader, first: int, last: int, total: int) -> None:
    words = reader.t("evidence.shown", first=first, last=last, total=total)
    expect(reader.tab.locator(".ev-head").get_by_role("status")).to_have_text(words)


def total(reader: Reader) -> int:
    """Return how many statements are found, as the page says it."""
    pattern = re.escape(reader.t("evidence.shown", first="1", last="20", total="TOTAL")).replace("TOTAL", r"(\d+)")
    said = reader.tab.locator(".ev-head").get_by_role("status")
    expect(said).to_have_text(re.compile(pattern))
    found = re.fullmatch(pattern, said.inner_text())
    assert found
    return int(found[1])


@pytest.mark.long
def test_search_and_filters_narrow_the_list_and_are_cleared_again(reader: Reader, watch: Watch) -> None:
    tab = reader.tab
    reader.open("evidence", "de")
    everything = total(reader)
    expect(entries(reader)).to_have_count(20)
    # Found while typing: no key ends it.
    reader.field("evidence.search").fill("KOPFHAUT schmerz")
    expect(entries(reader)).not_to_have_count(20)
    for text in entries(reader).all():
        expect(text).to_contain_text(re.compile("kopfhaut", re.I))
    found = entries(reader).count()
    assert found > 0
    reader.tap(
        tab.get_by_role("toolbar", name=reader.t("evidence.options"), exact=True).get_by_role(
            "button", name=reader.t("option.mesotherapy"), exact=True
        )
    )
    assert entries(reader).count() <= found
    reader.fill("evidence.search", SEARCHED)
    expect(tab.get_by_text(reader.t("evidence.none"), exact=True)).to_be_visible()
    expect(tab).to_have_url(f"{reader.address}/evidence?lang=de")
    assert not [address for address in watch.asked if SEARCHED in address]
    reader.tap(tab.get_by_role("button", name=reader.t("evidence.clear"), exact=True))
    assert total(reader) == everything
    expect(reader.field("evidence.search")).to_have_value("")


@pytest.mark.long
def test_a_turned_page_begins_at_its_top_with_the_focus_there(reader: Reader) -> None:
    tab = reader.tab
    reader.open("evidence")
    everything = total(reader)
    heading = tab.get_by_role("heading", level=2, name=reader.t("evidence.part.statements"), exact=True)
    for number in (2, 3):
        reader.tap(tab.get_by_role("button", name=reader.t("evidence.next"), exact=True))
        sees_count(reader, 20 * number - 19, 20 * number, everything)
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()


@pytest.mark.long
def test_the_chosen_source_is_shown_in_the_new_language(reader: Reader) -> None:
    tab = reader.tab
    reader.open("evidence")
    everything = total(reader)

    def box() -> Locator:
        return tab.get_by_role("combobox", name=reader.t("evidence.source"), exact=True)

    tab.get_by_text(reader.t("evidence.more"), exact=True).click()
    # Its list closes when the page moves, and the browser moves the page to bring the box into sight.
    box().scroll_into_view_if_needed()
    box().click()
    box().press_sequentially(reader.t("founding_text.4"))
    reader.tap(tab.get_by_role("option", name=reader.t("founding_text.4")))
    narrowed = total(reader)
    assert narrowed < everything
    for lang in ("de", "fr"):
        reader.speak(lang)
        expect(box()).to_have_value(re.compile(rf"^{re.escape(reader.t('founding_text.4'))} \({narrowed}\)$"))
        assert total(reader) == narrowed


@pytest.mark.long
def test_a_source_card_leads_to_the_statement_in_a_tab_of_its_own(reader: Reader, server: Server) -> None:
    reader.open("evidence", "fr")
    reader.fill("evidence.search", CLAIM)
    entry = reader.tab.locator(f"li[data-claim='{CLAIM}']").first
    entry.locator("summary").click()
    with reader.tab.context.expect_page() as opened:
        entry.get_by_role("link", name=reader.t("source.all"), exact=True).first.click()
    other = Reader(opened.value, server.address, "fr")
    other.sees_page("evidence")
    sees_claim(other)


def sees_claim(reader: Reader) -> None:
    """Check that one statement is shown opened, by itself, with what sources disagree about."""
    tab = reader.tab
    expect(tab.get_by_role("heading", level=2)).to_have_text([reader.t("evidence.asked")])
    shown = tab.locator(f".ev-asked[data-claim='{CLAIM}']")
    expect(shown).to_be_in_viewport()
    expect(shown.locator("p.sure").first).to_be_visible()
    expect(shown.locator("details").first).to_contain_text(reader.t("conflict.open", question=""))
    expect(entries(reader)).to_have_count(0)


def test_an_address_with_a_claim_shows_it_and_gives_way_to_all_statements(reader: Reader) -> None:
    tab = reader.tab
    tab.goto(f"{reader.address}/evidence?lang=en&claim={CLAIM}")
    reader.sees_page("evidence")
    sees_claim(reader)
    reader.speak("de")
    sees_claim(reader)
    expect(tab).to_have_url(f"{reader.address}/evidence?lang=de&claim={CLAIM}")
    reader.tap(tab.get_by_role("button", name=reader.t("evidence.asked.all"), exact=True))
    assert total(reader) > 20


def test_an_unknown_claim_in_the_address_is_answered_in_words_and_dropped(reader: Reader) -> None:
    tab = reader.tab
    tab.goto(f"{reader.address}/evidence?lang=fr&claim=no-such-claim")
    reader.lang = "fr"
    reader.sees_page("evidence")
    expect(tab.get_by_text(reader.t("evidence.asked.unknown"), exact=True)).to_be_visible()
    expect(tab).to_have_url(f"{reader.address}/evidence?lang=fr")
    assert total(reader) > 20


def download(reader: Reader) -> list[dict[str, str]]:
    """Take the table home and return its rows."""
    with reader.tab.expect_download() as waiting:
        reader.tab.get_by_role("button", name=reader.t("evidence.download"), exact=True).click()
    file = Path(waiting.value.path()).read_bytes()
    assert file.startswith(b"\xef\xbb\xbf")
    separator = "," if reader.lang == "en" else ";"
    heads, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=separator)
    assert heads == [reader.t(f"evidence.csv.{column}") for column in COLUMNS]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.long
def test_the_downloaded_table_holds_what_the_filters_show(reader: Reader) -> None:
    reader.open("evidence", "de")
    everything = total(reader)
    assert len(download(reader)) == everything
    reader.fill("evidence.search", CLAIM)
    sees_count(reader, 1, 1, 1)
    (row,) = download(reader)
    (claim,) = (
        one
        for one in yaml.safe_load((ROOT / "data" / "claims" / FILE).read_text(encoding="utf-8"))
        if one["id"] == CLAIM
    )
    assert (row["id"], row["statement"]) == (CLAIM, claim["statement"]["de"])
    assert reader.t("founding_text.2") in row["sources"]


def test_a_statement_that_looks_like_a_formula_reaches_the_table_neutralised(
    open_tab: Callable[..., Page], tmp_path: Path
) -> None:
    copy = serving.copy_of_project(tmp_path / "copy")
    path = copy / "data" / "claims" / FILE
    claims = yaml.safe_load(path.read_text(encoding="utf-8"))
    for claim in claims:
        claim["checked_on"] = str(claim["checked_on"])
        if claim["id"] == CLAIM:
            claim["statement"]["en"] = f"{FORMULA} <b>bold</b>"
            claim.pop("plain", None)
    path.write_text(yaml.safe_dump(claims, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with serving.running(tmp_path / "log", root=copy, PYTHONPATH=str(copy / "src")) as other:
        reader = Reader(open_tab(), other.address)
        reader.open("evidence")
        reader.fill("evidence.search", CLAIM)
        # On the page it is text, in the table it is text too.
        expect(entries(reader).first).to_contain_text(f"{FORMULA} <b>bold</b>")
        (row,) = download(reader)
        assert other.unexpected() == []
        reader.tab.close()
    assert row["statement"] == f"'{FORMULA} <b>bold</b>"
