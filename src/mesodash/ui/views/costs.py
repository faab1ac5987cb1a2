"""Costs: published and own prices, a range with its causes, and the sum by year."""

from __future__ import annotations

import streamlit as st

from mesodash.domain.cost import MOST_HORIZON_YEARS
from mesodash.knowledge.records import ALL_OPTIONS, CONTEXT_OPTIONS, OPTIONS, REGIONS, OptionId
from mesodash.ui import access, estimates, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.views import costs_book, costs_list, costs_sum, costs_why, costs_years


def show(now: Frame) -> None:
    t = now.t
    html.sheet("costs")
    html.heading(1, t("costs.title"))
    html.block(f"<p>{html.text(t('costs.lead'))}</p>")
    _body(now)


@access.fragment()
def _body(now: Frame) -> None:
    """Draw all that a choice on this page can change; one part of it at a time, so that a tap stays cheap."""
    t = now.t
    option = _choices(now)
    st.segmented_control(
        t("costs.view"),
        estimates.VIEWS,
        required=True,
        key=state.start_with("costs.view", estimates.VIEWS[0]),
        format_func=lambda view: t(f"costs.view.{view}"),
        persist_state="session",
    )
    view = state.get("costs.view")
    shown = (*OPTIONS, *(CONTEXT_OPTIONS if state.get("costs.context", False) else ()))
    if view == "list":
        costs_list.show(now)
    elif view == "book":
        costs_book.show(now, {one: estimates.reading(now, one) for one in shown})
    elif view == "years":
        costs_years.show(now, {one: estimates.reading(now, one) for one in shown}, option)
    elif option is None:
        st.info(t("costs.choose"))
    elif view == "why":
        costs_why.show(now, estimates.reading(now, option))
    else:
        costs_sum.show(now, option)


def _choices(now: Frame) -> OptionId | None:
    t = now.t
    st.pills(
        t("costs.region"),
        REGIONS,
        key="costs.region",
        format_func=lambda token: t(f"region.{token}"),
        persist_state="session",
    )
    offered = ALL_OPTIONS if state.get("costs.context", False) else OPTIONS
    if state.get("costs.option") not in offered:
        state.put("costs.option", None)
    option: OptionId | None = st.pills(
        t("costs.option"),
        offered,
        key="costs.option",
        format_func=lambda token: t(f"option.{token}"),
        persist_state="session",
    )
    st.toggle(t("costs.context"), key=state.start_with("costs.context", False), persist_state="session")
    st.number_input(
        t("costs.years"),
        min_value=1,
        max_value=MOST_HORIZON_YEARS,
        step=1,
        key=state.start_with("costs.years", estimates.DEFAULT_YEARS),
        persist_state="session",
        width=260,
    )
    return option
