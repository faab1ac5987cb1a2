"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 (UTC): exact, ordered and the same in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - _EPOCH) // _UNIT

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _UNIT


metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("content", Text, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

consultations = Table(
    "consultations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("label", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("erased_at", Moment, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("who", String(64), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("blocked_until", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("event", String(40), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("lang", String(10), nullable=False),
    Column("error", String(64), nullable=True),
    Column("app_version", String(40), nullable=False),
    Column("content_version", String(80), nullable=False),
)
Index("audit_at", audit.c.at)
