"""Who says how much about what, and where sources disagree: one mark per theme and speaker."""

from __future__ import annotations

import functools
import math
import textwrap
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go

from mesodash.ui.palette import GRID, PAGE, TEXT, Theme

ROW = 40
"""Pixels from one row to the next: two lines of a name fit."""

SMALLEST, LARGEST = 11, 28
"""Pixels across a mark for one statement, and for as many as the fullest cell has."""

FIGURES = ("%{customdata[0]}", "%{customdata[1]}")

_FONT = 15
_NAME = 16
"""Letters of a row's name that fit beside the marks on a phone."""
_HEAD = 104
_BRACKET = 30
_FAMILY = '"Source Sans", sans-serif'


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell: places count from 0, `count` statements, `disputed` of them in a conflict.

    `name` says which cell it is, `figures` are both numbers as the reader writes them.
    """

    row: int
    column: int
    count: int
    disputed: int
    name: str
    figures: tuple[str, str]


def size(count: int, most: int) -> float:
    """Return the pixels across a mark: its size beyond the smallest grows as the root of the count."""
    if most <= 1:
        return SMALLEST
    return SMALLEST + (LARGEST - SMALLEST) * math.sqrt((count - 1) / (most - 1))


@functools.lru_cache(maxsize=64)
def figure(
    marks: tuple[Mark, ...],
    *,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    together: tuple[int, str],
    counted: str,
    theme: Theme,
) -> go.Figure:
    """Return the marks, first row on top: filled where nothing is disputed, a ring where something is.

    The figure is shared between calls: do not change it.

    Args:
        columns: Their heads; a head of more than one letter stands upright, because a column is narrow on a phone.
        together: How many of the first columns share a head, and its words.
        counted: What stands below the name of a cell that is pointed at, with `FIGURES` where the numbers go. Said
            once for all marks, because it would make up a third of the picture otherwise.
    """
    most = max((mark.count for mark in marks), default=1)
    agreed = [mark for mark in marks if not mark.disputed]
    disputed = [mark for mark in marks if mark.disputed]
    last = len(rows) - 0.5
    stripes = [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": place - 0.5,
            "y1": place + 0.5,
            "fillcolor": GRID[theme],
            "opacity": 0.35,
            "line": {"width": 0},
            "layer": "below",
        }
        for place in range(0, len(rows), 2)
    ]
    edge = together[0] - 0.5
    divide = {
        "type": "line",
        "x0": edge,
        "x1": edge,
        "y0": -0.5,
        "y1": last,
        "line": {"color": TEXT[theme], "width": 1, "dash": "dot"},
        "layer": "below",
    }
    return go.Figure(
        data=[
            _marks(agreed, most, "circle", counted, theme, line=0),
            _marks(disputed, most, "circle-open", counted, theme, line=3),
        ],
        layout={
            "template": "none",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": _FONT, "color": TEXT[theme], "family": _FAMILY},
            "hoverlabel": {
                "bgcolor": PAGE[theme],
                "bordercolor": TEXT[theme],
                "font": {"size": _FONT, "color": TEXT[theme]},
                "align": "left",
            },
            "hovermode": "closest",
            # A finger needs more room than the smallest mark has.
            "hoverdistance": ROW // 2,
            "dragmode": False,
            "showlegend": False,
            "height": ROW * len(rows) + 2 * _HEAD,
            "margin": {"l": 8, "r": 4, "t": _HEAD, "b": _HEAD, "pad": 0},
            "shapes": [*stripes, divide],
            "annotations": [*_heads(columns, together, theme, top=True), *_heads(columns, together, theme, top=False)],
            "xaxis": {
                "range": [-0.5, len(columns) - 0.5],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "showticklabels": False,
            },
            "yaxis": {
                "range": [last, -0.5],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
                "tickvals": list(range(len(rows))),
                "ticktext": ["<br>".join(textwrap.wrap(escape(name), _NAME)) for name in rows],
                "tickfont": {"size": _FONT, "color": TEXT[theme]},
                "ticks": "",
                "ticklabelstandoff": 6,
            },
        },
    )


def _marks(marks: list[Mark], most: int, symbol: str, counted: str, theme: Theme, *, line: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [mark.column for mark in marks],
        "y": [mark.row for mark in marks],
        "marker": {
            "symbol": symbol,
            # The line of a ring lies half outside of it.
            "size": [round(size(mark.count, most) - line, 1) for mark in marks],
            "color": TEXT[theme],
            "opacity": 1,
            "line": {"width": line, "color": TEXT[theme]},
        },
        "text": [_lines(mark.name) for mark in marks],
        "customdata": [mark.figures for mark in marks],
        "hovertemplate": f"%{{text}}<br>{_lines(counted)}<extra></extra>",
        "cliponaxis": False,
    }


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>")


def _heads(columns: tuple[str, ...], together: tuple[int, str], theme: Theme, *, top: bool) -> list[dict[str, Any]]:
    """Return the heads above or below the marks; a reader far down the picture needs them there."""
    anchor, edge, away = ("bottom", 1, 1) if top else ("top", 0, -1)
    common = {"yref": "paper", "y": edge, "yanchor": anchor, "showarrow": False, "font": {"color": TEXT[theme]}}
    heads: list[dict[str, Any]] = [
        {
            **common,
            "x": place,
            "text": f"<b>{escape(words)}</b>",
            "textangle": -90 if len(words) > 1 else 0,
            "yshift": 2 * away,
        }
        for place, words in enumerate(columns)
    ]
    count, words = together
    heads.append({**common, "x": (count - 1) / 2, "text": f"<b>{escape(words)}</b>", "yshift": _BRACKET * away})
    return heads
