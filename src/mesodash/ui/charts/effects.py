"""When each option is said to show a result and how long it lasts: bands of months, one lane per option."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from mesodash.knowledge.records import OptionId
from mesodash.ui.palette import COLOURS, GRID, MARKERS, PAGE, TEXT, Theme

LINE = 26
"""Pixels of one line of a lane: its name, or one band."""

_TOP, _BOTTOM, _GAP = 6, 70, 18
_BAR = 16
_TEXT_SIZE = 15.75
_CLEAR = "rgba(0,0,0,0)"
_OPEN = 2.5


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of months. `low` None: not known, drawn as an empty frame; `high` None: `low` or later.

    `label` is what the reader sees beside the band or in the frame, `hover` the same as a full sentence.
    `shaky`: drawn hatched, because sources disagree or nobody checked it.
    """

    low: Decimal | None
    high: Decimal | None
    label: str
    hover: str
    shaky: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One option with its bands, each on a line of its own."""

    option: OptionId
    name: str
    bands: tuple[Band, ...]


def last_month(lanes: Sequence[Lane]) -> int:
    """Return where the axis ends: whole half-years, at least two years, every band inside."""
    ends = [end for lane in lanes for band in lane.bands for end in (band.low, band.high) if end is not None]
    return max(24, -(-int(max(ends, default=Decimal(0)).to_integral_value("ROUND_CEILING")) // 6) * 6)


def height(lanes: int, lines: int) -> int:
    """Return the pixels that a figure of so many lanes needs, each with a name and `lines` lines below it."""
    return _TOP + _BOTTOM + lanes * _pitch(lines)


def _pitch(lines: int) -> int:
    return LINE * (1 + lines) + _GAP


def _soft(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _wrapped(text: str) -> str:
    # A phone's panel is as wide as this many characters; a longer line would be cut at both ends.
    return "<br>".join(textwrap.wrap(text, 38))


@functools.lru_cache(maxsize=128)
def figure(
    lanes: tuple[Lane, ...],
    *,
    theme: Theme,
    end: int,
    ticks: tuple[tuple[int, str], ...],
    axis: str,
    lines: int,
    from_zero: bool = False,
) -> go.Figure:
    """Return bands over months 0 to `end`, first lane on top. The figure is shared between calls: do not change it.

    Args:
        ticks: Month and its text, in the reader's language.
        axis: What the months are counted from.
        lines: Lines below each name. With one band on two lines, its label stands above the band, else beside it.
        from_zero: Draw a line from month 0 to each band: something holds until then.
    """
    pitch = _pitch(lines)
    drawing = _Drawing(theme, end)
    for place, lane in enumerate(lanes):
        top = place * pitch
        drawing.marks(lane.option, [0], [top + LINE / 2])
        drawing.words(f"<b>{lane.name}</b>", 0, top + LINE / 2, shift=14, size=16)
        above = len(lane.bands) < lines
        for line, band in enumerate(lane.bands):
            middle = top + LINE * (line + (2 if above else 1)) + LINE / 2
            drawing.band(lane.option, band, middle, above=above, from_zero=from_zero)
    font = {"family": '"Source Sans", sans-serif', "size": _TEXT_SIZE, "color": TEXT[theme]}
    # Built as one description: adding parts to a figure one by one takes plotly a tenth of a second.
    return go.Figure(
        {
            "data": drawing.traces,
            "layout": {
                "template": "none",
                "paper_bgcolor": _CLEAR,
                "plot_bgcolor": _CLEAR,
                "height": height(len(lanes), lines),
                "margin": {"l": 12, "r": 16, "t": _TOP, "b": _BOTTOM, "pad": 0},
                "font": font,
                "showlegend": False,
                "dragmode": False,
                "hovermode": "closest",
                "hoverlabel": {"bgcolor": PAGE[theme], "bordercolor": TEXT[theme], "font": font, "align": "left"},
                "barmode": "overlay",
                "shapes": drawing.shapes,
                "annotations": drawing.annotations,
                "xaxis": {
                    # A little beyond the end, so that the edge of a band that ends there is seen.
                    "range": [0, end * 1.012],
                    "fixedrange": True,
                    "tickvals": [month for month, _ in ticks],
                    "ticktext": [text for _, text in ticks],
                    "gridcolor": GRID[theme],
                    "zeroline": True,
                    "zerolinecolor": TEXT[theme],
                    "title": {"text": axis, "standoff": 12, "font": {"size": _TEXT_SIZE}},
                },
                "yaxis": {"range": [len(lanes) * pitch, 0], "visible": False, "fixedrange": True},
            },
        }
    )


class _Drawing:
    """Traces, shapes and annotations of one figure as plain descriptions. `y` counts pixels from the top."""

    def __init__(self, theme: Theme, end: int) -> None:
        self.theme = theme
        self.end = end
        self.traces: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []

    def words(
        self, text: str, x: float, y: float, *, shift: float, anchor: str = "left", size: float = _TEXT_SIZE
    ) -> None:
        self.annotations.append(
            {
                "text": text,
                "x": x,
                "y": y,
                "xshift": shift,
                "xanchor": anchor,
                "yanchor": "middle",
                "showarrow": False,
                "align": "left",
                "borderpad": 0,
                # The page's colour behind the words keeps grid lines out of the letters.
                "bgcolor": PAGE[self.theme],
                "font": {"size": size},
            }
        )

    def marks(
        self, option: OptionId, x: list[float], y: list[float], hover: str | None = None, *, hollow: bool = False
    ) -> None:
        self.traces.append(
            {
                "type": "scatter",
                "x": x,
                "y": y,
                "mode": "markers",
                "marker": {
                    "symbol": f"{MARKERS[option]}-open" if hollow else MARKERS[option],
                    "size": 14,
                    "color": COLOURS[self.theme][option],
                },
                "cliponaxis": False,
                **({"hoverinfo": "skip"} if hover is None else {"hovertext": [_wrapped(hover)], "hoverinfo": "text"}),
            }
        )

    def band(self, option: OptionId, band: Band, y: float, *, above: bool, from_zero: bool) -> None:
        """Draw one band with its label: above it where a line is free for it, else on its roomier side."""
        colour = COLOURS[self.theme][option]
        if band.low is None:
            self._empty(band.label, y)
            return
        low = float(band.low)
        high = low if band.high is None else float(band.high)
        if from_zero:
            line = {"color": colour, "width": 3}
            self.shapes.append({"type": "line", "x0": 0, "x1": low, "y0": y, "y1": y, "line": line, "layer": "above"})
        if high > low:
            self._bar(colour, band, low, high, y)
        else:
            self.marks(option, [low], [y], band.hover, hollow=band.shaky)
        if band.high is None:
            high = low + _OPEN
            self._arrow(colour, low, high, y)
        if above:
            self.words(band.label, 0, y - LINE, shift=14)
        elif high <= self.end / 2:
            self.words(band.label, high, y, shift=14 if high == low else 10)
        else:
            self.words(band.label, low, y, shift=-10, anchor="right")

    def _empty(self, label: str, y: float) -> None:
        half = LINE / 2 - 2
        self.shapes.append(
            {
                "type": "rect",
                "x0": 0,
                "x1": self.end,
                "y0": y - half,
                "y1": y + half,
                "line": {"color": TEXT[self.theme], "width": 1, "dash": "dash"},
                "fillcolor": PAGE[self.theme],
                "layer": "above",
            }
        )
        self.words(label, 0, y, shift=8)
        self.annotations[-1]["bgcolor"] = _CLEAR

    def _bar(self, colour: str, band: Band, low: float, high: float, y: float) -> None:
        self.traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "base": [low],
                "x": [high - low],
                "y": [y],
                "width": [_BAR],
                "marker": {
                    "color": _soft(colour, 0.28),
                    "line": {"color": colour, "width": 2},
                    "pattern": {
                        "shape": "/" if band.shaky else "",
                        "fillmode": "overlay",
                        "fgcolor": colour,
                        "fgopacity": 1,
                        "size": 7,
                        "solidity": 0.25,
                    },
                },
                "hovertext": [_wrapped(band.hover)],
                "hoverinfo": "text",
            }
        )

    def _arrow(self, colour: str, low: float, high: float, y: float) -> None:
        self.annotations.append(
            {
                "x": high,
                "y": y,
                "ax": low,
                "ay": y,
                "axref": "x",
                "ayref": "y",
                "text": "",
                "showarrow": True,
                "arrowhead": 2,
                "arrowwidth": 2,
                "arrowcolor": colour,
            }
        )
