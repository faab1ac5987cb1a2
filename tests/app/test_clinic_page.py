"""Clinic: what may be set and what not, what follows from a passphrase, and the log in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.store.database import close_stores, the_store
from mesodash.store.records import EVENTS, LIMITS, ClinicSettings, Line
from mesodash.ui import access
from mesodash.ui.views.clinic import log_as_csv, read_settings
from tests.app.app import open_page, shown

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path))
    yield tmp_path
    close_stores()


def words(lang: Lang = "en") -> Words:
    return Words(load(), lang)


def typed(**changed: Any) -> dict[str, Any]:
    usual = {name: getattr(ClinicSettings(), name) for name in ("name", "place", *LIMITS)}
    return usual | {"allowed_accounts": ""} | changed


def plain(markup: str) -> str:
    return markup.replace("&#x27;", "'").replace("&quot;", '"')


# --- settings


def test_settings_within_their_limits_are_kept_and_used_at_once(folder: Path) -> None:
    app = open_page("clinic")
    app.number_input(key="clinic.set.idle_seconds").set_value(75)
    app.text_input(key="clinic.set.name").set_value("  Praxis   am Markt ")
    app.button(key="clinic.save").click().run()
    assert words()("clinic.saved") in shown(app)
    assert the_store().settings.read() == ClinicSettings(name="Praxis am Markt", idle_seconds=75)
    assert words()("clinic.tablet.4", seconds=75) in shown(app)
    assert [line.event for line in the_store().audit.last(1)] == ["settings_changed"]
    again = open_page("clinic")
    assert again.number_input(key="clinic.set.idle_seconds").value == 75


def test_a_screen_whose_sign_in_has_ended_changes_no_setting_and_ends_no_sign_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_store().passphrase.set("correct horse battery")
    tokens = [the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase") for _ in range(2)]
    monkeypatch.setattr(access, "_asked", lambda: ({}, tokens[0]))
    saving, ending = open_page("clinic"), open_page("clinic")
    the_store().sign_ins.end(tokens[0])
    saving.text_input(key="clinic.set.name").set_value("Somebody else's")
    saving.button(key="clinic.save").click().run()
    ending.button(key="clinic.end_all").click().run()
    assert the_store().settings.read() == ClinicSettings()
    monkeypatch.setattr(access, "_asked", lambda: ({}, tokens[1]))
    assert open_page("clinic").button(key="clinic.save")


def test_the_log_is_not_given_out_after_the_sign_in_has_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    the_store().passphrase.set("correct horse battery")
    token = the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase")
    monkeypatch.setattr(access, "_asked", lambda: ({}, token))
    monkeypatch.setattr(access, "signed_in", lambda: True)
    made = access.while_allowed(lambda: b"the log")
    assert made() == b"the log"
    the_store().sign_ins.end(token)
    with pytest.raises(PermissionError):
        made()


def test_each_fault_is_one_line_and_nothing_is_kept_of_the_rest(folder: Path) -> None:
    app = open_page("clinic", "de")
    app.text_input(key="clinic.set.name").set_value("Praxis")
    app.number_input(key="clinic.set.idle_seconds").set_value(59)
    app.number_input(key="clinic.set.retention_days").set_value(99_999)
    app.number_input(key="clinic.set.sign_in_hours").set_value(None)
    app.button(key="clinic.save").click().run()
    t = words("de")
    seconds, days, hours = (t(f"clinic.field.{one}") for one in ("idle_seconds", "retention_days", "sign_in_hours"))
    for line in (
        t("clinic.fault.number", field=seconds, low=60, high=600, value=59),
        t("clinic.fault.number", field=days, low=1, high=3650, value=99_999),
        t("clinic.fault.empty", field=hours, low=1, high=24),
    ):
        assert f"<li>{line}</li>" in plain(shown(app))
    assert plain(shown(app)).count("<div class='why'") == 1
    assert the_store().settings.read() == ClinicSettings()


@pytest.mark.parametrize("name", LIMITS)
def test_both_ends_of_a_limit_are_allowed_and_one_more_is_not(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low, high):
        settings, faults = read_settings(typed(**{name: value}))
        assert settings is not None
        assert getattr(settings, name) == value
        assert faults == []
    for value in (low - 1, high + 1):
        settings, faults = read_settings(typed(**{name: value}))
        assert settings is None
        assert [(key, field) for key, field, _ in faults] == [("clinic.fault.number", name)]


def test_accounts_are_addresses_and_domains_written_in_any_way() -> None:
    settings, faults = read_settings(
        typed(allowed_accounts="Anna@Clinic.Example\n clinic.example, @other.example;b.c@x-y.example\nclinic.example")
    )
    assert faults == []
    assert settings is not None
    assert settings.allowed_accounts == (
        "anna@clinic.example",
        "@clinic.example",
        "@other.example",
        "b.c@x-y.example",
    )


@pytest.mark.parametrize(
    "wrong", ["anna", "anna@", "@", "a@b@c.example", "clinic", "<b>@x.example", "*", "*@x.example"]
)
def test_what_is_no_account_is_named_and_not_kept(wrong: str) -> None:
    settings, faults = read_settings(typed(allowed_accounts=f"anna@clinic.example\n{wrong}"))
    assert settings is None
    assert [(key, params["value"]) for key, _, params in faults] == [("clinic.fault.account", wrong)]


def test_no_list_of_accounts_is_asked_for_where_no_account_could_sign_in(folder: Path) -> None:
    app = open_page("clinic")
    assert [one.key for one in app.text_area] == []
    assert words()("clinic.accounts.none") in plain(shown(app))


# --- the page


@pytest.mark.parametrize("lang", LANGS)
def test_an_open_clinic_is_told_what_follows_from_a_passphrase(lang: Lang, folder: Path) -> None:
    page = plain(shown(open_page("clinic", lang)))
    t = words(lang)
    for key in ("clinic.lock.open", "clinic.lock.follows", "clinic.tablet.here_only", "clinic.tablet.command"):
        assert t(key) in page
    assert f"href='/auth/passphrase?lang={lang}'" in page
    assert str(folder / "mesodash.db") in page
    assert t("clinic.log.none") in page


# --- the log


@pytest.mark.parametrize("lang", LANGS)
def test_every_event_of_the_log_has_words(lang: Lang) -> None:
    assert [event for event in EVENTS if not words(lang).has(f"clinic.event.{event}")] == []


def test_the_log_stands_on_the_page_in_words_the_newest_first(folder: Path) -> None:
    for event in ("tablet_begun", "handed_over", "error"):
        the_store().audit.record(
            event, mode="tablet", lang="fr", now=AT, error="ab12cd34" if event == "error" else None
        )
    page = plain(shown(open_page("clinic", "de")))
    t = words("de")
    said = [t(f"clinic.event.{event}") for event in ("error", "handed_over", "tablet_begun")]
    assert [page.index(one) for one in said] == sorted(page.index(one) for one in said)
    for word in (t("lang.fr"), t("clinic.mode.tablet"), "ab12cd34"):
        assert word in page


def test_the_log_as_a_file_has_one_row_per_line_and_times_in_utc() -> None:
    lines = (
        Line(2, AT, "error", "tablet", "fr", "ab12cd34", "0.1.0", "2026.11+abc"),
        Line(1, AT, "start", "server", "en", None, "0.1.0", "2026.11+abc"),
    )
    rows = list(csv.DictReader(io.StringIO(log_as_csv(lines).decode())))
    assert rows[0] == {
        "at": "2026-03-04T05:06:07+00:00",
        "event": "error",
        "mode": "tablet",
        "lang": "fr",
        "error": "ab12cd34",
        "app_version": "0.1.0",
        "content_version": "2026.11+abc",
    }
    assert rows[1]["error"] == ""
    assert len(rows) == 2
