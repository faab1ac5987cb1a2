"""What a database's failure means for the reader: one text key each."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from time import monotonic

from mesodash.errors import StoreError

LOG = logging.getLogger("mesodash.store")
_QUIET_SECONDS = 60
_said: dict[str, float] = {}

_SQLITE = {
    sqlite3.SQLITE_BUSY: "store.locked",
    sqlite3.SQLITE_LOCKED: "store.locked",
    sqlite3.SQLITE_FULL: "store.full",
    # A quota, or a limit on the length of files.
    sqlite3.SQLITE_IOERR_WRITE: "store.full",
    sqlite3.SQLITE_READONLY: "store.unwritable",
    sqlite3.SQLITE_CANTOPEN: "store.unwritable",
    sqlite3.SQLITE_PERM: "store.unwritable",
    sqlite3.SQLITE_AUTH: "store.unwritable",
    sqlite3.SQLITE_CORRUPT: "store.corrupt",
    sqlite3.SQLITE_NOTADB: "store.corrupt",
}
# Source: https://www.postgresql.org/docs/current/errcodes-appendix.html ; the longest beginning that fits counts.
_POSTGRES = {
    "08": "store.unreachable",
    "25006": "store.unwritable",
    "28": "store.unreachable",
    "3D": "store.lost",
    "3F": "store.lost",
    "40": "store.locked",
    "42501": "store.unwritable",
    "42P01": "store.lost",
    "53": "store.unreachable",
    "53100": "store.full",
    "55P03": "store.locked",
    "57": "store.unreachable",
    "57014": "store.locked",
    "58030": "store.full",
    "XX001": "store.corrupt",
    "XX002": "store.corrupt",
}


def meaning(error: BaseException, file: Path | None) -> StoreError:
    """Return what to raise instead of a failure of the database, its driver or its pool; log its code, no value."""
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    cause: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    key, code = "store.failed", type(cause).__name__
    if isinstance(cause, PoolTimeout):
        key = "store.locked"
    elif isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", None)
        key = _SQLITE.get(number or 0, _SQLITE.get((number or 0) & 0xFF, key))
        code = getattr(cause, "sqlite_errorname", code)
        if file is not None and not file.exists():
            key = "store.lost"
    elif hasattr(cause, "sqlstate"):
        state: str | None = getattr(cause, "sqlstate", None)
        if state is None:
            # The driver itself gave up: no connection, or it broke.
            kinds = {one.__name__ for one in type(cause).__mro__}
            key = "store.unreachable" if kinds & {"OperationalError", "InterfaceError"} else key
        else:
            code = state
            key = next((_POSTGRES[state[:n]] for n in (5, 2) if state[:n] in _POSTGRES), key)
    _log(key, code)
    return StoreError(key)


def _log(key: str, code: str) -> None:
    """Log one line per kind of failure and minute: each rerun of each page may meet the same one."""
    last = _said.get(key)
    if last is None or monotonic() - last > _QUIET_SECONDS:
        _said[key] = monotonic()
        LOG.error("%s (%s)", key, code)
