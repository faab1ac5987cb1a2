"""Where the clinic's database is: an SQLite file in the user's data folder, or what MESODASH_DATABASE names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mesodash.errors import StoreError
from mesodash.store.keys import data_folder, key_file

NAME = "mesodash.db"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Place:
    """`file` is the SQLite file; without one, `url` is the address of a PostgreSQL database. `key` is the key file."""

    file: Path | None
    url: str
    key: Path


def here() -> Place:
    """Return where this process keeps things, as its environment says now.

    Raises:
        StoreError: there is no place, or MESODASH_DATABASE cannot be understood.
    """
    named = os.environ.get("MESODASH_DATABASE", "").strip()
    key = key_file()
    if not named:
        return Place(data_folder() / NAME, "", key)
    if named.startswith(_SQLITE) and len(named) > len(_SQLITE) and "?" not in named and ":memory:" not in named:
        return Place(Path(named.removeprefix(_SQLITE)), "", key)
    for scheme in _POSTGRES:
        if named.startswith(scheme):
            return Place(None, "postgresql+psycopg://" + named.removeprefix(scheme), key)
    raise StoreError("store.bad_address")


def exists() -> bool:
    """Return whether a database may hold something already. Of PostgreSQL that is not known without asking: True.

    Raises:
        StoreError: as `here`.
    """
    file = here().file
    return file is None or file.exists()
