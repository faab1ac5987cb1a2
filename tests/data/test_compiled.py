"""The digest tells any two contents apart, and compiled knowledge is never anything but what the files say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.knowledge import KnowledgeBase, base, codec, load
from mesodash.knowledge.base import digest, read_all
from mesodash.knowledge.records import Amount, Condition
from mesodash.paths import DATA

SMALL = Path(__file__).parent / "small"
LISTS = (
    "screens",
    "rules",
    "considerations",
    "to_ask",
    "aftercare",
    "rows",
    "shares",
    "prices",
    "conflicts",
    "changes",
    "floor",
    "decision_aid",
    "levels",
)
BY_ID = ("sources", "claims", "questions", "protocols", "effects", "criteria")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "data"))


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for compiled knowledge, empty."""
    folder = tmp_path / "compiled"
    monkeypatch.setattr(base, "COMPILED", folder)
    return folder


def start_again(folder: Path) -> KnowledgeBase:
    """Load as a new process does, which remembers nothing."""
    return base._load.__wrapped__(folder, digest(folder))


def contents(knowledge: KnowledgeBase) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(knowledge, name) for name in LISTS}
    said |= {name: tuple(getattr(knowledge, name).values()) for name in BY_ID}
    said |= {f"texts.{lang}": knowledge.texts(lang) for lang in ("en", "de", "fr")}
    return said | {"content": knowledge.content, "clinic": knowledge.clinic, "certainties": knowledge.certainties}


def freshly_read(folder: Path) -> dict[str, Any]:
    return {name: tuple(part) if isinstance(part, list) else part for name, part in read_all(folder).items()}


# --- the digest


def flip_a_byte(folder: Path) -> None:
    path = folder / "sources.yaml"
    body = bytearray(path.read_bytes())
    body[-2] ^= 1
    path.write_bytes(body)


def move_a_byte_to_the_next_file(folder: Path) -> None:
    first, second = folder / "claims" / "clinic.yaml", folder / "claims" / "others.yaml"
    body = first.read_bytes()
    first.write_bytes(body[:-1])
    second.write_bytes(body[-1:] + second.read_bytes())


@pytest.mark.parametrize(
    "change",
    [
        flip_a_byte,
        move_a_byte_to_the_next_file,
        lambda folder: (folder / "sources.yaml").rename(folder / "origins.yaml"),
        lambda folder: (folder / "sources.yaml").unlink(),
        lambda folder: (folder / "rules" / "empty.yaml").touch(),
        lambda folder: (folder / "rules" / "reasons.yaml").rename(folder / "reasons.yaml"),
    ],
    ids=[
        "a byte",
        "a byte moved to the next file",
        "a renamed file",
        "a file less",
        "an empty file more",
        "a moved file",
    ],
)
def test_whatever_changes_in_the_data_changes_the_digest(data: Path, change: Callable[[Path], object]) -> None:
    before = digest(data)
    change(data)
    assert digest(data) != before


def test_one_file_never_passes_for_two(tmp_path: Path) -> None:
    for name, body in {"two/a": b"1", "two/b": b"2", "one/a": b"1b\x002"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    assert digest(tmp_path / "two") != digest(tmp_path / "one")


def test_the_digest_does_not_hang_on_the_time_or_the_place_of_the_files(data: Path, tmp_path: Path) -> None:
    for path in data.rglob("*"):
        os.utime(path, (1, 1))
    moved = data.rename(tmp_path / "elsewhere")
    assert digest(moved) == digest(SMALL)


@pytest.mark.parametrize("name", [".sources.yaml.swp", "claims/.#clinic.yaml", ".editor/settings.yaml"])
def test_hidden_files_of_editors_do_not_count(data: Path, name: str) -> None:
    before = digest(data)
    (data / name).parent.mkdir(exist_ok=True)
    (data / name).write_text("unsaved", encoding="utf-8")
    assert digest(data) == before


def test_the_loaded_knowledge_carries_the_digest_of_its_files() -> None:
    assert load().digest == digest(DATA)


# --- compiled knowledge


@pytest.mark.slow
def test_compiled_knowledge_says_what_the_files_say(compiled: Path) -> None:
    first, second = start_again(DATA), start_again(DATA)
    assert len(list(compiled.iterdir())) == 1
    assert contents(first) == contents(second) == freshly_read(DATA)


def test_a_second_start_needs_no_validation(data: Path, compiled: Path) -> None:
    start_again(data)
    code = (
        "import sys; from pathlib import Path; from mesodash.knowledge import base;"
        "base.COMPILED = Path(sys.argv[1]); assert base.load(Path(sys.argv[2])).claims;"
        "assert 'pydantic' not in sys.modules and 'yaml' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(compiled), str(data)],
        check=True,
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=DATA.parent,
    )


def truncate(body: bytes) -> bytes:
    return body[: len(body) // 2]


def without_its_last_line(body: bytes) -> bytes:
    return body[: body.rstrip(b"\n").rindex(b"\n") + 1]


def with_another_word(body: bytes) -> bytes:
    return body.replace(b"listed_exclusion", b"needs_check", 1)


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        without_its_last_line,
        with_another_word,
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda body: body + b"\n",
    ],
    ids=["cut in half", "without its last line", "another word", "empty", "not UTF-8", "a line more"],
)
def test_damaged_compiled_knowledge_is_not_believed_but_made_anew(
    data: Path, compiled: Path, damage: Callable[[bytes], bytes]
) -> None:
    start_again(data)
    (path,) = compiled.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert path.read_bytes() != whole
    assert contents(start_again(data)) == freshly_read(data)
    assert path.read_bytes() == whole


