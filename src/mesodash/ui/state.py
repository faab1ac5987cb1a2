"""The only module that touches the session's state. It gives out plain values, built afresh on each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from mesodash.domain.answers import DECLINED, NOT_KNOWN, UNKNOWN
from mesodash.domain.truth import Value
from mesodash.knowledge.records import LANGS, Lang, Question

STEPS = ("check", "compare", "timeline", "costs", "summary")
"""The path, in its order."""

PAGES = ("start", *STEPS, "evidence", "about")
"""A page that is not listed here does not exist for this reader."""

NONE_OF_THESE = "none_of_these"


def language() -> Lang:
    """Return the reader's language: as chosen, else as the address says, else as the browser asks for, else English."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang") or (st.context.locale or "")[:2]
    return chosen if chosen in LANGS else "en"


def language_key() -> str:
    """Return the key of the language control, whose value is set before it is first drawn."""
    st.session_state.setdefault("lang", language())
    return "lang"


def asked_claim() -> str | None:
    """Return the claim that the address asks for; whoever follows it has to check that it exists."""
    return st.query_params.get("claim")


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


def start_with(key: str, value: Any) -> str:
    """Return `key` after giving a page's control its first value. Never for a medical answer."""
    st.session_state.setdefault(key, value)
    return key


def forget() -> None:
    """Drop everything of this consultation but the language and the reading level."""
    for key in [key for key in st.session_state if key not in ("lang", "plain")]:
        del st.session_state[key]


def theme() -> str:
    """Return "light" or "dark" as the reader sees the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def known(keys: Iterable[str]) -> bool:
    """True if each of these settings was set."""
    return all(st.session_state.get(key) is not None for key in keys)
