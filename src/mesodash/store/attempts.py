"""Wrong codes and passphrases slow the next try down, per client and over all; kept where all servers see it.

A try is counted as wrong before it is looked at, and taken back when it was right: of many at the same moment each
one counts, and a process that is killed in between has used up its try.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Literal, NamedTuple

from sqlalchemy import Connection, delete, select, update

from mesodash.errors import StoreError
from mesodash.store.connections import Connections
from mesodash.store.seals import mark
from mesodash.store.tables import attempts

Kind = Literal["code", "passphrase"]

FREE = 2
LOCKED_AT = 10
LOCK = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""Wrong tries of a client stop counting so long after the last one."""
OVERALL = 60
WINDOW = timedelta(minutes=15)
"""OVERALL wrong tries of all clients within WINDOW close the door for everybody for LOCK."""

SKEW = timedelta(minutes=5)
"""By how much the clocks of two servers may differ. What lies further ahead was written by a clock that was wrong."""

_EVERYBODY = "*"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Not blocked, whatever the clock of another server says."""
_SLOW = {"code": "handover.slow", "passphrase": "lock.slow"}


def delay(wrong: int) -> timedelta:
    """Return how long the next try has to wait after `wrong` wrong ones in a row: 2 s after the third, then doubled."""
    if wrong <= FREE:
        return timedelta()
    return LOCK if wrong >= LOCKED_AT else timedelta(seconds=2 ** (wrong - FREE))


class Attempts:
    def __init__(self, connections: Connections, key: bytes) -> None:
        self._connections = connections
        self._key = key

    def begin(self, kind: Kind, client: str, now: datetime) -> None:
        """Count a try, as a wrong one until `right` is told.

        Raises:
            StoreError: too many were wrong; this one is not looked at, nor counted. Names the seconds to wait.
        """
        who = self._who(client)
        with self._connections.writing() as connection:
            # The same order everywhere, so that two never wait for each other.
            everybody = self._row(connection, kind, _EVERYBODY, now)
            this_one = self._row(connection, kind, who, now)
            wait = max(_wait(everybody, now), _wait(this_one, now))
            if wait > timedelta():
                raise StoreError(_SLOW[kind], {"seconds": max(1, -(-wait // timedelta(seconds=1)))})
            again = not -SKEW <= now - everybody.since < WINDOW
            wrong = 1 if again else everybody.wrong + 1
            _set(
                connection,
                kind,
                _EVERYBODY,
                wrong=wrong,
                since=now if again else everybody.since,
                blocked_until=now + LOCK if wrong >= OVERALL else _LONG_AGO,
            )
            wrong = 1 if not -SKEW <= now - this_one.since < FORGOTTEN else this_one.wrong + 1
            _set(
                connection,
                kind,
                who,
                wrong=wrong,
                since=now,
                blocked_until=now + delay(wrong) if wrong > FREE else _LONG_AGO,
            )

    def right(self, connection: Connection, kind: Kind, client: str, now: datetime) -> None:
        """Take back the try that was counted and forget the wrong ones of this client, in the caller's transaction."""
        everybody = self._row(connection, kind, _EVERYBODY, now)
        wrong = max(0, everybody.wrong - 1)
        kept = everybody.blocked_until if wrong >= OVERALL else _LONG_AGO
        _set(connection, kind, _EVERYBODY, wrong=wrong, since=everybody.since, blocked_until=kept)
        connection.execute(delete(attempts).where(attempts.c.kind == kind, attempts.c.who == self._who(client)))

    def _who(self, client: str) -> str:
        """Return what stands for a client, never its address. Of IPv6 one client has a whole network, which is one."""
        try:
            address = ip_address(client.partition("%")[0])
        except ValueError:
            return mark(self._key, client)
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is None:
                return mark(self._key, str(int(address) >> 64))
            address = address.ipv4_mapped
        return mark(self._key, str(address))

    def _row(self, connection: Connection, kind: Kind, who: str, now: datetime) -> _Row:
        """Return a row that nobody else can change until the transaction ends."""
        connection.execute(
            self._connections.insert(attempts)
            .values(kind=kind, who=who, wrong=0, since=now, blocked_until=_LONG_AGO)
            .on_conflict_do_nothing()
        )
        found = connection.execute(
            select(attempts.c.wrong, attempts.c.since, attempts.c.blocked_until)
            .where(attempts.c.kind == kind, attempts.c.who == who)
            .with_for_update()
        ).one()
        return _Row(*found)


def _wait(row: _Row, now: datetime) -> timedelta:
    wait = row.blocked_until - now
    return wait if wait <= LOCK + SKEW else timedelta()


class _Row(NamedTuple):
    wrong: int
    since: datetime
    blocked_until: datetime


def _set(connection: Connection, kind: Kind, who: str, **values: object) -> None:
    connection.execute(update(attempts).where(attempts.c.kind == kind, attempts.c.who == who).values(**values))


def forget(connection: Connection, kind: Kind) -> None:
    """Forget every wrong try of a kind."""
    connection.execute(delete(attempts).where(attempts.c.kind == kind))


def tidy(connection: Connection, now: datetime) -> None:
    """Erase what no longer counts."""
    connection.execute(delete(attempts).where(attempts.c.since < now - FORGOTTEN, attempts.c.blocked_until < now))
