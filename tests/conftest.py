"""Settings that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# The same cases in every run; a failure that comes and goes would be put down to chance. `make quick` takes fewer.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test ever writes into the folder of whoever runs it."""
    before = os.environ.get("MESODASH_DATA")
    os.environ["MESODASH_DATA"] = str(tmp_path_factory.mktemp("data") / "mesodash")
    yield
    if before is None:
        del os.environ["MESODASH_DATA"]
    else:
        os.environ["MESODASH_DATA"] = before


def cannot_run(reason: str) -> None:
    """Say loudly that a check cannot run; where a machine decides what lands, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"this check must run: {reason}")
    pytest.skip(f"NOT CHECKED: {reason}")
