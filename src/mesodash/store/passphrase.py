"""The practitioner's passphrase: its Argon2id hash, sealed, so that the database alone cannot be tried out."""

from __future__ import annotations

import threading
import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, exists, select

from mesodash.errors import InputError, StoreError
from mesodash.store import attempts
from mesodash.store.attempts import Attempts
from mesodash.store.connections import Connections
from mesodash.store.seals import derived, seal, unseal
from mesodash.store.tables import secrets, sign_ins

SHORTEST = 12
LONGEST = 1000

_NAME = "passphrase"
_BOUND = "secrets.content:passphrase"
IS_SET = exists().where(secrets.c.name == _NAME)
"""Whether there is one, as part of a larger question."""
_HASHER = PasswordHasher()
_TURNS = threading.BoundedSemaphore(2)
"""Each hash takes 64 MB; many at once would take all there is."""


class Passphrase:
    def __init__(self, connections: Connections, key: bytes, attempts: Attempts) -> None:
        self._connections = connections
        self._key = derived(key, "passphrase")
        self._attempts = attempts

    def is_set(self) -> bool:
        with self._connections.reading() as connection:
            return bool(connection.execute(select(IS_SET)).scalar_one())

    def set(self, text: str) -> None:
        """Set or change it. Ends all sign-ins and forgets wrong tries.

        Raises:
            InputError: it is too short or too long; nothing was changed.
        """
        plain = _plain(text)
        if len(plain) < SHORTEST:
            raise InputError("lock.too_short", field="passphrase", params={"low": SHORTEST})
        if len(plain) > LONGEST:
            raise InputError("lock.too_long", field="passphrase", params={"high": LONGEST})
        with _TURNS:
            hashed = _HASHER.hash(plain.encode("utf-8", "surrogatepass"))
        adding = self._connections.insert(secrets).values(name=_NAME, content=seal(self._key, hashed.encode(), _BOUND))
        with self._connections.writing() as connection:
            connection.execute(
                adding.on_conflict_do_update(index_elements=["name"], set_={"content": adding.excluded.content})
            )
            _start_over(connection)
        self._connections.scrub(secrets)

    def remove(self) -> bool:
        """Take it away and end all sign-ins; return whether there was one."""
        with self._connections.writing() as connection:
            gone = connection.execute(delete(secrets).where(secrets.c.name == _NAME)).rowcount > 0
            _start_over(connection)
        self._connections.scrub(secrets)
        return gone

    def verify(self, text: str, *, client: str, now: datetime) -> bool:
        """Return whether this is the passphrase; False where none is set. `client` is the address that asks.

        Raises:
            StoreError: `lock.slow` (too many wrong ones, with the seconds to wait), or a failure.
        """
        self._attempts.begin("passphrase", client, now)
        with self._connections.reading() as connection:
            sealed = connection.execute(select(secrets.c.content).where(secrets.c.name == _NAME)).scalar_one_or_none()
        if sealed is None:
            return False
        hashed = unseal(self._key, sealed, _BOUND).decode()
        plain = _plain(text[: LONGEST + 1])
        try:
            with _TURNS:
                _HASHER.verify(hashed, plain.encode("utf-8", "surrogatepass"))
        except InvalidHashError:
            raise StoreError("store.damaged") from None
        except VerificationError:
            return False
        with self._connections.writing() as connection:
            self._attempts.right(connection, "passphrase", client, now)
        return True


def _plain(text: str) -> str:
    """Return one spelling for what keyboards spell in several ways."""
    return unicodedata.normalize("NFKC", text)


def _start_over(connection: Connection) -> None:
    connection.execute(delete(sign_ins))
    attempts.forget(connection, "passphrase")
