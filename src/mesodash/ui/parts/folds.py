"""A fold whose inside is worked out only while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mesodash.ui import state


def fold(label: str, key: str, redraw: Callable[..., None], *args: Any) -> DeltaGenerator | None:
    """Return the inside of a fold that is closed at first; None while it is closed.

    Args:
        key: Its name; whether it is open is kept beyond this page under the name with `.kept`.
        redraw: Called with `args` when it is opened or closed, to draw the fragment that holds it.
    """
    # The framework forgets what was open when the page is left.
    kept = f"{key}.kept"
    state.start_with(key, state.get(kept, False))
    part = st.expander(label, key=key, on_change=redraw, args=args)
    state.put(kept, bool(part.open))
    return part if part.open else None
