"""The server's clock: who is erased when, and who is not."""

from __future__ import annotations

from typing import Any, cast

import pytest
from streamlit.runtime.app_session import AppSession

from mesodash.ui.guard import GRACE, Watch, Watched

LIMIT = 60.0
LIFE = 120.0


class Session:
    """As much of the framework's session as the watch looks at."""

    def __init__(self, name: str) -> None:
        self.id = name


class Room:
    """Sessions, the watch over them, and a clock."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.now = 1000.0
        self.active: set[str] = set()
        self.kept: dict[str, Session] = {}

    def see(self, name: str, limit: float | None = LIMIT, *, mark: str = "", follows: tuple[str, ...] = ()) -> None:
        self.active.add(name)
        session = self.kept.setdefault(name, Session(name))
        self.watch.see(
            mark or name,
            cast(AppSession, session),
            mode="tablet",
            lang="en",
            limit=limit,
            now=self.now,
            follows=list(follows),
        )

    def ended(self, *, after: float) -> list[str]:
        self.now += after
        due: list[Watched] = self.watch.take_due(self.now, active=lambda name: name in self.active, life=LIFE)
        return [one.id for one in due]


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_session_that_nobody_touches_ends_after_its_limit_and_the_grace(room: Room) -> None:
    room.see("a")
    assert room.ended(after=LIMIT + GRACE) == []
    assert room.ended(after=0.1) == ["a"]
    assert room.watch.known("a") is None


def test_a_touch_gives_a_session_its_whole_time_again(room: Room) -> None:
    room.see("a")
    room.now += LIMIT
    assert room.watch.touch("a", room.now) is not None
    assert room.ended(after=LIMIT + GRACE) == []
    assert room.ended(after=0.1) == ["a"]


def test_two_sessions_end_each_at_its_own_time(room: Room) -> None:
    room.see("a")
    room.see("b", 600.0)
    assert room.ended(after=LIMIT + GRACE + 1) == ["a"]
    assert room.watch.known("b") is not None


def test_an_ended_session_cannot_be_touched_back_to_life(room: Room) -> None:
    room.see("a")
    room.ended(after=LIMIT + GRACE + 1)
    assert room.watch.touch("a", room.now) is None
    assert room.watch.take("a") is None


def test_a_session_without_a_limit_never_ends_while_its_page_is_there(room: Room) -> None:
    room.see("a", None)
    assert room.ended(after=1e6) == []


def test_a_session_without_its_page_ends_when_the_framework_would_let_go_of_it(room: Room) -> None:
    room.see("a", None)
    room.active.clear()
    assert room.ended(after=1) == []
    assert room.ended(after=LIFE) == []
    assert room.ended(after=0.1) == ["a"]


def test_a_page_that_comes_back_in_time_finds_its_session(room: Room) -> None:
    room.see("a", None)
    room.active.clear()
    room.ended(after=1)
    room.ended(after=LIFE)
    room.active.add("a")
    assert room.ended(after=1) == []
    room.active.clear()
    assert room.ended(after=LIFE) == []


def test_the_end_does_not_wait_for_a_page_that_is_away(room: Room) -> None:
    room.see("a", LIMIT)
    room.active.clear()
    assert room.ended(after=LIMIT + GRACE + 1) == ["a"]


def test_a_session_that_the_framework_dropped_is_not_watched_for_ever(room: Room) -> None:
    room.see("a", None)
    room.kept.clear()
    assert room.ended(after=1) == ["a"]


def test_a_new_mark_takes_the_place_of_those_before_it(room: Room) -> None:
    room.see("a", mark="first")
    room.see("a", mark="second", follows=("first",))
    assert room.watch.known("first") is None
    assert room.ended(after=LIMIT + GRACE + 1) == ["a"]


def test_only_one_of_two_erases_a_session(room: Room) -> None:
    room.see("a")
    taken: list[Any] = [room.watch.take("a"), room.watch.take("a")]
    assert [one is None for one in taken] == [False, True]
