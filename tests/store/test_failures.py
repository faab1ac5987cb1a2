"""Each way in which a database can fail has its one line, loses nothing, and is over when its cause is."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS
from mesodash.paths import ROOT
from mesodash.store import connections, failures, keys, place
from mesodash.store.database import close_stores, the_store
from tests.conftest import cannot_run
from tests.store import postgres
from tests.store.conftest import NOW, Clinic, enter
from tests.store.postgres import Cluster

MARKER = "MARKERANSWER"


def key_of(call: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as found:
        call()
    said = "".join(traceback.format_exception(found.value)) + repr(found.value) + str(found.value.params)
    assert MARKER not in said
    assert found.value.__suppress_context__ or found.value.__context__ is None
    return found.value.key


def save(label: str = "a") -> str:
    return the_store().consultations.save(MARKER.encode(), label=label, now=NOW, days=1)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits five seconds for a reader waits a third of one here."""
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(failures, "_said", {})


@pytest.fixture(autouse=True)
def no_answer_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield
    assert MARKER not in caplog.text


# --- a full disk


@contextmanager
def small_disk(megabytes: float, owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mesodash-disk-"))
    size = f"size={int(megabytes * 1024)}k"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        cannot_run("no small file system could be mounted")
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        yield folder
    finally:
        close_stores()
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def fill() -> list[str]:
    """Save until nothing more can be saved; return what was acknowledged."""
    kept = [save() for _ in range(3)]

    def go_on() -> None:
        for _ in range(2000):
            kept.append(the_store().consultations.save(os.urandom(20_000), label="a", now=NOW, days=1))

    assert key_of(go_on) == "store.full"
    return kept


def test_a_full_disk_loses_nothing_that_was_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(1.5) as folder:
        enter(monkeypatch, Clinic(folder / "clinic"))
        (folder / "other").write_bytes(bytes(200_000))
        kept = fill()
        assert {one.id for one in the_store().consultations.all(NOW)} == set(kept)
        assert [the_store().consultations.open(row, NOW) for row in kept[:3]] == [MARKER.encode()] * 3
        (folder / "other").unlink()
        kept.append(save())
        the_store().consultations.erase(kept.pop(0))
        assert {one.id for one in the_store().consultations.all(NOW)} == set(kept)


@pytest.mark.slow
def test_a_full_disk_of_the_server_loses_nothing_that_was_acknowledged(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A cluster of its own, ended at once: one whose disk is full cannot write what it still holds, and serves nobody.
    with small_disk(12, cluster.user) as folder, postgres.running(cluster.programs) as own:
        own.ask(f"CREATE TABLESPACE small LOCATION '{folder}'")
        own.ask("CREATE DATABASE full_one TABLESPACE small")
        try:
            enter(monkeypatch, Clinic(tmp_path / "clinic", own, "full_one"))
            kept = fill()
            assert {one.id for one in the_store().consultations.all(NOW)} == set(kept)
        finally:
            close_stores()


def test_a_limit_on_the_length_of_files_is_told_as_a_full_disk(begun: Callable[[str], Clinic], tmp_path: Path) -> None:
    shutil.copytree(begun("sqlite").folder, tmp_path / "clinic")
    script = (
        "import resource, signal; from mesodash.errors import StoreError\n"
        "from mesodash.store.database import the_store; from tests.store.forks import NOW\n"
        "store = the_store(); resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "kept = []\n"
        "try:\n"
        "    while True: kept.append(store.consultations.save(bytes(20_000), label='', now=NOW, days=1))\n"
        "except StoreError as error: print(error.key, len(kept) > 0)\n"
        "print([one.id for one in store.consultations.all(NOW)] == sorted(kept))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("MESODASH")},
            "MESODASH_DATA": str(tmp_path / "clinic"),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stdout.split() == ["store.full", "True", "True"], done.stderr


# --- a lock


@contextmanager
def held(clinic: Clinic) -> Iterator[None]:
    """Another process keeps the whole database for itself."""
    if clinic.cluster is not None:
        import psycopg

        with psycopg.connect(clinic.cluster.url(clinic.name)) as other:
            other.execute("LOCK TABLE consultations IN ACCESS EXCLUSIVE MODE")
            yield
        return
    script = (
        "import sqlite3, sys\n"
        "one = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "one.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.readline()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(clinic.file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield


def test_a_database_that_another_process_keeps_for_itself_is_told_and_used_again_later(clinic: Clinic) -> None:
    before = save()
    with held(clinic):
        assert key_of(save) == "store.locked"
        assert key_of(lambda: the_store().consultations.erase(before)) == "store.locked"
    assert the_store().consultations.open(before, NOW) == MARKER.encode()
    save()


def test_others_can_be_read_while_one_process_writes(clinic: Clinic) -> None:
    before = save()
    if clinic.cluster is None:
        with held(clinic):
            assert the_store().consultations.open(before, NOW) == MARKER.encode()
    else:
        with the_store()._connections.writing():
            assert the_store().consultations.open(before, NOW) == MARKER.encode()


# --- a lost database


def test_a_file_that_went_away_is_told_not_made_anew_and_used_again_when_it_is_back(
    begun: Callable[[str], Clinic], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = Clinic(tmp_path / "clinic")
    enter(monkeypatch, clinic)
    before = save()
    clinic.folder.rename(tmp_path / "away")
    for lost in (save, the_store().settings.read, lambda: the_store().consultations.open(before, NOW)):
        assert key_of(lost) == "store.lost"
    assert not clinic.folder.exists()
    (tmp_path / "away").rename(clinic.folder)
    assert the_store().consultations.open(before, NOW) == MARKER.encode()
    close_stores()


def test_a_backup_that_was_put_in_place_is_used_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = Clinic(tmp_path / "clinic")
    enter(monkeypatch, clinic)
    before = save()
    close_stores()
    shutil.copy(clinic.file, tmp_path / "backup")
    later = save()
    for end in ("", "-wal", "-shm"):
        (clinic.folder / f"mesodash.db{end}").unlink(missing_ok=True)
    (tmp_path / "backup").rename(clinic.file)
    assert [one.id for one in the_store().consultations.all(NOW)] == [before]
    assert key_of(lambda: the_store().consultations.open(later, NOW)) == "store.gone"
    close_stores()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_server_that_went_away_is_told_and_used_again_when_it_is_back(clinic: Clinic) -> None:
    before = save()
    assert clinic.cluster is not None
    clinic.cluster.stop("immediate")
    try:
        assert key_of(save) == "store.unreachable"
        assert key_of(the_store().settings.read) == "store.unreachable"
        close_stores()
        assert key_of(the_store) == "store.unreachable"
    finally:
        clinic.cluster.start()
    assert the_store().consultations.open(before, NOW) == MARKER.encode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_server_that_ends_its_connections_is_used_on(clinic: Clinic) -> None:
    before = save()
    assert clinic.cluster is not None
    clinic.cluster.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{clinic.name}'")  # noqa: S608
    assert the_store().consultations.open(before, NOW) == MARKER.encode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_database_that_was_dropped_is_told_and_not_made_anew(clinic: Clinic) -> None:
    save()
    assert clinic.cluster is not None
    clinic.cluster.ask(f"DROP DATABASE {clinic.name} WITH (FORCE)")
    assert key_of(save) == "store.unreachable"


def test_what_cannot_be_logged_disturbs_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    enter(monkeypatch, Clinic(tmp_path / "clinic"))
    store = the_store()
    (tmp_path / "clinic" / "mesodash.db").unlink()
    store.audit.record("start", mode="together", lang="de", now=NOW)
    assert [one.getMessage() for one in caplog.records if one.name == failures.LOG.name] == ["audit: store.lost"]
    close_stores()


# --- the key


def test_another_key_is_told_and_changes_nothing(clinic: Clinic) -> None:
    before = save()
    close_stores()
    file = clinic.folder / "consultation.key"
    right = file.read_bytes()
    for wrong, told in ((bytes(32), "store.wrong_key"), (None, "store.wrong_key"), (b"short", "store.bad_key")):
        file.unlink()
        if wrong is not None:
            file.write_bytes(wrong)
        assert key_of(the_store) == told
        assert (file.read_bytes() if file.exists() else None) == wrong
        file.write_bytes(right)
    assert the_store().consultations.open(before, NOW) == MARKER.encode()


def test_a_file_of_another_clinic_in_this_place_is_told(
    clinic: Clinic, empty_clinic: Callable[[], Clinic], monkeypatch: pytest.MonkeyPatch
) -> None:
    if clinic.cluster is not None:
        monkeypatch.setenv("MESODASH_DATA", str(clinic.folder / "other"))
        monkeypatch.delenv("MESODASH_KEY")
        keys.signing_key()
        assert key_of(the_store) == "store.wrong_key"
        return
    before = save()
    other = empty_clinic()
    with monkeypatch.context() as patch:
        enter(patch, other)
        save()
    close_stores()
    enter(monkeypatch, clinic)
    assert the_store().consultations.open(before, NOW) == MARKER.encode()
    clinic.file.rename(clinic.folder / "aside")
    other.file.rename(clinic.file)
    assert key_of(the_store().settings.read) == "store.wrong_key"
    clinic.file.unlink()
    (clinic.folder / "aside").rename(clinic.file)
    assert the_store().consultations.open(before, NOW) == MARKER.encode()


# --- damage


def bytes_in(clinic: Clinic, value: bytes) -> str:
    return f"'\\x{value.hex()}'" if clinic.cluster is not None else f"x'{value.hex()}'"


@pytest.mark.parametrize("column", ["label", "content"])
def test_a_damaged_row_is_told_and_the_others_stay_readable(clinic: Clinic, column: str) -> None:
    rows = [save(str(number)) for number in range(3)]
    sealed = bytes(clinic.ask(f"SELECT {column} FROM consultations WHERE id = '{rows[1]}'")[0][0])  # type: ignore[call-overload] # noqa: S608
    other = bytes(clinic.ask(f"SELECT {column} FROM consultations WHERE id = '{rows[2]}'")[0][0])  # type: ignore[call-overload] # noqa: S608
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for damaged in (flipped, sealed[:-1], b"", b"\x02" + sealed[1:], other):
        clinic.ask(f"UPDATE consultations SET {column} = {bytes_in(clinic, damaged)} WHERE id = '{rows[1]}'")  # noqa: S608
        listed = {one.id: (one.label, one.damaged) for one in the_store().consultations.all(NOW)}
        assert listed[rows[0]] == ("0", False)
        assert listed[rows[1]] == (("", True) if column == "label" else ("1", False))
        if column == "content":
            assert key_of(lambda: the_store().consultations.open(rows[1], NOW)) == "store.damaged"
        assert the_store().consultations.open(rows[0], NOW) == MARKER.encode()
    the_store().consultations.erase(rows[1])
    assert {one.id for one in the_store().consultations.all(NOW)} == {rows[0], rows[2]}


def test_a_damaged_hand_over_is_told_and_the_others_open(clinic: Clinic) -> None:
    codes = [the_store().handovers.put({"a": number}, now=NOW, minutes=5) for number in range(2)]
    row = the_store().handovers._row_and_key(codes[0].replace("-", ""))[0]
    clinic.ask(f"UPDATE handovers SET content = {bytes_in(clinic, bytes(60))} WHERE id = '{row}'")  # noqa: S608
    assert key_of(lambda: the_store().handovers.take(codes[0], client="a", now=NOW)) == "store.damaged"
    assert the_store().handovers.take(codes[1], client="a", now=NOW) == {"a": 1}


def test_damaged_settings_and_a_damaged_passphrase_are_told(clinic: Clinic) -> None:
    store = the_store()
    store.settings.put_document("prices", [1])
    store.settings.put_document("clinic", {})
    store.passphrase.set("vier Katzen im Garten")
    clinic.ask("UPDATE documents SET content = '{' WHERE name = 'clinic'")
    clinic.ask(f"UPDATE secrets SET content = {bytes_in(clinic, bytes(60))} WHERE name = 'passphrase'")  # noqa: S608
    assert key_of(store.settings.read) == "store.damaged_settings"
    assert store.settings.document("prices") == [1]
    assert key_of(lambda: store.passphrase.verify("x", client="a", now=NOW)) == "store.damaged"
    store.passphrase.set("fünf Katzen im Garten")
    assert store.passphrase.verify("fünf Katzen im Garten", client="b", now=NOW)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = Clinic(tmp_path / "clinic")
    clinic.folder.mkdir()
    clinic.file.write_bytes(b"no database at all" * 1000)
    enter(monkeypatch, clinic)
    assert key_of(the_store) == "store.corrupt"
    assert clinic.file.read_bytes() == b"no database at all" * 1000


def test_a_database_of_a_newer_edition_is_told_and_left_alone(clinic: Clinic) -> None:
    clinic.ask("UPDATE schema_version SET version_num = '9999'")
    assert key_of(the_store) == "store.newer"
    assert clinic.ask("SELECT version_num FROM schema_version") == [("9999",)]


# --- no place


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    enter(monkeypatch, Clinic(tmp_path / "file" / "data"))
    assert key_of(the_store) == "store.unwritable"


@pytest.mark.parametrize(
    "address",
    ["mysql://x/y", "sqlite://", "sqlite:///", "sqlite:///:memory:", "clinic.db", "postgresql://h:port/x", "://"],
)
def test_an_address_that_cannot_be_used_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESODASH_DATABASE", address)
    assert key_of(the_store) == "store.bad_address"


def test_a_server_that_is_not_there_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MESODASH_DATABASE", f"postgresql://me:{MARKER}@127.0.0.1:1/x")
    assert key_of(the_store) == "store.unreachable"
    assert [one.getMessage() for one in caplog.records if one.name == failures.LOG.name] == [
        "store.unreachable (OperationalError)"
    ]


def test_a_server_that_says_nothing_is_not_waited_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 2)
    monkeypatch.setattr(connections, "_PAUSE_SECONDS", 60)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.setblocking(False)
        monkeypatch.setenv("MESODASH_DATABASE", f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/x")
        assert key_of(the_store) == "store.unreachable"
        silent.accept()[0].close()
        assert key_of(the_store) == "store.unreachable"
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes there")
def test_the_database_is_readable_by_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        enter(monkeypatch, Clinic(tmp_path / "clinic"))
        save()
        modes = {one.name: one.stat().st_mode & 0o777 for one in (tmp_path / "clinic").iterdir()}
    finally:
        os.umask(before)
        close_stores()
    assert set(modes.values()) == {0o600}
    assert "mesodash.db-wal" in modes


def test_a_place_with_odd_letters_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a b%20c?é#" / "d&mode=ro.db"
    monkeypatch.setenv("MESODASH_DATABASE", f"sqlite:///{tmp_path / 'a b%20cé#' / 'd&mode=ro.db'}")
    save()
    close_stores()
    assert (tmp_path / "a b%20cé#" / "d&mode=ro.db").exists()
    assert not file.exists()


# --- words


def keys_in_code() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "mesodash" / "store").rglob("*.py")]
    return sorted({key for text in texts for key in re.findall(r'"((?:store|handover|lock)\.[a-z_]+)"', text)})


@pytest.mark.parametrize("lang", LANGS)
def test_every_failure_is_one_line_in_every_language(lang: str) -> None:
    words = Words(load(), lang)  # type: ignore[arg-type]
    params = {"seconds": 2, "low": 12, "high": 1000}
    assert len(keys_in_code()) > 15
    for key in keys_in_code():
        line = fault(words, StoreError(key, params))
        assert "\n" not in line
        assert "{" not in line


# --- one store per place


def test_the_environment_says_which_store_is_meant_and_few_are_kept_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mesodash.store import database

    def labels() -> list[str]:
        return [one.label for one in the_store().consultations.all(NOW)]

    for round_ in range(2):
        for number in range(database._MOST + 2):
            enter(monkeypatch, Clinic(tmp_path / str(number)))
            if round_ == 0:
                save(str(number))
            assert labels() == [str(number)]
            assert the_store() is the_store()
    assert len(database._open) == database._MOST
    close_stores()
    assert database._open == {}


def test_whether_a_store_exists_is_told_without_making_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(monkeypatch, Clinic(tmp_path / "clinic"))
    assert not place.exists()
    assert not (tmp_path / "clinic").exists()
    the_store()
    assert place.exists()
    close_stores()
    monkeypatch.setenv("MESODASH_DATABASE", "postgresql://h/x")
    assert place.exists()
