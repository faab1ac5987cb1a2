"""The server and a visitor in one process, so that a test can tell the server's clock what time it is.

Run as a program in a folder of the project's; prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import uvicorn
from streamlit import App
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mesodash.store.database import the_store
from mesodash.ui import guard, server
from tests.e2e.serving import ROOT, free_port

LIMIT = 60


async def run(link: ClientConnection) -> None:
    """Ask for a run of the page, as a browser does, and wait for its end."""
    message = BackMsg()
    message.rerun_script.query_string = "lang=en"
    await link.send(message.SerializeToString())
    while ForwardMsg.FromString(await link.recv(decode=False)).WhichOneof("type") != "script_finished":
        pass


def sessions() -> list[AppSession]:
    return [one.session for one in get_instance()._session_mgr.list_sessions()]


def held(session: AppSession) -> list[str]:
    return sorted(key for key in session.session_state.filtered_state if key.startswith(("answers.", "tablet.")))


async def visit(port: int) -> dict[str, Any]:
    saw: dict[str, Any] = {}
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], origin=f"http://127.0.0.1:{port}", max_size=None) as link:  # type: ignore[list-item, arg-type]
        await run(link)
        (session,) = sessions()
        session.session_state["tablet.screen"] = "ask.you"
        session.session_state["answers.age_years"] = 41
        await run(link)
        begun = time.monotonic()
        saw["before"] = held(session)
        guard.sweep(begun + LIMIT)
        saw["at the limit"] = held(session)
        guard.sweep(begun + LIMIT + guard.GRACE + 5)
        saw["after it"] = held(session)
        saw["sessions"] = len(sessions())
        try:
            while True:
                await asyncio.wait_for(link.recv(), 10)
        except ConnectionClosed as closed:
            saw["link"] = closed.rcvd.code if closed.rcvd else None
    while not (lines := [one for one in the_store().audit.last(5) if one.event.startswith("wiped")]):
        await asyncio.sleep(0.1)
    saw["log"] = [lines[0].event, lines[0].mode]
    return saw


async def main() -> None:
    port = free_port()
    app = App(ROOT / "src" / "mesodash" / "ui" / "main.py", **server.options())
    host = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    serving = asyncio.create_task(host.serve())
    while not host.started:
        await asyncio.sleep(0.05)
    saw = await asyncio.wait_for(visit(port), 60)
    host.should_exit = True
    await serving
    json.dump(saw, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
