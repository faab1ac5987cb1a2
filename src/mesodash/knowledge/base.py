"""The loaded knowledge base."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mesodash.errors import KnowledgeError
from mesodash.knowledge import codec
from mesodash.knowledge.records import (
    CERTAINTIES,
    DAYS_OFF,
    AftercareRule,
    AidItem,
    Certainty,
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
    Lang,
    Level,
    OptionId,
    OutcomeShare,
    Price,
    Protocol,
    Question,
    Rule,
    Screen,
    Source,
    ToAsk,
)
from mesodash.paths import COMPILED, DATA

if TYPE_CHECKING:
    from mesodash.knowledge.reader import Raw


class KnowledgeBase:
    """All that mesodash claims. A part is decoded when it is first asked for: a command pays for what it uses."""

    def __init__(self, digest: str, parts: Mapping[str, Callable[[], Any]]) -> None:
        self.digest = digest
        """SHA-256 over names and bytes of all files in `data/`, in hexadecimal."""
        self._parts = parts

    @functools.cached_property
    def content(self) -> Content:
        part: Content = self._parts["content"]()
        return part

    @functools.cached_property
    def clinic(self) -> Clinic:
        part: Clinic = self._parts["clinic"]()
        return part

    @functools.cached_property
    def version(self) -> str:
        """The edition with the first figures of the hash: another one as soon as any entry changes."""
        return version(self.content, self.digest)

    @functools.cached_property
    def sources(self) -> dict[str, Source]:
        return {source.id: source for source in self._parts["sources"]()}

    @functools.cached_property
    def claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self._parts["claims"]()}

    @functools.cached_property
    def questions(self) -> dict[str, Question]:
        """In the order in which they are asked."""
        return {question.id: question for question in self._parts["questions"]()}

    @functools.cached_property
    def screens(self) -> tuple[Screen, ...]:
        """Those of the tablet, in their order."""
        return tuple(self._parts["screens"]())

    @functools.cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(self._parts["rules"]())

    @functools.cached_property
    def considerations(self) -> tuple[Consideration, ...]:
        return tuple(self._parts["considerations"]())

    @functools.cached_property
    def to_ask(self) -> tuple[ToAsk, ...]:
        """Questions to take to the talk, in their order."""
        return tuple(self._parts["to_ask"]())

    @functools.cached_property
    def protocols(self) -> dict[str, Protocol]:
        return {protocol.id: protocol for protocol in self._parts["protocols"]()}

    @functools.cached_property
    def aftercare(self) -> tuple[AftercareRule, ...]:
        return tuple(self._parts["aftercare"]())

    @functools.cached_property
    def days_off(self) -> tuple[AftercareRule, ...]:
        """The days to keep free after a session of each option for which any are given, as a rule like the others."""
        found = (self.criteria[DAYS_OFF].options if DAYS_OFF in self.criteria else None) or {}
        return tuple(
            AftercareRule(
                id="days_off",
                option=option,
                least_days=int(reads.low),
                most_days=int(reads.high),
                sources=reads.claims(),
            )
            for option, reads in found.items()
            if reads.low is not None and reads.high
        )

    @functools.cached_property
    def rows(self) -> tuple[ComparisonRow, ...]:
        return tuple(self._parts["rows"]())

    @functools.cached_property
    def effects(self) -> dict[OptionId, EffectSpan]:
        return {effect.option: effect for effect in self._parts["effects"]()}

    @functools.cached_property
    def criteria(self) -> dict[str, Criterion]:
        """What can matter to a person, in the order in which it is asked."""
        return {criterion.id: criterion for criterion in self._parts["criteria"]()}

    @functools.cached_property
    def shares(self) -> tuple[OutcomeShare, ...]:
        """What is drawn as pictures of 100 people."""
        return tuple(self._parts["shares"]())

    @functools.cached_property
    def prices(self) -> tuple[Price, ...]:
        return tuple(self._parts["prices"]())

    @functools.cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(self._parts["conflicts"]())

    @functools.cached_property
    def conflicts_of(self) -> dict[str, tuple[Conflict, ...]]:
        """Claim id to the conflicts it is a side of."""
        found: dict[str, tuple[Conflict, ...]] = {}
        for conflict in self.conflicts:
            for side in conflict.sides:
                for one in side.claims:
                    found[one] = (*found.get(one, ()), conflict)
        return found

    @functools.cached_property
    def changes(self) -> tuple[Change, ...]:
        """The log of the rules, oldest first."""
        return tuple(self._parts["changes"]())

    @functools.cached_property
    def floor(self) -> tuple[Floor, ...]:
        return tuple(self._parts["floor"]())

    @functools.cached_property
    def decision_aid(self) -> tuple[AidItem, ...]:
        return tuple(self._parts["decision_aid"]())

    @functools.cached_property
    def levels(self) -> tuple[Level, ...]:
        """How hard the texts are to read, measured when the files were read."""
        return tuple(self._parts["levels"]())

    @functools.cached_property
    def certainties(self) -> dict[str, Certainty]:
        """Claim id to certainty, without the claims themselves."""
        part: dict[str, Certainty] = self._parts["certainties"]()
        return part

    def texts(self, lang: Lang) -> dict[str, str]:
        """Return text key to text of one language."""
        part: dict[str, str] = self._parts[f"texts.{lang}"]()
        return part

    def certainty(self, claim_ids: tuple[str, ...]) -> Certainty:
        """Return the certainty of the surest of some claims: that is how well the statement they share is backed."""
        return min((self.certainties[one] for one in claim_ids), key=CERTAINTIES.index)


def version(content: Content, digest: str) -> str:
    """Return the edition with the first figures of the hash, such as 2026.11+c0b4cb6b."""
    return f"{content.version}+{digest[:8]}"


LISTS = (
    "sources",
    "claims",
    "questions",
    "screens",
    "rules",
    "considerations",
    "to_ask",
    "protocols",
    "aftercare",
    "rows",
    "effects",
    "criteria",
    "shares",
    "prices",
    "conflicts",
    "changes",
    "floor",
    "decision_aid",
)
"""Parts that are lists of records."""


def _parts(raw: Raw) -> dict[str, Any]:
    from mesodash.knowledge import readability

    parts: dict[str, Any] = {name: getattr(raw, name) for name in ("content", "clinic", *LISTS)}
    parts["levels"] = readability.levels(raw.claims, cast("dict[Lang, dict[str, str]]", raw.texts))
    parts["certainties"] = {claim.id: claim.certainty for claim in raw.claims}
    parts |= {f"texts.{lang}": texts for lang, texts in raw.texts.items()}
    return parts


def _files(data: Path) -> list[Path]:
    # Hidden files are those of editors and file managers.
    return sorted(
        path
        for path in data.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(data).parts)
    )


def digest(data: Path) -> str:
    """Return the SHA-256 of all files under `data`: any changed, added, renamed or removed byte changes it."""
    total = hashlib.sha256()
    for path in _files(data):
        body = path.read_bytes()
        total.update(f"{path.relative_to(data).as_posix()}\0{len(body)}\0".encode())
        total.update(body)
    return total.hexdigest()


def _compiled_path(data_digest: str) -> Path:
    # Compiled knowledge is only right for the code that read, checked and wrote it.
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    return COMPILED / f"{hashlib.sha256((data_digest + code.hexdigest()).encode()).hexdigest()[:32]}.jsonl"


def _read_compiled(path: Path) -> dict[str, str] | None:
    with suppress(OSError, UnicodeDecodeError):
        check, _, body = path.read_text(encoding="utf-8").partition("\n")
        if hashlib.sha256(body.encode()).hexdigest() == check:
            # Not splitlines: a text may hold one of the other line breaks of Unicode.
            return dict(line.split(" ", 1) for line in body.removesuffix("\n").split("\n"))
    return None


def _write_compiled(path: Path, lines: Mapping[str, str]) -> None:
    # Imported here: most starts find compiled knowledge and write none.
    import tempfile

    body = "".join(f"{name} {line}\n" for name, line in lines.items())
    # A folder that cannot be written to costs the next start a second, nothing else.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("*.jsonl"):
            old.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(hashlib.sha256(body.encode()).hexdigest() + "\n" + body)
        Path(name).replace(path)


def _one_line(problem: str) -> str:
    # What a file says is quoted in the message, line breaks and control characters included.
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in problem)


def read_all(data: Path, *, also: Callable[[KnowledgeBase], Iterable[str]] | None = None) -> dict[str, Any]:
    """Return all parts of the knowledge under `data`, freshly read and checked.

    Args:
        also: Asks more of knowledge that is sound in form, and yields a line for each fault. With it, texts that are
            too hard to read and options told in unequal detail are faults too. The app starts with those: they are for
            an editor to mend, not for a clinic to be stopped by.

    Raises:
        KnowledgeError: something does not hold together; it lists every fault.
    """
    # Imported here: pydantic is only needed when files changed since they were last compiled.
    from mesodash.knowledge import checks, reader, upkeep

    raw = reader.read(data)
    problems = raw.problems + checks.problems(raw)
    parts = {} if problems else _parts(raw)
    if also is not None:
        problems += upkeep.problems(raw)
        if parts:
            problems += also(KnowledgeBase(digest(data), {name: _given(part) for name, part in parts.items()}))
    if problems:
        raise KnowledgeError(_one_line(problem) for problem in problems)
    return parts


def _given(part: Any) -> Callable[[], Any]:
    return lambda: part


@functools.lru_cache(maxsize=2)
def _load(data: Path, data_digest: str) -> KnowledgeBase:
    path = _compiled_path(data_digest)
    lines = _read_compiled(path)
    if lines is None:
        lines = {name: codec.encode(part) for name, part in read_all(data).items()}
        _write_compiled(path, lines)
    return KnowledgeBase(
        data_digest, {name: functools.cache(functools.partial(codec.decode, line)) for name, line in lines.items()}
    )


@functools.lru_cache(maxsize=4)
def _digest_at(data: Path, _stamps: tuple[tuple[str, int, int], ...]) -> str:
    return digest(data)


def load(data: Path = DATA) -> KnowledgeBase:
    """Return the knowledge base under `data`; the same object until a file there changes.

    Raises:
        KnowledgeError: the files do not hold together.
    """
    stats = [(path.as_posix(), path.stat()) for path in _files(data)]
    stamps = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
    return _load(data, _digest_at(data, stamps))
