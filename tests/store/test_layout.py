"""The migrations lead to the tables that the code uses, once, and are part of the package."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mesodash.paths import ROOT
from mesodash.store import layout
from mesodash.store.database import the_store
from mesodash.store.tables import metadata
from tests.store.conftest import Clinic, enter


def test_the_migrations_make_the_tables_that_the_code_uses(
    empty_clinic: Callable[[], Clinic], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, empty_clinic())
    with the_store()._connections.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "schema_version", "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_steps_are_numbered_without_a_gap_and_the_newest_is_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(layout.STEPS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert layout.known() == tuple(f"{number + 1:04}" for number in range(len(layout.known())))
    assert script.get_heads() == [layout.known()[-1]]
    assert sorted(step.revision for step in script.walk_revisions()) == list(layout.known())


def test_an_opened_database_is_not_migrated_again(clinic: Clinic) -> None:
    """The library for it is not even loaded."""
    script = "import sys; from mesodash.store.database import the_store; the_store(); print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": "", "PYTHONPATH": str(ROOT / "src"), **clinic.surroundings},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_asking_for_the_store_loads_no_database_before_it_is_needed() -> None:
    script = (
        "import sys; from mesodash.store.database import the_store; from mesodash.store import codes, place, records\n"
        "print({'sqlalchemy', 'alembic', 'psycopg', 'argon2', 'cryptography'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": "", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")
