"""Price lists as files: what a clinic brings, as a table of text; which column is which; and the way back.

Reading trusts nothing. A file is first only a table of text cells (`read_table`); `guess` proposes what each column
is, the reader confirms it, and `check` says every fault of every cell. Nothing here evaluates a formula.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from mesodash.domain.price_list import (
    COLUMNS,
    Column,
    ListedPrice,
    ListUnit,
    RowFault,
    TypedRow,
    of_rows,
)
from mesodash.errors import InputError
from mesodash.i18n.amounts import parse_amount
from mesodash.knowledge.records import Lang, OptionId
from mesodash.reports.spreadsheet import neutral

MOST_BYTES = 400_000
MOST_ROWS = 300
MOST_COLUMNS = 30
LONGEST_CELL = 200
_MOST_UNPACKED = 8_000_000
_MOST_PARTS = 200
_DELIMITERS = (";", ",", "\t", "|")
_FORMULA = re.compile(r"\s*[=@]|\s*[+-](?![\s0-9.,])")
_SPARE = re.compile(r"[^a-z0-9]+")
_WHOLE = re.compile(r"[0-9]{1,3}([.,]0+)?")
_MARKED = re.compile(r"[^0-9]*[0-9 '’\u00a0\u202f\u2009]*(?P<mark>[.,])[0-9]{1,2}[^0-9]*")
_THOUSAND = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")

_AMOUNTS: tuple[Column, ...] = ("low", "high", "discount")

Mark = Literal["comma", "point"]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as text. `heads` are the cells of its first filled row, `rows` the filled rows after it.

    Each row comes with its number in the file, counted from 1, and has as many cells as `heads`.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """How a clinic may call things, in any language: lists of names by column, option and unit."""

    columns: Mapping[Column, Sequence[str]]
    options: Mapping[OptionId, Sequence[str]]
    units: Mapping[ListUnit, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table says. `prices` are those of the rows without a fault: only to be used where `faults` is empty."""

    prices: tuple[ListedPrice, ...]
    faults: tuple[RowFault, ...]


# --- A file as a table of text ----------------------------------------------------------------------------------------


