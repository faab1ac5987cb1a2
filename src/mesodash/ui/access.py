"""Who may see what: the mode of a session, decided on the server on each run."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mesodash.errors import StoreError
from mesodash.store import keys
from mesodash.store import place as places
from mesodash.store.database import the_store
from mesodash.store.records import ClinicSettings, Event
from mesodash.store.seals import derived
from mesodash.ui import accounts, state
from mesodash.ui.heard import Heard
from mesodash.ui.state import Mode

if TYPE_CHECKING:
    from mesodash.store import opened

_LOG = logging.getLogger("mesodash")
_P = ParamSpec("_P")

Place = Literal["tablet", "door"]
"""Where a sign-out leads: to the questions for patients, or to the page for signing in."""

WHYS = ("ended", "passphrase")
"""Why a screen was cleared, as the address of the page after it says for a moment."""

_MODE = "access.mode"
_SIGNED_IN = "access.signed_in"
_BEGUN = "access.begun"
_SEEN = "access.seen"
_LIMITS = "access.limits"
_FAULT = "access.fault"
_LEAVE = "access.leave"
_COLOURS = "access.colours"

_FORWARDED = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")

_COOKIE = "mesodash"
_cookies: dict[Path, str] = {}
"""By key file: the names of cookies, which hold while a file is away for a moment too."""
_looked = threading.local()
"""In the thread of a run: that run, once its session was looked at."""

_heard: Heard[tuple[opened.Store, str | None], tuple[int, Door]] = Heard()
"""By store and token: how often this process had written then, and what the store said."""

_ended: set[str] = set()
"""Hashes of tokens that were given up while the store could not be told."""


@dataclass(frozen=True, slots=True)
class Access:
    """What this session is now.

    `signed_in`: by passphrase or account; without it, "together" is open to whoever sits at this computer.
    `begun`: when the sign-in began. `fault`: why the store could not be asked. `moved`: the session was another one
    until this run, and everything of it is forgotten; `why` is one of WHYS where there is something to say about it.
    """

    mode: Mode
    signed_in: bool
    settings: ClinicSettings
    begun: datetime | None = None
    fault: StoreError | None = None
    moved: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """What the store and the surroundings say about one request.

    `begun`: when the sign-in began, None without one. `can_be_locked`: a passphrase is set, or there are providers.
    """

    exposed: bool
    passphrase: bool
    providers: tuple[str, ...]
    settings: ClinicSettings
    begun: datetime | None = None

    @property
    def signed_in(self) -> bool:
        return self.begun is not None

    @property
    def can_be_locked(self) -> bool:
        return self.passphrase or bool(self.providers)

    @property
    def is_open(self) -> bool:
        return not self.can_be_locked and not self.exposed

    @property
    def is_inside(self) -> bool:
        """True for whoever may take part in a consultation."""
        return self.signed_in if self.can_be_locked else not self.exposed


Store = Literal["read", "none", "failed"]


def decide(*, exposed: bool, store: Store, can_be_locked: bool, signed_in: bool, before: Mode | None) -> Mode:
    """Return the mode of a session.

    Args:
        exposed: Others than this computer can reach the server, or reached it with this request.
        store: "none": it cannot be opened and nothing was ever kept, as in a folder that cannot be written.
        can_be_locked: A passphrase is set, or sign-in by account is set up. Not known where the store failed.
        before: What this session was and may go on to be while the store cannot be asked.
    """
    if store == "failed":
        return before or "locked"
    if store == "none" or not can_be_locked:
        return "locked" if exposed or can_be_locked else "together"
    return "together" if signed_in else "tablet"


def is_exposed(address: str | None, headers: Mapping[str, str]) -> bool:
    """Return whether others than this computer can reach the server, or did with this request.

    Args:
        address: What the server listens on; None is every address.
        headers: The request's, by names in any case; none at all where no browser asks.
    """
    if address is None or not _is_loopback(address):
        return True
    if not headers:
        return False
    names = {name.lower(): value for name, value in headers.items()}
    if any(name in _FORWARDED or name.startswith("x-forwarded") for name in names):
        return True
    return not is_this_computer(names.get("host", ""))


def is_this_computer(host: str) -> bool:
    """Return whether a Host header names the very computer that the browser is on, with or without a port."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return False
    return parts.netloc == host and "@" not in host and parts.hostname is not None and _is_loopback(parts.hostname)


def same_origin(headers: Mapping[str, str]) -> bool | None:
    """Return whether a request comes from a page of the very host and port it goes to; None where it does not say."""
    origin, host = headers.get("origin"), headers.get("host")
    # Cut, not read as an address: a broken one is an answer too, and that of no page of ours.
    return None if origin is None else bool(host) and origin.partition("://")[2] == host


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def cookie() -> str:
    """Return the name of the cookie that holds a sign-in's token.

    A cookie goes to every port of its host, so each installation has a name of its own. It is made of the key file,
    which servers that share a database share as well.

    Raises:
        StoreError: the key cannot be read.
    """
    file = keys.key_file()
    if file not in _cookies:
        key = keys.known_key()
        if key is None:
            return _COOKIE
        _cookies[file] = f"{_COOKIE}_{derived(key, 'cookie')[:4].hex()}"
    return _cookies[file]


