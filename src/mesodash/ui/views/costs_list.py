"""Costs, the clinic's own price list: what it holds, a form to change it, and reading one from a file."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from mesodash.domain.cost import check_amounts
from mesodash.domain.price_list import (
    COLUMNS,
    COUNTRIES,
    CURRENCIES,
    LIST_UNITS,
    TAKES_PACKAGE,
    TAXES,
    UNITS_OF,
    WHOLES,
    Column,
    ListedPrice,
    ListUnit,
    PriceList,
    RowFault,
    TypedRow,
    Whole,
    in_order,
    of_rows,
    price_list_to_plain,
)
from mesodash.errors import InputError, StoreError
from mesodash.i18n import Words
from mesodash.i18n.amounts import parse_amount
from mesodash.i18n.days import parse_day, typed_day
from mesodash.i18n.words import fault
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, Lang, OptionId
from mesodash.reports import price_file
from mesodash.reports.price_file import ANY_COLUMN, AnyColumn, Checked, Heads, Names, Table, Terms
from mesodash.ui import access, estimates, state
from mesodash.ui.frame import Frame, knowledge
from mesodash.ui.parts import html, statements, uploads
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_words as say

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EDIT = "costs.edit"
_FILE = "costs.file"
_MOST_FAULTS = 40
_FAULTS_SEEN = 4
_NEEDED: tuple[Column, ...] = ("option", "unit", "low")
_LONGEST_SHOWN = 40
_LEFT_OUT = "left_out"
"""What a column of the file holds that is not read."""


def show(now: Frame) -> None:
    t = now.t
    html.heading(2, t("prices.title"))
    html.block(f"<p>{html.text(t('prices.lead'))}</p>")
    _current(now)
    html.heading(3, t("prices.edit.title"))
    _editor(now)
    html.heading(3, t("prices.read.title"))
    _reading(now)


# --- What the list holds ----------------------------------------------------------------------------------------------


@access.fragment(board.CURRENT)
def _current(now: Frame) -> None:
    t = now.t
    prices = estimates.price_list()
    if prices is None:
        html.block(f"<p class='cost-open'>{html.text(t('prices.none'))}</p>")
    else:
        html.block(_table(now, t("prices.caption", currency=prices.currency), prices.prices, prices.currency))
        html.block(f"<p>{html.text(_vat(now, prices))}</p>")
        if estimates.basis(now).why == "list_graft":
            html.block(f"<p class='cost-open'>{html.text(t('prices.graft_waits'))}</p>")
    listed = () if prices is None else prices.prices
    have = {(one.option, one.unit) for one in listed}
    every = tuple((option, unit) for option, units in UNITS_OF.items() for unit in units)
    missing = tuple(one for one in every if one not in have)
    with st.container(horizontal=True, key="prices-out"):
        for kind, empty in (("current", ()), ("template", missing)):
            if kind == "current" and prices is None:
                continue
            for form in ("csv", "xlsx"):
                st.download_button(
                    t(f"prices.{kind}.{form}"),
                    data=access.while_allowed(functools.partial(_file, now.lang, form, prices, empty)),
                    file_name=f"{t('prices.file_name.' + kind)}.{form}",
                    mime=_XLSX if form == "xlsx" else "text/csv",
                    on_click="ignore",
                    key=f"prices.{kind}.{form}",
                )
        if prices is not None:
            with st.popover(t("prices.drop")):
                html.block(f"<p>{html.text(t('prices.drop.sure'))}</p>")
                st.button(
                    t("prices.drop.yes"),
                    key="prices.drop",
                    type="primary",
                    on_click=_drop,
                )
    _for_the_clinic(now, prices)


def _drop() -> None:
    state.put(estimates.LIST, None)
    state.put(f"{_EDIT}.for", None)
    _follow_list()
    board.redraw(board.CURRENT, board.FORM, board.FILE)


def _for_the_clinic(now: Frame, prices: PriceList | None) -> None:
    """Draw whether every new consultation begins with this list, and what changes that."""
    t = now.t
    try:
        kept = estimates.kept_list()
        # Asked for here and not in a callback: by now it is known that this session may do it.
        if prices is not None and prices != kept and st.button(t("prices.keep"), key="prices.keep"):
            _keep(prices)
        elif kept is not None and st.button(t("prices.forget"), key="prices.forget"):
            _keep(None)
    except StoreError as error:
        st.error(fault(t, error))
        return
    words = "prices.kept.none" if kept is None else "prices.kept.this" if kept == prices else "prices.kept.other"
    html.block(f"<p class='hint' role='status'>{html.text(t(words))}</p>")


def _keep(prices: PriceList | None) -> None:
    access.make_sure()
    estimates.keep_list(prices)
    access.record("settings_changed", mode="together", now=datetime.now(UTC))
    st.rerun()


def _file(
    lang: Lang,
    form: str,
    prices: PriceList | None,
    empty: tuple[tuple[OptionId, ListUnit], ...],
) -> bytes:
    heads = _heads(Words(knowledge(), lang))
    if form == "xlsx":
        return price_file.as_xlsx(prices, heads, empty=empty)
    return price_file.as_csv(prices, heads, lang, empty=empty)


def _heads(t: Words) -> Heads:
    return Heads(
        columns={column: t(f"prices.column.{column}") for column in ANY_COLUMN},
        options={option: t(f"option.{option}") for option in ALL_OPTIONS},
        units={unit: t(f"prices.unit.{unit}") for unit in LIST_UNITS},
        taxes={tax: t(f"prices.tax.{tax}") for tax in TAXES},
        sheet=t("prices.sheet"),
    )


def _table(now: Frame, caption: str, prices: tuple[ListedPrice, ...], currency: str) -> str:
    t = now.t
    rows = []
    amounts = [end for one in prices for end in (one.low, one.high)]
    for one in prices:
        extra = []
        if one.package is not None:
            extra.append(t("prices.package", pay=one.package[0], get=one.package[1]))
        if one.discount:
            extra.append(say.discount(t, one.unit, one.discount, one.discount_from))
        rows.append(
            [
                t(f"option.{one.option}"),
                t(f"prices.unit.{one.unit}"),
                say.money_range(t, one.low, one.high, currency, *amounts),
                t.parted(extra) or t("prices.no_extra"),
            ]
        )
    heads = [t(f"prices.column.{name}") for name in ("option", "unit")]
    return say.table(caption, [*heads, t("prices.head.price"), t("prices.head.extra")], rows)


def _vat(now: Frame, prices: PriceList) -> str:
    t = now.t
    if prices.vat is None:
        return t("prices.vat.included")
    words = t("prices.vat.added", percent=t.number(prices.vat))
    if prices.country is not None:
        words += " " + t("prices.vat.country", country=t(f"country.{prices.country}"))
    if prices.vat_from is not None:
        words += " " + t("prices.vat.since", date=t.day(prices.vat_from, "long"))
    return words


# --- The form ---------------------------------------------------------------------------------------------------------


def _editor(now: Frame) -> None:
    """Draw the prices of one option as a table of fields; they count from the button on, all of them or none."""
    t = now.t
    html.block(f"<p>{html.text(t('prices.edit.lead'))}</p>")
    st.pills(
        t("prices.edit.option"),
        ALL_OPTIONS,
        key=f"{_EDIT}.option",
        format_func=lambda one: t(f"option.{one}"),
        on_change=_turn_to,
        persist_state="session",
    )
    _form(now)
    said = "".join(statements.statement(now, claim) for claim in estimates.VAT_SAID)
    html.block(say.fold(t("prices.vat_said"), said))


def _turn_to() -> None:
    _begin()
    board.redraw(board.FORM)


@access.fragment(board.FORM)
def _form(now: Frame) -> None:
    t = now.t
    option: OptionId | None = state.get(f"{_EDIT}.option")
    if option is None:
        return
    if state.get(f"{_EDIT}.for") != option or state.get(f"{_EDIT}.0.low") is None:
        # On leaving the page the framework drops what its fields hold.
        _begin()
    with st.form("costs-edit", enter_to_submit=True):
        for number, unit in enumerate(UNITS_OF[option]):
            html.block(f"<p class='cost-why'><b>{html.text(t(f'prices.unit.{unit}'))}</b></p>")
            _cells(now, option, number, unit)
        html.block(f"<p class='cost-why'><b>{html.text(t('prices.edit.whole'))}</b></p>")
        st.pills(t("prices.currency"), CURRENCIES, required=True, key=f"{_EDIT}.currency")
        st.pills(
            t("prices.part.tax"),
            TAXES,
            required=True,
            key=f"{_EDIT}.tax",
            format_func=lambda one: t(f"prices.tax.{one}"),
        )
        # A form hears of no choice before it is sent: the style sheet shows these where VAT is added; nothing is lost.
        columns = st.columns(2)
        columns[0].text_input(t("prices.vat"), key=f"{_EDIT}.vat", autocomplete="off")
        columns[1].text_input(t("prices.vat_from"), key=f"{_EDIT}.vat_from", autocomplete="off")
        st.pills(
            t("prices.country"),
            COUNTRIES,
            key=f"{_EDIT}.country",
            format_func=lambda one: t(f"country.{one}"),
        )
        html.block(f"<p class='hint'>{html.text(t('prices.vat_hint'))}</p>")
        st.form_submit_button(t("prices.edit.take"), type="primary", on_click=_taken, args=(option,))
    faults = state.get(f"{_EDIT}.faults", [])
    if faults:
        items = "".join(f"<li>{html.text(_edit_fault(t, option, *one))}</li>" for one in faults)
        html.block(
            f"<div role='alert' class='cost-faults'><p>{html.text(t('prices.edit.faults'))}</p><ul>{items}</ul></div>"
        )
    elif state.get(f"{_EDIT}.taken") == option:
        prices = estimates.price_list()
        words = t("prices.edit.taken", option=t(f"option.{option}"))
        st.success(words if prices is None else f"{words} {_vat(now, prices)}")


def _cells(now: Frame, option: OptionId, number: int, unit: ListUnit) -> None:
    t = now.t
    names: tuple[Column, ...] = ("low", "high")
    if unit in TAKES_PACKAGE:
        names = ("low", "high", "pay", "get", "discount", "discount_from")
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[start : start + 2], strict=True):
            column.text_input(_cell(t, unit, name), key=f"{_EDIT}.{number}.{name}", autocomplete="off")


def _cell(t: Words, unit: ListUnit, name: str) -> str:
    """Return the name of a field of the form; what is counted in it has the name of the unit."""
    own = f"prices.cell.{name}.{unit}"
    return t("prices.cell", unit=t(f"prices.unit.{unit}"), column=t(own if t.has(own) else f"prices.column.{name}"))


def _begin() -> None:
    """Fill the form with what the list says of the chosen option."""
    option: OptionId | None = state.get(f"{_EDIT}.option")
    prices = estimates.price_list()
    for name in ("faults", "taken"):
        state.put(f"{_EDIT}.{name}", None)
    state.put(f"{_EDIT}.for", option)
    if option is None:
        return
    for number, unit in enumerate(UNITS_OF[option]):
        found = None if prices is None else prices.price(option, unit)
        pay, get = (None, None) if found is None or found.package is None else found.package
        discount = None if found is None or not found.discount else found.discount
        values = {
            "low": None if found is None else found.low,
            "high": None if found is None else found.high,
            "pay": pay,
            "get": get,
            "discount": discount,
            "discount_from": None if found is None or discount is None else found.discount_from,
        }
        for name, value in values.items():
            state.put(f"{_EDIT}.{number}.{name}", "" if value is None else _typed(value))
    since = None if prices is None else prices.vat_from
    whole = _so_far() | {"vat_from": "" if since is None else typed_day(since, state.language())}
    for part, said in whole.items():
        # A list that includes VAT has no rate: one that was typed stays for a change of mind.
        if said or part in ("currency", "tax") or prices is None or not state.get(f"{_EDIT}.{part}"):
            state.put(f"{_EDIT}.{part}", said)


def _typed(value: Decimal | int) -> str:
    """Return a number as the reader would type it, with the decimal mark of the language."""
    typed = f"{value:f}" if isinstance(value, Decimal) else f"{value}"
    return typed if state.language() == "en" else typed.replace(".", ",")


def _taken(option: OptionId) -> None:
    _take_form(option)
    board.redraw(board.CURRENT, board.FORM, board.FILE)


def _take_form(option: OptionId) -> None:
    """Put the form into the list where all of it holds; else keep what is wrong, place by place."""
    # What was said of a file is past.
    state.put(f"{_FILE}.done", None)
    faulty: list[RowFault] = []
    rows = []
    for number, unit in enumerate(UNITS_OF[option]):
        typed = {
            name: str(state.get(f"{_EDIT}.{number}.{name}", "")).strip() for name in COLUMNS if name not in _TOKENS
        }
        if not any(typed.values()):
            continue
        rows.append(
            TypedRow(
                number,
                option,
                unit,
                _amount(typed["low"], number, "low", faulty),
                _amount(typed["high"], number, "high", faulty),
                _whole(typed["pay"], number, "pay", faulty),
                _whole(typed["get"], number, "get", faulty),
                _amount(typed["discount"], number, "discount", faulty),
                _whole(typed["discount_from"], number, "discount_from", faulty),
            )
        )
    found, faults = of_rows(rows, faulty)
    wrong: list[tuple[int | None, str, str, dict[str, str | int]]] = [
        (one.row, one.column, one.key, dict(one.params)) for one in faults
    ]
    prices = estimates.price_list()
    kept = () if prices is None else tuple(one for one in prices.prices if one.option != option)
    currency = state.get(f"{_EDIT}.currency")
    tax = state.get(f"{_EDIT}.tax")
    # What the form does not ask for counts for nothing, whatever was typed there before.
    vat = _whole_part("vat", _percentage, wrong) if tax == "added" else None
    since = _whole_part("vat_from", _day, wrong) if tax == "added" else None
    if currency is None:
        wrong.append((None, "currency", "prices.fault.missing", {}))
    elif prices is not None and kept and currency != prices.currency:
        wrong.append((None, "currency", "prices.fault.currency", {"currency": prices.currency}))
    # A rate may be meant as part of the prices or as on top of them, so neither is ever taken for granted.
    if tax is None:
        wrong.append((None, "tax", "prices.fault.missing_tax", {}))
    elif tax == "added" and vat is None and not any(column == "vat" for _, column, _, _ in wrong):
        wrong.append((None, "vat", "prices.fault.missing", {}))
    if not wrong:
        order = {option: place for place, option in enumerate(ALL_OPTIONS)}
        rows_now = tuple(sorted((*kept, *found), key=lambda one: order[one.option]))
        try:
            made = PriceList(
                currency=currency,
                prices=rows_now,
                vat=vat,
                country=state.get(f"{_EDIT}.country"),
                vat_from=since,
            )
        except InputError as error:
            wrong.append((None, error.field, error.key, dict(error.params)))
        else:
            state.put(estimates.LIST, price_list_to_plain(made) if rows_now else None)
            _follow_list()
    state.put(f"{_EDIT}.faults", wrong)
    state.put(f"{_EDIT}.taken", None if wrong else option)


_TOKENS = ("option", "unit")


def _amount(typed: str, row: int, column: Column, faulty: list[RowFault]) -> Decimal | None:
    try:
        return parse_amount(typed, field=column)
    except InputError as error:
        faulty.append(RowFault(row, column, error.key, error.params))
        return None


def _whole(typed: str, row: int, column: Column, faulty: list[RowFault]) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        faulty.append(RowFault(row, column, "prices.fault.whole", {}))
        return None
    return int(typed)


def _whole_part(
    name: str,
    read: Callable[[str], Any],
    wrong: list[tuple[int | None, str, str, dict[str, str | int]]],
) -> Any:
    try:
        return read(str(state.get(f"{_EDIT}.{name}", "")).strip())
    except InputError as error:
        wrong.append((None, name, error.key, dict(error.params)))
        return None


def _percentage(typed: str) -> Decimal | None:
    found = parse_amount(typed, field="vat")
    if found is not None:
        check_amounts("vat", (found, found), highest=100)
    return found


def _day(typed: str) -> date | None:
    if not typed:
        return None
    found = parse_day(typed)
    if found is None:
        raise InputError("prices.fault.day_typed", field="vat_from")
    return found


def _edit_fault(t: Words, option: OptionId, row: int | None, column: str, key: str, params: dict[str, Any]) -> str:
    words = fault(t, InputError(key, field=column, params=params))
    if row is None:
        part = t("prices.part.tax" if column == "tax" else f"prices.{column}")
        return t("prices.fault.part", part=part, fault=words)
    return t("prices.fault.part", part=_cell(t, UNITS_OF[option][row], column), fault=words)


# --- Reading a file ---------------------------------------------------------------------------------------------------


@access.fragment(board.FILE)
def _reading(now: Frame) -> None:
    """Take a file, show what each column was understood to be, and take over the list only where all of it holds."""
    t = now.t
    uploads.words(now, limit=price_file.MOST_BYTES, not_taken="prices.read.not_taken")
    html.block(f"<p>{html.text(t('prices.read.lead', rows=price_file.MOST_ROWS))}</p>")
    with st.container(key=uploads.BOX):
        types = ["csv", "txt", "xlsx"]
        uploads.field(now, t("prices.read.choose"), types=types, name=_FILE, again="prices.again", take=_take_file)
    refused = state.get(f"{_FILE}.refused")
    if refused is not None:
        words = fault(t, InputError(refused["key"], field="file", params=refused["params"]))
        html.block(f"<p role='alert' class='saved-line'>{html.text(t('prices.read.refused', fault=words))}</p>")
    plain = state.get(f"{_FILE}.table")
    if plain is not None:
        _preview(now, _table_of(plain))
    elif state.get(f"{_FILE}.done"):
        st.success(t("prices.read.done", count=state.get(f"{_FILE}.done")))


def _take_file(place: str) -> None:
    data = uploads.taken(_FILE, place, price_file.MOST_BYTES)
    if data is None:
        return
    for name in ("refused", "table", "done"):
        state.put(f"{_FILE}.{name}", None)
    try:
        table = price_file.below_title(price_file.read_table(data), _names())
    except InputError as error:
        state.put(f"{_FILE}.refused", {"key": error.key, "params": error.params})
        return
    rows = [[row, list(cells)] for row, cells in table.rows]
    state.put(f"{_FILE}.table", {"heads": list(table.heads), "rows": rows, "head_row": table.head_row})
    places = price_file.guess(table, _names())
    for column in ANY_COLUMN:
        state.put(f"{_FILE}.column.{column}", places.get(column))
    state.put(f"{_FILE}.mark", price_file.decimal_mark(table, places))
    so_far = _so_far()
    state.put(f"{_FILE}.so_far", so_far)
    for name, value in so_far.items():
        state.put(f"{_FILE}.{name}", value)
    # The first column that may be another one than was thought lies open.
    doubtful = [places[column] for column in _read(table).doubtful]
    _turn_to_column(next(iter((*doubtful, *_unread(table, places))), None))


def _so_far() -> dict[str, Any]:
    """Return what the list so far says of the whole, as what stands first in the form and for a file."""
    old = estimates.price_list()
    if old is None:
        return {"currency": None, "tax": None, "country": None, "vat": ""}
    tax = "included" if old.vat is None else "added"
    vat = "" if old.vat is None else _typed(old.vat)
    return {"currency": old.currency, "tax": tax, "country": old.country, "vat": vat}


def _follow_list() -> None:
    """Let what stands first for a file that lies open follow the list that changed, where nothing else was chosen."""
    was = state.get(f"{_FILE}.so_far")
    if state.get(f"{_FILE}.table") is None or was is None:
        return
    so_far = _so_far()
    for name, value in so_far.items():
        if state.get(f"{_FILE}.{name}") == was[name]:
            state.put(f"{_FILE}.{name}", value)
    state.put(f"{_FILE}.so_far", so_far)


def _places() -> dict[AnyColumn, int]:
    """Return the place of each column in the file, as it was found or chosen."""
    found = {column: state.get(f"{_FILE}.column.{column}") for column in ANY_COLUMN}
    return {column: place for column, place in found.items() if place is not None}


def _unread(table: Table, places: Mapping[AnyColumn, int]) -> list[int]:
    """Return the places of the columns that hold something and are not read."""
    return [
        place
        for place in range(len(table.heads))
        if place not in places.values() and any(cells[place] for _, cells in table.rows)
    ]


def _turn_to_column(place: int | None) -> None:
    """Lay one column of the file open, or none."""
    holds = next((column for column, at in _places().items() if at == place), _LEFT_OUT)
    state.put(f"{_FILE}.at", place)
    state.put(f"{_FILE}.holds", None if place is None else holds)


def _column_chosen() -> None:
    _turn_to_column(state.get(f"{_FILE}.at"))
    board.redraw(board.FILE)


def _held() -> None:
    """Read the column that lies open as what was chosen, or leave it out."""
    place, chosen = state.get(f"{_FILE}.at"), state.get(f"{_FILE}.holds")
    for column, at in _places().items():
        if at == place:
            state.put(f"{_FILE}.column.{column}", None)
    if chosen != _LEFT_OUT:
        state.put(f"{_FILE}.column.{chosen}", place)
    board.redraw(board.FILE)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file says, read with the choices made so far.

    `lost`: columns that a list needs and no column of the file is read as. `doubtful`: those not one cell of which
    fits. `missing`: what is still to be said of the whole list. `made` is None while anything is wrong or missing.
    """

    places: Mapping[AnyColumn, int]
    checked: Checked
    terms: Terms
    faults: tuple[RowFault, ...]
    lost: tuple[AnyColumn, ...]
    doubtful: tuple[AnyColumn, ...]
    missing: tuple[Whole, ...]
    made: PriceList | None