def test_compiled_knowledge_is_not_used_after_a_change(data: Path, compiled: Path) -> None:
    start_again(data)
    path = data / "content.yaml"
    stat = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("2027-11-22", "2028-11-22"), encoding="utf-8")
    # Neither the size nor the time of the file gives the change away.
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert start_again(data).content.review_due == "2028-11-22"


def test_compiled_knowledge_of_an_earlier_content_is_thrown_away(data: Path, compiled: Path) -> None:
    start_again(data)
    (before,) = compiled.iterdir()
    flip_a_byte(data)
    (data / "sources.yaml").write_bytes((SMALL / "sources.yaml").read_bytes() + b"\n")
    start_again(data)
    (after,) = compiled.iterdir()
    assert after != before


@pytest.mark.parametrize("module", ["base", "checks", "codec", "reader", "records"])
def test_compiled_knowledge_is_not_used_by_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    code = Path(shutil.copytree(Path(base.__file__).parent, tmp_path / "knowledge"))
    monkeypatch.setattr(base, "__file__", str(code / "base.py"))
    before = base._compiled_path("0")
    (code / f"{module}.py").write_text("# changed\n", encoding="utf-8")
    assert base._compiled_path("0") != before


def test_a_place_that_cannot_be_written_is_no_error(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(base, "COMPILED", tmp_path / "file" / "knowledge")
    assert contents(start_again(data)) == freshly_read(data)


def test_a_change_of_a_file_is_seen_by_a_running_program(data: Path, compiled: Path) -> None:
    before = load(data)
    assert load(data) is before
    path = data / "content.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2026.11", "2026.12"), encoding="utf-8")
    assert (before.content.version, load(data).content.version) == ("2026.11", "2026.12")


@pytest.mark.parametrize("mark", ["\u0085", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\r"], ids=ascii)
def test_a_text_with_an_odd_line_break_survives_a_second_start(data: Path, compiled: Path, mark: str) -> None:
    path = data / "i18n" / "fr" / "words.yaml"
    written = f"\\u{ord(mark):04x}"
    path.write_text(path.read_text(encoding="utf-8").replace("Oui", f"Oui{written}oui"), encoding="utf-8")
    start_again(data)
    assert start_again(data).texts("fr")["answer.pregnancy.pregnant"] == f"Oui{mark}oui"


# --- the codec


def test_every_record_comes_back_as_it_was() -> None:
    for part in freshly_read(DATA).values():
        for record in part if isinstance(part, tuple) else (part,):
            assert codec.decode(codec.encode(record)) == record


decimals = some.decimals(allow_nan=False, allow_infinity=False)
words = some.text(min_size=1)
conditions = some.recursive(
    some.one_of(
        some.builds(Condition, op=some.just("eq"), question=words, value=words | some.integers()),
        some.builds(Condition, op=some.just("lt"), question=words, value=some.integers()),
        some.builds(Condition, op=some.just("one_of"), question=words, values=some.lists(words, min_size=1).map(tuple)),
    ),
    lambda part: some.one_of(
        some.builds(Condition, op=some.just("not"), of=part.map(lambda one: (one,))),
        some.builds(Condition, op=some.just("any"), of=some.lists(part, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(conditions)
def test_any_condition_comes_back_as_it_was(condition: Condition) -> None:
    assert codec.decode(codec.encode(condition)) == condition


@given(words, decimals, some.dictionaries(some.from_regex("[a-z_]+", fullmatch=True), decimals))
def test_any_amount_comes_back_to_the_last_digit(unit: str, figure: Decimal, details: dict[str, Decimal]) -> None:
    amount = Amount(unit=unit, typical=figure, details=details)
    back = codec.decode(codec.encode(amount))
    assert back == amount
    assert str(back.typical) == str(figure)


@given(some.dictionaries(some.from_regex("[a-z_.]+", fullmatch=True), some.text()))
def test_any_texts_come_back_on_one_line(texts: dict[str, str]) -> None:
    line = codec.encode(texts)
    assert "\n" not in line
    assert codec.decode(line) == texts
