"""A person who uses the app: finds everything by role and visible name, waits for what is to be seen."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.serving import ROOT

LANGUAGES = ("en", "de", "fr")
PAGES = ("start", "check", "compare", "timeline", "costs", "summary", "evidence", "about", "inbox", "clinic")
OPTIONS = ("mesotherapy", "prp", "transplant", "no_treatment")
SECTIONS = ("you", "hair", "scalp", "health", "triggers", "goals")
PICTURES = ("norwood_stage", "ludwig_stage")

_PATIENCE = 30_000
_LONG = 500

Answer = str | int | list[str]


@functools.cache
def texts(lang: str) -> dict[str, str]:
    """Return all texts of one language."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "i18n" / lang).glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@functools.cache
def questions() -> dict[str, dict[str, Any]]:
    """Return the questions by id, in the order in which they are asked."""
    # The base loader leaves "yes", "no" and numbers as the words they are.
    listed = yaml.load((ROOT / "data" / "questions.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return {one["id"]: one for one in listed}


def digits(words: str) -> str:
    """Return `words` without what groups digits: a comma, a full stop or a space, by language."""
    return re.sub(r"(?<=\d)[.,\s](?=\d{3}\b)", "", words)


def _ends_a_run(frame: str | bytes) -> bool:
    """True for the message that follows a run of the page's script, unless another run takes it over."""
    # Such a message is short; the long ones need not be read.
    if isinstance(frame, str) or len(frame) > _LONG:
        return False
    message = ForwardMsg.FromString(frame)
    return message.WhichOneof("type") == "script_finished" and (
        message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )


class Reader:
    """One person at one tab, in one language at a time."""

    def __init__(self, tab: Page, address: str, lang: str = "en") -> None:
        self.tab = tab
        self.address = address
        self.lang = lang
        self._line: WebSocket | None = None
        tab.on("websocket", self._connected)

    def _connected(self, line: WebSocket) -> None:
        self._line = line

    def t(self, key: str, **values: str | int) -> str:
        words = texts(self.lang)[key]
        return words.format(**values) if values else words

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Do something that the server has to answer, and wait for the end of its answer.

        What is on the screen right after a tap is the browser's own doing; it does not say that the server knows.
        """
        if self._line is None:
            raise AssertionError("no page is open")
        with self._line.expect_event("framereceived", _ends_a_run, timeout=_PATIENCE):
            yield
        self.settled()

    def tap(self, what: Locator) -> None:
        with self.heard():
            what.click()

    def press(self, key: str) -> None:
        """Press a key on whatever has the focus, where that sends something to the server."""
        with self.heard():
            self.tab.keyboard.press(key)

    # Getting around

    def open(self, name: str = "start", lang: str | None = None) -> None:
        """Type the address of a page; whatever was answered before is gone."""
        self.lang = lang or self.lang
        path = "" if name == "start" else name
        self.tab.goto(f"{self.address}/{path}?lang={self.lang}")
        self.sees_page(name)

    def go(self, name: str) -> None:
        """Follow the navigation."""
        title = re.compile(f"^{re.escape(self.t(f'page.{name}'))}( |$)")
        self.tap(self.tab.get_by_role("navigation").get_by_role("link", name=title))
        self.sees_page(name)

    # Signing in and out

    def set_passphrase(self, new: str) -> None:
        """Set the first passphrase from the page Clinic of an open server; this tab is signed in afterwards."""
        self.open("clinic")
        self.tab.get_by_role("link", name=self.t("clinic.lock.to_set"), exact=True).click()
        self.tab.get_by_label(self.t("door.new"), exact=True).fill(new)
        self.tab.get_by_label(self.t("door.repeat"), exact=True).fill(new)
        self.tab.get_by_role("button", name=self.t("door.save"), exact=True).click()
        self.sees_page("clinic")

    def door(self, lang: str | None = None) -> None:
        """Open the page for signing in."""
        self.lang = lang or self.lang
        self.tab.goto(f"{self.address}/auth/sign-in?lang={self.lang}")
        expect(self.tab.get_by_role("heading", level=1)).to_have_text(self.t("door.title"))

    def sign_in(self, passphrase: str, lang: str | None = None) -> None:
        """Sign in, and see the first page of the consultation."""
        self.door(lang)
        self.tab.get_by_label(self.t("door.passphrase"), exact=True).fill(passphrase)
        self.tab.get_by_role("button", name=self.t("door.sign_in"), exact=True).click()
        self.sees_page("start")

    def leave(self, way: str) -> None:
        """End the sign-in from the head of a page: `sign_out`, or `hand_over` to a patient."""
        self.tab.get_by_role("button", name=self.t("head.signed_in"), exact=True).click()
        self.tab.get_by_role("button", name=self.t(f"head.{way}"), exact=True).click()

    def sees_page(self, name: str) -> None:
        """Check that a page is there, from its heading to its last line."""
        expect(self.tab.get_by_role("heading", level=1)).to_have_text(self.t(f"{name}.title"))
        expect(self.tab.get_by_text(self.t("fixed_sentence"), exact=True)).to_be_visible()
        self.settled()

    def settled(self) -> None:
        """Wait until what the server said is drawn; a control whose code is still on its way stands as a grey bar."""
        self.tab.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        expect(self.tab.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(self.tab.get_by_test_id("stSkeleton")).to_have_count(0)

    def speak(self, lang: str) -> None:
        """Switch the language by its control, unless it is the one that is spoken."""
        if lang == self.lang:
            return
        control = self.languages().get_by_role("radio", name=self.t(f"lang.{lang}"), exact=True)
        self.lang = lang
        self.tap(control)
        expect(self.tab.locator("html")).to_have_attribute("lang", lang)

    def languages(self) -> Locator:
        return self.tab.get_by_role("radiogroup", name=self.t("language"), exact=True)

    # Answering

    def section(self, name: str) -> Locator:
        return self.tab.get_by_role("radio", name=re.compile(rf"^{re.escape(self.t(f'section.{name}'))} \d+\D\d+$"))

    def turn_to(self, name: str) -> None:
        """Open a section of the questionnaire unless it is open; it is shown as the one that is."""
        if not self.section(name).is_checked():
            self.tap(self.section(name))
        expect(self.section(name)).to_be_checked()
        expect(self.tab.get_by_role("heading", name=self.t(f"section.{name}"), exact=True)).to_be_visible()

    def answer_words(self, question: str, token: str) -> str:
        own = f"answer.{question}.{token}"
        return self.t(own if own in texts(self.lang) else f"answer.{token}")

    def group(self, question: str) -> Locator:
        role = "toolbar" if questions()[question]["type"] == "multi" else "radiogroup"
        return self.tab.get_by_role(role, name=self.t(f"ask.{question}"), exact=True)

    def box(self, question: str) -> Locator:
        return self.tab.get_by_role("spinbutton", name=self.t(f"ask.{question}"))

    def pill(self, question: str, token: str) -> Locator:
        role = "button" if questions()[question]["type"] == "multi" else "radio"
        return self.group(question).get_by_role(role, name=self.answer_words(question, token), exact=True)

    def picture(self, question: str, token: str, *, chosen: bool = False) -> Locator:
        words = self.answer_words(question, token)
        return self.tab.get_by_role("button", name=f"✓ {words}" if chosen else words, exact=True)

    def answer(self, question: str, value: Answer) -> None:
        """Give one answer by the control that is on the screen."""
        if isinstance(value, int):
            self.box(question).fill(str(value))
            self.press("Enter")
        elif question in PICTURES:
            # The marks of two picture questions have the same words; the one still to be tapped comes first.
            self.tap(self.picture(question, value).first)
        else:
            for token in [value] if isinstance(value, str) else value or ["none_of_these"]:
                self.tap(self.pill(question, token))
        self.sees_answer(question, value)

    def sees_answer(self, question: str, value: Answer) -> None:
        """Check that an answer is shown as given; nothing else may be shown as chosen beside it."""
        if isinstance(value, int):
            expect(self.box(question)).to_have_value(str(value))
            expect(self.group(question).get_by_role("radio", checked=True)).to_have_count(0)
        elif question in PICTURES:
            expect(self.picture(question, value, chosen=True).first).to_be_visible()
        elif questions()[question]["type"] == "multi":
            tokens = [value] if isinstance(value, str) else value or ["none_of_these"]
            pressed = self.group(question).get_by_role("button", pressed=True)
            expect(pressed).to_have_text([self.answer_words(question, token) for token in tokens])
        else:
            checked = self.group(question).get_by_role("radio", checked=True)
            expect(checked).to_have_text([self.answer_words(question, value)])

    def answers(self, given: Mapping[str, Answer]) -> None:
        """Give many answers, section by section; a section that is all answered says so."""
        for section in SECTIONS:
            here = [name for name, one in questions().items() if one["section"] == section and name in given]
            if not here:
                continue
            self.turn_to(section)
            for name in here:
                self.answer(name, given[name])

    def sees_all_answered(self) -> None:
        """Check that each section counts as many answers as questions."""
        for section in SECTIONS:
            words = self.section(section).inner_text()
            done, asked = re.findall(r"\d+", words)[-2:]
            assert done == asked, words

    # What follows

    def card(self, option: str) -> Locator:
        heading = self.tab.get_by_role("heading", level=3, name=self.t(f"option.{option}"), exact=True)
        return self.tab.locator("section").filter(has=heading)

    def sees_outcomes(self, labels: Mapping[str, str]) -> None:
        """Check the verdict of each option that is named."""
        for option, label in labels.items():
            verdict = self.card(option).get_by_role("paragraph").first
            expect(verdict).to_have_text(re.compile(r"^\W?" + r"\s".join(map(re.escape, label.split())) + "$"))

    def sees_line(self, words: str) -> None:
        """Check that a list of the page has an entry with these words."""
        expect(self.tab.get_by_role("listitem").filter(has_text=words).first).to_be_visible()

    # The other pages' controls

    def row(self, label: str) -> Locator:
        """Return the row of choices that carries a label, given by its key."""
        return self.tab.get_by_role("radiogroup", name=self.t(label), exact=True)

    def pick(self, label: str, words: str) -> None:
        """Choose one of a row by its words or a part of them, and see that it alone is chosen."""
        self.tap(self.row(label).get_by_role("radio", name=words).first)
        self.sees_picked(label, words)

    def sees_picked(self, label: str, words: str) -> None:
        picked = self.row(label).get_by_role("radio", checked=True)
        expect(picked).to_have_count(1)
        # A name that follows another one begins with a small letter.
        expect(picked).to_contain_text(words, ignore_case=True)

    def plan_name(self, protocol: str, option: str = "mesotherapy") -> str:
        """Return the name of a plan after that of its option."""
        name = self.t(f"protocol.{protocol}")
        return self.t("timeline.pair", name=self.t(f"option.{option}"), value=name[0].lower() + name[1:])

    def plan(self, protocol: str) -> None:
        """Go to the timeline, choose a protocol that needs no figures, and see its dates."""
        self.go("timeline")
        self.pick("timeline.protocol", self.t(f"protocol.{protocol}"))
        self.sees_dates()

    def sees_dates(self) -> None:
        expect(self.tab.get_by_role("heading", name=self.t("timeline.dates"), exact=True)).to_be_visible()

    def cost(self, option: str, region: str) -> None:
        """Go to the costs, choose where prices come from and what is to be worked out, and see a result."""
        self.go("costs")
        self.pick("costs.region", self.t(f"region.{region}"))
        self.pick("costs.option", self.t(f"option.{option}"))
        expect(self.result()).to_be_visible()

    def result(self) -> Locator:
        """Return the box that holds the sum."""
        return self.tab.get_by_role("region", name=self.t("costs.result"), exact=True)

    def field(self, label: str) -> Locator:
        """Return a field for a whole number or a text, by the key of its label; a label may end in what is allowed."""
        words = re.compile(rf"^{re.escape(self.t(label))}( \(.*\))?$")
        return self.tab.get_by_role("spinbutton", name=words).or_(self.tab.get_by_role("textbox", name=words))

    def fill(self, label: str, value: str) -> None:
        self.field(label).fill(value)
        self.press("Enter")
        expect(self.field(label)).to_have_value(value)
