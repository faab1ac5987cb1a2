"""The plans to take along: a calendar file with hours and a place, and a table for spreadsheets."""

from __future__ import annotations

import functools
import re
import unicodedata
from zoneinfo import available_timezones

import streamlit as st

from mesodash.reports.calendar import LENGTHS
from mesodash.ui import access, plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.folds import fold
from mesodash.ui.planning import board
from mesodash.ui.planning.board import DOWNLOADS, FILES, Drawn, Page


def draw(page: Page) -> None:
    """Draw the files of each plan, and before them, closed at first, when on its day a session is and where."""
    page.piece(FILES, lambda: _head(page), lambda: [one.timeline.option for one in page.drawn()])
    page.piece(
        DOWNLOADS,
        lambda: _downloads(page),
        lambda: (page.grounds(), plans.clock(), state.get("timeline.place"), state.get("timeline.calendar")),
    )


def _head(page: Page) -> None:
    now = page.now
    if not page.drawn():
        return
    html.block(f"<h2>{board.say(now, 'files')}</h2>")
    # An operation is a whole day: no hour, no length and no time zone say anything of it.
    timed = any(one.timeline.option != "transplant" for one in page.drawn())
    title = now.t("timeline.files.clock" if timed else "timeline.files.where")
    part = fold(title, "timeline.files.open", page.redraw, FILES)
    if part is not None:
        with part:
            if timed:
                _clock(page)
            _place(page)
    html.block(f"<p>{html.text(_summary(page))}</p>")
    st.pills(
        now.t("timeline.calendar"),
        plans.CONTENTS,
        key=state.start_with("timeline.calendar", plans.FIRST_CONTENTS),
        format_func=lambda one: now.t(f"timeline.calendar.{one}"),
        required=True,
        on_change=page.redraw,
        args=(DOWNLOADS,),
        persist_state="session",
    )
    hint = now.t("timeline.calendar.hint", sessions=now.t("timeline.calendar.sessions"))
    html.block(f"<p class='hint'>{html.text(hint)} {board.say(now, 'files.hint')}</p>")


def _downloads(page: Page) -> None:
    drawn = page.drawn()
    for one in drawn:
        _files(page.now, one, named=len(drawn) > 1)


def _summary(page: Page) -> str:
    """Return when on their days sessions are in the file, and that an operation keeps its day."""
    t = page.now.t
    clock = plans.clock()
    operations = [one.timeline.option == "transplant" for one in page.drawn()]
    if all(operations):
        return t("timeline.files.procedure")
    if clock is None:
        return t("timeline.files.whole_days")
    at = t(
        "timeline.files.at",
        time=clock.time.strftime("%H:%M"),
        minutes=clock.minutes,
        zone=clock.timezone.replace("_", " "),
    )
    return f"{at} {t('timeline.files.procedure')}" if any(operations) else at


def _clock(page: Page) -> None:
    now = page.now
    t = now.t
    st.pills(
        t("timeline.hour"),
        plans.HOURS,
        key="timeline.hour",
        format_func=lambda one: f"{one:02}",
        on_change=page.redraw,
        args=(FILES,),
        persist_state="session",
    )
    left, right = st.columns(2)
    with left:
        st.pills(
            t("timeline.minute"),
            plans.MINUTES,
            key=state.start_with("timeline.minute", 0),
            format_func=lambda one: f"{one:02}",
            required=True,
            on_change=page.redraw,
            args=(FILES,),
            persist_state="session",
        )
    with right:
        st.pills(
            t("timeline.minutes"),
            LENGTHS,
            key=state.start_with("timeline.minutes", LENGTHS[-1]),
            format_func=lambda one: t("timeline.minutes.number", number=one),
            required=True,
            on_change=page.redraw,
            args=(FILES,),
            persist_state="session",
        )
    st.selectbox(
        t("timeline.zone"),
        _zones(),
        index=None,
        key=state.start_with("timeline.zone", _own_zone()),
        format_func=lambda one: one.replace("_", " "),
        placeholder=t("timeline.zone.none"),
        on_change=page.redraw,
        args=(FILES,),
        persist_state="session",
    )


def _place(page: Page) -> None:
    t = page.now.t
    st.text_input(
        t("timeline.place"),
        key="timeline.place",
        max_chars=plans.LONGEST_PLACE,
        placeholder=t("timeline.place.example"),
        autocomplete="off",
        on_change=page.redraw,
        args=(FILES,),
        persist_state="session",
    )


@functools.cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


def _own_zone() -> str | None:
    """Return the time zone of the reader's browser, where it names one that is known here."""
    zone = state.timezone()
    return zone if zone in _zones() else None


def as_file_name(words: str) -> str:
    """Return words as a file name that any system takes: plain letters and digits with hyphens between them."""
    # German writes its umlauts with an e where it has no dots; other marks are dropped.
    spelt = words.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("œ"): "oe", ord("æ"): "ae"})
    plain = "".join(one for one in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(one))
    return "-".join(re.findall("[a-z0-9]+", plain))


def _files(now: Frame, one: Drawn, *, named: bool) -> None:
    t = now.t
    timeline = one.timeline
    plan = board.name_of(now, timeline)
    file = as_file_name(f"{plan} {timeline.start.isoformat()}")

    def name(kind: str) -> str:
        words = t(f"timeline.file.{kind}")
        return board.pair(now, t(f"timeline.plan.{one.which}"), words) if named else words

    if named:
        html.block(f"<p class='ask'>{html.text(plan)}</p>")
    said = {event.name: board.who_dates(now, event.sources) for event in board.results(timeline)}
    calendar = plans.calendar_file(now, one.which, one.settings, timeline, plan=plan, said=said, follows=one.follows)
    with st.container(horizontal=True, key=f"timeline_files_{one.which}"):
        st.download_button(
            name("calendar"),
            data=access.while_allowed(calendar),
            file_name=f"{file}.ics",
            mime="text/calendar",
            key=f"timeline_ics_{one.which}",
            on_click="ignore",
            icon=":material/event:",
        )
        st.download_button(
            name("csv"),
            data=access.while_allowed(functools.partial(plans.csv_file, calendar)),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"timeline_csv_{one.which}",
            on_click="ignore",
            icon=":material/table:",
        )
