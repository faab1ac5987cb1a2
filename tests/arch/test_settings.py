"""What is installed is pinned, and the server starts closed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mesodash.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def lines(path: Path) -> list[str]:
    said = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in said if line]


def pins(path: Path) -> dict[str, Requirement]:
    found = [Requirement(line) for line in lines(path) if not line.startswith("-")]
    return {canonicalize_name(one.name): one for one in found}


PINNED = pins(ROOT / "requirements.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_once_to_one_version(name: str) -> None:
    said = [line for line in lines(ROOT / name) if not line.startswith("-")]
    loose = [line for line in said if [spec.operator for spec in Requirement(line).specifier] != ["=="] or "*" in line]
    assert loose == []
    assert len(pins(ROOT / name)) == len(said)


def test_what_the_tests_need_comes_on_top_of_what_the_program_needs() -> None:
    assert "-r requirements.txt" in lines(ROOT / "requirements-dev.txt")
    assert pins(ROOT / "requirements-dev.txt").keys() & PINNED.keys() == set()


@pytest.mark.parametrize("dependency", PROJECT["dependencies"])
def test_a_dependency_is_pinned_to_a_version_that_it_allows(dependency: str) -> None:
    wanted = Requirement(dependency)
    (pin,) = PINNED[canonicalize_name(wanted.name)].specifier
    assert wanted.specifier.contains(pin.version)


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "headless", True),
        ("server", "maxUploadSize", 1),
        ("server", "fileWatcherType", "none"),
        ("server", "enableAgentApi", False),
        ("server", "enableStaticServing", False),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("runner", "magicEnabled", False),
    ],
)
def test_the_server_starts_closed(section: str, option: str, value: Any) -> None:
    assert CONFIG[section][option] == value


def test_protection_against_foreign_pages_is_not_switched_off() -> None:
    assert CONFIG["server"].get("enableXsrfProtection", True)
    assert CONFIG["server"].get("enableCORS", True)
    assert set(CONFIG["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