def _read(table: Table) -> _Read:
    places = _places()
    checked = price_file.check(table, places, _names(), state.get(f"{_FILE}.mark"))
    terms, wrong = price_file.terms(table, places, _names())
    known = {(one.row, one.column) for one in checked.faults}
    every = sorted((*checked.faults, *(one for one in wrong if (one.row, one.column) not in known)), key=in_order)
    # A column that is not there is one thing to choose, not a fault in each row.
    lost = tuple(column for column in _NEEDED if column not in places and any(one.column == column for one in every))
    faults = tuple(one for one in every if one.column not in lost)
    wrongs = Counter(one.column for one in faults)
    rows = len(table.rows) - len(checked.unpriced)
    doubtful = tuple(column for column in ANY_COLUMN if rows > 1 and wrongs[column] >= rows)
    made, missing = _whole_list(terms, checked.prices)
    return _Read(places, checked, terms, faults, lost, doubtful, missing, None if every else made)


def _whole_list(terms: Terms, prices: tuple[ListedPrice, ...]) -> tuple[PriceList | None, tuple[Whole, ...]]:
    """Return the list with what the file says of the whole of it, or else the reader; and what nobody says yet."""

    def said(name: Whole) -> Any:
        found = getattr(terms, name)
        return state.get(f"{_FILE}.{name}") if found is None else found

    currency, tax = said("currency"), said("tax")
    added = tax == "added"
    vat, country = terms.vat, said("country") if added else terms.country
    if vat is None and added:
        with suppress(InputError):
            vat = _percentage(str(state.get(f"{_FILE}.vat", "")))
    needed: tuple[tuple[Whole, Any], ...] = (("currency", currency), ("tax", tax))
    if added:
        needed = (*needed, ("vat", vat))
    missing = tuple(name for name, found in needed if found is None)
    if missing or not prices:
        return None, missing
    old = estimates.price_list()
    same = old is not None and (old.vat, old.country) == (vat, country)
    since = terms.vat_from or (old.vat_from if same and old is not None else None)
    made = PriceList(
        currency=str(currency),
        prices=prices,
        vat=vat if added else None,
        country=country,
        vat_from=since if added else None,
    )
    return made, ()


