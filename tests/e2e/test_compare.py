"""Compare in the browser: options that come and go by style alone, folds that open by a tap, the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.reader import LANGUAGES, Reader

pytestmark = pytest.mark.slow

PERSON = {"sex": "male", "diagnosis": "androgenetic", "accepts_needles": "no"}

# One stands for all in `make test`.
_LANGUAGES = [lang if lang == "en" else pytest.param(lang, marks=pytest.mark.long) for lang in LANGUAGES]


def toolbar(reader: Reader, key: str) -> Locator:
    return reader.tab.get_by_role("toolbar", name=reader.t(key), exact=True)


def switch(reader: Reader, key: str) -> Locator:
    return reader.tab.get_by_role("switch", name=reader.t(key), exact=True)


def tab_to(reader: Reader, what: Locator) -> None:
    """Move on with the tabulator key until `what`, or a part of it, has the focus."""
    for _ in range(90):
        reader.tab.keyboard.press("Tab")
        if what.evaluate("one => one.contains(document.activeElement)"):
            return
    raise AssertionError("never reached with the tabulator key")


def focused(reader: Reader) -> str:
    return str(
        reader.tab.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
    )


@pytest.mark.long
def test_a_card_on_an_upright_tablet_is_no_higher_than_its_text(reader: Reader) -> None:
    reader.open("compare", "fr")
    tab = reader.tab
    tab.set_viewport_size({"width": 820, "height": 1180})
    # A fifth option puts the cards under each other; once it is gone they stand by twos again.
    fifth = toolbar(reader, "compare.context").get_by_role("button", name=reader.t("option.minoxidil_topical"))
    reader.tap(fifth)
    reader.tap(fifth)
    row = tab.locator("details[data-row='how']")
    row.locator("summary").first.click()
    places = {}
    for option in ("mesotherapy", "prp", "transplant", "no_treatment"):
        card = row.locator(f".compare-card[data-option='{option}']")
        box, last = card.bounding_box(), card.locator(".statement").last.bounding_box()
        assert box is not None
        assert last is not None
        assert box["y"] + box["height"] - last["y"] - last["height"] < 40, f"{option}: half empty"
        places[option] = (box["x"], box["y"])
    assert places["mesotherapy"][0] == places["transplant"][0] < places["prp"][0] == places["no_treatment"][0]
    assert places["mesotherapy"][1] == places["prp"][1], "the first two begin in one line"


def test_the_figures_of_all_options_shown_stand_in_one_line_under_their_names(reader: Reader) -> None:
    reader.open("compare", "de")
    tab = reader.tab
    reader.tap(toolbar(reader, "compare.context").get_by_role("button", name=reader.t("option.minoxidil_topical")))
    for width, height in ((820, 1180), (1280, 800)):
        tab.set_viewport_size({"width": width, "height": height})
        names = tab.locator(".compare-heads > li").locator("visible=true")
        expect(names).to_have_count(5)
        tab.locator(".compare-glance tbody tr").last.evaluate("one => one.scrollIntoView()")
        places = [one.bounding_box() for one in names.all()]
        cells = [one.bounding_box() for one in tab.locator(".compare-glance tbody tr").last.locator("td:visible").all()]
        assert len({round(one["y"]) for one in (cells[0], *cells) if one}) == 1, "a figure stands on a line of its own"
        assert [round(one["x"]) for one in places if one] == [round(one["x"]) for one in cells if one]
        strip = tab.locator(".st-key-compare-heads").bounding_box()
        assert strip is not None
        assert strip["height"] <= 0.06 * height
        assert 0 < strip["y"] < height / 4, "the names went out of sight"


@pytest.mark.parametrize("lang", _LANGUAGES)
def test_with_the_keyboard_alone_every_choice_is_reached_and_keeps_the_focus(reader: Reader, lang: str) -> None:
    reader.lang = lang
    reader.open("check", lang)
    reader.answers(PERSON)
    reader.go("compare")
    tab = reader.tab
    tab.get_by_role("heading", level=1).click()
    cards = tab.locator("li.compare-card[data-option='finasteride_oral']")
    expect(cards.first).to_be_hidden()

    tab_to(reader, toolbar(reader, "compare.context"))
    tab.keyboard.press("ArrowRight")
    reader.press("Enter")
    assert focused(reader) == reader.t("option.finasteride_oral")
    expect(tab.locator(".compare-heads > li").nth(5)).to_have_text(reader.t("option.finasteride_oral"))
    expect(tab.locator(".compare-heads > li").nth(5)).to_be_visible()
    assert tab.get_by_role("columnheader", name=reader.t("option.finasteride_oral"), exact=True).count() == 1

    tab_to(reader, toolbar(reader, "priority.order"))
    for _ in range(2):
        reader.press("Space")
        tab.keyboard.press("ArrowRight")
    assert tab.locator(".priority-options > li").count() == 5
    assert focused(reader) == reader.t("priority.little_time_off")

    tab_to(reader, switch(reader, "compare.differences"))
    reader.press("Space")
    expect(switch(reader, "compare.differences")).to_be_focused()
    expect(tab.locator(".compare-left-out")).to_be_visible()

    tab_to(reader, switch(reader, "compare.open_all"))
    folds = tab.locator("details.compare-row")
    for opened in (True, False):
        reader.press("Space")
        expect(switch(reader, "compare.open_all")).to_be_focused()
        expect(tab.locator("details.compare-row:not([open])")).to_have_count(0 if opened else folds.count() - 1)
    assert tab.locator("details.compare-row[open]").count() == 1, "the row that matters for the answers stays open"
