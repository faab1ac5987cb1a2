"""Consultations that the clinic keeps: saving one under a label, the list of them, opening and erasing one.

What touches the store is only asked for by a tap, and done when the page is drawn: by then it is decided whether this
reader still may.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from mesodash.errors import StoreError
from mesodash.i18n.words import fault
from mesodash.store import place
from mesodash.store.database import the_store
from mesodash.store.records import ClinicSettings, Kept
from mesodash.ui import access, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html

LONGEST_LABEL = 60

NOTICE = "saved-notice"
"""The element at which it is told what came of opening one."""

_SAVE = "kept.save"
_DO = "kept.do"
_FAULT = "kept.fault"
_MINE = "kept.mine"
_OPEN = "kept.shown"
_SURE = "kept.sure"
_SAID = "kept.said"
_LIST = "kept-list"
_MOST = 20
_MANY = 10
"""From so many on, one is found by a part of its label."""


def settings() -> ClinicSettings:
    """Return what the clinic has set; makes no database where there is none.

    Raises:
        StoreError: they cannot be read.
    """
    return the_store().settings.read() if place.exists() else ClinicSettings()


def _fault(error: StoreError) -> dict[str, Any]:
    return {"key": error.key, "params": error.params}


def line(now: Frame, found: dict[str, Any] | None) -> str:
    """Return the one line that says what the store could not do; nothing where all went well."""
    if found is None:
        return ""
    return f"<p class='saved-line'>{html.text(fault(now.t, StoreError(found['key'], found['params'])))}</p>"


# --- Saving


def saving(now: Frame, file: Callable[[], bytes]) -> None:
    """Draw what saves this consultation in the clinic's own store, and what came of it."""
    t = now.t
    with state.unbroken():
        if state.take(_SAVE):
            _save(now, file)
    html.block(f"<h3>{html.text(t('kept.title'))}</h3>")
    found = state.get(_FAULT)
    try:
        until = now.today + timedelta(days=settings().retention_days)
    except StoreError as error:
        html.block(f"<div role='alert'>{line(now, found or _fault(error))}</div>")
        st.button(t("kept.again"), key="kept.again", on_click=state.put, args=(_FAULT, None))
        return
    html.block(f"<p>{html.text(t('kept.hint', date=t.day(until, 'long')))}</p>")
    mine = state.get(_MINE)
    with st.form("kept.form", border=False, enter_to_submit=True):
        st.text_input(
            t("kept.label", count=LONGEST_LABEL),
            key=state.start_with("kept.label", "" if mine is None else mine["label"]),
            max_chars=LONGEST_LABEL,
            autocomplete="off",
        )
        st.form_submit_button(
            t("kept.save" if mine is None else "kept.save_again"),
            key="kept.submit",
            type="primary",
            on_click=state.put,
            args=(_SAVE, True),
        )
    words = "" if mine is None else _mine(now, mine, file)
    html.block(f"<div role='status'>{words}</div><div role='alert'>{line(now, found)}</div>")


def _mine(now: Frame, mine: dict[str, Any], file: Callable[[], bytes]) -> str:
    """Return under which label this consultation was saved, until when, and whether it is another one since."""
    t = now.t
    day = t.day(date.fromisoformat(mine["until"]), "long")
    said = t("kept.saved", label=mine["label"] or t("kept.no_label"), date=day)
    changed = mine["print"] != _print(file())
    more = t("kept.changed") if changed else ""
    return (
        f"<p class='kept-done' data-changed='{'yes' if changed else 'no'}'>{html.text(f'✓ {said} {more}'.strip())}</p>"
    )


