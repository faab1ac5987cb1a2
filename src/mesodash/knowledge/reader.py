"""Strict readers: files in `data/` to records, every fault of every file at once."""

from __future__ import annotations

import csv
import functools
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
    AidItem,
    Change,
    Claim,
    Clinic,
    ComparisonRow,
    Conflict,
    Consideration,
    Content,
    Criterion,
    EffectSpan,
    Floor,
    OutcomeShare,
    Price,
    Protocol,
    Question,
    Rule,
    Screen,
    Source,
    Text,
    ToAsk,
)

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_FAST):  # type: ignore[misc]
    """A safe loader: only true and false are booleans, dates and fractions stay text, and no key repeats."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key.value, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is a list or a mapping; write a word", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key.value}' is repeated; keep one", key.start_mark
                )
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":null")]
    for first, resolvers in _FAST.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
# Plain digits alone: YAML itself reads 010 as eight and 1:30 as ninety.
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^(0|-?[1-9][0-9]*)$"), list("-0123456789"))


@dataclass
class Raw:
    """What the files say, read but not yet checked against each other, with the faults found so far."""

    problems: list[str] = field(default_factory=list)
    content: Content | None = None
    clinic: Clinic | None = None
    sources: list[Source] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    considerations: list[Consideration] = field(default_factory=list)
    to_ask: list[ToAsk] = field(default_factory=list)
    protocols: list[Protocol] = field(default_factory=list)
    aftercare: list[AftercareRule] = field(default_factory=list)
    rows: list[ComparisonRow] = field(default_factory=list)
    effects: list[EffectSpan] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    shares: list[OutcomeShare] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    floor: list[Floor] = field(default_factory=list)
    decision_aid: list[AidItem] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """Kind and id of each entry ("claim s1-non-invasive") to the file that holds it, for later messages."""
    unreadable: set[str] = field(default_factory=set)
    """Ids and text keys in files with faults of form: they exist, so nothing that names them is reported on top."""
    lost: set[str] = field(default_factory=set)
    """Kinds ("claim", "text") of which a whole file could not be read; what may stand there is not reported on top."""


_WORDS = {
    "extra_forbidden": "unknown field; remove it or correct its name",
    "unexpected_keyword_argument": "unknown field; remove it or correct its name",
    "missing": "is missing; add it",
    "missing_keyword_only_argument": "is missing; add it",
    "string_too_short": "is empty; write something or leave the field out",
    "too_short": "is an empty list; name at least one",
}
_REMEDIES = {
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "decimal_type": "write a number",
    "decimal_parsing": "write a number",
    "finite_number": "write a number",
    "string_type": "put it in quotes",
    "list_type": "write a list, each entry after a '-'",
    "tuple_type": "write a list",
    "dict_type": "write fields with their values",
    "dataclass_type": "write fields with their values",
}


def _say(fault: Any) -> str:
    kind = fault["type"]
    if kind in _WORDS:
        return _WORDS[kind]
    message = str(fault["msg"]).removeprefix("Value error, ")
    given = fault.get("input")
    if isinstance(given, (str, int, float)) and kind != "value_error":
        message += f" (it says {given!r})"
    return f"{message}; {_REMEDIES[kind]}" if kind in _REMEDIES else message


def _place(location: tuple[int | str, ...], entries: Any) -> str:
    """`(3, "value", "low")` in a list of entries to `some-id.value.low`."""
    parts = [str(part) for part in location]
    if isinstance(entries, list) and location and isinstance(location[0], int):
        entry = entries[location[0]]
        name = next((entry[key] for key in ("id", "claim", "option") if isinstance(entry, dict) and key in entry), None)
        parts[0] = str(name) if name is not None else f"entry {location[0] + 1}"
    return ".".join(parts)


@functools.cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _records(raw: Raw, name: str, shape: Any, plain: Any) -> Any:
    try:
        text = json.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        # Only what carries a tag of YAML's own (!!set) or contains itself gets here.
        raw.problems.append(f"{name}: holds a value that is no text, number, list or mapping; write it as one of these")
        return None
    try:
        return _adapter(shape).validate_json(text, strict=True)
    except ValidationError as error:
        for fault in error.errors():
            place = _place(fault["loc"], plain)
            raw.problems.append(f"{name}: {place}: {_say(fault)}" if place else f"{name}: {_say(fault)}")
        if isinstance(plain, list):
            raw.unreadable.update(str(entry["id"]) for entry in plain if isinstance(entry, dict) and "id" in entry)
        elif isinstance(plain, dict):
            raw.unreadable.update(str(key) for key in plain)
        return None


def _text(raw: Raw, name: str, path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raw.problems.append(f"{name}: the file is missing; restore it")
    except UnicodeDecodeError:
        raw.problems.append(f"{name}: not UTF-8; save the file as UTF-8")
    except OSError as error:
        raw.problems.append(f"{name}: cannot be opened ({error.strerror}); make it a file that may be read")
    return None


def _yaml(raw: Raw, kind: str, data: Path, path: Path) -> Any:
    name = path.relative_to(data).as_posix()
    text = _text(raw, name, path)
    if text is not None:
        try:
            plain = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - it is a SafeLoader
            if plain is not None:
                return plain
            raw.problems.append(f"{name}: holds nothing; restore what stood there")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" line {mark.line + 1}:" if mark else ""
            problem = getattr(error, "problem", None) or "cannot be read as YAML"
            raw.problems.append(f"{name}:{line} {problem}" + ("" if ";" in problem else "; correct it"))
        except (ValueError, TypeError, RecursionError):
            raw.problems.append(f"{name}: cannot be read as YAML; correct it")
    raw.lost.add(kind)
    return None


def _csv(raw: Raw, path: Path) -> Iterator[dict[str, Any]]:
    text = _text(raw, path.name, path)
    if text is None:
        return
    rows = csv.DictReader(io.StringIO(text), restkey="(more cells than columns)")
    columns = list(rows.fieldnames or ())
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        raw.problems.append(f"{path.name}: {column}: the column stands more than once; keep one")
    try:
        for row in rows:
            entry: dict[str, Any] = {key: value for key, value in row.items() if value}
            if str(entry.get("year", "")).isdecimal():
                entry["year"] = int(entry["year"])
            yield entry
    except csv.Error as error:
        raw.problems.append(f"{path.name}: line {rows.line_num + 1}: {error}; correct it")


_LISTS: tuple[tuple[str, str, str, Any], ...] = (
    ("sources", "source", "sources.yaml", Source),
    ("claims", "claim", "claims/*.yaml", Claim),
    ("questions", "question", "questions.yaml", Question),
    ("screens", "screen", "tablet.yaml", Screen),
    ("rules", "rule", "rules/*.yaml", Rule),
    ("considerations", "consideration", "considerations.yaml", Consideration),
    ("to_ask", "to ask", "to_ask.yaml", ToAsk),
    ("protocols", "protocol", "protocols.yaml", Protocol),
    ("aftercare", "aftercare", "aftercare.yaml", AftercareRule),
    ("rows", "row", "comparison.yaml", ComparisonRow),
    ("effects", "effect", "effects.yaml", EffectSpan),
    ("criteria", "criterion", "priorities.yaml", Criterion),
    ("shares", "share", "shares.yaml", OutcomeShare),
    ("conflicts", "conflict", "conflicts.yaml", Conflict),
    ("changes", "change", "changes.yaml", Change),
    ("floor", "floor", "floor.yaml", Floor),
    ("decision_aid", "item", "decision_aid.yaml", AidItem),
)
_KEYS: dict[str, str | None] = {"effect": "option", "change": None, "floor": None}
"""Kinds without an id, and the field that tells their entries apart; None: there may be several of the same."""


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return the files that fit, without the hidden ones that editors leave: `digest` does not count those either."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def _one(raw: Raw, kind: str, data: Path, shape: Any) -> Any:
    """Return the record that a file holds alone; None where it cannot be read."""
    plain = _yaml(raw, kind, data, data / f"{kind}.yaml")
    return None if plain is None else _records(raw, f"{kind}.yaml", shape, plain)


def read(data: Path) -> Raw:
    """Return all records under `data`, with every fault of form; nothing is left out without a line about it."""
    raw = Raw()
    raw.content = _one(raw, "content", data, Content)
    raw.clinic = _one(raw, "clinic", data, Clinic)
    for attribute, kind, pattern, shape in _LISTS:
        paths = _found(data, pattern) if "*" in pattern else [data / pattern]
        if not paths:
            raw.problems.append(f"{pattern}: no file is there; restore them")
            raw.lost.add(kind)
        for path in paths:
            plain = _yaml(raw, kind, data, path)
            if plain is None:
                continue
            name = path.relative_to(data).as_posix()
            entries = _records(raw, name, list[shape], plain)  # type: ignore[valid-type]
            field_name = _KEYS.get(kind, "id")
            if entries is None and (kind == "conflict" or field_name != "id" or not isinstance(plain, list)):
                # Nothing in there has an id to be known by; conflicts are known by the claims they part.
                raw.lost.add(kind)
            for entry in entries or ():
                getattr(raw, attribute).append(entry)
                if field_name is None:
                    continue
                key = f"{kind} {getattr(entry, field_name)}"
                if key in raw.files:
                    raw.problems.append(f"{name}: {key} stands in {raw.files[key]} too; keep one")
                raw.files[key] = name
    raw.prices = list(_records(raw, "prices.csv", list[Price], list(_csv(raw, data / "prices.csv"))) or ())
    for lang in LANGS:
        texts: dict[str, str] = {}
        paths = _found(data, f"i18n/{lang}/*.yaml")
        if not paths:
            raw.problems.append(f"i18n/{lang}/*.yaml: no file is there; restore them")
            raw.lost.add("text")
        for path in paths:
            name = path.relative_to(data).as_posix()
            plain = _yaml(raw, "text", data, path)
            if plain is None:
                continue
            for key, text in (_records(raw, name, dict[str, Text], plain) or {}).items():
                if key in texts:
                    raw.problems.append(f"{name}: {key}: stands in another file of this language too; keep one")
                texts[key] = text
        raw.texts[lang] = texts
    return raw
