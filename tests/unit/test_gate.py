"""What reaches the framework: under which names, from which pages, with which messages, and who gets files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.store.database import close_stores, the_store
from mesodash.ui import access, gate

PASSPHRASE = "correct horse battery"
HERE = "127.0.0.1:8501"
UPLOAD = "/_stcore/upload_file/session/file"
MEDIA = "/media/0123456789abcdef.json"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path / "data"))
    yield tmp_path / "data"
    close_stores()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server was started with HOSTS=192.168.1.20,Clinic.local."""
    usual = config.get_option
    named = ["localhost", "127.0.0.1", "::1", "192.168.1.20", "Clinic.local"]
    monkeypatch.setattr(config, "get_option", lambda key: named if key == "server.allowedHosts" else usual(key))


async def _sends(app: ASGIApp, scope: Scope, messages: list[bytes]) -> list[Any]:
    sent: list[Any] = []
    waiting = [{"type": "websocket.receive", "bytes": one} for one in messages] + [{"type": "websocket.disconnect"}]

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def sends(app: ASGIApp, scope: Scope, messages: list[bytes]) -> list[Any]:
    """Return what an app sends that is given some messages of a websocket."""
    # In a thread of its own: the browser tests of this process may have an event loop in this one.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, _sends(app, scope, messages)).result()


def ask(made: Any, kind: str, path: str, *pairs: tuple[str, str], method: str = "GET", said: list[bytes] = []) -> Any:  # noqa: B006
    """Return the status with which a gate refuses a request, or the messages that it let through."""
    through: list[Any] = []

    async def inside(_: Scope, receive: Receive, __: Send) -> None:
        while kind == "websocket" and (message := await receive())["type"] != "websocket.disconnect":
            through.append(message["bytes"])
        through.append("end")

    headers = [(name.encode(), value.encode("latin-1")) for name, value in pairs]
    scope = {"type": kind, "method": method, "path": path, "query_string": b"", "headers": headers}
    sent = sends(made(inside), scope, said)
    if not sent:
        assert through.pop() == "end"
        return through
    assert through == []
    return sent[0].get("status", sent[0].get("code"))


# --- names


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", HERE, "localhost", "LOCALHOST.:8501", "127.8.8.8:80", "[::1]", "[::1]:8501"),
        *("192.168.1.20", "192.168.1.20:8501", "clinic.local", "CLINIC.local.:80"),
    ],
)
def test_the_names_of_the_server_and_of_this_computer_get_an_answer(host: str) -> None:
    assert ask(gate.OwnNames, "http", "/", ("host", host)) == []
    assert ask(gate.OwnNames, "websocket", "/_stcore/stream", ("host", host)) == []


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    "hosts",
    [
        *([one] for one in ("evil.example", "evil.example:8501", "192.168.1.21", "[2001:db8::1]:8501", "", "[", "*")),
        *([one] for one in ("127.0.0.1.evil.example", "127.0.0.1@evil.example", "evil.example@127.0.0.1:8501")),
        *([one] for one in ("127.0.0.1/evil.example", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1,evil.example")),
        *([one] for one in ("evil.clinic.local", "clinic.local.evil.example", "0x7f000001", "localhost#x")),
        [],
        [HERE, "evil.example"],
        ["evil.example", HERE],
    ],
    ids=str,
)
def test_under_a_foreign_name_there_is_nothing(hosts: list[str]) -> None:
    pairs = [("host", one) for one in hosts]
    for path in ("/", "/auth/sign-in", "/static/js/index.js", "/_stcore/host-config", "/guard/ended"):
        assert ask(gate.OwnNames, "http", path, *pairs) == 421
    assert ask(gate.OwnNames, "websocket", "/_stcore/stream", *pairs) == 1008


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("hosts", "answered"),
    [(["10.0.0.7:8501"], True), (["[2001:db8::1]"], True), ([], True), (["evil.example"], False), ([HERE], True)],
    ids=str,
)
def test_a_machine_may_ask_by_number_whether_the_server_is_well_and_a_foreign_name_may_not(
    hosts: list[str], answered: bool
) -> None:
    found = ask(gate.OwnNames, "http", "/_stcore/health", *(("host", one) for one in hosts))
    assert found == ([] if answered else 421)


@pytest.mark.usefixtures("names")
def test_the_refusal_is_one_plain_line_in_the_reader_s_language_and_repeats_nothing() -> None:
    headers = [(b"host", b"evil.example")]
    asked = {"type": "http", "method": "GET", "path": "/", "query_string": b"lang=fr", "headers": headers}
    sent = sends(gate.OwnNames(None), asked, [])  # type: ignore[arg-type]
    assert sent[1]["body"].decode() == Words(load(), "fr")("door.refused.name") + "\n"
    assert (b"content-type", b"text/plain; charset=utf-8") in sent[0]["headers"]