def _print(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _save(now: Frame, file: Callable[[], bytes]) -> None:
    """Save what is on the screen. What this screen saved before is replaced: only then is the earlier one erased."""
    state.put(_FAULT, None)
    label = " ".join(str(state.get("kept.label", "")).split())[:LONGEST_LABEL]
    at = datetime.now(UTC)
    try:
        store = the_store()
        days = store.settings.read().retention_days
        data = file()
        new = store.consultations.save(data, label=label, now=at, days=days)
    except StoreError as error:
        state.put(_FAULT, _fault(error))
        return
    mine = state.get(_MINE)
    until = now.today + timedelta(days=days)
    state.put(_MINE, {"id": new, "label": label, "until": until.isoformat(), "print": _print(data)})
    access.record("saved", mode="together", now=at)
    if mine is not None:
        try:
            store.consultations.erase(mine["id"])
        except StoreError as error:
            if error.key != "store.gone":
                state.put(_FAULT, _fault(error))


# --- The list


def listing(now: Frame, receive: Callable[[bytes], None]) -> None:
    """Draw the consultations that the clinic keeps; `receive` is given the bytes of the one that is to be opened."""
    t = now.t
    html.sheet("saved")
    with state.unbroken():
        asked = state.take(_DO)
        if asked is not None:
            _do(now, asked[0], asked[1], receive)
    found = state.get(_FAULT)
    entries: tuple[Kept, ...] = ()
    try:
        if place.exists():
            entries = the_store().consultations.all(datetime.now(UTC))
        elif (lost := access.fault()) is not None and lost.key == "store.lost":
            # It was there when this server began; what it holds is not known.
            found = _fault(lost)
    except StoreError as error:
        found = _fault(error)
    said = t("kept.erased") if state.take(_SAID) else ""
    html.block(
        f"<h2 id='{_LIST}' tabindex='-1'>{html.text(t('kept.list'))}</h2>"
        f"<p class='hint' role='status'>{html.text(said)}</p><div role='alert'>{line(now, found)}</div>"
    )
    if found is not None and not entries:
        st.button(t("kept.again"), key="kept.again", on_click=state.put, args=(_FAULT, None))
        return
    if not entries:
        html.block(f"<p>{html.text(t('kept.none'))}</p>")
        return
    html.block(f"<p>{html.text(t('kept.list_hint'))}</p>")
    _entries(now, sorted(entries, key=lambda one: one.saved_at, reverse=True))


def _entries(now: Frame, entries: list[Kept]) -> None:
    t = now.t
    if len(entries) > _MANY:
        words = st.text_input(t("kept.find"), key="kept.find", autocomplete="off").casefold().strip()
        entries = [one for one in entries if words in one.label.casefold()]
        if not entries:
            html.block(f"<p>{html.text(t('kept.find_none'))}</p>")
    opened = state.get(_OPEN)
    with st.container(key="kept_rows", gap="xsmall"):
        for one in entries[: None if state.get("kept.all", False) else _MOST]:
            st.button(
                f"{'▾' if one.id == opened else '▸'} {_name(now, one)}",
                key=f"kept.row.{one.id}",
                on_click=_turn,
                args=(one.id,),
                width="stretch",
            )
            if one.id == opened:
                with st.container(key="kept_here", gap="xsmall"):
                    _entry(now, one)
    if len(entries) > _MOST:
        st.toggle(t("settle.all", count=len(entries)), key="kept.all", persist_state="session")


def _name(now: Frame, one: Kept) -> str:
    t = now.t
    label = t("kept.damaged") if one.damaged else one.label or t("kept.no_label")
    saved_at = one.saved_at.astimezone()
    return t("kept.row", label=label, date=t.day(saved_at.date()), time=t.clock(saved_at))


def _entry(now: Frame, one: Kept) -> None:
    t = now.t
    day = t.day(one.erased_at.astimezone().date(), "long")
    html.block(f"<p class='hint'>{html.text(t('kept.until', date=day))}</p>")
    if state.get(_SURE) == one.id:
        label = t("kept.damaged") if one.damaged else one.label or t("kept.no_label")
        html.block(f"<p role='alert'>{html.text(t('kept.sure', label=label))}</p>")
        with st.container(horizontal=True):
            st.button(t("kept.erase_yes"), key="kept.erase_yes", type="primary", on_click=_ask, args=("erase", one.id))
            st.button(t("kept.erase_no"), key="kept.erase_no", on_click=state.put, args=(_SURE, None))
        return
    with st.container(horizontal=True):
        if not one.damaged:
            st.button(t("saved.open_yes"), key="kept.open", type="primary", on_click=_ask, args=("open", one.id))
        st.button(t("kept.erase"), key="kept.erase", on_click=state.put, args=(_SURE, one.id))


def _turn(name: str) -> None:
    state.put(_OPEN, None if state.get(_OPEN) == name else name)
    state.put(_SURE, None)
    state.put(_FAULT, None)


def _ask(what: str, name: str) -> None:
    state.put(_DO, (what, name))


def _do(now: Frame, what: str, name: str, receive: Callable[[bytes], None]) -> None:
    state.put(_FAULT, None)
    state.put(_SURE, None)
    at = datetime.now(UTC)
    try:
        if what == "erase":
            the_store().consultations.erase(name)
            access.record("erased", mode="together", now=at)
            if (state.get(_MINE) or {}).get("id") == name:
                state.put(_MINE, None)
            state.put(_OPEN, None)
            state.put(_SAID, True)
            state.move_to(_LIST)
            return
        data = the_store().consultations.open(name, at)
    except StoreError as error:
        state.put(_FAULT, _fault(error))
        return
    access.record("opened", mode="together", now=at)
    state.put(_OPEN, None)
    receive(data)
    state.move_to(NOTICE)
    # The answers, the red flags and the navigation above were drawn for what was here before.
    st.rerun()
