"""A small OpenID Connect provider: real keys, real endpoints, and people who say who they are by a tap."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.e2e.serving import free_port

CLIENT = "mesodash"
SECRET = "known-to-mesodash-and-the-provider"


@dataclass
class Provider:
    """`people` are those who can sign in, with what the provider says about them; `asked` is what it was asked with."""

    port: int
    people: dict[str, dict[str, Any]]
    asked: list[dict[str, str]] = field(default_factory=list)
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    _codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def secrets_toml(self, origin: str) -> str:
        """Return what stands in `.streamlit/secrets.toml` of a server that people reach at `origin`."""
        return (
            f'[auth]\nredirect_uri = "{origin}/oauth2callback"\ncookie_secret = "{"c" * 32}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.address}/.well-known/openid-configuration"\n'
        )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/authorize", self._authorize),
                Route("/chosen", self._chosen),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        """Show who can sign in; whoever is tapped is it."""
        query = dict(request.query_params)
        self.asked.append(query)
        ways = "".join(
            f"<li><a href='/chosen?{urlencode({'person': name} | query)}'>{name}</a></li>" for name in self.people
        )
        return HTMLResponse(f"<html lang='en'><link rel='icon' href='data:,'><title>Provider</title><ul>{ways}</ul>")

    async def _chosen(self, request: Request) -> Response:
        query = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self._codes[code] = (query.pop("person"), query)
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return JSONResponse({"error": "invalid_client"}, 401)
        person, query = self._codes.pop(form.get("code", ""), ("", {}))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not person or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != query.get("code_challenge"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": person,
            "iat": now,
            "exp": now + 600,
            "nonce": query["nonce"],
        } | self.people[person]
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@contextmanager
def running(people: dict[str, dict[str, Any]]) -> Iterator[Provider]:
    """Start a provider in a thread of this process, and end it afterwards."""
    provider = Provider(free_port(), people)
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=provider.port, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
