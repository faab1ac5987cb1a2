"""Costs: the pieces of the page, and which of them a choice draws again."""

from __future__ import annotations

from typing import Literal, NoReturn

import streamlit as st

from mesodash.domain.pricing import Origin
from mesodash.knowledge.records import ALL_OPTIONS, OPTIONS, OptionId
from mesodash.ui import access, estimates, planned, state
from mesodash.ui.frame import Frame

PICK, VIEW, NOTHING, RESULT, PLAN, FIELDS, PUBLISHED, AFTER, ASSUMED, HEAT, WHY, TORNADO, LEFT, CHART, STOPPED, BOOK = (
    f"costs_{name}"
    for name in (
        *("pick", "view", "nothing", "result", "plan", "fields", "published", "after", "assumed", "heat"),
        *("why", "tornado", "left", "chart", "stopped", "book"),
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
_INSIDE = (PUBLISHED, AFTER, ASSUMED)
"""The pieces that are drawn with the fields."""
_OF_ONE = ("sum", "why")
_DRAWN = "costs.drawn"


def redraw(*pieces: str) -> NoReturn:
    """Draw these pieces again, each once, instead of the one that holds the control; for callbacks only."""
    inside = _INSIDE if FIELDS in pieces else ()
    st.rerun([piece for piece in dict.fromkeys(pieces) if piece not in inside])


def chosen(now: Frame, choice: Choice) -> NoReturn:
    """Draw what shows one of the choices above all parts of the page."""
    view = state.get("costs.view")
    if not is_drawn():
        redraw(VIEW)
    if choice != "option" and view in _OF_ONE and state.get("costs.option") is None:
        redraw(NOTHING)
    pieces = _SHOWS[view].get(choice, (NOTHING,))
    if view == "sum" and choice != "option":
        pieces = (*pieces, *by_price(), *changed(now, state.get("costs.option")))
    redraw(*pieces)


def by_price() -> tuple[str, ...]:
    """Return the piece with sessions by price, while it shows them."""
    return (HEAT,) if state.get("costs.grid", False) else ()


def drawn() -> None:
    """Remember which part of the page is drawn, and of which option."""
    state.note({_DRAWN: _to_draw()})


def is_drawn() -> bool:
    """Return whether the part that was chosen is the one on the screen.

    A field that is left by a tap on another part, or on the first option, tells of both at once: the pieces of the
    part that was chosen are not there yet.
    """
    return bool(state.noted(_DRAWN) == _to_draw())


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
    redraw(PICK, *{"years": (CHART, STOPPED), "book": (BOOK,)}.get(view, ()))


def offered() -> tuple[OptionId, ...]:
    """Return the options that can be chosen, and that stand side by side."""
    return ALL_OPTIONS if state.get("costs.context", False) else OPTIONS


@access.fragment(NOTHING)
def nothing() -> None:
    """Draw nothing: a choice that shows nowhere on this part of the page still has to draw some piece."""


def entered(now: Frame, option: OptionId) -> NoReturn:
    """Draw what follows from a field; other pieces too if they have something else to say than before."""
    redraw(RESULT, *by_price(), *changed(now, option))


def changed(now: Frame, option: OptionId) -> tuple[str, ...]:
    """Return the pieces beside the sum that would say something else than they do."""
    found: tuple[str, ...] = ()
    if beside_fields(now, option) != state.noted(_shown(FIELDS, option)):
        # What an operation is counted by decides whether there is a choice of sessions by price at all.
        found = (FIELDS, HEAT) if option == "transplant" else (FIELDS,)
    elif price_from(now, option) != state.noted(_shown(PUBLISHED, option)):
        found = (PUBLISHED,)
    if beside_plans(now, option) != state.noted(_shown(PLAN, option)):
        found = (*found, PLAN)
    return found


def says(piece: str, option: OptionId, what: object) -> None:
    """Remember what a piece says now of an option."""
    state.note({_shown(piece, option): what})


def price_from(now: Frame, option: OptionId) -> Origin | None:
    """Return where the price that counts comes from, None while there is none; shown by `PUBLISHED`."""
    price = estimates.reading(now, option).price
    return None if price is None else price.origin


def beside_fields(now: Frame, option: OptionId) -> object:
    """Return what is said beside the fields: what cannot be used, the basis of an operation, VAT left out, the list."""
    reading = estimates.reading(now, option)
    counted = estimates.basis(now) if option == "transplant" else None
    basis = None if counted is None else (counted.graft, counted.why)
    # What counts without an entry is said at each amount.
    beside = [estimates.listed(now, option, setting) is None for setting in ("after", "upfront")]
    return tuple(reading.faults), basis, reading.typed_vat, *beside, estimates.listed_discount(now, option)


def beside_plans(now: Frame, option: OptionId) -> object:
    """Return what is said of the plans of an option: which of them the sum agrees with, and whether grafts count."""
    return tuple(planned.agrees(now, option, one) for one in planned.of(now, option)), estimates.by_graft(now, option)


def _shown(piece: str, option: OptionId) -> str:
    return estimates.key(option, f"shown_{piece}")
