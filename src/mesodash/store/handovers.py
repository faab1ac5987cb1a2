"""Answers on their way from the tablet to the practitioner: sealed, for a few minutes, and opened once.

Row and key are both made of the code and the key file, with Argon2id in between: the database alone opens nothing, nor
does the key file, and both together only after trying 2^40 codes at some milliseconds each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete

from mesodash.errors import StoreError
from mesodash.store import codes
from mesodash.store.attempts import Attempts
from mesodash.store.connections import Connections
from mesodash.store.seals import derived, mark, seal, unseal
from mesodash.store.tables import handovers

_TRIES = 3
"""That a code is in use already happens about once in 2^40 times."""


class Handovers:
    def __init__(self, connections: Connections, key: bytes, attempts: Attempts) -> None:
        self._connections = connections
        self._key = key
        self._attempts = attempts

    def put(self, content: Mapping[str, Any], *, now: datetime, minutes: int) -> str:
        """Keep `content`, anything that JSON can hold, for `minutes`; return the code that opens it once, spaced.

        Raises:
            StoreError: it could not be kept.
        """
        plain = json.dumps(dict(content), ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
        for _ in range(_TRIES):
            code = codes.new_code()
            row, key = self._row_and_key(code)
            with self._connections.writing() as connection:
                added = connection.scalar(
                    self._connections.insert(handovers)
                    .values(
                        id=row,
                        content=seal(key, plain, _bound(row)),
                        expires_at=now + timedelta(minutes=minutes),
                    )
                    .on_conflict_do_nothing()
                    .returning(handovers.c.id)
                )
            if added is not None:
                return codes.spaced(code)
        raise StoreError("store.failed")

    def take(self, code: str, *, client: str, now: datetime) -> dict[str, Any]:
        """Return what was handed over and erase it for good. `client` is the address that asks.

        Raises:
            StoreError: `handover.slip` (a typing slip, not counted), `handover.slow` (too many wrong ones, with the
                seconds to wait), `handover.refused` (wrong, used or expired: which of them is not told), or a failure.
        """
        code = codes.clean(code)
        if codes.has_slip(code):
            raise StoreError("handover.slip")
        self._attempts.begin("code", client, now)
        row, key = self._row_and_key(code)
        with self._connections.writing() as connection:
            # One statement finds and removes it: of many who ask at the same moment, one gets it.
            sealed = connection.scalar(
                delete(handovers)
                .where(handovers.c.id == row, handovers.c.expires_at > now)
                .returning(handovers.c.content)
            )
            if sealed is not None:
                self._attempts.right(connection, "code", client, now)
        if sealed is None:
            raise StoreError("handover.refused")
        self._connections.scrub(handovers)
        try:
            content = json.loads(unseal(key, sealed, _bound(row)).decode("utf-8", "surrogatepass"))
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise StoreError("store.damaged")
        return content

    def _row_and_key(self, code: str) -> tuple[str, bytes]:
        salt = derived(self._key, "salt")[:16]
        stretched = hash_secret_raw(
            code.encode(), salt, time_cost=1, memory_cost=8 * 1024, parallelism=1, hash_len=32, type=Type.ID
        )
        own = derived(self._key, "handovers") + stretched
        return mark(own, "row"), derived(own, "content")


def _bound(row: str) -> str:
    return f"handovers.content:{row}"
