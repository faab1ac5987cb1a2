"""A screen never outlives its session, and a session never outlives the person in front of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from mesodash.store.database import close_stores, the_store
from mesodash.ui import access
from tests.e2e import chromium, memory, serving, test_tablet
from tests.e2e.conftest import TABLET, Watch
from tests.e2e.reader import Reader
from tests.e2e.relay import relay
from tests.e2e.serving import ROOT, Server
from tests.e2e.test_accessibility import serious
from tests.e2e.test_privacy import STORED

pytestmark = pytest.mark.slow

LIMIT = 600
SIGN_IN_LIMIT = 5 * 60
WARNING = 30
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def unwatched(chrome: Browser) -> Iterator[Callable[..., Page]]:
    """Open a tab in a context of its own that may complain: a browser writes it down when a server is gone."""
    contexts = []

    def new(**options: Any) -> Page:
        contexts.append(chrome.new_context(**{"viewport": TABLET, "locale": "en-GB"} | options))
        return contexts[-1].new_page()

    yield new
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Clinic:
    """A server with a passphrase, whose tablets are erased after ten minutes; the store is open to the test as well."""

    server: Server
    folder: Path

    def events(self) -> list[str]:
        return [line.event for line in the_store().audit.last(10)]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("clinic")
    data = str(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MESODASH_DATA", data)
        store = the_store()
        store.passphrase.set(PASSPHRASE)
        store.settings.write(
            replace(store.settings.read(), idle_seconds=LIMIT, sign_in_idle_minutes=SIGN_IN_LIMIT // 60)
        )
        with serving.running(folder / "log", MESODASH_DATA=data, **memory.SCRUBBED) as server:
            yield Clinic(server, folder)
        assert server.unexpected() == []
        close_stores()


class Patient(Reader):
    """Somebody alone at a tablet."""

    def begin(self, lang: str) -> None:
        """Choose a language, agree to answer, and come to the first question."""
        self.lang = lang
        self.tab.goto(f"{self.address}/?lang={lang}")
        button = self.tab.get_by_role("main").get_by_role("button", name=self.t(f"lang.{lang}"), exact=True)
        expect(button).to_be_visible()
        self.settled()
        self.tap(button)
        self.tap(self.tab.get_by_role("button", name=self.t("tablet.notice.begin"), exact=True))
        expect(self.age()).to_be_visible()
        self.settled()

    def age(self) -> Locator:
        return self.tab.get_by_role("spinbutton", name=self.t("ask_plain.age_years"))

    def says_age(self, years: int) -> None:
        self.age().fill(str(years))
        self.press("Enter")
        expect(self.age()).to_have_value(str(years))

    def passes(self, seconds: float) -> None:
        """Let time go by for the browser."""
        self.tab.clock.fast_forward(int(seconds * 1000))

    def warning(self) -> Locator:
        return self.tab.get_by_role("alertdialog", name=self.t("guard.warn.title"), exact=True)

    def sees_end(self, why: str) -> None:
        expect(self.tab.get_by_role("heading", level=1)).to_have_text(self.t(f"guard.ended.{why}.title"))
        expect(self.tab.get_by_text(self.t(f"guard.ended.{why}.text"), exact=True)).to_be_visible()

    def sees_fresh_page(self, why: str) -> None:
        """See the end, on a page that knows nothing but that."""
        self.tab.wait_for_url("**/guard/ended?*")
        self.sees_end(why)

    def sees_tablet_start(self) -> None:
        expect(self.tab.get_by_role("heading", level=1)).to_contain_text(self.t("tablet.language.title"))

    def banner(self) -> Locator:
        return self.tab.locator("#mesodash-banner")


def at_tablet(tab: Page, address: str) -> Patient:
    tab.clock.install()
    return Patient(tab, address)


def eventually(tab: Page, true: Callable[[], bool]) -> bool:
    """Return whether `true` becomes true within half a minute."""
    until = time.monotonic() + 30
    while not true():
        if time.monotonic() > until:
            return False
        tab.wait_for_timeout(100)
    return True


# --- idle


def test_the_warning_can_be_answered_by_key_and_by_tap(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    patient = at_tablet(open_tab(), clinic.server.address)
    tab = patient.tab
    patient.begin("de")
    patient.says_age(41)
    expect(patient.age()).to_be_focused()

    patient.passes(LIMIT - WARNING + 1)
    expect(patient.warning()).to_be_visible()
    expect(patient.warning()).to_have_accessible_description(
        re.compile(re.escape(patient.t("guard.warn.tablet", seconds="N")).replace("N", r"\d\d"))
    )
    here = patient.warning().get_by_role("button", name=patient.t("guard.here"), exact=True)
    expect(here).to_be_focused()
    for key in ("Tab", "Shift+Tab"):
        tab.keyboard.press(key)
        expect(here).to_be_focused()
    tab.keyboard.press("Escape")
    expect(patient.warning()).to_have_count(0)
    expect(patient.age()).to_be_focused()

    patient.passes(LIMIT - WARNING - 100)
    expect(patient.warning()).to_have_count(0)
    patient.passes(110)
    here.click()
    expect(patient.warning()).to_have_count(0)
    expect(patient.age()).to_have_value("41")


def test_a_touch_counts_and_a_run_of_the_page_does_not(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    patient = at_tablet(open_tab(), clinic.server.address)
    patient.begin("en")
    patient.says_age(41)
    patient.passes(LIMIT / 2)
    patient.tab.mouse.move(300, 300)
    patient.passes(LIMIT / 2)
    expect(patient.warning()).to_have_count(0)
    with patient.heard():
        # What a script taps nobody touched.
        patient.tab.get_by_role("button", name=patient.t("tablet.next"), exact=True).dispatch_event("click")
    patient.passes(LIMIT / 2 - WARNING + 5)
    expect(patient.warning()).to_be_visible()


def test_an_idle_tablet_is_erased_and_nothing_brings_it_back(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    patient = at_tablet(open_tab(), clinic.server.address)
    tab = patient.tab
    other = at_tablet(tab.context.new_page(), clinic.server.address)
    other.begin("fr")
    other.says_age(52)
    patient.begin("fr")
    patient.says_age(41)
    patient.passes(LIMIT / 2)
    other.tab.mouse.move(300, 300)
    patient.passes(LIMIT / 2 - 9)
    expect(patient.warning().get_by_role("status")).to_have_text(re.compile(r"\d"))
    patient.passes(10)
    patient.sees_fresh_page("tablet")
    assert eventually(tab, lambda: clinic.events()[0] == "wiped_idle")

    tab.reload()
    patient.sees_end("tablet")
    tab.go_back()
    expect(patient.age()).to_have_count(0)
    tab.go_forward()
    patient.sees_end("tablet")
    tab.get_by_role("button", name=patient.t("guard.again"), exact=True).click()
    patient.sees_tablet_start()
    expect(tab).to_have_url(f"{clinic.server.address}/?lang=fr")
    # Two tabs of one browser are two people.
    expect(other.age()).to_have_value("52")
    other.says_age(53)


def test_nobody_is_warned_at_a_tablet_that_nobody_uses(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    patient = at_tablet(open_tab(), clinic.server.address)
    patient.lang = "de"
    patient.tab.goto(f"{clinic.server.address}/?lang=de")
    patient.sees_tablet_start()
    patient.settled()
    patient.passes(3600)
    expect(patient.warning()).to_have_count(0)
    patient.sees_tablet_start()


def test_a_tablet_is_cleared_when_the_server_is_away(unwatched: Callable[..., Page], clinic: Clinic) -> None:
    with relay(clinic.server.port) as line:
        patient = at_tablet(unwatched(), line.address)
        tab = patient.tab
        patient.begin("de")
        patient.says_age(41)
        line.cut()
        expect(patient.banner()).to_have_text(patient.t("guard.lost"))
        patient.passes(LIMIT + 1)
        patient.sees_end("tablet")
        expect(tab.get_by_test_id("stApp")).to_have_count(0)
        assert patient.t("ask_plain.age_years") not in tab.content()
        tab.get_by_role("button", name=patient.t("guard.again"), exact=True).click()
        expect(tab.get_by_text(patient.t("guard.waiting"), exact=True)).to_be_visible()
        line.mend()
        patient.sees_tablet_start()
    assert eventually(tab, lambda: clinic.events()[0] == "wiped_idle")


def test_a_tablet_page_that_is_left_is_erased(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    patient = at_tablet(open_tab(), clinic.server.address)
    patient.begin("en")
    patient.says_age(41)
    patient.tab.goto("about:blank")
    assert eventually(patient.tab, lambda: clinic.events()[0] == "wiped_left")
    patient.tab.go_back()
    patient.sees_tablet_start()


def test_a_session_that_was_erased_on_purpose_goes_on_under_a_new_mark(
    open_tab: Callable[..., Page], clinic: Clinic
) -> None:
    patient = Patient(open_tab(), clinic.server.address)
    tab = patient.tab
    patient.begin("de")
    patient.says_age(41)
    before = tab.locator("#mesodash-session").get_attribute("data-mark")
    for key in ("tablet.end", "tablet.end.yes"):
        patient.tap(tab.get_by_role("button", name=patient.t(key), exact=True))
    patient.sees_tablet_start()
    expect(tab.locator("#mesodash-session")).not_to_have_attribute("data-mark", str(before))
    patient.begin("fr")
    expect(patient.age()).to_have_value("")


def test_the_server_s_own_clock_erases_what_no_browser_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path))
    store = the_store()
    store.passphrase.set(PASSPHRASE)
    store.settings.write(replace(store.settings.read(), idle_seconds=60))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.e2e.one_process"],
        cwd=ROOT,
        env=serving.surroundings(MESODASH_DATA=str(tmp_path), PYTHONPATH=f"{ROOT / 'src'}{os.pathsep}{ROOT}"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    saw = json.loads(ended.stdout)
    assert "answers.age_years" in saw["before"]
    assert saw["at the limit"] == saw["before"]
    assert saw["after it"] == []
    assert (saw["sessions"], saw["link"], saw["log"]) == (0, 1001, ["wiped_idle", "tablet"])


MONTHS = 509
"""A number that nobody else here answers. It is not the number of messages that any of these walks takes: the framework
counts them, and keeps the count as long as the page is open."""


@pytest.fixture
def on_disk(playing: Playwright, chrome: Browser, watch: Watch, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    """A tab of a browser that keeps its profile in a folder, as a tablet's does."""
    folder = tmp_path / "profile"
    path = str(chromium.find())
    context = playing.chromium.launch_persistent_context(
        str(folder), executable_path=path, args=chromium.FLAGS, viewport=TABLET, locale="fr-FR"
    )
    watch.follow(context.pages[0])
    yield context.pages[0], folder
    context.close()


