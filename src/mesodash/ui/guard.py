"""Ends sessions: erases them when nobody touches the screen, and says so where a screen and its session have parted.

The browser's part is `assets/guard.js`, written into the first page, so that it works when the server does not.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import streamlit
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession

from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.knowledge.records import LANGS
from mesodash.store.records import Event
from mesodash.ui import access, palette, state
from mesodash.ui.access import Access
from mesodash.ui.frame import Frame, knowledge
from mesodash.ui.parts import html

_LOG = logging.getLogger("mesodash")
_ASSETS = Path(__file__).parent / "assets"

WARNING = 30
"""Seconds between the warning and the end."""

GRACE = 15
"""Seconds that the server waits longer than the browser, which tells it of a touch at most every ten seconds."""

WORDS = (
    *("again", "code", "here", "seconds", "busy", "waiting", "lost", "lost.first", "skip"),
    *(f"name.{part}" for part in ("less", "more", "clear", "calendar", "pages")),
    *(f"warn.{part}" for part in ("title", "tablet", "together")),
    *(f"ended.{why}.{part}" for why in ("tablet", "together", "stale") for part in ("title", "text")),
)
"""The texts that the browser keeps, in all languages: it may need them when the server is gone."""

_MARK, _FOLLOWS, _LOST = "guard.mark", "guard.follows", "guard.lost"
_ENDS = ("tablet", "together", "stale")
_WHYS = ("idle", "left")
_MOST_FOLLOWED = 5


# --- the page


def begin(now: Frame, this: Access) -> bool:
    """Draw what tells the browser which session it belongs to; called first in each run of the whole page.

    Returns:
        False if the screen belongs to a session that is gone: there is a notice, and nothing else may be drawn.
    """
    if state.get(_MARK) is None:
        if state.came_with_values():
            # The browser still shows the screen of a session that this server does not have, and just sent its values.
            state.put(_LOST, True)
        state.put(_MARK, secrets.token_urlsafe(16))
    mark: str = state.get(_MARK)
    if state.get(_LOST):
        _draw_mark(mark, "lost", now.lang, None)
        _draw_notice(now)
        return False
    limit = _limit(this)
    follows: list[str] = state.get(_FOLLOWS, [])
    found = state.app_session()
    if found is not None:
        _watch.see(mark, found, mode=this.mode, lang=now.lang, limit=limit, now=time.monotonic(), follows=follows)
    _draw_mark(mark, this.mode, now.lang, limit, follows)
    return True


def _limit(this: Access) -> float | None:
    """Return the seconds without a touch after which a session ends; None where there is nothing to protect."""
    if this.mode == "tablet" and state.begun():
        return this.settings.idle_seconds
    if this.mode == "together" and this.signed_in:
        return this.settings.sign_in_idle_minutes * 60
    return None


def _draw_mark(mark: str, mode: str, lang: str, limit: float | None, follows: list[str] | None = None) -> None:
    ends = "" if limit is None else f' data-warn="{limit - WARNING:g}" data-wipe="{limit:g}"'
    html.block(
        f'<div id="mesodash-session" data-mark="{html.text(mark)}" data-mode="{mode}" data-lang="{lang}"'
        f' data-follows="{html.text(" ".join(follows or ()))}"{ends}></div>'
    )


def _draw_notice(now: Frame) -> None:
    """Draw what `guard.js` says as well, for a browser in which it does not run."""
    html.heading(1, now.t("guard.ended.stale.title"))
    html.block(
        f"<p>{html.text(now.t('guard.ended.stale.text'))}</p>"
        f'<p><a href="/?lang={now.lang}" target="_self">{html.text(now.t("guard.again"))}</a></p>'
    )


def wipe_here(reason: Event) -> None:
    """Erase all that this session holds but the language, from within a run of it, and give it a new mark."""
    with state.unbroken():
        followed: list[str] = state.get(_FOLLOWS, [])
        mark = state.get(_MARK)
        mode = "together" if access.is_together() else "tablet"
        state.forget()
        if mark is not None:
            state.put(_FOLLOWS, [*followed, mark][-_MOST_FOLLOWED:])
            state.put(_MARK, secrets.token_urlsafe(16))
        access.record(reason, mode=mode, now=datetime.now(UTC))


# --- the server's clock


@dataclass(slots=True)
class Watched:
    """A session. `limit`: seconds without a touch until it is erased, None where it has none; `parted`: since when no
    page is connected to it."""

    session: weakref.ref[AppSession]
    id: str
    mode: str
    lang: str
    limit: float | None
    touched: float
    parted: float | None = None

    def is_idle(self, now: float) -> bool:
        return self.limit is not None and now - self.touched > self.limit + GRACE


@dataclass
class Watch:
    """The sessions of this process by their marks. All times are seconds of one clock, which is the caller's."""

    _by_mark: dict[str, Watched] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def see(
        self,
        mark: str,
        session: AppSession,
        *,
        mode: str,
        lang: str,
        limit: float | None,
        now: float,
        follows: list[str],
    ) -> None:
        """Begin to watch a session, or note that somebody just used it. Its marks before are forgotten."""
        with self._lock:
            for before in follows:
                self._by_mark.pop(before, None)
            self._by_mark[mark] = Watched(weakref.ref(session), session.id, mode, lang, limit, now)

    def touch(self, mark: str, now: float) -> Watched | None:
        """Note a touch; returns the session, or None if there is none of this mark (any more)."""
        with self._lock:
            one = self._by_mark.get(mark)
            if one is not None:
                one.touched = now
            return one

    def known(self, mark: str) -> Watched | None:
        with self._lock:
            return self._by_mark.get(mark)

    def take(self, mark: str) -> Watched | None:
        """Stop watching a session and return it, to be erased; None if somebody else was quicker."""
        with self._lock:
            return self._by_mark.pop(mark, None)

    def take_due(self, now: float, *, active: Callable[[str], bool], life: float) -> list[Watched]:
        """Stop watching all sessions that have come to their end, and return them, to be erased.

        A session ends when nobody touched it for longer than its limit, and when no page was connected to it for longer
        than the framework keeps it for one. The framework itself then lets go of it some time later.

        Args:
            active: True for the id of a session to which a page is connected.
            life: Seconds that a session may be without a page.
        """
        with self._lock:
            due = []
            for mark, one in list(self._by_mark.items()):
                if active(one.id):
                    one.parted = None
                elif one.parted is None:
                    one.parted = now
                if one.is_idle(now) or (one.parted is not None and now - one.parted > life) or one.session() is None:
                    due.append(self._by_mark.pop(mark))
            return due


