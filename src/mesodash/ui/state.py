"""The only module that touches the session's state. It gives out plain values, built afresh on each run."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import streamlit as st
from streamlit import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mesodash.domain.answers import DECLINED, NOT_KNOWN, UNKNOWN
from mesodash.domain.eligibility import Reason
from mesodash.domain.truth import Value
from mesodash.knowledge.records import LANGS, Lang, Question
from mesodash.reports import consultation
from mesodash.reports.consultation import Assessed, Patient, Settled

STEPS = ("check", "compare", "timeline", "costs", "summary")
"""The path, in its order."""

Mode = Literal["together", "tablet", "locked"]

_PAGES: dict[Mode, tuple[str, ...]] = {
    "together": ("start", *STEPS, "evidence", "about", "inbox", "clinic"),
    "tablet": ("tablet",),
    "locked": ("locked",),
}

PAGES = tuple(name for names in _PAGES.values() for name in names)


def pages(mode: Mode) -> tuple[str, ...]:
    """Return the pages of a mode, its first page first. A page that is not listed does not exist for this reader."""
    return _PAGES[mode]


NONE_OF_THESE = "none_of_these"


def language() -> Lang:
    """Return the reader's language: as chosen, else as the address says, else as the browser asks for, else English."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang") or (st.context.locale or "")[:2]
    return chosen if chosen in LANGS else "en"


def language_key() -> str:
    """Return the key of the language control, whose value is set before it is first drawn."""
    st.session_state.setdefault("lang", language())
    return "lang"


def choose_language(lang: Lang) -> None:
    """Set the language by another control than its own; from a callback only."""
    st.session_state["lang"] = lang


def asked_claim() -> str | None:
    """Return the claim that the address asks for; whoever follows it has to check that it exists."""
    return st.query_params.get("claim")


def ask_for_first_page() -> None:
    """Take back which page the address asks for. The framework would say, in English, that there is no such page."""
    context = get_script_run_ctx()
    if context is not None:
        context.pages_manager.set_script_intent("", "")


def asked_why() -> str | None:
    """Return what the address says about why the screen before this one was cleared; gone with the next run."""
    return st.query_params.get("why")


def mirror(lang: Lang, claim: str | None) -> None:
    """Mirror the language to the address, so that a reload keeps it, and the claim that was asked for.

    Nothing else is ever in the address.
    """
    wanted = {"lang": lang} if claim is None else {"lang": lang, "claim": claim}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def plain_key() -> str:
    """Return the key of the control for the reading level, whose value is set before it is first drawn."""
    st.session_state.setdefault("plain", False)
    return "plain"


def plain() -> bool:
    """True if the reader wants the plain words of the lower reading level."""
    return bool(st.session_state.get("plain", False))


def answer_key(question: str) -> str:
    return f"answers.{question}"


def mark_key(question: str) -> str:
    """Return the key of the "I don't know" beside an input of another kind."""
    return f"answers.{question}.mark"


def answers(questions: Mapping[str, Question]) -> dict[str, Value]:
    """Return what was answered so far, as `domain.answers` wants it; what was not answered is absent."""
    given: dict[str, Value] = {}
    for name, question in questions.items():
        value = st.session_state.get(answer_key(name))
        mark = st.session_state.get(mark_key(name))
        if question.type == "multi":
            chosen = [token for token in value or () if token not in (NONE_OF_THESE, *NOT_KNOWN)]
            if chosen:
                given[name] = tuple(token for token in question.values if token in chosen)
            elif value:
                given[name] = () if NONE_OF_THESE in value else value[0]
        elif value is not None:
            given[name] = value
        elif mark is not None:
            given[name] = mark
    return given


def only_exclusive(question: str) -> None:
    """Let "none of these", "I don't know" and "rather not say" stand alone in a list answer; the latest tap counts."""
    key = answer_key(question)
    exclusive = (NONE_OF_THESE, UNKNOWN, DECLINED)
    chosen = list(st.session_state.get(key) or ())
    before = st.session_state.get(f"{key}.before") or []
    new = [token for token in chosen if token not in before]
    if any(token in exclusive for token in new):
        chosen = [token for token in new if token in exclusive][-1:]
    elif new:
        chosen = [token for token in chosen if token not in exclusive]
    st.session_state[key] = chosen
    st.session_state[f"{key}.before"] = chosen


def number_wins(question: str) -> None:
    """A typed number takes back "I don't know"."""
    if st.session_state.get(answer_key(question)) is not None:
        st.session_state[mark_key(question)] = None


def mark_wins(question: str) -> None:
    """ "I don't know" takes back a typed number."""
    if st.session_state.get(mark_key(question)) is not None:
        st.session_state[answer_key(question)] = None


