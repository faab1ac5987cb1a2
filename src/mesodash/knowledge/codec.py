"""Records to JSON and back, without pydantic, for the compiled knowledge."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

from mesodash.knowledge import records

_CLASSES: dict[str, type] = {
    name: value for name, value in vars(records).items() if isinstance(value, type) and dataclasses.is_dataclass(value)
}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$": "Decimal", "text": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        entries = {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        return {"$": type(value).__name__, **entries}
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value


def _record(entries: dict[str, Any]) -> Any:
    tag: str | None = entries.pop("$", None)
    values = {key: tuple(value) if type(value) is list else value for key, value in entries.items()}
    if tag is None:
        return values
    if tag == "Decimal":
        return Decimal(values["text"])
    return _CLASSES[tag](**values)


def encode(value: Any) -> str:
    """Return one line of JSON for records nested in dicts, lists and tuples."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def decode(line: str) -> Any:
    """Return what `encode` was given; lists come back as tuples, except the outermost."""
    return json.loads(line, object_hook=_record)
