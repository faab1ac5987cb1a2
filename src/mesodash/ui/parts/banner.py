"""Red flags, first on every page."""

from __future__ import annotations

from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements


def red_flags(now: Frame) -> None:
    """Draw the red flags of the answers so far; nothing where there is none."""
    if not now.assessment.red_flags:
        return
    items = "".join(
        f"<li>{statements.sourced(now, now.t(flag.text), flag.sources)}</li>" for flag in now.assessment.red_flags
    )
    html.block(
        f"<section class='flags' aria-label='{html.text(now.t('flags.title'))}'>"
        f"<p class='flags-title'>⚑ {html.text(now.t('flags.title'))}</p><p>{html.text(now.t('flags.lead'))}</p>"
        f"<ul>{items}</ul></section>"
    )
