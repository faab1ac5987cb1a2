"""The first page: the decision, the options, the path."""

from __future__ import annotations

import streamlit as st

from mesodash.knowledge.records import CONTEXT_OPTIONS, OPTIONS, OptionId
from mesodash.paths import PAGES
from mesodash.ui import progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS
from mesodash.ui.parts import html, saved, statements


def show(now: Frame) -> None:
    """Draw the decision, what can be chosen, and the way through."""
    t = now.t
    html.block(
        f"<h1>{html.text(t('start.title'))}</h1><p class='decision'>{html.text(t('start.decision'))}</p>"
        f"<h2>{html.text(t('start.options'))}</h2>"
        f"<div class='outcomes'>{''.join(_option(now, option) for option in OPTIONS)}</div>"
        f"<details class='sources'><summary>{html.text(t('start.context'))}</summary>"
        f"<div class='outcomes'>{''.join(_option(now, option) for option in CONTEXT_OPTIONS)}</div></details>"
        f"<h2>{html.text(t('start.path'))}</h2>"
    )
    for step in state.STEPS:
        with st.container(key=f"step_{step}", gap="xxsmall"):
            st.page_link(str(PAGES / f"{step}.py"), label=t("page." + step) + _state(now, step))
            html.block(f"<p class='hint'>{html.text(t('start.step.' + step))}</p>")
    st.page_link(str(PAGES / "check.py"), label=f"→ {t('start.begin')}")
    saved.opening(now)
    html.block(f"<p>{html.text(t('start.privacy'))}</p>")
    if now.answers:
        with st.popover(t("start.again")):
            html.block(f"<p>{html.text(t('start.again_sure'))}</p>")
            st.button(t("start.again_yes"), key="start.again", type="primary", on_click=state.forget)


def _option(now: Frame, option: OptionId) -> str:
    return (
        f"<section class='outcome' style='border-top-color:{COLOURS[now.theme][option]}'>"
        f"<h3>{html.icon(option)}{html.text(now.t('option_long.' + option))}</h3>"
        f"{statements.sourced(now, f'option_what.{option}', _meaning(now, option))}</section>"
    )


def _meaning(now: Frame, option: OptionId) -> tuple[str, ...]:
    """Return the claims that say what an option is: those that open the comparison."""
    return next(row.cells[option] for row in now.knowledge.rows if row.id == "how")


def _state(now: Frame, step: str) -> str:
    """Return what a step already knows, in brackets; nothing for a step that only shows."""
    t = now.t
    if step == "check":
        apply, answered = progress.asked(now)
        words = t("start.begun", answered=len(answered), all=len(apply)) if answered else t("start.not_begun")
    elif step in progress.SETTINGS:
        words = t("start.set" if progress.is_set(step) else "start.not_set")
    else:
        return ""
    return f" ({words})"
