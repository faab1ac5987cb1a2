"""Who is signed in. A token is known to its browser alone; here stands its hash."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from mesodash.store.connections import Connections
from mesodash.store.records import SignInKind
from mesodash.store.tables import sign_ins

TOUCHED_EVERY = timedelta(seconds=30)
_SKEW = timedelta(minutes=5)
"""By how much the clocks of two servers may differ."""
_LONGEST = 200


class SignIns:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def begin(self, *, now: datetime, kind: SignInKind) -> str:
        """Begin a sign-in; return its token of 256 random bits."""
        token = secrets.token_urlsafe(32)
        with self._connections.writing() as connection:
            connection.execute(insert(sign_ins).values(id=_row(token), kind=kind, begun_at=now, seen_at=now))
        return token

    def check(self, token: str, *, now: datetime, idle: timedelta, absolute: timedelta, touch: bool) -> datetime | None:
        """Return when the sign-in of this token began; None if it does not hold.

        It holds `idle` since it was last touched and `absolute` since it began. With `touch` it counts as used now,
        which is written down every 30 seconds.
        """
        if not token or len(token) > _LONGEST:
            return None
        with self._connections.reading() as connection:
            found = connection.execute(
                select(sign_ins.c.begun_at, sign_ins.c.seen_at).where(sign_ins.c.id == _row(token))
            ).one_or_none()
        if found is None or not (-_SKEW <= now - found.begun_at < absolute and now - found.seen_at < idle):
            return None
        if touch and now - found.seen_at >= TOUCHED_EVERY:
            with self._connections.writing() as connection:
                connection.execute(
                    update(sign_ins).where(sign_ins.c.id == _row(token), sign_ins.c.seen_at < now).values(seen_at=now)
                )
        begun: datetime = found.begun_at
        return begun

    def end(self, token: str) -> None:
        with self._connections.writing() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.id == _row(token)))

    def end_all(self) -> None:
        with self._connections.writing() as connection:
            connection.execute(delete(sign_ins))


def _row(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
