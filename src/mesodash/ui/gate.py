"""What may reach the framework at all: names of this server, paths, websockets and their messages, files."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from mesodash.i18n import Words
from mesodash.ui import access, doors
from mesodash.ui.frame import knowledge

_HEALTH = "/_stcore/health"
_CLOSED = ("/_stcore/metrics", "/_stcore/agent/")
"""What says how many are here and how much memory they take, and what speaks for programs; nobody here asks for it."""
_UPLOAD = "/_stcore/upload_file"
_NAME = re.compile(r"[\w.$-]{0,100}", re.ASCII)
_MEDIA = "/media/"


class OwnNames:
    """Answers only under the names that `server.allowedHosts` lists and those of this computer itself.

    The framework compares them for websockets alone. A page of another site can have its own name lead to this server;
    its browser then takes all that is here for part of that site.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_named_well(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            words = Words(knowledge(), doors.language(Request(scope)))("door.refused.name")
            await PlainTextResponse(f"{words}\n", status_code=421)(scope, receive, send)


def _is_named_well(scope: Scope) -> bool:
    named = Headers(scope=scope).getlist("host")
    if len(named) == 1 and (is_host_allowed(named[0]) or access.is_this_computer(named[0])):
        return True
    # Whoever looks after many servers asks each by its number, or by no name at all; a foreign name is neither.
    return scope["path"] == _HEALTH and (not named or (len(named) == 1 and _is_number(named[0])))


def _is_number(host: str) -> bool:
    try:
        ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


class OwnPages:
    """Lets through what pages of ours need.

    No websocket of another page, even if only its port differs; no messages but the needed ones; no file from or to who
    is not in a consultation; no figures about the server, from this computer neither: others share it, and proxies.

    The framework compares hosts without their ports, and a cookie goes to every port of its host.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Only browsers name an origin, and only they bring somebody else's cookie.
            if access.same_origin(Headers(scope=scope)) is False:
                await send({"type": "websocket.close", "code": 1008})
            else:
                await self.app(scope, _needed_alone(receive), send)
        elif scope["type"] == "http" and scope["path"].startswith(_CLOSED):
            await Response(status_code=404)(scope, receive, send)
        elif scope["type"] == "http" and not await _may_have_file(scope):
            await Response(status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _needed_alone(receive: Receive) -> Receive:
    """Return `receive` without the messages that no page of ours sends."""

    async def received() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or _is_needed(message.get("bytes")):
                return message

    return received


def _is_needed(content: bytes | None) -> bool:
    """Return whether a message is a run of the page, or asks where to put a file or for one that is made on demand.

    The others empty what all sessions share, switch the framework's own tools on, ask about the server's folder, stop a
    run half-way or write files for a programmer. The framework understands them from everybody, and writes names that
    it does not know into its log.
    """
    message = BackMsg()
    try:
        message.ParseFromString(content or b"")
    except DecodeError:
        return False
    kind, run, asked = message.WhichOneof("type"), message.rerun_script, message.backend_operation_request
    if not all(_NAME.fullmatch(one) for one in (run.fragment_id, asked.request_id, asked.session_id)):
        return False
    if kind == "backend_operation_request":
        return asked.WhichOneof("payload") == "deferred_file"
    return kind in ("rerun_script", "file_urls_request")


async def _may_have_file(scope: Scope) -> bool:
    method, path = scope["method"], scope["path"]
    sends = method in ("PUT", "POST") and _UPLOAD in path
    if not sends and not path.startswith(_MEDIA):
        return True
    asked = HTTPConnection(scope)
    may = access.may_send_file if sends else access.may_take_file
    return await run_in_threadpool(may, dict(asked.headers), access.token_of(asked.cookies))
