"""`python -m mesodash passphrase` sets and removes the passphrase, shows it nowhere, and says one line."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mesodash.cli import main as cli
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS
from mesodash.paths import ROOT
from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store
from tests.store.conftest import NOW, Clinic, enter

GOOD = "vier Kätzchen im Garten"
ON_A_TERMINAL = """
import fcntl, runpy, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv = ["mesodash", "passphrase"]
runpy.run_module("mesodash", run_name="__main__")
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    one = Clinic(tmp_path / "clinic")
    enter(monkeypatch, one)
    return one


def run(*arguments: str, typed: bytes = b"") -> tuple[int, str, str]:
    """Return exit code and both outputs of the command, with `typed` on its standard input."""
    said, told = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with pytest.MonkeyPatch.context() as patch, io.TextIOWrapper(io.BytesIO(typed)) as stdin:
        for name, stream in (("stdin", stdin), ("stdout", said), ("stderr", told)):
            patch.setattr(sys, name, stream)
        code = cli.run(["passphrase", *arguments])
    with said, told:
        return code, said.buffer.getvalue().decode(), told.buffer.getvalue().decode()  # type: ignore[attr-defined]


def opened() -> Store:
    close_stores()
    return the_store()


def right(text: str) -> bool:
    found = opened().passphrase.verify(text, client=text, now=NOW)
    close_stores()
    return found


def test_one_line_of_standard_input_becomes_the_passphrase_and_is_logged_without_it(place: Clinic) -> None:
    said = Words(load(), "de")("lock.set") + "\n"
    assert run("--lang", "de", typed=f"{GOOD}\r\nmore\n".encode()) == (0, said, "")
    assert right(GOOD)
    (line,) = opened().audit.last(9)
    close_stores()
    assert (line.event, line.mode, line.lang) == ("passphrase_set", "command", "de")
    assert not [one for one in place.folder.iterdir() if GOOD.encode() in one.read_bytes()]


def test_removing_opens_the_pages_again_and_says_if_there_was_none(place: Clinic) -> None:
    run(typed=GOOD.encode())
    assert run("--remove")[0] == 0
    assert not opened().passphrase.is_set()
    close_stores()
    code, out, err = run("--remove", "--lang", "fr")
    assert (code, out) == (2, "")
    assert err == f"remove: {Words(load(), 'fr')('lock.none_set')}\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (b"", "passphrase: "),
        (b"elevenchars\n", "passphrase: "),
        (b"x" * 20_000, "passphrase: "),
        (b"\xff" * 20 + b"\n", "standard input: "),
    ],
)
def test_what_cannot_be_a_passphrase_is_refused_in_one_line_without_showing_it(
    place: Clinic, typed: bytes, told: str
) -> None:
    code, out, err = run(typed=typed)
    assert (code, out) == (2, "")
    assert err.startswith(told)
    assert err.count("\n") == 1
    assert "eleven" not in err
    assert not opened().passphrase.is_set()
    close_stores()


@pytest.mark.parametrize("lang", LANGS)
def test_a_store_that_does_not_open_is_told_in_one_line(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESODASH_DATABASE", "nowhere")
    code, out, err = run("--lang", lang, typed=GOOD.encode())
    words = Words(load(), lang)  # type: ignore[arg-type]
    assert (code, out, err) == (2, "", f"store: {words('store.bad_address')}\n")


@pytest.mark.slow
@pytest.mark.parametrize(("second", "code"), [(GOOD, 0), ("something else", 2)])
def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(place: Clinic, second: str, code: int) -> None:
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=there,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(there)
    shown, words = b"", Words(load(), "en")
    for prompt, typed in (("lock.ask", GOOD), ("lock.ask_again", second)):
        while words(prompt).encode() not in shown:
            shown += os.read(here, 1000)
        os.write(here, f"{typed}\n".encode())
    out, err = process.communicate(timeout=60)
    os.close(here)
    assert process.returncode == code
    assert out.decode() == (words("lock.set") + "\n" if code == 0 else "")
    assert err.decode() == ("" if code == 0 else f"passphrase: {words('lock.differs')}\n")
    assert b"Garten" not in shown
    assert opened().passphrase.is_set() == (code == 0)
    close_stores()
