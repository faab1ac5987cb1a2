"""What was asked a moment ago and is asked again each second, so that no tap has to wait for the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")

BELIEVED = 2.0
"""Seconds for which an answer is believed: the clock that asks again ticks each second."""

ASKED_AGAIN = 300.0
"""Seconds after which an answer that nobody used is let go."""


@dataclass(slots=True)
class _Heard(Generic[_Answer]):
    answer: _Answer
    at: float
    used: float
    used_since: bool = False


class Heard(Generic[_Key, _Answer]):
    """Answers by what was asked. All times are seconds of one clock, which is the caller's. Safe from many threads."""

    def __init__(self) -> None:
        self._by_key: dict[_Key, _Heard[_Answer]] = {}
        self._lock = threading.Lock()

    def recent(self, key: _Key, now: float) -> _Answer | None:
        """Return the answer if it is to be believed at `now`; None where it has to be asked for."""
        with self._lock:
            found = self._by_key.get(key)
            if found is None or not 0 <= now - found.at <= BELIEVED:
                return None
            found.used, found.used_since = now, True
            return found.answer

    def keep(self, key: _Key, answer: _Answer, now: float) -> None:
        """Keep an answer that was asked for at `now`, before it came."""
        with self._lock:
            self._by_key[key] = _Heard(answer, now, now)

    def ask_again(self, ask: Callable[[_Key, bool], _Answer], now: Callable[[], float]) -> None:
        """Ask again for all that was used lately; what cannot be answered is forgotten.

        Args:
            ask: Gives the answer; is told whether it was used since it was asked for last. Whatever it raises is raised
                once the answer is forgotten.
            now: The clock.
        """
        with self._lock:
            kept = list(self._by_key.items())
        for key, one in kept:
            began = now()
            if began - one.used > ASKED_AGAIN:
                self._replace(key, one, None)
                continue
            used, one.used_since = one.used_since, False
            try:
                answer = ask(key, used)
            except BaseException:
                self._replace(key, one, None)
                raise
            self._replace(key, one, _Heard(answer, began, one.used, one.used_since))

    def _replace(self, key: _Key, one: _Heard[_Answer], by: _Heard[_Answer] | None) -> None:
        with self._lock:
            # Somebody who asked for it meanwhile knows better.
            if self._by_key.get(key) is not one:
                return
            if by is None:
                del self._by_key[key]
            else:
                self._by_key[key] = by
