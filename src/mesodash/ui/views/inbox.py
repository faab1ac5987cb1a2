"""What comes in: a hand-over from a tablet, opened by its code and settled together, and what the clinic keeps."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from mesodash.domain.answers import NOT_KNOWN
from mesodash.errors import InputError, StoreError
from mesodash.i18n.words import fault
from mesodash.knowledge.records import OptionId
from mesodash.paths import PAGES
from mesodash.reports import consultation as files
from mesodash.reports.consultation import Patient, Settled
from mesodash.store import codes
from mesodash.store.database import the_store
from mesodash.ui import access, progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import assessments, html, kept, outcomes, saved, settling

_CODE = "inbox.code"
_TURN = "inbox.turn"
_TAKE = "inbox.take"
_ASKED = "inbox.asked"
_FAULT = "inbox.fault"
_LEFT_OUT = "inbox.left_out"
_OPEN = "inbox.open"
_DRAWN = "inbox.drawn"
_MOST = 8
_WORK = "inbox-work"
_HERE = "inbox-here"
_FLAGS: OptionId = "no_treatment"
"""Every red flag is among the reasons of this option, and nothing else is."""


def show(now: Frame) -> None:
    """Draw the field for a code; once a hand-over is open, first what it says, red flags and unknowns before all."""
    t = now.t
    html.sheet("settle")
    html.sheet("inbox")
    with state.unbroken():
        if state.take(_TAKE):
            _take(now)
    patient = state.patient()
    lead = "" if patient else f"<p>{html.text(t('inbox.lead'))}</p>"
    html.block(f"<h1>{html.text(t('inbox.title'))}</h1>{lead}")
    saved.notices(now)
    if patient is None:
        _code(now)
    else:
        _work(now, patient)
        html.block(f"<h2>{html.text(t('inbox.another'))}</h2>")
        _code(now)
    kept.listing(now, saved.receive)
    move = state.asked_move()
    if move is not None:
        html.move_to(*move)


# --- The code


def _code(now: Frame) -> None:
    t = now.t
    with st.form("inbox.form", border=False, enter_to_submit=True):
        with st.container(key="inbox_code"):
            st.text_input(t("inbox.code"), key=_field(), max_chars=40, autocomplete="off")
        html.block(f"<p class='hint'>{html.text(t('inbox.code_hint'))}</p>")
        st.form_submit_button(t("inbox.open"), key="inbox.submit", type="primary", on_click=_submit, args=(_field(),))
    found = state.get(_FAULT)
    words = "" if found is None else f"<p class='saved-line'>{html.text(_refused(now, found))}</p>"
    html.block(f"<div role='alert'>{words}</div>")
    if state.get(_ASKED):
        with st.container(border=True, key="inbox-asked"):
            html.block(f"<p role='alert'>{html.text(t('inbox.replaces'))}</p>")
            with st.container(horizontal=True):
                st.button(
                    t("inbox.replace_yes"), key="inbox.yes", type="primary", on_click=_submit, args=(_field(), True)
                )
                st.button(t("inbox.replace_no"), key="inbox.no", on_click=state.put, args=(_ASKED, None))
                st.page_link(str(PAGES / "summary.py"), label=t("inbox.save_first"))


def _field() -> str:
    """Return the key of the field, another one after each code that was used: only a new field is sure to be empty."""
    return f"{_CODE}.{state.get(_TURN, 'first')}"


def _typed() -> str:
    return codes.clean(str(state.get(_field(), "")))


def _submit(field: str, sure: bool = False) -> None:
    """Ask for the hand-over of a code. Before a code is used up, it is told that it would replace something."""
    with state.unbroken():
        if field != _field():
            # The second of two quick taps; the first has opened what there was.
            return
        code = _typed()
        state.put(_FAULT, None)
        state.put(_ASKED, None)
        if not code:
            state.put(_FAULT, {"key": "inbox.no_code", "field": None, "params": {}})
        elif codes.has_slip(code):
            state.put(_FAULT, {"key": "handover.slip", "field": None, "params": {}})
        elif saved.begun() and not sure:
            state.put(_ASKED, True)
        else:
            state.put(_TAKE, True)


def _take(now: Frame) -> None:
    """Open the hand-over of the code in the field; it can be opened this once."""
    code, at = _typed(), datetime.now(UTC)
    try:
        content = the_store().handovers.take(code, client=_client(), now=at)
    except StoreError as error:
        if error.key == "handover.refused":
            access.record("handover_refused", mode="together", now=at)
        state.put(_FAULT, {"key": error.key, "field": None, "params": error.params})
        return
    base = now.knowledge
    try:
        patient, left_out = files.read_handover(content, questions=base.questions, content_hash=base.digest)
    except InputError as error:
        state.put(_TURN, secrets.token_hex(4))
        state.put(_FAULT, {"key": error.key, "field": error.field, "params": error.params})
        return
    state.begin_with(base.questions, patient.answers, {})
    state.put(_TURN, secrets.token_hex(4))
    state.put_patient(patient)
    state.put(_LEFT_OUT, list(left_out))
    state.move_to(_WORK)
    access.record("handover_opened", mode="together", now=at)
    # The red flags and the navigation above were drawn for what was here before.
    st.rerun()


def _client() -> str:
    address = st.context.ip_address
    # The framework says nothing of a browser on this computer.
    return address if isinstance(address, str) else "127.0.0.1"


def _refused(now: Frame, found: dict[str, object]) -> str:
    """Return why nothing was opened, in one line."""
    key, field, params = found["key"], found["field"], found["params"]
    if field is None:
        return now.t(str(key), **params)  # type: ignore[arg-type]
    error = InputError(str(key), field=str(field), params=params)  # type: ignore[arg-type]
    return now.t("inbox.unusable", field=saved.field_words(now, error.field), fault=fault(now.t, error))


# --- What was handed over


def _work(now: Frame, patient: Patient) -> None:
    """Draw what the patient answered alone, in the order in which a practitioner has to look at it."""
    t = now.t
    settled = state.settled(now.answers)
    groups = _groups(now, patient, settled)
    _opened(now, patient, groups)
    _stay(groups)
    _red_flags(now, patient, settled)
    html.block(f"<h2 id='inbox-first' tabindex='-1'>{html.text(t('settle.title'))}</h2>")
    if not groups["first"]:
        html.block(f"<p>{html.text(t('settle.nothing'))}</p>")
    _rows(now, patient, settled, "first", groups)
    for group in ("rest", "settled"):
        if groups[group]:
            html.block(f"<h2 id='inbox-{group}' tabindex='-1'>{html.text(t(f'inbox.{group}'))}</h2>")
            _rows(now, patient, settled, group, groups)
    _alone(now, patient, settled, groups)
    html.block(f"<h2>{html.text(t('inbox.go_on'))}</h2><p>{html.text(t('inbox.go_on_hint'))}</p>")
    with st.container(horizontal=True):
        for page in ("check", "compare", "summary"):
            st.page_link(str(PAGES / f"{page}.py"), label=f"→ {t(f'page.{page}')}")
    state.put(_DRAWN, groups)


def _groups(now: Frame, patient: Patient, settled: Mapping[str, Settled]) -> dict[str, list[str]]:
    """Return the questions that apply: unknown ones, those settled together, those as the patient answered them."""
    apply, _ = progress.asked(now)
    unknown = [name for name in apply if now.answers.get(name) in (None, *NOT_KNOWN)]
    first = [name for name in now.assessment.settle_next if name in unknown]
    known = [name for name in apply if name not in unknown]
    touched = [name for name in known if settling.is_touched(now, patient, settled.get(name), name)]
    behind = {name for option in now.assessment.options.values() for one in option.reasons for name in one.answers}
    alone = [name for name in known if name not in touched]
    ruled = {name for rule in now.knowledge.rules for name in rule.when.questions()}
    return {
        "first": first,
        # First what a rule asks for, and there what the patient did not know before what was passed over.
        "rest": sorted(
            (name for name in unknown if name not in first),
            key=lambda name: (name not in ruled, name not in now.answers),
        ),
        "settled": touched,
        "behind": [name for name in alone if name in behind],
        "others": [name for name in alone if name not in behind],
    }


def _stay(groups: dict[str, list[str]]) -> None:
    """Leave the question that is open where it was opened, whatever is answered, until it is done."""
    name, place = state.get(_OPEN), state.get(_DRAWN, {})
    group = next((one for one, names in place.items() if name in names), None)
    if not any(name in names for names in groups.values()):
        state.put(_OPEN, None)
    elif group is not None:
        for names in groups.values():
            if name in names:
                names.remove(name)
        groups[group].insert(min(place[group].index(name), len(groups[group])), name)


def _opened(now: Frame, patient: Patient, groups: Mapping[str, list[str]]) -> None:
    t = now.t
    own = assessments.current(now)
    flags = [flag for flag in now.assessment.red_flags if flag.rule not in own or not own[flag.rule].settled]
    left_out = state.get(_LEFT_OUT, [])
    more = t("saved.left_out", names=", ".join(left_out)) if left_out else ""
    counts = (
        ("topic.red_flag", len(flags)),
        ("inbox.count_first", len(groups["first"])),
        ("inbox.count_rest", len(groups["rest"])),
    )
    html.block(
        f"<h2 id='{_WORK}' tabindex='-1'>{html.text(t('inbox.opened'))}</h2>"
        f"<p>{html.text(settling.when(now, patient))} {html.text(t('inbox.language.' + patient.lang))}</p>"
        + (f"<p>{html.text(more)}</p>" if more else "")
        + "<dl class='inbox-counts'>"
        + "".join(
            f"<div data-count='{key.partition('.')[2]}'><dt>{html.text(t(key))}</dt><dd>{count}</dd></div>"
            for key, count in counts
        )
        + "</dl>"
    )


def _red_flags(now: Frame, patient: Patient, settled: Mapping[str, Settled]) -> None:
    t = now.t
    html.block(f"<h2>{html.text(t('topic.red_flag'))}</h2>")
    own = assessments.current(now)
    for flag in now.assessment.red_flags:
        mine = own.get(flag.rule)
        place = html.text(assessments.place(_FLAGS, flag.rule))
        # Its words and sources stand at the top of every page until it is settled.
        words = f"<ul class='reasons'>{outcomes.reason(now, flag, mine)}</ul>" if mine and mine.settled else ""
        html.block(
            f"<div id='{place}' class='inbox-flag' data-rule='{html.text(flag.rule)}' tabindex='-1'>"
            f"{''.join(_rests(now, patient, settled, name) for name in flag.answers)}"
            f"{words or assessments.shown(now, mine)}</div>"
        )
        assessments.control(now, _FLAGS, flag, own.get(flag.rule))
    if now.assessment.red_flags:
        return
    html.block(f"<p>{html.text(t('inbox.no_flags'))}</p>")
    open_ones = now.assessment.options[_FLAGS].open
    if open_ones:
        names = t.list([t(f"short.{one.question}") for one in open_ones])
        html.block(f"<p>{html.text(t('inbox.flags_open', questions=names))}</p>")


def _rests(now: Frame, patient: Patient, settled: Mapping[str, Settled], name: str) -> str:
    """Return an answer behind a red flag and who says so."""
    who = settling.line(now, patient, settled.get(name), name)
    return f"<p class='inbox-answer'>⚑ {html.text(settling.given(now, name))}</p><p>{html.text(who)}</p>"


def _rows(
    now: Frame, patient: Patient, settled: Mapping[str, Settled], group: str, groups: Mapping[str, list[str]]
) -> None:
    """Draw one row per question of a group; an open one has its control, who says so and why."""
    names = groups[group]
    cut = group == "rest" and len(names) > _MOST and not state.get("inbox.all", False)
    if names:
        with st.container(key=f"inbox_rows_{group}", gap="xsmall"):
            for place, name in enumerate(names, start=1):
                if not cut or place <= _MOST or name == state.get(_OPEN):
                    _row(now, patient, settled.get(name), name, place if group == "first" else None)
    if group == "rest" and len(names) > _MOST:
        st.toggle(now.t("settle.all", count=len(names)), key="inbox.all", persist_state="session")


def _row(now: Frame, patient: Patient, settled: Settled | None, name: str, place: int | None) -> None:
    t = now.t
    is_open = state.get(_OPEN) == name
    given = now.answers.get(name)
    words = settling.said_words(now, patient, name) if given is None else settling.value_words(now, name, given)
    label = f"{'▾' if is_open else '▸'} {t('pair', name=t(f'short.{name}'), value=words)}"
    if place is not None:
        count = sum(name in {one.question for one in option.open} for option in now.assessment.options.values())
        label = f"{label[0]} {place}. {label[2:]} ({t('settle.options', count=count)})" if count else label
    st.button(label, key=f"inbox.row.{name}", on_click=_turn, args=(name,), width="stretch")
    says = settling.beside(now, patient, settled, name)
    if is_open:
        with st.container(key="inbox_here", gap="xsmall"):
            html.block(f"<div id='{_HERE}' tabindex='-1'>{says}</div>")
            settling.form(now, now.knowledge.questions[name])
            st.button(t("settle.done"), key="inbox.done", type="primary", on_click=_done, args=(name,))
    elif settling.is_touched(now, patient, settled, name):
        html.block(says)


def _turn(name: str) -> None:
    state.put(_OPEN, None if state.get(_OPEN) == name else name)


def _done(name: str) -> None:
    """Close a row; of the unknown ones the next opens, because it is what comes next."""
    groups = state.get(_DRAWN, {})
    group = next((one for one, names in groups.items() if name in names), "first")
    unknown = [*groups.get("first", []), *groups.get("rest", [])]
    later = unknown[unknown.index(name) + 1 :] if name in unknown else []
    state.put(_OPEN, later[0] if later else None)
    # What is done leaves its place to the next.
    state.put(_DRAWN, {one: [each for each in names if each != name] for one, names in groups.items()})
    state.move_to(_HERE if later else f"inbox-{group}")


def _alone(now: Frame, patient: Patient, settled: Mapping[str, Settled], groups: Mapping[str, list[str]]) -> None:
    """Draw what stands as the patient gave it: first the answers on which a listed reason rests."""
    t = now.t
    lead = f"{settling.when(now, patient)} {t('inbox.alone_hint')}"
    html.block(f"<h2 id='inbox-behind' tabindex='-1'>{html.text(t('inbox.alone'))}</h2><p>{html.text(lead)}</p>")
    if now.assessment.ignored:
        ignored = t.list([t(f"short.{name}") for name in now.assessment.ignored])
        html.block(f"<p class='hint'>{html.text(t('check.ignored', questions=ignored))}</p>")
    html.block(f"<h3>{html.text(t('inbox.behind'))}</h3>")
    if not groups["behind"]:
        html.block(f"<p>{html.text(t('inbox.behind_none'))}</p>")
    _rows(now, patient, settled, "behind", groups)
    if groups["others"]:
        fold = st.expander(t("inbox.others", count=len(groups["others"])), key="inbox.fold", on_change="rerun")
        if fold.open:
            with fold:
                html.block("<div id='inbox-others' tabindex='-1'></div>")
                _rows(now, patient, settled, "others", groups)