_watch = Watch()
_tasks: set[asyncio.Task[None]] = set()


def sweep(now: float) -> None:
    """Erase the sessions that have come to their end at `now`, a time of `time.monotonic`. On the event loop."""
    state.free(now)
    life = float(st.get_option("server.disconnectedSessionTTL"))
    for one in _watch.take_due(now, active=get_instance().is_active_session, life=life):
        _erase(one)
        if one.is_idle(now):
            _later(_record("wiped_idle", one))


async def clock() -> None:
    """Look every second for sessions to be erased, and ask the store what taps would ask it, until cancelled."""
    asking: asyncio.Task[None] | None = None
    while True:
        await asyncio.sleep(1)
        if asking is None or asking.done():
            asking = asyncio.create_task(_hear())
        try:
            sweep(time.monotonic())
        except Exception as error:
            # Whatever it was, it must not end the clock.
            _LOG.error("guard: %s", type(error).__name__)


async def _hear() -> None:
    # The tap that follows asks for itself, and says what is the matter.
    with suppress(StoreError):
        await run_in_threadpool(access.hear)


def _erase(one: Watched) -> None:
    """Close a session, and erase at once what it held. On the event loop."""
    runtime = get_instance()
    link = getattr(runtime.get_client(one.id), "_websocket", None)
    session = one.session()
    runtime.close_session(one.id)
    if session is not None:
        state.end(session)
    if link is not None:
        # A page that still shows the session would talk to nobody. Without its link it finds out.
        _later(_hang_up(link))