def _table_of(plain: Mapping[str, Any]) -> Table:
    rows = tuple((row, tuple(cells)) for row, cells in plain["rows"])
    return Table(tuple(plain["heads"]), rows, plain["head_row"])


@functools.cache
def _names() -> Names:
    """Return how things may be called in a file: our own words and the usual other ones, in all languages."""
    all_words = [Words(knowledge(), lang) for lang in LANGS]

    def names(kind: str, token: str, own: str) -> list[str]:
        key = f"prices.names.{kind}.{token}"
        more = [name for t in all_words if t.has(key) for name in t(key).split("|")]
        return [*(t(own) for t in all_words), *more]

    return Names(
        columns={one: names("column", one, f"prices.column.{one}") for one in ANY_COLUMN},
        options={one: names("option", one, f"option.{one}") for one in ALL_OPTIONS},
        units={one: names("unit", one, f"prices.unit.{one}") for one in LIST_UNITS},
        taxes={one: names("tax", one, f"prices.tax.{one}") for one in TAXES},
        countries={one: names("country", one, f"country.{one}") for one in COUNTRIES},
    )


def _preview(now: Frame, table: Table) -> None:
    """Draw what was understood: first what is wrong or missing and the way to take over, then the rest."""
    t = now.t
    read = _read(table)
    with st.container(border=True, key="prices-preview"):
        _standing(now, table, read)
        _questions(now, table, read)
        with st.container(horizontal=True):
            st.button(
                t("prices.read.take"),
                key="prices.take",
                type="primary",
                disabled=read.made is None,
                on_click=_take_over,
            )
            st.button(t("prices.read.leave"), key="prices.leave", on_click=_leave)
        if read.made is not None:
            caption = t("prices.read.understood", count=len(read.made.prices))
            html.block(_table(now, caption, read.made.prices, read.made.currency))
        _columns(now, table, read)


