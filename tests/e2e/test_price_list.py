"""A clinic's price list on the screen: what is taken over is seen at once, and charts keep to the reader's colours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.reader import Reader

pytestmark = pytest.mark.slow

OWN_WORDS = "Ce que nous faisons;Unite;A partir de;Jusque\nMésothérapie;séance;85,00 €;120,50 €\n"
LIST = "Prestation;Par;Prix min;Prix max\nMésothérapie;séance;85,00 €;120,50 €\nGreffe;greffon;2,50 €;4,20 €\n"


@pytest.mark.long
def test_a_list_taken_over_from_a_file_stands_on_the_page_at_once(reader: Reader) -> None:
    tab = reader.tab
    reader.open("costs", "fr")
    reader.pick("costs.view", reader.t("costs.view.list"))
    with reader.heard():
        tab.locator("input[type=file]").set_input_files(
            {"name": "tarifs.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
        )
    # The file says its currency beside the amounts and nothing of the tax.
    reader.pick("prices.part.tax", reader.t("prices.tax.included"))
    reader.tap(tab.get_by_role("button", name=reader.t("prices.read.take"), exact=True))
    expect(tab.get_by_text(reader.t("prices.none"), exact=True)).to_have_count(0)
    expect(tab.get_by_role("table", name=reader.t("prices.caption", currency="EUR"))).to_contain_text("120,50")


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "de", "fr"])
def test_the_button_that_takes_a_file_is_named_in_the_language_that_is_read(reader: Reader, lang: str) -> None:
    reader.open("costs")
    reader.pick("costs.view", reader.t("costs.view.list"))
    reader.speak(lang)
    words = reader.t("pair", name=reader.t("saved.pick"), value=reader.t("prices.read.choose"))
    expect(reader.tab.get_by_role("button", name=words, exact=True)).to_be_visible()


@pytest.mark.long
def test_a_price_is_entered_by_the_keyboard_alone_and_the_focus_stays_where_it_was(reader: Reader) -> None:
    tab = reader.tab
    reader.open("costs", "fr")
    choice = reader.row("costs.view").get_by_role("radio", name=reader.t("costs.view.list"))
    treatment = reader.row("prices.edit.option").get_by_role("radio", name=reader.t("option.prp"))
    for control in (choice, treatment):
        control.focus()
        reader.press("Space")
        expect(control).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.type("1 250,50")
    tab.keyboard.press("Tab")
    high = reader.t("prices.cell", unit=reader.t("prices.unit.session"), column=reader.t("prices.column.high"))
    expect(tab.get_by_role("textbox", name=high, exact=True)).to_be_focused()
    currency = reader.row("prices.currency").get_by_role("radio", name="EUR")
    added, included = (
        reader.row("prices.part.tax").get_by_role("radio", name=reader.t(f"prices.tax.{one}"))
        for one in ("added", "included")
    )
    rate = tab.get_by_role("textbox", name=reader.t("prices.vat"), exact=True)
    for control, asked in ((currency, 0), (added, 1), (included, 0)):
        control.focus()
        # A form keeps to itself what is set in it until it is sent.
        tab.keyboard.press("Space")
        expect(rate).to_have_count(asked)
    take = tab.get_by_role("button", name=reader.t("prices.edit.take"), exact=True)
    take.focus()
    reader.press("Enter")
    expect(take).to_be_focused()
    expect(tab.get_by_role("table", name=reader.t("prices.caption", currency="EUR"))).to_contain_text(
        "1 250,50".replace(" ", "\N{NARROW NO-BREAK SPACE}")
    )


@pytest.mark.long
def test_a_file_with_words_of_its_own_is_matched_and_taken_over_by_the_keyboard_alone(reader: Reader) -> None:
    tab = reader.tab
    reader.open("costs", "fr")
    reader.pick("costs.view", reader.t("costs.view.list"))
    words = reader.t("pair", name=reader.t("saved.pick"), value=reader.t("prices.read.choose"))
    # Somebody has to wait for choosers before the first one opens, or it may open unseen.
    tab.on("filechooser", lambda _: None)
    _tab_to(tab, tab.get_by_role("button", name=words, exact=True))
    with tab.expect_file_chooser() as chooser:
        tab.keyboard.press("Enter")
    with reader.heard():
        chooser.value.set_files({"name": "tarifs.csv", "mimeType": "text/csv", "buffer": OWN_WORDS.encode()})
    take = tab.get_by_role("button", name=reader.t("prices.read.take"), exact=True)
    expect(take).to_be_disabled()
    for head, column in (("A", "option"), ("C", "low"), ("D", "high")):
        for row, name in (("prices.read.at", re.compile(rf"^{head}\b")), ("prices.read.holds", None)):
            _choose(reader, reader.row(row), name or reader.t(f"prices.column.{column}"))
    _choose(reader, reader.row("prices.part.tax").last, reader.t("prices.tax.included"))
    _tab_to(tab, take)
    reader.press("Enter")
    expect(tab.get_by_role("table", name=reader.t("prices.caption", currency="EUR"))).to_contain_text("120,50")


def _tab_to(tab: Page, control: Locator) -> None:
    """Press Tab until the focus is on a control or in a row of them; one that cannot be reached is the fault."""
    expect(control).to_be_visible()
    for _ in range(150):
        if control.evaluate("one => one.contains(document.activeElement)"):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(control)


def _choose(reader: Reader, row: Locator, words: str | re.Pattern[str]) -> None:
    """Choose one of a row by Tab, the arrows and the space bar."""
    choice = row.get_by_role("radio", name=words, exact=True)
    if choice.is_checked():
        return
    _tab_to(reader.tab, row)
    for _ in range(20):
        if choice.evaluate("one => one === document.activeElement"):
            reader.press("Space")
            return
        reader.tab.keyboard.press("ArrowRight")
    raise AssertionError(choice)


@pytest.mark.long
def test_a_tap_after_the_colours_changed_draws_the_chart_in_the_new_ones(reader: Reader) -> None:
    tab = reader.tab
    reader.open("costs")
    reader.cost("mesotherapy", "DE")
    tab.emulate_media(color_scheme="dark")
    reader.pick("costs.view", reader.t("costs.view.years"))
    label = tab.get_by_test_id("stPlotlyChart").locator(".xtick text").first
    expect(label).to_have_css("fill", "rgb(233, 239, 240)")


@pytest.mark.long
def test_a_field_that_is_left_by_a_tap_on_another_part_of_the_page_still_brings_that_part(reader: Reader) -> None:
    reader.open("costs")
    reader.cost("mesotherapy", "DE")
    years = reader.tab.get_by_role("spinbutton", name=reader.t("costs.years"), exact=True)
    # The switch beside the field stands at its middle.
    switch = reader.tab.get_by_text(reader.t("costs.context"), exact=True)
    middles = [box["y"] + box["height"] / 2 for box in (one.bounding_box() for one in (years, switch)) if box]
    assert middles[0] == pytest.approx(middles[1], abs=2)
    years.fill("7")
    # Both reach the server in one message, before the chart that shows the years is there.
    reader.row("costs.view").get_by_role("radio", name=reader.t("costs.view.years"), exact=True).click()
    expect(reader.tab.get_by_text(reader.t("costs.key", years="7 years"), exact=True)).to_be_visible()
    # The file holds the same sums by the same names, which say what each counts.
    with reader.tab.expect_download() as saved:
        reader.tab.get_by_role("button", name=reader.t("costs.export.csv"), exact=True).click()
    assert reader.t("costs.one_operation", name=reader.t("option.transplant")) in saved.value.path().read_text("utf-8")


@pytest.mark.long
def test_what_a_sum_counts_by_stays_chosen_after_a_look_at_another_part(reader: Reader) -> None:
    reader.open("check")
    reader.answers({"age_years": 45, "sex": "male", "loss_pattern": "frontal_or_crown", "norwood_stage": "5"})
    reader.cost("transplant", "DE")
    for part in ("why", "list", "why"):
        reader.pick("costs.view", reader.t(f"costs.view.{part}"))
        reader.pick("costs.view", reader.t("costs.view.sum"))
        reader.sees_picked("costs.basis", reader.t("costs.basis.graft"))
