"""The sum as a spreadsheet: what another library computes from it, and from the contract's own formulas, is our sum."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mesodash.domain.cost import CostInputs, cents, estimate
from mesodash.domain.spread import Grafts
from mesodash.domain.years import lines, paid_in_advance
from mesodash.reports import cost_file
from mesodash.reports.cost_file import Block, Sheet
from tests.conftest import cannot_run
from tests.unit.test_cost import amounts, inputs, pairs, small

WORDS = Sheet(
    title="Costs",
    heads=["=1", "+2", "@3", *"456789abc"],
    parts={
        "upfront": "=start",
        "course": "-course",
        "grafts": "@grafts",
        "discount": "Discount",
        "package": "+package",
        "maintenance": "later",
    },
    total="Total",
    notes=("=note",),
)
CENT = Decimal("0.01")
# The other library needs a second for a sheet, and to look for a smaller case would take minutes.
FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])


def computed(book: openpyxl.Workbook, *places: str) -> list[Decimal]:
    """Return what a second library computes for some cells of the only sheet, rounded to whole cents."""
    if importlib.util.find_spec("pycel") is None:
        cannot_run("pycel is not installed, which computes the spreadsheets a second time")
    from pycel import ExcelCompiler

    name = book.worksheets[0].title
    compiler = ExcelCompiler(excel=book)
    # It computes in binary fractions: what they add is far below the last of these digits.
    return [Decimal(f"{compiler.evaluate(f'{name}!{place}'):.6f}").quantize(CENT, ROUND_HALF_UP) for place in places]


def with_package(entered: CostInputs, package: tuple[int, int] | None) -> CostInputs:
    return CostInputs(
        **{name: getattr(entered, name) for name in CostInputs.__dataclass_fields__} | {"package": package}
    )


packages = st.none() | st.integers(1, 9).flatmap(lambda pay: st.tuples(st.just(pay), st.integers(pay + 1, 12)))
"""Pay so many, get so many."""


# --- the contract's formulas, written as a spreadsheet ----------------------------------------------------------------


def sheet_of(entered: CostInputs) -> openpyxl.Workbook:
    """Return the contract's arithmetic as formulas: one row per course session, and maintenance from dates."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "S"
    months = entered.maintenance_months or (1, 1)
    after = entered.maintenance_price or (Decimal(0), Decimal(0))
    pay, get = entered.package or (1, 1)
    values: dict[str, Any] = {
        "A1": entered.sessions[0],
        "A2": entered.sessions[1],
        "A3": entered.price[0],
        "A4": entered.price[1],
        "A5": entered.interval_days,
        "A6": entered.horizon_years,
        "A7": entered.vat,
        "A8": entered.discount,
        "A9": entered.discount_from,
        "A10": entered.upfront[0],
        "A11": entered.upfront[1],
        "A12": months[0],
        "A13": months[1],
        "A14": after[0],
        "A15": after[1],
        "A16": 0 if entered.maintenance_months is None else 1,
        "A17": pay,
        "A18": get,
    }
    for place, value in values.items():
        sheet[place] = value
    for number in range(1, max(entered.sessions[1], 1) + 1):
        sheet[f"C{number}"] = number
        free = f"IF(MOD(C{number}-1,A18)>=A17,0,1)"
        sheet[f"D{number}"] = f"={free}*IF(C{number}>=A9,1-A8/100,1)"
        sheet[f"E{number}"] = f"=IF(C{number}<=A1,D{number},0)"
        sheet[f"F{number}"] = f"=IF(C{number}<=A2,D{number},0)"
    for row, sessions, every in ((1, "A2", "A13"), (2, "A1", "A12")):
        sheet[f"H{row}"] = f"=DATE(2001,1,1)+MAX({sessions}-1,0)*A5"
        past = f"(YEAR(H{row})-2001)*12+MONTH(H{row})-1+IF(DAY(H{row})=1,0,1)"
        sheet[f"I{row}"] = f"=A16*MAX(0,INT((12*A6-({past}))/{every}))"
    last = max(entered.sessions[1], 1)
    sheet["K1"] = f"=(A10+SUM(E1:E{last})*A3+I1*A14)*(1+A7/100)"
    sheet["K2"] = f"=(A11+SUM(F1:F{last})*A4+I2*A15)*(1+A7/100)"
    return reopened(book)


