"""A patient with the tablet in one hand: big targets, one thing at a time, nothing moves, nothing stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from mesodash.store.database import close_stores, the_store
from tests.e2e import serving
from tests.e2e.conftest import TABLET
from tests.e2e.reader import Reader, texts
from tests.e2e.serving import Server
from tests.e2e.test_accessibility import STANDARD, press_until, step
from tests.e2e.test_layout import _SIDEWAYS, targets, too_close

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
FINGER = 56


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> Iterator[Server]:
    """A server with a passphrase: who is not signed in sits at a tablet. The test can open its store as well."""
    folder = tmp_path_factory.mktemp("waiting-room")
    data = str(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MESODASH_DATA", data)
        the_store().passphrase.set("seven grey herons fly south")
        with serving.running(folder / "log", MESODASH_DATA=data) as server:
            yield server
        assert server.unexpected() == []
        close_stores()


class Patient(Reader):
    """Somebody alone at a tablet."""

    def arrives(self) -> None:
        self.tab.goto(f"{self.address}/check?lang={self.lang}")
        expect(self.heading()).to_contain_text(self.t("tablet.language.title"))
        self.settled()

    def heading(self) -> Locator:
        return self.tab.get_by_role("heading", level=1)

    def button(self, key: str) -> Locator:
        return self.tab.get_by_role("button", name=self.t(key), exact=True)

    def tongue(self) -> Locator:
        return self.tab.get_by_role("main").get_by_role("button", name=self.t(f"lang.{self.lang}"), exact=True)

    def sees(self, key: str) -> None:
        """See a screen by its heading, which has the focus: a screen reader begins there."""
        expect(self.heading()).to_contain_text(self.t(key))
        expect(self.heading()).to_be_focused()
        self.settled()

    def goes_on(self, to: str) -> None:
        self.tap(self.button("tablet.next"))
        self.sees(f"tablet.screen.{to}" if to != "result" else "tablet.result.title")

    def begins(self) -> None:
        self.tap(self.tongue())
        self.sees("tablet.notice.title")
        self.tap(self.button("tablet.notice.begin"))
        self.sees("tablet.screen.you")

    def plain(self, question: str) -> Locator:
        name = self.t(f"ask_plain.{question}")
        several = self.tab.get_by_role("toolbar", name=name, exact=True)
        return self.tab.get_by_role("radiogroup", name=name, exact=True).or_(several)

    def choice(self, question: str, token: str) -> Locator:
        words = self.answer_words(question, token)
        radio = self.plain(question).get_by_role("radio", name=words, exact=True)
        return radio.or_(self.plain(question).get_by_role("button", name=words, exact=True))

    def age(self) -> Locator:
        return self.tab.get_by_role("spinbutton", name=self.t("ask_plain.age_years"))

    def sees_chosen(self, question: str, token: str) -> None:
        chosen = self.plain(question).locator("[aria-checked=true], [aria-pressed=true]")
        expect(chosen).to_have_text([self.answer_words(question, token)])

    def turn(self) -> str | None:
        """Return by what the style sheet knows that the buttons at the foot are new."""
        return self.tab.locator("[class*=st-key-tablet_steps_]").get_attribute("class")

    def code(self) -> str:
        return "-".join(self.tab.locator("p.code span").all_inner_texts())


@pytest.fixture
def patient(open_tab: Callable[..., Page], clinic: Server) -> Patient:
    return Patient(open_tab(), clinic.address)


def places(tab: Page) -> list[tuple[Any, ...]]:
    """Return where everything stands that can be tapped."""
    return [tuple(one[side] for side in ("left", "top", "right", "bottom")) for one in targets(tab)]


def taps_in_place(patient: Patient, question: str, token: str) -> None:
    """Give an answer; it is shown, and nothing on the screen has moved."""
    before = places(patient.tab)
    patient.tap(patient.choice(question, token))
    patient.sees_chosen(question, token)
    assert places(patient.tab) == before


def scrolls(tab: Page) -> bool:
    return bool(tab.get_by_test_id("stMain").evaluate("one => one.scrollHeight > one.clientHeight + 1"))


def faults_of_touch(patient: Patient) -> list[str]:
    """Return what is too small for a thumb, too close to its neighbour, or narrower than another answer."""
    found = too_close(patient.tab)
    widths: dict[str, set[int]] = {}
    for one in targets(patient.tab):
        aside = one["group"] == patient.t("language") or one["what"] == patient.t("tablet.end")
        least = FINGER if one["answers"] and not aside else 44
        if one["height"] < least - 0.1 or one["width"] < 43.9:
            found.append(f"{one['what']!r} is {one['width']:.0f} x {one['height']:.0f}")
        if one["group"] and not aside:
            widths.setdefault(one["group"], set()).add(round(one["width"]))
    return found + [
        f"the answers to {group!r} are {sorted(all_of_it)} wide"
        for group, all_of_it in widths.items()
        if max(all_of_it) - min(all_of_it) > 1
    ]


def faults_of_axe(tab: Page) -> list[str]:
    tab.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    found = Axe().run(tab, options={"resultTypes": ["violations"], "runOnly": STANDARD}).response["violations"]
    return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}" for one in found]


def faults_of_width(tab: Page) -> list[str]:
    found = []
    for size in (PHONE, TABLET):
        tab.set_viewport_size(size)
        tab.wait_for_function(f"innerWidth === {size['width']}")
        found += [f"{size['width']} wide: {fault}" for fault in tab.evaluate(_SIDEWAYS)]
    return found


def way(patient: Patient) -> Iterator[str]:
    """Go the whole way, with a red flag and all kinds of answers; yields at each screen."""
    patient.arrives()
    yield "language"
    patient.tap(patient.tongue())
    patient.sees("tablet.notice.title")
    yield "notice"
    patient.tap(patient.button("tablet.notice.begin"))
    patient.sees("tablet.screen.you")
    taps_in_place(patient, "sex", "female")
    yield "you"
    # Typed, and nothing pressed after it: the tap on the way on has to be enough.
    patient.age().fill("67")
    patient.goes_on("loss")
    taps_in_place(patient, "loss_onset", "sudden")
    taps_in_place(patient, "loss_pattern", "frontal_or_crown")
    yield "loss"
    patient.goes_on("stage")
    taps_in_place(patient, "norwood_stage", "3")
    expect(patient.choice("norwood_stage", "3")).to_be_focused()
    yield "stage"
    patient.goes_on("cause")
    yield "cause"
    patient.goes_on("scalp")
    taps_in_place(patient, "scalp_signs", "pus_or_crusts")
    yield "scalp"
    patient.goes_on("illness")
    taps_in_place(patient, "diabetes", "unknown")
    assert not scrolls(patient.tab)
    yield "illness"
    patient.goes_on("blood")
    taps_in_place(patient, "anticoagulants", "declined")
    assert not scrolls(patient.tab)
    yield "blood"
    for screen in ("today", "triggers", "goals"):
        patient.goes_on(screen)
        yield screen
    patient.goes_on("result")
    yield "result"
    patient.tap(patient.button("tablet.end"))
    patient.sees("tablet.end.title")
    yield "end"
    patient.tap(patient.button("tablet.end.no"))
    patient.sees("tablet.result.title")
    before = patient.turn()
    patient.button("tablet.make").dblclick()
    patient.sees("tablet.code.title")
    # Where the way on is another one, the second tap must not be taken for a tap on it.
    assert patient.turn() != before
    yield "code"


def codes_made() -> int:
    return [line.event for line in the_store().audit.last(1000)].count("handed_over")


ANSWERED = {
    "age_years": 67,
    "sex": "female",
    "loss_onset": "sudden",
    "loss_pattern": "frontal_or_crown",
    "norwood_stage": "3",
    "scalp_signs": ["pus_or_crusts"],
    "diabetes": "unknown",
    "anticoagulants": "declined",
}


@pytest.mark.parametrize(("lang", "colours"), [("fr", "light"), pytest.param("de", "dark", marks=pytest.mark.long)])
def test_the_whole_way_fits_a_thumb_and_a_screen_reader(
    open_tab: Callable[..., Page], clinic: Server, lang: str, colours: Any
) -> None:
    patient = Patient(open_tab(color_scheme=colours), clinic.address, lang)
    tab = patient.tab
    found = []
    before = codes_made()
    for number, name in enumerate(way(patient)):
        faults = faults_of_touch(patient) + faults_of_width(tab)
        # Each screen in one of the two colour schemes.
        if number % 2 == (colours == "dark"):
            faults += faults_of_axe(tab)
        found += [f"{name}: {one}" for one in faults]
    assert not found, "\n".join(found)

    expect(tab.get_by_text(patient.t("tablet.flags.title"))).to_be_visible()
    expect(tab.get_by_role("img", name=patient.t("tablet.code.picture"), exact=True)).to_be_visible()
    assert codes_made() == before + 1
    content = the_store().handovers.take(patient.code(), client="10.0.0.7", now=datetime.now(UTC))
    assert content["answers"] == ANSWERED
    assert content["lang"] == lang

    # The next person, at the same screen.
    patient.tap(patient.button("tablet.done"))
    patient.sees("tablet.language.title")
    expect(tab.get_by_text(patient.t("tablet.erased"), exact=True)).to_be_visible()
    patient.begins()
    expect(patient.age()).to_have_value("")
    expect(tab.get_by_role("main").locator("[data-testid=stMainBlockContainer] [aria-checked=true]")).to_have_count(1)
    patient.goes_on("loss")
    patient.goes_on("stage")
    assert tab.locator("[class*=st-key-plain_] :is([aria-checked=true], [aria-pressed=true])").count() == 0


_STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const around = [here, here.closest("[data-testid=stNumberInputContainer]")].filter(Boolean);
  const drawn = (one) => one.boxShadow !== "none" || (one.outlineStyle !== "none" && one.outlineWidth !== "0px");
  const box = here.getBoundingClientRect();
  return {
    what: here.ariaLabel || here.innerText.slice(0, 60),
    foot: !!here.closest("[data-testid=stBottom]"),
    place: [...document.querySelectorAll("*")].indexOf(here),
    seen: around.some((one) => drawn(getComputedStyle(one))),
    inside: box.bottom > 0 && box.top < innerHeight && here.checkVisibility(),
  };
}"""
CONTROLS = ("button", "link", "radio", "spinbutton", "textbox", "checkbox", "radiogroup", "toolbar", "image")


