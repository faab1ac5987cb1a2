"""Amounts as typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.errors import InputError
from mesodash.i18n.amounts import parse_amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("250", "250"),
        (" 250 ", "250"),
        ("0", "0"),
        ("0,5", "0.5"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("1234,5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1 234", "1234"),
        ("1\N{NO-BREAK SPACE}234,50", "1234.50"),
        ("1\N{NARROW NO-BREAK SPACE}234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1\N{RIGHT SINGLE QUOTATION MARK}234", "1234"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("12.345,6", "12345.6"),
    ],
)
def test_both_decimal_marks_and_all_thousands_marks_are_read(typed: str, amount: str) -> None:
    assert parse_amount(typed, field="price") == Decimal(amount)


@pytest.mark.parametrize("typed", ["", "   ", "\N{NO-BREAK SPACE}"])
def test_nothing_typed_is_no_amount_rather_than_zero(typed: str) -> None:
    assert parse_amount(typed, field="price") is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1.234", "error.ambiguous_amount"),
        ("1,234", "error.ambiguous_amount"),
        ("999.000", "error.ambiguous_amount"),
        ("0,125", "error.too_many_decimals"),
        ("1234,567", "error.too_many_decimals"),
        ("1 234,567", "error.too_many_decimals"),
        ("1.234,567", "error.too_many_decimals"),
        ("12,5000", "error.too_many_decimals"),
        ("-5", "error.negative"),
        ("\N{MINUS SIGN}5,50", "error.negative"),
        ("- 5", "error.negative"),
        ("abc", "error.not_a_typed_amount"),
        ("12,", "error.not_a_typed_amount"),
        (",5", "error.not_a_typed_amount"),
        ("1,2,3", "error.not_a_typed_amount"),
        ("1.23.4", "error.not_a_typed_amount"),
        ("1.234,5.6", "error.not_a_typed_amount"),
        ("1 23", "error.not_a_typed_amount"),
        ("1234 567", "error.not_a_typed_amount"),
        ("1 234.567,80", "error.not_a_typed_amount"),
        ("250 €", "error.not_a_typed_amount"),
        ("1e5", "error.not_a_typed_amount"),
        ("NaN", "error.not_a_typed_amount"),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "error.not_a_typed_amount"),
        ("--5", "error.not_a_typed_amount"),
        ("1" * 25, "error.not_a_typed_amount"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused(typed: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_amount(typed, field="price")
    assert (refused.value.key, refused.value.field) == (key, "price")


@given(
    cents=st.integers(min_value=0, max_value=10**11),
    marks=st.sampled_from([(".", ","), (",", "."), (" ", ","), ("'", "."), ("", "."), ("", ",")]),
)
def test_an_amount_written_with_two_decimals_comes_back_exactly(cents: int, marks: tuple[str, str]) -> None:
    group, decimal = marks
    amount = Decimal(cents) / 100
    written = f"{amount:,.2f}".translate(str.maketrans({",": group, ".": decimal}))
    assert parse_amount(written, field="price") == amount


@pytest.mark.slow
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(typed: str) -> None:
    try:
        amount = parse_amount(typed, field="price")
    except InputError:
        return
    assert amount is None or (amount.is_finite() and amount >= 0)