def token_of(cookies: Mapping[str, str]) -> str | None:
    """Return the sign-in's token among a browser's cookies; None where there is none, or no key to know it by."""
    try:
        return cookies.get(cookie())
    except StoreError:
        return None


def look(headers: Mapping[str, str], token: str | None, *, now: datetime, touch: bool = False) -> Door:
    """Return what holds for one request; with `touch` it counts as use of its sign-in.

    Raises:
        StoreError: the store cannot be asked.
    """
    store = the_store()
    settings, is_set = store.door()
    found = Door(
        exposed=is_exposed(config.get_option("server.address"), headers),
        passphrase=is_set,
        providers=accounts.providers(),
        settings=settings,
    )
    if not token or not found.can_be_locked or _was_ended(token):
        return found
    begun = store.sign_ins.check(
        token,
        now=now,
        idle=timedelta(minutes=settings.sign_in_idle_minutes),
        absolute=timedelta(hours=settings.sign_in_hours),
        touch=touch,
    )
    return replace(found, begun=begun)


def _lately(headers: Mapping[str, str], token: str | None, *, now: datetime) -> Door:
    """Return what `look` does, as it was a moment ago where the server's clock keeps asking.

    Raises:
        StoreError: the store cannot be asked.
    """
    store = the_store()
    key = store, token
    found = _heard.recent(key, time.monotonic())
    if found is not None and found[0] == store.written and not _was_ended(token):
        return replace(found[1], exposed=is_exposed(config.get_option("server.address"), headers))
    began = time.monotonic()
    answer = _answer(key, headers, now=now, touch=True)
    _heard.keep(key, answer, began)
    return answer[1]


def _answer(
    key: tuple[opened.Store, str | None], headers: Mapping[str, str], *, now: datetime, touch: bool
) -> tuple[int, Door]:
    """Return what `look` does, with how often this process had written before it was asked."""
    store, token = key
    written = store.written
    return written, look(headers, token, now=now, touch=touch)


def hear() -> None:
    """Ask the store again what taps asked lately; the server's clock calls it each second, off the event loop.

    Raises:
        StoreError: the store cannot be asked.
    """
    _heard.ask_again(lambda key, used: _answer(key, {}, now=datetime.now(UTC), touch=used), time.monotonic)


def may_send_file(headers: Mapping[str, str], token: str | None) -> bool:
    """Return whether a browser may send a file: only a consultation takes one, a tablet never does."""
    try:
        return look(headers, token, now=datetime.now(UTC)).is_inside
    except StoreError:
        return not is_exposed(config.get_option("server.address"), headers)


def may_take_file(headers: Mapping[str, str], token: str | None) -> bool:
    """Return whether a browser may fetch a file that was made for it: only a consultation makes any.

    While the store cannot be asked, the address of the file, which nobody can guess, has to do.
    """
    try:
        return look(headers, token, now=datetime.now(UTC)).is_inside
    except StoreError:
        return not _was_ended(token)


def current() -> Access:
    """Decide what this session is; forgets all of it but the language when it is not what it was."""
    with state.unbroken():
        now = datetime.now(UTC)
        found = _found(now)
        was = state.noted(_MODE)
        if was is None:
            state.note({_BEGUN: now.timestamp()})
        elif (was, state.noted(_SIGNED_IN)) != (found.mode, found.signed_in):
            found = _moved(found, was, now)
        fault = None if found.fault is None else [found.fault.key, found.fault.params]
        noted: dict[str, Any] = {_MODE: found.mode, _SIGNED_IN: found.signed_in, _SEEN: now.timestamp(), _FAULT: fault}
        if found.begun is not None:
            noted[_BEGUN] = found.begun.timestamp()
        if fault is None:
            noted[_LIMITS] = (found.settings.sign_in_idle_minutes * 60, found.settings.sign_in_hours * 3600)
        state.note(noted)
        return found


def _found(now: datetime, *, lately: bool = False) -> Access:
    """Return what the store and the surroundings say; `lately` what they said a moment ago will do."""
    headers, token = _asked()
    try:
        door = _lately(headers, token, now=now) if lately else look(headers, token, now=now, touch=True)
    except StoreError as error:
        store: Store = "failed" if _may_hold_something() else "none"
        exposed = is_exposed(config.get_option("server.address"), headers)
        before = None if _was_ended(token) else _goes_on(now)
        mode = decide(
            exposed=exposed,
            store=store,
            can_be_locked=bool(accounts.providers()),
            signed_in=False,
            before=before,
        )
        signed_in = mode == before == "together" and bool(state.noted(_SIGNED_IN))
        return Access(mode, signed_in, ClinicSettings(), fault=error)
    mode = decide(
        exposed=door.exposed,
        store="read",
        can_be_locked=door.can_be_locked,
        signed_in=door.signed_in,
        before=None,
    )
    return Access(mode, door.signed_in, door.settings, begun=door.begun)


