"""What the clinic has set, and documents for later use, as JSON by name."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, select

from mesodash.errors import InputError, StoreError
from mesodash.store.connections import Connections
from mesodash.store.records import LIMITS, LONGEST, MOST_ACCOUNTS, ClinicSettings
from mesodash.store.tables import documents

__all__ = ["LIMITS", "ClinicSettings", "Settings"]

_CLINIC = "clinic"

CLINIC_TEXT = select(documents.c.content).where(documents.c.name == _CLINIC).scalar_subquery()
"""What `clinic_settings` reads, as part of a larger question."""


class Settings:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def read(self) -> ClinicSettings:
        """Return what the clinic has set. What it never set, or what is outside the limits, has its first value.

        Raises:
            StoreError: it is damaged. The first values may be laxer than what was set, so they do not take its place.
        """
        with self._connections.reading() as connection:
            return clinic_settings(connection.execute(select(CLINIC_TEXT)).scalar_one())

    def write(self, settings: ClinicSettings) -> None:
        """Keep all of `settings`.

        Raises:
            InputError: a number is outside its limits, or a text too long; nothing was changed.
        """
        given = asdict(settings) | {"allowed_accounts": list(settings.allowed_accounts)}
        for name in given:
            if not _fits(name, given):
                if name in LIMITS:
                    low, high = LIMITS[name]
                    raise InputError("error.out_of_range", field=name, params={"low": low, "high": high})
                raise InputError("error.text_too_long", field=name, params={"length": LONGEST[name]})
        self.put_document(_CLINIC, given)

    def document(self, name: str) -> Any | None:
        """Return the document of this name, or None if there is none.

        Raises:
            StoreError: it is damaged.
        """
        with self._connections.reading() as connection:
            text = connection.execute(select(documents.c.content).where(documents.c.name == name)).scalar_one_or_none()
        try:
            return None if text is None else json.loads(text)
        except ValueError:
            raise StoreError("store.damaged") from None

    def put_document(self, name: str, value: Any | None) -> None:
        """Keep `value`, anything that JSON can hold, in place of what had this name; None takes it away."""
        with self._connections.writing() as connection:
            if value is None:
                connection.execute(delete(documents).where(documents.c.name == name))
                return
            adding = self._connections.insert(documents).values(
                name=name, content=json.dumps(value, ensure_ascii=False, allow_nan=False)
            )
            connection.execute(
                adding.on_conflict_do_update(index_elements=["name"], set_={"content": adding.excluded.content})
            )


def clinic_settings(text: str | None) -> ClinicSettings:
    """Return what the clinic has set, from the text that holds it; see `Settings.read`."""
    try:
        said = None if text is None else json.loads(text)
    except ValueError:
        raise StoreError("store.damaged_settings") from None
    given = said if isinstance(said, dict) else {}
    return ClinicSettings(
        **{one.name: given[one.name] for one in fields(ClinicSettings) if _fits(one.name, given)}
        | ({"allowed_accounts": tuple(given["allowed_accounts"])} if _fits("allowed_accounts", given) else {})
    )


def _fits(name: str, given: dict[str, Any]) -> bool:
    value = given.get(name)
    if name in LIMITS:
        low, high = LIMITS[name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if name == "allowed_accounts":
        return (
            isinstance(value, list)
            and len(value) <= MOST_ACCOUNTS
            and all(isinstance(one, str) and len(one) <= LONGEST[name] for one in value)
        )
    return isinstance(value, str) and len(value) <= LONGEST[name]
