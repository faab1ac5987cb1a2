"""The frame around each page: language, title, navigation, red flags, footer, and errors in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

import streamlit as st

from mesodash.domain import eligibility
from mesodash.errors import MesodashError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import LANGS
from mesodash.paths import PAGES
from mesodash.ui import access, guard, progress, state
from mesodash.ui.access import Access
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
        plain=state.plain() or not access.is_together(),
        answers=answers,
        assessment=eligibility.assess(base, answers),
        today=datetime.now().astimezone().date(),
    )


def run() -> None:
    """Draw one page with everything around it; called on every rerun."""
    this = access.current()
    now = frame()
    # Before the guard: a session that was cleared by a change of its mode has lost its mark as well.
    if _leaves(now, this):
        return
    if not guard.begin(now, this):
        return
    t = now.t
    why = state.asked_why()
    names = state.pages(this.mode)
    pages = [
        st.Page(
            PAGES / f"{name}.py",
            title=progress.title(now, name),
            url_path="" if name == names[0] else name,
            default=name == names[0],
        )
        for name in names
    ]
    together = this.mode == "together"
    if not together:
        state.ask_for_first_page()
    page = st.navigation(pages, position="top" if together else "hidden")
    name = page.url_path or names[0]
    asked = state.asked_claim()
    state.mirror(now.lang, asked if name == "evidence" and asked in now.knowledge.claims else None)
    if name != "evidence" or (asked is not None and asked in now.knowledge.claims):
        state.put("evidence.unknown", None)
    elif asked is not None:
        # The address no longer has it when the page is drawn.
        state.put("evidence.unknown", True)
    # A Material icon here would be fetched from a foreign host.
    st.set_page_config(page_title=f"{t('page.' + name)} · mesodash", page_icon=str(_ICON), layout="wide")
    _head(now, this)
    if why in access.WHYS:
        html.block(f"<p class='why' role='status'>{html.text(t('why.' + why))}</p>")
    if together:
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


def _leaves(now: Frame, this: Access) -> bool:
    """Let the browser open a fresh page, with nothing of this one, where the session is not any more what it was."""
    place = access.leaving()
    if place is not None:
        html.leave_to("/auth/sign-out", lang=now.lang, to=place)
    elif this.moved:
        html.leave_to("/", lang=now.lang, **({} if this.why is None else {"why": this.why}))
    return place is not None or this.moved


def _head(now: Frame, this: Access) -> None:
    t = now.t
    html.sheet("style")
    if now.theme == "dark":
        # The framework writes white on the light primary colour of the dark theme.
        html.style('[data-testid^="stBaseButton-primary"] { color: #14181B; }')
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
        if this.mode == "together":
            st.toggle(t("plain"), key=state.plain_key(), persist_state="session")
        if this.mode == "together" and this.signed_in:
            with st.popover(t("head.signed_in"), key="head-leave"):
                html.block(f"<p>{html.text(t('head.leave'))}</p>")
                _leave_button(t("head.hand_over"), "tablet", kind="primary")
                _leave_button(t("head.sign_out"), "door", kind="secondary")


def _leave_button(words: str, place: access.Place, *, kind: Literal["primary", "secondary"]) -> None:
    st.button(words, key=f"head.leave.{place}", type=kind, width="stretch", on_click=access.sign_out, args=(place,))


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
