"""The rooms hold: who imports whom, who owns what, and what never stands in code."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesodash.paths import PAGES as PAGE_FOLDER
from mesodash.paths import ROOT
from mesodash.ui.state import PAGES

SRC = ROOT / "src" / "mesodash"
PAGE_FILES = sorted(PAGE_FOLDER.glob("*.py"))
MONEY = (
    "domain/cost.py",
    "domain/price_list.py",
    "domain/pricing.py",
    "domain/spread.py",
    "domain/years.py",
    "reports/cost_file.py",
    "reports/price_file.py",
    "cli/cost.py",
    "ui/estimates.py",
    "i18n/amounts.py",
)


def modules(*rooms: str) -> list[Path]:
    """Return the modules of some rooms ("ui/views", "domain/cost.py"), or of all without any."""
    places = [SRC / room for room in rooms] or [SRC]
    return sorted(path for place in places for path in ([place] if place.suffix else place.rglob("*.py")))


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with what is called, as it is spelled: "st.button"."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def where(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def words_of(call: ast.Call) -> Iterator[str]:
    for argument in (*call.args, *(one.value for one in call.keywords)):
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


# --- imports


def test_rooms_import_downwards_only_and_streamlit_stays_in_ui() -> None:
    linted = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_a_command_does_not_load_the_pages() -> None:
    code = (
        "import sys; import mesodash.cli.main; "
        "print(*sorted({'streamlit', 'plotly', 'pandas', 'pydantic', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.split() == []


# --- pages


def test_the_pages_are_the_files_in_pages() -> None:
    assert {path.stem for path in PAGE_FILES} == set(PAGES)
    assert len(set(PAGES)) == len(PAGES)


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: path.name)
def test_a_page_is_one_call(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60
    said = [node for node in tree(path).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert isinstance(said[0], ast.Expr), "a page starts with its docstring"
    assert isinstance(said[0].value, ast.Constant), "a page starts with its docstring"
    assert [ast.unparse(node) for node in said[1:]] == [f"shell.show({path.stem}.show)"]


@pytest.mark.parametrize("page_name", PAGES)
def test_a_page_has_a_view_of_its_name(page_name: str) -> None:
    shows = [
        node
        for node in tree(SRC / "ui" / "views" / f"{page_name}.py").body
        if isinstance(node, ast.FunctionDef) and node.name == "show"
    ]
    assert [len(node.args.args) for node in shows] == [1]


# --- owners


@pytest.mark.parametrize("word", ["session_state", "query_params"])
def test_one_module_owns_the_state(word: str) -> None:
    owners = [
        path.relative_to(ROOT).as_posix()
        for path in (*modules(), *PAGE_FILES, ROOT / "app.py")
        if word in path.read_text(encoding="utf-8")
    ]
    assert owners == ["src/mesodash/ui/state.py"]


def test_only_the_server_start_and_the_commands_print() -> None:
    printing = {
        path.relative_to(SRC).as_posix() for path in modules() for called, _ in calls(path) if called == "print"
    }
    assert {path for path in printing if not path.startswith("cli/")} <= {"ui/server.py"}


def test_nothing_below_the_pages_asks_for_the_date_of_today() -> None:
    asking = [
        where(path, call)
        for path in modules("domain", "knowledge", "i18n", "reports", "store")
        for called, call in calls(path)
        if re.search(r"\b(today|now|utcnow|time)$", called)
    ]
    assert asking == []


def test_the_pure_rooms_read_and_write_nothing() -> None:
    touching = [
        where(path, call)
        for path in modules("domain", "reports")
        for called, call in calls(path)
        if called == "open" or called.endswith((".read_text", ".read_bytes", ".write_text", ".write_bytes"))
    ]
    assert touching == []


# --- markup and texts


def test_no_markup_is_let_through_unescaped() -> None:
    allowed = [
        (path.relative_to(SRC).as_posix(), keyword.arg)
        for path in modules()
        for _, call in calls(path)
        for keyword in call.keywords
        if keyword.arg is not None and keyword.arg.startswith("unsafe_")
    ]
    assert allowed == [("ui/parts/html.py", "unsafe_allow_javascript")]


def test_markup_is_drawn_in_one_module() -> None:
    assert {
        path.relative_to(SRC).as_posix() for path in modules() for called, _ in calls(path) if called == "st.html"
    } == {"ui/parts/html.py"}


def test_a_download_of_what_was_entered_looks_whether_it_still_may_be_made() -> None:
    # Evidence holds published content alone.
    loose = [
        where(path, call)
        for path in modules("ui")
        if path.name != "evidence.py"
        for called, call in calls(path)
        if called.endswith("download_button")
        for word in call.keywords
        if word.arg == "data" and not ast.unparse(word.value).startswith("access.while_allowed(")
    ]
    assert loose == []


def test_no_control_is_labelled_in_code() -> None:
    labelled = [
        (where(path, call), text)
        for path in modules("ui/views", "ui/parts", "ui/shell.py")
        for called, call in calls(path)
        if called.startswith("st.") and called != "st.html"
        for text in words_of(call)
        if re.search(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}", text)
    ]
    assert labelled == []


def spared(path: Path) -> set[ast.AST]:
    """Return the strings that nobody reads on a page: docstrings, types, and faults of the programmer."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "cast"):
            found.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
    return found


def test_no_sentence_stands_in_code() -> None:
    """Two words in a row outside of markup are a sentence, unless they name a typeface."""
    sentences = [
        (where(path, node), node.value)
        for path in modules("domain", "i18n", "reports", "store", "ui")
        if path.name != "server.py"
        for node in set(ast.walk(tree(path))) - spared(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "Source Sans" not in node.value
        and re.search(r"[^\W\d_]{2,},? [^\W\d_]{2,}", re.sub(r"<[^>]*>|<[^<]*$|^[^>]*>", "", node.value))
    ]
    assert sentences == []


# --- money


def test_money_is_never_a_float() -> None:
    floats = [
        where(path, node)
        for path in modules(*MONEY)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert floats == []


def test_no_decimal_is_made_of_a_float() -> None:
    made = [
        where(path, call)
        for path in modules()
        for called, call in calls(path)
        if called == "Decimal"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, float)
    ]
    assert made == []


# --- names


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("src", "tests", "pages", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"util|helper|misc|common", path.stem)
    ]
    assert drawers == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix() for path in (*modules(), *PAGE_FILES) if not ast.get_docstring(tree(path))
    ]
    assert silent == []