def choose(question: str, value: str) -> None:
    """Set the answer to a question that is answered by a picture; a second tap takes it back."""
    key = answer_key(question)
    st.session_state[key] = None if st.session_state.get(key) == value else value


def get(key: str, default: Any = None) -> Any:
    """Return a page's own setting, or `default` while it was never set."""
    value = st.session_state.get(key)
    return default if value is None else value


def put(key: str, value: Any) -> None:
    st.session_state[key] = value


_NOTES = "notes"


def noted(key: str, default: Any = None) -> Any:
    """Return what the program itself remembers of this session, or `default` while there is nothing."""
    value = st.session_state.get(_NOTES, {}).get(key)
    return default if value is None else value


def note(values: Mapping[str, Any]) -> None:
    """Remember what no control shows and no file keeps.

    It stands under one key, because the framework copies all keys and values once for each field that it draws.
    """
    st.session_state[_NOTES] = {**st.session_state.get(_NOTES, {}), **values}


def everything() -> dict[str, Any]:
    """Return all that is set now, by key."""
    return st.session_state.to_dict()


def this_run() -> object | None:
    """Return an object that is another one in each run; None outside of one."""
    context = get_script_run_ctx()
    return None if context is None else context.parallel_coordinator


def take(key: str) -> Any:
    """Return a page's own setting and forget it."""
    return st.session_state.pop(key, None)


def start_with(key: str, value: Any) -> str:
    """Return `key` after giving a page's control its first value. Never for a medical answer."""
    st.session_state.setdefault(key, value)
    return key


_turns: weakref.WeakValueDictionary[str, threading.RLock] = weakref.WeakValueDictionary()
_turns_lock = threading.Lock()


@contextmanager
def unbroken() -> Iterator[None]:
    """Let nothing come between what is done here.

    Once the reader has tapped again, the framework ends a run at its next touch of the state, wherever that is, and
    begins the next run beside it. Half a session would be forgotten then, what the store has just given out or taken in
    would be known to nobody, and a second tap would do what the first is about to do. Other runs of the session wait.
    """
    context = get_script_run_ctx()
    if context is None:
        yield
        return
    held = context.session_state
    with _turns_lock:
        turn = _turns.setdefault(context.session_id, threading.RLock())
    with turn:
        ends_the_run = held._yield_callback
        object.__setattr__(held, "_yield_callback", lambda: None)
        try:
            yield
        finally:
            object.__setattr__(held, "_yield_callback", ends_the_run)


def forget() -> None:
    """Drop everything of this consultation but the language and the reading level."""
    with unbroken():
        for key in [str(key) for key in st.session_state]:
            # The mark that ties this session to its screen stays as well.
            if key not in ("lang", "plain") and not key.startswith("guard."):
                del st.session_state[key]
        _free_later(None)


FREED_AFTER = (1, 5, 20)
"""Seconds after the end of a session: the run that ended it goes on for a while, and its page's link too."""
_to_free: list[tuple[float, weakref.ref[AppSession] | None]] = []


def end(session: AppSession) -> None:
    """Erase all that a session holds, now and again once a run that was under way has ended."""
    _empty(session)
    _free_later(session)


def _free_later(session: AppSession | None) -> None:
    of = None if session is None else weakref.ref(session)
    _to_free.extend((time.monotonic() + seconds, of) for seconds in FREED_AFTER)


def free(now: float) -> None:
    """Free the memory of what was forgotten, `now` by the clock of `time.monotonic`; each second or so.

    The framework's objects hold each other; without this their memory is freed much later.
    """
    due = [one for one in _to_free if one[0] <= now]
    for one in due:
        _to_free.remove(one)
        session = None if one[1] is None else one[1]()
        if session is not None:
            _empty(session)
        del session
    if due:
        gc.collect()


def begun() -> bool:
    """True if somebody has begun to use a tablet: it is beyond the choice of language."""
    return st.session_state.get("tablet.screen") not in (None, "language")


def came_with_values() -> bool:
    """True if the browser sent values of controls with this run, whether this session knows the controls or not."""
    context = get_script_run_ctx()
    return context is not None and bool(context.session_state.get_widget_states())


def _empty(session: AppSession) -> None:
    """Erase all that a session holds, and what is on its way to its page."""
    session.session_state.clear()
    session.flush_browser_queue()


def app_session() -> AppSession | None:
    """Return the framework's session of this run; None outside of a server."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    found = runtime.get_instance().get_app_session(context.session_id)
    return found if isinstance(found, AppSession) else None


def theme() -> str:
    """Return "light" or "dark" as the reader sees the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def timezone() -> str | None:
    """Return the time zone that the browser names."""
    zone: str | None = st.context.timezone
    return zone


