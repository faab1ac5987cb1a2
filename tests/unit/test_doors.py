"""The way in: who is let in by what, what a wrong passphrase costs, and what forms from elsewhere can do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS
from mesodash.store.database import close_stores, the_store
from mesodash.ui import access, doors

PASSPHRASE = "correct horse battery"
OTHER = "a quite different one"
HERE = "http://127.0.0.1:8501"
OWN = {"origin": HERE}
T = Words(load(), "en")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two stores, "open" and "locked" by PASSPHRASE: making one takes longer than a whole test."""
    root = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("open", "locked"):
            patch.setenv("MESODASH_DATA", str(root / name))
            assert not the_store().passphrase.is_set()
            if name == "locked":
                the_store().passphrase.set(PASSPHRASE)
            close_stores()
    return root


@pytest.fixture(autouse=True)
def folder(
    request: pytest.FixtureRequest, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The test's own copy of a store: the locked one if the test asks for that."""
    kind = "locked" if "locked" in request.fixturenames else "open"
    place = shutil.copytree(made / kind, tmp_path / "data")
    monkeypatch.setenv("MESODASH_DATA", str(place))
    yield place
    close_stores()


@pytest.fixture
def locked() -> None:
    """Asked for by a test that begins with a passphrase."""


def browser(address: str = HERE) -> TestClient:
    """Return a browser with cookies of its own."""
    return TestClient(Starlette(routes=doors.routes()), base_url=address, follow_redirects=False)


def sign_in(one: TestClient, passphrase: str = PASSPHRASE, **more: str) -> int:
    data = {"passphrase": passphrase} | more
    return one.post("/auth/sign-in?lang=en", data=data, headers={"origin": str(one.base_url).rstrip("/")}).status_code


def enter(one: TestClient) -> None:
    """Be signed in without the time that a passphrase takes."""
    one.cookies.set(access.cookie(), the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase"))


def is_in(one: TestClient) -> bool:
    return T("door.signed_in") in one.get("/auth/sign-in?lang=en").text


def alert(page: str) -> str:
    found = re.search(r"role='alert'>([^<]*)<", page)
    return found[1] if found else ""


def events() -> list[str]:
    return [line.event for line in reversed(the_store().audit.last(50))]


# --- passphrase


def test_the_passphrase_lets_in_and_gives_a_cookie_that_no_script_and_no_other_site_gets(locked: None) -> None:
    one = browser()
    answer = one.post("/auth/sign-in?lang=de", data={"passphrase": PASSPHRASE, "next": "inbox"}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?lang=de")
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=strict"}
    assert is_in(one)
    assert not is_in(browser())
    assert events() == ["signed_in"]


def test_the_cookie_is_for_safe_connections_only_where_the_browser_has_one(locked: None) -> None:
    answer = browser().post(
        "/auth/sign-in",
        data={"passphrase": PASSPHRASE},
        headers={"origin": "https://clinic.example", "sec-fetch-site": "same-origin"},
    )
    assert "secure" in answer.headers["set-cookie"].lower()


def test_the_store_never_holds_the_cookie_s_token(locked: None, folder: Path) -> None:
    one = browser()
    sign_in(one)
    token = one.cookies[access.cookie()].encode()
    assert len(token) >= 43
    close_stores()
    assert not any(token in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_page_to_go_on_to_is_one_of_ours(locked: None) -> None:
    one = browser()
    for wanted in ("//evil.example", "https://evil.example", "tablet", "'><script>", "../x"):
        answer = one.post("/auth/sign-in?lang=en", data={"passphrase": PASSPHRASE, "next": wanted}, headers=OWN)
        assert answer.headers["location"] == "/?lang=en"
        shown = one.get("/auth/sign-in", params={"next": wanted}).text
        assert wanted not in shown.replace("tablet", "").replace(T("door.to_tablet"), "") or wanted == "tablet"


def test_wrong_passphrases_get_the_same_words_then_have_to_wait_and_the_right_one_too(locked: None) -> None:
    one = browser()
    said = []
    for wrong in ("", "wrong one, quite long", PASSPHRASE[:-1]):
        answer = one.post("/auth/sign-in?lang=en", data={"passphrase": wrong}, headers=OWN)
        assert answer.status_code == 403
        assert access.cookie() not in answer.cookies
        said.append(alert(answer.text))
    assert set(said) == {T("door.refused.passphrase")}
    answer = one.post("/auth/sign-in?lang=en", data={"passphrase": PASSPHRASE}, headers=OWN)
    assert answer.status_code == 429
    seconds = int(answer.headers["retry-after"])
    assert alert(answer.text) == T("lock.slow", seconds=seconds)
    assert seconds > 0
    assert not is_in(one)
    assert events() == ["sign_in_refused"] * 3


def test_what_was_typed_is_never_on_a_page_again(locked: None) -> None:
    one = browser()
    for path, data in (
        ("/auth/sign-in", {"passphrase": "typed-by-somebody"}),
        ("/auth/passphrase", {"new": "typed-by-somebody", "repeat": "x"}),
    ):
        assert "typed-by-somebody" not in one.post(path, data=data, headers=OWN).text


# --- setting it


def test_the_first_passphrase_is_set_on_an_open_computer_and_locks_all_others_out() -> None:
    one, other = browser(), browser()
    assert T("door.open") in other.get("/auth/sign-in?lang=en").text
    answer = one.post("/auth/passphrase?lang=en", data={"new": PASSPHRASE, "repeat": PASSPHRASE}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/clinic?lang=en")
    assert is_in(one)
    assert not is_in(other)
    assert sign_in(other) == 303
    assert events() == ["passphrase_set", "signed_in", "signed_in"]


def test_a_change_needs_the_old_one_and_ends_all_other_sign_ins(locked: None) -> None:
    one, other = browser(), browser()
    sign_in(one)
    sign_in(other)
    new = {"new": OTHER, "repeat": OTHER}
    assert one.post("/auth/passphrase", data=new, headers=OWN).status_code == 403
    answer = one.post("/auth/passphrase?lang=en", data=new | {"current": OTHER}, headers=OWN)
    assert alert(answer.text) == T("door.refused.current")
    assert is_in(other)
    assert one.post("/auth/passphrase", data=new | {"current": PASSPHRASE}, headers=OWN).status_code == 303
    assert is_in(one)
    assert not is_in(other)
    assert sign_in(other, PASSPHRASE) == 403
    assert sign_in(other, OTHER) == 303


def test_whoever_is_not_signed_in_can_not_change_it(locked: None) -> None:
    one = browser()
    data = {"current": PASSPHRASE, "new": OTHER, "repeat": OTHER}
    assert one.post("/auth/passphrase", data=data, headers=OWN).status_code == 403
    assert T("door.current") not in one.get("/auth/passphrase?lang=en").text
    assert sign_in(one) == 303


@pytest.mark.parametrize(
    ("new", "repeat", "key"),
    [("short one", "short one", "lock.too_short"), (PASSPHRASE, PASSPHRASE + "x", "lock.differs")],
)
def test_a_passphrase_that_will_not_do_gets_one_line_and_changes_nothing(new: str, repeat: str, key: str) -> None:
    one = browser()
    answer = one.post("/auth/passphrase?lang=en", data={"new": new, "repeat": repeat}, headers=OWN)
    assert answer.status_code == 422
    assert alert(answer.text) == T(key, low=12)
    assert not the_store().passphrase.is_set()


# --- from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "192.168.1.20:8501"},
        {"host": "clinic.example"},
        {"x-forwarded-for": "192.168.1.7"},
        {"forwarded": "for=192.168.1.7"},
        {"host": "["},
    ],
    ids=str,
)
def test_reached_over_a_network_nothing_opens_before_a_passphrase_is_set(headers: dict[str, str]) -> None:
    one = browser()
    asked = headers | {"origin": f"http://{headers.get('host', '127.0.0.1:8501')}"}
    data = {"new": PASSPHRASE, "repeat": PASSPHRASE, "passphrase": ""}
    for path in ("/auth/passphrase", "/auth/sign-in"):
        answer = one.post(f"{path}?lang=en", data=data, headers=asked)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        shown = one.get(f"{path}?lang=en", headers=headers).text
        assert T("door.no_passphrase") in unescape(shown)
        assert "<form" not in shown
    assert not the_store().passphrase.is_set()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_does_nothing(headers: dict[str, str], locked: None) -> None:
    one = browser()
    enter(one)
    before = one.cookies[access.cookie()]
    for path, data in (
        ("/auth/sign-out", {}),
        ("/auth/passphrase", {"current": PASSPHRASE, "new": OTHER, "repeat": OTHER}),
        ("/auth/sign-in", {"passphrase": PASSPHRASE}),
    ):
        answer = one.post(f"{path}?lang=en", data=data, headers=headers)
        assert answer.status_code == 403
        assert alert(answer.text) == T("door.refused.origin")
    assert is_in(one)
    assert one.cookies[access.cookie()] == before
    assert events() == []


def test_a_form_that_is_far_too_long_is_not_read(locked: None) -> None:
    answer = browser().post("/auth/sign-in", data={"x": "y" * 20_000, "passphrase": PASSPHRASE}, headers=OWN)
    assert answer.status_code == 403


# --- the end of a sign-in


def test_a_sign_out_holds_though_the_cookie_comes_back(locked: None) -> None:
    one = browser()
    enter(one)
    token = one.cookies[access.cookie()]
    answer = one.post("/auth/sign-out?lang=en", headers=OWN)
    assert answer.headers["location"] == "/auth/sign-in?lang=en&done=1"
    assert re.search(rf'^{access.cookie()}="";.* max-age=0', answer.headers["set-cookie"], re.IGNORECASE)
    one.cookies.clear()
    one.cookies.set(access.cookie(), token)
    assert not is_in(one)
    assert events() == ["signed_out"]


def test_a_link_signs_nobody_out(locked: None) -> None:
    one = browser()
    enter(one)
    assert T("door.sign_out_title") in one.get("/auth/sign-out?lang=en").text
    assert is_in(one)


@pytest.mark.parametrize(
    ("ago", "used_ago", "holds"),
    [(0, 0, True), (11.9, 0.4, True), (12.1, 0.1, False), (1, 0.6, False)],
    ids=["new", "used", "too old", "idle"],
)
def test_a_sign_in_ends_when_it_is_not_used_and_at_the_latest_after_half_a_day(
    ago: float, used_ago: float, holds: bool, locked: None
) -> None:
    now, signs = datetime.now(UTC), the_store().sign_ins
    token = signs.begin(now=now - timedelta(hours=ago), kind="passphrase")
    long = timedelta(days=9)
    assert signs.check(token, now=now - timedelta(hours=used_ago), idle=long, absolute=long, touch=True)
    one = browser()
    one.cookies.set(access.cookie(), token)
    assert is_in(one) is holds


def test_a_new_sign_in_ends_the_one_that_the_browser_had(locked: None) -> None:
    one, again = browser(), browser()
    sign_in(one)
    again.cookies.set(access.cookie(), one.cookies[access.cookie()])
    sign_in(again)
    assert is_in(again)
    assert not is_in(one)


# --- pages


def test_a_store_that_can_not_be_read_opens_nothing_and_says_so(folder: Path, locked: None) -> None:
    one = browser()
    enter(one)
    close_stores()
    (folder / "mesodash.db").write_bytes(b"no database at all" * 500)
    for answer in (one.get("/auth/sign-in"), one.post("/auth/passphrase", data={"new": OTHER}, headers=OWN)):
        assert answer.status_code == 503
        assert T("locked.title") in answer.text


@pytest.mark.parametrize("lang", LANGS)
def test_the_door_speaks_the_reader_s_language_and_leads_to_the_others(lang: str, locked: None) -> None:
    t = Words(load(), lang)
    page = browser().get("/auth/sign-in?next=inbox", headers={"accept-language": f"{lang}-XX"}).text
    assert f'<html lang="{lang}">' in page
    assert t("door.title") in unescape(page)
    assert sorted(re.findall(r"href='/auth/sign-in\?lang=(..)&amp;next=inbox'", page)) == sorted(LANGS)
