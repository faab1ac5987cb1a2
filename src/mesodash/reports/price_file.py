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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from mesodash.domain.cost import check_amounts
from mesodash.domain.price_list import (
    COLUMNS,
    CURRENCIES,
    WHOLES,
    Column,
    Country,
    Currency,
    ListedPrice,
    ListUnit,
    PriceList,
    RowFault,
    Tax,
    TypedRow,
    Whole,
    in_order,
    of_rows,
)
from mesodash.errors import InputError
from mesodash.i18n.amounts import parse_amount
from mesodash.i18n.days import parse_day
from mesodash.knowledge.records import Lang, OptionId
from mesodash.reports.spreadsheet import lay_out, neutral

MOST_BYTES = 400_000
MOST_ROWS = 300
MOST_COLUMNS = 30
_MOST_TITLES = 8
_WIDEST_TITLE = 2
LONGEST_CELL = 200
_MOST_UNPACKED = 8_000_000
_MOST_PARTS = 200
_DELIMITERS = (";", ",", "\t", "|")
_NOTHING = re.compile("[-\N{EN DASH}\N{EM DASH}]+")
"""What people write into a cell for "none"."""
_FORMULA = re.compile(r"\s*[=@]|\s*[+-](?![\s0-9.,])")
_SPARE = re.compile(r"[^a-z0-9]+")
_WHOLE = re.compile(r"[0-9]{1,3}([.,]0+)?")
_MARKED = re.compile(r"[^0-9]*[0-9 '’\u00a0\u202f\u2009]*(?P<mark>[.,])[0-9]{1,2}[^0-9]*")
_THOUSAND = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")

# What may stand beside an amount: a currency, a per cent sign, words about the tax; and the stroke for no cents.
_CURRENCY = r"(?:US\$|[€$£₺]|S?Fr\.?|[A-Z]{3}|[Ee]uros?|TL)"
_TAXED = r"(?:TTC|HT|HTVA|[Ii]nkl\.?|[Ee]xkl\.?|[Zz]zgl\.?|[Ii]ncl\.?|[Ee]xcl\.?|[Bb]rutto|[Nn]etto)(?:\s*\S{2,12})?"
_BESIDE = re.compile(rf"^{_CURRENCY}\s*|(?:\s*{_CURRENCY})?(?:\s*{_TAXED})?\s*%?$")
_HOLLOW = re.compile(r"[.,][-\u2013\u2014]+$")
_TOKEN = re.compile(r"[^\W\d_]+\$?|[€$£₺]")
_SIGNS: dict[str, Currency] = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "$": "USD",
    "us$": "USD",
    "sfr": "CHF",
    "₺": "TRY",
    "tl": "TRY",
}
_SAYS_TAX: dict[str, Tax] = {"ttc": "included", "brutto": "included", "ht": "added", "htva": "added", "netto": "added"}
_WITH_TAX: dict[str, Tax] = {
    **dict.fromkeys(("inkl", "inklusive", "incl", "including", "inclusive", "inclus", "incluse"), "included"),
    **dict.fromkeys(("compris", "comprise", "comprises", "enthalten"), "included"),
    **dict.fromkeys(("exkl", "exklusive", "excl", "excluding", "exclusive", "exclus", "zzgl", "hors", "plus"), "added"),
}
_TAX_WORDS = {"mwst", "ust", "mehrwertsteuer", "umsatzsteuer", "vat", "tva", "tax", "taxe", "taxes", "kdv"}
_RATE = re.compile(r"([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s*%")

_AMOUNTS: tuple[Column, ...] = ("low", "high", "discount")
_PRICES: tuple[Column, ...] = ("low", "high")
AnyColumn = Column | Whole
ANY_COLUMN: tuple[AnyColumn, ...] = (*COLUMNS, *WHOLES)

Mark = Literal["comma", "point"]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as text. `heads` are the cells of its first filled row, `rows` the filled rows after it.

    Each row comes with its number in the file, counted from 1, and has as many cells as `heads`.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    head_row: int = 1


