"""The field that takes a file, with our words in place of the framework's English ones."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence

import streamlit as st

from mesodash.ui import state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html

BOX = "saved-open"
"""The key of the box that has to stand around the field: the style sheet `saved` hides the framework's words in it."""


def words(now: Frame, *, limit: int, not_taken: str) -> None:
    """Apply the style that puts our words in place of the uploader's.

    Args:
        limit: The largest file that is taken, in bytes.
        not_taken: The text key of what is said of a file that the browser itself refuses.
    """
    html.sheet("saved")
    limit //= 1000
    texts = {
        "pick": now.t("saved.pick"),
        "drop": now.t("saved.drop", limit=limit),
        "not-taken": now.t(not_taken, limit=limit),
    }
    # JSON's quotes and escapes are those of a style sheet, as long as the text is one line of plain letters.
    listed = "; ".join(f"--saved-{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items())
    html.style(f".st-key-{BOX} {{ {listed} }}")


def field(
    now: Frame, label: str, *, types: str | Sequence[str], name: str, again: str, take: Callable[[str], None]
) -> None:
    """Draw the field, inside a box with the key BOX.

    Args:
        name: What the state of this field is called: its turn is `<name>.turn`.
        again: The key of the button that brings an empty field.
        take: Called with the key of the field when a file is there.
    """
    turn = f"{name}.turn"
    place = f"{name}.upload.{state.get(state.start_with(turn, _new()))}"
    st.file_uploader(label, type=types, key=place, on_change=take, args=(place,))
    # The button's name, for who hears it read out: `guard.js` gives it.
    named = now.t("pair", name=now.t("saved.pick"), value=label)
    html.block(f"<span data-upload-name='{html.text(named)}'></span>")
    # Seen only while the browser itself refuses a file, which the server is never told of.
    with st.container(key="saved-another"):
        st.button(now.t("saved.another"), key=again, on_click=state.put, args=(turn, _new()))


def taken(name: str, place: str, limit: int) -> bytes | None:
    """Return what was uploaded, at most one byte more than `limit`, and bring an empty field; None if nothing was."""
    data = state.take_upload(place, limit + 1)
    state.put(f"{name}.turn", _new())
    return data


def _new() -> str:
    """Return a new name for the uploader: only one that was never drawn is sure to be empty."""
    return secrets.token_hex(4)
