"""Where a price comes from: the price book with its claims, the clinic's list, or a number of grafts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mesodash.domain.price_list import ListUnit, PriceList
from mesodash.domain.spread import Grafts
from mesodash.domain.truth import Value
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim, OptionId, Price, Region

Unit = Literal["session", "procedure", "month", "check_up"]
Origin = Literal["own", "list", "published"]

UNITS: dict[OptionId, Unit] = {
    "mesotherapy": "session",
    "prp": "session",
    "transplant": "procedure",
    "no_treatment": "check_up",
    "minoxidil_topical": "month",
    "finasteride_oral": "month",
    "microneedling": "session",
}

GRAFTS: dict[str, str] = {
    "2": "tx-grafts-norwood2",
    "3": "tx-grafts-norwood3",
    "3v": "tx-grafts-norwood3",
    "4": "tx-grafts-norwood4",
    "5": "tx-grafts-norwood5",
    "6": "tx-grafts-norwood6",
    "7": "tx-grafts-norwood7",
}
"""The claim that says how many grafts a stage is estimated to need. None speaks of stage 1."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The claims that give the low and the high end of a range."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A price per unit. `ends` is None for the clinic's own price, else the rows of the price book at each end."""

    low: Decimal
    high: Decimal
    currency: str
    ends: Ends | None
    origin: Origin


def published(knowledge: KnowledgeBase, option: OptionId, where: Region | None) -> tuple[Price, ...]:
    """Return the rows of the price book for one option and region, all units."""
    return tuple(row for row in knowledge.prices if row.option == option and row.region == where)


def published_price(
    knowledge: KnowledgeBase, option: OptionId, where: Region | None, *, per: Literal["graft"] | None = None
) -> PriceRange | None:
    """Return the range over all published prices per unit, each end with the row it comes from.

    Only rows in the currency of the first one count: none is converted.

    Args:
        per: Take the prices of a graft instead of those of the option's unit.
    """
    rows = [row for row in published(knowledge, option, where) if row.per == (per or UNITS[option])]
    rows = [row for row in rows if row.currency == rows[0].currency]
    if not rows:
        return None
    lowest, highest = min(rows, key=lambda row: row.low), max(rows, key=lambda row: row.high)
    return PriceRange(lowest.low, highest.high, lowest.currency, Ends(lowest.claim, highest.claim), "published")


def of_operations(knowledge: KnowledgeBase, claim: str, where: Region | None) -> tuple[Price, ...]:
    """Return the prices of a whole operation that the sources of a claim give for a region too."""
    sources = {one.source for one in knowledge.claims[claim].citations}
    return tuple(
        row
        for row in published(knowledge, "transplant", where)
        if row.per == UNITS["transplant"] and sources & {one.source for one in knowledge.claims[row.claim].citations}
    )


def listed_price(prices: PriceList | None, option: OptionId, unit: ListUnit) -> PriceRange | None:
    """Return a price of the clinic's list."""
    found = None if prices is None else prices.price(option, unit)
    return None if prices is None or found is None else PriceRange(found.low, found.high, prices.currency, None, "list")


def region_currency(knowledge: KnowledgeBase, where: Region | None) -> str | None:
    """Return the currency in which the prices of a region are published."""
    return next((row.currency for row in knowledge.prices if row.region == where), None)


def graft_claim(stage: Value | None) -> str | None:
    """Return the claim about the grafts that a stage is estimated to need; None where the stage or one is missing."""
    return GRAFTS.get(stage) if isinstance(stage, str) else None


def fixed(claim: Claim) -> tuple[Decimal, Decimal] | None:
    """Return what a source asks for once, on top of its price of a graft; None where it names nothing."""
    details = (claim.value.details if claim.value is not None else None) or {}
    return (details["fixed_min"], details["fixed_max"]) if "fixed_min" in details else None


def grafts(knowledge: KnowledgeBase, stage: Value | None, price: PriceRange | None) -> Grafts | None:
    """Return how many grafts a stage needs at the price of a graft."""
    claim = graft_claim(stage)
    value = None if claim is None else knowledge.claims[claim].value
    if price is None or value is None or value.low is None or value.high is None:
        return None
    return Grafts(number=(int(value.low), int(value.high)), price=(price.low, price.high))
