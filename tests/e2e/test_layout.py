"""Pages fit the screens they are read on, can be hit with a finger, and print."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reader import LANGUAGES, PAGES, SECTIONS, Answer, Reader

pytestmark = pytest.mark.slow

SIZES = {"upright tablet": (820, 1180), "laptop": (1280, 800), "phone": (390, 844)}
ANSWERS: dict[str, Answer] = {
    "age_years": 17,
    "sex": "female",
    "pregnancy": "breastfeeding",
    "loss_onset": "sudden",
    "loss_pattern": "frontal_or_crown",
    "scalp_signs": ["pus_or_crusts", "redness_or_scaling"],
    "medicines": ["finasteride_or_dutasteride"],
}

# Every box that could be pushed sideways, and every visible text that is cut off at the right edge of the screen.
_SIDEWAYS = """() => {
  const say = one => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '') + ' ' + (one.dataset.testid || '')
    + ' ' + one.className.toString().slice(0, 60) + ' "' + (one.innerText || '').slice(0, 40) + '"';
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) found.push('the page: ' + root.scrollWidth);
  for (const one of document.querySelectorAll('body, body *')) {
    if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const style = getComputedStyle(one);
    if (/auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
      found.push('scrolls by ' + (one.scrollWidth - one.clientWidth) + ': ' + say(one));
    const text = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text && style.position !== 'absolute' && one.getBoundingClientRect().right > window.innerWidth + 1)
      found.push('reaches ' + Math.round(one.getBoundingClientRect().right) + ': ' + say(one));
  }
  return found;
}"""


def set_up(reader: Reader, name: str) -> None:
    """Open a page with as much on it as a consultation brings: red flags, a plan, sums."""
    reader.open("check")
    reader.answers(ANSWERS)
    if name in ("timeline", "summary"):
        reader.plan("four_fortnightly")
    if name in ("costs", "summary"):
        reader.cost("mesotherapy", "DE")
    if name not in ("check", "timeline", "costs"):
        reader.go(name)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_any_screen_in_any_language(reader: Reader, name: str) -> None:
    tab = reader.tab
    set_up(reader, name)
    found = {}
    for lang in LANGUAGES:
        if lang != reader.lang:
            reader.speak(lang)
        for screen, (width, height) in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            tab.wait_for_function(f"innerWidth === {width}")
            reader.settled()
            faults = tab.evaluate(_SIDEWAYS)
            if faults:
                found[lang, screen] = faults
        tab.set_viewport_size({"width": 820, "height": 1180})
    assert found == {}


@pytest.mark.parametrize("name", ["start", "check"])
def test_every_page_can_be_reached_from_a_phone(reader: Reader, name: str) -> None:
    tab = reader.tab
    tab.set_viewport_size({"width": 390, "height": 844})
    reader.open(name)
    for page in ("costs", "check"):
        link = tab.get_by_role("link", name=re.compile(f"^{re.escape(reader.t(f'page.{page}'))}"))
        if not any(one.is_visible() for one in link.all()):
            tab.get_by_role("banner").get_by_role("button").first.click()
        link.locator("visible=true").first.click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(reader.t(f"{page}.title"))
        reader.settled()


# What can be tapped, with its height and that of what it stands in where the framework hides the control itself.
_TARGETS = """() => {
  const tappable = 'button, input, summary, a[href], [role=radio], [role=switch], [role=checkbox], [role=button]';
  return [...document.querySelectorAll(tappable)].flatMap(one => {
    if (!one.checkVisibility({visibilityProperty: true})) return [];
    const around = one.matches('input[type=checkbox], input[type=radio]') ? one.closest('label') || one : one;
    const box = around.getBoundingClientRect();
    // What only a screen reader or a first press of Tab brings up lies off the screen.
    if (box.right <= 0 || box.bottom + window.scrollY <= 0 || box.width <= 1) return [];
    const group = one.closest('[role=radiogroup], [role=toolbar]');
    return [{
      what: (one.getAttribute('aria-label') || one.innerText || one.type || one.tagName).trim().slice(0, 60),
      kind: one.matches('summary, a[href]') ? 'link' : one.tagName.toLowerCase(),
      group: group ? group.getAttribute('aria-label') || 'group' : '',
      left: box.left, top: box.top, right: box.right, bottom: box.bottom,
      width: box.width, height: box.height,
    }];
  });
}"""


def targets(tab: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tab.evaluate(_TARGETS)
    return found


@pytest.mark.parametrize("screen", ["upright tablet", "phone"])
def test_every_answer_can_be_hit_with_a_finger(reader: Reader, screen: str) -> None:
    tab = reader.tab
    width, height = SIZES[screen]
    reader.open("check")
    reader.answers({"sex": "female", "loss_pattern": "frontal_or_crown"})
    tab.set_viewport_size({"width": width, "height": height})
    small, close = [], []
    for section in SECTIONS:
        reader.turn_to(section)
        reader.settled()
        found = targets(tab)
        assert len(found) > 20
        small += [
            f"{section}: {one['what']!r} is {one['width']:.0f} x {one['height']:.0f}"
            for one in found
            if one["height"] < (43.9 if one["kind"] == "link" else 47.9) or one["width"] < 43.9
        ]
        for place, one in enumerate(found):
            close += [
                f"{section}: {one['what']!r} and {other['what']!r} in {one['group']!r}"
                for other in found[place + 1 :]
                if one["group"] and one["group"] == other["group"] and _gap(one, other) < 7.9
            ]
    assert sorted(set(small)) == []
    assert sorted(set(close)) == []


def _gap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the distance between two boxes, the larger one of the two directions."""
    across = max(other["left"] - one["right"], one["left"] - other["right"])
    down = max(other["top"] - one["bottom"], one["top"] - other["bottom"])
    return float(max(across, down))


@pytest.mark.parametrize("name", ["compare", "timeline", "costs", "summary"])
def test_everything_else_can_be_hit_with_a_finger_too(reader: Reader, name: str) -> None:
    set_up(reader, name)
    small = [
        f"{one['what']!r} is {one['width']:.0f} x {one['height']:.0f}"
        for one in targets(reader.tab)
        if one["height"] < 43.9 or one["width"] < 43.9
    ]
    assert sorted(set(small)) == []


def test_the_summary_prints_its_outcomes_without_the_controls(reader: Reader) -> None:
    tab = reader.tab
    set_up(reader, "summary")
    tab.emulate_media(media="print")
    for one in (
        tab.get_by_role("navigation"),
        reader.languages(),
        tab.get_by_role("button").locator("visible=true"),
        tab.get_by_role("link", name=reader.t("page.costs"), exact=True),
    ):
        expect(one.first).not_to_be_visible()
    for option in ("mesotherapy", "prp", "transplant", "no_treatment"):
        expect(reader.card(option)).to_be_visible()
    expect(tab.get_by_text(reader.t("fixed_sentence"), exact=True)).to_be_visible()
    height = tab.evaluate(
        "Math.max(...['main', '[data-testid=stMain]', 'body'].map(s => document.querySelector(s)?.scrollHeight ?? 0))"
    )
    paper = tab.pdf(format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    # A4 is about 1000 of the page's lines high; a page that scrolls inside a box would print its first screen only.
    assert pages >= max(2, height // 1600), f"{pages} printed for a height of {height}"
    assert pages < 20
    # A sheet with words takes some kilobytes, a blank one next to nothing.
    assert len(paper) / pages > 4000
