"""A clinic's price list on the screen: what is taken over is seen at once, and charts keep to the reader's colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.reader import Reader

pytestmark = pytest.mark.slow

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
    reader.tap(tab.get_by_role("button", name=reader.t("prices.read.take"), exact=True))
    expect(tab.get_by_text(reader.t("prices.none"), exact=True)).to_have_count(0)
    expect(tab.get_by_role("table", name=reader.t("prices.caption", currency="EUR"))).to_contain_text("120,50")


@pytest.mark.long
def test_a_tap_after_the_colours_changed_draws_the_chart_in_the_new_ones(reader: Reader) -> None:
    tab = reader.tab
    reader.open("costs")
    reader.cost("mesotherapy", "DE")
    tab.emulate_media(color_scheme="dark")
    reader.pick("costs.view", reader.t("costs.view.years"))
    label = tab.get_by_test_id("stPlotlyChart").locator(".xtick text").first
    expect(label).to_have_css("fill", "rgb(233, 239, 240)")
