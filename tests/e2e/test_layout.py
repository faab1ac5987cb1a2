"""Pages fit the screens they are read on, can be hit with a finger, and print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reader import LANGUAGES, SECTIONS, Answer, Reader
from tests.e2e.serving import Server

pytestmark = pytest.mark.slow

SIZES = {"upright tablet": (820, 1180), "laptop": (1280, 800), "phone": (390, 844)}
# The framework decides by this what a phone is.
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
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


def pages(reader: Reader) -> Iterator[str]:
    """Go through all pages with as much on them as a consultation brings: red flags, a plan, sums."""
    reader.open("start")
    yield "start"
    reader.go("check")
    reader.answers(ANSWERS)
    for section in ("hair", "health"):
        reader.turn_to(section)
        yield f"check, {section}"
    reader.go("compare")
    yield "compare"
    reader.plan("four_fortnightly")
    yield "timeline"
    reader.cost("mesotherapy", "DE")
    yield "costs"
    reader.go("summary")
    yield "summary"


def resize(reader: Reader, screen: str) -> None:
    width, height = SIZES[screen]
    reader.tab.set_viewport_size({"width": width, "height": height})
    reader.tab.wait_for_function(f"innerWidth === {width}")
    reader.settled()


@pytest.mark.long
def test_no_page_scrolls_sideways_on_any_screen_and_everything_can_be_hit_with_a_finger(reader: Reader) -> None:
    found = []
    for name in pages(reader):
        found += [f"{name}: {fault}" for fault in too_small(reader.tab, answer=44) + too_close(reader.tab)]
        # Begins with the language in which the page was reached.
        for lang in sorted(LANGUAGES, key=lambda one: one != reader.lang):
            reader.speak(lang)
            for screen in SIZES:
                resize(reader, screen)
                found += [f"{name} ({lang}) on a {screen}: {fault}" for fault in reader.tab.evaluate(_SIDEWAYS)]
            resize(reader, "upright tablet")
    assert not found, "\n".join(found)


def test_every_page_can_be_reached_from_a_phone(open_tab: Callable[..., Page], server: Server) -> None:
    tab = open_tab(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, user_agent=PHONE)
    reader = Reader(tab, server.address)
    reader.open("check")
    for name in ("costs", "check"):
        way = tab.get_by_test_id("stExpandSidebarButton")
        way.click()
        reader.tap(tab.get_by_test_id("stSidebar").get_by_role("link", name=reader.t(f"page.{name}")))
        reader.sees_page(name)
        # The way to the other pages does not stay on top of the page.
        expect(tab.get_by_role("heading", level=1)).to_be_in_viewport()
        expect(way).to_be_visible()


# What can be tapped, with its height and that of what it stands in where the framework hides the control itself.
_TARGETS = """() => {
  const tappable = 'button, input, summary, a[href], [role=radio], [role=switch], [role=checkbox], [role=button]';
  return [...document.querySelectorAll(tappable)].flatMap(one => {
    if (!one.checkVisibility({visibilityProperty: true})) return [];
    const around = one.matches('input[type=checkbox], input[type=radio]') ? one.closest('label') || one : one;
    const box = around.getBoundingClientRect();
    // What only a screen reader or a first press of Tab brings up lies off the screen or in a box of one pixel.
    if (box.right <= 0 || box.bottom + window.scrollY <= 0) return [];
    for (let part = one; part; part = part.parentElement) if (part.clientWidth === 1) return [];
    const group = one.closest('[role=radiogroup], [role=toolbar]');
    return [{
      what: (one.getAttribute('aria-label') || one.innerText || one.type || one.tagName).trim().slice(0, 60),
      answers: !one.matches('summary, a[href]') && one.closest('[data-testid=stMain]') !== null,
      group: group ? group.getAttribute('aria-label') || 'group' : '',
      left: box.left, top: box.top, right: box.right, bottom: box.bottom,
      width: box.width, height: box.height,
    }];
  });
}"""


def targets(tab: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tab.evaluate(_TARGETS)
    return found


def _gap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the distance between two boxes, the larger one of the two directions."""
    across = max(other["left"] - one["right"], one["left"] - other["right"])
    down = max(other["top"] - one["bottom"], one["top"] - other["bottom"])
    return float(max(across, down))


