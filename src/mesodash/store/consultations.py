"""Consultations that the practitioner saved: sealed, under a label, and erased for good when their days are over."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from mesodash.errors import StoreError
from mesodash.store.connections import Connections
from mesodash.store.records import Kept
from mesodash.store.seals import derived, seal, unseal
from mesodash.store.tables import consultations

__all__ = ["Consultations", "Kept"]


class Consultations:
    def __init__(self, connections: Connections, key: bytes) -> None:
        self._connections = connections
        self._key = derived(key, "consultations")

    def save(self, content: bytes, *, label: str, now: datetime, days: int) -> str:
        """Keep `content` for `days` days; return its id once it is safe on the disk.

        Raises:
            StoreError: it could not be kept; nothing of it was.
        """
        row = secrets.token_hex(16)
        with self._connections.writing() as connection:
            connection.execute(
                insert(consultations).values(
                    id=row,
                    label=seal(self._key, label.encode("utf-8", "surrogatepass"), _bound("label", row)),
                    content=seal(self._key, content, _bound("content", row)),
                    saved_at=now,
                    erased_at=now + timedelta(days=days),
                )
            )
        return row

    def all(self, now: datetime) -> tuple[Kept, ...]:
        """Return what is kept, the latest first; a damaged label does not hide the others."""
        columns = consultations.c
        with self._connections.reading() as connection:
            rows = connection.execute(
                select(columns.id, columns.label, columns.saved_at, columns.erased_at)
                .where(columns.erased_at > now)
                .order_by(columns.saved_at.desc(), columns.id)
            ).all()
        return tuple(self._kept(*row) for row in rows)

    def _kept(self, row: str, label: bytes, saved_at: datetime, erased_at: datetime) -> Kept:
        try:
            plain = unseal(self._key, label, _bound("label", row)).decode("utf-8", "surrogatepass")
        except StoreError:
            return Kept(row, "", saved_at, erased_at, damaged=True)
        return Kept(row, plain, saved_at, erased_at, damaged=False)

    def open(self, id: str, now: datetime) -> bytes:
        """Return the content that was saved under `id`.

        Raises:
            StoreError: it is gone, or damaged.
        """
        columns = consultations.c
        with self._connections.reading() as connection:
            sealed = connection.execute(
                select(columns.content).where(columns.id == id, columns.erased_at > now)
            ).scalar_one_or_none()
        if sealed is None:
            raise StoreError("store.gone")
        return unseal(self._key, sealed, _bound("content", id))

    def erase(self, id: str) -> None:
        """Erase one for good; nothing happens if there is none."""
        with self._connections.writing() as connection:
            connection.execute(delete(consultations).where(consultations.c.id == id))
        self._connections.scrub(consultations)


def _bound(column: str, row: str) -> str:
    return f"consultations.{column}:{row}"
