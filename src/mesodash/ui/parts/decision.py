"""Where the decision stands: four questions before and after comparing, what the person leans to, what is missing.

The four questions follow the SURE test (Légaré and others 2010, Can Fam Physician 56:e308-e314) in words of our own.
Their answers live in the session alone: no file holds them, and no score is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from mesodash.knowledge.records import ALL_OPTIONS, OPTIONS, OptionId
from mesodash.ui import estimates, progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import counting, html, outcomes, priorities

Time = Literal["before", "after"]
QUESTIONS = ("sure", "know", "weigh", "support")
LEAN = "compare.leaning"
MISSING = "compare.missing"
NONE_YET = "none_yet"
LEANINGS = (*ALL_OPTIONS, NONE_YET)
NOTHING = "nothing"
THINGS = ("benefit", "harm", "price", "test", "time", "close", "second_opinion", NOTHING)
_BEFORE = "compare.missing.before"


def _key(when: Time, question: str) -> str:
    return f"compare.sure.{when}.{question}"


def answer(question: str) -> str | None:
    """Return the latest answer to one of the four questions, "yes" or "no"; None if there is none."""
    after: str | None = state.get(_key("after", question))
    before: str | None = state.get(_key("before", question))
    return after or before


def ask_before(now: Frame) -> None:
    """Draw the four questions before comparing, folded away."""
    with st.expander(now.t("sure.title")):
        html.block(f"<p>{html.text(now.t('sure.before_lead'))} {html.text(now.t('sure.lead'))}</p>")
        _ask(now, "before")
        html.block(f"<p class='hint'>{html.text(now.t('sure.reference'))}</p>")


def ask_after(now: Frame) -> None:
    """Draw the four questions again."""
    t = now.t
    html.block(
        f"<h2 id='compare-stand' tabindex='-1'>{html.text(t('sure.title_after'))}</h2>"
        f"<p>{html.text(t('sure.after_lead'))} {html.text(t('sure.lead'))}</p>"
    )
    _ask(now, "after")
    html.block(f"<p class='hint'>{html.text(t('sure.reference'))}</p>")


def ask_leaning(now: Frame) -> None:
    """Draw what the person leans to: every option is on offer, those for context as well."""
    t = now.t
    st.pills(t("lean.ask"), LEANINGS, key=LEAN, format_func=lambda one: _leaning(now, one), persist_state="session")
    html.block(f"<p class='hint'>{html.text(t('lean.hint'))}</p>")


def ask_missing(now: Frame) -> None:
    """Draw what is still missing."""
    t = now.t
    st.pills(
        t("missing.ask"),
        THINGS,
        selection_mode="multi",
        key=state.start_with(MISSING, []),
        format_func=lambda one: t(f"missing.{one}"),
        on_change=_nothing_stands_alone,
        persist_state="session",
    )


def _ask(now: Frame, when: Time) -> None:
    t = now.t
    for question in QUESTIONS:
        st.segmented_control(
            t(f"sure.{question}"),
            ("yes", "no"),
            key=_key(when, question),
            format_func=lambda one: t(f"answer.{one}"),
            persist_state="session",
        )
        earlier = state.get(_key("before", question)) if when == "after" else None
        if earlier is not None:
            html.block(f"<p class='hint'>{html.text(t('sure.before_was', answer=t('answer.' + earlier)))}</p>")


def _nothing_stands_alone() -> None:
    """Let "nothing" and the things that are missing take each other back; the latest tap counts."""
    chosen = list(state.get(MISSING, []))
    new = [one for one in chosen if one not in state.get(_BEFORE, [])]
    if NOTHING in new:
        chosen = [NOTHING]
    elif new:
        chosen = [one for one in chosen if one != NOTHING]
    state.put(MISSING, chosen)
    state.put(_BEFORE, chosen)


def _leaning(now: Frame, one: str) -> str:
    return now.t("lean.none_yet" if one == NONE_YET else f"option.{one}")


def _open(now: Frame) -> list[str]:
    """Return what is still open on the pages, without being asked."""
    t = now.t
    found = []
    if now.assessment.settle_next:
        found.append(t("missing.open_check", count=t.number(len(now.assessment.settle_next))))
    open_sums: dict[str, list[str]] = {}
    for option in OPTIONS:
        if estimates.for_option(now, option) is None:
            open_sums.setdefault(counting.still_open(now, option), []).append(t(f"option.{option}"))
    found += [t("missing.open_sum", options=t.quoted(names), why=why) for why, names in open_sums.items()]
    if not progress.is_set("timeline"):
        found.append(t("missing.open_plan"))
    if priorities.wishes(now) is None:
        found.append(t("missing.open_priorities"))
    return found


def _listed(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{html.text(one)}</li>" for one in lines)
    return f"<p class='ask'>{html.text(title)}</p><ul>{items}</ul>" if items else ""


def near(now: Frame) -> frozenset[OptionId]:
    """Return the option that the person leans to, or none."""
    leaning = state.get(LEAN)
    return frozenset(option for option in ALL_OPTIONS if option == leaning)


def questions(now: Frame) -> list[str]:
    """Return the questions for the talk that each "no" becomes."""
    return [now.t(f"sure.ask.{question}") for question in QUESTIONS if answer(question) == "no"]


def on_summary(now: Frame) -> None:
    """Draw where the decision stands: what matters, what the person leans to, what is missing."""
    t = now.t
    leaning = state.get(LEAN)
    lean = t("stand.lean", option=_leaning(now, leaning)) if leaning else t("stand.lean_unsaid")
    missing = [t(f"missing.{one}") for one in THINGS if one in state.get(MISSING, [])]
    html.block(
        f"<h2>{html.text(t('stand.title'))}</h2><p>{html.text(lean)}</p>"
        f"{outcomes.against(now, leaning, 'summary.check') if leaning else ''}"
        f"{priorities.said(now)}{_listed(t('stand.missing'), missing)}{_listed(t('missing.open'), _open(now))}"
    )
