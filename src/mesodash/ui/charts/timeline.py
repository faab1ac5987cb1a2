"""Figures of the Timeline page: plans over months, and the days after one session.

Lane names stand above their marks, so that a phone has the whole width for the dates. Vertical positions are pixels
from the top of the figure, because text lines have a height in pixels whatever the number of lanes is.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from typing import Any, Literal

from mesodash.knowledge.records import OptionId
from mesodash.ui.charts.plain import Plain
from mesodash.ui.palette import COLOURS, GRID, MARKERS, PAGE, TEXT, Theme

FONT = 16
LINE = 21
MARKS = 30
"""Height of the strip that holds the marks of a lane."""
CHARACTERS = 46
"""Letters of a lane that fit beside each other on a phone."""
TITLE_CHARACTERS = 38
MOST_TICKS = 6
"""Month names that fit below each other's side on a phone."""

_ABOUT = (21, 15, 9, 4)
"""Days to both sides of what a source gives as a round number of months, from the palest to the fullest."""

_BRACKETS = re.compile(r"\([^()]*\)")
_FAMILY = '"Source Sans", sans-serif'
_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A day. `hollow`: a maintenance session; `bar`: a day that is no session."""

    day: date
    words: str
    look: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A span of days, both ends included.

    `hatched`: sources place something in it, and nobody knows the day. `pale`: it is all of it. `about`: sources place
    something about then, without ends.
    """

    first: date
    last: date
    words: str
    look: Literal["hatched", "pale", "about"] = "hatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days to leave something out, from `first`: to `least` at least (None: maybe no day), to `most` at most."""

    first: date
    least: date | None
    most: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """`unknown`: said in place of marks, where nobody knows the days."""

    name: str
    detail: str
    unknown: str = ""
    dots: tuple[Dot, ...] = ()
    stretch: Stretch | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`detail`: said below the name."""

    name: str
    option: OptionId
    lanes: tuple[Lane, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Something to leave out after a session, in days after it: `most` is None where no source gives days, `least` too
    where it may be no day at all.

    `less` holds the sources that ask for less: last day (0: they ask for nothing) and words.
    """

    name: str
    detail: str
    least: int | None
    most: int | None
    unknown: str
    less: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What a figure will hold. It is built once at the end: plotly checks everything again at each single addition."""

    theme: Theme
    data: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)

    def scatter(self, **settings: Any) -> None:
        self.data.append({"type": "scatter", **settings})

    def shape(self, **settings: Any) -> None:
        self.shapes.append(settings)

    def annotation(self, **settings: Any) -> None:
        self.annotations.append(settings)


def month_starts(first: date, last: date) -> list[date]:
    """Return at most `MOST_TICKS` first days of months from `first` to `last`, evenly spaced, in step with January."""
    months = range(first.year * 12 + first.month - 1 + (first.day > 1), last.year * 12 + last.month)
    for step in _STEPS:
        ticks = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
        if len(ticks) <= MOST_TICKS:
            return ticks
    return ticks[:: len(ticks) // MOST_TICKS + 1]


def lines(name: str, detail: str) -> list[str]:
    """Return the text lines above a lane, the name in bold, none longer than a phone is wide."""
    if len(name) + len(detail) + 2 <= CHARACTERS:
        return [f"<b>{escape(name)}</b>  {escape(detail)}" if detail else f"<b>{escape(name)}</b>"]
    return [f"<b>{escape(line)}</b>" for line in textwrap.wrap(name, CHARACTERS)] + [
        escape(line) for line in textwrap.wrap(_BRACKETS.sub(_together, detail), CHARACTERS, break_on_hyphens=False)
    ]


def _together(brackets: re.Match[str]) -> str:
    """Return words in brackets so that they stay on one line where they fit: most of them name a source."""
    words = brackets[0]
    return words.replace(" ", "\N{NO-BREAK SPACE}") if len(words) <= CHARACTERS else words


def over_months(
    plans: Sequence[Plan],
    *,
    first: date,
    last: date,
    ticks: Sequence[tuple[date, str]],
    today: tuple[date, str] | None,
    theme: Theme,
) -> Plain:
    """Return the plans below each other over one time axis.

    What lies before `first` or after `last` is cut there, and an arrow stands beyond; its lane's words name the dates.
    """
    drawing = _Drawing(theme)
    # Room at both ends for an arrow, which is wider than a day.
    room = max((last - first).days // 25, 2)
    left, right = first - timedelta(days=room), last + timedelta(days=room + 1)
    y = 0
    for number, plan in enumerate(plans):
        if number:
            y += 12
            _rule(drawing, y, theme)
        title = [f"<b>{escape(line)}</b>" for line in textwrap.wrap(plan.name, TITLE_CHARACTERS)]
        y = _write(drawing, title, y + 6, theme, size=FONT + 2)
        y = _write(drawing, [escape(line) for line in textwrap.wrap(plan.detail, CHARACTERS)], y, theme)
        for lane in plan.lanes:
            y = _write(drawing, lines(lane.name, lane.detail), y + 8, theme)
            if lane.unknown:
                _box(drawing, left, right, y, colour=TEXT[theme], fill="rgba(0,0,0,0)", dash="dot")
                _note(drawing, 0, y + MARKS / 2, lane.unknown, theme, xref="paper", xshift=10, bgcolor=PAGE[theme])
            else:
                _lane(drawing, lane, plan.option, y + MARKS / 2, (first, last), room, theme)
            y += MARKS
    if today is not None:
        drawing.shape(
            type="line",
            x0=today[0],
            x1=today[0],
            y0=0,
            y1=1,
            yref="paper",
            line={"color": TEXT[theme], "width": 2, "dash": "dash"},
            layer="below",
        )
        drawing.annotation(
            x=today[0],
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="left",
            text=escape(today[1]),
            showarrow=False,
            font={"size": FONT, "color": TEXT[theme]},
        )
    axis = {
        "type": "date",
        "range": [left.isoformat(), right.isoformat()],
        "tickvals": [day.isoformat() for day, _ in ticks],
        "ticktext": [words for _, words in ticks],
    }
    return _figure(drawing, y + 8, axis, top=28 if today else 8, bottom=56)


def goes_on(figure: Plain) -> bool:
    """Return True if an arrow says in a figure over months that something lies outside of it."""
    traces: Any = figure.to_dict()["data"]
    markers = (one.get("marker") or {} for one in traces)
    return any(str(marker.get("symbol")).startswith("arrow") for marker in markers)


def after_a_session(rests: Sequence[Rest], *, option: OptionId, days: int, axis: str, theme: Theme) -> Plain:
    """Return what to leave out on the days 0 to `days` after a session; a day is as wide as its cell."""
    drawing = _Drawing(theme)
    colour = COLOURS[theme][option]
    y = 0
    for rest in rests:
        y = _write(drawing, lines(rest.name, rest.detail), y + 8, theme)
        if rest.most is None:
            _box(drawing, -0.5, days + 0.5, y, colour=TEXT[theme], fill="rgba(0,0,0,0)", dash="dot")
            _note(drawing, -0.4, y + MARKS / 2, rest.unknown, theme)
        else:
            surely = -0.5 if rest.least is None else rest.least + 0.5
            if rest.least is not None:
                _box(drawing, -0.5, surely, y, colour=colour, fill=colour)
            if rest.most + 0.5 > surely:
                _hatched(drawing, surely, rest.most + 0.5, y + 2, y + MARKS - 2, colour, theme, rest.detail)
        y += MARKS
        for until, words in rest.less:
            _less(drawing, until, words, y, days, theme)
            y += LINE + 4
    numbers = {
        "range": [-0.55, days + 0.55],
        "tickvals": list(range(days + 1)),
        "ticktext": [str(day) for day in range(days + 1)],
        "title": {"text": escape(axis), "font": {"size": FONT, "color": TEXT[theme]}},
    }
    return _figure(drawing, y + 8, numbers, top=8, bottom=64)


def _lane(
    drawing: _Drawing, lane: Lane, option: OptionId, y: float, ends: tuple[date, date], room: int, theme: Theme
) -> None:
    colour = COLOURS[theme][option]
    first, last = ends
    if lane.stretch is not None:
        _stretch(drawing, lane.stretch, y, ends, colour, theme)
    if lane.windows:
        _windows(drawing, lane, y, ends, colour, theme)
    for look in ("full", "hollow", "bar"):
        dots = [dot for dot in lane.dots if dot.look == look and first <= dot.day <= last]
        if dots:
            drawing.scatter(
                x=[dot.day.isoformat() for dot in dots],
                y=[y] * len(dots),
                mode="markers",
                marker={
                    "symbol": "line-ns" if look == "bar" else MARKERS[option] + ("-open" if look == "hollow" else ""),
                    "size": 20 if look == "bar" else 13,
                    "color": colour,
                    "line": {
                        "color": PAGE[theme] if look == "full" else colour,
                        "width": {"full": 1.5, "hollow": 2.5, "bar": 5}[look],
                    },
                },
                text=[escape(dot.words) for dot in dots],
                hovertemplate="%{text}<extra></extra>",
            )
    begun = [dot.day for dot in lane.dots] + [window.first for window in lane.windows]
    earlier = any(day < first for day in begun) or (lane.stretch is not None and lane.stretch.first < first)
    later = any(day > last for day in begun) or (lane.stretch is not None and lane.stretch.last > last)
    words = lane.stretch.words if lane.stretch is not None else lane.detail
    # Beside the last day that is drawn, not on it: an arrow would cover the hatching.
    beyond = timedelta(hours=12 * room)
    outside = (
        dt.datetime.combine(first, dt.time()) - beyond,
        dt.datetime.combine(last, dt.time()) + timedelta(days=1) + beyond,
    )
    for goes_on, moment, symbol in ((earlier, outside[0], "arrow-left"), (later, outside[1], "arrow-right")):
        if goes_on:
            drawing.scatter(
                x=[moment.isoformat()],
                y=[y],
                mode="markers",
                marker={"symbol": symbol, "size": 13, "color": TEXT[theme]},
                text=[escape(words)],
                hovertemplate="%{text}<extra></extra>",
            )


def _stretch(drawing: _Drawing, stretch: Stretch, y: float, ends: tuple[date, date], colour: str, theme: Theme) -> None:
    if stretch.first > ends[1] or stretch.last < ends[0]:
        return
    # The last day belongs to the span, so it ends where the next one begins.
    begin, end = max(stretch.first, ends[0]), min(stretch.last, ends[1]) + timedelta(days=1)
    if stretch.look == "about":
        _about(drawing, stretch, y, ends, colour)
        return
    if stretch.look == "hatched":
        _hatched(drawing, begin.isoformat(), end.isoformat(), y - 11, y + 11, colour, theme, stretch.words)
        return
    drawing.shape(
        type="rect",
        x0=begin.isoformat(),
        x1=end.isoformat(),
        y0=y - 11,
        y1=y + 11,
        line={"color": colour, "width": 1},
        fillcolor=colour,
        opacity=0.25,
        layer="below",
    )


def _about(drawing: _Drawing, stretch: Stretch, y: float, ends: tuple[date, date], colour: str) -> None:
    """Draw a time without ends: pale at its edges and fuller towards its middle, with its words on touch."""
    for width in _ABOUT:
        begin, end = (
            min(max(day, ends[0]), ends[1])
            for day in (stretch.first - timedelta(days=width), stretch.last + timedelta(days=width + 1))
        )
        drawing.scatter(
            x=[begin.isoformat(), end.isoformat(), end.isoformat(), begin.isoformat(), begin.isoformat()],
            y=[y - 11, y - 11, y + 11, y + 11, y - 11],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=colour,
            opacity=0.2,
            hoveron="fills",
            hoverinfo="text",
            text=escape(stretch.words),
        )


def _windows(drawing: _Drawing, lane: Lane, y: float, ends: tuple[date, date], colour: str, theme: Theme) -> None:
    """Draw all windows of a lane as two traces: what is asked for at least, and what lies between least and most."""
    for part, hatched in (("least", False), ("most", True)):
        xs: list[str | None] = []
        ys: list[float | None] = []
        for window in lane.windows:
            surely = window.first if window.least is None else window.least + timedelta(days=1)
            begin, end = (surely, window.most + timedelta(days=1)) if hatched else (window.first, surely)
            begin, end = max(begin, ends[0]), min(end, ends[1] + timedelta(days=1))
            if begin < end:
                left, right = begin.isoformat(), end.isoformat()
                xs += [left, right, right, left, left, None]
                ys += [y - 11, y - 11, y + 11, y + 11, y - 11, None]
        if xs:
            pattern = {"shape": "/", "fgcolor": colour, "bgcolor": PAGE[theme], "size": 8, "solidity": 0.25}
            drawing.scatter(
                x=xs,
                y=ys,
                name=part,
                mode="lines",
                line={"color": colour, "width": 1},
                fill="toself",
                hoverinfo="skip",
                **({"fillpattern": pattern} if hatched else {"fillcolor": colour}),
            )


def _hatched(
    drawing: _Drawing,
    left: str | float,
    right: str | float,
    top: float,
    bottom: float,
    colour: str,
    theme: Theme,
    words: str,
) -> None:
    drawing.scatter(
        x=[left, right, right, left, left],
        y=[top, top, bottom, bottom, top],
        mode="lines",
        line={"color": colour, "width": 2},
        fill="toself",
        fillpattern={"shape": "/", "fgcolor": colour, "bgcolor": PAGE[theme], "size": 8, "solidity": 0.25},
        hoveron="fills",
        hoverinfo="text",
        text=escape(words),
    )


def _box(
    drawing: _Drawing, left: float | date, right: float | date, y: float, *, colour: str, fill: str, dash: str = "solid"
) -> None:
    drawing.shape(
        type="rect",
        x0=left,
        x1=right,
        y0=y + 2,
        y1=y + MARKS - 2,
        line={"color": colour, "width": 2, "dash": dash},
        fillcolor=fill,
    )


def _less(drawing: _Drawing, until: int, words: str, y: float, days: int, theme: Theme) -> None:
    """Draw a thin line to the end of the last day milder sources ask for; a mark alone where they ask for nothing."""
    end = min(until, days) + 0.5 if until else -0.5
    middle = y + LINE / 2
    drawing.scatter(
        x=[-0.5, end],
        y=[middle, middle],
        mode="lines+markers",
        line={"color": TEXT[theme], "width": 2},
        marker={"symbol": "line-ns", "size": 12, "line": {"color": TEXT[theme], "width": 2}},
        hoverinfo="skip",
    )
    _note(drawing, end + 0.1, middle, words, theme)


def _note(drawing: _Drawing, x: float, y: float, words: str, theme: Theme, **more: Any) -> None:
    drawing.annotation(
        x=x,
        y=y,
        xanchor="left",
        yanchor="middle",
        text=escape(words),
        showarrow=False,
        font={"size": FONT, "color": TEXT[theme]},
        **more,
    )


def _write(drawing: _Drawing, texts: Sequence[str], y: float, theme: Theme, *, size: int = FONT) -> int:
    """Write lines at the left edge from `y` downwards; return where they end."""
    for number, text in enumerate(texts):
        drawing.annotation(
            x=0,
            xref="paper",
            y=y + number * LINE,
            xanchor="left",
            yanchor="top",
            align="left",
            text=text,
            showarrow=False,
            borderpad=0,
            bgcolor=PAGE[theme],
            font={"size": size, "color": TEXT[theme]},
        )
    return int(y + len(texts) * LINE + 2)


def _rule(drawing: _Drawing, y: float, theme: Theme) -> None:
    drawing.shape(
        type="line", x0=0, x1=1, xref="paper", y0=y, y1=y, line={"color": TEXT[theme], "width": 1}, layer="below"
    )


def _figure(drawing: _Drawing, height: float, axis: Mapping[str, Any], *, top: int, bottom: int) -> Plain:
    text, page = TEXT[drawing.theme], PAGE[drawing.theme]
    return Plain(
        drawing.data,
        {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": _FAMILY, "size": FONT, "color": text},
            "margin": {"l": 4, "r": 4, "t": top, "b": bottom},
            "height": int(height) + top + bottom,
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {"bgcolor": page, "bordercolor": text, "font": {"size": FONT, "color": text}},
            "shapes": drawing.shapes,
            "annotations": drawing.annotations,
            "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True},
            "xaxis": {
                "fixedrange": True,
                "showgrid": True,
                "gridcolor": GRID[drawing.theme],
                "zeroline": False,
                "showline": True,
                "linecolor": text,
                "tickfont": {"size": FONT, "color": text},
                "tickangle": 0,
                **axis,
            },
        },
    )
