"""What all pieces of the Timeline page share: the plans that are drawn, their names, and what a tap draws again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeGuard

import streamlit as st

from mesodash.domain.timeline import AftercareEvent, Event, MilestoneEvent, Timeline
from mesodash.errors import InputError
from mesodash.knowledge.records import AftercareRule, Lang, Protocol
from mesodash.ui import access, plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements
from mesodash.ui.plans import Settings, Which

START: dict[Which, str] = {which: f"tl_start_{which}" for which in plans.PLANS}
BELOW: dict[Which, str] = {which: f"tl_below_{which}" for which in plans.PLANS}
FIGURES: dict[Which, str] = {which: f"tl_figures_{which}" for which in plans.PLANS}
FURTHER: dict[Which, str] = {which: f"tl_further_{which}" for which in plans.PLANS[1:]}
LIFE, OWN, DATES, NOTES, BODY, ZOOM, CHART, EDIT, AFTER_HEAD, AFTER, AFTER_CHART, FILES, DOWNLOADS, SAID = (
    f"tl_{name}"
    for name in (
        "life",
        "own",
        "dates",
        "notes",
        "body",
        "zoom",
        "chart",
        "edit",
        "after_head",
        "after",
        "after_chart",
        "files",
        "downloads",
        "said",
    )
)

DAY_FORMAT: dict[Lang, str] = {"en": "DD/MM/YYYY", "de": "DD.MM.YYYY", "fr": "DD/MM/YYYY"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it is shown. `settings` are the last good ones where the present ones give no plan.

    `follows`: after what it begins, in words.
    """

    which: Which
    settings: Settings
    timeline: Timeline
    kept: bool
    follows: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One full run of the page. Pieces share what was worked out for the same settings.

    Each piece is a fragment that is drawn again only when it would show something else than it does. A control that
    changes what is drawn names its piece in a callback: a field that is left by a tap on something else comes in one
    message with that tap, and the framework then draws only the fragment of the field.
    """

    now: Frame
    _memo: dict[Which, tuple[object, Timeline]] = field(default_factory=dict)
    _found: dict[Which, tuple[Settings | None, Drawn | None, InputError | None]] = field(default_factory=dict)
    """What was worked out since the last change of the state can have come."""
    _since: dict[str, Any] = field(default_factory=dict)
    """The plans that are drawn, all their grounds, and first days, worked out since then as well."""
    _made: dict[str, tuple[object, str]] = field(default_factory=dict)
    """By name: grounds, and the words that were made of them last."""
    _runs: list[object] = field(default_factory=list)
    """The run for which that is, if it drew fragments alone: then nothing is set while it draws."""
    _shows: dict[str, Callable[[], object]] = field(default_factory=dict)
    """By piece: what it would show now, as a value that can be compared."""
    _shown: dict[str, object] = field(default_factory=dict)
    """By piece: what it shows."""
    _around: list[str] = field(default_factory=list)
    """The pieces that are being drawn, each inside of the one before."""
    _inside: dict[str, list[str]] = field(default_factory=dict)
    """By piece: those that were drawn inside of it."""

    def piece(self, name: str, draw: Callable[[], None], shows: Callable[[], object] = lambda: None) -> None:
        """Draw a piece of the page.

        Args:
            shows: Gives all that the piece shows and a control outside of it can change.
        """

        def drawing() -> None:
            self._begin()
            self._forget_inside(name)
            what = shows()
            self._around.append(name)
            try:
                draw()
            finally:
                self._around.pop()
            self._shows[name], self._shown[name] = shows, what

        if self._around:
            self._inside.setdefault(self._around[-1], []).append(name)

        access.fragment(name)(drawing)()

    def _begin(self) -> None:
        run = state.this_run() if access.is_alone() else None
        if run is None or not self._runs or self._runs[0] is not run:
            self._forget_found()
        self._runs[:] = [] if run is None else [run]

    def _forget_found(self) -> None:
        self._found.clear()
        self._since.clear()

    def has(self, name: str) -> bool:
        """Return True if a piece was drawn."""
        return name in self._shows

    def outdated(self) -> list[str]:
        """Return the pieces that show something else than they would now."""
        return [name for name, shows in self._shows.items() if shows() != self._shown[name]]

    def redraw(self, *pieces: str) -> None:
        """Draw these pieces and all that are outdated, instead of the one that holds the control; for callbacks."""
        self._forget_found()
        again = dict.fromkeys([*(name for name in pieces if name in self._shows), *self.outdated()])
        # A piece draws those inside of it, so far as there still are any.
        inside = {one for name in again for one in self._all_inside(name)}
        if again:
            st.rerun([name for name in again if name not in inside])

    def _all_inside(self, name: str) -> Iterator[str]:
        for one in self._inside.get(name, []):
            yield one
            yield from self._all_inside(one)

    def _forget_inside(self, name: str) -> None:
        """Forget the pieces inside of one before it is drawn: the framework knows only those that are drawn again."""
        for one in [*self._all_inside(name)]:
            self._shows.pop(one, None)
            self._inside.pop(one, None)
        self._inside.pop(name, None)

    def settings(self, which: Which) -> Settings | None:
        """Return what is set for a plan; None while it has no protocol or no first day, or while it is off."""
        return self._all(which)[0]

    def plan(self, which: Which) -> tuple[Drawn | None, InputError | None]:
        """Return a plan and what is wrong with its settings; the plan may be there although something is wrong."""
        return self._all(which)[1:]

    def _all(self, which: Which) -> tuple[Settings | None, Drawn | None, InputError | None]:
        if which not in self._found:
            settings = plans.settings(self.now, which, self.timeline)
            self._found[which] = (settings, *((None, None) if settings is None else self._plan(which, settings)))
        return self._found[which]

    def _plan(self, which: Which, settings: Settings) -> tuple[Drawn | None, InputError | None]:
        try:
            timeline = self._dated(which, settings)
        except InputError as error:
            good = plans.last_good(which)
            try:
                kept = None if good is None else Drawn(which, good, self._dated(which, good), True, None)
            except InputError:
                kept = None
            return kept, error
        plans.keep(which, settings)
        return Drawn(which, settings, timeline, False, self.follows(which)), None

    def timeline(self, which: Which) -> Timeline | None:
        """Return the dates of a plan as they are shown; None while it has none."""
        drawn, _ = self.plan(which)
        return None if drawn is None else drawn.timeline

    def start(self, which: Which) -> date | None:
        """Return the first day of a plan; None while it follows another and that cannot be said yet."""
        name = f"start.{which}"
        if name not in self._since:
            self._since[name] = plans.start(self.now, which, self.timeline)
        found: date | None = self._since[name]
        return found

    def follows(self, which: Which) -> str | None:
        """Return in words after what a plan begins."""
        return plans.follows(self.now, which, self.timeline)

    def _dated(self, which: Which, settings: Settings) -> Timeline:
        grounds = (settings, plans.wishes(settings), plans.marks(which, settings.protocol))
        known = self._memo.get(which)
        if known is None or known[0] != grounds:
            known = self._memo[which] = (grounds, plans.dated(self.now, which, settings))
        return known[1]

    def drawn(self) -> list[Drawn]:
        """Return the plans that are switched on and have dates."""
        if "drawn" not in self._since:
            found = (self.plan(which)[0] for which in plans.PLANS if plans.is_on(which))
            self._since["drawn"] = [one for one in found if one is not None]
        return list(self._since["drawn"])

    def grounds(self) -> object:
        """Return all on which the dates and the words beside them rest."""
        if "grounds" not in self._since:
            kept_free = plans.rows("timeline.avoid"), state.get("timeline.country"), plans.subdivision()
            self._since["grounds"] = (self.drawn(), *kept_free, state.get("timeline.closed", []))
        return self._since["grounds"]

    def made(self, name: str, make: Callable[[], str], *more: object) -> str:
        """Return words that are made of the grounds, and of `more`, as they were made last if none of them changed."""
        grounds = (self.grounds(), more)
        known = self._made.get(name)
        if known is None or known[0] != grounds:
            known = self._made[name] = (grounds, make())
        return known[1]


def say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"timeline.{words}", **values))


def pair(now: Frame, name: str, value: str) -> str:
    return now.t("timeline.pair", name=name, value=value)


def plan_name(now: Frame, protocol: Protocol) -> str:
    """Return the name of a protocol with its option, unless it begins with it."""
    option, name = now.t(f"option.{protocol.option}"), now.t(f"protocol.{protocol.id}")
    # After a colon a name goes on in small letters, as the names do that begin with their option.
    return name if name.startswith(option) else pair(now, option, name[:1].lower() + name[1:])


def name_of(now: Frame, timeline: Timeline) -> str:
    """Return the name of a plan; where its figures are not those in the name, it says so."""
    name = plan_name(now, now.knowledge.protocols[timeline.protocol])
    return now.t("timeline.changed", plan=name) if timeline.changed else name


def statement(now: Frame, one: str) -> str:
    """Return a statement with the source named beside it, not only one tap away."""
    return f"<div class='tl-one'>{statements.statement(now, one)}<p class='tl-who'>{says(now, (one,))}</p></div>"


def says(now: Frame, ids: tuple[str, ...]) -> str:
    """Return who says something; our own view is no source and is not announced as one."""
    named = who(now, ids)
    return html.text(named) if named == now.t("source_kind.own_judgement") else say(now, "said_by", who=named)


def who(now: Frame, ids: tuple[str, ...]) -> str:
    """Return in a few words who says something."""
    names = (statements.who(now.knowledge, now.t, now.knowledge.claims[one]) for one in ids)
    return now.t.parted(dict.fromkeys(names))


def who_dates(now: Frame, ids: tuple[str, ...]) -> str:
    """Return who says when a result comes or goes, and that it is no study where clinics alone say so."""
    kinds = {now.knowledge.claims[one].kind for one in ids}
    alone = [now.t("timeline.no_study")] if kinds <= {"clinic_statement", "clinic_practice"} else []
    return now.t.parted([who(now, ids), *alone])


def booster(now: Frame, chosen: Settings) -> str:
    """Return as markup that a source has a booster session and the plan has not, and which; empty where none has."""
    said = plans.without_booster(now, chosen)
    return f"{say(now, 'booster')} {says(now, said)}." if said else ""


def is_result(event: Event) -> TypeGuard[MilestoneEvent]:
    """True for a point of the course that sources date: all but its end, which is the plan's own doing."""
    return event.kind == "milestone" and event.name != "course_end"


def results(timeline: Timeline) -> list[MilestoneEvent]:
    """Return the points of the course that sources date."""
    return [event for event in timeline.events if is_result(event)]


def aftercare(timeline: Timeline) -> list[AftercareEvent]:
    return [event for event in timeline.events if event.kind == "aftercare"]


def arrive() -> None:
    """Give the focus to where a tap asked for it, because its own control is gone."""
    move = state.asked_move()
    if move is not None:
        html.move_to(*move)


def days_after(now: Frame, rule: AftercareRule) -> str:
    """Return for how many days after a session something is to be left out."""
    if rule.least_days is None or rule.most_days is None:
        return now.t("timeline.after.no_days")
    form = ".once" if rule.option == "transplant" else ".one" if rule.most_days == 1 else ""
    return now.t(f"timeline.lane.days{form}", days=now.t.range(rule.least_days, rule.most_days))


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
