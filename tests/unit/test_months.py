"""Times in months: what a source gave in weeks is said in weeks, all else in months, in each language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mesodash.i18n import Words
from mesodash.i18n.words import TimeForm
from mesodash.knowledge import load
from mesodash.knowledge.months import in_months, whole_weeks
from mesodash.knowledge.records import Lang


@pytest.mark.parametrize("weeks", range(1, 9))
def test_weeks_come_back_as_the_weeks_they_were(weeks: int) -> None:
    months = in_months(Decimal(weeks), "week")
    assert months is not None
    assert whole_weeks(months) == weeks


@pytest.mark.parametrize("months", ["0", "0.5", "0.9", "1", "1.5", "2", "2.07", "3", "12"])
def test_a_time_that_was_given_in_months_is_never_said_in_weeks(months: str) -> None:
    assert whole_weeks(Decimal(months)) is None


@pytest.mark.parametrize(
    ("lang", "low", "high", "form", "words"),
    [
        ("en", "0.92", "3", "for", "4 weeks to 3 months"),
        ("en", "0.92", "0.92", "for", "4 weeks"),
        ("en", "0.23", "0.23", "after", "1 week"),
        ("en", "0.92", "1.38", "bare", "4 to 6 weeks"),
        ("en", "3", "4", "bare", "3 to 4"),
        ("en", None, "18", "for", "up to 18 months"),
        ("en", "24", None, "for", "24 months or more"),
        ("en", "6", None, "after", "6 months or later"),
        ("de", "0.92", "3", "for", "4 Wochen bis 3 Monate"),
        ("de", "0.92", "3", "after", "4 Wochen bis 3 Monaten"),
        ("de", "0.92", "3", "bare", "4 Wochen bis 3 Monate"),
        ("de", "6", None, "bare", "ab 6"),
        ("fr", "0.92", "3", "after", "4 semaines à 3 mois"),
    ],
)
def test_a_time_is_said_in_the_unit_of_its_source(
    lang: Lang, low: str | None, high: str | None, form: TimeForm, words: str
) -> None:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    assert Words(load(), lang).months(ends[0], ends[1], form=form) == words
