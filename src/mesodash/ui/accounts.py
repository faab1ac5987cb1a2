"""Sign-in with the clinic's own accounts (OIDC): the framework does the exchange, the sign-in that follows is ours.

The framework would keep who signed in for 30 days in a cookie of its own. Nothing here ever believes that cookie; it is
read once, from the answer that sets it, and taken out of that answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.auth_util import get_secrets_auth_section, validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.secrets import secrets_singleton
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

DEFAULT = "default"
_FRESH_SECONDS = 600
_SHARED_TENANTS = ("/common/", "/organizations/", "/consumers/")


def _section() -> dict[str, Any]:
    found = get_secrets_auth_section()
    return dict(found.to_dict()) if found else {}


def providers() -> tuple[str, ...]:
    """Return the names of the providers in the section [auth] of the secrets; none where there is no such section.

    Secrets that cannot be read and a section that names no provider count as one: somebody meant to lock the door.
    """
    if not secrets_singleton.load_if_toml_exists():
        return (DEFAULT,) if any(Path(path).exists() for path in config.get_option("secrets.files")) else ()
    section = _section()
    named = tuple(name for name, value in section.items() if isinstance(value, dict) and "client_id" in value)
    if "client_id" in section:
        return (DEFAULT, *named)
    return named or ((DEFAULT,) if section else ())


def way_to(provider: str) -> str | None:
    """Return the address that begins the sign-in with a provider, or None where its settings are not complete."""
    try:
        validate_auth_credentials(provider)
    except StreamlitAuthError:
        return None
    return generate_login_redirect_url(provider)


def is_allowed(claims: Mapping[str, Any], allowed: Iterable[str], *, shared: bool = False) -> bool:
    """Return whether the person behind an ID token may sign in.

    Args:
        allowed: Addresses (`anna@clinic.example`) and domains (`@clinic.example`); nobody where there is none.
        shared: Anybody can have an account with this provider under an address of their own making, so an address
            counts only if the provider says that it was confirmed.
    """
    address = claims.get("email")
    if not isinstance(address, str) or address.count("@") != 1:
        return False
    confirmed = claims.get("email_verified", not shared)
    if confirmed is not True and str(confirmed).lower() != "true":
        return False
    address = address.casefold()
    domain = address[address.index("@") :]
    return any(one.casefold() in (address, domain) for one in allowed)


def is_fresh(claims: Mapping[str, Any], now: float) -> bool:
    """Return False where the provider says that it asked for no proof just now; not every provider says it."""
    asked = claims.get("auth_time")
    return not isinstance(asked, int | float) or now - asked < _FRESH_SECONDS


def _is_shared(provider: object) -> bool:
    section = _section()
    own = section.get(str(provider))
    address = str((own if isinstance(own, dict) else section).get("server_metadata_url", ""))
    return any(part in address for part in _SHARED_TENANTS)


def _prompt_is_set(location: str) -> bool:
    """Return whether the clinic's own settings say how the provider asks."""
    section = _section()
    asked = dict(parse_qsl(urlsplit(location).query)).get("client_id")
    parts = [section, *(one for one in section.values() if isinstance(one, dict))]
    return any("prompt" in one.get("client_kwargs", {}) for one in parts if one.get("client_id") == asked)


def _asking_anew(location: str) -> str:
    """Return the provider's address with the wish that it asks for a proof, even of somebody it still knows."""
    parts = urlsplit(location)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "prompt"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("prompt", "login")])))


Arrived = Callable[[Request, bool], tuple[str, str | None]]
"""Told whether the person may come in, returns where to go and the cookie to set."""


class Accounts:
    """Turns a finished exchange into a sign-in of ours, and keeps the framework's own cookie out of the browser."""

    def __init__(self, app: ASGIApp, arrived: Arrived, allowed: Callable[[], Iterable[str]]) -> None:
        self.app = app
        self.arrived = arrived
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path")
        if scope["type"] != "http" or path not in ("/auth/login", "/oauth2callback"):
            await self.app(scope, receive, send)
            return

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path == "/oauth2callback":
                    await run_in_threadpool(self._finish, Request(scope), headers)
                elif "://" in headers.get("location", "") and not _prompt_is_set(headers["location"]):
                    headers["location"] = _asking_anew(headers["location"])
            await send(message)

        await self.app(scope, receive, changed)

    def _finish(self, request: Request, headers: MutableHeaders) -> None:
        set_here = headers.getlist("set-cookie")
        del headers["set-cookie"]
        theirs = (USER_COOKIE_NAME, TOKENS_COOKIE_NAME)
        for line in set_here:
            if not line.startswith(theirs):
                headers.append("set-cookie", line)
        claims = _claims(line for line in set_here if line.startswith(USER_COOKIE_NAME))
        if claims is None:
            headers["location"] = "/auth/sign-in?refused=exchange"
            return
        may = is_allowed(claims, self.allowed(), shared=_is_shared(claims.get("provider")))
        where, cookie = self.arrived(request, may and is_fresh(claims, time.time()))
        headers["location"] = where
        if cookie is not None:
            headers.append("set-cookie", cookie)


def _claims(lines: Iterable[str]) -> dict[str, Any] | None:
    """Return what the framework would keep about somebody who signed in; None where nobody did."""
    jar: dict[str, str] = {}
    for line in lines:
        try:
            jar |= {name: morsel.value for name, morsel in SimpleCookie(line).items() if morsel.value}
        except CookieError:
            return None
    found = _get_signed_cookie_with_chunks(jar, USER_COOKIE_NAME)
    if not found:
        return None
    claims = json.loads(found)
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") is True else None
