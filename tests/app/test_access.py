"""Who sees what: the mode of a session, and the pages that exist in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.store import place as places
from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store as Opened
from mesodash.store.records import ClinicSettings
from mesodash.ui import access, heard, state
from mesodash.ui.access import Store, decide, is_exposed
from mesodash.ui.accounts import is_allowed, is_fresh
from mesodash.ui.state import Mode
from tests.app.app import LANGUAGES, MAIN, go, open_page, shown

PASSPHRASE = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "data"))
    yield tmp_path / "data"
    close_stores()


def words(lang: Lang = "en") -> Words:
    return Words(load(), lang)


# --- the decision


YES, NO = True, False
CASES: list[tuple[bool, Store, bool, bool, Mode | None, Mode]] = [
    # exposed, store, can be locked, signed in, what it was, what it is
    (NO, "read", NO, NO, None, "together"),
    (YES, "read", NO, NO, None, "locked"),
    (YES, "read", NO, NO, "together", "locked"),
    (NO, "read", YES, NO, None, "tablet"),
    (YES, "read", YES, NO, None, "tablet"),
    (YES, "read", YES, NO, "together", "tablet"),
    (NO, "read", YES, YES, None, "together"),
    (YES, "read", YES, YES, None, "together"),
    (YES, "read", YES, YES, "tablet", "together"),
    (NO, "none", NO, NO, None, "together"),
    (YES, "none", NO, NO, None, "locked"),
    (NO, "none", YES, NO, None, "locked"),
    (NO, "failed", NO, NO, None, "locked"),
    (YES, "failed", YES, NO, None, "locked"),
    (NO, "failed", NO, NO, "together", "together"),
    (YES, "failed", YES, NO, "together", "together"),
    (YES, "failed", YES, NO, "tablet", "tablet"),
]


@pytest.mark.parametrize(("exposed", "store", "can_be_locked", "signed_in", "before", "mode"), CASES)
def test_the_mode_of_a_session_is_as_the_table_says(
    exposed: bool, store: Store, can_be_locked: bool, signed_in: bool, before: Mode | None, mode: Mode
) -> None:
    found = decide(exposed=exposed, store=store, can_be_locked=can_be_locked, signed_in=signed_in, before=before)
    assert found == mode


def test_a_new_session_is_never_part_of_a_consultation_without_a_sign_in_where_others_could_come_in() -> None:
    stores: tuple[Store, ...] = ("read", "none", "failed")
    for store in stores:
        for can_be_locked in (YES, NO):
            mode = decide(exposed=YES, store=store, can_be_locked=can_be_locked, signed_in=NO, before=None)
            assert mode != "together"


LOCAL = {"Host": "127.0.0.1:8501", "Connection": "Upgrade"}


@pytest.mark.parametrize(
    ("address", "headers", "exposed"),
    [
        ("127.0.0.1", LOCAL, NO),
        ("127.8.8.8", LOCAL | {"Host": "localhost"}, NO),
        ("localhost", LOCAL | {"Host": "LOCALHOST.:8501"}, NO),
        ("::1", LOCAL | {"Host": "[::1]:8501"}, NO),
        ("127.0.0.1", {}, NO),
        (None, LOCAL, YES),
        (None, {}, YES),
        ("0.0.0.0", LOCAL, YES),  # noqa: S104
        ("::", LOCAL, YES),
        ("192.168.1.20", LOCAL, YES),
        ("clinic.example", LOCAL, YES),
        ("127.0.0.1", LOCAL | {"Host": "192.168.1.20:8501"}, YES),
        ("127.0.0.1", LOCAL | {"Host": "clinic.example"}, YES),
        ("127.0.0.1", LOCAL | {"Host": "127.0.0.1.clinic.example"}, YES),
        ("127.0.0.1", LOCAL | {"Host": "127.0.0.1@clinic.example"}, YES),
        ("127.0.0.1", LOCAL | {"Host": "[broken"}, YES),
        ("127.0.0.1", {"Connection": "Upgrade"}, YES),
        ("127.0.0.1", LOCAL | {"X-Forwarded-For": "127.0.0.1"}, YES),
        ("127.0.0.1", LOCAL | {"x-forwarded-proto": "https"}, YES),
        ("127.0.0.1", LOCAL | {"Forwarded": "for=127.0.0.1"}, YES),
        ("127.0.0.1", LOCAL | {"X-Real-Ip": "127.0.0.1"}, YES),
        ("127.0.0.1", LOCAL | {"Via": "1.1 proxy"}, YES),
    ],
)
def test_a_server_that_others_can_reach_counts_as_exposed(
    address: str | None, headers: dict[str, str], exposed: bool
) -> None:
    assert is_exposed(address, headers) is exposed


@pytest.mark.parametrize(
    ("claims", "allowed", "may"),
    [
        ({"email": "anna@clinic.example"}, ["anna@clinic.example"], YES),
        ({"email": "Anna@Clinic.Example", "email_verified": True}, ["@clinic.example"], YES),
        ({"email": "anna@clinic.example", "email_verified": "true"}, ["ANNA@clinic.example"], YES),
        ({"email": "anna@clinic.example"}, [], NO),
        ({"email": "anna@clinic.example", "email_verified": False}, ["anna@clinic.example"], NO),
        ({"email": "anna@clinic.example", "email_verified": "false"}, ["anna@clinic.example"], NO),
        ({"email": "anna@other.example"}, ["@clinic.example"], NO),
        ({"email": "anna@sub.clinic.example"}, ["@clinic.example"], NO),
        ({"email": "anna@evilclinic.example"}, ["@clinic.example"], NO),
        ({"email": "x@clinic.example@evil.example"}, ["@clinic.example", "@evil.example"], NO),
        ({"email": "clinic.example"}, ["clinic.example"], NO),
        ({"email": ["anna@clinic.example"]}, ["anna@clinic.example"], NO),
        ({"preferred_username": "anna@clinic.example"}, ["anna@clinic.example"], NO),
        ({}, ["@"], NO),
    ],
)
def test_an_account_may_sign_in_only_if_the_clinic_lists_it(
    claims: dict[str, object], allowed: list[str], may: bool
) -> None:
    assert is_allowed(claims, allowed) is may


def test_an_address_at_a_provider_for_everybody_counts_only_if_it_was_confirmed() -> None:
    claims = {"email": "anna@clinic.example"}
    assert not is_allowed(claims, ["@clinic.example"], shared=True)
    assert is_allowed(claims | {"email_verified": True}, ["@clinic.example"], shared=True)


@pytest.mark.parametrize(("auth_time", "fresh"), [(None, YES), (1_000_000, YES), (999_300, NO)])
def test_a_proof_of_long_ago_lets_nobody_in(auth_time: int | None, fresh: bool) -> None:
    assert is_fresh({} if auth_time is None else {"auth_time": auth_time}, 1_000_010.0) is fresh


# --- pages


def first_page(lang: str = "en") -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = lang
    return app.run()


def exists(app: AppTest, name: str) -> bool:
    """Return whether a page is one of those that the server lets this reader go to."""
    try:
        app.switch_page(f"../../../pages/{name}.py")
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_sign_in_there_are_the_questions_for_patients_and_nothing_else(lang: Lang, folder: Path) -> None:
    the_store().passphrase.set(PASSPHRASE)
    app = first_page(lang)
    assert not app.exception
    assert "auth/sign-in" in shown(app)
    assert [one.key for one in app.get("toggle")] == []
    assert app.button_group(key="lang").value == lang
    if lang == "en":
        assert [name for name in state.PAGES if exists(app, name)] == ["tablet"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_with_a_network_address_and_no_passphrase_the_only_page_says_what_to_do(
    lang: Lang, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.config.get_option", on_every_address)
    app = first_page(lang)
    assert not app.exception
    t = words(lang)
    for key in ("locked.title", "locked.no_passphrase", "lock.command"):
        assert t(key) in shown(app).replace("&#x27;", "'")
    assert "auth/sign-in" not in shown(app)
    if lang == "en":
        assert [name for name in state.PAGES if exists(app, name)] == ["locked"]
        the_store().passphrase.set(PASSPHRASE)
        app.button(key="locked.again").click().run()
        app.run()
        assert "auth/sign-in" in shown(app)


def on_every_address(name: str) -> object:
    from streamlit import config

    return "0.0.0.0" if name == "server.address" else config._config_options_template[name].value  # noqa: S104


def test_a_consultation_is_forgotten_when_a_passphrase_is_set_elsewhere(folder: Path) -> None:
    app = open_page("check", "de")
    app.number_input(key="answers.age_years").set_value(34).run()
    the_store().passphrase.set(PASSPHRASE)
    go(app, "check")
    assert "answers.age_years" not in app.session_state
    assert app.session_state["lang"] == "de"
    assert 'location.replace("/?lang=de&why=passphrase")' in shown(app)
    app.run()
    assert "auth/sign-in" in shown(app)
    assert [line.event for line in the_store().audit.last(1)] == ["wiped_mode"]


def test_the_address_may_say_why_a_screen_was_cleared_and_nothing_else(folder: Path) -> None:
    the_store().passphrase.set(PASSPHRASE)
    for why, said in (("ended", words()("why.ended")), ("<script>", None)):
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.query_params["lang"] = "en"
        app.query_params["why"] = why
        app.run()
        assert ("class='why'" in shown(app)) is (said is not None)
        assert said is None or said in shown(app)
        assert "why" not in app.query_params


def signed_in(monkeypatch: pytest.MonkeyPatch, *, ago: timedelta = timedelta(0)) -> str:
    """Give every session a sign-in that began some time ago and was used just now, and return its token."""
    now, signs, long = datetime.now(UTC), the_store().sign_ins, timedelta(days=9)
    token = signs.begin(now=now - ago, kind="passphrase")
    assert signs.check(token, now=now, idle=long, absolute=long, touch=True)
    monkeypatch.setattr(access, "_asked", lambda: ({}, token))
    return token


def test_no_file_of_a_consultation_is_given_out_after_its_sign_in_has_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Callable[[], bytes]] = {}

    def button(_: str, *, key: str, data: Callable[[], bytes], **__: object) -> None:
        made[key] = data

    monkeypatch.setattr("streamlit.download_button", button)
    the_store().passphrase.set(PASSPHRASE)
    token = signed_in(monkeypatch)
    app = open_page("timeline", timeline__start=date(2027, 1, 4), timeline__protocol="four_fortnightly")
    go(app, "summary")
    kinds = {"_".join(key.split("_")[:2]) for key in made}
    assert {"timeline_ics", "timeline_csv", "saved.save"} <= kinds
    assert all(one() for one in made.values())
    the_store().sign_ins.end(token)
    for one in made.values():
        with pytest.raises(PermissionError):
            one()


def test_a_file_of_an_open_computer_is_not_given_out_after_a_passphrase_was_set(folder: Path) -> None:
    one = access.while_allowed(lambda: b"")
    assert one() == b""
    the_store().passphrase.set(PASSPHRASE)
    with pytest.raises(PermissionError):
        one()


# --- the cookie


def test_each_installation_has_a_cookie_of_its_own_and_servers_of_one_store_share_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for name in ("one", "two"):
        monkeypatch.setenv("MESODASH_DATA", str(tmp_path / name))
        the_store()
        names.append(access.cookie())
    assert all(re.fullmatch(r"mesodash_[0-9a-f]{8}", name) for name in names)
    assert names[0] != names[1]
    # A second server of the first store has a folder of its own, and the key file of the first.
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "three"))
    monkeypatch.setenv("MESODASH_KEY", str(shutil.copy(tmp_path / "one" / "consultation.key", tmp_path / "key")))
    assert access.cookie() == names[0]
    close_stores()


def test_a_key_file_that_goes_away_signs_nobody_out_and_one_that_is_no_key_is_no_error(folder: Path) -> None:
    the_store()
    name = access.cookie()
    (folder / "consultation.key").unlink()
    assert access.token_of({name: "token"}) == "token"
    access._cookies.clear()
    (folder / "consultation.key").write_bytes(b"no key")
    assert access.token_of({name: "token"}) is None


# --- a store that fails


def damage(folder: Path) -> StoreError:
    close_stores()
    for path in folder.glob("mesodash.db*"):
        path.write_bytes(b"no database at all" * 500)
    with pytest.raises(StoreError) as found:
        the_store()
    return found.value


@pytest.mark.parametrize("lang", LANGS)
def test_a_store_that_can_not_be_read_lets_nobody_new_in_and_says_why(lang: Lang, folder: Path) -> None:
    assert not the_store().passphrase.is_set()
    error = damage(folder)
    assert fault(words(lang), error) in shown(first_page(lang)).replace("&#x27;", "'")


def test_a_consultation_that_is_under_way_goes_on_when_the_store_fails(folder: Path) -> None:
    app = open_page("check")
    app.number_input(key="answers.age_years").set_value(34).run()
    damage(folder)
    go(app, "summary")
    assert "Age: 34" in shown(app)


def test_questions_on_a_tablet_go_on_when_the_store_fails(folder: Path) -> None:
    the_store().passphrase.set(PASSPHRASE)
    app = first_page()
    damage(folder)
    app.run()
    assert "auth/sign-in" in shown(app)
    assert words()("locked.title") not in shown(app)


def test_a_folder_that_can_not_be_written_leaves_a_computer_of_one_s_own_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "file"))
    app = open_page("check")
    assert app.number_input(key="answers.age_years")


def test_a_sign_in_that_was_verified_ends_when_it_would_have_ended_though_the_store_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_store().passphrase.set(PASSPHRASE)
    signed_in(monkeypatch, ago=timedelta(hours=11, minutes=59))
    app = open_page("check")
    damage(folder)
    go(app, "summary")
    monkeypatch.setattr(access, "datetime", Later)
    sees_locked(app.run())


def sees_locked(app: AppTest) -> None:
    """Check that a session was sent away, and that what it comes back to is locked."""
    assert 'location.replace("/?lang=en")' in shown(app)
    assert words()("locked.title") in shown(app.run())


class Later(datetime):
    """The clock two minutes later."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(minutes=2)