def _may_hold_something() -> bool:
    try:
        the_store()
    except StoreError:
        try:
            return places.exists()
        except StoreError:
            return True
    return True


def _goes_on(now: datetime) -> Mode | None:
    """Return the mode in which a session goes on that was verified while the store could be asked.

    A sign-in's end is counted from when it began, as the store said last.
    """
    was: Mode | None = state.noted(_MODE)
    if was != "together":
        return was if was == "tablet" else None
    idle, longest = state.noted(_LIMITS, (0, 0))
    used = now.timestamp() - state.noted(_SEEN, 0.0) < idle
    young = now.timestamp() - state.noted(_BEGUN, 0.0) < longest
    return was if young and (used or not state.noted(_SIGNED_IN)) else None


def _moved(found: Access, was: Mode, now: datetime) -> Access:
    was_signed_in = bool(state.noted(_SIGNED_IN))
    state.forget()
    state.note({_BEGUN: now.timestamp()})
    why = None
    if was == "together" and found.mode == "tablet":
        why = "ended" if was_signed_in else "passphrase"
    record("sign_in_ended" if why == "ended" else "wiped_mode", mode=was, now=now)
    return replace(found, moved=True, why=why)


def _asked() -> tuple[dict[str, str], str | None]:
    """Return the headers and the sign-in's token of the browser that opened this session; none outside of a server."""
    token = token_of(st.context.cookies)
    return st.context.headers.to_dict(), token if isinstance(token, str) else None


def signed_in() -> bool:
    """True if this run of the page belongs to a sign-in."""
    return bool(state.noted(_SIGNED_IN))


def fault() -> StoreError | None:
    """Return why the store could not be asked in this run."""
    found = state.noted(_FAULT)
    return None if found is None else StoreError(found[0], found[1])


def is_together() -> bool:
    """True if this run of the page is part of a consultation."""
    return bool(state.noted(_MODE, "together") == "together")


def sign_out(place: Place) -> None:
    """End the sign-in of this browser and forget this session; the run that follows leaves the page."""
    with state.unbroken():
        token = _asked()[1]
        if token:
            end(token)
        record("signed_out", mode="together", now=datetime.now(UTC))
        state.forget()
        state.note({_LEAVE: place})


def leaving() -> Place | None:
    """Return where this session leaves to after a sign-out."""
    place: Place | None = state.noted(_LEAVE)
    return place


def end(token: str) -> None:
    """End one sign-in, for this server at once even where the store cannot be told."""
    try:
        the_store().sign_ins.end(token)
    except StoreError as error:
        _ended.add(_digest(token))
        _LOG.error("sign-out: %s", error.key)


def record(event: Event, *, mode: str, now: datetime, lang: str | None = None) -> None:
    """Write a line of the audit log, as far as there is one; `lang` is needed outside of a run of a page."""
    try:
        the_store().audit.record(event, mode=mode, lang=state.language() if lang is None else lang, now=now)
    except StoreError as error:
        _LOG.error("audit: %s", error.key)


def make_sure() -> None:
    """End this run, and begin one of the whole page, unless the store says now that this session is what it was.

    For a part that is drawn alone and is about to keep something: on drawing it believes what was heard a moment ago.
    """
    _stay(lately=False)


def _stay(*, lately: bool) -> None:
    found = _found(datetime.now(UTC), lately=lately)
    if (found.mode, found.signed_in) != (state.noted(_MODE), signed_in()):
        st.rerun()


def fragment(key: str | None = None) -> Callable[[Callable[_P, None]], Callable[_P, None]]:
    """Make a part of a page that is drawn anew by itself; it first looks whether this session still is what it was.

    Where the reader's colours have changed since the page was drawn, the whole page is drawn in the new ones.

    Args:
        key: The name by which a callback asks for just this part to be drawn.
    """

    def decorate(draw: Callable[_P, None]) -> Callable[_P, None]:
        @functools.wraps(draw)
        def looking(*args: _P.args, **kwargs: _P.kwargs) -> None:
            alone = is_alone()
            if alone:
                # One look for all parts that a tap draws anew.
                if getattr(_looked, "run", None) is not state.this_run():
                    _stay(lately=True)
                    _looked.run = state.this_run()
            else:
                state.note({_COLOURS: state.theme()})
            draw(*args, **kwargs)
            if alone and state.theme() != state.noted(_COLOURS):
                st.rerun()

        return st.fragment(looking, key=key)

    return decorate


def is_alone() -> bool:
    """True in a run that draws fragments and not the whole page."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def while_allowed(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return `make` for a download whose bytes are made when it is asked for: it then looks whether it still may be.

    The framework keeps such a download until the next run of its page, whatever has become of the sign-in.
    """
    headers, token = _asked()
    before = signed_in()

    def made() -> bytes:
        try:
            door = look(headers, token, now=datetime.now(UTC))
            allowed = door.signed_in if before else door.is_open
        except StoreError:
            # What is on the screen can be kept as a file while the store is away.
            allowed = not _was_ended(token)
        if not allowed:
            raise PermissionError
        return make()

    return made


def _was_ended(token: str | None) -> bool:
    return token is not None and _digest(token) in _ended


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
