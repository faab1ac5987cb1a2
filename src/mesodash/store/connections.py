"""Connections to one database: transactions, failures in words, and what is erased leaves the disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import ColumnClause, Connection, Engine, Table, column, create_engine, event, func, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from mesodash.errors import StoreError
from mesodash.store.failures import meaning
from mesodash.store.place import Place

WAIT_SECONDS = 5
"""How long one transaction waits for another, or for a connection, before it gives up."""
_CONNECT_SECONDS = 3
_PAUSE_SECONDS = 2
"""How long a server that did not even refuse is left alone, so that each rerun of a page need not wait for it."""
_quiet_until: dict[str, float] = {}
_PRAGMAS = {"synchronous": "FULL", "secure_delete": "ON", "foreign_keys": "ON", "trusted_schema": "OFF"}

_Mark = tuple[int, int]


class Connections:
    """One database.

    Before the first use, and when another file lies in its place, `is_ready` is asked with a connection that reads; if
    it says no, `prepare` is called with one that writes. From the tables `erasing` things are erased for good.
    """

    def __init__(
        self,
        place: Place,
        is_ready: Callable[[Connection], bool],
        prepare: Callable[[Connection], None],
        erasing: Iterable[Table],
    ) -> None:
        self.place = place
        self._is_ready = is_ready
        self._prepare = prepare
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._prepared_for: _Mark | None = None
        self._was_there = False
        self.written = 0
        """How often this process wrote, or tried to."""
        # A process that was killed may have left something behind.
        self._due = dict.fromkeys(one.name for one in erasing)
        try:
            self._engine = _engine(place)
        except (ArgumentError, ValueError, ImportError):
            raise StoreError("store.bad_address") from None

    @property
    def is_sqlite(self) -> bool:
        return self.place.file is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for one question.

        Raises:
            StoreError: whatever the database could not do.
        """
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together at the end, or not at all.

        Raises:
            StoreError: whatever the database could not do; nothing was changed.
        """
        # SQLite lets one write at a time and has the others look again now and then; threads of ours queue up.
        queues = self.is_sqlite
        if queues and not self._turn.acquire(timeout=WAIT_SECONDS):
            raise StoreError("store.locked")
        try:
            with self._transaction(writes=True) as connection:
                yield connection
        finally:
            self.written += 1
            if queues:
                self._turn.release()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with self._told():
            self._make_ready()
            with self._begun(writes=writes) as connection:
                yield connection

    @contextmanager
    def _begun(self, *, writes: bool) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if writes:
                connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        began = monotonic()
        if began < _quiet_until.get(self.place.url, began):
            raise StoreError("store.unreachable")
        try:
            yield
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            told = meaning(error, self.place.file)
            if told.key == "store.unreachable" and monotonic() - began >= 1:
                _quiet_until[self.place.url] = monotonic() + _PAUSE_SECONDS
            raise told from None

    def _make_ready(self) -> None:
        mark = self._mark()
        if mark is not None and mark == self._prepared_for:
            return
        with self._lock:
            mark = self._mark()
            if mark is not None and mark == self._prepared_for:
                return
            # Connections to a file that lay here before would go on writing into nowhere.
            self._prepared_for = None
            self._engine.dispose()
            if mark is None:
                _make_file(self.place.file)
            if self.is_sqlite:
                self._keep_a_log()
            with self._begun(writes=False) as connection:
                ready = self._is_ready(connection)
            if not ready:
                with self._begun(writes=True) as connection:
                    self._prepare(connection)
            self._was_there = True
            self._prepared_for = self._mark()

    def _mark(self) -> _Mark | None:
        """Return what tells one SQLite file from another at the same place; None if none was there yet."""
        if self.place.file is None:
            return (0, 0)
        try:
            found = os.stat(self.place.file)
        except (FileNotFoundError, NotADirectoryError):
            if self._was_there:
                # It was there. An empty one in its place would look as if nothing had ever been kept.
                raise StoreError("store.lost") from None
            return None
        except OSError:
            raise StoreError("store.unwritable") from None
        return found.st_dev, found.st_ino

    def _keep_a_log(self) -> None:
        """Switch SQLite to its write-ahead log. Two that do it at once do not wait for each other by themselves."""
        until = monotonic() + WAIT_SECONDS
        while True:
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute(f"PRAGMA {'journal_mode'}={'WAL'}")
                return
            except self._engine.dialect.loaded_dbapi.OperationalError:
                if monotonic() > until:
                    raise
            finally:
                raw.close()
            threading.Event().wait(0.02)

    def insert(self, into: Table) -> Any:
        """Return an INSERT that knows what to do on a conflict, in the words of this database."""
        return sqlite.insert(into) if self.is_sqlite else postgresql.insert(into)

    def scrub(self, *tables: Table) -> None:
        """Take what was erased from `tables` off the disk. What cannot be done now is done with the next call."""
        with self._lock:
            self._due.update(dict.fromkeys(one.name for one in tables))
            due = list(self._due)
        if not due:
            return
        try:
            with self._told():
                self._make_ready()
                done = self._truncate_log() if self.is_sqlite else self._rewrite(due)
        except StoreError:
            return
        if done:
            with self._lock:
                for name in due:
                    self._due.pop(name, None)

    def _truncate_log(self) -> bool:
        # Rows that are deleted are overwritten with zeros in the file (secure_delete), but not in the log.
        raw = self._engine.raw_connection()
        try:
            busy, *_ = raw.cursor().execute(f"PRAGMA {'wal_checkpoint'}(TRUNCATE)").fetchone()
            return not busy
        finally:
            raw.close()

    def _rewrite(self, names: list[str]) -> bool:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            quote = connection.dialect.identifier_preparer.quote
            for name in names:
                connection.exec_driver_sql(f"VACUUM (FULL) {quote(name)}")
            # A transaction that began earlier may still see the rows; then they were copied along.
            sees: ColumnClause[int | None] = column("backend_xmin")
            where: ColumnClause[str] = column("datname")
            process: ColumnClause[int] = column("pid")
            elder = (
                select(func.count())
                .select_from(table("pg_stat_activity", sees, where, process))
                .where(sees.is_not(None), where == func.current_database(), process != func.pg_backend_pid())
            )
            return not connection.execute(elder).scalar_one()

    def close(self) -> None:
        self._engine.dispose()


def _make_file(file: Path | None) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        import errno

        raise StoreError("store.full" if error.errno == errno.ENOSPC else "store.unwritable") from None


def _engine(place: Place) -> Engine:
    if place.file is None:
        return _postgres(make_url(place.url))
    engine = create_engine(
        # "rw": a file that went away is not made anew behind our back.
        f"sqlite:///file:{_escaped(place.file)}?mode=rw&uri=true",
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None, "check_same_thread": False},
        pool_size=5,
        max_overflow=20,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for name, value in _PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could be refused in between, so one that writes says so at
        # once. Others ask one question and need none.
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql(f"BEGIN {'IMMEDIATE'}")

    return engine


def _escaped(file: Path) -> str:
    from urllib.parse import quote

    return quote(os.path.abspath(file))


def _postgres(url: URL) -> Engine:
    wait = int(WAIT_SECONDS * 1000)
    arguments: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "mesodash",
        "keepalives_idle": 10,
        "tcp_user_timeout": 2 * wait,
        "options": f"-c lock_timeout={wait} -c statement_timeout={4 * wait}",
    }
    return create_engine(
        url,
        connect_args={name: value for name, value in arguments.items() if name not in url.query}
        | {"prepare_threshold": None},
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=20,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
    )
