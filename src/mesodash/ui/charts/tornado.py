"""The tornado of the Costs page: what each input would do to the sum if it were settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mesodash.knowledge.records import OptionId
from mesodash.ui.charts.costs import FONT, axis, plain_layout, see_through
from mesodash.ui.charts.plain import Plain
from mesodash.ui.palette import COLOURS, TEXT, Theme

_ROW = 76
# On a phone the longest amount still fits beside the longest bar.
_ROOM = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One input: how far the high end falls and the low end rises, each with its amount in words."""

    name: str
    falls: Decimal
    rises: Decimal
    falls_words: str
    rises_words: str


def tornado(bars: Sequence[Bar], option: OptionId, *, left: str, right: str, theme: Theme) -> Plain:
    """Return one bar per input, the first one on top: to the left what the high end falls by, to the right the rise.

    Args:
        left, right: What stands over the two sides.
    """
    text, colour = TEXT[theme], COLOURS[theme][option]
    widest = max([*(float(end) for bar in bars for end in (bar.falls, bar.rises)), 1e-9])
    places = list(range(len(bars)))[::-1]

    def side(values: list[float], words: list[str], fill: str) -> dict[str, object]:
        return {
            "type": "bar",
            "orientation": "h",
            "x": values,
            "y": places,
            "width": 0.42,
            "text": words,
            "textposition": "outside",
            "textfont": {"size": FONT, "color": text},
            "cliponaxis": False,
            "hoverinfo": "skip",
            "marker": {"color": fill, "line": {"color": colour, "width": 2}},
        }

    notes = [
        {
            "x": 0,
            "y": place + 0.44,
            "text": bar.name,
            "showarrow": False,
            "xanchor": "center",
            "yanchor": "middle",
            "font": {"size": FONT, "color": text},
        }
        for place, bar in zip(places, bars, strict=True)
    ]
    notes += [
        {
            "x": place,
            "xref": "paper",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": "left" if place == 0 else "right",
            "align": "left" if place == 0 else "right",
            "text": words,
            "showarrow": False,
            "font": {"size": FONT, "color": text},
        }
        for place, words in ((0, left), (1, right))
    ]
    return Plain(
        data=[
            side([-float(bar.falls) for bar in bars], [bar.falls_words for bar in bars], colour),
            side([float(bar.rises) for bar in bars], [bar.rises_words for bar in bars], see_through(colour)),
        ],
        layout={
            **plain_layout(theme, height=64 + _ROW * len(bars)),
            "margin": {"l": 8, "r": 8, "t": 52, "b": 4},
            "barmode": "overlay",
            "annotations": notes,
            "shapes": [
                {
                    "type": "line",
                    "x0": 0,
                    "x1": 0,
                    "y0": place - 0.3,
                    "y1": place + 0.3,
                    "line": {"color": text, "width": 2},
                }
                for place in places
            ],
            "xaxis": {**axis(theme), "visible": False, "range": [-widest * _ROOM, widest * _ROOM]},
            "yaxis": {**axis(theme), "visible": False, "range": [-0.4, len(bars) - 0.35]},
        },
    )