@pytest.mark.parametrize(
    "end", ["idle", "handed over", *(pytest.param(one, marks=pytest.mark.long) for one in ("ended", "left"))]
)
def test_a_patient_s_answers_are_found_nowhere_after_the_end(
    on_disk: tuple[Page, Path], clinic: Clinic, watch: Watch, end: str
) -> None:
    tab, profile = on_disk
    tab.clock.install()
    patient = test_tablet.Patient(tab, clinic.server.address, "fr")
    words = patient.answer_words("scalp_signs", "pus_or_crusts")
    forms = memory.number_forms("months_since_transplant", MONTHS) | memory.choice_forms("scalp_signs", words)

    def held() -> dict[str, int]:
        return dict(zip(forms, memory.count(clinic.server.pid, *forms.values()), strict=True))

    patient.arrives()
    patient.begins()
    patient.goes_on("loss")
    patient.tap(patient.choice("transplant_history", "done"))
    before = held()
    assert {name for name, count in before.items() if count} <= {"object", "drawn"}
    during = dict.fromkeys(forms, 0)

    def look() -> None:
        during.update({name: max(during[name], count) for name, count in held().items()})

    patient.goes_on("stage")
    field = tab.get_by_role("spinbutton", name=patient.t("ask_plain.months_since_transplant"))
    field.fill(str(MONTHS))
    patient.goes_on("cause")
    look()
    patient.tap(patient.button("tablet.back"))
    patient.sees("tablet.screen.stage")
    expect(field).to_have_value(str(MONTHS))
    look()
    for screen in ("cause", "scalp"):
        patient.goes_on(screen)
    patient.tap(patient.choice("scalp_signs", "pus_or_crusts"))
    look()
    assert {name for name in forms if during[name] > before[name]} >= {"sent", "object", "chosen"}

    ways: dict[str, Callable[[], None]] = {
        "idle": lambda: tab.clock.fast_forward(LIMIT * 1000),
        "handed over": lambda: hands_over(patient),
        "ended": lambda: ends(patient),
        "left": lambda: left(tab),
    }
    ways[end]()
    if end == "idle":
        tab.wait_for_url("**/guard/ended?*")
    if not eventually(tab, lambda: held() == before):
        pytest.fail(f"{end}: {before} before, {during} during, {held()} after")

    told = (b"months_since_transplant", words.encode(), words.encode("utf-16-le"), *list(forms.values())[:2])
    if end != "left":
        # While the screen after it still stands: what the browser keeps for the page, and what it asked for.
        stored = tab.evaluate(STORED)
        assert {one["name"] for one in tab.context.cookies()} <= {"_streamlit_xsrf"}
        said = json.dumps([{name: one for name, one in stored.items() if name != "cookies"}, tab.url])
        # The server's port is any number, and may hold the answer's digits.
        said = said.replace(str(clinic.server.port), "")
        assert [one for one in (str(MONTHS), "transplant", "scalp", words) if one in said] == []
    history = tab.context.new_cdp_session(tab).send("Page.getNavigationHistory")["entries"]
    asked = [urlsplit(url) for url in [*watch.asked, *(one["url"] for one in history)]]
    assert {name for one in asked for name in parse_qs(one.query)} <= {"lang", "why", "mode"}
    tab.context.close()
    kept = [path for path in (*clinic.folder.rglob("*"), *profile.rglob("*")) if path.is_file()]
    assert len(kept) > 20
    assert [str(path) for path in kept for one in told if one in path.read_bytes()] == []


