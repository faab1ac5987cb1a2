"""A line between the browser and the server that a test can cut and mend."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Passes bytes on to `target`, a port of this machine; `port` is where it listens."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.port = 0
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._begin(self._accept, listener)

    def cut(self) -> None:
        """Break all lines, and let nobody in."""
        with self._lock:
            ending = [one for one in (self._listener, *self._lines) if one is not None]
            self._listener = None
            self._lines.clear()
        for one in ending:
            # The thread that waits on it wakes and closes it.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Break all lines for good, and leave no socket and no thread behind, however the test ended."""
        self.cut()
        for one in self._threads:
            one.join(10)

    def _begin(self, work: Callable[..., None], *given: socket.socket) -> threading.Thread:
        one = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(one)
        one.start()
        return one

    def _accept(self, listener: socket.socket) -> None:
        with listener, suppress(OSError):
            while True:
                near, _ = listener.accept()
                self._begin(self._connect, listener, near)

    def _connect(self, listener: socket.socket, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            with self._lock:
                if self._listener is not listener:
                    return
                self._lines |= {near, far}
            back = self._begin(self._pass_on, far, near)
            self._pass_on(near, far)
            back.join()
            with self._lock:
                self._lines -= {near, far}

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    one = Relay(target)
    try:
        yield one
    finally:
        one.end()
