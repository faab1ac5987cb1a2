"""One month as it hangs on a wall: a table of days, and beneath it what stands on them in words."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import streamlit as st

from mesodash.domain.closures import closed_because, holiday_name
from mesodash.domain.days import months_later
from mesodash.domain.timeline import Event, first_day
from mesodash.knowledge.records import OptionId
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.palette import GLYPHS
from mesodash.ui.parts import html
from mesodash.ui.planning import board, legend
from mesodash.ui.planning.board import Drawn, name_of, pair, say
from mesodash.ui.plans import Which

_SIGNS = {
    "aftercare": GLYPHS["triangle-down"][1],
    "milestone": GLYPHS["triangle-up"][0],
    "closed": "✕",
    "own": GLYPHS["star"][0],
}
"""Shapes that no option with a plan has."""


class Sign(NamedTuple):
    """What stands on a day, and for which option; None for what looks the same for all.

    `which` is given where two plans have the same option, so that a number tells them apart.
    """

    name: str
    option: OptionId | None = None
    which: Which | None = None


def draw(now: Frame, drawn: list[Drawn]) -> None:
    """Draw one month, and buttons to the one before and after."""
    t = now.t
    begin = min(one.timeline.start for one in drawn).replace(day=1)
    # A plan whose sessions were all missed has no events.
    last = max(max([one.timeline.horizon_end, *map(first_day, one.timeline.events[-1:])]) for one in drawn)
    most = (last.year - begin.year) * 12 + last.month - begin.month
    step = min(state.get("timeline.month", 0), most)
    shown = months_later(begin, step)
    with st.container(horizontal=True, vertical_alignment="center", key="timeline_month_steps"):
        board.earlier_later(now, "timeline.month", "timeline.month", step, most)
    days = [day for week in Calendar().monthdatescalendar(shown.year, shown.month) for day in week]
    signs, lines = _on_days(now, drawn, days, shown.month)
    heads = "".join(
        f"<th scope='col'><abbr title='{html.text(t.weekday(day))}'>{html.text(short)}</abbr></th>"
        for day, short in enumerate(t.weekday(day, "abbreviated") for day in range(7))
    )
    several = len({one.timeline.option for one in drawn}) > 1
    weeks = "".join(
        "<tr>" + "".join(_cell(now, day, shown.month, signs, several) for day in days[week : week + 7]) + "</tr>"
        for week in range(0, len(days), 7)
    )
    items = "".join(f"<li>{html.text(line)}</li>" for line in lines) or f"<li>{say(now, 'month.empty')}</li>"
    html.block(
        f"<table class='tl-month'><caption role='status'>{html.text(t.month_year(shown))}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{weeks}</tbody></table>"
        f"<p class='hint'>{_legend(now, drawn, signs, several)}</p><ul class='tl-days'>{items}</ul>"
    )


def _legend(now: Frame, drawn: list[Drawn], signs: dict[date, list[Sign]], several: bool) -> str:
    """Return what each sign stands for: sessions of every plan, and of the others those that the month has."""
    shown = dict.fromkeys(sign for on_day in signs.values() for sign in on_day)
    named = [_session_sign(drawn, one, name) for one in drawn for name in ("course", "maintenance")]
    named = [sign for sign in named if sign.name == "course" or sign in shown]
    named += sorted((sign for sign in shown if sign not in named), key=lambda sign: [*_SIGNS].index(sign.name))
    return " · ".join(f"{_glyph(now, sign)} {html.text(_told(now, sign, several))}" for sign in named)


def _session_sign(drawn: list[Drawn], one: Drawn, name: str) -> Sign:
    """Return the sign of a session of a plan."""
    option = one.timeline.option
    alike = sum(other.timeline.option == option for other in drawn) > 1
    return Sign(name, option, one.which if alike else None)


def _glyph(now: Frame, sign: Sign) -> str:
    """Return a sign as markup: a session has the shape and the colour of its option, and a number if needed."""
    if sign.option is None:
        return f"<span aria-hidden='true'>{_SIGNS[sign.name]}</span>"
    shape = legend.glyph(now, sign.option, maintenance=sign.name == "maintenance")
    if sign.which is None:
        return shape
    return f"<span class='tl-mark' aria-hidden='true'>{shape}<sub>{plans.PLANS.index(sign.which) + 1}</sub></span>"


def _told(now: Frame, sign: Sign, several: bool) -> str:
    words = now.t("timeline.sign." + ("procedure" if sign.option == "transplant" else sign.name))
    if sign.which is not None:
        return pair(now, now.t(f"timeline.plan.{sign.which}"), words)
    return pair(now, now.t(f"option.{sign.option}"), words) if several and sign.option is not None else words


def _cell(now: Frame, day: date, month: int, signs: dict[date, list[Sign]], several: bool) -> str:
    if day.month != month:
        return "<td class='tl-other'></td>"
    # Sessions first, in the order of the plans; the sort is stable.
    on_day = dict.fromkeys(sorted(signs.get(day, []), key=lambda sign: sign.option is None))
    names = {sign.name for sign in on_day}
    told = ", ".join(_told(now, sign, several) for sign in on_day)
    mark = " tl-today" if day == now.today else ""
    busy = " tl-busy" if {"course", "maintenance"} & names else ""
    shut = " tl-shut" if "closed" in names else ""
    shown = "".join(_glyph(now, sign) for sign in on_day)
    hidden = f"<span class='tl-hidden'> {html.text(told)}</span>" if told else ""
    today = f"<span class='tl-hidden'> {say(now, 'today')}</span>" if mark else ""
    return (
        f"<td class='tl-cell{mark}{busy}{shut}'><span>{day.day}</span>{today}"
        f"<span class='tl-sign' aria-hidden='true'>{shown}</span>{hidden}</td>"
    )


def _on_days(now: Frame, drawn: list[Drawn], days: list[date], month: int) -> tuple[dict[date, list[Sign]], list[str]]:
    """Return the signs of each day, and in words what stands on the days of the month."""
    t = now.t
    signs: dict[date, list[Sign]] = {}
    lines: list[tuple[date, str]] = []

    def mark(sign: Sign, first: date, last: date) -> None:
        for day in days:
            if first <= day <= last:
                signs.setdefault(day, []).append(sign)

    def put(name: str, first: date, last: date) -> None:
        mark(Sign(name), first, last)

    def say_on(first: date, last: date, words: str, when: str | None = None) -> None:
        if any(day.month == month and first <= day <= last for day in days):
            when = when or (t.day(first, "full") if first == last else t.days(first, last))
            lines.append((first, pair(now, when, words)))

    for one in drawn:
        beside = f" ({name_of(now, one.timeline)})" if len(drawn) > 1 else ""
        for event in one.timeline.events:
            first, last = _ends(event)
            if event.kind == "milestone" and event.about:
                # No day of the month is marked, because the source names none.
                say_on(first, last, plans.milestone_words(now, event) + beside, plans.milestone_days(t, event))
                continue
            if event.kind == "session":
                mark(_session_sign(drawn, one, event.phase), first, last)
            else:
                put(event.kind, first, last)
            if event.kind == "aftercare" and event.to_most is None:
                continue
            words = plans.event_title(t, one.timeline, event)
            if event.kind == "milestone":
                words = plans.milestone_words(now, event)
            elif event.kind == "aftercare":
                words = pair(now, words, plans.aftercare_words(t, event))
            elif event.kind == "session" and (noted := plans.moved_words(t, event)):
                words = f"{words}. {noted}"
            say_on(first, last, words + beside)
    _closed(now, drawn[0], days, month, put, lines)
    for row in plans.rows("timeline.own"):
        put("own", row["first"], row["last"])
        words = t(f"timeline.mine.{row['activity']}")
        say_on(row["first"], row["last"], pair(now, words, row["name"]) if row["name"] else words)
    return signs, [line for _, line in sorted(lines, key=lambda line: line[0])]


def _ends(event: Event) -> tuple[date, date]:
    if event.kind == "session":
        return event.date, event.date
    if event.kind == "milestone":
        return event.earliest, event.latest
    return event.begins, event.to_most or event.begins


def _closed(
    now: Frame,
    one: Drawn,
    days: list[date],
    month: int,
    put: Callable[[str, date, date], None],
    lines: list[tuple[date, str]],
) -> None:
    """Mark the days without sessions; holidays and times to keep free are named, weekdays are not."""
    t = now.t
    wishes = plans.wishes(one.settings)
    because = closed_because(
        weekdays=wishes.closed_weekdays, avoid=wishes.avoid, country=wishes.country, subdivision=wishes.subdivision
    )
    for day in days:
        why = because(day)
        if why is None:
            continue
        put("closed", day, day)
        if day.month == month and why == "holiday" and wishes.country is not None:
            name = holiday_name(day, wishes.country, wishes.subdivision, t.lang) or t("timeline.sign.closed")
            lines.append((day, pair(now, t.day(day, "full"), name)))
    for row in plans.rows("timeline.avoid"):
        inside = [day for day in days if day.month == month and row["first"] <= day <= row["last"]]
        if inside:
            shown = t.days(row["first"], row["last"])
            lines.append((row["first"], pair(now, shown, row["name"] or t("timeline.sign.closed"))))
