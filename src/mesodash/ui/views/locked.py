"""Locked: the only page while a server can be reached by others and nobody could sign in."""

from __future__ import annotations

import streamlit as st

from mesodash.i18n.words import fault
from mesodash.ui import access
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html


def show(now: Frame) -> None:
    """Draw why nothing opens, and what whoever looks after the server does about it."""
    t = now.t
    error = access.fault()
    if error is None:
        reason = (
            f"<p>{html.text(t('locked.no_passphrase'))}</p><p>{html.text(t('locked.how'))}</p>"
            f"<pre class='command'><code>{html.text(t('lock.command'))}</code></pre>"
            f"<p>{html.text(t('locked.then'))}</p>"
        )
    else:
        reason = f"<p>{html.text(t('locked.store'))}</p><p role='alert'>{html.text(fault(t, error))}</p>"
    html.block(f"<h1>{html.text(t('locked.title'))}</h1>{reason}")
    st.button(t("locked.again"), key="locked.again", type="primary")
