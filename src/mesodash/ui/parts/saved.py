"""Saving a consultation as a file, opening one, and what is said now for what was shown then."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from mesodash.domain import eligibility
from mesodash.domain.truth import Value
from mesodash.errors import InputError, StoreError
from mesodash.i18n.words import fault
from mesodash.knowledge.records import Lang, Outcome
from mesodash.paths import PAGES
from mesodash.reports import consultation as files
from mesodash.reports.consultation import Assessed, Consultation, Difference, Opened, ShownReason
from mesodash.store import keys
from mesodash.ui import access, choices, estimates, progress, state
from mesodash.ui.frame import Frame, knowledge
from mesodash.ui.parts import assessments, html, kept, statements, uploads

# Plain values, because records kept in the session would be foreign to the code after a reload.
_FAULT = "saved.fault"
_WAITING = "saved.waiting"
_OPENED = "saved.opened"


# --- Saving


def offer(now: Frame) -> None:
    """Draw what saves this consultation, and what was different when it was saved before."""
    t = now.t
    html.sheet("saved")
    _opened(now)
    with st.container(key="saved-out", gap="xsmall"):
        this = _this(now)
        html.block(f"<h2>{html.text(t('saved.save'))}</h2>")
        kept.saving(now, functools.partial(_file, this))
        html.block(f"<h3>{html.text(t('saved.as_file'))}</h3><p>{html.text(t('saved.save_hint'))}</p>")
        try:
            keys.may_sign()
        except StoreError as error:
            html.block(f"<p class='saved-line'>{html.text(t(error.key))}</p>")
        st.download_button(
            t("saved.save_button"),
            data=access.while_allowed(functools.partial(_file, this)),
            file_name=f"mesodash-{now.today.isoformat()}.json",
            mime="application/json",
            on_click="ignore",
            key="saved.save",
        )


def _this(now: Frame) -> Consultation:
    allowed = choices.allowed(now.knowledge)
    listed = (reason for option in now.assessment.options.values() for reason in option.reasons)
    rests_on = {reason.rule: reason.answers for reason in (*now.assessment.red_flags, *listed)}
    return files.consultation_of(
        now.t,
        now.assessment,
        now.answers,
        files.chosen(allowed, state.kept(allowed)),
        version=now.knowledge.version,
        digest=now.knowledge.digest,
        saved_on=now.today,
        patient=state.patient(),
        settled=state.settled(now.answers),
        assessments={
            rule: Assessed(own.grounds, own.note, own.settled, rests_on[rule])
            for rule, own in assessments.current(now).items()
        },
    )


def _file(this: Consultation) -> bytes:
    """Return the file; without a signature where there is no key, which the page says beside the button."""
    try:
        key = keys.signing_key()
    except StoreError:
        key = None
    return files.write(this, key)


# --- Opening


def opening(now: Frame) -> None:
    """Draw what opens a saved consultation, what is to be asked before, and what came of it."""
    t = now.t
    uploads.words(now, limit=files.MOST_BYTES, not_taken="saved.not_taken")
    with st.expander(t("saved.open"), key=uploads.BOX):
        html.block(f"<p>{html.text(t('saved.open_hint'))}</p>")
        uploads.field(now, t("saved.choose"), types="json", name="saved", again="saved.again", take=_take)
        html.block(f"<div role='alert'>{_refused(now)}</div>")
    _waiting(now)
    _opened(now)


def notices(now: Frame) -> None:
    """Draw what came of opening a consultation that the clinic keeps."""
    html.sheet("saved")
    html.block(f"<div id='{kept.NOTICE}' tabindex='-1' role='alert'>{_refused(now)}</div>")
    _waiting(now)
    _opened(now)


def _take(place: str) -> None:
    """Read what was uploaded."""
    data = uploads.taken("saved", place, files.MOST_BYTES)
    if data is not None:
        receive(data)


def receive(data: bytes) -> None:
    """Open a saved consultation at once where that takes nothing away and nothing has to be said before; else ask."""
    state.put(_FAULT, None)
    state.put(_WAITING, None)
    try:
        opened = _read(data)
    except InputError as error:
        state.put(_FAULT, {"key": error.key, "field": error.field, "params": error.params})
        return
    if opened.intact and not begun():
        _open(data)
    else:
        state.put(_WAITING, {"data": data, **_plain(opened)})


def _read(data: bytes) -> Opened:
    base = knowledge()
    return files.read(
        data,
        _known_key(),
        questions=base.questions,
        allowed=choices.allowed(base),
        content_hash=base.digest,
    )


def _known_key() -> bytes | None:
    try:
        return keys.known_key()
    except StoreError:
        return None


def begun() -> bool:
    """True if opening another consultation would take something away."""
    return bool(state.answers(knowledge().questions)) or any(progress.is_set(step) for step in progress.SETTINGS)


def _plain(opened: Opened) -> dict[str, Any]:
    saved = opened.consultation
    return {
        "intact": opened.intact,
        "left_out": list(opened.left_out),
        "version": saved.content_version,
        "hash": saved.content_hash,
        "saved_on": saved.saved_on.isoformat(),
        "lang": saved.lang,
        "answers": dict(saved.answers),
        "shown": saved.shown,
    }


def _open(data: bytes) -> None:
    """Begin with a consultation that was read before.

    An assessment comes back only if its reason is listed now and rests on the same answers. A file that is not as it
    was saved settles no red flag: it comes first again until somebody who is here settles it.
    """
    opened, base = _read(data), knowledge()
    saved = opened.consultation
    allowed = choices.allowed(base)
    settings = {name: allowed[name].check(value, field=name) for name, value in saved.choices.items()}
    fits = files.fitting(saved.assessments, eligibility.assess(base, saved.answers))
    state.begin_with(base.questions, saved.answers, settings)
    estimates.begin_without_list()
    state.put_patient(saved.patient)
    state.put_settled(saved.settled, saved.answers)
    state.put_assessments({rule: replace(own, settled=own.settled and opened.intact) for rule, own in fits.items()})
    dropped = {rule: list(own.rests_on) for rule, own in saved.assessments.items() if rule not in fits}
    again = not opened.intact and any(own.settled for own in fits.values())
    state.put(_OPENED, {**_plain(opened), "dropped": dropped, "flags_again": again})


def _refused(now: Frame) -> str:
    """Return the one line that says why a file was not opened; nothing where none was refused."""
    found = state.get(_FAULT)
    if found is None:
        return ""
    error = InputError(found["key"], field=found["field"], params=found["params"])
    words = now.t("saved.refused", field=field_words(now, error.field), fault=fault(now.t, error))
    return f"<p class='saved-line'>{html.text(words)}</p>"


def field_words(now: Frame, field: str) -> str:
    """Return a field of the file in words; a name that comes from the file is shown only as part of a path."""
    t = now.t
    top, _, rest = field.partition(".")
    if top == "answers" and t.has(f"short.{rest}"):
        return t("saved.field.answer", name=t(f"short.{rest}"))
    words = t(f"saved.field.{top}") if t.has(f"saved.field.{top}") else t("saved.field.file")
    return t("saved.field.inside", field=words, name=rest) if rest else words


def _waiting(now: Frame) -> None:
    """Ask before a file is opened that was changed or that would replace something."""
    t = now.t
    saved = state.get(_WAITING)
    if saved is None:
        return
    lines = [_about(now, "saved.found", saved)]
    if not saved["intact"]:
        lines.append(t("saved.changed"))
    if begun():
        lines.append(t("saved.replaces"))
    with st.container(border=True, key="saved-waiting"):
        html.block(f"<div role='alert'>{_lines(lines)}</div>")
        with st.container(horizontal=True):
            st.button(t("saved.open_yes"), key="saved.yes", type="primary", on_click=_open, args=(saved["data"],))
            st.button(t("saved.open_no"), key="saved.no", on_click=state.put, args=(_WAITING, None))


def _about(now: Frame, key: str, saved: Mapping[str, Any]) -> str:
    day = now.t.day(date.fromisoformat(saved["saved_on"]), "long")
    return now.t(key, date=day, count=len(saved["answers"]))


def _lines(lines: list[str]) -> str:
    return "".join(f"<p>{html.text(line)}</p>" for line in lines)


# --- Then and now


def _opened(now: Frame) -> None:
    """Draw what was opened and what is said otherwise now, until the reader closes it."""
    t = now.t
    saved = state.get(_OPENED)
    if saved is None:
        return
    lines = [_about(now, "saved.opened", saved)]
    if not saved["intact"]:
        lines.append(t("saved.changed"))
    if saved["left_out"]:
        lines.append(t("saved.left_out", names=", ".join(saved["left_out"])))
    if saved["dropped"]:
        lines.append(t("saved.dropped", names=t.parted(_rested_on(now, *one) for one in saved["dropped"].items())))
    if saved["flags_again"]:
        lines.append(t("saved.flags_again"))
    answers: dict[str, Value] = saved["answers"]
    found = files.differences(t, saved["lang"], saved["shown"], eligibility.assess(now.knowledge, answers))
    versions = {"then": saved["version"], "now": now.knowledge.version}
    if saved["hash"] != now.knowledge.digest:
        lines.append(t("saved.differs" if found else "saved.same", **versions))
    elif found:
        lines.append(t("saved.differs_alone"))
    with st.container(border=True, key="saved-opened"):
        cards = "".join(_difference(now, saved["lang"], one) for one in found)
        html.block(
            f"<section aria-label='{html.text(t('saved.notice'))}'>{_lines(lines)}"
            f"<div class='saved-cards'>{cards}</div></section>"
        )
        with st.container(horizontal=True):
            st.page_link(str(PAGES / "summary.py"), label=t("page.summary"))
            st.button(t("saved.dismiss"), key="saved.dismiss", on_click=state.put, args=(_OPENED, None))


def _rested_on(now: Frame, rule: str, asked: list[str]) -> str:
    """Return what an assessment was about: the questions behind its reason, or the rule where none is known here."""
    known = [now.t(f"short.{name}") for name in asked if name in now.knowledge.questions]
    return now.t.list(known) if known else rule


def _difference(now: Frame, lang: Lang, one: Difference) -> str:
    t = now.t
    parts = [_then_now(now, one.then, one.now)]
    if one.added:
        items = "".join(f"<li>{statements.sourced(now, reason.text, reason.sources)}</li>" for reason in one.added)
        parts.append(f"<p class='ask'>{html.text(t('saved.added'))}</p><ul>{items}</ul>")
    if one.gone:
        items = "".join(f"<li>{_quote(now, lang, reason)}</li>" for reason in one.gone)
        parts.append(f"<p class='ask'>{html.text(t('saved.gone'))}</p><ul>{items}</ul>")
    if one.changed:
        items = "".join(
            f"<li>{_then_now(now, then['outcome'], reason.outcome) if then['outcome'] != reason.outcome else ''}"
            f"<p>{html.text(t('saved.then'))}</p>{_quote(now, lang, then)}"
            f"<p>{html.text(t('saved.now'))}</p>{statements.sourced(now, reason.text, reason.sources)}</li>"
            for then, reason in one.changed
        )
        parts.append(f"<p class='ask'>{html.text(t('saved.reworded'))}</p><ul>{items}</ul>")
    return (
        f"<section class='saved-card' data-option='{one.option}'>"
        f"<h3>{html.icon(one.option)}{html.text(t('option.' + one.option))}</h3>{''.join(parts)}</section>"
    )


def _then_now(now: Frame, then: Outcome, after: Outcome) -> str:
    t = now.t
    if then == after:
        return f"<p>{html.text(t('saved.as_before', outcome=t('outcome.' + then)))}</p>"
    pairs = (("saved.then", then), ("saved.now", after))
    return (
        "<dl class='saved-pair'>"
        + "".join(
            f"<div><dt>{html.text(t(key))}</dt><dd>{html.text(t('outcome.' + outcome))}</dd></div>"
            for key, outcome in pairs
        )
        + "</dl>"
    )


def _quote(now: Frame, lang: Lang, reason: ShownReason) -> str:
    """Return what the file says was shown, as a quotation in the language in which it was shown."""
    return f"<blockquote lang='{lang}' class='saved-quote'>{html.text(reason['text'])}</blockquote>"
