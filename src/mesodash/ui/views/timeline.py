"""The Timeline page: up to three plans with real dates, what stands in their way, and files to take along."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.planning import after, dates, edit, files, life, own, said, settings
from mesodash.ui.planning.board import FURTHER, Page, say
from mesodash.ui.plans import Which, key


def show(now: Frame) -> None:
    """Draw the settings of the plans and what follows from them, each piece as a fragment of its own."""
    html.sheet("timeline")
    html.block(f"<h1>{say(now, 'title')}</h1><p>{say(now, 'lead')}</p>")
    page = Page(now)
    settings.draw(page, "first")
    if state.get(key("first", "protocol")) not in now.knowledge.protocols:
        return
    _further(page, plans.PLANS[1:])
    life.draw(page)
    own.draw(page)
    dates.draw(page)
    edit.draw(page)
    after.draw(page)
    files.draw(page)
    said.draw(page)


def _further(page: Page, rest: Sequence[Which]) -> None:
    """Draw whether there is a further plan, its settings, and below it the same for the plan after it."""
    if not rest:
        return
    which = rest[0]
    now = page.now

    def draw() -> None:
        st.toggle(
            now.t(f"timeline.{which}.on"),
            key=state.start_with(key(which, "on"), False),
            on_change=page.redraw,
            args=(FURTHER[which],),
            persist_state="session",
        )
        if plans.is_on(which):
            with st.container(border=True, key=f"timeline_{which}"):
                html.block(f"<h2>{say(now, f'plan.{which}')}</h2>")
                settings.draw(page, which)
            _further(page, rest[1:])

    page.piece(FURTHER[which], draw)
