"""Two quick taps: the second one ends the run of the first, but never between the store and what the session knows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from mesodash.knowledge import load
from mesodash.store.consultations import Consultations
from mesodash.store.database import close_stores, the_store
from mesodash.store.handovers import Handovers
from mesodash.ui import state
from tests.app.app import MAIN, open_page, shown

KNOWLEDGE = load()


@pytest.fixture(autouse=True)
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path))
    yield
    close_stores()


def tapped_again_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> Callable[[], int]:
    """Let the framework be asked for another run in the moment in which the store has done one thing."""
    does, times = getattr(owner, name), []

    def done(*args: Any, **kwargs: Any) -> Any:
        came = does(*args, **kwargs)
        context = get_script_run_ctx()
        if context is not None and not times:
            times.append(1)
            assert context.script_requests is not None
            context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
        return came

    monkeypatch.setattr(owner, name, done)
    return lambda: len(times)


def test_a_hand_over_is_on_the_screen_though_somebody_tapped_again_while_it_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = {
        "answers": {"age_years": 34, "sex": "female"},
        "lang": "fr",
        "content_version": KNOWLEDGE.version,
        "content_hash": KNOWLEDGE.digest,
        "answered_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notice": "1a2b",
    }
    code = the_store().handovers.put(content, now=datetime.now(UTC), minutes=30)
    again = tapped_again_after(monkeypatch, Handovers, "take")
    app = open_page("inbox")
    app.text_input(key="inbox.code.first").set_value(code)
    app.button(key="inbox.submit").click().run()
    app.run()
    assert again() == 1
    assert "id='inbox-work'" in shown(app)
    assert app.session_state["answers.age_years"] == 34


def test_a_code_is_on_the_screen_though_somebody_tapped_again_while_it_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    the_store().passphrase.set("seven grey herons fly south")
    again = tapped_again_after(monkeypatch, Handovers, "put")
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.session_state["tablet.screen"] = "result"
    app.session_state["tablet.promised"] = {"minutes": 30, "seconds": 120, "notice": "0123456789ab"}
    app.session_state["answers.age_years"] = 34
    app.run()
    app.button(key="tablet.make").click().run()
    app.run()
    assert again() == 1
    assert "class='code'" in shown(app)
    assert "answers.age_years" not in app.session_state


def test_a_consultation_is_kept_once_though_somebody_tapped_again_while_it_was_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_page("summary", answers__age_years=34)
    again = tapped_again_after(monkeypatch, Consultations, "save")
    app.text_input(key="kept.label").set_value("first")
    app.button(key="kept.submit").click().run()
    app.button(key="kept.submit").click().run()
    assert again() == 1
    assert len(the_store().consultations.all(datetime.now(UTC))) == 1


def test_nothing_is_half_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("check", answers__age_years=34, answers__sex="female")
    forgets, left = state.forget, []

    def forgotten() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
        forgets()
        with state.unbroken():
            left.extend(key for key in context.session_state.filtered_state if key.startswith("answers."))

    monkeypatch.setattr(state, "forget", forgotten)
    the_store().passphrase.set("seven grey herons fly south")
    app.run()
    assert left == []
    assert "answers.sex" not in app.session_state


def test_a_second_run_of_a_session_waits_until_the_first_has_done_what_cannot_be_done_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner, order = SessionState(), []
    here = threading.local()
    monkeypatch.setattr(state, "get_script_run_ctx", lambda: here.run)
    inside, tried = threading.Event(), threading.Event()

    def run(name: str) -> None:
        # All that is asked of the framework here: which session this is, and its state, wrapped anew for each run.
        here.run = SimpleNamespace(session_id="one", session_state=SafeSessionState(inner, lambda: None))
        if name == "second":
            inside.wait(10)
            tried.set()
        with state.unbroken():
            order.append(f"{name} begins")
            if name == "first":
                inside.set()
                tried.wait(10)
                with state.unbroken():
                    order.append("first goes on")
            order.append(f"{name} ends")

    runs = [threading.Thread(target=run, args=(name,)) for name in ("first", "second")]
    for one in runs:
        one.start()
    for one in runs:
        one.join(20)
    assert order == ["first begins", "first goes on", "first ends", "second begins", "second ends"]
