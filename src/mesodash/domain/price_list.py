"""The clinic's own prices: what a list may hold, and its form as plain values.

A list is either whole or refused: `of_rows` collects every fault of every row before it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Literal, cast, get_args

from mesodash.domain.cost import HIGHEST_AMOUNT, MOST_SESSIONS, check_amounts, check_package
from mesodash.errors import InputError
from mesodash.knowledge.records import ALL_OPTIONS, OptionId

ListUnit = Literal["session", "maintenance", "procedure", "graft", "month", "check_up", "upfront"]
LIST_UNITS: tuple[ListUnit, ...] = get_args(ListUnit)
Country = Literal["DE", "FR", "UK", "US", "TR", "AT", "CH", "BE", "LU"]
COUNTRIES: tuple[Country, ...] = get_args(Country)

UNITS_OF: dict[OptionId, tuple[ListUnit, ...]] = {
    "mesotherapy": ("session", "maintenance", "upfront"),
    "prp": ("session", "maintenance", "upfront"),
    "transplant": ("procedure", "graft", "upfront"),
    "no_treatment": ("check_up",),
    "minoxidil_topical": ("month",),
    "finasteride_oral": ("month",),
    "microneedling": ("session", "upfront"),
}
"""What an option is paid by, in the order of the list."""

TAKES_PACKAGE: tuple[ListUnit, ...] = ("session", "procedure")
"""The arithmetic knows packages and discounts for the sessions of a course alone."""

Column = Literal["option", "unit", "low", "high", "pay", "get", "discount", "discount_from"]
COLUMNS: tuple[Column, ...] = get_args(Column)
Whole = Literal["currency", "tax", "vat", "country", "vat_from"]
"""What holds for the whole list; in a file it stands in each row, because rows are sorted and copied."""
WHOLES: tuple[Whole, ...] = get_args(Whole)
Tax = Literal["included", "added"]
TAXES: tuple[Tax, ...] = get_args(Tax)
Currency = Literal["EUR", "GBP", "USD", "CHF", "TRY"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)
MOST_ROWS = sum(len(units) for units in UNITS_OF.values())

_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPrice:
    """One price of the clinic, before VAT where the list names one.

    `package` is (pay, get). `discount` is a percentage that holds from session `discount_from` on.

    Raises:
        InputError: `field` is the column that is wrong.
    """

    option: OptionId
    unit: ListUnit
    low: Decimal
    high: Decimal
    package: tuple[int, int] | None = None
    discount: Decimal = Decimal(0)
    discount_from: int = 1

    def __post_init__(self) -> None:
        if self.unit not in UNITS_OF[self.option]:
            raise InputError("prices.fault.unit", field="unit")
        for column, ends in (("low", (self.low, self.low)), ("high", (self.high, self.high))):
            check_amounts(column, ends)
        if self.low > self.high:
            raise InputError("error.low_above_high", field="low")
        if self.package is not None:
            check_package(self.package)
        check_amounts("discount", (self.discount, self.discount), highest=100)
        if not 1 <= self.discount_from <= MOST_SESSIONS:
            raise InputError("error.out_of_range", field="discount_from", params={"low": 1, "high": MOST_SESSIONS})
        if self.unit not in TAKES_PACKAGE and (self.package or self.discount):
            raise InputError("prices.fault.course_only", field="pay" if self.package else "discount")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """All prices of the clinic, in one currency, each option and unit at most once.

    `vat` is a percentage to be added to every price; None: the prices hold it already. `country` and `vat_from` say
    whose rate it is and since when; neither is computed with.

    Raises:
        InputError: `field` is the part that is wrong.
    """

    currency: str
    prices: tuple[ListedPrice, ...]
    vat: Decimal | None = None
    country: Country | None = None
    vat_from: date | None = None

    def __post_init__(self) -> None:
        if _CURRENCY.fullmatch(self.currency) is None:
            raise InputError("error.not_a_currency", field="currency")
        if self.vat is not None:
            check_amounts("vat", (self.vat, self.vat), highest=100)
        if self.country is not None and self.country not in COUNTRIES:
            raise InputError("saved.fault.value", field="country")
        places = [(one.option, one.unit) for one in self.prices]
        if len(set(places)) < len(places):
            raise InputError("prices.fault.twice", field="unit")

    def price(self, option: OptionId, unit: ListUnit) -> ListedPrice | None:
        return next((one for one in self.prices if (one.option, one.unit) == (option, unit)), None)


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one cell. `row` is counted as in the file, from 1; `key` and `params` say it in words."""

    row: int
    column: Column | Whole
    key: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row whose cells were understood one by one. A cell that is empty or was faulty is None."""

    row: int
    option: OptionId | None
    unit: ListUnit | None
    low: Decimal | None
    high: Decimal | None
    pay: int | None
    get: int | None
    discount: Decimal | None
    discount_from: int | None


def of_rows(
    rows: Sequence[TypedRow], faulty: Sequence[RowFault] = ()
) -> tuple[tuple[ListedPrice, ...], list[RowFault]]:
    """Return the prices of the rows and every fault, in the order of the rows.

    Args:
        faulty: Faults of cells that could not be understood; such a cell is not reported a second time.
    """
    faults = list(faulty)
    known: set[tuple[int, Column | Whole]] = {(one.row, one.column) for one in faulty}
    found: dict[tuple[OptionId, ListUnit], ListedPrice] = {}
    for row in rows:

        def wrong(column: Column, key: str, params: Mapping[str, str | int] | None = None, line: int = row.row) -> None:
            if (line, column) not in known:
                known.add((line, column))
                faults.append(RowFault(line, column, key, params or {}))

        before = len(faults)
        for column in ("option", "unit", "low"):
            if getattr(row, column) is None:
                wrong(column, "prices.fault.missing")
        if (row.pay is None) != (row.get is None):
            wrong("get" if row.get is None else "pay", "prices.fault.missing")
        if row.discount_from is not None and row.discount is None:
            wrong("discount", "prices.fault.missing")
        if row.option is not None and row.unit is not None and row.unit not in UNITS_OF[row.option]:
            wrong("unit", "prices.fault.unit")
        for column, error in _part_faults(row):
            wrong(column, error.key, error.params)
        if row.option is None or row.unit is None or row.low is None or len(faults) > before:
            continue
        if any(line == row.row for line, _ in known):
            continue
        try:
            price = ListedPrice(
                option=row.option,
                unit=row.unit,
                low=row.low,
                high=row.low if row.high is None else row.high,
                package=None if row.pay is None or row.get is None else (row.pay, row.get),
                discount=Decimal(0) if row.discount is None else row.discount,
                discount_from=1 if row.discount_from is None else row.discount_from,
            )
        except InputError as error:
            wrong("pay" if error.field == "package" else cast(Column, error.field), error.key, error.params)
            continue
        if (price.option, price.unit) in found:
            wrong("unit", "prices.fault.twice")
            continue
        found[price.option, price.unit] = price
    prices = sorted(found.values(), key=lambda one: (ALL_OPTIONS.index(one.option), LIST_UNITS.index(one.unit)))
    return tuple(prices), sorted(faults, key=in_order)


def _part_faults(row: TypedRow) -> Iterator[tuple[Column, InputError]]:
    """Yield what is wrong with each part of a row by itself, so that one fault does not hide another."""
    amounts: tuple[tuple[Column, Decimal | None, int], ...] = (
        ("low", row.low, HIGHEST_AMOUNT),
        ("high", row.high, HIGHEST_AMOUNT),
        ("discount", row.discount, 100),
    )
    checks: list[tuple[Column, Callable[[], None]]] = [
        (column, partial(check_amounts, column, (amount, amount), highest=highest))
        for column, amount, highest in amounts
        if amount is not None
    ]
    if row.pay is not None and row.get is not None:
        checks.append(("pay", partial(check_package, (row.pay, row.get))))
    for column, check in checks:
        try:
            check()
        except InputError as error:
            yield column, error


def in_order(one: RowFault) -> tuple[int, int]:
    """Return by what faults are sorted: their row, then their column."""
    return one.row, (*COLUMNS, *WHOLES).index(one.column)


def price_list_to_plain(prices: PriceList) -> dict[str, Any]:
    """Return a list as plain JSON values, amounts as text."""
    return {
        "currency": prices.currency,
        "vat": None if prices.vat is None else f"{prices.vat:f}",
        "country": prices.country,
        "vat_from": None if prices.vat_from is None else prices.vat_from.isoformat(),
        "prices": [
            {
                "option": one.option,
                "unit": one.unit,
                "low": f"{one.low:f}",
                "high": f"{one.high:f}",
                "pay": None if one.package is None else one.package[0],
                "get": None if one.package is None else one.package[1],
                "discount": f"{one.discount:f}",
                "discount_from": one.discount_from,
            }
            for one in prices.prices
        ],
    }


def price_list_from_plain(plain: object, *, field: str = "prices") -> PriceList:
    """Return the list that plain values say; nothing about them is trusted.

    Raises:
        InputError: They are not exactly such a list.
    """
    wrong = InputError("saved.fault.kind", field=field)
    if not isinstance(plain, dict) or set(plain) != {"currency", "vat", "country", "vat_from", "prices"}:
        raise wrong
    rows = plain["prices"]
    if not isinstance(rows, list) or len(rows) > MOST_ROWS or not isinstance(plain["currency"], str):
        raise wrong
    day = plain["vat_from"]
    try:
        since = None if day is None else date.fromisoformat(day)
    except (TypeError, ValueError):
        raise wrong from None
    return PriceList(
        currency=plain["currency"],
        vat=None if plain["vat"] is None else _amount(plain["vat"], wrong),
        country=_token(plain["country"], (None, *COUNTRIES), wrong),
        vat_from=since,
        prices=tuple(_price(row, wrong) for row in rows),
    )


def _price(row: object, wrong: InputError) -> ListedPrice:
    if not isinstance(row, dict) or set(row) != set(COLUMNS):
        raise wrong
    pay, get = (None if row[name] is None else _whole(row[name], wrong) for name in ("pay", "get"))
    if (pay is None) != (get is None):
        raise wrong
    return ListedPrice(
        option=_token(row["option"], ALL_OPTIONS, wrong),
        unit=_token(row["unit"], LIST_UNITS, wrong),
        low=_amount(row["low"], wrong),
        high=_amount(row["high"], wrong),
        package=None if pay is None or get is None else (pay, get),
        discount=_amount(row["discount"], wrong),
        discount_from=_whole(row["discount_from"], wrong),
    )


def _token(value: object, allowed: Sequence[object], wrong: InputError) -> Any:
    if not (value is None or isinstance(value, str)) or value not in allowed:
        raise wrong
    return value


def _amount(value: object, wrong: InputError) -> Decimal:
    if not isinstance(value, str) or _AMOUNT.fullmatch(value) is None:
        raise wrong
    return Decimal(value)


def _whole(value: object, wrong: InputError) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong
    return value
