"""The frame around each page: language, title, navigation, red flags, footer, and errors in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import cast

import streamlit as st

from mesodash.domain import eligibility
from mesodash.errors import MesodashError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import LANGS
from mesodash.paths import PAGES
from mesodash.ui import progress, state
from mesodash.ui.frame import Frame, knowledge
from mesodash.ui.palette import Theme
from mesodash.ui.parts import banner, html

_ASSETS = Path(__file__).parent / "assets"
_ICON = _ASSETS / "mesodash.svg"


def frame() -> Frame:
    """Return what a view needs in this run."""
    base = knowledge()
    lang = state.language()
    answers = state.answers(base.questions)
    return Frame(
        knowledge=base,
        t=Words(base, lang),
        lang=lang,
        theme=cast(Theme, state.theme()),
        plain=state.plain(),
        answers=answers,
        assessment=eligibility.assess(base, answers),
        today=datetime.now().astimezone().date(),
    )


def run() -> None:
    """Draw one page with everything around it; called on every rerun."""
    now = frame()
    t = now.t
    pages = [
        st.Page(
            PAGES / f"{name}.py",
            title=progress.title(now, name),
            url_path="" if name == "start" else name,
            default=name == "start",
        )
        for name in state.PAGES
    ]
    page = st.navigation(pages, position="top")
    name = page.url_path or "start"
    asked = state.asked_claim()
    state.mirror(now.lang, asked if name == "evidence" and asked in now.knowledge.claims else None)
    if name != "evidence" or (asked is not None and asked in now.knowledge.claims):
        state.put("evidence.unknown", None)
    elif asked is not None:
        # The address no longer has it when the page is drawn.
        state.put("evidence.unknown", True)
    # A Material icon here would be fetched from a foreign host.
    st.set_page_config(page_title=f"{t('page.' + name)} · mesodash", page_icon=str(_ICON), layout="wide")
    _head(now)
    # Drawn even when empty: a block that appears later would push the controls down, and they would lose the focus.
    with st.container(key="flags"):
        banner.review_overdue(now)
        banner.red_flags(now)
    page.run()
    _foot(now)


def show(view: Callable[[Frame], None]) -> None:
    """Draw one view; the only place that turns an error of ours into words on the page."""
    now = frame()
    try:
        view(now)
    except MesodashError as error:
        st.error(fault(now.t, error))


def _head(now: Frame) -> None:
    t = now.t
    html.sheet("style")
    if now.theme == "dark":
        # The framework writes white on the light primary colour of the dark theme.
        html.style('[data-testid="stBaseButton-primary"] { color: #14181B; }')
    html.set_document_language(now.lang)
    with st.container(horizontal=True, horizontal_alignment="right", key="head"):
        st.segmented_control(
            t("language"),
            LANGS,
            required=True,
            key=state.language_key(),
            format_func=lambda lang: t(f"lang.{lang}"),
            label_visibility="collapsed",
            persist_state="session",
        )
        st.toggle(t("plain"), key=state.plain_key(), persist_state="session")


def _foot(now: Frame) -> None:
    content = now.knowledge.content
    html.block(
        f'<footer class="foot"><p>{html.text(now.t("fixed_sentence"))}</p><p>'
        + html.text(
            now.t(
                "footer.version",
                version=now.knowledge.version,
                date=now.t.day(date.fromisoformat(content.date), "long"),
            )
        )
        + "</p></footer>"
    )
