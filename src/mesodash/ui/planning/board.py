"""What all pieces of the Timeline page share: the plans that are drawn, their names, and what a tap draws again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mesodash.domain.timeline import AftercareEvent, Timeline
from mesodash.errors import InputError
from mesodash.knowledge.records import Lang, Protocol
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements
from mesodash.ui.plans import Settings, Which

START: dict[Which, str] = {which: f"tl_start_{which}" for which in plans.PLANS}
FIGURES: dict[Which, str] = {which: f"tl_figures_{which}" for which in plans.PLANS}
LIFE, OWN, DATES, EDIT, AFTER, FILES, SAID = (
    f"tl_{name}" for name in ("life", "own", "dates", "edit", "after", "files", "said")
)
RESULTS = (OWN, DATES, EDIT, AFTER, FILES)
"""The fragments that show days."""

DAY_FORMAT: dict[Lang, str] = {"en": "DD/MM/YYYY", "de": "DD.MM.YYYY", "fr": "DD/MM/YYYY"}


def redraw(*fragments: str) -> NoReturn:
    """Draw these fragments again instead of the one that holds the control; for callbacks only."""
    st.rerun(list(fragments))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it is shown. `settings` are the last good ones where the present ones give no plan."""

    which: Which
    settings: Settings
    timeline: Timeline
    kept: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One full run of the page. Fragments share what was worked out for the same settings."""

    now: Frame
    _memo: dict[Which, tuple[Hashable, Timeline]] = field(default_factory=dict)

    def plan(self, which: Which) -> tuple[Drawn | None, InputError | None]:
        """Return a plan and what is wrong with its settings; the plan may be there although something is wrong."""
        settings = plans.settings(self.now, which)
        if settings is None:
            return None, None
        try:
            timeline = self._dated(which, settings)
        except InputError as error:
            good = plans.last_good(which)
            try:
                return (None if good is None else Drawn(which, good, self._dated(which, good), True)), error
            except InputError:
                return None, error
        plans.keep(which, settings)
        return Drawn(which, settings, timeline, False), None

    def _dated(self, which: Which, settings: Settings) -> Timeline:
        grounds = (settings, plans.wishes(settings), plans.marks(which, settings.protocol))
        known = self._memo.get(which)
        if known is None or known[0] != grounds:
            known = self._memo[which] = (grounds, plans.dated(self.now, which, settings))
        return known[1]

    def drawn(self) -> list[Drawn]:
        """Return the plans that are switched on and have dates."""
        found = (self.plan(which)[0] for which in plans.PLANS if plans.is_on(which))
        return [one for one in found if one is not None]


def say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"timeline.{words}", **values))


def pair(now: Frame, name: str, value: str) -> str:
    return now.t("timeline.pair", name=name, value=value)


def plan_name(now: Frame, protocol: Protocol) -> str:
    """Return the name of a protocol with its option, unless it begins with it."""
    option, name = now.t(f"option.{protocol.option}"), now.t(f"protocol.{protocol.id}")
    return name if name.startswith(option) else pair(now, option, name)


def name_of(now: Frame, timeline: Timeline) -> str:
    return plan_name(now, now.knowledge.protocols[timeline.protocol])


def statement(now: Frame, one: str) -> str:
    """Return a statement with the source named beside it, not only one tap away."""
    who = statements.who(now.knowledge, now.t, now.knowledge.claims[one])
    named = f"<p class='tl-who'>{say(now, 'said_by', who=who)}</p>"
    return f"<div class='tl-one'>{statements.statement(now, one)}{named}</div>"


def who(now: Frame, ids: tuple[str, ...]) -> str:
    """Return in a few words who says something."""
    names = (statements.who(now.knowledge, now.t, now.knowledge.claims[one]) for one in ids)
    return now.t.parted(dict.fromkeys(names))


def aftercare(timeline: Timeline) -> list[AftercareEvent]:
    return [event for event in timeline.events if event.kind == "aftercare"]


def open_part(now: Frame, key: str, words: str) -> DeltaGenerator | None:
    """Return the inside of a part that is closed at first; None while it is closed, so that nothing is worked out."""
    part = st.expander(now.t(f"timeline.{words}"), key=key, on_change="rerun")
    return part if part.open else None


def earlier_later(now: Frame, words: str, place: str, step: int, most: int) -> None:
    """Draw the buttons that go one step back or on, from 0 to `most`.

    Args:
        words: What their text keys begin with.
        place: The setting that holds the step; their own keys begin with it.
    """
    for name, to, icon in (("earlier", step - 1, "arrow_back"), ("later", step + 1, "arrow_forward")):
        st.button(
            now.t(f"{words}.{name}"),
            key=f"{place}.{name}",
            on_click=state.put,
            args=(place, to),
            disabled=not 0 <= to <= most,
            icon=f":material/{icon}:",
        )
