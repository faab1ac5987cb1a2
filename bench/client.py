"""A server with the project's settings, and a visitor of it who speaks the framework's websocket as a browser does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
_EMPTY = """import gc

import streamlit as st

gc.freeze()
st.write("empty")


@st.fragment
def piece():
    st.toggle("tap", key="tap")


piece()
"""
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """Return the seconds of processor time that the server has used, where the system tells; else nothing."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def serve(folder: Path, data: Path) -> Iterator[Server]:
    """Serve the app of a folder, with `data` as the folder that it may keep things in, until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    surroundings = {**os.environ, "MESODASH_DATA": str(data)}
    process = subprocess.Popen(
        command, cwd=folder, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit("the server did not start")
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def empty_app(folder: Path) -> None:
    """Write the framework's floor into a folder, with our settings: a page of a line and a control in a fragment."""
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "app.py").write_text('from streamlit import App\n\napp = App("main.py")\n')
    (folder / "main.py").write_text(_EMPTY)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost. `milliseconds` until the script had finished; `size` in bytes received."""

    milliseconds: float
    size: int


@dataclass(slots=True)
class Visitor:
    """One session. It remembers the controls that were drawn and what they were set to."""

    link: ClientConnection
    page: str = ""
    controls: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """By key: the fragment that holds a control, or "", and the control as it was drawn last."""
    _set: dict[str, WidgetState] = field(default_factory=dict)

    async def open(self, page: str) -> Run:
        self.page = page
        return await self.run()

    async def run(self, fragment: str = "", changed: WidgetState | None = None) -> Run:
        """Ask for a run, of one fragment or of the page, and read until it has finished."""
        if not fragment:
            self.controls.clear()
        message = BackMsg()
        ask = message.rerun_script
        ask.query_string, ask.page_name, ask.fragment_id = "lang=en", self.page, fragment
        if changed is not None and not changed.trigger_value:
            self._set[changed.id] = changed
        sent = {**self._set, **({changed.id: changed} if changed is not None else {})}
        ask.widget_states.widgets.extend(sent.values())
        size = 0
        begun = time.perf_counter()
        await self.link.send(message.SerializeToString())
        while True:
            body = await self.link.recv(decode=False)
            size += len(body)
            answer = ForwardMsg.FromString(body)
            kind = answer.WhichOneof("type")
            if kind == "delta":
                self._see(answer)
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return Run((time.perf_counter() - begun) * 1000, size)

    def _see(self, answer: ForwardMsg) -> None:
        delta = answer.delta
        kind: str | None
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type")
            drawn = getattr(delta.new_element, kind) if kind else None
        elif delta.WhichOneof("type") == "add_block":
            kind = delta.add_block.WhichOneof("type")
            drawn = getattr(delta.add_block, kind) if kind else None
        else:
            return
        name = getattr(drawn, "id", "")
        if isinstance(name, str) and name.startswith("$$"):
            # $$ID-<hash>-<key>
            self.controls[name.split("-", 2)[2]] = (delta.fragment_id, drawn)

    def named(self, key: str) -> tuple[str, Any] | None:
        """Return the control of this key, or the one whose key begins with it: some get a new name when they change."""
        if key in self.controls:
            return self.controls[key]
        return next((found for name, found in reversed(self.controls.items()) if name.startswith(key)), None)

    async def tap(self, key: str, value: Any) -> Run:
        """Set a control as a reader would; the fragment that holds it is run.

        Args:
            value: True for a button; places of the chosen options for pills; else what the control holds.
        """
        found = self.named(key)
        if found is None:
            raise KeyError(key)
        fragment, drawn = found
        return await self.run(fragment, _state(drawn, value))


def _state(drawn: Any, value: Any) -> WidgetState:
    found = WidgetState(id=drawn.id)
    kind = type(drawn).__name__
    if kind == "Button":
        found.trigger_value = True
    elif kind == "ButtonGroup":
        chosen = value if isinstance(value, list) else [value]
        found.string_array_value.data.extend(drawn.options[place].content for place in chosen)
    elif kind in ("Checkbox", "Expandable"):
        found.bool_value = value
    elif kind == "NumberInput":
        if drawn.data_type == drawn.INT:
            found.int_value = value
        else:
            found.double_value = value
    elif kind in ("DateInput", "TimeInput"):
        found.string_array_value.data.append(value) if kind == "DateInput" else setattr(found, "string_value", value)
    elif kind == "Slider":
        found.double_array_value.data.append(value)
    elif kind in ("TextInput", "TextArea", "Selectbox"):
        found.string_value = value
    else:
        raise TypeError(kind)
    return found


@asynccontextmanager
async def visit(server: Server):  # type: ignore[no-untyped-def]
    """Open a session on a server."""
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    origin = f"http://127.0.0.1:{server.port}"
    async with connect(address, subprotocols=["streamlit"], origin=origin, max_size=None) as link:  # type: ignore[list-item, arg-type]
        yield Visitor(link)
