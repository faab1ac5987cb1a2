"""The mark that ties a session to its screen, and the time that the screen is given."""

from __future__ import annotations

import gc
import re
import time
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.store.database import the_store
from mesodash.ui import state
from tests.app.app import go, open_page, shown

pytestmark = pytest.mark.slow


def mark(app: AppTest) -> dict[str, str]:
    """Return what the page tells the browser of its session."""
    (element,) = re.findall(r'<div id="mesodash-session"([^>]*)>', shown(app))
    return dict(re.findall(r'data-(\w+)="([^"]*)"', element))


@pytest.fixture
def tablet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path))
    store = the_store()
    store.passphrase.set("correct horse battery staple")
    store.settings.write(replace(store.settings.read(), idle_seconds=90))


def test_a_session_has_one_mark_on_all_its_pages_and_no_other_session_has_it() -> None:
    app = open_page("check", "de")
    before = mark(app)
    assert re.fullmatch(r"[\w-]{22}", before["mark"])
    assert (before["mode"], before["lang"], before["follows"]) == ("together", "de", "")
    assert mark(go(app, "summary")) == before
    assert mark(open_page("start"))["mark"] != before["mark"]


def test_a_page_that_is_open_to_all_has_no_end() -> None:
    assert not {"warn", "wipe"} & mark(open_page("start")).keys()


def test_starting_again_keeps_the_mark() -> None:
    app = open_page("start", answers__sex="male")
    before = mark(app)
    app.button("start.again").click().run()
    assert "answers.sex" not in app.session_state
    assert mark(app) == before


def test_what_a_session_has_forgotten_is_freed_soon_after() -> None:
    app = open_page("start", answers__sex="male")
    state.free(float("inf"))
    before = time.monotonic()
    app.button("start.again").click().run()
    gc.disable()
    try:
        holding = Holding()
        holding.itself = holding
        held = weakref.ref(holding)
        del holding
        state.free(before)
        assert held() is not None, "it was freed before its time"
        state.free(time.monotonic() + max(state.FREED_AFTER))
        assert held() is None
    finally:
        gc.enable()


class Holding:
    """As the framework's objects do, it holds itself."""

    itself: Holding | None = None


@pytest.mark.usefixtures("tablet")
def test_a_tablet_has_the_clinic_s_time_from_the_first_tap_on() -> None:
    app = open_page("start")
    assert mark(app)["mode"] == "tablet"
    assert "wipe" not in mark(app)
    app.session_state["tablet.screen"] = "notice"
    assert (mark(app.run())["warn"], mark(app)["wipe"]) == ("60", "90")


def wiping() -> None:
    import streamlit as st

    from mesodash.ui import access, guard, shell

    this = access.current()
    if st.session_state.pop("end", False):
        guard.wipe_here("wiped_end")
    guard.begin(shell.frame(), this)


@pytest.mark.usefixtures("tablet")
def test_a_wiped_session_keeps_only_its_language_and_says_which_mark_it_had() -> None:
    app = AppTest.from_function(wiping, default_timeout=60)
    for key, value in {"lang": "fr", "answers.age_years": 41, "tablet.screen": "code", "end": False}.items():
        app.session_state[key] = value
    before = mark(app.run())["mark"]
    app.session_state["end"] = True
    after = mark(app.run())
    assert after["mark"] != before
    assert (after["follows"], after["lang"]) == (before, "fr")
    assert "answers.age_years" not in app.session_state
    assert "tablet.screen" not in app.session_state
    assert the_store().audit.last(1)[0].event == "wiped_end"


def lost() -> None:
    import streamlit as st

    from mesodash.ui import access, guard, shell

    if guard.begin(shell.frame(), access.current()):
        st.text_input("field")


def test_a_first_run_that_comes_with_values_draws_the_notice_alone_until_the_page_is_loaded_anew() -> None:
    old = AppTest.from_function(lost, default_timeout=60).run()
    assert len(old.text_input) == 1
    new = AppTest.from_function(lost, default_timeout=60)
    old.text_input[0].input("of the old screen")
    new._run(old._tree.get_widget_states())
    for _ in range(2):
        assert mark(new)["mode"] == "lost"
        assert len(new.text_input) == 0
        assert 'href="/?lang=en"' in shown(new)
        new.run()