def _leave() -> None:
    state.put(f"{_FILE}.table", None)
    board.redraw(board.FILE)


def _standing(now: Frame, table: Table, read: _Read) -> None:
    """Say what stands in the way of taking over, or what would be taken over."""
    t = now.t
    lines = []
    if read.lost:
        names = t.list([t(f"prices.column.{column}") for column in read.lost])
        lines.append(t("prices.read.lost", names=names))
    for column in read.doubtful:
        head = _head(t, table, read.places[column])
        lines.append(t("prices.read.doubtful", column=head, name=t(f"prices.column.{column}")))
    if read.lost or read.faults:
        said = "".join(f"<p>{html.text(one)}</p>" for one in (t("prices.read.not_yet"), *lines))
        html.block(f"<div role='alert' class='cost-faults'>{said}{_faults(t, table, read)}</div>")
    elif read.missing:
        names = t.list([t(f"prices.part.{name}") for name in read.missing])
        html.block(f"<p class='cost-open'>{html.text(t('prices.read.asked', names=names))}</p>")
    elif read.made is not None:
        old = estimates.price_list()
        count = len(read.made.prices)
        words = t("prices.read.ready", count=count, vat=_vat(now, read.made))
        if old is not None:
            words += " " + t("prices.read.replaces", count=len(old.prices))
        html.block(f"<p class='cost-open' role='status'>{html.text(words)}</p>")
    notes = []
    unread = _unread(table, read.places)
    if unread:
        notes.append(t("prices.read.unread", names=t.list([_head(t, table, place) for place in unread])))
    if "discount_from" not in read.places and any(one.discount for one in read.checked.prices):
        notes.append(t("prices.read.discount_from", name=t("prices.column.discount_from")))
    if table.head_row > 1:
        notes.append(t("prices.read.head_row", row=table.head_row))
    if read.checked.unpriced:
        notes.append(t("prices.read.unpriced", rows=", ".join(str(one) for one in read.checked.unpriced)))
    if notes:
        html.block("".join(f"<p class='hint'>{html.text(one)}</p>" for one in notes))


