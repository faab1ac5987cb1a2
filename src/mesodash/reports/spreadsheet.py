"""Tables for spreadsheets: no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from mesodash.knowledge.records import Lang

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
