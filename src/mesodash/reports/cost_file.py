"""The sum over the years as a spreadsheet that goes on calculating, and as CSV with the same formulas.

Formulas are made of numbers' cells, plus, times and brackets alone: names of functions and marks between arguments
differ by language, and a CSV file is read by the rules of its reader. What is taken off has the price of the sessions
above it, and so follows it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mesodash.domain.years import Part, YearLine
from mesodash.knowledge.records import Lang
from mesodash.reports.spreadsheet import lay_out, neutral


@dataclass(frozen=True, slots=True)
class Block:
    """One option: its name in words, its currency and its lines. `course`: what its course is called if not that."""

    name: str
    currency: str
    lines: Sequence[YearLine]
    course: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The words of the sheet. `heads` has twelve entries, one per column; `notes` stand under the table."""

    title: str
    heads: Sequence[str]
    parts: Mapping[Part, str]
    total: str
    notes: Sequence[str] = ()


class Formula(str):
    """Text that is meant to be calculated. Only made here, of cell names."""

    __slots__ = ()


Cell = str | Formula | Decimal | int | None


def cells(blocks: Sequence[Block], words: Sheet) -> Iterator[list[Cell]]:
    """Yield the rows: heads first, then for each option its lines and their total, then the notes."""
    yield list(words.heads)
    row = 1
    for block in blocks:
        first = row + 1
        priced = row
        for line in block.lines:
            row += 1
            off = line.share < 0
            priced = priced if off else row
            yield [
                block.name,
                (line.part == "course" and block.course) or words.parts[line.part],
                line.year,
                line.units_low,
                Formula(f"=E{priced}") if off else line.price_low,
                Formula(f"=D{row}*E{row}*J{row}*(100+K{row})/10000"),
                line.units_high,
                Formula(f"=H{priced}") if off else line.price_high,
                Formula(f"=G{row}*H{row}*J{row}*(100+K{row})/10000"),
                line.share,
                line.vat,
                block.currency,
            ]
        row += 1
        low, high = ("+".join(f"{letter}{one}" for one in range(first, row)) for letter in "FI")
        yield [
            block.name,
            words.total,
            None,
            None,
            None,
            Formula(f"={low}") if low else Decimal(0),
            None,
            None,
            Formula(f"={high}") if high else Decimal(0),
            None,
            None,
            block.currency,
        ]
    for note in words.notes:
        row += 1
        yield [note]


def as_xlsx(blocks: Sequence[Block], words: Sheet) -> bytes:
    """Return the spreadsheet."""
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = words.title
    totals = set()
    for number, line in enumerate(cells(blocks, words), start=1):
        for place, value in enumerate(line, start=1):
            if value is None:
                continue
            cell = sheet.cell(number, place, value if not isinstance(value, Formula) else str(value))
            if isinstance(value, str):
                cell.data_type = "f" if isinstance(value, Formula) else "s"
            if place in (5, 6, 8, 9):
                cell.number_format = "#,##0.00"
        if len(line) > 1 and line[2] is None:
            totals.add(number)
    for number in totals:
        for one in sheet[number]:
            one.font = Font(bold=True)
    lay_out(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(blocks: Sequence[Block], words: Sheet, lang: Lang) -> bytes:
    """Return the same rows as CSV with the marks of the language; only our own formulas begin like one."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if lang == "en" else ";", lineterminator="\r\n")
    for line in cells(blocks, words):
        writer.writerow([_typed(value, lang) for value in line])
    return out.getvalue().encode("utf-8-sig")


def _typed(value: Cell, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", "." if lang == "en" else ",")
    return neutral(value) if isinstance(value, str) else str(value)