def read_table(data: bytes) -> Table:
    """Return a CSV or XLSX file as text; which of the two it is, its first bytes say.

    Raises:
        InputError: It is too big, no such file, empty, or holds a formula; `params` name the cell.
    """
    if len(data) > MOST_BYTES:
        raise InputError("prices.file.too_big", field="file", params={"limit": MOST_BYTES // 1000})
    if data[:4] == b"PK\x03\x04":
        return _table(_sheet(data))
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError("prices.file.old", field="file")
    return _table(_csv(data))


def _table(lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    filled: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
            raise InputError("prices.file.columns", field="file", params={"limit": MOST_COLUMNS})
        plain = [cell.strip() for cell in cells[:MOST_COLUMNS]]
        for place, cell in enumerate(plain):
            where: dict[str, str | int] = {"row": number, "column": column_letter(place)}
            if len(cell) > LONGEST_CELL:
                raise InputError("prices.file.long", field="file", params={**where, "limit": LONGEST_CELL})
            if _FORMULA.match(cell):
                raise InputError("prices.file.formula", field="file", params=where)
        if any(plain):
            filled.append((number, plain))
        if len(filled) > MOST_ROWS + 1:
            raise InputError("prices.file.rows", field="file", params={"limit": MOST_ROWS})
    if len(filled) < 2:
        raise InputError("prices.file.empty", field="file")
    width = max(place + 1 for _, cells in filled for place, cell in enumerate(cells) if cell)
    even = [(number, tuple((cells + [""] * width)[:width])) for number, cells in filled]
    return Table(even[0][1], tuple(even[1:]))


def column_letter(place: int) -> str:
    """Return the letter that spreadsheets give to a column counted from 0."""
    return chr(ord("A") + place) if place < 26 else "A" + chr(ord("A") + place - 26)


def _csv(data: bytes) -> Iterable[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\x00" in text:
        raise InputError("prices.file.kind", field="file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    told = re.fullmatch("sep=(.)", first.strip("\"' "), re.IGNORECASE)
    if told is not None:
        text = rest
    reader = csv.reader(io.StringIO(text), delimiter=told[1] if told else _delimiter(text), strict=True)
    extra = 1 if told is not None else 0
    try:
        for cells in reader:
            yield reader.line_num + extra, cells
    except csv.Error:
        raise InputError("prices.file.quotes", field="file", params={"row": reader.line_num + extra}) from None


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError("prices.file.kind", field="file") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets write on an older computer; bytes that it does not know become no letters.
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Return the mark that parts most lines into the same number of cells, two or more."""
    lines = [line for line in text.split("\n") if line.strip()][:50]
    best, mark = (0, 0), ";"
    for one in _DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=one)]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths), widths[0])
        if score > best:
            best, mark = score, one
    return mark


def _sheet(data: bytes) -> Iterable[tuple[int, list[str]]]:
    _refuse_traps(data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = book[names[0]]
        sheet.reset_dimensions()
        lines = []
        for number, row in enumerate(sheet.iter_rows(max_row=5000, max_col=MOST_COLUMNS + 1), start=1):
            lines.append((number, [_cell(cell, number, place) for place, cell in enumerate(row)]))
        book.close()
    except InputError:
        raise
    except Exception:
        # A foreign file can break its reader in any way, and all of them mean the same here.
        raise InputError("prices.file.kind", field="file") from None
    return lines


def _refuse_traps(data: bytes) -> None:
    """Refuse macros, archives that unpack to too much, and XML that defines entities, before anything reads them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise InputError("prices.file.unpacks", field="file")
            left = _MOST_UNPACKED
            for part in parts:
                name = part.filename.lower()
                if "vba" in name or "macro" in name or name.endswith(".bin"):
                    raise InputError("prices.file.macros", field="file")
                with packed.open(part) as stream:
                    # The stated size is the file's own word; what really comes out is counted here.
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise InputError("prices.file.unpacks", field="file")
                if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
                    raise InputError("prices.file.kind", field="file")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise InputError("prices.file.kind", field="file") from None


def _cell(cell: Any, row: int, place: int) -> str:
    """Return a cell as it would be typed. A percentage such as 20 % is kept in a file as 0.2."""
    value = cell.value
    if cell.data_type == "f":
        where: dict[str, str | int] = {"row": row, "column": column_letter(place)}
        raise InputError("prices.file.formula", field="file", params=where)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if cell.data_type == "n":
        # Spreadsheets keep and show 15 digits; more would bring in what binary fractions add.
        amount = Decimal(format(value, ".15g"))
        if "%" in (cell.number_format or ""):
            amount *= 100
        return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"
    return str(value)


# --- Which column is which --------------------------------------------------------------------------------------------


def folded(name: str) -> str:
    """Return a name without what different hands write differently: case, accents, blanks and marks."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _SPARE.sub("", plain)


def guess(table: Table, names: Names) -> dict[Column, int]:
    """Return the place of each column whose head is one of its names, or starts with one; each place once."""
    heads = [folded(head) for head in table.heads]
    found: dict[Column, int] = {}
    for fits in (str.__eq__, str.startswith):
        for column in COLUMNS:
            known = [folded(name) for name in (column, *names.columns[column])]
            for place, head in enumerate(heads):
                if column in found or place in found.values() or not head:
                    continue
                if any(fits(head, name) for name in known if name):
                    found[column] = place
    return {column: found[column] for column in COLUMNS if column in found}


def decimal_mark(table: Table, places: Mapping[Column, int]) -> Mark | None:
    """Return the decimal mark that the amounts of a file agree on; None where none or both are used."""
    marks = {
        found["mark"]
        for column in _AMOUNTS
        if (place := places.get(column)) is not None
        for _, cells in table.rows
        if (found := _MARKED.fullmatch(cells[place]))
    }
    if len(marks) != 1:
        return None
    return "comma" if marks == {","} else "point"


# --- What the cells say -----------------------------------------------------------------------------------------------


def check(table: Table, places: Mapping[Column, int], names: Names, mark: Mark | None = None) -> Checked:
    """Return the prices that a table says and every fault in it.

    Args:
        places: The place of each column in the table; a column that is left out is empty in every row.
        mark: The decimal mark, for amounts such as 1.234 that can be read in two ways; None refuses those.
    """
    options = {folded(name): one for one, all_names in names.options.items() for name in (one, *all_names)}
    units = {folded(name): one for one, all_names in names.units.items() for name in (one, *all_names)}
    faults: list[RowFault] = []
    rows = []
    for number, cells in table.rows:

        def cell(column: Column, line: Sequence[str] = cells) -> str:
            place = places.get(column)
            return "" if place is None else line[place]

        def amount(column: Column, row: int = number) -> Decimal | None:
            try:
                return parse_amount(_clear(cell(column), mark), field=column)
            except InputError as error:
                faults.append(RowFault(row, column, error.key, error.params))
                return None

        def whole(column: Column, row: int = number) -> int | None:
            typed = cell(column)
            if not typed:
                return None
            if _WHOLE.fullmatch(typed) is None:
                faults.append(RowFault(row, column, "prices.fault.whole", {}))
                return None
            return int(re.split("[.,]", typed)[0])

        def token(column: Column, known: Mapping[str, str], row: int = number) -> Any:
            typed = cell(column)
            found = known.get(folded(typed))
            if typed and found is None:
                faults.append(RowFault(row, column, f"prices.fault.no_{column}", {}))
            return found

        rows.append(
            TypedRow(
                number,
                token("option", options),
                token("unit", units),
                amount("low"),
                amount("high"),
                whole("pay"),
                whole("get"),
                amount("discount"),
                whole("discount_from"),
            )
        )
    prices, found = of_rows(rows, faults)
    return Checked(prices, tuple(found))


def _clear(typed: str, mark: Mark | None) -> str:
    """Return an amount without its currency or per cent sign, and without marks that the file's own habit makes plain.

    With a decimal comma, 1.234 is a thousand and more.
    """
    bare = re.sub(r"^(?:[A-Z]{3}|[€$£₺])\s*|\s*(?:[A-Z]{3}|[€$£₺%])$", "", typed.strip())
    if mark is not None and _THOUSAND.fullmatch(bare):
        thousands = "." if mark == "comma" else ","
        return bare.replace(thousands, "") if thousands in bare else bare
    return bare


# --- The way back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heads:
    """The words of a list in one language: the head of each column, the name of each option and unit."""

    columns: Mapping[Column, str]
    options: Mapping[OptionId, str]
    units: Mapping[ListUnit, str]
    sheet: str


def _cells(heads: Heads, prices: Iterable[ListedPrice]) -> Iterable[tuple[str, str, *tuple[Decimal | int | None, ...]]]:
    for one in prices:
        pay, get = one.package or (None, None)
        discount = one.discount or None
        yield (
            heads.options[one.option],
            heads.units[one.unit],
            one.low,
            one.high,
            pay,
            get,
            discount,
            one.discount_from if discount else None,
        )


def as_csv(
    prices: Iterable[ListedPrice],
    heads: Heads,
    lang: Lang,
    *,
    empty: Iterable[tuple[OptionId, ListUnit]] = (),
) -> bytes:
    """Return a list as CSV with the marks of the language; `empty` names places without a price, for a template."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if lang == "en" else ";", lineterminator="\r\n")
    writer.writerow([neutral(heads.columns[column]) for column in COLUMNS])
    for option, unit, *numbers in _cells(heads, prices):
        writer.writerow(
            [neutral(option), neutral(unit), *("" if one is None else _typed(one, lang) for one in numbers)]
        )
    for option, unit in empty:
        writer.writerow([neutral(heads.options[option]), neutral(heads.units[unit]), *[""] * (len(COLUMNS) - 2)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(prices: Iterable[ListedPrice], heads: Heads, *, empty: Iterable[tuple[OptionId, ListUnit]] = ()) -> bytes:
    """Return a list as a spreadsheet; amounts are numbers, words are never formulas."""
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = heads.sheet
    sheet.append([heads.columns[column] for column in COLUMNS])
    for line in _cells(heads, prices):
        sheet.append(list(line))
    for option, unit in empty:
        sheet.append([heads.options[option], heads.units[unit]])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for place, width in enumerate((24, 22, 14, 14, 12, 12, 14, 18)):
        sheet.column_dimensions[column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(number: Decimal | int, lang: Lang) -> str:
    return f"{number:f}".replace(".", "." if lang == "en" else ",") if isinstance(number, Decimal) else str(number)