def stops(patient: Patient) -> list[dict[str, Any]]:
    """Go by Tab from the heading to the end of the screen, and back by the same stops; return them."""
    found = []
    for _ in range(40):
        patient.tab.keyboard.press("Tab")
        one = patient.tab.evaluate(_STOP)
        # After the last stop comes the browser's own, or at once the page's first again.
        if found and (one is None or one["what"] == patient.t("guard.skip")):
            break
        if one is not None:
            found.append(one)
    else:
        raise AssertionError(f"Tab does not leave the screen: {[one['what'] for one in found]}")
    back = []
    while len(back) < len(found):
        patient.tab.keyboard.press("Shift+Tab")
        one = patient.tab.evaluate(_STOP)
        if one is not None:
            back.append(one["what"])
        elif back:
            break
    assert back[::-1] == [one["what"] for one in found]
    patient.heading().focus()
    return found


def faults_of_focus(patient: Patient) -> list[str]:
    """Return what is wrong with the way by Tab: a stop that is not seen, or one that comes out of turn."""
    way = stops(patient)
    found = [f"{one['what']!r} does not show that it has the focus" for one in way if not one["seen"]]
    found += [f"{one['what']!r} has the focus out of sight" for one in way if not one["inside"]]
    places = [(one["foot"], one["place"]) for one in way]
    if places != sorted(places):
        found.append(f"the order is {[one['what'] for one in way]}")
    return found


