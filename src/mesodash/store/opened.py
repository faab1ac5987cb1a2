"""A store that is open: the parts, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, or_, select

from mesodash.errors import StoreError
from mesodash.store import attempts, keys, layout, passphrase, settings
from mesodash.store.attempts import Attempts
from mesodash.store.audit import Audit
from mesodash.store.connections import Connections
from mesodash.store.consultations import Consultations
from mesodash.store.handovers import Handovers
from mesodash.store.passphrase import Passphrase
from mesodash.store.place import Place
from mesodash.store.records import ClinicSettings
from mesodash.store.seals import derived
from mesodash.store.settings import Settings
from mesodash.store.sign_ins import SignIns
from mesodash.store.tables import audit, consultations, handovers, secrets, sign_ins

_KEY = "key"
_DOOR = select(settings.CLINIC_TEXT, passphrase.IS_SET)
_Key = TypeVar("_Key", bytes, bytes | None)


class Store:
    """What a clinic keeps. Safe to use from many threads; each method is one transaction or says otherwise.

    Every method raises StoreError where the database cannot do it, except `audit.record`.
    """

    def __init__(self, place: Place) -> None:
        self._key: bytes | None = None
        self._connections = Connections(place, self._is_ready, self._prepare, (handovers, consultations, secrets))
        try:
            with self._connections.reading():
                key = self._the_key()
        except BaseException:
            self._connections.close()
            raise
        tries = Attempts(self._connections, derived(key, "attempts"))
        self.settings = Settings(self._connections)
        self.handovers = Handovers(self._connections, key, tries)
        self.consultations = Consultations(self._connections, key)
        self.sign_ins = SignIns(self._connections)
        self.passphrase = Passphrase(self._connections, key, tries)
        self.audit = Audit(self._connections)

    def door(self) -> tuple[ClinicSettings, bool]:
        """Return what the clinic has set and whether there is a passphrase: one question, since each tap asks it."""
        with self._connections.reading() as connection:
            text, is_set = connection.execute(_DOOR).one()
        return settings.clinic_settings(text), bool(is_set)

    @property
    def written(self) -> int:
        """How often this process wrote: what was read before the last time may not hold any more."""
        return self._connections.written

    def tidy(self, now: datetime) -> None:
        """Erase for good whatever is over at `now`, and what an earlier erasing left on the disk."""
        set_now = self.settings.read()
        idle, absolute = timedelta(minutes=set_now.sign_in_idle_minutes), timedelta(hours=set_now.sign_in_hours)
        touched = []
        with self._connections.writing() as connection:
            for one in (handovers, consultations):
                ends = one.c.expires_at if one is handovers else one.c.erased_at
                if connection.execute(delete(one).where(ends <= now)).rowcount:
                    touched.append(one)
            connection.execute(
                delete(sign_ins).where(or_(sign_ins.c.seen_at <= now - idle, sign_ins.c.begun_at <= now - absolute))
            )
            connection.execute(delete(audit).where(audit.c.at < now - timedelta(days=set_now.audit_days)))
            attempts.tidy(connection, now)
        self._connections.scrub(*touched)

    def close(self) -> None:
        self._connections.close()

    # --- the key

    def _is_ready(self, connection: Connection) -> bool:
        """Return whether the layout is the newest and the key the right one.

        Raises:
            StoreError: another key, or none, is here, or a newer mesodash made the database.
        """
        version = layout.found(connection)
        if version is not None and self._belongs(connection) is False:
            raise StoreError("store.wrong_key")
        return version == layout.known()[-1] and self._belongs(connection) is True

    def _prepare(self, connection: Connection) -> None:
        layout.bring_up(connection)
        belongs = self._belongs(connection)
        if belongs is None:
            connection.execute(insert(secrets).values(name=_KEY, content=_fingerprint(self._the_key())))
        elif not belongs:
            raise StoreError("store.wrong_key")

    def _belongs(self, connection: Connection) -> bool | None:
        """Return whether the key here is the one the database was begun with; None if it was begun with none yet."""
        kept = connection.execute(select(secrets.c.content).where(secrets.c.name == _KEY)).scalar_one_or_none()
        if kept is None:
            return None
        # Where the key file is missing, a new one would only hide that.
        key = self._key if self._key is not None else _told(keys.known_key)
        if key is None or not compare_digest(_fingerprint(key), kept):
            return False
        self._key = key
        return True

    def _the_key(self) -> bytes:
        if self._key is None:
            self._key = _told(keys.signing_key)
        return self._key


def _fingerprint(key: bytes) -> bytes:
    return derived(key, "fingerprint")


def _told(read: Callable[[], _Key]) -> _Key:
    """Return what `read` returns; what it says about signing files is said about the store."""
    try:
        return read()
    except StoreError as error:
        raise StoreError("store.bad_key" if error.key == "saved.bad_key" else "store.no_key") from None
