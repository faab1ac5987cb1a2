"""Clinic: passphrase and sign-ins, settings, how a tablet is set up, where the data lies, the log."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from sqlalchemy import make_url
from streamlit import config

from mesodash.errors import StoreError
from mesodash.i18n.words import fault
from mesodash.store import place
from mesodash.store.database import the_store
from mesodash.store.records import LIMITS, LONGEST, MOST_ACCOUNTS, ClinicSettings, Line
from mesodash.ui import access, accounts, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.tables import table

SHOWN_LINES = 100
_ALL_LINES = 1_000_000
_SAID = "clinic.said"
_SAVE, _END_ALL = "clinic.save_asked", "clinic.end_all_asked"
"""What a tap asks for; it is done when the page is drawn, because by then it is known that this reader still may."""
_ADDRESS = re.compile(r"[^\s@,;<>\"'()*]{1,64}@((?:[\w-]+\.)+[\w-]{2,})")
_NONE = "–"
_DOMAIN = re.compile(r"@?((?:[\w-]+\.)+[\w-]{2,})")

Fault = tuple[str, str, dict[str, str | int]]
"""The key of a text, the field it is about, and its other placeholders."""


def show(now: Frame) -> None:
    """Draw what the clinic decides for itself."""
    html.sheet("clinic")
    html.block(f"<h1>{_say(now, 'title')}</h1><p>{_say(now, 'lead')}</p>")
    for part in (_lock, _settings, _tablet, _data, _log):
        try:
            part(now)
        except StoreError as error:
            html.block(f"<p class='why' role='alert'>{html.text(fault(now.t, error))}</p>")


def _say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"clinic.{words}", **values))


def _heading(now: Frame, part: str) -> None:
    html.heading(2, now.t(f"clinic.{part}"))


# --- passphrase and sign-ins


def _lock(now: Frame) -> None:
    _heading(now, "lock")
    if state.take(_END_ALL):
        _end_all()
    store = the_store()
    settings, is_set, providers = store.settings.read(), store.passphrase.is_set(), accounts.providers()
    ends = {"idle": settings.sign_in_idle_minutes, "hours": settings.sign_in_hours}
    if is_set:
        lines = [_say(now, "lock.set", **ends)]
    elif providers:
        lines = [_say(now, "lock.accounts_only", **ends)]
    else:
        lines = [_say(now, "lock.open"), _say(now, "lock.follows")]
    if not providers:
        lines.append(_say(now, "accounts.none"))
    elif settings.allowed_accounts:
        lines.append(_say(now, "accounts.some", count=len(settings.allowed_accounts)))
    else:
        lines.append(_say(now, "accounts.nobody"))
    html.block(
        "".join(f"<p>{line}</p>" for line in lines)
        + f"<p><a class='go' href='/auth/passphrase?lang={now.lang}' target='_self'>"
        + f"{_say(now, 'lock.to_change' if is_set else 'lock.to_set')}</a></p>"
    )
    if is_set or providers:
        with st.popover(now.t("clinic.end_all"), key="clinic-end-all"):
            html.block(f"<p>{_say(now, 'end_all.sure')}</p>")
            st.button(
                now.t("clinic.end_all.yes"),
                key="clinic.end_all",
                type="primary",
                on_click=state.put,
                args=(_END_ALL, True),
            )


def _end_all() -> None:
    the_store().sign_ins.end_all()
    access.record("signed_out_all", mode="together", now=datetime.now(UTC))
    # This sign-in has ended as well.
    st.rerun()


# --- settings


def _settings(now: Frame) -> None:
    _heading(now, "settings")
    with state.unbroken():
        if state.take(_SAVE):
            _save()
    html.block(f"<p>{_say(now, 'settings.lead')}</p>")
    kept = the_store().settings.read()
    with st.form("clinic.settings", border=True):
        for name in ("name", "place"):
            st.text_input(now.t(f"clinic.field.{name}"), key=state.start_with(_key(name), getattr(kept, name)))
        for name, (low, high) in LIMITS.items():
            label = now.t("clinic.field.limits", name=now.t(f"clinic.field.{name}"), low=low, high=high)
            st.number_input(label, value=None, step=1, key=state.start_with(_key(name), getattr(kept, name)))
        if accounts.providers():
            st.text_area(
                now.t("clinic.field.allowed_accounts"),
                key=state.start_with(_key("allowed_accounts"), "\n".join(kept.allowed_accounts)),
            )
            html.block(f"<p class='hint'>{_say(now, 'accounts_hint')}</p>")
        st.form_submit_button(
            now.t("clinic.save"), type="primary", key="clinic.save", on_click=state.put, args=(_SAVE, True)
        )
    html.block(f"<div>{_said(now)}</div>")


def _key(name: str) -> str:
    return f"clinic.set.{name}"


def _save() -> None:
    """Keep what the form says, all of it or nothing."""
    typed = {one.name: state.get(_key(one.name)) for one in fields(ClinicSettings)}
    try:
        kept = the_store().settings.read()
        if _key("allowed_accounts") not in state.kept([_key("allowed_accounts")]):
            typed["allowed_accounts"] = "\n".join(kept.allowed_accounts)
        settings, faults = read_settings(typed)
        if settings is None:
            state.put(_SAID, {"faults": [list(one) for one in faults]})
            return
        the_store().settings.write(settings)
    except StoreError as error:
        state.put(_SAID, {"key": error.key, "params": error.params})
        return
    access.record("settings_changed", mode="together", now=datetime.now(UTC))
    state.put(_key("allowed_accounts"), "\n".join(settings.allowed_accounts))
    state.put(_SAID, {"faults": []})


def read_settings(typed: dict[str, Any]) -> tuple[ClinicSettings | None, list[Fault]]:
    """Return the settings that a form says, or None and each fault.

    Args:
        typed: By field: a number or None, a text, for `allowed_accounts` one with an account per line.
    """
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in ("name", "place"):
        found[name] = " ".join((typed[name] or "").split())
        if len(found[name]) > LONGEST[name]:
            faults.append(("clinic.fault.long", name, {"high": LONGEST[name], "value": len(found[name])}))
    for name, (low, high) in LIMITS.items():
        found[name] = typed[name]
        if found[name] is None:
            faults.append(("clinic.fault.empty", name, {"low": low, "high": high}))
        elif not low <= found[name] <= high:
            faults.append(("clinic.fault.number", name, {"low": low, "high": high, "value": str(found[name])}))
    listed = [one.casefold() for one in re.split(r"[\s,;]+", typed["allowed_accounts"] or "") if one]
    if len(listed) > MOST_ACCOUNTS:
        faults.append(("clinic.fault.accounts", "allowed_accounts", {"high": MOST_ACCOUNTS, "value": len(listed)}))
    for one in listed[:MOST_ACCOUNTS]:
        if len(one) > LONGEST["allowed_accounts"] or not (_ADDRESS.fullmatch(one) or _DOMAIN.fullmatch(one)):
            faults.append(("clinic.fault.account", "allowed_accounts", {"value": one[:80]}))
    found["allowed_accounts"] = tuple(dict.fromkeys(one if "@" in one else f"@{one}" for one in listed))
    return (None, faults) if faults else (ClinicSettings(**found), [])


def _said(now: Frame) -> str:
    """Return what came of the last tap, once."""
    said = state.get(_SAID)
    state.put(_SAID, None)
    if said is None:
        return ""
    if "key" in said:
        return f"<p class='why' role='alert'>{html.text(fault(now.t, StoreError(said['key'], said['params'])))}</p>"
    if not said["faults"]:
        return f"<p class='why' role='status'>{_say(now, 'saved')}</p>"
    lines = "".join(
        f"<li>{html.text(now.t(key, field=now.t(f'clinic.field.{name}'), **params))}</li>"
        for key, name, params in said["faults"]
    )
    return f"<div class='why' role='alert'><p>{_say(now, 'not_saved')}</p><ul>{lines}</ul></div>"


# --- tablets


def _tablet(now: Frame) -> None:
    _heading(now, "tablet")
    origin = _origin()
    if origin is None:
        html.block(f"<p>{_say(now, 'tablet.here_only')}</p><pre class='command'>{_say(now, 'tablet.command')}</pre>")
    else:
        html.block(f"<p>{_say(now, 'tablet.address')}</p><pre class='command'>{html.text(origin)}</pre>")
        if origin.startswith("http:"):
            html.block(f"<p>{_say(now, 'tablet.plain_http')}</p>")
    seconds = the_store().settings.read().idle_seconds
    steps = [_say(now, f"tablet.{number}") for number in (1, 2, 3)] + [_say(now, "tablet.4", seconds=seconds)]
    html.block(f"<ol class='steps'>{''.join(f'<li>{step}</li>' for step in steps)}</ol>")


def _origin() -> str | None:
    """Return the address under which others reach this server, as this browser did; None if they do not."""
    parts = urlsplit(st.context.url or "")
    if not parts.netloc or not access.is_exposed(config.get_option("server.address"), st.context.headers.to_dict()):
        return None
    return f"{parts.scheme}://{parts.netloc}/"


# --- data


def _data(now: Frame) -> None:
    _heading(now, "data")
    here = place.here()
    lies = str(here.file) if here.file is not None else make_url(here.url).render_as_string(hide_password=True)
    html.block(
        f"<dl class='slots'><dt>{_say(now, 'data.place')}</dt><dd><code>{html.text(lies)}</code></dd>"
        f"<dt>{_say(now, 'data.key')}</dt><dd><code>{html.text(str(here.key))}</code></dd></dl>"
        f"<p>{_say(now, 'data.what')}</p><p>{_say(now, 'data.backup')}</p>"
    )


# --- log


def _log(now: Frame) -> None:
    _heading(now, "log")
    lines = the_store().audit.last(SHOWN_LINES)
    if not lines:
        html.block(f"<p>{_say(now, 'log.none')}</p>")
        return
    heads = [_say(now, f"log.{one}") for one in ("at", "event", "mode", "lang", "version", "error")]
    rows = [[html.text(cell) for cell in _cells(now, line)] for line in lines]
    html.block(
        f"<p>{_say(now, 'log.lead', count=SHOWN_LINES)}</p>"
        f"<details class='sources'><summary>{_say(now, 'log.show')}</summary>"
        f"{table(_say(now, 'log'), heads, rows)}</details>"
    )
    st.download_button(
        now.t("clinic.log.download"),
        data=access.while_allowed(_whole_log),
        file_name=f"mesodash-log-{now.today.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
        key="clinic.log",
    )


def _cells(now: Frame, line: Line) -> list[str]:
    t = now.t
    at = line.at.astimezone()
    mode = f"clinic.mode.{line.mode}"
    lang = f"lang.{line.lang}"
    return [
        f"{t.day(at.date())}, {at:%H:%M:%S}",
        t(f"clinic.event.{line.event}"),
        t(mode) if t.has(mode) else line.mode,
        t(lang) if t.has(lang) else _NONE,
        line.content_version,
        line.error or _NONE,
    ]


def _whole_log() -> bytes:
    return log_as_csv(the_store().audit.last(_ALL_LINES))


def log_as_csv(lines: tuple[Line, ...]) -> bytes:
    """Return the log for other programs: tokens instead of words, times in UTC."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = ("at", "event", "mode", "lang", "error", "app_version", "content_version")
    writer.writerow(columns)
    for line in lines:
        cells = (line.at.astimezone(UTC).isoformat(timespec="seconds"), *(getattr(line, one) for one in columns[1:]))
        writer.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue().encode("utf-8")
