"""The real server, started as a person starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `log` is the file that takes both of its output streams."""

    port: int
    log: Path
    pid: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def unexpected(self) -> list[str]:
        """Return what the server wrote beside its greeting: a traceback, a warning, or somebody's answer."""
        usual = ("You can now view your Streamlit app in your browser.", f"URL: {self.address}", "Stopping...")
        lines = (line.strip() for line in self.log.read_text(encoding="utf-8").splitlines())
        return [line for line in lines if line and line not in usual]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def command(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]


def surroundings(**more: str) -> dict[str, str]:
    """Return the environment without what could make this server another one than the reader's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMLIT_", "PYTHON"))}
    return kept | more


@contextmanager
def running(log: Path, *, root: Path = ROOT, port: int | None = None, **more: str) -> Iterator[Server]:
    """Start the server of the checkout in `root`, wait until it answers, and end it afterwards."""
    server = Server(port or free_port(), log)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(server.port),
            cwd=root,
            env=surroundings(**{"MESODASH_DATA": str(log.parent / "data")} | more),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for_health(process, server)
            yield replace(server, pid=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_health(process: subprocess.Popen[bytes], server: Server) -> None:
    for _ in range(_PATIENCE * 5):
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=5):
                return
        except OSError:
            pass
        try:
            code = process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the server ended with {code}:\n{server.log.read_text(encoding='utf-8')}")
    raise AssertionError(f"no answer within {_PATIENCE} s:\n{server.log.read_text(encoding='utf-8')}")


def copy_of_project(target: Path) -> Path:
    """Return a copy of all that the server needs, to be broken on purpose; run it with PYTHONPATH=<copy>/src."""
    target.mkdir()
    for name in ("pages", "src", "data", ".streamlit"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    return target