def known(keys: Iterable[str]) -> bool:
    """True if each of these settings was set."""
    return all(st.session_state.get(key) is not None for key in keys)


def kept(keys: Iterable[str]) -> dict[str, Any]:
    """Return those of some settings that were set."""
    return {key: value for key in keys if (value := st.session_state.get(key)) is not None}


def begin_with(questions: Mapping[str, Question], given: Mapping[str, Value], settings: Mapping[str, Any]) -> None:
    """Drop this consultation and begin with the answers and settings of another; all of them are checked already."""
    with unbroken():
        forget()
        for name, value in given.items():
            key = answer_key(name)
            if questions[name].type == "multi":
                chosen = [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []
                st.session_state[key] = st.session_state[f"{key}.before"] = chosen or [NONE_OF_THESE]
            elif questions[name].type == "integer" and value in NOT_KNOWN:
                st.session_state[mark_key(name)] = value
            else:
                st.session_state[key] = value
        for key, value in settings.items():
            st.session_state[key] = value


def take_upload(key: str, most: int) -> bytes | None:
    """Return what was uploaded, cut after `most` bytes, and drop it from the server; None where nothing was."""
    file = st.session_state.get(key)
    if file is None:
        return None
    data: bytes = file.read(most)
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        # The framework itself keeps the bytes until the session ends.
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    return data


GROUNDS = consultation.GROUNDS
LONGEST_NOTE = consultation.LONGEST_NOTE
_OWN = "assess.kept"
_FORM = "assess.form"


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """What the practitioner holds against a listed reason; the reason and the outcome stay as they are.

    `settled`: a red flag that need not stand first on every page any more.
    """

    grounds: str
    note: str
    settled: bool


def own_assessments(reasons: Iterable[Reason]) -> dict[str, OwnAssessment]:
    """Return the practitioner's assessments by rule, after forgetting those that no longer fit.

    An assessment belongs to the answers on which its reason rested when it was recorded. As soon as the reason rests on
    others, or is not listed any more, it is forgotten, and it does not come back with the old answers. The frame of
    the page on which answers are given asks for the assessments before anything is drawn, so none outlives a change.
    """
    kept = st.session_state.get(_OWN) or {}
    now = {reason.rule: dict(reason.answers) for reason in reasons}
    for rule in [rule for rule, own in kept.items() if now.get(rule) != own["rests_on"]]:
        drop_assessment(rule)
    return {
        # A note without grounds rests on something else than those offered.
        rule: OwnAssessment(
            own["grounds"] or "other", own["note"], own["settled"] and _may_settle(own["grounds"], own["note"])
        )
        for rule, own in (st.session_state.get(_OWN) or {}).items()
        if own["grounds"] is not None or own["note"]
    }


def _may_settle(grounds: str | None, note: str) -> bool:
    return grounds is not None and (grounds != "other" or bool(note))


def assessment_key(rule: str, part: str) -> str:
    """Return the key of a control of the form for one reason, with what was recorded as its first value.

    Args:
        part: grounds, note or settled.
    """
    kept = (st.session_state.get(_OWN) or {}).get(rule) or {"grounds": None, "note": "", "settled": False}
    return start_with(f"assess.{rule}.{part}", kept[part])


def may_settle(rule: str) -> bool:
    """True if the form for a red flag says why it is settled."""
    kept = (st.session_state.get(_OWN) or {}).get(rule)
    return kept is not None and _may_settle(kept["grounds"], kept["note"])


def keep_assessment(rule: str, rests_on: Mapping[str, Value]) -> None:
    """Keep what the form for one reason says, for this session only, with the answers that the reason rests on."""
    grounds = st.session_state.get(f"assess.{rule}.grounds")
    note = (st.session_state.get(f"assess.{rule}.note") or "").strip()[:LONGEST_NOTE]
    settled = bool(st.session_state.get(f"assess.{rule}.settled"))
    if settled and not _may_settle(grounds, note):
        settled = st.session_state[f"assess.{rule}.settled"] = False
    kept = dict(st.session_state.get(_OWN) or {})
    if grounds is None and not note:
        kept.pop(rule, None)
    else:
        kept[rule] = {"grounds": grounds, "note": note, "settled": settled, "rests_on": dict(rests_on)}
    st.session_state[_OWN] = kept


def drop_assessment(rule: str) -> None:
    """Forget an assessment, and close its form, whose controls would go on showing it."""
    st.session_state[_OWN] = {one: own for one, own in (st.session_state.get(_OWN) or {}).items() if one != rule}
    for part in ("grounds", "note", "settled"):
        st.session_state.pop(f"assess.{rule}.{part}", None)
    if (st.session_state.get(_FORM) or ("", ""))[1] == rule:
        st.session_state[_FORM] = None


def put_assessments(assessments: Mapping[str, Assessed]) -> None:
    """Keep the assessments of a consultation that is opened."""
    st.session_state[_OWN] = {
        rule: {"grounds": one.grounds, "note": one.note, "settled": one.settled, "rests_on": dict(one.rests_on)}
        for rule, one in assessments.items()
    }


_PATIENT = "patient.kept"
_SETTLED = "settled.kept"


def put_patient(patient: Patient | None) -> None:
    """Keep what the patient answered alone, as it was said."""
    st.session_state[_PATIENT] = patient and {
        "answered_at": patient.answered_at.isoformat(),
        "lang": patient.lang,
        "notice": patient.notice,
        "answers": dict(patient.answers),
    }


def patient() -> Patient | None:
    """Return what the patient answered alone; None where nobody did."""
    kept = st.session_state.get(_PATIENT)
    if kept is None:
        return None
    return Patient(datetime.fromisoformat(kept["answered_at"]), kept["lang"], kept["notice"], kept["answers"])


def put_settled(settled: Mapping[str, Settled], given: Mapping[str, Value]) -> None:
    """Keep who settled which of the answers that are given now."""
    st.session_state[_SETTLED] = {
        name: {"who": one.who, "why": one.why, "answer": given[name]} for name, one in settled.items()
    }


def settled(given: Mapping[str, Value]) -> dict[str, Settled]:
    """Return who says so and why, by question, after forgetting what was said of other answers than those given now."""
    kept = st.session_state.get(_SETTLED) or {}
    fits = {name: one for name, one in kept.items() if name in given and given[name] == one["answer"]}
    if len(fits) < len(kept):
        st.session_state[_SETTLED] = fits
    for name in kept.keys() - fits.keys():
        _close_settling(name)
    return {name: Settled(one["who"], one["why"]) for name, one in fits.items()}


def settled_key(question: str, part: str) -> str:
    """Return the key of a control that says who settled an answer and why, with what was recorded as its first value.

    Args:
        part: who or why.
    """
    kept = (st.session_state.get(_SETTLED) or {}).get(question) or {"who": None, "why": ""}
    return start_with(f"settled.{question}.{part}", kept[part])


def keep_settled(question: Question) -> None:
    """Keep what the controls of one question say, for the answer that is given now."""
    given = answers({question.id: question})
    who = st.session_state.get(f"settled.{question.id}.who")
    why = (st.session_state.get(f"settled.{question.id}.why") or "").strip()[:LONGEST_NOTE]
    kept = dict(st.session_state.get(_SETTLED) or {})
    if question.id not in given or (who is None and not why):
        kept.pop(question.id, None)
    else:
        kept[question.id] = {"who": who, "why": why, "answer": given[question.id]}
    st.session_state[_SETTLED] = kept


def _close_settling(question: str) -> None:
    """Drop what the controls say; they would go on showing it."""
    for part in ("who", "why"):
        st.session_state.pop(f"settled.{question}.{part}", None)


def open_form() -> tuple[str, str] | None:
    """Return the option and the rule whose form is open; a rule may stand with several options, its form with one."""
    place = st.session_state.get(_FORM)
    return None if place is None else (place[0], place[1])


def turn_form(option: str, rule: str) -> None:
    """Open the form for one reason, or close it if it is open."""
    st.session_state[_FORM] = None if open_form() == (option, rule) else [option, rule]


def leave_form(rule: str, place: str, *, drop: bool = False) -> None:
    """Close the form for one reason by a control inside it, and go on at `place`; with `drop`, forget what it says."""
    if drop:
        drop_assessment(rule)
    st.session_state[_FORM] = None
    move_to(place)


def turn_entry(key: str, name: str) -> None:
    """Open one entry of a list that can be opened, or close it if it is open."""
    opened = get(key, [])
    put(key, [one for one in opened if one != name] if name in opened else [*opened, name])


def move_to(place: str) -> None:
    """Ask for the focus to be at an element of ours after this run, because the control that had it will be gone."""
    st.session_state["move.place"] = place
    st.session_state["move.times"] = get("move.times", 0) + 1


def asked_move() -> tuple[str, int] | None:
    """Return where the focus is to go and how often it was moved before, once for each time it was asked for."""
    place = st.session_state.pop("move.place", None)
    return None if place is None else (place, get("move.times", 0))