def _faults(t: Words, table: Table, read: _Read) -> str:
    """Return the first faults as a list, the others in a fold."""
    if not read.faults:
        return ""
    items = [f"<li>{html.text(_cell_fault(t, table, read.places, one))}</li>" for one in read.faults[:_MOST_FAULTS]]
    shown, folded = items[:_FAULTS_SEEN], items[_FAULTS_SEEN:]
    more = len(read.faults) - _MOST_FAULTS
    rest = f"<p>{html.text(t('prices.read.more', count=more))}</p>" if more > 0 else ""
    if folded:
        label = t("prices.read.more", count=len(read.faults) - _FAULTS_SEEN)
        rest = say.fold(label, f"<ul>{''.join(folded)}</ul>{rest}")
    return f"<p>{html.text(t('prices.read.faults', count=len(read.faults)))}</p><ul>{''.join(shown)}</ul>{rest}"


def _questions(now: Frame, table: Table, read: _Read) -> None:
    """Say what the file says of the whole list and ask for the rest."""
    t, terms = now.t, read.terms
    said = []
    for name in WHOLES:
        value = getattr(terms, name)
        if value is not None:
            what = t("pair", name=t(f"prices.part.{name}"), value=_in_words(t, name, value))
            said.append(t("prices.read.said", what=what, column=_head(t, table, terms.where[name])))
    if said:
        items = "".join(f"<li>{html.text(one)}</li>" for one in said)
        html.block(f"<ul class='cost-said'>{items}</ul>")
    if price_file.mark_matters(table, read.places):
        st.segmented_control(
            t("prices.read.mark"),
            ("comma", "point"),
            key=f"{_FILE}.mark",
            format_func=lambda one: t(f"prices.mark.{one}"),
            on_change=board.redraw,
            args=(board.FILE,),
            persist_state="session",
        )
    if terms.currency is None:
        _ask(now, "currency", CURRENCIES)
    if terms.tax is None:
        _ask(now, "tax", TAXES)
    if (terms.tax or state.get(f"{_FILE}.tax")) != "added":
        return
    if terms.vat is None:
        key = f"{_FILE}.vat"
        st.text_input(
            t("prices.vat"),
            key=key,
            autocomplete="off",
            on_change=board.redraw,
            args=(board.FILE,),
            persist_state="session",
        )
        try:
            _percentage(str(state.get(key, "")))
        except InputError as error:
            st.error(t("prices.fault.part", part=t("prices.vat"), fault=fault(t, error)))
    if terms.country is None:
        _ask(now, "country", COUNTRIES)