@dataclass(frozen=True, slots=True)
class Names:
    """How a clinic may call things, in any language: lists of names by column, option, unit, tax and country."""

    columns: Mapping[AnyColumn, Sequence[str]]
    options: Mapping[OptionId, Sequence[str]]
    units: Mapping[ListUnit, Sequence[str]]
    taxes: Mapping[Tax, Sequence[str]]
    countries: Mapping[Country, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a table says of the whole list, None where it says nothing; nothing is filled in.

    `where`: for each part that was found, the place of the column that says it.
    """

    currency: Currency | None = None
    tax: Tax | None = None
    vat: Decimal | None = None
    country: Country | None = None
    vat_from: date | None = None
    where: Mapping[Whole, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table says. `prices` are those of the rows without a fault: only to be used where `faults` is empty.

    `unpriced`: the rows that name a treatment and no number at all, as a template does; they are left out.
    """

    prices: tuple[ListedPrice, ...]
    faults: tuple[RowFault, ...]
    unpriced: tuple[int, ...] = ()


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
        plain = ["" if _NOTHING.fullmatch(cell.strip()) else cell.strip() for cell in cells[:MOST_COLUMNS]]
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
    return Table(even[0][1], tuple(even[1:]), even[0][0])


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


def guess(table: Table, names: Names) -> dict[AnyColumn, int]:
    """Return the place of each column whose head is one of its names, or starts with one; each place once.

    Many a word starts with a name of two letters. Where a head starts with names of two columns, the longer one counts:
    "discount from" is not "discount".
    """
    heads = [folded(head) for head in table.heads]
    known = {column: [folded(name) for name in (column, *names.columns[column])] for column in ANY_COLUMN}
    found: dict[AnyColumn, int] = {}
    for whole in (True, False):
        fitting = [
            (0 if whole else -max(lengths), order, place)
            for order, column in enumerate(ANY_COLUMN)
            for place, head in enumerate(heads)
            if (
                lengths := [
                    len(name)
                    for name in known[column]
                    if head and (head == name if whole else len(name) > 2 and head.startswith(name))
                ]
            )
        ]
        for _, order, place in sorted(fitting):
            if ANY_COLUMN[order] not in found and place not in found.values():
                found[ANY_COLUMN[order]] = place
    return {column: found[column] for column in ANY_COLUMN if column in found}


def below_title(table: Table, names: Names) -> Table:
    """Return the table from its column names on, without a title and a date above them.

    Only the first rows are looked at. A row of prices can begin like the names of columns too, so a row counts as those
    only if no amount stands in it and every row above holds at most two cells and fewer than it.
    """
    lines = [(table.head_row, table.heads), *table.rows[:_MOST_TITLES]]
    filled = [sum(cell != "" for cell in cells) for _, cells in lines]
    for place, (row, cells) in enumerate(lines):
        if place and max(filled[:place]) > _WIDEST_TITLE:
            break
        titled = place > 0 and filled[place] > max(filled[:place]) and not any(map(_is_amount, cells))
        if titled and len(guess(Table(cells, ()), names)) > 1:
            return Table(cells, table.rows[place:], row)
    return table


def _is_amount(cell: str) -> bool:
    try:
        return parse_amount(_bare(cell), field="low") is not None
    except InputError:
        return False


def decimal_mark(table: Table, places: Mapping[AnyColumn, int]) -> Mark | None:
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


def mark_matters(table: Table, places: Mapping[AnyColumn, int]) -> bool:
    """Return whether an amount of a file, such as 1.234, says something else with a decimal comma than with a point."""
    return any(
        _THOUSAND.fullmatch(_bare(cells[place]))
        for column in _AMOUNTS
        if (place := places.get(column)) is not None
        for _, cells in table.rows
    )


# --- What the cells say -----------------------------------------------------------------------------------------------


def check(table: Table, places: Mapping[AnyColumn, int], names: Names, mark: Mark | None = None) -> Checked:
    """Return the prices that a table says and every fault in it.

    Args:
        places: The place of each column in the table; a column that is left out is empty in every row.
        mark: The decimal mark, for amounts such as 1.234 that can be read in two ways; None refuses those.
    """
    options = {folded(name): one for one, all_names in names.options.items() for name in (one, *all_names)}
    units = {folded(name): one for one, all_names in names.units.items() for name in (one, *all_names)}
    faults: list[RowFault] = []
    rows = []
    numbers = [places[column] for column in COLUMNS if column in places and column not in ("option", "unit")]
    unpriced = [number for number, cells in table.rows if not any(cells[place] for place in numbers)]
    for number, cells in table.rows:
        if number in unpriced and len(unpriced) < len(table.rows):
            continue

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
    return Checked(prices, tuple(found), tuple(unpriced))


def _bare(typed: str) -> str:
    """Return an amount without what stands beside it."""
    return _HOLLOW.sub("", _BESIDE.sub("", typed.strip()).strip())


def _clear(typed: str, mark: Mark | None) -> str:
    """Return an amount without its currency or per cent sign, and without marks that the file's own habit makes plain.

    With a decimal comma, 1.234 is a thousand and more.
    """
    bare = _bare(typed)
    if mark is not None and _THOUSAND.fullmatch(bare):
        thousands = "." if mark == "comma" else ","
        return bare.replace(thousands, "") if thousands in bare else bare
    return bare


# --- What holds for the whole list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing that a cell says of the whole list, at a row of the file and a place in it."""

    row: int
    place: int
    value: Any


def terms(table: Table, places: Mapping[AnyColumn, int], names: Names) -> tuple[Terms, tuple[RowFault, ...]]:
    """Return what a table says of the whole list, and every cell that says something else or cannot be understood.

    A currency may stand in a column of its own, in the head of a price or beside an amount; so may the tax.
    """
    faults: list[RowFault] = []
    taxes = {folded(name): one for one, every in names.taxes.items() for name in (one, *every)}
    countries = {folded(name): one for one, every in names.countries.items() for name in (one, *every)}
    said: dict[Whole, list[_Found]] = {one: [] for one in WHOLES}
    prices = [place for column in _PRICES if (place := places.get(column)) is not None]
    for place in prices:
        for name, value in _said_beside(table.heads[place]).items():
            said[name].append(_Found(table.head_row, place, value))
    for number, cells in table.rows:
        for place in prices:
            column = next(one for one in _PRICES if places.get(one) == place)
            beside = _said_beside(cells[place])
            for name, value in beside.items():
                said[name].append(_Found(number, place, value))
            if "currency" not in beside and _foreign(cells[place]):
                faults.append(RowFault(number, column, "prices.fault.no_currency", {}))
        for name in WHOLES:
            typed = cells[places[name]] if name in places else ""
            if not typed:
                continue
            value, key = _of_whole(name, typed, taxes, countries)
            if key is not None:
                faults.append(RowFault(number, name, key, {}))
            else:
                said[name].append(_Found(number, places[name], value))
    chosen: dict[str, Any] = {}
    where: dict[Whole, int] = {}
    columns = {place: column for column, place in places.items()}
    for name, found in said.items():
        if not found:
            continue
        # What most cells say, the first of them where two are said equally often.
        value = Counter(one.value for one in found).most_common(1)[0][0]
        chosen[name], where[name] = value, next(one.place for one in found if one.value == value)
        others = {(one.row, columns[one.place]) for one in found if one.value != value}
        faults += [RowFault(row, column, f"prices.fault.mixed_{name}", {}) for row, column in others]
    return Terms(**chosen, where=where), tuple(sorted(faults, key=in_order))


def _said_beside(text: str) -> dict[Whole, Any]:
    """Return the currency and the tax that the head of a price, or what stands beside an amount, says."""
    found: dict[Whole, Any] = {}
    tokens = _TOKEN.findall(text)
    for token in tokens:
        code = token if token in CURRENCIES else _SIGNS.get(token.casefold())
        if code is not None:
            found.setdefault("currency", code)
    if re.search(r"\bS?Fr\.", text):
        found.setdefault("currency", "CHF")
    plain = [folded(token) for token in tokens]
    tax = next((_SAYS_TAX[word] for word in plain if word in _SAYS_TAX), None)
    if tax is None and _TAX_WORDS.intersection(plain):
        tax = next((_WITH_TAX[word] for word in plain if word in _WITH_TAX), None)
    if tax is not None:
        found["tax"] = tax
        rate = _RATE.search(text)
        if rate is not None and tax == "added":
            found["vat"] = Decimal(rate[1].replace(",", "."))
    return found


def _foreign(cell: str) -> bool:
    """True if a code of a currency that is not known here stands beside an amount."""
    return bool(re.match(r"[A-Z]{3}\s*[0-9]|.*[0-9]\s*[A-Z]{3}$", cell)) and not re.search(r"\b(TTC|TVA)\b", cell)


def _of_whole(
    name: Whole, typed: str, taxes: Mapping[str, Tax], countries: Mapping[str, Country]
) -> tuple[Any, str | None]:
    """Return what a cell says in the column `name`, or the key of what is wrong with it."""
    if name == "currency":
        code = typed.upper() if typed.upper() in CURRENCIES else _said_beside(typed).get("currency")
        return code, None if code else "prices.fault.no_currency"
    if name == "tax":
        tax = taxes.get(folded(typed)) or _said_beside(typed).get("tax")
        return tax, None if tax else "prices.fault.no_tax"
    if name == "country":
        country = countries.get(folded(typed))
        return country, None if country else "prices.fault.no_country"
    if name == "vat_from":
        day = parse_day(typed, foreign=True)
        return day, None if day else "prices.fault.day"
    try:
        rate = parse_amount(_clear(typed, None), field=name)
        if rate is not None:
            check_amounts(name, (rate, rate), highest=100)
    except InputError:
        return None, "prices.fault.no_rate"
    return rate, None


# --- The way back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heads:
    """The words of a list in one language: the head of each column, the name of each option and unit."""

    columns: Mapping[AnyColumn, str]
    options: Mapping[OptionId, str]
    units: Mapping[ListUnit, str]
    taxes: Mapping[Tax, str]
    sheet: str


Cell = str | Decimal | int | None


def _lines(heads: Heads, prices: PriceList | None, empty: Iterable[tuple[OptionId, ListUnit]]) -> Iterator[list[Cell]]:
    """Yield the heads, the prices, then places without a price. What holds for the whole list stands in each row."""
    yield [heads.columns[column] for column in ANY_COLUMN]
    whole: list[Cell] = [None] * len(WHOLES)
    if prices is not None:
        tax: Tax = "included" if prices.vat is None else "added"
        since = None if prices.vat_from is None else prices.vat_from.isoformat()
        whole = [prices.currency, heads.taxes[tax], prices.vat, prices.country, since]
    for one in () if prices is None else prices.prices:
        pay, get = one.package or (None, None)
        discount = one.discount or None
        row: list[Cell] = [heads.options[one.option], heads.units[one.unit], one.low, one.high, pay, get, discount]
        yield [*row, one.discount_from if discount else None, *whole]
    for option, unit in empty:
        yield [heads.options[option], heads.units[unit], *[None] * (len(COLUMNS) - 2), *whole]


def as_csv(
    prices: PriceList | None,
    heads: Heads,
    lang: Lang,
    *,
    empty: Iterable[tuple[OptionId, ListUnit]] = (),
) -> bytes:
    """Return a list as CSV with the marks of the language; `empty` names places without a price, for a template."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if lang == "en" else ";", lineterminator="\r\n")
    writer.writerows([_typed(one, lang) for one in line] for line in _lines(heads, prices, empty))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(prices: PriceList | None, heads: Heads, *, empty: Iterable[tuple[OptionId, ListUnit]] = ()) -> bytes:
    """Return a list as a spreadsheet; amounts are numbers, words are never formulas."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = heads.sheet
    for line in _lines(heads, prices, empty):
        sheet.append(line)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for row in sheet.iter_rows(min_row=2, min_col=1 + COLUMNS.index("low"), max_col=1 + COLUMNS.index("high")):
        for cell in row:
            cell.number_format = "#,##0.00"
    lay_out(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(value: Cell, lang: Lang) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", "." if lang == "en" else ",")
    return "" if value is None else neutral(value) if isinstance(value, str) else str(value)
