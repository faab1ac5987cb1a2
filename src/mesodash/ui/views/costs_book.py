"""Costs, the price book: what was published, by whom, and in which year."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from mesodash.domain import pricing
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, Lang, OptionId, Price
from mesodash.ui import access, estimates
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_words as say


@access.fragment(board.BOOK)
def show(now: Frame) -> None:
    t = now.t
    where = estimates.region(now)
    html.heading(2, t("costs.book") if where is None else t("costs.book_in", region=t(f"region.{where}")))
    html.block(f"<p>{html.text(t('costs.book_lead'))}</p>")
    parts = []
    if where is not None:
        for option in board.offered():
            rows = pricing.published(now.knowledge, option, where)
            name = f"<h3>{html.icon(option)}{html.text(t(f'option.{option}'))}</h3>"
            if option == "no_treatment":
                body = statements.statement(now, "nt-cost-zero")
            else:
                price = estimates.reading(now, option).price
                published = price is None or price.origin == "published"
                claims = dict.fromkeys(row.claim for row in rows)
                body = "".join(_price_claim(now, claim, rows, published=published) for claim in claims)
            if not any(row.per == _unit(now, option) for row in rows) and option != "no_treatment":
                body += f"<p class='cost-open'>{html.text(say.no_price(now, estimates.reading(now, option)))}</p>"
            parts.append(f"<section class='cost-book'>{name}{body}</section>")
    html.block("".join(parts) + say.fold(t("costs.all_regions"), _all_regions(now.knowledge, now.lang)))


def _unit(now: Frame, option: OptionId) -> str:
    """Return the unit whose prices are multiplied by a number of units: a course hides how many sessions it has."""
    return "graft" if estimates.by_graft(now, option) else pricing.UNITS[option]


def _price_claim(now: Frame, claim: str, rows: Iterable[Price], *, published: bool) -> str:
    """Return what one source says, and for each of its prices the year and whether it is counted.

    Args:
        published: Published prices count, and not those of the clinic.
    """
    t = now.t
    lines = ""
    for row in rows:
        if row.claim == claim:
            unit = row.per == _unit(now, row.option)
            use = ("counted" if published else "compared") if unit else "not_counted"
            words = t(
                f"costs.row.{use}",
                price=say.row_price(t, row),
                source=statements.who(now.knowledge, t, now.knowledge.claims[claim], year=False),
                year=_year(t, row),
            )
            lines += f"<li>{html.text(words)}</li>"
    return f"{statements.statement(now, claim)}<ul class='cost-rows'>{lines}</ul>"


@functools.lru_cache(maxsize=len(LANGS))
def _all_regions(knowledge: KnowledgeBase, lang: Lang) -> str:
    t = Words(knowledge, lang)
    return say.table(
        t("costs.all_caption"),
        [t(f"costs.head.{one}") for one in ("option", "region", "price", "year", "source")],
        [
            [
                t(f"option.{row.option}"),
                t(f"region.{row.region}"),
                say.row_price(t, row),
                _year(t, row),
                statements.who(knowledge, t, knowledge.claims[row.claim], year=False),
            ]
            for row in sorted(knowledge.prices, key=lambda row: ALL_OPTIONS.index(row.option))
        ],
    )


def _year(t: Words, row: Price) -> str:
    return str(row.year) if row.year else t("source.no_year")
