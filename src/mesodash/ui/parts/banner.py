"""What comes first on every page: red flags, and that the content is overdue for a review."""

from __future__ import annotations

from datetime import date

import streamlit as st

from mesodash.ui.frame import Frame
from mesodash.ui.parts import assessments, html, statements


def red_flags(now: Frame) -> None:
    """Draw the red flags of the answers so far; nothing where there is none.

    One that the practitioner marked as settled, with grounds, stands under its outcome only.
    """
    own = assessments.current(now)
    flags = [flag for flag in now.assessment.red_flags if flag.rule not in own or not own[flag.rule].settled]
    if not flags:
        return
    items = "".join(
        f"<li>{statements.sourced(now, flag.text, flag.sources)}{assessments.shown(now, own.get(flag.rule))}</li>"
        for flag in flags
    )
    html.block(
        f"<section class='flags' aria-label='{html.text(now.t('flags.title'))}'>"
        f"<p class='flags-title'>⚑ {html.text(now.t('flags.title'))}</p><p>{html.text(now.t('flags.lead'))}</p>"
        f"<ul>{items}</ul></section>"
    )


def review_overdue(now: Frame) -> None:
    """Say that the whole content should have been reviewed; nothing as long as it is not due."""
    due = date.fromisoformat(now.knowledge.content.review_due)
    if now.today > due:
        st.warning(now.t("about.review.overdue", date=now.t.day(due, "long")))
