"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.i18n.days import parse_day, typed_day
from mesodash.knowledge.records import LANGS, Lang


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(LANGS))
def test_a_day_that_is_shown_in_a_field_reads_back_as_the_same_day(day: date, lang: Lang) -> None:
    assert parse_day(typed_day(day, lang)) == day
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("typed", ["", "1.2.24", "31/02/2014", "2014-13-01", "01/31/2014", "1.2/2014", "tomorrow"])
def test_what_is_no_day_reads_as_none(typed: str) -> None:
    assert parse_day(typed) is None


@pytest.mark.parametrize(("typed", "day"), [("03/04/2014", None), ("31/01/2014", 31), ("04/04/2014", 4)])
def test_a_day_in_a_file_that_reads_both_ways_round_is_none(typed: str, day: int | None) -> None:
    found = parse_day(typed, foreign=True)
    assert (None if found is None else found.day) == day
