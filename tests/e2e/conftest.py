"""One server and one browser for all tests of a worker; a fresh context, and a watched tab, for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize, expect, sync_playwright

from tests.conftest import cannot_run
from tests.e2e import chromium, serving
from tests.e2e.reader import Reader
from tests.e2e.serving import Server

TABLET: ViewportSize = {"width": 820, "height": 1180}
_HERE = ("127.0.0.1", "localhost")

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> Iterator[Server]:
    """A server that says nothing but its greeting. Asks for the browser first: without one, none is started."""
    with serving.running(tmp_path_factory.mktemp("server") / "log") as one:
        yield one
    assert one.unexpected() == []


@pytest.fixture(scope="session")
def playing() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def chrome(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        cannot_run("no Chromium-like browser was found; `make browser` installs one")
    playing: Playwright = request.getfixturevalue("playing")
    one = playing.chromium.launch(executable_path=path, args=chromium.FLAGS)
    yield one
    one.close()


@dataclass
class Watch:
    """What a browser noticed while a test ran."""

    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def follow(self, tab: Page) -> None:
        tab.on("console", self._console)
        tab.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("websocket", lambda socket: self.asked.append(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def foreign(self) -> list[str]:
        """Return the requests that left this machine."""
        addresses = (urlsplit(url) for url in self.asked)
        return [one.geturl() for one in addresses if one.scheme not in ("data", "blob") and one.hostname not in _HERE]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """All that the tabs of a test ask for and complain about; both must be nothing of note in the end."""
    one = Watch()
    yield one
    assert one.foreign() == []
    assert one.faults == []


@pytest.fixture
def open_tab(chrome: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a watched tab in a browser context of its own, on an upright tablet unless told otherwise."""
    contexts = []

    def new(**options: Any) -> Page:
        context = chrome.new_context(**{"viewport": TABLET, "locale": "en-GB"} | options)
        contexts.append(context)
        tab = context.new_page()
        watch.follow(tab)
        return tab

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def tab(open_tab: Callable[..., Page]) -> Page:
    return open_tab()


@pytest.fixture
def reader(tab: Page, server: Server) -> Reader:
    """A person at a tablet who reads English until told otherwise."""
    return Reader(tab, server.address)