def _ask(now: Frame, name: Whole, offered: Sequence[str]) -> None:
    """Ask for what a file does not say. What the list so far says stands there first, and the line above says so."""
    t = now.t
    words = t("prices.read.not_said", part=t(f"prices.part.{name}"))
    if state.get(f"{_FILE}.{name}") is not None and state.get(f"{_FILE}.{name}") == _so_far()[name]:
        words += " " + t("prices.read.so_far")
    html.block(f"<p class='hint'>{html.text(words)}</p>")
    st.pills(
        t(f"prices.part.{name}"),
        offered,
        # A second tap on what was chosen takes back only what may be left open.
        required=name in ("currency", "tax"),
        key=f"{_FILE}.{name}",
        format_func=lambda one: _in_words(t, name, one),
        on_change=board.redraw,
        args=(board.FILE,),
        persist_state="session",
    )


def _head(t: Words, table: Table, place: int) -> str:
    """Return a column of the file by its letter and its own name."""
    name = _short(table.heads[place]) or t("prices.read.unnamed")
    return t("prices.read.head", letter=price_file.column_letter(place), name=name)


def _columns(now: Frame, table: Table, read: _Read) -> None:
    """Draw each column of the file with what it is read as, and the choice for the one that lies open."""
    t = now.t
    by_place = {place: column for column, place in read.places.items()}
    lies_open: int | None = state.get(f"{_FILE}.at")
    shown = sorted({*by_place, *_unread(table, read.places)} | ({lies_open} if lies_open is not None else set()))
    heads = {place: _head(t, table, place) for place in shown}
    cells = {place: [row[place] for _, row in table.rows if row[place]] for place in shown}
    st.pills(
        t("prices.read.at"),
        shown,
        key=f"{_FILE}.at",
        format_func=lambda place: (
            heads[place] if place in by_place else t("prices.read.head_left_out", head=heads[place])
        ),
        on_change=_column_chosen,
        persist_state="session",
    )
    if lies_open is not None:
        st.pills(
            t("prices.read.holds"),
            (*ANY_COLUMN, _LEFT_OUT),
            # A second tap on what was chosen would leave the column out unseen.
            required=True,
            key=f"{_FILE}.holds",
            format_func=lambda one: t("prices.read.leave_out" if one == _LEFT_OUT else f"prices.column.{one}"),
            on_change=_held,
            persist_state="session",
        )
    lines = ""
    for place in shown:
        first = _short(next(iter(cells[place]), "")) or t("prices.read.cell_empty")
        if place in by_place:
            words = t("prices.read.column", name=t(f"prices.column.{by_place[place]}"), first=first)
        else:
            words = t("prices.read.column_not", first=first)
        lines += f"<li><b>{html.text(heads[place])}</b> {html.text(words)}</li>"
    head = html.text(t("prices.read.columns"))
    html.block(f"<p class='cost-why'><b>{head}</b></p><ul class='cost-said'>{lines}</ul>")


