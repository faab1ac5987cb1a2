"""The signing key is made once, whole, for its owner alone, and its absence is told in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS
from mesodash.paths import ROOT
from mesodash.store import keys


def test_a_key_is_made_once_and_then_stays(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert keys.known_key(folder) is None
    made = keys.signing_key(folder)
    assert len(made) == keys.LENGTH
    assert keys.signing_key(folder) == keys.known_key(folder) == made
    assert [one.name for one in folder.iterdir()] == ["consultation.key"]


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes there")
def test_a_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys.signing_key(tmp_path / "data")
    finally:
        os.umask(before)
    assert (tmp_path / "data" / "consultation.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, time\n"
        "from mesodash.store import keys\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(keys.signing_key(pathlib.Path(sys.argv[1])).hex())\n"
    )
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        started = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(folder)],
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in started:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        found = {one.communicate(timeout=30)[0].strip() for one in started}
        assert found == {(folder / "consultation.key").read_bytes().hex()}
        assert [one.name for one in folder.iterdir()] == ["consultation.key"]


def test_a_key_that_another_process_made_meanwhile_is_kept(tmp_path: Path) -> None:
    first = keys.signing_key(tmp_path)
    keys._make(tmp_path)
    assert keys.signing_key(tmp_path) == first


def test_a_folder_that_cannot_be_written_is_told_before_and_when_saving(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "data"
    for ask in (keys.may_sign, keys.signing_key):
        with pytest.raises(StoreError) as found:
            ask(place)
        assert found.value.key == "saved.no_key"
    assert keys.known_key(place) is None


def test_asking_whether_a_key_could_be_made_writes_nothing(tmp_path: Path) -> None:
    keys.may_sign(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "consultation.key").write_bytes(content)
    for ask in (keys.may_sign, keys.signing_key, keys.known_key):
        with pytest.raises(StoreError) as found:
            ask(tmp_path)
        assert found.value.key == "saved.bad_key"
    assert (tmp_path / "consultation.key").read_bytes() == content


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", ["saved.no_key", "saved.bad_key"])
def test_what_is_told_is_one_line_in_every_language(key: str, lang: str) -> None:
    assert "\n" not in Words(load(), lang)(key)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("platform", "surroundings", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/x"}, Path("/x/mesodash")),
        ("linux", {"XDG_DATA_HOME": "x"}, Path.home() / ".local/share/mesodash"),
        ("linux", {}, Path.home() / ".local/share/mesodash"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/mesodash")),
        ("win32", {}, Path.home() / "AppData/Local/mesodash"),
        ("darwin", {"XDG_DATA_HOME": "/x"}, Path.home() / "Library/Application Support/mesodash"),
        ("darwin", {"MESODASH_DATA": "/own"}, Path("/own")),
    ],
)
def test_the_folder_is_the_platform_s_own(platform: str, surroundings: dict[str, str], expected: Path) -> None:
    assert keys.data_folder(surroundings, platform) == expected


def test_a_place_that_knows_no_links_keeps_a_key_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    made = keys.signing_key(tmp_path)
    assert len(made) == keys.LENGTH
    assert keys.signing_key(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == ["consultation.key"]
