"""The practitioner's lock in a real browser: in by the passphrase or an account, out here, elsewhere and by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store
from mesodash.store.records import ClinicSettings
from mesodash.ui import access
from tests.e2e import provider, serving
from tests.e2e.conftest import TABLET
from tests.e2e.reader import LANGUAGES, Reader
from tests.e2e.serving import Server
from tests.e2e.test_accessibility import serious
from tests.e2e.test_inbox import a_code, field
from tests.e2e.test_privacy import STORED

pytestmark = pytest.mark.slow

PASSPHRASE = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Store]]:
    """The store of the server that logs to `tmp_path`."""
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "data"))
    yield the_store
    close_stores()


@pytest.fixture
def alone(tmp_path: Path, store: Callable[[], Store]) -> Iterator[Server]:
    """A server of this test's own, open until a passphrase is set."""
    with serving.running(tmp_path / "log") as one:
        yield one


def sees_tablet(reader: Reader, why: str | None = None) -> None:
    """Check that the questions for patients are there, from their beginning, and nothing else."""
    tab = reader.tab
    expect(tab.get_by_role("link", name=reader.t("tablet.team"), exact=True)).to_be_visible()
    reader.settled()
    expect(tab.get_by_role("navigation")).to_have_count(0)
    expect(tab.get_by_text(reader.t("plain"), exact=True)).to_have_count(0)
    expect(tab.get_by_text("87")).to_have_count(0)
    if why is not None:
        expect(tab.get_by_role("status").get_by_text(reader.t(f"why.{why}"), exact=True)).to_be_visible()
    assert tab.url == f"{reader.address}/?lang={reader.lang}"


def cookie(context: BrowserContext) -> dict[str, Any]:
    return next(dict(one) for one in context.cookies() if one.get("name") == access.cookie())


def begin(reader: Reader) -> None:
    """Begin a consultation with an answer that can be looked for."""
    reader.go("check")
    reader.answer("age_years", 87)


def test_signing_in_out_and_over_to_a_patient(
    alone: Server, open_tab: Callable[..., Page], store: Callable[[], Store]
) -> None:
    reader = Reader(open_tab(locale="de-DE"), alone.address, "de")
    tab = reader.tab
    before = Reader(open_tab(locale="de-DE"), alone.address, "de")
    before.open("check")
    before.answer("age_years", 87)
    reader.set_passphrase(PASSPHRASE)

    # Who was there before is sent away, and nobody comes in by an address.
    before.tab.get_by_role("navigation").get_by_role("link", name=before.t("page.summary")).click()
    sees_tablet(before, "passphrase")
    before.tab.goto(f"{alone.address}/summary?lang=de")
    sees_tablet(before)

    # A reload keeps the sign-in, by a cookie that ends with the browser.
    begin(reader)
    tab.reload()
    reader.sees_page("check")
    begun = cookie(tab.context)
    assert (begun["httpOnly"], begun["sameSite"], begun["expires"]) == (True, "Strict", -1)

    # Out in one tab is out in all of this browser, even if the cookie comes back.
    begin(reader)
    other = Reader(tab.context.new_page(), alone.address, "de")
    other.open("evidence")
    reader.leave("sign_out")
    expect(tab.get_by_text(reader.t("door.signed_out"), exact=True)).to_be_visible()
    # The part of a page that is drawn by itself finds out as well.
    other.tab.get_by_role("radio", name=other.t("evidence.part.conflicts")).click()
    sees_tablet(other, "ended")
    tab.go_back()
    sees_tablet(reader)
    tab.context.add_cookies([{"name": access.cookie(), "value": begun["value"], "url": alone.address}])
    tab.goto(f"{alone.address}/check?lang=de")
    sees_tablet(reader)

    # In again, and over to a patient.
    reader.sign_in(PASSPHRASE)
    begin(reader)
    reader.leave("hand_over")
    sees_tablet(reader)
    tab.go_back()
    sees_tablet(reader)

    # The clinic ends all sign-ins.
    reader.sign_in(PASSPHRASE)
    begin(reader)
    reader.go("clinic")
    tab.get_by_role("button", name=reader.t("clinic.end_all"), exact=True).click()
    tab.get_by_role("button", name=reader.t("clinic.end_all.yes"), exact=True).click()
    sees_tablet(reader, "ended")

    # A sign-in that nobody used for too long is over.
    reader.sign_in(PASSPHRASE)
    begin(reader)
    with store().sign_ins._connections.writing() as line:
        line.exec_driver_sql("UPDATE sign_ins SET seen_at = seen_at - 31 * 60 * 1000000")
    tab.get_by_role("navigation").get_by_role("link", name=reader.t("page.summary")).click()
    sees_tablet(reader, "ended")

    events = [one.event for one in reversed(store().audit.last(100))]
    for event in ("start", "passphrase_set", "signed_in", "signed_out", "signed_out_all", "sign_in_ended"):
        assert event in events
    assert alone.unexpected() == []


