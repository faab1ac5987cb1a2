"""The interval of a counted share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.knowledge.shares import interval

PUBLISHED = [
    # share of 100, people, low, high: checked with the score interval as R's prop.test gives it without correction.
    ("45.5", 541, "41.3", "49.8"),
    ("20", 20, "8.0", "41.7"),
    ("0", 541, "0", "0.8"),
    ("100", 541, "99.2", "100"),
]


@pytest.mark.parametrize(("per_100", "people", "low", "high"), PUBLISHED)
def test_the_interval_is_that_of_wilson(per_100: str, people: int, low: str, high: str) -> None:
    assert interval(Decimal(per_100), people) == (Decimal(low), Decimal(high))


@given(some.decimals(0, 100, places=1), some.integers(1, 10_000))
def test_the_share_itself_lies_inside_and_the_ends_inside_0_to_100(per_100: Decimal, people: int) -> None:
    low, high = interval(per_100, people)
    assert 0 <= low <= per_100 <= high <= 100


@given(some.decimals(0, 100, places=1), some.integers(1, 5_000))
def test_more_people_never_widen_the_interval_by_more_than_its_rounding(per_100: Decimal, people: int) -> None:
    narrow, wide = interval(per_100, 2 * people), interval(per_100, people)
    assert narrow[1] - narrow[0] <= wide[1] - wide[0] + Decimal("0.2")
