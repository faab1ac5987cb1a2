"""Price lists as files: every way of writing one, every fault by row and column, and the way there and back."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesodash.domain.price_list import (
    COUNTRIES,
    CURRENCIES,
    LIST_UNITS,
    TAKES_PACKAGE,
    TAXES,
    UNITS_OF,
    ListedPrice,
    PriceList,
    Tax,
    price_list_from_plain,
    price_list_to_plain,
)
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, Lang
from mesodash.reports import price_file
from mesodash.reports.price_file import (
    ANY_COLUMN,
    Heads,
    Names,
    Table,
    Terms,
    check,
    decimal_mark,
    guess,
    read_table,
    terms,
)

BASE = load()


def names() -> Names:
    texts = [BASE.texts(lang) for lang in LANGS]

    def of(kind: str, token: str, own: str) -> list[str]:
        return [
            name for text in texts for name in (text[own], *text.get(f"prices.names.{kind}.{token}", "").split("|"))
        ]

    return Names(
        columns={one: of("column", one, f"prices.column.{one}") for one in ANY_COLUMN},
        options={one: of("option", one, f"option.{one}") for one in ALL_OPTIONS},
        units={one: of("unit", one, f"prices.unit.{one}") for one in LIST_UNITS},
        taxes={one: of("tax", one, f"prices.tax.{one}") for one in TAXES},
        countries={one: of("country", one, f"country.{one}") for one in COUNTRIES},
    )


NAMES = names()


def heads(lang: Lang) -> Heads:
    t = Words(BASE, lang)
    return Heads(
        columns={one: t(f"prices.column.{one}") for one in ANY_COLUMN},
        options={one: t(f"option.{one}") for one in ALL_OPTIONS},
        units={one: t(f"prices.unit.{one}") for one in LIST_UNITS},
        taxes={one: t(f"prices.tax.{one}") for one in TAXES},
        sheet=t("prices.sheet"),
    )


def understood(data: bytes) -> tuple[tuple[ListedPrice, ...], list[tuple[int, str, str]]]:
    """Return the prices of a file and its faults as (row, column, key), as the page does before anything is chosen."""
    table = read_table(data)
    places = guess(table, names())
    checked = check(table, places, NAMES, decimal_mark(table, places))
    return checked.prices, [(one.row, one.column, one.key) for one in checked.faults]


def understood_terms(data: bytes) -> tuple[Terms, list[tuple[int, str, str]]]:
    """Return what a file says of the whole list, and its faults."""
    table = read_table(data)
    found, faults = terms(table, guess(table, names()), names())
    return replace(found, where={}), [(one.row, one.column, one.key) for one in faults]


def book(*rows: list[Any], **cells: Any) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    for place, value in cells.items():
        sheet[place] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as found:
        read_table(data)
    return found.value


FRENCH = "Prestation;Unité;Tarif min;Tarif max\r\nMésothérapie capillaire;séance;1\u202f234,50 €;1\u202f300\r\n"
MESO = ListedPrice(option="mesotherapy", unit="session", low=Decimal("1234.50"), high=Decimal(1300))


# --- how it is written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_list_is_read_with_any_usual_delimiter(delimiter: str) -> None:
    lines = ["Treatment", "Paid per", "Lowest price", "Highest price"], ["Mesotherapy", "session", '"1,234.50"', "1300"]
    data = "\n".join(delimiter.join(cells) for cells in lines).encode()
    assert understood(data) == ((MESO,), [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_french_list_with_commas_and_narrow_spaces_is_read_in_any_unicode(encoding: str) -> None:
    assert understood(FRENCH.encode(encoding)) == ((MESO,), [])


def test_a_french_list_of_an_older_spreadsheet_is_read() -> None:
    assert understood(FRENCH.replace("\u202f", "\u00a0").encode("cp1252")) == ((MESO,), [])


def test_old_line_ends_and_a_line_that_names_the_delimiter_are_read() -> None:
    assert understood(b"sep=|\rTreatment|Paid per|Price\rPRP|session|250\r")[0][0].low == Decimal(250)


def test_a_thousand_with_a_point_is_refused_until_the_file_shows_its_decimal_mark() -> None:
    lone = "Leistung;pro;von;bis\nPRP;Sitzung;1.200;1.300\n"
    assert understood(lone.encode())[1] == [(2, "low", "error.ambiguous_amount"), (2, "high", "error.ambiguous_amount")]
    told = lone + "Mesotherapie;Sitzung;99,50;\n"
    prices, faults = understood(told.encode())
    assert not faults
    assert [one.low for one in prices] == [Decimal("99.50"), Decimal(1200)]


def test_packages_and_discounts_are_read() -> None:
    data = (
        "soin;unité;prix;séances payées;séances reçues;remise %;remise dès\n"
        "PRP;séance;200;5;6;10 %;4\n"
        "Greffe de cheveux;greffon;3,50;;;;\n"
    )
    prices, faults = understood(data.encode())
    assert not faults
    assert (prices[0].package, prices[0].discount, prices[0].discount_from) == ((5, 6), Decimal(10), 4)
    assert (prices[1].unit, prices[1].high) == ("graft", Decimal("3.50"))


def test_a_spreadsheet_with_numbers_and_a_percentage_is_read() -> None:
    data = book(
        ["Treatment", "Paid per", "Lowest price", "Highest price", "Discount in percent", "Discount from session"],
        ["PRP", "session", 59.989999999999995, 60, 0.15, 3],
    )
    made = openpyxl.load_workbook(io.BytesIO(data))
    made.worksheets[0]["E2"].number_format = "0%"
    out = io.BytesIO()
    made.save(out)
    ((price,), faults) = understood(out.getvalue())
    assert not faults
    assert (price.low, price.high, price.discount) == (Decimal("59.99"), Decimal(60), Decimal(15))


def test_columns_of_a_clinic_are_recognised_by_the_start_of_their_names() -> None:
    table = Table(("Nr.", "Leistung (Haar)", "Einheit", "Preis von (EUR)", "bis (EUR)"), ())
    assert guess(table, names()) == {"option": 1, "unit": 2, "low": 3, "high": 4}


@pytest.mark.parametrize(
    ("share", "start"),
    [
        ("Remise %", "Remise à partir de"),
        ("Remise", "Remise à partir de la 4e séance"),
        ("Rabatt", "Rabatt ab dem wievielten Mal"),
        ("Discount", "Discount from visit"),
    ],
)
def test_the_number_from_which_a_discount_holds_is_not_taken_for_the_discount(share: str, start: str) -> None:
    assert guess(Table((start, share), ()), names()) == {"discount_from": 0, "discount": 1}
    # Nor where the discount has no column of its own.
    assert guess(Table(("Prix", start), ()), names()) == {"low": 0, "discount_from": 1}


@pytest.mark.parametrize("word", ["Once at the start", "Einmal am Anfang", "Une fois au début"])
def test_former_names_of_the_fee_at_the_start_are_understood(word: str) -> None:
    ((price,), faults) = understood(f"Treatment;Paid per;Lowest price\r\nPRP;{word};50\r\n".encode())
    assert (price.unit, faults) == ("upfront", [])


# --- currency and tax -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "cell", "said"),
    [
        ("Prix (EUR TTC)", "120,00", Terms("EUR", "included")),
        ("Prix HT (TVA 20 %)", "120,00 €", Terms("EUR", "added", Decimal(20))),
        ("Preis in CHF inkl. MwSt.", "120.-", Terms("CHF", "included")),
        ("Preis zzgl. 19 % MwSt.", "120,00 EUR", Terms("EUR", "added", Decimal(19))),
        ("Price", "£120", Terms("GBP")),
        ("Price incl. VAT", "US$ 120", Terms("USD", "included")),
        ("Prix", "CHF 120.-", Terms("CHF")),
        ("Prix", "120,00 € TTC", Terms("EUR", "included")),
        ("Preis", "Fr. 120.\N{EN DASH}", Terms("CHF")),
        ("Preis inkl. Beratung", "120", Terms()),
        ("Price", "120", Terms()),
    ],
)
def test_currency_and_tax_are_recognised_in_heads_and_beside_amounts(head: str, cell: str, said: Terms) -> None:
    data = f"Treatment;Paid per;{head}\nPRP;session;{cell}\n".encode()
    assert understood_terms(data) == (said, [])
    assert understood(data)[0][0].low == 120


def test_currency_and_tax_are_read_from_columns_of_their_own() -> None:
    data = "Soin;Unité;Prix;Devise;TVA %;TTC ou HT;Pays\nPRP;séance;120;eur;20 %;HT;France\n".encode()
    assert understood_terms(data) == (Terms("EUR", "added", Decimal(20), "FR"), [])


def test_a_second_currency_is_a_fault_of_its_row_and_column() -> None:
    data = (
        "Treatment;Paid per;Lowest price;Highest price;Currency\n"
        "PRP;session;100 €;120 €;\n"
        "Mesotherapy;session;100;120;EUR\n"
        "Hair transplant;operation;CHF 5000;6000;\n"
        "Minoxidil;month;20;30;SEK\n"
        "Finasteride;month;SEK 20;30;\n"
    ).encode()
    found, faults = understood_terms(data)
    assert found.currency == "EUR"
    assert faults == [
        (4, "low", "prices.fault.mixed_currency"),
        (5, "currency", "prices.fault.no_currency"),
        (6, "low", "prices.fault.no_currency"),
    ]


def test_heads_that_differ_about_the_tax_are_a_fault() -> None:
    data = b"\nTreatment;Paid per;Lowest price TTC;Highest price HT\nPRP;session;100;120\n"
    assert understood_terms(data)[1] == [(2, "high", "prices.fault.mixed_tax")]


@pytest.mark.parametrize(
    ("typed", "day"), [("2014-01-31", 31), ("31.01.2014", 31), ("31/01/2014", 31), ("02/01/2014", 0)]
)
def test_a_day_that_can_be_read_both_ways_round_is_refused(typed: str, day: int) -> None:
    found, faults = understood_terms(f"Treatment;Paid per;Price;Rate since\nPRP;session;100;{typed}\n".encode())
    if day:
        assert (found.vat_from, faults) == (date(2014, 1, day), [])
    else:
        assert faults == [(2, "vat_from", "prices.fault.day")]


def test_a_day_that_a_spreadsheet_keeps_as_a_date_is_read() -> None:
    data = book(["Treatment", "Paid per", "Price", "Rate since"], ["PRP", "session", 100, datetime(2014, 1, 2)])  # noqa: DTZ001
    assert understood_terms(data)[0].vat_from == date(2014, 1, 2)


def test_rows_of_a_template_without_a_price_are_left_out_and_named() -> None:
    table = read_table(b"Treatment;Paid per;Price\nPRP;session;100\nMesotherapy;session;\n")
    checked = check(table, guess(table, names()), names())
    assert (len(checked.prices), checked.faults, checked.unpriced) == (1, (), (3,))


# --- faults -----------------------------------------------------------------------------------------------------------


def test_every_fault_is_named_by_its_row_and_column() -> None:
    data = (
        "Treatment;Paid per;Lowest price;Highest price;Package: sessions paid;Package: sessions received\n"
        "Mesotherapy;session;200;100;;\n"
        "\n"
        "Wig;session;-5;1.005,123;;\n"
        "PRP;graft;12;;6;5\n"
        "PRP;session;;;x;\n"
        "PRP;session;99.9999;;3;\n"
        "Minoxidil;month;20;;2;3\n"
        "Hair transplant;operation;5000;;;\n"
        "Hair transplant;operation;6000;;;\n"
    )
    prices, faults = understood(data.encode())
    assert faults == [
        (2, "low", "error.low_above_high"),
        (4, "option", "prices.fault.no_option"),
        (4, "low", "error.negative"),
        (4, "high", "error.too_many_decimals"),
        (5, "unit", "prices.fault.unit"),
        (5, "pay", "error.package"),
        (6, "low", "prices.fault.missing"),
        (6, "pay", "prices.fault.whole"),
        (7, "low", "error.too_many_decimals"),
        (7, "get", "prices.fault.missing"),
        (8, "pay", "prices.fault.course_only"),
        (10, "unit", "prices.fault.twice"),
    ]
    assert [one.low for one in prices] == [Decimal(5000)]


def test_a_package_that_gives_nothing_is_a_fault_of_its_column() -> None:
    data = b"Treatment;Paid per;Price;pay;get\nPRP;session;12;6;6\n"
    assert understood(data) == ((), [(2, "pay", "error.package")])


# --- what is refused as a whole ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+A1", "-A1", " =HYPERLINK(1)"])
def test_a_formula_in_a_csv_file_is_refused_with_its_cell(cell: str) -> None:
    error = refused(f"Treatment;Paid per;Price\nPRP;session;{cell}\n".encode())
    assert (error.key, error.params) == ("prices.file.formula", {"row": 2, "column": "C"})


def test_a_formula_in_a_spreadsheet_is_refused_with_its_cell() -> None:
    error = refused(book(["Treatment", "Paid per", "Price"], ["PRP", "session", "=200+50"]))
    assert (error.key, error.params) == ("prices.file.formula", {"row": 2, "column": "C"})


def packed(**parts: bytes) -> bytes:
    """Return a spreadsheet with more parts in its archive; two underscores stand for a slash, three for a point."""
    out = io.BytesIO(book(["Treatment", "Paid per", "Price"], ["PRP", "session", 250]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("___", ".").replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"x" * (price_file.MOST_BYTES + 1), "too_big"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old"),
        (b"a;b\0;c\n1;2;3\n", "kind"),
        (b"PK\x03\x04nothing", "kind"),
        (b"", "empty"),
        (b"Treatment;Paid per;Price\n", "empty"),
        (b"a;b\n" + b"1;2\n" * (price_file.MOST_ROWS + 1), "rows"),
        (b";".join(b"a" for _ in range(40)) + b"\n1\n", "columns"),
        (b"a;b\n1;" + b"x" * 300 + b"\n", "long"),
        (b'a;b\n"1;2\n', "quotes"),
        (packed(xl__vbaProject___bin=b"x"), "macros"),
        (packed(xl__big___xml=b" " * 9_000_000), "unpacks"),
        (packed(xl__bad___xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "kind"),
        (packed(**{f"p{number}": b"" for number in range(201)}), "unpacks"),
    ],
    ids=lambda one: one if isinstance(one, str) else "file",
)
def test_a_file_that_is_no_plain_list_is_refused_in_one_line(data: bytes, key: str) -> None:
    assert refused(data).key == f"prices.file.{key}"


def test_a_false_size_in_an_archive_does_not_get_past_the_limit() -> None:
    data = bytearray(packed(xl__big___xml=b" " * 9_000_000))
    # The size in the directory at the end of the archive: what a reader is told before it unpacks.
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(data)).key.startswith("prices.file.")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        table = read_table(data)
    except InputError as error:
        assert error.key.startswith("prices.file.")  # noqa: PT017
    else:
        assert all(len(cells) == len(table.heads) for _, cells in table.rows)


# --- there and back ---------------------------------------------------------------------------------------------------

PLACES = [(option, unit) for option, units in UNITS_OF.items() for unit in units]


@st.composite
def listed(draw: st.DrawFn) -> PriceList:
    prices = []
    for option, unit in sorted(draw(st.sets(st.sampled_from(PLACES), min_size=1)), key=PLACES.index):
        low, high = sorted(draw(st.lists(st.decimals(0, 100_000, places=2), min_size=2, max_size=2)))
        extra: dict[str, Any] = {}
        if unit in TAKES_PACKAGE:
            pay = draw(st.none() | st.integers(1, 10))
            extra["package"] = pay and (pay, pay + draw(st.integers(1, 5)))
            extra["discount"] = draw(st.decimals(0, 100, places=1))
            extra["discount_from"] = draw(st.integers(1, 12)) if extra["discount"] else 1
        prices.append(ListedPrice(option=option, unit=unit, low=low, high=high, **extra))
    vat = draw(st.none() | st.decimals(0, 100, places=2))
    return PriceList(
        currency=draw(st.sampled_from(CURRENCIES)),
        prices=tuple(prices),
        vat=vat,
        country=draw(st.none() | st.sampled_from(COUNTRIES)),
        vat_from=None if vat is None else draw(st.none() | st.dates(date(1970, 1, 1), date(2099, 12, 31))),
    )


def of_list(prices: PriceList) -> tuple[Terms, list[tuple[int, str, str]]]:
    """Return what a file of this list has to say of it, wherever it says so."""
    tax: Tax = "included" if prices.vat is None else "added"
    return Terms(prices.currency, tax, prices.vat, prices.country, prices.vat_from), []  # type: ignore[arg-type]


@given(listed(), st.sampled_from(LANGS))
def test_a_saved_csv_list_is_read_again_as_it_was(prices: PriceList, lang: Lang) -> None:
    data = price_file.as_csv(prices, heads(lang), lang)
    assert understood(data) == (prices.prices, [])
    assert understood_terms(data) == of_list(prices)


@settings(max_examples=20)
@given(listed(), st.sampled_from(LANGS))
def test_a_saved_spreadsheet_is_read_again_as_it_was(prices: PriceList, lang: Lang) -> None:
    data = price_file.as_xlsx(prices, heads(lang))
    assert understood(data) == (prices.prices, [])
    assert understood_terms(data) == of_list(prices)


@pytest.mark.parametrize("lang", LANGS)
def test_a_template_names_every_place_and_becomes_a_list_when_filled_in(lang: Lang) -> None:
    data = price_file.as_csv(None, heads(lang), lang, empty=PLACES)
    rows = data.decode("utf-8-sig").splitlines()
    mark = "," if lang == "en" else ";"
    filled = [rows[0], *(row.replace(mark * 11, f"{mark}12{mark * 10}") for row in rows[1:])]
    prices, faults = understood("\n".join(filled).encode())
    assert not faults
    assert [(one.option, one.unit) for one in prices] == PLACES


def test_words_of_a_list_never_become_formulas() -> None:
    evil = Heads(
        columns=dict.fromkeys(ANY_COLUMN, "=cmd()"),
        options=dict.fromkeys(ALL_OPTIONS, "+1+1"),
        units=dict.fromkeys(LIST_UNITS, "@x"),
        taxes=dict.fromkeys(TAXES, "-x"),
        sheet="x",
    )
    one = ListedPrice(option="prp", unit="session", low=Decimal(1), high=Decimal(1))
    prices = PriceList(currency="EUR", prices=(one,))
    sheet = openpyxl.load_workbook(io.BytesIO(price_file.as_xlsx(prices, evil))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s", "n"}
    assert not any(
        cell.startswith(("=", "+", "@"))
        for line in price_file.as_csv(prices, evil, "en").decode("utf-8-sig").splitlines()
        for cell in line.split(",")
    )


# --- plain values -----------------------------------------------------------------------------------------------------


@given(listed())
def test_a_list_survives_as_plain_values(prices: PriceList) -> None:
    assert price_list_from_plain(price_list_to_plain(prices)) == prices


PLAIN = price_list_to_plain(
    PriceList(currency="EUR", prices=(ListedPrice(option="prp", unit="session", low=Decimal(200), high=Decimal(250)),))
)


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "euro"},
        {"currency": 1},
        {"vat": 20},
        {"vat": "NaN"},
        {"vat": "101"},
        {"country": "XX"},
        {"vat_from": "tomorrow"},
        {"vat_from": 20140101},
        {"prices": {}},
        {"prices": PLAIN["prices"] * 2},
        {"prices": PLAIN["prices"] * 100},
        {"more": 1},
        *(
            {"prices": [PLAIN["prices"][0] | one]}
            for one in (
                {"option": "wig"},
                {"option": ["prp"]},
                {"unit": "graft"},
                {"low": 200},
                {"low": "1e9"},
                {"low": "-1"},
                {"low": "300"},
                {"pay": 5},
                {"pay": 5, "get": 5},
                {"discount": "200"},
                {"discount_from": 0},
                {"discount_from": True},
                {"more": 1},
            )
        ),
    ],
    ids=str,
)
def test_plain_values_that_are_no_list_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        price_list_from_plain(PLAIN | change)


def test_a_title_above_the_column_names_is_left_out_and_rows_keep_their_numbers() -> None:
    data = b"Preisliste Praxis Muster;;\nStand 01.01.2026;;\n\nBehandlung;Bezahlt pro;Preis\nPRP;Sitzung;35O\n"
    table = price_file.below_title(read_table(data), names())
    assert (table.head_row, table.heads) == (4, ("Behandlung", "Bezahlt pro", "Preis"))
    found = check(table, guess(table, names()), names())
    assert [(one.row, one.column) for one in found.faults] == [(5, "low")]


@pytest.mark.parametrize(
    "data",
    [
        "Nom;Type;Montant\nSoin mésothérapie;par séance;120\nPRP;séance;250\nGreffe;greffon;3\n",
        "Leistung;Preis;Art;Aktion\nBehandlung PRP;180;pro Sitzung;Rabatt 10\nPRP;250;Sitzung;\n",
        "Tarifs;;\nNom;Type;Montant\nSoin PRP;par séance;sur demande\n",
    ],
)
def test_a_row_of_prices_is_never_taken_for_the_column_names(data: str) -> None:
    whole = read_table(data.encode())
    assert price_file.below_title(whole, names()) == whole


@pytest.mark.parametrize("dash", ["-", "–", "—", "--"])
def test_a_dash_in_a_cell_is_an_empty_cell_and_no_formula(dash: str) -> None:
    table = read_table(f"Behandlung;Bezahlt pro;Preis von;Preis bis;Rabatt\nPRP;Sitzung;180;{dash};{dash}\n".encode())
    (price,) = check(table, guess(table, names()), names()).prices
    assert (price.low, price.high, price.discount) == (180, 180, 0)


def test_a_word_that_only_begins_with_a_short_name_is_not_that_column() -> None:
    # "Wä." is short for currency in German.
    assert guess(Table(("Was", "Wä.", "Deckung", "Jetzt"), ()), names()) == {"currency": 1}