def reopened(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Return a book as a file gives it back: with the numbers of spreadsheets."""
    out = io.BytesIO()
    book.save(out)
    return openpyxl.load_workbook(out)


@pytest.mark.slow
@FEW
@given(inputs(), packages)
def test_the_sum_is_what_a_spreadsheet_of_the_contract_computes(
    entered: CostInputs, package: tuple[int, int] | None
) -> None:
    entered = with_package(entered, package)
    found = estimate(entered)
    theirs = computed(sheet_of(entered), "K1", "K2")
    assert [abs(cents(one) - other) <= CENT for one, other in zip((found.low, found.high), theirs, strict=True)] == [
        True,
        True,
    ]


# --- our own spreadsheet ----------------------------------------------------------------------------------------------


@st.composite
def entries(draw: st.DrawFn) -> tuple[CostInputs, Grafts | None]:
    """Return what may be entered, with a package, with the course again or an operation by the graft."""
    entered = with_package(draw(inputs()), draw(packages))
    if entered.maintenance_months is None:
        entered = replace(entered, repeat_months=draw(st.none() | pairs(st.integers(1, 40))))
    grafts = draw(grafts_or_none)
    return by_grafts(entered, grafts), grafts


def by_grafts(entered: CostInputs, grafts: Grafts | None) -> CostInputs:
    """Return an operation that costs the product of grafts and their price."""
    return entered if grafts is None else replace(entered, sessions=(1, 1), price=grafts.product)


grafts_or_none = st.none() | st.builds(
    lambda number, price: Grafts(number=number, price=price), pairs(st.integers(0, 9000)), pairs(amounts("20"))
)


@pytest.mark.slow
@FEW
@given(entries(), st.booleans())
def test_the_saved_spreadsheet_computes_the_sum(entry: tuple[CostInputs, Grafts | None], in_advance: bool) -> None:
    entered, grafts = entry
    in_advance = in_advance and entered.repeat_months is None
    block = Block("PRP", "EUR", lines(entered, in_advance=in_advance, grafts=grafts))
    book = openpyxl.load_workbook(io.BytesIO(cost_file.as_xlsx([block], WORDS)))
    total = len(block.lines) + 2
    found = estimate(entered)
    theirs = computed(book, f"F{total}", f"I{total}")
    assert all(abs(cents(one) - other) <= CENT for one, other in zip((found.low, found.high), theirs, strict=True)), (
        theirs
    )


@given(entries(), st.booleans())
def test_the_lines_of_a_year_add_up_to_what_falls_in_it(
    entry: tuple[CostInputs, Grafts | None], in_advance: bool
) -> None:
    entered, grafts = entry
    in_advance = in_advance and entered.repeat_months is None
    found = estimate(entered)
    if in_advance:
        course = CostInputs(option="prp", sessions=(0, 0), price=entered.price, currency="EUR")
        entered = CostInputs(
            **{name: getattr(entered, name) for name in CostInputs.__dataclass_fields__} | {"sessions": course.sessions}
        )
        found = paid_in_advance(estimate(entered))
        grafts = None
    for year in found.per_year:
        of_year = [line for line in lines(entered, in_advance=in_advance, grafts=grafts) if line.year == year.year]
        # Twelfths of a sum have no end of digits.
        assert abs(sum((line.low for line in of_year), Decimal(0)) - year.low) < Decimal("1e-15")
        assert abs(sum((line.high for line in of_year), Decimal(0)) - year.high) < Decimal("1e-15")


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=","))


def test_formulas_are_made_of_cells_and_signs_alone() -> None:
    entered = small(package=(2, 3), discount=Decimal(10))
    rows = cells_of(cost_file.as_csv([Block("PRP", "EUR", lines(entered))], WORDS, "en"))
    formulas = [cell for row in rows for cell in row if cell.startswith("=")]
    assert formulas
    assert all(re.fullmatch(r"=[A-J][0-9]+([*+]([A-J][0-9]+|\(100\+K[0-9]+\)))*(/10000)?", one) for one in formulas)


def test_words_never_become_formulas_in_the_sum() -> None:
    blocks = [Block("=cmd()", "+EUR", lines(small(package=(2, 3), discount=Decimal(10))))]
    rows = cells_of(cost_file.as_csv(blocks, WORDS, "en"))
    begun = [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert all(re.fullmatch(r"=[A-K0-9*+()/]+|-[0-9]+", cell) for cell in begun)
    sheet = openpyxl.load_workbook(io.BytesIO(cost_file.as_xlsx(blocks, WORDS))).worksheets[0]
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {cell.column_letter for cell in formulas} == {"E", "F", "H", "I"}
    assert sheet["A2"].value == "=cmd()"
    assert sheet["A2"].data_type == "s"


def test_a_course_that_is_called_otherwise_has_that_name_in_its_row() -> None:
    blocks = [Block("T", "EUR", lines(small()), "Operation"), Block("PRP", "EUR", lines(small()))]
    rows = cells_of(cost_file.as_csv(blocks, WORDS, "en"))
    assert [row[1] for row in rows[1:] if len(row) > 1 and row[1] != "Total"] == ["Operation", "'-course"]


def test_no_text_of_a_sheet_is_cut_off_and_all_columns_print_on_one_page() -> None:
    heads = ["Option", "Part of the sum", *(f"Head {number}" for number in range(10))]
    note = "A note that runs over all columns. " * 12
    words = replace(
        WORDS, heads=heads, parts={**WORDS.parts, "course": "A course with a very long name"}, notes=(note,)
    )
    made = cost_file.as_xlsx([Block("Hair transplant by the graft", "EUR", lines(small()))], words)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
    assert len(widths) == 12
    *rows, (last, *_) = sheet.iter_rows()
    for cell in (cell for row in rows for cell in row if isinstance(cell.value, str) and cell.data_type == "s"):
        # A head may be broken between its words.
        longest = max(map(len, cell.value.split())) if cell.row == 1 else len(cell.value)
        assert widths[cell.column_letter] > longest, cell.value
    assert all(cell.alignment.wrap_text for cell in sheet[1])
    # The note has as many lines as it needs in the width of all columns.
    assert (last.value, last.alignment.wrap_text) == (note, True)
    assert f"A{last.row}:L{last.row}" in [str(one) for one in sheet.merged_cells.ranges]
    assert sheet.row_dimensions[last.row].height >= 15 * len(note) / sum(widths.values())
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToHeight, sheet.page_setup.orientation) == (0, "landscape")
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")


def test_csv_has_the_marks_of_its_language() -> None:
    block = Block("PRP", "EUR", lines(small(price=(Decimal("99.50"), Decimal(120)))))
    assert ";99,50;" in cost_file.as_csv([block], WORDS, "fr").decode("utf-8-sig")
    assert ",99.50," in cost_file.as_csv([block], WORDS, "en").decode("utf-8-sig")


def test_grafts_and_their_price_stand_in_cells_of_their_own() -> None:
    grafts = Grafts(number=(3000, 5500), price=(Decimal(3), Decimal("4.70")))
    found = lines(by_grafts(small(), grafts), grafts=grafts)
    _, row, _, _ = cells_of(cost_file.as_csv([Block("Transplant", "EUR", found)], WORDS, "en"))
    assert row[1] == "'@grafts"
    assert row[3:9] == ["3000", "3", "=D2*E2*J2*(100+K2)/10000", "5500", "4.70", "=G2*H2*J2*(100+K2)/10000"]


def test_what_is_taken_off_stands_in_rows_that_follow_the_price_of_the_course() -> None:
    entered = small(sessions=(4, 6), package=(3, 4), discount=Decimal(20), discount_from=3)
    rows = cells_of(cost_file.as_csv([Block("PRP", "EUR", lines(entered))], WORDS, "en"))
    assert [[row[1], *row[3:5], *row[6:8], row[9]] for row in rows[1:4]] == [
        ["'-course", "4", "200", "6", "300", "100"],
        ["Discount", "1", "=E2", "3", "=H2", "-20"],
        ["'+package", "1", "=E2", "1", "=H2", "-100"],
    ]


def test_repeated_courses_have_rows_of_what_is_taken_off_too() -> None:
    # Six sessions each time, five of them paid and two of these with the discount, in the first and in the third year.
    entered = small(
        sessions=(6, 6),
        package=(5, 6),
        discount=Decimal(20),
        discount_from=4,
        repeat_months=(24, 24),
        horizon_years=3,
    )
    found = [line for line in lines(entered) if line.year == 3]
    assert [(line.part, line.units_low, line.share) for line in found] == [
        ("maintenance", 6, 100),
        ("discount", 2, -20),
        ("package", 1, -100),
    ]


@given(inputs(), packages)
def test_what_is_taken_off_is_the_distance_to_the_course_at_full_prices(
    entered: CostInputs, package: tuple[int, int] | None
) -> None:
    less = estimate(with_package(entered, package))
    full = estimate(replace(entered, discount=Decimal(0)))
    assert less.course.low + less.discount.low + less.package.low == full.course.low
    assert less.course.high + less.discount.high + less.package.high == full.course.high


# --- packages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sessions", "paid"), [(4, 4), (5, 5), (6, 5), (7, 6), (12, 10), (13, 11)])
def test_pay_five_get_six(sessions: int, paid: int) -> None:
    found = estimate(small(sessions=(sessions, sessions), price=(Decimal(10), Decimal(10)), package=(5, 6)))
    assert found.low == found.high == paid * 10


@given(inputs(), packages, st.integers(0, 59))
def test_one_more_session_never_makes_the_course_cheaper(
    entered: CostInputs, package: tuple[int, int] | None, count: int
) -> None:
    def course(number: int) -> Decimal:
        fields = {name: getattr(entered, name) for name in CostInputs.__dataclass_fields__}
        return estimate(CostInputs(**fields | {"sessions": (number, number), "package": package})).course.high

    assert course(count) <= course(count + 1)


@given(inputs(), pairs(st.integers(0, 5000)), st.sampled_from(["price", "upfront", "maintenance_price", "vat"]))
def test_a_higher_amount_never_lowers_the_sum(entered: CostInputs, more: tuple[int, int], field: str) -> None:
    fields = {name: getattr(entered, name) for name in CostInputs.__dataclass_fields__}
    if fields[field] is None:
        return
    if field == "vat":
        raised: Any = min(entered.vat + more[1], Decimal(100))
    else:
        raised = (fields[field][0] + more[0], fields[field][1] + more[1])
    before, after = estimate(entered), estimate(CostInputs(**fields | {field: raised}))
    assert before.low <= after.low
    assert before.high <= after.high


@given(inputs())
def test_a_higher_discount_never_raises_the_sum(entered: CostInputs) -> None:
    fields = {name: getattr(entered, name) for name in CostInputs.__dataclass_fields__}
    before, after = estimate(entered), estimate(CostInputs(**fields | {"discount": Decimal(100)}))
    assert after.low <= before.low
    assert after.high <= before.high
