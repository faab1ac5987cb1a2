"""Words and markup that all parts of the Costs page share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from mesodash.domain.cost import CostInputs
from mesodash.domain.pricing import UNITS, Ends
from mesodash.i18n import Words
from mesodash.knowledge.records import OptionId, Price
from mesodash.ui import estimates
from mesodash.ui.estimates import Reading
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html, statements, tables

CHART = {"displayModeBar": False, "scrollZoom": False}


def gap(now: Frame, reading: Reading) -> str:
    t = now.t
    if reading.gap == "price":
        return no_price(now, reading)
    if reading.gap == "mixed" and reading.price is not None:
        return t("costs.gap.mixed", published=reading.price.currency)
    if reading.gap == "graft_price":
        return t("costs.gap.graft_price", region=t(f"region.{estimates.region(now)}"))
    return t(f"costs.gap.{reading.gap}")


def no_price(now: Frame, reading: Reading) -> str:
    """Say that the price book is empty for this option; before a region is chosen it is not looked into."""
    where = estimates.region(now)
    if where is None:
        return now.t("costs.gap.region")
    unit = now.t(f"costs.per.{UNITS[reading.option]}")
    kind = "price" if reading.price is None else "price_own"
    return now.t(f"costs.gap.{kind}", region=now.t(f"region.{where}"), per=unit)


def ends(now: Frame, ends: Ends, values: tuple[int, int]) -> None:
    html.block(ends_markup(now, ends, tuple(now.t.number(value) for value in values)))


def ends_markup(now: Frame, ends: Ends, values: Sequence[str], *, lead: str = "") -> str:
    """Return who gives the low and who the high end, with both statements one tap away."""
    t = now.t
    sources = [statements.who(now.knowledge, t, now.knowledge.claims[one]) for one in (ends.low, ends.high)]
    if sources[0] == t("source_kind.own_judgement"):
        both = f"{sources[0]}."
    elif sources[0] == sources[1]:
        both = t("costs.one_source", source=sources[0])
    else:
        both = t("costs.ends", low=values[0], high=values[1], low_source=sources[0], high_source=sources[1])
    words = html.text(f"{lead} {both}".strip())
    ids = claims(ends)
    return f"<div class='cost-ends'><p>{words}</p>{statements.sources(now, ids)}{conflicts.fold(now, ids)}</div>"


def claims(ends: Ends | None) -> tuple[str, ...]:
    return () if ends is None else tuple(dict.fromkeys((ends.low, ends.high)))


def needed(inputs: CostInputs | None) -> CostInputs:
    if inputs is None:
        raise ValueError("an estimate without inputs")
    return inputs


def count(t: Words, unit: str, low: int, high: int | None = None) -> str:
    """Return "4 to 10 sessions", "1 year"."""
    high = low if high is None else high
    return t(f"costs.count.{unit}.{'one' if low == high == 1 else 'many'}", number=t.range(low, high))


def course_alone(t: Words, alone: Iterable[OptionId]) -> list[str]:
    """Return the line that names the options of which one course alone is counted; none where there are none."""
    return [t("costs.course_alone", options=t.list([t(f"option.{option}") for option in alone]))] if alone else []


def names(now: Frame, options: Sequence[OptionId]) -> dict[OptionId, str]:
    """Return the names of options; one that counts a course alone says so wherever its sum stands beside others."""
    t = now.t
    alone = estimates.of_course_alone(now, options)
    found = {option: t(f"option.{option}") for option in options}
    return {option: t("costs.one_course", name=name) if option in alone else name for option, name in found.items()}


def money(t: Words, amount: Decimal, currency: str) -> str:
    return t.money(amount, currency, cents=bool(amount % 1))


def money_range(t: Words, low: Decimal, high: Decimal, currency: str) -> str:
    return t.money_range(low, high, currency, cents=bool(low % 1 or high % 1))


def row_price(t: Words, row: Price) -> str:
    return f"{money_range(t, row.low, row.high, row.currency)} {t(f'per.{row.per}')}"


def span(values: Sequence[int | Decimal], low: int | Decimal, high: int | Decimal) -> tuple[int, int]:
    """Return the first and last place of `values` that lie between `low` and `high`."""
    inside = [place for place, value in enumerate(values) if low <= value <= high]
    return inside[0], inside[-1]


def fold(label: str, body: str) -> str:
    return f"<details class='sources cost-fold'><summary>{html.text(label)}</summary>{body}</details>"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of plain words."""
    return tables.table(
        html.text(caption), [html.text(one) for one in heads], [[html.text(one) for one in row] for row in rows]
    )