def test_a_sign_in_that_was_given_up_while_the_store_fails_opens_nothing_in_another_tab(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_store().passphrase.set(PASSPHRASE)
    token = signed_in(monkeypatch)
    app = open_page("check")
    one = access.while_allowed(lambda: b"")
    damage(folder)
    go(app, "summary")
    assert one() == b""
    access.end(token)
    sees_locked(app.run())
    with pytest.raises(PermissionError):
        one()


def test_a_sign_in_that_was_verified_goes_on_until_it_would_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC)
    for begun, seen, signed_in, mode in (
        (1.0, 0.1, True, "together"),
        (1.0, 0.6, True, None),
        (12.5, 0.1, True, None),
        (1.0, 0.6, False, "together"),
    ):
        kept = {
            "access.mode": "together",
            "access.begun": now.timestamp() - begun * 3600,
            "access.seen": now.timestamp() - seen * 3600,
            "access.signed_in": signed_in,
            "access.limits": (30 * 60, 12 * 3600),
        }
        monkeypatch.setattr(state, "noted", lambda key, default=None, kept=kept: kept.get(key, default))
        assert access._goes_on(now) == mode


# --- what a tap believes for a moment


def test_a_tap_hears_of_another_process_by_the_clock_and_of_its_own_at_once(folder: Path) -> None:
    def is_open() -> bool:
        return access._lately({}, None, now=datetime.now(UTC)).is_open

    the_store().settings.write(ClinicSettings())
    assert is_open()
    elsewhere = Opened(places.here())
    elsewhere.passphrase.set(PASSPHRASE)
    # It asked a moment ago, and the clock asks again each second.
    assert is_open()
    access.hear()
    assert not is_open()
    elsewhere.passphrase.set("another long passphrase")
    elsewhere.close()
    token = the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase")
    assert access._lately({}, token, now=datetime.now(UTC)).signed_in
    access.end(token)
    assert not access._lately({}, token, now=datetime.now(UTC)).signed_in


def test_what_is_older_than_a_moment_is_asked_for_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert access._lately({}, None, now=datetime.now(UTC)).is_open
    elsewhere = Opened(places.here())
    elsewhere.passphrase.set(PASSPHRASE)
    elsewhere.close()
    assert access._lately({}, None, now=datetime.now(UTC)).is_open
    monkeypatch.setattr(heard, "BELIEVED", -1.0)
    assert not access._lately({}, None, now=datetime.now(UTC)).is_open


def test_what_is_kept_believes_nothing_that_was_heard_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Rerun(Exception):
        pass

    def rerun() -> None:
        raise Rerun

    monkeypatch.setattr(access.st, "rerun", rerun)
    monkeypatch.setattr(access, "_asked", lambda: ({}, None))
    monkeypatch.setattr(access, "is_exposed", lambda *_: False)
    noted = {"access.mode": "together", "access.signed_in": False}
    monkeypatch.setattr(state, "noted", lambda key, default=None: noted.get(key, default))
    access._stay(lately=True)
    access.make_sure()
    elsewhere = Opened(places.here())
    elsewhere.passphrase.set(PASSPHRASE)
    elsewhere.close()
    access._stay(lately=True)
    with pytest.raises(Rerun):
        access.make_sure()
