"""Costs: published and own prices, a range with its causes, and the sum by year."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.cost import MOST_HORIZON_YEARS
from mesodash.knowledge.records import REGIONS, OptionId
from mesodash.ui import access, estimates, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_book, costs_list, costs_sum, costs_why, costs_years


def show(now: Frame) -> None:
    """Draw the choices that hold for all parts of the page, and one part; each piece is a fragment of its own."""
    t = now.t
    html.sheet("costs")
    html.block(f"<h1>{html.text(t('costs.title'))}</h1><p>{html.text(t('costs.lead'))}</p>")
    _choices(now)
    _view(now)
    board.nothing()


@access.fragment()
def _choices(now: Frame) -> None:
    t = now.t
    st.pills(
        t("costs.region"),
        REGIONS,
        key="costs.region",
        format_func=lambda token: t(f"region.{token}"),
        on_change=board.chosen,
        args=(now, "region"),
        persist_state="session",
    )
    _pick(now)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            t("costs.years"),
            min_value=1,
            max_value=MOST_HORIZON_YEARS,
            step=1,
            key=state.start_with("costs.years", estimates.DEFAULT_YEARS),
            on_change=board.chosen,
            args=(now, "years"),
            persist_state="session",
            width=240,
        )
        st.toggle(
            t("costs.context"),
            key=state.start_with("costs.context", False),
            on_change=board.more_or_fewer,
            persist_state="session",
        )
    st.segmented_control(
        t("costs.view"),
        estimates.VIEWS,
        required=True,
        key=state.start_with("costs.view", estimates.VIEWS[0]),
        format_func=lambda view: t(f"costs.view.{view}"),
        on_change=board.turned,
        persist_state="session",
    )


@access.fragment(board.PICK)
def _pick(now: Frame) -> None:
    t = now.t
    offered = board.offered()
    if state.get("costs.option") not in offered:
        state.put("costs.option", None)
    st.pills(
        t("costs.option"),
        offered,
        key="costs.option",
        format_func=lambda token: t(f"option.{token}"),
        on_change=board.chosen,
        args=(now, "option"),
        persist_state="session",
    )


@access.fragment(board.VIEW)
def _view(now: Frame) -> None:
    """Draw one part of the page."""
    board.drawn()
    view = state.get("costs.view")
    option: OptionId | None = state.get("costs.option")
    if view == "list":
        costs_list.show(now)
    elif view == "book":
        costs_book.show(now)
    elif view == "years":
        costs_years.show(now)
    elif option is None:
        st.info(now.t("costs.choose"))
    elif view == "why":
        costs_why.show(now, option)
    else:
        costs_sum.show(now, option)