def too_small(tab: Page, *, answer: float) -> list[str]:
    """Return what is lower than a finger needs: `answer` pixels for the page's controls, 44 for the rest."""
    return [
        f"{one['what']!r} is {one['width']:.0f} x {one['height']:.0f}"
        for one in targets(tab)
        if one["height"] < (answer if one["answers"] else 44) - 0.1 or one["width"] < 43.9
    ]


def too_close(tab: Page) -> list[str]:
    """Return the answers to one question with less than 8 pixels between them."""
    return [
        f"{one['what']!r} and {other['what']!r} of {one['group']!r} are {_gap(one, other):.0f} apart"
        for one, other in combinations(targets(tab), 2)
        if one["group"] and one["group"] == other["group"] and _gap(one, other) < 7.9
    ]


@pytest.mark.parametrize("screen", ["upright tablet", pytest.param("phone", marks=pytest.mark.long)])
def test_every_answer_can_be_hit_with_a_finger(reader: Reader, screen: str) -> None:
    reader.open("check")
    reader.answers({"sex": "female", "loss_pattern": "frontal_or_crown"})
    resize(reader, screen)
    found = []
    for section in SECTIONS:
        reader.turn_to(section)
        reader.settled()
        assert len(targets(reader.tab)) > 20
        found += [f"{section}: {fault}" for fault in too_small(reader.tab, answer=48) + too_close(reader.tab)]
    assert not found, "\n".join(found)


def test_the_summary_is_printed_from_its_beginning_and_from_its_end(reader: Reader) -> None:
    tab = reader.tab
    reader.open("summary", "en")
    tab.evaluate("window.printed = 0, window.print = () => { window.printed += 1 }, null")
    for visit in range(2):
        if visit:
            reader.go("start")
            reader.go("summary")
        buttons = tab.get_by_role("button", name=reader.t("summary.print.now"), exact=True)
        expect(buttons).to_have_count(2)
        for one in buttons.all():
            one.click()
    assert tab.evaluate("window.printed") == 4
    tab.get_by_role("link", name=reader.t("summary.take")).click()
    expect(tab.get_by_role("heading", name=reader.t("summary.take"), exact=True)).to_be_in_viewport()


@pytest.mark.long
def test_the_summary_prints_its_outcomes_without_the_controls(reader: Reader) -> None:
    tab = reader.tab
    assert list(pages(reader))[-1] == "summary"
    tab.emulate_media(media="print")
    for one in (
        tab.get_by_role("navigation"),
        reader.languages(),
        tab.get_by_role("button").locator("visible=true"),
        tab.get_by_role("link", name=reader.t("summary.to_costs"), exact=True),
    ):
        expect(one.first).not_to_be_visible()
    for option in ("mesotherapy", "prp", "transplant", "no_treatment"):
        expect(reader.card(option)).to_be_visible()
    expect(tab.get_by_text(reader.t("fixed_sentence"), exact=True)).to_be_visible()
    height = tab.evaluate(
        "Math.max(...['main', '[data-testid=stMain]', 'body'].map(s => document.querySelector(s)?.scrollHeight ?? 0))"
    )
    paper = tab.pdf(format="A4")
    sheets = len(re.findall(rb"/Type\s*/Page\b", paper))
    # A4 is about 1000 of the page's lines high; a page that scrolls inside a box would print its first screen only.
    assert sheets >= max(2, height // 1600), f"{sheets} printed for a height of {height}"
    assert sheets < 20
    # A sheet with words takes some kilobytes, a blank one next to nothing.
    assert len(paper) / sheets > 4000
