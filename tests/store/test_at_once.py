"""Many at the same moment, in processes of their own, do not get into each other's way."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from mesodash.errors import StoreError
from mesodash.paths import ROOT
from mesodash.store import layout
from mesodash.store.attempts import FREE
from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store
from mesodash.store.tables import metadata
from tests.store import forks
from tests.store.conftest import NOW, Clinic, enter

pytestmark = pytest.mark.slow

KILLS = 50


class Forks:
    """The program of `forks.py`, for one clinic."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._rest = b""

    def ask(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def hear(self, patience: float = 60) -> list[str] | None:
        """Return the words of the next line; None if it does not come in time."""
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            if not select.select([self._process.stdout], [], [], patience)[0]:
                return None
            said = os.read(self._process.stdout.fileno(), 65536)
            assert said, "the program of the forks has ended"
            self._rest += said
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode().split()

    def expect(self, word: str) -> list[str]:
        line = self.hear()
        assert line is not None
        assert line[0] == word
        return line[1:]

    def together(self, size: int, what: str, code: str = "-", clinic: Clinic | None = None) -> Counter[str]:
        self.ask(f"together {size} {what} {code} {_surroundings(clinic)}")
        ends = Counter(self.expect("ended")[0] for _ in range(size))
        self.expect("done")
        return ends


def _surroundings(clinic: Clinic | None) -> str:
    return "" if clinic is None else " ".join(f"{name}={value}" for name, value in clinic.surroundings.items())


@contextmanager
def forking(clinic: Clinic) -> Iterator[Forks]:
    process = subprocess.Popen(
        [sys.executable, str(Path(forks.__file__))],
        env={**os.environ, **clinic.surroundings, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        one = Forks(process)
        one.expect("loaded")
        yield one
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def test_a_code_opens_for_exactly_one_of_twenty_processes(clinic: Clinic) -> None:
    with forking(clinic) as crowd:
        code = the_store().handovers.put({"a": 1}, now=NOW, minutes=30)
        assert crowd.together(20, "take", code) == {"got": 1, "handover.refused": 19}


def test_of_many_guesses_at_the_same_moment_each_one_counts(clinic: Clinic) -> None:
    with forking(clinic) as crowd:
        assert crowd.together(2, "guess") == {"handover.refused": 2}
        assert clinic.ask("SELECT wrong FROM attempts ORDER BY who") == [(2,), (2,)]
        assert crowd.together(10, "guess") == {"handover.refused": 1, "handover.slow": 9}
        assert clinic.ask("SELECT wrong FROM attempts ORDER BY who") == [(FREE + 1,), (FREE + 1,)]


def test_processes_that_start_at_once_make_one_database(empty_clinic: Callable[[], Clinic]) -> None:
    with forking(empty_clinic()) as crowd:
        for _ in range(3):
            clinic = empty_clinic()
            assert crowd.together(6, "open", clinic=clinic) == {"got": 6}
            assert clinic.ask("SELECT version_num FROM schema_version") == [(layout.known()[-1],)]


def test_a_kill_at_any_moment_loses_no_acknowledged_save_and_leaves_no_half_one(
    empty_clinic: Callable[[], Clinic], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20260302)
    acknowledged: dict[str, str] = {}
    clinic = empty_clinic()
    with forking(clinic) as crowd:
        for _ in range(KILLS):
            crowd.ask("save")
            child = int(crowd.expect("child")[0])
            # A third of them while the database is opened, or even made; the others between two saves or within one.
            wanted = chance.choice((0, 1, 3))
            for _ in range(wanted):
                row, label = crowd.expect("saved")
                acknowledged[row] = label
            line = crowd.hear(chance.uniform(0, 0.03))
            os.kill(child, 9)
            while line is None or line[0] != "gone":
                if line is not None:
                    acknowledged[line[1]] = line[2]
                line = crowd.hear()
    enter(monkeypatch, clinic)
    store = the_store()
    kept = {one.id: one for one in store.consultations.all(NOW)}
    assert [one for one in kept.values() if one.damaged] == []
    assert {row: kept[row].label for row in acknowledged if row in kept} == acknowledged
    assert [
        one.label for one in kept.values() if store.consultations.open(one.id, NOW) != forks.content(one.label)
    ] == []
    # One save more than was acknowledged may be there for each kill, and no other.
    assert len(acknowledged) <= len(kept) <= len(acknowledged) + KILLS
    if clinic.cluster is None:
        assert clinic.ask("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("kind", ["postgres"])
def test_a_server_that_is_killed_loses_no_acknowledged_save(clinic: Clinic) -> None:
    assert clinic.cluster is not None
    acknowledged = set()
    for rounds in range(1, 3):
        with forking(clinic) as crowd:
            crowd.ask("save")
            crowd.expect("child")
            acknowledged.update(crowd.expect("saved")[0] for _ in range(3 * rounds))
            clinic.cluster.stop("immediate")
            while (line := crowd.hear()) is not None and line[0] == "saved":
                acknowledged.add(line[1])
        clinic.cluster.start()
    kept = {one.id for one in the_store().consultations.all(NOW)}
    assert acknowledged <= kept
    assert len(kept) <= len(acknowledged) + 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_kill_while_the_file_is_made_leaves_one_that_opens(
    empty_clinic: Callable[[], Clinic], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    with forking(empty_clinic()) as crowd:

        def begin(clinic: Clinic) -> int:
            crowd.ask(f"save {_surroundings(clinic)}")
            child = int(crowd.expect("child")[0])
            while not clinic.file.exists():
                assert crowd.hear(0.002) is None
            return child

        def end(child: int) -> None:
            os.kill(child, 9)
            while crowd.hear() != ["gone", str(child)]:
                pass

        # How long it takes here and now, from the file to the first save.
        child, began = begin(empty_clinic()), time.monotonic()
        crowd.expect("saved")
        takes = time.monotonic() - began
        end(child)
        for _ in range(16):
            clinic = empty_clinic()
            child = begin(clinic)
            crowd.hear(chance.uniform(0, takes))
            end(child)
            enter(monkeypatch, clinic)
            assert the_store().settings.read().idle_seconds == 120
            close_stores()


def test_a_kill_after_any_statement_while_the_database_is_made_leaves_one_that_opens(
    empty_clinic: Callable[[], Clinic], monkeypatch: pytest.MonkeyPatch
) -> None:
    with forking(empty_clinic()) as crowd:
        for moments in count(1):
            clinic = empty_clinic()
            crowd.ask(f"die {moments} {_surroundings(clinic)}")
            (child,) = crowd.expect("child")
            line = crowd.hear()
            if line == ["opened"]:
                break
            assert line == ["gone", child]
            enter(monkeypatch, clinic)
            assert the_store().settings.read().idle_seconds == 120
            close_stores()
    # Each table, and what tells that all are there.
    assert moments > len(metadata.tables) + 1


@pytest.mark.parametrize("kind", ["postgres"])
def test_two_servers_on_one_database_work_as_one(clinic: Clinic, tmp_path: Path) -> None:
    """The second server has a folder of its own, and the key file of the first."""
    here = the_store()
    code = here.handovers.put({"a": 1}, now=NOW, minutes=30)
    row = here.consultations.save(b"x", label="y", now=NOW, days=1)
    here.passphrase.set("vier Katzen im Garten")
    token = here.sign_ins.begin(now=NOW, kind="passphrase")
    script = (
        "import sys; from datetime import timedelta\n"
        "from mesodash.store.database import the_store; from tests.store.forks import NOW\n"
        "there, (code, row, token), hour = the_store(), sys.argv[1:], timedelta(hours=1)\n"
        "print(there.handovers.take(code, client='a', now=NOW), there.consultations.open(row, NOW),\n"
        "    there.sign_ins.check(token, now=NOW, idle=hour, absolute=hour, touch=True) == NOW)\n"
        "there.sign_ins.end_all()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, code, row, token],
        env={
            **os.environ,
            **clinic.surroundings,
            "MESODASH_DATA": str(tmp_path / "other"),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("{'a': 1} b'x' True\n", "")
    hour = timedelta(hours=1)
    assert not here.sign_ins.check(token, now=NOW, idle=hour, absolute=hour, touch=True)
    with pytest.raises(StoreError, match=r"handover\.refused"):
        here.handovers.take(code, client="a", now=NOW)


def test_synchronous_writing_is_on(clinic: Clinic) -> None:
    """A kill does not show it, a power cut would."""
    store = the_store()
    with store._connections.reading() as connection:
        if clinic.cluster is None:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


def test_many_threads_use_one_store(store: Store) -> None:
    def save(number: int) -> str:
        return store.consultations.save(b"x", label=str(number), now=NOW, days=1)

    with ThreadPoolExecutor(24) as pool:
        rows = list(pool.map(save, range(48)))
        assert list(pool.map(lambda row: store.consultations.open(row, NOW), rows)) == [b"x"] * 48
    assert sorted(int(one.label) for one in store.consultations.all(NOW)) == list(range(48))
