"""An SQLite file and a PostgreSQL database of its own for each test; the same tests run on both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from mesodash.store import passphrase
from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store
from tests.conftest import cannot_run
from tests.store import postgres
from tests.store.postgres import Cluster

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Clinic:
    """Where one clinic keeps things. `cluster` and `name` are those of its PostgreSQL database, if it has one."""

    folder: Path
    cluster: Cluster | None = None
    name: str = ""

    @property
    def surroundings(self) -> dict[str, str]:
        url = {} if self.cluster is None else {"MESODASH_DATABASE": self.cluster.url(self.name)}
        return {"MESODASH_DATA": str(self.folder), "MESODASH_KEY": str(self.folder / "consultation.key")} | url

    @property
    def file(self) -> Path:
        return self.folder / "mesodash.db"

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows that a statement gives, asked for behind the store's back."""
        if self.cluster is not None:
            return self.cluster.ask(statement, self.name)
        import sqlite3

        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()


def enter(monkeypatch: pytest.MonkeyPatch, clinic: Clinic) -> None:
    monkeypatch.delenv("MESODASH_DATABASE", raising=False)
    for name, value in clinic.surroundings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = postgres.find()
    if programs is None:
        cannot_run("no PostgreSQL server was found; `make postgres` installs one")
    with postgres.running(programs) as one:
        yield one


@pytest.fixture(scope="session")
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Clinic]:
    """Give a clinic whose store was opened once; copies of it spare each test the work of the first start."""
    made: dict[str, Clinic] = {}

    def begin(kind: str) -> Clinic:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            cluster = request.getfixturevalue("cluster") if kind == "postgres" else None
            clinic = Clinic(folder, cluster, cluster.new_database() if cluster else "")
            with pytest.MonkeyPatch.context() as patch:
                enter(patch, clinic)
                the_store()
                close_stores()
            made[kind] = clinic
        return made[kind]

    return begin


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second and 64 MB for each hash would be most of what these tests take."""
    monkeypatch.setattr(passphrase, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clinic(
    kind: str, begun: Callable[[str], Clinic], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """A clinic that begins with nothing kept; the environment names it."""
    pattern = begun(kind)
    folder = tmp_path / "clinic"
    shutil.copytree(pattern.folder, folder)
    cluster = pattern.cluster
    one = Clinic(folder, cluster, cluster.new_database(pattern.name) if cluster else "")
    enter(monkeypatch, one)
    yield one
    close_stores()


@pytest.fixture
def store(clinic: Clinic) -> Store:
    return the_store()


@pytest.fixture
def empty_clinic(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Clinic]]:
    """Make clinics whose store was never opened: no file, no table, no key."""
    numbers = iter(range(1000))

    def make() -> Clinic:
        cluster: Cluster | None = request.getfixturevalue("cluster") if kind == "postgres" else None
        name = cluster.new_database() if cluster else ""
        return Clinic(tmp_path / f"empty{next(numbers)}", cluster, name)

    yield make
    close_stores()
