"""What the store gives out, and the limits of what a clinic may set. Light: no database is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Event = Literal[
    "start",
    "language",
    "tablet_begun",
    "tablet_refused",
    "wiped_idle",
    "wiped_end",
    "wiped_left",
    "wiped_mode",
    "handed_over",
    "handover_opened",
    "handover_refused",
    "signed_in",
    "sign_in_refused",
    "sign_in_ended",
    "signed_out",
    "signed_out_all",
    "passphrase_set",
    "passphrase_removed",
    "saved",
    "opened",
    "erased",
    "file_opened",
    "settings_changed",
    "error",
]
EVENTS: tuple[Event, ...] = Event.__args__  # type: ignore[attr-defined]

SignInKind = Literal["passphrase", "account"]

LIMITS: dict[str, tuple[int, int]] = {
    "idle_seconds": (60, 600),
    "handover_minutes": (5, 120),
    "retention_days": (1, 3650),
    "sign_in_idle_minutes": (5, 240),
    "sign_in_hours": (1, 24),
    "audit_days": (30, 3650),
}
"""The lowest and highest value of each number a clinic may set, both included."""

LONGEST = {"name": 120, "place": 200, "allowed_accounts": 254}
"""How many characters a text may have; of `allowed_accounts`, each one."""
MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class ClinicSettings:
    """What a clinic has set. Numbers are within LIMITS; `allowed_accounts` holds addresses and @domains."""

    name: str = ""
    place: str = ""
    idle_seconds: int = 120
    handover_minutes: int = 30
    retention_days: int = 365
    sign_in_idle_minutes: int = 30
    sign_in_hours: int = 12
    audit_days: int = 365
    allowed_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One saved consultation in a list. Of a damaged one the label cannot be read and is empty."""

    id: str
    label: str
    saved_at: datetime
    erased_at: datetime
    damaged: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit log. `error` is the number that a page showed."""

    id: int
    at: datetime
    event: str
    mode: str
    lang: str
    error: str | None
    app_version: str
    content_version: str
