"""Brings a database to the newest layout, once, however many start at the same moment."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

from mesodash.errors import StoreError

STEPS = Path(__file__).parent / "migrations"
_VERSION = table("schema_version", column("version_num"))
_NUMBER = 5_027_466_031
"""Of the lock in PostgreSQL; any number that nobody else uses."""
_lock = threading.Lock()


@cache
def known() -> tuple[str, ...]:
    """Return the numbers of all steps in order."""
    return tuple(sorted(path.stem.removeprefix("m") for path in (STEPS / "versions").glob("m[0-9]*.py")))


def bring_up(connection: Connection) -> None:
    """Run the steps that are missing, in the open transaction of `connection`, which nobody else shares by then.

    Raises:
        StoreError: a newer mesodash made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_NUMBER)))
    version = found(connection)
    if version == known()[-1]:
        return
    if version is not None and version not in known():
        raise StoreError("store.newer")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    # Alembic keeps what it works on in the module.
    with _lock:
        command.upgrade(config, "head")


def found(connection: Connection) -> str | None:
    """Return the number of the last step that was run; None in an empty database."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
