"""What the server does when something is broken: it does not start, or it says so without telling anything."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import serving
from tests.e2e.reader import Reader

pytestmark = pytest.mark.slow


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path.name} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_broken_data_stops_the_start_and_every_fault_is_named(tmp_path: Path) -> None:
    copy = serving.copy_of_project(tmp_path / "copy")
    replace_in(copy / "data" / "rules" / "transplant.yaml", "text: reason.transplant_diffuse", "text: reason.nowhere")
    replace_in(copy / "data" / "rules" / "shared.yaml", "sources: [", "sources: [no-such-claim, ")
    replace_in(copy / "data" / "i18n" / "fr" / "summary.yaml", "summary.ask:", "summary.asked:")
    port = serving.free_port()
    ended = subprocess.run(
        serving.command(port),
        cwd=copy,
        env=serving.surroundings(PYTHONPATH=str(copy / "src")),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert not serving.listens(port)
    for fault in ("reason.nowhere", "no-such-claim", "summary.ask"):
        assert fault in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_failure_on_a_page_shows_a_number_and_no_value_or_traceback(
    open_tab: Callable[..., Page], tmp_path: Path
) -> None:
    copy = serving.copy_of_project(tmp_path / "copy")
    view = copy / "src" / "mesodash" / "ui" / "views" / "summary.py"
    view.write_text(
        view.read_text(encoding="utf-8").replace(
            "    t = now.t\n", "    t = now.t\n    raise ValueError(f'secret {now.answers}')\n", 1
        ),
        encoding="utf-8",
    )
    with serving.running(tmp_path / "log", root=copy, PYTHONPATH=str(copy / "src")) as broken:
        tab = open_tab()
        reader = Reader(tab, broken.address, "de")
        reader.open("check")
        reader.answer("age_years", 87)
        reader.tap(tab.get_by_role("navigation").get_by_role("link", name=reader.t("page.summary")))
        alert = tab.get_by_role("alert")
        words = re.escape(reader.t("error.internal", number="NUMBER")).replace("NUMBER", "([0-9a-f]{8})")
        expect(alert).to_have_text(re.compile(f"^{words}$"))
        number = re.search(words, alert.inner_text())
        for telling in ("secret", "age_years", "ValueError", "Traceback", "summary.py"):
            expect(tab.get_by_role("main")).not_to_contain_text(telling)
        reader.go("check")
        reader.sees_answer("age_years", 87)
        # A tab that outlives its server complains about it.
        tab.close()
    assert number
    logged = "\n".join(broken.unexpected())
    assert number[1] in logged
    assert "ValueError at summary.py" in logged
    for telling in ("secret", "age_years", "Traceback"):
        assert telling not in logged, f"the log holds {telling!r}:\n{logged}"