def heard(tab: Page) -> list[str]:
    """Return all that a tab tells any server, as it goes on: addresses, headers and what forms and pages send."""
    told: list[str] = []

    def note(request: Request) -> None:
        told.append(f"{request.url} {request.all_headers()} {request.post_data}")

    tab.on("requestfinished", note)
    tab.on("websocket", lambda line: line.on("framesent", lambda frame: told.append(repr(frame))))
    return told


def sees_code(reader: Reader, code: str) -> None:
    """Check that a code stands in its field, and nowhere where it would stay."""
    tab = reader.tab
    reader.sees_page("inbox")
    expect(field(reader)).to_have_value(code)
    assert tab.url == f"{reader.address}/inbox?lang={reader.lang}"
    history = tab.context.new_cdp_session(tab).send("Page.getNavigationHistory")["entries"]
    assert [one["url"] for one in history if "#" in one["url"]] == []
    assert code not in str(tab.evaluate(STORED)) + str(tab.context.cookies())


def test_a_picture_that_is_scanned_before_the_sign_in_is_there_after_it_and_no_server_was_told(
    chrome: Browser, alone: Server, store: Callable[[], Store]
) -> None:
    # A refusal is an answer that the browser's console complains about; this tab is not watched.
    store().passphrase.set(PASSPHRASE)
    code = a_code()
    reader = Reader(chrome.new_context(viewport=TABLET, locale="en-GB").new_page(), alone.address)
    tab = reader.tab
    told = heard(tab)
    tab.goto(f"{alone.address}/inbox#{code}")
    expect(tab.get_by_role("status").get_by_text(reader.t("door.waits"), exact=True)).to_be_visible()
    assert tab.url == f"{alone.address}/auth/sign-in?lang=en&next=inbox"
    tab.get_by_label(reader.t("door.passphrase"), exact=True).fill("a wrong one, much too hasty")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_be_visible()
    reader.lang = "de"
    tab.get_by_role("link", name=reader.t("lang.de"), exact=True).click()
    expect(tab.get_by_role("status").get_by_text(reader.t("door.waits"), exact=True)).to_be_visible()
    tab.get_by_label(reader.t("door.passphrase"), exact=True).fill(PASSPHRASE)
    tab.get_by_role("button", name=reader.t("door.sign_in"), exact=True).click()
    sees_code(reader, code)
    assert len(told) > 20
    assert [one for one in told if code in one] == []
    reader.tap(tab.get_by_role("button", name=reader.t("inbox.open"), exact=True))
    expect(tab.get_by_role("heading", name=reader.t("inbox.opened"), exact=True)).to_be_visible()
    tab.context.close()
    assert alone.unexpected() == []


_SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.long
def test_the_doors_can_be_read_by_everybody_on_every_screen(
    chrome: Browser, alone: Server, store: Callable[[], Store]
) -> None:
    # A refusal is an answer that the browser's console complains about; these tabs are not watched.
    store().passphrase.set(PASSPHRASE)
    found: list[str] = []
    for colours in ("light", "dark"):
        context = chrome.new_context(viewport=TABLET, color_scheme=colours)
        reader = Reader(context.new_page(), alone.address)
        tab = reader.tab
        reader.door()
        background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") is (colours == "light")
        field = tab.get_by_label(reader.t("door.passphrase"), exact=True)
        expect(field).to_be_focused()
        tab.keyboard.type("a wrong one, much too hasty")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("alert")).to_have_text(reader.t("door.refused.passphrase"))
        tab.get_by_text(reader.t("door.forgotten"), exact=True).click()
        found += serious(tab)
        small = tab.evaluate(
            "[...document.querySelectorAll('a, button, input:not([type=hidden]):not([hidden]), summary')]"
            ".filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert small == []
        for lang in LANGUAGES:
            reader.door(lang)
            tab.set_viewport_size({"width": 390, "height": 844})
            assert not tab.evaluate(_SIDEWAYS), lang
        tab.set_viewport_size(TABLET)
        reader.sign_in(PASSPHRASE, "fr")
        tab.goto(f"{alone.address}/auth/passphrase?lang=fr")
        expect(tab.get_by_label(reader.t("door.current"), exact=True)).to_be_visible()
        found += serious(tab)
        context.close()
    assert not found, "\n".join(found)


PEOPLE: dict[str, dict[str, Any]] = {
    "Anna": {"email": "anna@clinic.example", "email_verified": True},
    "Berta": {"email": "berta@clinic.example", "email_verified": False},
    "Carl": {"email": "carl@elsewhere.example", "email_verified": True},
}


def test_an_account_signs_in_only_if_the_clinic_allows_it_and_ends_like_any_sign_in(
    open_tab: Callable[..., Page], tmp_path: Path, store: Callable[[], Store]
) -> None:
    copy = serving.copy_of_project(tmp_path / "copy")
    port = serving.free_port()
    with provider.running(PEOPLE) as accounts:
        (copy / ".streamlit" / "secrets.toml").write_text(
            accounts.secrets_toml(f"http://127.0.0.1:{port}"), encoding="utf-8"
        )
        with serving.running(tmp_path / "log", root=copy, port=port, PYTHONPATH=str(copy / "src")) as one:
            reader = Reader(open_tab(), one.address)
            tab = reader.tab
            tab.goto(f"{one.address}/clinic?lang=en")
            sees_tablet(reader)
            reader.door()
            expect(tab.get_by_text(reader.t("door.nobody"), exact=True)).to_be_visible()
            way = tab.get_by_role("link", name=reader.t("door.account"), exact=True)
            expect(way).to_have_count(0)

            store().settings.write(ClinicSettings(allowed_accounts=("@clinic.example",)))
            for person in ("Berta", "Carl"):
                reader.door()
                way.click()
                tab.get_by_role("link", name=person).click()
                expect(tab.get_by_role("alert")).to_have_text(reader.t("door.refused.account"))
            assert {asked["prompt"] for asked in accounts.asked} == {"login"}
            reader.door()
            way.click()
            tab.get_by_role("link", name="Anna").click()
            reader.sees_page("start")
            begun = cookie(tab.context)
            assert (begun["httpOnly"], begun["sameSite"], begun["expires"]) == (True, "Strict", -1)
            theirs = [
                one["name"] for one in tab.context.cookies() if str(one.get("name")).startswith("_streamlit_user")
            ]
            assert theirs == []

            begin(reader)
            tab.reload()
            reader.sees_page("check")
            reader.leave("hand_over")
            sees_tablet(reader)
            # The provider opens in a tab of its own, and the tab with the code goes on afterwards.
            code = a_code()
            told = heard(tab)
            tab.goto("about:blank")
            tab.goto(f"{one.address}/inbox#{code}")
            with tab.expect_popup() as opened:
                way.click()
            opened.value.get_by_role("link", name="Anna").click()
            expect(opened.value.get_by_role("heading", level=1)).to_have_text(reader.t("start.title"))
            assert code not in str(accounts.asked)
            opened.value.close()
            tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            sees_code(reader, code)
            assert [one for one in told if code in one] == []
            reader.leave("hand_over")
            sees_tablet(reader)
            # The framework's own cookie, which would hold for 30 days, opens nothing.
            signed = create_signed_value(
                "c" * 32,
                "_streamlit_user",
                f'{{"email": "anna@clinic.example", "email_verified": true, "origin": "{one.address}",'
                ' "is_logged_in": true, "provider": "default"}',
            )
            tab.context.add_cookies([{"name": "_streamlit_user", "value": signed.decode(), "url": one.address}])
            tab.goto(f"{one.address}/check?lang=en")
            sees_tablet(reader)
            # Nor does a used answer of the provider.
            tab.goto(f"{one.address}/oauth2callback?code=x&state=y")
            expect(tab.get_by_role("alert")).to_have_text(reader.t("door.refused.exchange"))

            token = store().sign_ins.begin(now=datetime.now(UTC), kind="account")
            tab.context.add_cookies([{"name": access.cookie(), "value": token, "url": one.address}])
            reader.open("check")
            reader.answer("age_years", 87)
            with store().sign_ins._connections.writing() as line:
                line.exec_driver_sql("UPDATE sign_ins SET begun_at = begun_at - 12 * 3600 * 1000000")
            tab.get_by_role("navigation").get_by_role("link", name=reader.t("page.summary")).click()
            sees_tablet(reader, "ended")
            # A tab that outlives its server complains about it.
            tab.close()
        logged = "\n".join(one.unexpected())
    assert not re.search("anna|berta|carl|@", logged, re.IGNORECASE), logged
