"""The audit log: time, versions, mode, language, event and the number of an error. Nothing that anybody answered."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import insert, select

import mesodash
from mesodash.errors import MesodashError
from mesodash.knowledge import load
from mesodash.store.connections import Connections
from mesodash.store.failures import LOG
from mesodash.store.records import EVENTS, Event, Line
from mesodash.store.tables import audit

__all__ = ["EVENTS", "Audit", "Event", "Line"]

_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,20}")
_ERROR = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Audit:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def record(self, event: Event, *, mode: str, lang: str, now: datetime, error: str | None = None) -> None:
        """Add one line. Never raises; what cannot be recorded leaves one line without values in the server's log."""
        try:
            words = _WORD.fullmatch(mode), _WORD.fullmatch(lang), error is None or _ERROR.fullmatch(error)
            if event not in EVENTS or not all(words):
                raise ValueError
            with self._connections.writing() as connection:
                connection.execute(
                    insert(audit).values(
                        at=now,
                        event=event,
                        mode=mode,
                        lang=lang,
                        error=error,
                        app_version=mesodash.__version__,
                        content_version=load().version,
                    )
                )
        except (MesodashError, ValueError, TypeError, ArithmeticError) as fault:
            LOG.error("audit: %s", fault.key if hasattr(fault, "key") else type(fault).__name__)

    def last(self, n: int) -> tuple[Line, ...]:
        """Return the last `n` lines, the newest first."""
        columns = audit.c
        with self._connections.reading() as connection:
            rows = connection.execute(
                select(
                    columns.id,
                    columns.at,
                    columns.event,
                    columns.mode,
                    columns.lang,
                    columns.error,
                    columns.app_version,
                    columns.content_version,
                )
                .order_by(columns.id.desc())
                .limit(n)
            ).all()
        return tuple(Line(*row) for row in rows)
