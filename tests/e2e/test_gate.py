"""The real server, asked by what is no browser: under other names, and with messages that no page of ours sends."""

from __future__ import annotations

import socket

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.e2e.serving import Server

pytestmark = pytest.mark.slow


def status(server: Server, *lines: str) -> int:
    """Return the status of the answer to a request, written out line by line."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        return int(line.recv(100).split()[1])


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["GET / HTTP/1.1", "Host: localhost"], 200),
        (["GET / HTTP/1.1", "Host: [::1]:8501"], 200),
        (["GET / HTTP/1.1", "Host: evil.example"], 421),
        (["GET /static/ HTTP/1.1", "Host: evil.example:8501"], 421),
        (["POST /guard/ask HTTP/1.1", "Host: evil.example", "Origin: http://evil.example", "Content-Length: 0"], 421),
        (["GET / HTTP/1.1", "Host: localhost", "Host: evil.example"], 421),
        (["GET / HTTP/1.0"], 421),
        (["GET http://localhost/ HTTP/1.1", "Host: evil.example"], 421),
        (["GET / HTTP/1.1", "Host: evil.example", "X-Forwarded-Host: localhost"], 421),
        (["GET /_stcore/health HTTP/1.0"], 200),
        (["GET /_stcore/metrics HTTP/1.1", "Host: localhost"], 404),
        (["GET /_stcore/%6detrics?families=x HTTP/1.1", "Host: localhost"], 404),
    ],
    ids=lambda one: str(one)[:60],
)
def test_the_server_answers_under_its_own_names_alone_and_says_nothing_about_itself(
    server: Server, lines: list[str], answer: int
) -> None:
    assert status(server, *lines) == answer


def test_a_visitor_s_link_does_what_pages_need_and_nothing_else(server: Server) -> None:
    run, place = BackMsg(), BackMsg()
    run.rerun_script.query_string = "lang=en"
    place.file_urls_request.request_id = "end"
    kinds: list[str] = []
    with connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:  # type: ignore[list-item]

        def hear(last: str) -> None:
            kinds.append("")
            while kinds[-1] != last:
                kinds.append(str(ForwardMsg.FromString(line.recv(timeout=30)).WhichOneof("type")))

        line.send(run.SerializeToString())
        hear("script_finished")
        kinds.clear()
        for name in ("load_git_info", "app_heartbeat", "set_run_on_save", "clear_cache", "debug_shutdown_runtime"):
            line.send(BackMsg(**{name: True}).SerializeToString())
        line.send(b"\xff\xff")
        line.send("no bytes at all")
        line.send(place.SerializeToString())
        hear("file_urls_response")
    assert not {"git_info_changed", "heartbeat_ack"} & set(kinds)
