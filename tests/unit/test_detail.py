"""Equal detail: how much the comparison says about each option."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from mesodash.knowledge import detail, load
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, OPTIONS, ComparisonRow

KNOWLEDGE = load()


def row(name: str, *, prp: tuple[str, ...]) -> ComparisonRow:
    return ComparisonRow(id=name, cells={option: prp if option == "prp" else () for option in ALL_OPTIONS})


def test_the_four_options_are_compared_in_equal_detail() -> None:
    found = detail.spreads(detail.measure(KNOWLEDGE.rows, KNOWLEDGE.claims))
    assert set(found) == {"rows", "sources", *(f"words.{lang}" for lang in LANGS)}
    assert {name: value for name, value in found.items() if value > detail.LIMIT} == {}


def test_a_statement_that_stands_in_two_rows_counts_once() -> None:
    once = detail.measure([row("pain", prp=("prp-pain",))], KNOWLEDGE.claims)["prp"]
    twice = detail.measure([row("pain", prp=("prp-pain",)), row("how", prp=("prp-pain",))], KNOWLEDGE.claims)["prp"]
    assert (twice.words, twice.sources) == (once.words, once.sources)
    assert (once.rows, twice.rows) == (1, 2)


def test_an_option_without_a_word_has_no_detail() -> None:
    found = detail.measure([row("pain", prp=("prp-pain",))], KNOWLEDGE.claims)
    assert set(found) == set(OPTIONS)
    assert (found["transplant"].rows, found["transplant"].sources) == (0, 0)
    assert detail.spreads(found)["rows"] == 100


@given(some.lists(some.integers(0, 10_000), min_size=1))
def test_a_spread_is_nothing_for_equals_and_never_above_a_hundred(values: list[int]) -> None:
    assert 0 <= detail.spread(values) <= 100
    assert (detail.spread(values) == 0) == (max(values) == min(values))


def test_a_spread_says_by_how_much_the_least_stays_behind() -> None:
    assert detail.spread([100, 75, 90]) == 25
    assert detail.spread([300, 224]) == 26