def _in_words(t: Words, name: Whole, value: Any) -> str:
    """Return what holds for a whole list in words."""
    if name == "tax":
        return t(f"prices.tax.{value}")
    if name == "country":
        return t(f"country.{value}")
    if name == "vat_from":
        return t.day(value, "long")
    return f"{t.number(value)}\N{NO-BREAK SPACE}%" if name == "vat" else str(value)


def _cell_fault(t: Words, table: Table, places: Mapping[AnyColumn, int], one: RowFault) -> str:
    """Return what is wrong in one cell, with the file's own words for its column and the beginning of what it holds."""
    place = places.get(one.column)
    words = fault(t, InputError(one.key, field=one.column, params=one.params))
    if place is None:
        return t("prices.read.fault_missing", row=one.row, column=t(f"prices.column.{one.column}"), fault=words)
    holds = next((cells[place] for number, cells in table.rows if number == one.row), table.heads[place])
    return t(
        "prices.read.fault",
        row=one.row,
        letter=price_file.column_letter(place),
        head=_short(table.heads[place]) or t("prices.read.unnamed"),
        column=t(f"prices.column.{one.column}"),
        cell=t("prices.read.cell", holds=_short(holds)) if holds else t("prices.read.cell_empty"),
        fault=words,
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN].rstrip()}…"


def _take_over() -> None:
    """Replace the list by what was read and confirmed, with the fields as they are at this moment."""
    plain = state.get(f"{_FILE}.table")
    made = None if plain is None else _read(_table_of(plain)).made
    if made is not None:
        state.put(estimates.LIST, price_list_to_plain(made))
        state.put(f"{_FILE}.table", None)
        state.put(f"{_FILE}.done", len(made.prices))
        state.put(f"{_EDIT}.for", None)
    board.redraw(board.CURRENT, board.FORM, board.FILE)