def hands_over(patient: test_tablet.Patient) -> None:
    for screen in ("illness", "blood", "today", "triggers", "goals", "result"):
        patient.goes_on(screen)
    patient.tap(patient.button("tablet.make"))
    patient.sees("tablet.code.title")


def ends(patient: test_tablet.Patient) -> None:
    for key in ("tablet.end", "tablet.end.yes"):
        patient.tap(patient.button(key))
    patient.sees("tablet.language.title")


def left(tab: Page) -> None:
    tab.goto("about:blank")


# --- signed in


def signed_in(tab: Page, clinic: Clinic, *, since: timedelta = timedelta(0)) -> str:
    """Sign the browser in, as somebody who did so some time ago, and return the token."""
    token = the_store().sign_ins.begin(now=datetime.now(UTC) - since, kind="passphrase")
    tab.context.add_cookies(
        [
            {
                "name": access.cookie(),
                "value": token,
                "url": clinic.server.address,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    return token


def holds(token: str, at: datetime) -> bool:
    limit = timedelta(seconds=SIGN_IN_LIMIT)
    return the_store().sign_ins.check(token, now=at, idle=limit, absolute=timedelta(hours=1), touch=False) is not None


def test_a_touch_without_a_run_of_the_page_keeps_the_sign_in(open_tab: Callable[..., Page], clinic: Clinic) -> None:
    tab = open_tab()
    token = signed_in(tab, clinic)
    reader = at_tablet(tab, clinic.server.address)
    reader.open("start")
    begun = datetime.now(UTC)
    with the_store().sign_ins._connections.writing() as connection:
        connection.exec_driver_sql("UPDATE sign_ins SET seen_at = seen_at - 120000000")
    assert not holds(token, begun + timedelta(seconds=SIGN_IN_LIMIT - 60))
    reader.passes(11)
    with tab.expect_response("**/guard/touch"):
        tab.mouse.move(300, 300)
    assert holds(token, begun + timedelta(seconds=SIGN_IN_LIMIT - 60))


def test_after_the_sign_in_s_time_the_screen_is_cleared_and_memory_disk_log_and_browser_hold_nothing(
    open_tab: Callable[..., Page], clinic: Clinic
) -> None:
    marker = "Zwiebelmarmelade-4711"
    tab = open_tab()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    signed_in(tab, clinic)
    reader = at_tablet(tab, clinic.server.address)
    reader.open("check", "de")
    reader.answers({"sex": "female", "chemotherapy": "yes"})
    notes(reader, marker)
    reader.go("summary")
    expect(tab.get_by_text(marker).first).to_be_visible()
    assert memory.count(clinic.server.pid, marker.encode()) > [0]

    reader.passes(SIGN_IN_LIMIT - WARNING + 1)
    expect(reader.warning()).to_be_visible()
    reader.passes(WARNING)
    reader.sees_fresh_page("together")

    assert eventually(tab, lambda: memory.count(clinic.server.pid, marker.encode()) == [0])
    for path in clinic.folder.rglob("*"):
        assert not path.is_file() or marker.encode() not in path.read_bytes(), path
    stored = tab.evaluate(STORED)
    assert marker not in json.dumps([stored, asked, tab.url, tab.context.cookies()])
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.get_by_text(marker)).to_have_count(0)


def notes(reader: Reader, words: str) -> None:
    """Write a note about the first listed reason."""
    begins = re.escape(reader.t("assess.record", reason=""))
    reader.tap(reader.tab.get_by_role("button", name=re.compile(f"^{begins}")).first)
    field = reader.tab.get_by_role("textbox", name=reader.t("assess.note", count=300), exact=True)
    field.fill(words)
    reader.press("Control+Enter")


@pytest.mark.parametrize("colours", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_in_the_warning_and_on_the_last_page(
    open_tab: Callable[..., Page], clinic: Clinic, colours: str
) -> None:
    tab = open_tab(color_scheme=colours)
    signed_in(tab, clinic)
    reader = at_tablet(tab, clinic.server.address)
    reader.open("about", "fr")
    reader.passes(SIGN_IN_LIMIT - WARNING + 1)
    expect(reader.warning()).to_be_visible()
    found = serious(tab)
    reader.passes(WARNING)
    reader.sees_fresh_page("together")
    assert found + serious(tab) == []


def test_a_page_that_is_open_to_all_never_ends_by_itself(open_tab: Callable[..., Page], server: Server) -> None:
    reader = at_tablet(open_tab(), server.address)
    reader.open("check")
    reader.answer("age_years", 41)
    reader.passes(24 * 3600)
    expect(reader.warning()).to_have_count(0)
    reader.sees_answer("age_years", 41)
    reader.answer("age_years", 42)


# --- a link that is cut, a server that is killed


def test_a_short_cut_shows_our_own_words_and_loses_nothing(unwatched: Callable[..., Page], clinic: Clinic) -> None:
    with relay(clinic.server.port) as line:
        patient = Patient(unwatched(), line.address)
        tab = patient.tab
        patient.begin("fr")
        patient.says_age(41)
        tab.evaluate(WATCH_FOR_FOREIGN_WORDS)
        line.cut()
        expect(patient.banner()).to_have_text(patient.t("guard.lost"))
        # The framework opens its dialog after its sixth try in vain.
        tab.wait_for_function("window.tries >= 8")
        line.mend()
        expect(patient.banner()).to_be_empty()
        expect(patient.age()).to_have_value("41")
        patient.says_age(42)
        assert tab.evaluate("window.seen") == []


WATCH_FOR_FOREIGN_WORDS = """() => {
  window.seen = [];
  window.tries = 0;
  const ask = window.fetch;
  window.fetch = (...all) => {
    if (String(all[0]?.url ?? all[0]).includes("_stcore/health")) window.tries++;
    return ask(...all);
  };
  const look = () => {
    const words = document.body.innerText.match(/Connection error|Connecting|Is Streamlit still running/i);
    if (words) window.seen.push(words[0]);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_cut_longer_than_the_session_lives_says_so_and_shows_nothing_old(
    unwatched: Callable[..., Page], tmp_path: Path
) -> None:
    with (
        serving.running(tmp_path / "log", STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1") as brief,
        relay(brief.port) as line,
    ):
        reader = Patient(unwatched(), line.address)
        tab = reader.tab
        reader.open("check", "de")
        reader.answers({"age_years": 41, "sex": "female"})
        line.cut()
        expect(reader.banner()).to_have_text(reader.t("guard.lost"))
        # The session is let go of after one second.
        tab.wait_for_timeout(3000)
        reader.sees_answer("age_years", 41)
        line.mend()
        reader.sees_fresh_page("stale")
        tab.get_by_role("button", name=reader.t("guard.code"), exact=True).click()
        reader.sees_page("inbox")
        reader.go("check")
        reader.turn_to("you")
        expect(reader.box("age_years")).to_have_value("")
    assert brief.unexpected() == []


WITHOUT_OUR_SCRIPT = """
  const find = document.getElementById;
  document.getElementById = (id) => {
    if (id === "mesodash-words") throw Error("taken out");
    return find.call(document, id);
  };
"""


@pytest.fixture(scope="module")
def outlived(chrome: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Patient, Patient]]:
    """Two readers with answers on their screens, one with and one without our script, whose server was killed and
    started again."""
    folder = tmp_path_factory.mktemp("killed")
    contexts = [chrome.new_context(viewport=TABLET, locale="de-DE") for _ in range(2)]
    with serving.running(folder / "before") as first:
        readers = [Patient(context.new_page(), first.address, "de") for context in contexts]
        readers[1].tab.add_init_script(WITHOUT_OUR_SCRIPT)
        for reader in readers:
            reader.open("check")
            reader.answers({"age_years": 41, "sex": "female"})
        os.kill(first.pid, signal.SIGKILL)
        for reader in readers:
            app = reader.tab.get_by_test_id("stApp")
            expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with serving.running(folder / "after", port=first.port) as second:
        yield readers[0], readers[1]
        for context in contexts:
            context.close()
    assert second.unexpected() == []


def test_a_screen_that_outlived_its_server_says_so_and_begins_anew(outlived: tuple[Patient, Patient]) -> None:
    reader = outlived[0]
    reader.sees_fresh_page("stale")
    reader.tab.get_by_role("button", name=reader.t("guard.again"), exact=True).click()
    reader.sees_page("start")
    reader.go("check")
    reader.turn_to("you")
    expect(reader.box("age_years")).to_have_value("")
    expect(reader.group("sex").get_by_role("radio", checked=True)).to_have_count(0)


def test_a_new_session_takes_no_answer_from_an_old_screen(outlived: tuple[Patient, Patient]) -> None:
    reader = outlived[1]
    tab = reader.tab
    expect(tab.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    reader.sees_answer("age_years", 41)
    reader.tap(reader.pill("pregnancy", "none"))
    expect(tab.get_by_role("heading", level=1)).to_have_text(reader.t("guard.ended.stale.title"))
    expect(tab.get_by_role("radiogroup")).to_have_count(0)
    expect(tab.get_by_role("spinbutton")).to_have_count(0)
    tab.get_by_role("link", name=reader.t("guard.again"), exact=True).click()
    reader.sees_page("start")