# --- websockets and what comes through them


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ([f"http://{HERE}"], False),
        ([], False),
        (["http://127.0.0.1:9999"], True),
        (["http://evil.example:8501"], True),
        (["null"], True),
        (["http://["], True),
    ],
    ids=str,
)
def test_a_websocket_of_another_page_is_refused_even_if_only_its_port_differs(origin: list[str], refused: bool) -> None:
    pairs = [("host", HERE), *(("origin", one) for one in origin)]
    assert ask(gate.OwnPages, "websocket", "/_stcore/stream", *pairs) == (1008 if refused else [])


def needed() -> list[BackMsg]:
    run, place, file = BackMsg(), BackMsg(), BackMsg()
    run.rerun_script.query_string = "lang=de"
    place.file_urls_request.request_id = "1"
    file.backend_operation_request.deferred_file.file_id = "1"
    return [run, place, file]


def unneeded() -> list[BackMsg]:
    """Return one of every other message that the framework knows, so that a new one in a later version is met here."""
    found = []
    for one in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields:
        if one.name in ("rerun_script", "file_urls_request", "backend_operation_request"):
            continue
        found.append(BackMsg(**{one.name: True}))
    payloads = BackMsg().backend_operation_request.DESCRIPTOR.oneofs_by_name["payload"].fields
    for one in payloads:
        if one.name != "deferred_file":
            message = BackMsg()
            getattr(message.backend_operation_request, one.name).SetInParent()
            found.append(message)
    empty = BackMsg()
    empty.backend_operation_request.request_id = "1"
    return [*found, empty, BackMsg()]


def test_a_message_that_would_write_a_line_into_the_log_does_not_arrive() -> None:
    line, said = "1\n2026-11-22 signed in", []
    for field in ("request_id", "session_id"):
        message = needed()[2]
        setattr(message.backend_operation_request, field, line)
        said.append(message.SerializeToString())
    part = BackMsg()
    part.rerun_script.fragment_id = line
    said.append(part.SerializeToString())
    assert ask(gate.OwnPages, "websocket", "/_stcore/stream", ("host", HERE), said=said) == []


def test_of_the_messages_of_a_websocket_only_the_needed_ones_arrive() -> None:
    wanted = [one.SerializeToString() for one in needed()]
    refused = [one.SerializeToString() for one in unneeded()]
    assert len(refused) >= 10
    said = [*refused, wanted[0], b"\xff\xff", wanted[1], b"", wanted[2]]
    assert ask(gate.OwnPages, "websocket", "/_stcore/stream", ("host", HERE), said=said) == wanted


# --- figures and files


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics\n", "/_stcore/agent/mcp"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_nobody_gets_figures_about_the_server_or_its_ways_for_programs(path: str, method: str) -> None:
    assert ask(gate.OwnPages, "http", path, ("host", HERE), method=method) == 404


@pytest.mark.parametrize(("method", "path"), [("PUT", UPLOAD), ("POST", UPLOAD), ("GET", MEDIA), ("HEAD", MEDIA)])
def test_a_file_is_taken_from_and_given_to_only_who_is_signed_in(method: str, path: str) -> None:
    def answer(*pairs: tuple[str, str]) -> Any:
        return ask(gate.OwnPages, "http", path, ("host", HERE), *pairs, method=method)

    assert answer() == []
    assert answer(("x-forwarded-for", "10.0.0.7")) == 403
    the_store().passphrase.set(PASSPHRASE)
    assert answer() == 403
    token = the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase")
    cookie = ("cookie", f"{access.cookie()}={token}")
    assert answer(cookie) == []
    the_store().sign_ins.end(token)
    assert answer(cookie) == 403


def test_what_was_made_can_be_fetched_while_the_store_is_away_but_not_after_a_sign_out(folder: Path) -> None:
    the_store().passphrase.set(PASSPHRASE)
    token = the_store().sign_ins.begin(now=datetime.now(UTC), kind="passphrase")
    cookie = ("cookie", f"{access.cookie()}={token}")
    close_stores()
    (folder / "mesodash.db").write_bytes(b"no database at all" * 500)
    assert ask(gate.OwnPages, "http", MEDIA, ("host", HERE), cookie) == []
    access.end(token)
    assert ask(gate.OwnPages, "http", MEDIA, ("host", HERE), cookie) == 403
