"""Costs: the pieces of the page, and which of them a choice draws again."""

from __future__ import annotations

from typing import Literal, NoReturn

import streamlit as st

from mesodash.domain.pricing import Origin
from mesodash.knowledge.records import ALL_OPTIONS, OPTIONS, OptionId
from mesodash.ui import access, estimates, state
from mesodash.ui.frame import Frame

PICK, VIEW, NOTHING, RESULT, FIELDS, PUBLISHED, AFTER, HEAT, WHY, TORNADO, LEFT, CHART, YEARS, BOOK = (
    f"costs_{name}"
    for name in (
        *("pick", "view", "nothing", "result", "fields", "published", "after", "heat"),
        *("why", "tornado", "left", "chart", "years", "book"),
    )
)
CURRENT, FORM, FILE = (f"prices_{name}" for name in ("current", "form", "file"))

Choice = Literal["region", "option", "years"]
_SHOWS: dict[str, dict[Choice, tuple[str, ...]]] = {
    "sum": {"region": (RESULT, PUBLISHED), "option": (VIEW,), "years": (RESULT,)},
    "why": {"region": (WHY,), "option": (VIEW,), "years": (WHY,)},
    "years": {"region": (CHART,), "option": (CHART,), "years": (CHART,)},
    "list": {},
    "book": {"region": (BOOK,)},
}
"""By part of the page and choice: the pieces that show what was chosen."""
_OF_ONE = ("sum", "why")
_DRAWN = "costs.drawn"


def redraw(*pieces: str) -> NoReturn:
    """Draw these pieces again instead of the one that holds the control; for callbacks only."""
    st.rerun(list(pieces))


def chosen(choice: Choice) -> NoReturn:
    """Draw what shows one of the choices above all parts of the page."""
    view = state.get("costs.view")
    if not is_drawn():
        redraw(VIEW)
    if choice != "option" and view in _OF_ONE and state.get("costs.option") is None:
        redraw(NOTHING)
    redraw(*_SHOWS[view].get(choice, (NOTHING,)), *(by_price() if view == "sum" and choice != "option" else ()))


def by_price() -> tuple[str, ...]:
    """Return the piece with sessions by price, while it shows them."""
    return (HEAT,) if state.get("costs.grid", False) else ()


def drawn() -> None:
    """Remember which part of the page is drawn, and of which option."""
    state.put(_DRAWN, _to_draw())


def is_drawn() -> bool:
    """Return whether the part that was chosen is the one on the screen.

    A field that is left by a tap on another part, or on the first option, tells of both at once: the pieces of the
    part that was chosen are not there yet.
    """
    return bool(state.get(_DRAWN) == _to_draw())


def _to_draw() -> tuple[str, bool]:
    return state.get("costs.view"), state.get("costs.option") is None


def turned() -> NoReturn:
    """Draw another part of the page."""
    redraw(VIEW)


def more_or_fewer() -> NoReturn:
    """Draw what depends on which options are shown."""
    view = state.get("costs.view")
    if not is_drawn():
        redraw(PICK, VIEW)
    if view in _OF_ONE:
        redraw(PICK, *(() if state.get("costs.option") in (None, *offered()) else (VIEW,)))
    redraw(PICK, *{"years": (YEARS,), "book": (BOOK,)}.get(view, ()))


def offered() -> tuple[OptionId, ...]:
    """Return the options that can be chosen, and that stand side by side."""
    return ALL_OPTIONS if state.get("costs.context", False) else OPTIONS


@access.fragment(NOTHING)
def nothing() -> None:
    """Draw nothing: a choice that shows nowhere on this part of the page still has to draw some piece."""


def entered(now: Frame, option: OptionId) -> NoReturn:
    """Draw what follows from a field; the fields too if there is something else to say beside them than before."""
    reading = estimates.reading(now, option)
    again = () if tuple(reading.faults) == state.get(faults_key(option), ()) else (FIELDS,)
    if not again and price_from(now, option) != state.get(price_key(option)):
        again = (PUBLISHED,)
    redraw(RESULT, *by_price(), *again)


def price_from(now: Frame, option: OptionId) -> Origin | None:
    """Return where the price that counts comes from, None while there is none."""
    price = estimates.reading(now, option).price
    return None if price is None else price.origin


def price_key(option: OptionId) -> str:
    """Return the key of what `price_from` was when the published prices of an option were last drawn."""
    return estimates.key(option, "shown_price")


def faults_key(option: OptionId) -> str:
    """Return the key of what is said beside the fields of an option: the settings that cannot be used."""
    return estimates.key(option, "shown_faults")
