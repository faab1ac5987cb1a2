"""What is erased is gone from the database's files, not only from its answers."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete

from mesodash.store import connections
from mesodash.store.database import the_store
from mesodash.store.opened import Store
from mesodash.store.place import here
from mesodash.store.tables import consultations
from tests.store.conftest import NOW, Clinic

PIECE = slice(40, 104)
"""Of what is sealed: long enough to be found by nobody's chance, short enough to lie in one page."""


def on_disk(clinic: Clinic, piece: bytes) -> bool:
    """Return whether the bytes stand in a file of the database. PostgreSQL's own log of changes is not looked at."""
    if clinic.cluster is None:
        return any(piece in path.read_bytes() for path in clinic.folder.iterdir())
    clinic.cluster.ask("CHECKPOINT", clinic.name)
    folder = (
        clinic.cluster.data
        / "base"
        / str(clinic.ask("SELECT oid FROM pg_database WHERE datname = current_database()")[0][0])
    )
    return any(piece in path.read_bytes() for path in folder.iterdir() if path.is_file())


def sealed(clinic: Clinic, table: str, column: str = "content") -> bytes:
    """Return a piece of what stands in the row of a table that ends first."""
    ends = "expires_at" if table == "handovers" else "erased_at"
    ((value,),) = clinic.ask(f"SELECT {column} FROM {table} ORDER BY {ends} LIMIT 1")  # noqa: S608
    assert isinstance(value, bytes)
    return value[PIECE]


def erased(store: Store) -> None:
    store.consultations.erase(store.consultations.all(NOW)[0].id)


def expired(store: Store) -> None:
    store.tidy(NOW + timedelta(days=1))


@pytest.mark.parametrize("end", [erased, expired])
@pytest.mark.parametrize("size", [300, 40_000])
def test_an_erased_consultation_is_gone_from_the_files(
    clinic: Clinic, store: Store, size: int, end: Callable[[Store], None]
) -> None:
    store.tidy(NOW)
    # A page of a database that holds nothing else any more would be given back as a whole.
    stays = store.consultations.save(b"x", label="y", now=NOW - timedelta(hours=1), days=9)
    store.consultations.save(os.urandom(size), label="MARKERLABEL" * 10, now=NOW, days=1)
    pieces = [sealed(clinic, "consultations", column) for column in ("label", "content")]
    assert [on_disk(clinic, piece) for piece in pieces] == [True, True]
    end(store)
    assert [on_disk(clinic, piece) for piece in pieces] == [False, False]
    assert store.consultations.open(stays, NOW) == b"x"


@pytest.mark.parametrize("opened", [True, False])
def test_a_hand_over_is_gone_from_the_files_when_it_was_opened_or_expired(
    clinic: Clinic, store: Store, opened: bool
) -> None:
    store.tidy(NOW)
    stays = store.handovers.put({"a": 1}, now=NOW, minutes=60)
    code = store.handovers.put({"answers": "x" * 500}, now=NOW, minutes=30)
    piece = sealed(clinic, "handovers")
    assert on_disk(clinic, piece)
    if opened:
        store.handovers.take(code, client="a", now=NOW)
    else:
        store.tidy(NOW + timedelta(minutes=30))
    assert not on_disk(clinic, piece)
    assert store.handovers.take(stays, client="a", now=NOW) == {"a": 1}


def test_what_a_reader_kept_from_leaving_the_files_leaves_with_the_next_tidying(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.2)
    store = the_store()
    row = store.consultations.save(b"x" * 300, label="", now=NOW, days=1)
    piece = sealed(clinic, "consultations")
    if clinic.cluster is None:
        other = sqlite3.connect(clinic.file, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT * FROM consultations").fetchall()
    else:
        import psycopg

        other = psycopg.connect(clinic.cluster.url(clinic.name))
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT * FROM audit").fetchall()
    store.consultations.erase(row)
    assert on_disk(clinic, piece)
    other.rollback() if clinic.cluster else other.execute("ROLLBACK")
    other.close()
    assert store.consultations.all(NOW) == ()
    store.tidy(NOW)
    assert not on_disk(clinic, piece)


def test_what_a_killed_process_left_in_the_files_leaves_with_the_next_tidying(clinic: Clinic, store: Store) -> None:
    store.consultations.save(b"x" * 300, label="", now=NOW, days=1)
    piece = sealed(clinic, "consultations")
    store.tidy(NOW)
    with store._connections.writing() as connection:
        connection.execute(delete(consultations))
    assert on_disk(clinic, piece)
    # The process ended here; this is the next one.
    following = Store(here())
    following.tidy(NOW)
    following.close()
    assert not on_disk(clinic, piece)