def faults_of_names(patient: Patient) -> list[str]:
    """Return the controls that have no name for a screen reader, or one in another language."""
    words = {" ".join(one.split()) for one in texts(patient.lang).values()}
    words |= {texts(patient.lang)[f"lang.{lang}"] for lang in ("en", "de", "fr")}
    found = []
    for node in patient.tab.context.new_cdp_session(patient.tab).send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        name = " ".join(node.get("name", {}).get("value", "").split())
        # A field's own name ends in its unit and limits.
        if (
            not node["ignored"]
            and role in CONTROLS
            and (re.sub(r" \([^()]*\d+-\d+\)$", "", name) if role == "spinbutton" else name) not in words
        ):
            found.append(f"a {role} is called {name!r}")
    return found


@pytest.mark.parametrize("lang", ["fr", *(pytest.param(one, marks=pytest.mark.long) for one in ("en", "de"))])
def test_by_keyboard_every_stop_shows_comes_in_its_order_and_has_a_name_in_the_patient_s_language(
    patient: Patient, lang: str
) -> None:
    patient.lang, tab, found = lang, patient.tab, []

    def look(screen: str) -> None:
        found.extend(f"{screen}: {one}" for one in faults_of_focus(patient) + faults_of_names(patient))

    def press(key: str, button: Locator, to: str) -> None:
        press_until(tab, "Tab", button)
        patient.press(key)
        patient.sees(to)

    patient.arrives()
    look("language")
    press("Enter", patient.tongue(), "tablet.notice.title")
    look("notice")
    press("Space", patient.button("tablet.notice.begin"), "tablet.screen.you")
    press_until(tab, "Tab", patient.age())
    tab.keyboard.type("52")
    with patient.heard():
        tab.keyboard.press("Tab")
    patient.heading().focus()
    look("you")
    for screen in ("loss", "stage", "cause", "scalp", "illness", "blood", "today", "triggers", "goals"):
        press("Enter", patient.button("tablet.next"), f"tablet.screen.{screen}")
        if screen in ("stage", "scalp", "today"):
            look(screen)
    press("Enter", patient.button("tablet.next"), "tablet.result.title")
    look("result")
    press("Enter", patient.button("tablet.end"), "tablet.end.title")
    look("end")
    press("Space", patient.button("tablet.end.no"), "tablet.result.title")
    press("Enter", patient.button("tablet.make"), "tablet.code.title")
    look("code")
    press("Enter", patient.button("tablet.done"), "tablet.language.title")
    assert not found, "\n".join(found)


