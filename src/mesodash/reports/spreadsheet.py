"""Tables for spreadsheets: no cell becomes a formula, and a sheet can be read and printed as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING

from mesodash.knowledge.records import Lang

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LEAST_WIDTH = 10
"""Of a column, in characters: enough for an amount of five figures."""
_LINE_POINTS = 15
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def table(rows: Iterable[Sequence[str]], lang: Lang) -> bytes:
    """Return rows as CSV in UTF-8, every cell neutralised.

    The separator is the one that spreadsheets of the language expect; the mark at the start tells them that it is
    UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if lang == "en" else ";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def lay_out(sheet: Worksheet) -> None:
    """Let a filled sheet be read and printed as it is: no text is cut off, all columns fit the width of one page.

    The first row holds the heads; a row with its first cell alone is a note, which runs over all columns.
    """
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    across = Alignment(wrap_text=True, vertical="top")
    rows = enumerate(sheet.iter_rows(min_row=2), start=2)
    notes = {number: row[0] for number, row in rows if all(cell.value is None for cell in row[1:])}
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), across
    whole = 0
    for place, column in enumerate(sheet.iter_cols(), start=1):
        texts = [cell.value for cell in column[1:] if isinstance(cell.value, str) and cell not in notes.values()]
        # A head is broken between its words, never within one; the length of a formula is not that of its result.
        words = [*str(column[0].value or "").split(), *(one for one in texts if not one.startswith("="))]
        width = max(*map(len, words), _LEAST_WIDTH) + 2
        sheet.column_dimensions[get_column_letter(place)].width = width
        whole += width
    for number, note in notes.items():
        note.alignment = across
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=sheet.max_column)
        sheet.row_dimensions[number].height = _LINE_POINTS * ceil(len(str(note.value)) / whole + 0.2)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
