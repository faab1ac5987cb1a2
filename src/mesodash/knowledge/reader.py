"""Strict readers: files in `data/` to records, every fault of every file at once."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from mesodash.knowledge.records import (
    LANGS,
    AftercareRule,
    Claim,
    ComparisonRow,
    Consideration,
    Content,
    EffectSpan,
    Price,
    Protocol,
    Question,
    Rule,
    Source,
)

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_FAST):  # type: ignore[misc]
    """A safe loader: only true and false are booleans, dates and fractions stay text, and no key repeats."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key.value}' is repeated; keep one", key.start_mark
                )
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":null"))]
    for first, resolvers in _FAST.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


@dataclass
class Raw:
    """What the files say, read but not yet checked against each other, with the faults found so far."""

    problems: list[str] = field(default_factory=list)
    content: Content | None = None
    sources: list[Source] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    considerations: list[Consideration] = field(default_factory=list)
    protocols: list[Protocol] = field(default_factory=list)
    aftercare: list[AftercareRule] = field(default_factory=list)
    rows: list[ComparisonRow] = field(default_factory=list)
    effects: list[EffectSpan] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """Kind and id of each entry ("claim s1-non-invasive") to the file that holds it, for later messages."""
    unreadable: set[str] = field(default_factory=set)
    """Ids in files with faults of form: they exist, so nothing that names them is reported on top."""


_WORDS = {
    "extra_forbidden": "unknown field; remove it or correct its name",
    "unexpected_keyword_argument": "unknown field; remove it or correct its name",
    "missing": "is missing; add it",
    "missing_keyword_only_argument": "is missing; add it",
}


def _say(fault: Any) -> str:
    kind = fault["type"]
    if kind in _WORDS:
        return _WORDS[kind]
    message = str(fault["msg"]).removeprefix("Value error, ")
    given = fault.get("input")
    return (
        f"{message} (it says {given!r})" if isinstance(given, (str, int, float)) and kind != "value_error" else message
    )


def _place(location: tuple[int | str, ...], entries: Any) -> str:
    """`(3, "value", "low")` in a list of entries to `some-id.value.low`."""
    parts = [str(part) for part in location]
    if isinstance(entries, list) and location and isinstance(location[0], int):
        entry = entries[location[0]]
        name = next((entry[key] for key in ("id", "option", "claim") if isinstance(entry, dict) and key in entry), None)
        parts[0] = str(name) if name is not None else f"entry {location[0] + 1}"
    return ".".join(parts)


def _records(raw: Raw, name: str, shape: Any, plain: Any) -> Any:
    try:
        return TypeAdapter(shape).validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        for fault in error.errors():
            place = _place(fault["loc"], plain)
            raw.problems.append(f"{name}: {place}: {_say(fault)}" if place else f"{name}: {_say(fault)}")
        if isinstance(plain, list):
            raw.unreadable.update(str(entry["id"]) for entry in plain if isinstance(entry, dict) and "id" in entry)
        return None


def _yaml(raw: Raw, data: Path, path: Path) -> Any:
    name = path.relative_to(data).as_posix()
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - it is a SafeLoader
    except FileNotFoundError:
        raw.problems.append(f"{name}: the file is missing; restore it")
    except UnicodeDecodeError:
        raw.problems.append(f"{name}: not UTF-8; save the file as UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark else ""
        raw.problems.append(f"{name}:{line} {getattr(error, 'problem', None) or 'cannot be read as YAML'}")
    return None


def _csv(raw: Raw, path: Path) -> Iterator[dict[str, Any]]:
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raw.problems.append(f"{path.name}: the file is missing; restore it")
        return
    for row in rows:
        entry: dict[str, Any] = {key or "": value for key, value in row.items() if value}
        if str(entry.get("year", "")).isdecimal():
            entry["year"] = int(entry["year"])
        yield entry


_LISTS: tuple[tuple[str, str, str, Any], ...] = (
    ("sources", "source", "sources.yaml", Source),
    ("claims", "claim", "claims/*.yaml", Claim),
    ("questions", "question", "questions.yaml", Question),
    ("rules", "rule", "rules/*.yaml", Rule),
    ("considerations", "consideration", "considerations.yaml", Consideration),
    ("protocols", "protocol", "protocols.yaml", Protocol),
    ("aftercare", "aftercare", "aftercare.yaml", AftercareRule),
    ("rows", "row", "comparison.yaml", ComparisonRow),
    ("effects", "effect", "effects.yaml", EffectSpan),
)


def read(data: Path) -> Raw:
    """Return all records under `data`, with every fault of form; nothing is left out without a line about it."""
    raw = Raw()
    plain = _yaml(raw, data, data / "content.yaml")
    if plain is not None:
        raw.content = _records(raw, "content.yaml", Content, plain)
    for attribute, kind, pattern, shape in _LISTS:
        paths = sorted(data.glob(pattern)) if "*" in pattern else [data / pattern]
        if not paths:
            raw.problems.append(f"{pattern}: no file is there; restore them")
        for path in paths:
            plain = _yaml(raw, data, path)
            if plain is None:
                continue
            name = path.relative_to(data).as_posix()
            for entry in _records(raw, name, list[shape], plain) or ():  # type: ignore[valid-type]
                getattr(raw, attribute).append(entry)
                key = f"{kind} {entry.option if kind == 'effect' else entry.id}"
                if key in raw.files:
                    raw.problems.append(f"{name}: {key} stands in {raw.files[key]} too; keep one")
                raw.files[key] = name
    raw.prices = list(_records(raw, "prices.csv", list[Price], list(_csv(raw, data / "prices.csv"))) or ())
    for lang in LANGS:
        texts: dict[str, str] = {}
        for path in sorted((data / "i18n" / lang).glob("*.yaml")):
            name = path.relative_to(data).as_posix()
            for key, text in (_records(raw, name, dict[str, str], _yaml(raw, data, path) or {}) or {}).items():
                if key in texts:
                    raw.problems.append(f"{name}: {key}: stands in another file of this language too; keep one")
                texts[key] = text
        raw.texts[lang] = texts
    return raw