def test_the_second_of_two_quick_taps_does_nothing(patient: Patient) -> None:
    tab = patient.tab
    patient.arrives()
    patient.begins()
    patient.button("tablet.next").dblclick()
    patient.sees("tablet.screen.loss")
    tab.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    # Time stands still at the moment in which the next screen arrives.
    held = tab.add_style_tag(content="* { animation-play-state: paused !important; }")
    patient.goes_on("stage")
    box = patient.button("tablet.next").bounding_box()
    assert box is not None
    expect(patient.button("tablet.next")).to_have_css("pointer-events", "none")
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    patient.settled()
    expect(patient.heading()).to_contain_text(patient.t("tablet.screen.stage"))
    held.evaluate("one => one.remove()")
    patient.goes_on("cause")


@pytest.mark.long
def test_another_language_on_the_way_keeps_what_was_typed_and_tapped(patient: Patient) -> None:
    patient.arrives()
    patient.begins()
    patient.age().fill("34")
    patient.tap(patient.choice("sex", "male"))
    patient.speak("de")
    expect(patient.heading()).to_contain_text(patient.t("tablet.screen.you"))
    expect(patient.age()).to_have_value("34")
    patient.sees_chosen("sex", "male")
    patient.goes_on("loss")
    patient.tap(patient.button("tablet.back"))
    patient.sees("tablet.screen.you")
    expect(patient.age()).to_have_value("34")
    patient.sees_chosen("sex", "male")


def test_the_keyboard_alone_is_enough(patient: Patient) -> None:
    tab = patient.tab
    patient.arrives()
    press_until(tab, "Tab", patient.tongue())
    patient.press("Enter")
    patient.sees("tablet.notice.title")
    press_until(tab, "Tab", patient.button("tablet.notice.begin"))
    patient.press("Enter")
    patient.sees("tablet.screen.you")
    press_until(tab, "Tab", patient.age())
    tab.keyboard.type("52")
    with patient.heard():
        press_until(tab, "Tab", patient.choice("sex", "female"))
    step(tab, patient.choice("sex", "male"))
    patient.press("Space")
    patient.sees_chosen("sex", "male")
    press_until(tab, "Tab", patient.button("tablet.next"))
    patient.press("Enter")
    patient.sees("tablet.screen.loss")
    # From the heading the first answer is one step away, or two.
    press_until(tab, "Tab", patient.choice("loss_onset", "none"), at_most=3)
    press_until(tab, "Tab", patient.button("tablet.back"))
    patient.press("Enter")
    patient.sees("tablet.screen.you")
    patient.sees_chosen("sex", "male")
    expect(patient.age()).to_have_value("52")
