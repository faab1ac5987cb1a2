"""The app without a mouse and without sight: axe's findings, and the keyboard alone."""

from __future__ import annotations

import itertools
import re
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import TABLET
from tests.e2e.reader import Answer, Reader

pytestmark = pytest.mark.slow

COLOURS: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ANSWERS: dict[str, Answer] = {
    "age_years": 17,
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_pattern": "frontal_or_crown",
    "norwood_stage": "2",
    "scalp_signs": ["pus_or_crusts", "itching"],
}


def serious(tab: Page) -> list[str]:
    """Return axe's serious and critical findings, one line per rule with the elements it names."""
    found: list[dict[str, Any]] = (
        Axe().run(tab, options={"resultTypes": ["violations"], "runOnly": STANDARD}).response["violations"]
    )
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        + "; ".join(f"{node['html'][:160]} {node.get('failureSummary', '')}" for node in one["nodes"][:6])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def look(reader: Reader, colours: Literal["light", "dark"]) -> list[str]:
    """Return axe's findings on the page as it is, in one theme; each theme is read in a language of its own."""
    tab = reader.tab
    tab.emulate_media(color_scheme=colours)
    # The server learns of another theme with the next thing it is asked.
    reader.speak({"light": "en", "dark": "de"}[colours])
    background = tab.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") is (colours == "light")
    # What stands behind a tap is read as well; the first few fold-outs are built like all others.
    tab.evaluate("[...document.querySelectorAll('details')].slice(0, 4).forEach(one => { one.open = true })")
    # Contrast is only judged of what need not be scrolled to.
    height: int = tab.get_by_test_id("stMain").evaluate("one => one.scrollHeight")
    tab.set_viewport_size({"width": TABLET["width"], "height": height + 100})
    reader.settled()
    # A colour on its way to another one is not what a reader reads.
    tab.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    found = serious(tab)
    tab.set_viewport_size(TABLET)
    return found


@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.long)])
def test_axe_finds_nothing_serious_on_any_page(reader: Reader, first: int) -> None:
    """Each page in one of the two themes; the long walk has the other one of each."""
    found: list[str] = []
    themes = itertools.cycle(COLOURS[first:] + COLOURS[:first])

    def look_at(name: str) -> None:
        colours = next(themes)
        found.extend(f"{name}, {colours}: {fault}" for fault in look(reader, colours))

    reader.open("start")
    look_at("start")
    reader.go("check")
    reader.answers(ANSWERS)
    reader.turn_to("hair")
    look_at("check, hair")
    reader.go("compare")
    look_at("compare")
    reader.plan("four_fortnightly")
    look_at("timeline")
    reader.cost("mesotherapy", "DE")
    look_at("costs")
    reader.pick("costs.view", reader.t("costs.view.list"))
    look_at("costs, list")
    reader.go("summary")
    look_at("summary")
    assert not found, "\n".join(found)


def press_until(tab: Page, key: str, there: Locator, *, at_most: int = 80) -> None:
    """Press Tab, forwards or backwards, until `there` has the focus."""
    for _ in range(at_most):
        if there.count() and there.evaluate("one => one === document.activeElement"):
            return
        tab.keyboard.press(key)
    raise AssertionError(f"{at_most} times {key} did not lead to {there}")


def step(tab: Page, *along: Locator) -> None:
    """Go from one choice to the next by the arrow key; each has the focus in its turn."""
    for one in along:
        tab.keyboard.press("ArrowRight")
        expect(one).to_be_focused()


def test_language_answers_and_pages_can_be_set_by_the_keyboard_alone(reader: Reader) -> None:
    tab = reader.tab
    reader.open("check")
    press_until(tab, "Tab", reader.languages().get_by_role("radio", checked=True))
    step(tab, reader.languages().get_by_role("radio", name=reader.t("lang.de"), exact=True))
    reader.press("Space")
    reader.lang = "de"
    expect(tab.locator("html")).to_have_attribute("lang", "de")
    reader.sees_page("check")

    press_until(tab, "Tab", reader.box("age_years"))
    tab.keyboard.type("52")
    with reader.heard():
        press_until(tab, "Tab", reader.pill("sex", "female"))
    reader.sees_answer("age_years", 52)
    step(tab, reader.pill("sex", "male"))
    reader.press("Space")
    reader.sees_answer("sex", "male")

    forward = tab.get_by_role("button", name=re.compile("→$"))
    press_until(tab, "Tab", forward)
    reader.press("Enter")
    expect(tab.get_by_role("heading", name=reader.t("section.hair"), exact=True)).to_be_visible()
    reader.turn_to("scalp")
    press_until(tab, "Tab", reader.pill("scalp_signs", "pain_or_burning"))
    step(tab, reader.pill("scalp_signs", "pus_or_crusts"))
    reader.press("Space")
    # The answer brings up a warning above; the focus stays where it was.
    expect(reader.pill("scalp_signs", "pus_or_crusts")).to_be_focused()
    step(tab, reader.pill("scalp_signs", "redness_or_scaling"), reader.pill("scalp_signs", "itching"))
    reader.press("Space")
    reader.sees_answer("scalp_signs", ["pus_or_crusts", "itching"])

    summary = tab.get_by_role("navigation").get_by_role("link", name=reader.t("page.summary"))
    press_until(tab, "Shift+Tab", summary)
    reader.press("Enter")
    reader.sees_page("summary")
