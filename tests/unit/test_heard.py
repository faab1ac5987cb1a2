"""What is believed for a moment: never longer, never after it could not be asked for again."""

from __future__ import annotations

import pytest

from mesodash.ui.heard import ASKED_AGAIN, BELIEVED, Heard


def test_an_answer_is_believed_for_its_time_and_no_longer() -> None:
    heard: Heard[str, str] = Heard()
    assert heard.recent("door", 10.0) is None
    heard.keep("door", "open", 10.0)
    assert heard.recent("door", 10.0 + BELIEVED) == "open"
    assert heard.recent("door", 10.001 + BELIEVED) is None
    assert heard.recent("window", 10.0) is None


def test_a_clock_that_was_turned_back_makes_nothing_believed() -> None:
    heard: Heard[str, str] = Heard()
    heard.keep("door", "open", 10.0)
    assert heard.recent("door", 9.0) is None


def test_what_is_asked_again_is_believed_from_when_it_was_asked() -> None:
    heard: Heard[str, str] = Heard()
    heard.keep("door", "open", 10.0)
    used: list[bool] = []

    def ask(_key: str, was_used: bool) -> str:
        used.append(was_used)
        return "locked"

    heard.ask_again(ask, lambda: 11.0)
    assert heard.recent("door", 11.0 + BELIEVED) == "locked"
    heard.ask_again(ask, lambda: 12.0)
    heard.ask_again(ask, lambda: 13.0)
    # Whether somebody used it in between is told: that keeps a sign-in awake.
    assert used == [False, True, False]


def test_what_could_not_be_asked_again_is_not_believed() -> None:
    heard: Heard[str, str] = Heard()
    heard.keep("door", "open", 10.0)

    def ask(_key: str, _used: bool) -> str:
        raise LookupError

    with pytest.raises(LookupError):
        heard.ask_again(ask, lambda: 11.0)
    assert heard.recent("door", 11.0) is None


def test_an_answer_that_came_meanwhile_stays() -> None:
    heard: Heard[str, str] = Heard()
    heard.keep("door", "open", 10.0)

    def ask(_key: str, _used: bool) -> str:
        heard.keep("door", "locked", 11.5)
        return "open"

    heard.ask_again(ask, lambda: 11.0)
    assert heard.recent("door", 12.0) == "locked"


def test_nobody_is_asked_for_ever_about_what_nobody_wants_to_know() -> None:
    heard: Heard[str, str] = Heard()
    heard.keep("door", "open", 10.0)
    asked: list[str] = []
    now = [10.0]

    def ask(key: str, _used: bool) -> str:
        asked.append(key)
        return "open"

    for now[0] in (11.0, 10.0 + ASKED_AGAIN, 10.5 + ASKED_AGAIN, 12.0 + ASKED_AGAIN):
        heard.ask_again(ask, lambda: now[0])
    assert len(asked) == 2
