"""Settings that all tests share."""

from __future__ import annotations

import os

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


def cannot_run(reason: str) -> None:
    """Say loudly that a check cannot run; where a machine decides what lands, that is a failure."""
    import pytest

    if os.environ.get("CI"):
        pytest.fail(f"this check must run: {reason}")
    pytest.skip(f"NOT CHECKED: {reason}")
