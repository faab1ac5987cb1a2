"""Finds PostgreSQL's server for the tests; run as a program, it installs Debian's package where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
_FAST = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=60"]


def find() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None. MESODASH_POSTGRES names one that lies elsewhere."""
    named = os.environ.get("MESODASH_POSTGRES")
    on_path = shutil.which("initdb")
    found = [
        *([Path(named)] if named else []),
        *sorted((one for place in PLACES for one in Path(place).glob("*/bin")), key=_edition, reverse=True),
        *(Path(place) / "bin" for place in PLACES),
        *([Path(on_path).parent] if on_path else []),
    ]
    return next((one for one in found if (one / "initdb").exists() and (one / "pg_ctl").exists()), None)


def _edition(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdecimal() else 0


def _someone() -> str | None:
    """Return whom to run the server as, because it refuses to run as root; None for whoever we are."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@dataclass
class Cluster:
    """A PostgreSQL server of our own, reached over a socket in its folder."""

    programs: Path
    folder: Path
    user: str | None
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql://mesodash@/{database}?host={self.folder}"

    def new_database(self, like: str = "template1") -> str:
        """Return the name of a new database, empty or a copy of another one that nobody uses."""
        name = f"clinic{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def ask(self, statement: str, database: str = "postgres") -> list[Any]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def start(self) -> None:
        options = " ".join(["-c listen_addresses=''", f"-k {self.folder}", *_FAST])
        self._run("pg_ctl", "-w", "-s", "-D", self.data, "-l", self.folder / "log", "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-s", "-D", self.data, "-m", how, "stop")

    def _run(self, program: str, *arguments: object) -> None:
        more: dict[str, Any] = {} if self.user is None else {"user": self.user, "group": _group(self.user)}
        if more:
            more["extra_groups"] = []
        done = subprocess.run(
            [str(self.programs / program), *map(str, arguments)],
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            **more,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """Make a cluster in a folder of its own, run it, and leave nothing behind."""
    # Below pytest's own folder the server's user may not go, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="mesodash-pg-"))
    try:
        cluster = Cluster(programs, folder, _someone())
        folder.chmod(0o755)
        if cluster.user is not None:
            shutil.chown(folder, cluster.user)
        cluster._run("initdb", "-D", cluster.data, "-U", "mesodash", "-A", "trust", "-E", "UTF8", "--no-sync")
        cluster.start()
        try:
            yield cluster
        finally:
            if (cluster.data / "postmaster.pid").exists():
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    if find():
        return 0
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL for the tests of the store (once) ...", flush=True)
        quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL,
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"], check=False, **quiet
        )
        if find():
            return 0
    print(
        "No PostgreSQL server for the tests of the store was found, and it could not be installed. Install it (Debian:"
        " apt-get install postgresql) or name its programs: MESODASH_POSTGRES=/path/to/bin make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