def _later(work: Coroutine[None, None, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _hang_up(link: WebSocket) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # The other side was quicker.
        await link.close(1001)


async def _record(event: Event, one: Watched) -> None:
    await run_in_threadpool(access.record, event, mode=one.mode, lang=one.lang, now=datetime.now(UTC))


# --- what the browser asks for

_HERE, _PARTED, _GONE = "here", "parted", "gone"


async def _mark_of(request: Request) -> str | None:
    """Return the mark that a page of ours sent; None for a request of another page."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return None
    if access.same_origin(headers) is not True:
        return None
    said = b""
    async for part in request.stream():
        said += part[:100]
        if len(said) >= 100:
            break
    return said[:100].decode("latin-1")


def _asked(request: Request, name: str, allowed: Iterable[str]) -> str | None:
    """Return what the address says under a name, if it is one of what it may say."""
    said = parse_qs(request.url.query).get(name, [""])[0]
    return said if said in allowed else None


def _route(path: str, answer: Callable[[Request, str], Coroutine[None, None, Response]]) -> Route:
    """Return a route that answers the session of a page of ours by its mark, and refuses every other page."""

    async def asked(request: Request) -> Response:
        mark = await _mark_of(request)
        return Response(status_code=403) if mark is None else await answer(request, mark)

    return Route(path, asked, methods=["POST"])


async def _ask(request: Request, mark: str) -> Response:
    """Say whether a page's session is here, here without its page, or gone."""
    one = _watch.known(mark)
    if one is None:
        return PlainTextResponse(_GONE)
    return PlainTextResponse(_HERE if get_instance().is_active_session(one.id) else _PARTED)


async def _touch(request: Request, mark: str) -> Response:
    """Count a touch, for the session and for the sign-in."""
    one = _watch.touch(mark, time.monotonic())
    if one is None:
        return PlainTextResponse(_GONE)
    if one.mode == "together":
        await run_in_threadpool(_keep_signed_in, dict(request.headers), access.token_of(request.cookies))
    return PlainTextResponse(_HERE)


def _keep_signed_in(headers: dict[str, str], token: str | None) -> None:
    with suppress(StoreError):
        access.look(headers, token, now=datetime.now(UTC), touch=True)


async def _wipe(request: Request, mark: str) -> Response:
    """Erase a session now."""
    one = _watch.take(mark)
    if one is None:
        return PlainTextResponse(_GONE)
    _erase(one)
    if one.limit is not None:
        _later(_record("wiped_idle" if _asked(request, "why", _WHYS) == "idle" else "wiped_left", one))
    return PlainTextResponse(_HERE)


async def _ended(request: Request) -> Response:
    """Give the page that takes the place of one that was cleared; it says why, and knows nothing else."""
    lang = _asked(request, "lang", LANGS) or "en"
    why = _asked(request, "why", _ENDS) or "stale"
    mode = _asked(request, "mode", _ENDS) or ""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="UTF-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>mesodash</title>'
        f'{_font()}{script()}</head><body data-why="{why}" data-mode="{mode}"></body></html>'
    )


@functools.cache
def _font() -> str:
    # Its name carries a hash of its content.
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    font = next((path.name for path in media.glob("SourceSansVF-Upright*.woff2")), None)
    if font is None:
        return ""
    source = f'font-family: "Source Sans"; src: url("/static/media/{font}") format("woff2"); font-weight: 200 900'
    return f"<style>@font-face {{ {source} }}</style>"


def routes() -> list[Route]:
    return [
        _route("/guard/ask", _ask),
        _route("/guard/touch", _touch),
        _route("/guard/wipe", _wipe),
        Route("/guard/ended", _ended, methods=["GET"]),
    ]


@functools.cache
def script() -> str:
    """Return what stands in the head of the first page: texts in all languages, style and script."""
    words = {lang: {key: Words(knowledge(), lang)(f"guard.{key}") for key in WORDS} for lang in LANGS}
    style = (_ASSETS / "guard.css").read_text(encoding="utf-8")
    for theme in palette.PAGE:
        accent = st.get_option(f"theme.{theme}.primaryColor") or palette.TEXT[theme]
        for name, colour in (("PAGE", palette.PAGE[theme]), ("TEXT", palette.TEXT[theme]), ("ACCENT", accent)):
            style = style.replace(f"{name}_{theme.upper()}", colour)
    # No text may end the element that holds it.
    told = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    code = (_ASSETS / "guard.js").read_text(encoding="utf-8")
    return (
        f'<style>{style}</style><script id="mesodash-words" type="application/json">{told}</script>'
        f"<script>{code}</script>"
    )
