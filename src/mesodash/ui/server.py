"""The web server's part: headers, compression, the page before the first paint, start-up, last-resort errors."""

from __future__ import annotations

import asyncio
import functools
import gc
import gzip
import importlib
import logging
import mimetypes
import pkgutil
import secrets
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mesodash.errors import KnowledgeError
from mesodash.i18n import Words
from mesodash.knowledge.records import LANGS
from mesodash.ui import doors, gate, guard, upkeep, views
from mesodash.ui.frame import knowledge

_LOG = logging.getLogger("mesodash")

# Inline scripts and styles are how the framework starts its page; no other host is ever allowed.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; font-src 'self' data:; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers above to every answer; a browser may store nothing but the framework's own hashed files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        keep = str(scope["path"]).startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if not keep:
                    headers["cache-control"] = "no-store"
                if "server" in headers:
                    del headers["server"]
            await send(message)

        await self.app(scope, receive, with_headers)


_STATIC = Path(streamlit.__file__).parent / "static" / "static"


@functools.cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


class CompressedStatic:
    """Sends the framework's scripts and styles compressed; each file is compressed once per process."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self._file(scope)
        if path is None:
            await self.app(scope, receive, send)
            return
        response = Response(
            _compressed(path),
            media_type=mimetypes.guess_type(path.name)[0],
            headers={
                "content-encoding": "gzip",
                "vary": "accept-encoding",
                # The file names carry a hash of their content.
                "cache-control": "public, max-age=31536000, immutable",
            },
        )
        await response(scope, receive, send)

    def _file(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/static/"):
            return None
        if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return None
        path = (_STATIC / scope["path"].removeprefix("/static/")).resolve()
        fits = path.suffix in (".js", ".css") and path.is_relative_to(_STATIC.resolve()) and path.is_file()
        return path if fits else None


def _language(scope: Scope) -> str:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    accepted = Headers(scope=scope).get("accept-language", "")[:2]
    return next((lang for lang in (asked, accepted) if lang in LANGS), "en")


# Told where the server is, the page need not search for it along its own path, which on a deep link ends in errors.
_BACKEND = b"<script>window.__streamlit = { BACKEND_BASE_URL: window.location.origin }</script>"


@functools.cache
def _first_lines() -> bytes:
    # The code of a hand-over leaves the address before anything else can read it there.
    code = (Path(__file__).parent / "assets" / "inbox.js").read_bytes()
    return b"<script>" + code + b"</script>" + _BACKEND + guard.script().encode()


class FirstPage:
    """Writes the reader's language, our name and the server's address into the page that the framework starts with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if not Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    await send(message)
                else:
                    start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    page = (
                        bytes(body)
                        .replace(b'<html lang="en">', f'<html lang="{_language(scope)}">'.encode(), 1)
                        .replace(b"<title>Streamlit</title>", b"<title>mesodash</title>" + _first_lines(), 1)
                    )
                    headers = MutableHeaders(scope=start)
                    headers["content-length"] = str(len(page))
                    for stale in ("etag", "last-modified"):
                        if stale in headers:
                            del headers[stale]
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        # The answer must be whole and plain: a "not modified" would keep the page in the language of an earlier visit.
        dropped = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")
        plain = [pair for pair in scope["headers"] if pair[0] not in dropped]
        await self.app({**scope, "headers": plain} if _wants_page(scope) else scope, receive, rewrite)


def _wants_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    # Imported now, so that the first visitor does not wait for it.
    for name in ("pandas", "plotly.graph_objects", "babel.dates", "babel.numbers", "babel.lists", "mesodash.ui.shell"):
        importlib.import_module(name)
    for view in pkgutil.iter_modules(views.__path__, "mesodash.ui.views."):
        importlib.import_module(view.name)
    # What is imported stays; without this each full collection would walk it again.
    gc.collect()
    gc.freeze()
    running = [asyncio.create_task(guard.clock()), asyncio.create_task(upkeep.keep_up())]
    yield
    for one in running:
        one.cancel()


def _on_script_error(error: BaseException) -> bool:
    """Say that something failed, with a number to quote; the log gets where it failed, never a value."""
    import streamlit as st

    from mesodash.ui import state

    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames[-6:]))
    _LOG.error("error %s: %s at %s", number, type(error).__name__, where)
    st.error(Words(knowledge(), state.language())("error.internal", number=number))
    return True


class _WithoutValues(logging.Filter):
    """Drops records that carry an exception: its message may hold what somebody typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.exc_info


class _KindAlone(logging.Filter):
    """Leaves of an exception its kind, and nothing of one that says that somebody may not have a file (any more)."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        # The framework puts an error of its own around ours.
        error = error.__cause__ or error
        record.msg, record.args, record.exc_info = "a file was not made: %s", (type(error).__name__,), None
        return not isinstance(error, PermissionError)


def options() -> dict[str, Any]:
    """Return the keyword arguments of `streamlit.App`; ends the program with all faults if the knowledge has any."""
    try:
        knowledge()
    except KnowledgeError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise SystemExit(2) from None
    # The framework writes the whole exception before it asks us; we write the kind and the place of it.
    logging.getLogger("streamlit.error_util").addFilter(_WithoutValues())
    # A browser that goes away while something is on its way to it is no error.
    logging.getLogger("streamlit.web.server.starlette.starlette_websocket").addFilter(_WithoutValues())
    # Of a file that could not be made we write the same.
    logging.getLogger("streamlit.runtime.backend_operation_handler").addFilter(_KindAlone())
    return {
        "lifespan": _lifespan,
        "routes": [*doors.routes(), *guard.routes()],
        "middleware": [
            Middleware(SecurityHeaders),
            Middleware(gate.OwnNames),
            Middleware(gate.OwnPages),
            Middleware(CompressedStatic),
            Middleware(FirstPage),
            doors.middleware(),
        ],
        "on_script_error": _on_script_error,
    }
