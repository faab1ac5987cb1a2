"""Time from a request to the end of the run, per page, beside an empty app on the same server settings in the same run.

A websocket client asks for reruns as a browser does and reads until the script has finished. Prints milliseconds:
minimum, median, 95th percentile, the ratio of the medians to the empty app's, and the kilobytes sent per rerun.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
RERUNS = int(os.environ.get("RERUNS", "60"))
PAGES = ("", "check", "compare", "timeline", "costs", "summary", "evidence", "about")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise SystemExit("the server did not start")


async def reruns(port: int, page: str) -> tuple[list[float], float]:
    """Return the milliseconds of each rerun and the mean kilobytes received."""
    times: list[float] = []
    received = 0
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], origin=f"http://127.0.0.1:{port}", max_size=None) as link:  # type: ignore[list-item, arg-type]
        for _ in range(RERUNS + 5):
            message = BackMsg()
            message.rerun_script.query_string = "lang=en"
            message.rerun_script.page_name = page
            start = time.perf_counter()
            await link.send(message.SerializeToString())
            while True:
                body = await link.recv()
                received += len(body)
                answer = ForwardMsg.FromString(body)  # type: ignore[arg-type]
                if answer.WhichOneof("type") == "script_finished":
                    break
            times.append((time.perf_counter() - start) * 1000)
    return times[5:], received / len(times) / 1000


def line(name: str, times: list[float], kilobytes: float, floor: float) -> str:
    middle = statistics.median(times)
    late = statistics.quantiles(times, n=20)[-1]
    return f"{name:<12}{min(times):>8.1f}{middle:>8.1f}{late:>8.1f}{middle / floor:>8.1f}{kilobytes:>10.1f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as empty:
        folder = Path(empty)
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
        (folder / "app.py").write_text('from streamlit import App\n\napp = App("main.py")\n')
        (folder / "main.py").write_text('import gc\n\nimport streamlit as st\n\ngc.freeze()\nst.write("empty")\n')
        servers = [serve(folder), serve(ROOT)]
        try:
            floor, kilobytes = asyncio.run(reruns(servers[0][1], ""))
            middle = statistics.median(floor)
            print(f"{'page':<12}{'min':>8}{'median':>8}{'p95':>8}{'ratio':>8}{'kB':>10}")
            print(line("(empty app)", floor, kilobytes, middle))
            for page in PAGES:
                times, kilobytes = asyncio.run(reruns(servers[1][1], page))
                print(line(page or "start", times, kilobytes, middle))
        finally:
            for server, _ in servers:
                server.terminate()
                server.wait(timeout=10)


if __name__ == "__main__":
    main()
