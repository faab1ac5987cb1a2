"""The two charts of the Costs page: sessions by price, and the sum by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from mesodash.domain.cost import Range
from mesodash.knowledge.records import OptionId
from mesodash.ui.palette import COLOURS, GRID, MARKERS, PAGE, TEXT, Theme

# From a tint to a tone that the text colour still reads well on.
_SCALE: dict[Theme, tuple[str, str]] = {"light": ("#EEF6F7", "#7DBFCA"), "dark": ("#1D282C", "#17606D")}
GLYPHS = {
    "circle": "●",
    "diamond": "◆",
    "square": "■",
    "cross": "✚",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "star": "★",
}
_FONT = 16
_LINES_WANTED = 5
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Band:
    """One option in the chart by year. `sums` and `hovers` hold one entry per year, from year 1 on."""

    option: OptionId
    name: str
    sums: tuple[Range, ...]
    hovers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A year from which the order of two options may turn, with the number of the sentence that says so."""

    year: int
    number: str


def spread(low: int, high: int, *, most: int = 5, around: int = 2) -> tuple[int, ...]:
    """Return up to `most` whole numbers from `low` to `high`, both included.

    Around a single number its neighbours, from 1 on.
    """
    if low == high:
        return tuple(range(max(1, low - around), low + around + 1))
    even = [steps for steps in range(2, most) if (high - low) % steps == 0]
    steps = max(even, default=min(most - 1, high - low))
    return tuple(low + (2 * index * (high - low) + steps) // (2 * steps) for index in range(steps + 1))


def spread_amounts(low: Decimal, high: Decimal, *, most: int = 5) -> tuple[Decimal, ...]:
    """Return up to `most` amounts from `low` to `high`; around a single one a quarter and a half less and more.

    Both ends are exact, those between are whole units where the distance allows.
    """
    if low == high:
        amounts = [low * share / 4 for share in (2, 3, 4, 5, 6)]
    else:
        amounts = [low + (high - low) * index / (most - 1) for index in range(most)]
    unit = Decimal(1) if amounts[-1] - amounts[0] >= most else Decimal("0.01")
    return tuple(sorted({amount if amount in (low, high) else amount.quantize(unit) for amount in amounts}))


def heat(
    cells: Sequence[Sequence[Range]],
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    texts: Sequence[Sequence[str]],
    hovers: Sequence[Sequence[str]],
    frame: tuple[tuple[int, int], tuple[int, int]] | None,
    titles: tuple[str, str],
    theme: Theme,
) -> go.Figure:
    """Return the sums for numbers of sessions (columns) and prices (rows, lowest first).

    The colour follows the middle of a cell, the text says both ends. `frame` holds the first and last column and the
    first and last row of what the reader entered, all counted from 0 and included.
    """
    middles = [[float(cell.low + cell.high) / 2 for cell in row] for row in cells]
    flat = [value for row in middles for value in row]
    low, high = _SCALE[theme]
    text = TEXT[theme]
    figure = go.Figure(
        go.Heatmap(
            z=middles,
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            text=texts,
            texttemplate="%{text}",
            textfont={"size": _FONT, "color": text},
            hovertext=hovers,
            hoverinfo="text",
            colorscale=[[0, low], [1, high]],
            zmin=min(flat),
            zmax=max(flat) if max(flat) > min(flat) else min(flat) + 1,
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    if frame is not None:
        (left, right), (bottom, top) = frame
        figure.add_shape(
            type="rect",
            x0=left - 0.5,
            x1=right + 0.5,
            y0=bottom - 0.5,
            y1=top + 0.5,
            line={"color": text, "width": 3},
        )
    _plain(figure, theme, height=110 + 64 * len(rows))
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=list(columns), title=_title(titles[0], text))
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=list(rows))
    # An upright title would stand on the amounts; this one lies above them.
    figure.update_layout(
        hoverlabel=_hover(theme),
        title={"text": titles[1], "font": {"size": _FONT, "color": text}, "x": 0, "xanchor": "left", "y": 0.99},
    )
    return figure


def by_year(
    bands: Sequence[Band],
    *,
    ticks: Sequence[tuple[Decimal, str]],
    title: str,
    marks: Sequence[Mark] = (),
    theme: Theme,
) -> go.Figure:
    """Return the sum by the end of each year: a see-through band with both edges drawn for each option."""
    figure = go.Figure()
    text = TEXT[theme]
    years = len(bands[0].sums) if bands else 1
    for index, band in enumerate(bands):
        colour = COLOURS[theme][band.option]
        lows, highs = [float(one.low) for one in band.sums], [float(one.high) for one in band.sums]
        if years == 1:
            # A band needs two points: one year is drawn as an upright bar beside those of the other options.
            place = 1 + 0.2 * (index - (len(bands) - 1) / 2)
            figure.add_scatter(
                x=[place, place],
                y=[lows[0], highs[0]],
                mode="lines+markers",
                line={"color": colour, "width": 6},
                marker=_marker(band.option, colour, theme),
                hovertext=[band.hovers[0]] * 2,
                hoverinfo="text",
                name=band.name,
            )
            continue
        along = list(range(1, years + 1))
        for edge, fill in ((lows, None), (highs, "tonexty")):
            figure.add_scatter(
                x=along,
                y=edge,
                mode="lines+markers",
                line={"color": colour, "width": 2.5},
                marker=_marker(band.option, colour, theme),
                fill=fill,
                fillcolor=_see_through(colour),
                hovertext=list(band.hovers),
                hoverinfo="text",
                name=band.name,
            )
    top = max([*(float(one.high) for band in bands for one in band.sums), *(float(value) for value, _ in ticks), 1.0])
    # Beside upright bars a name at the edge would point at nothing.
    labels = _label_heights(bands, top) if years > 1 else []
    for band, height in labels:
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=height,
            yanchor="bottom",
            text=f"<span style='color:{COLOURS[theme][band.option]}'>{GLYPHS[MARKERS[band.option]]}</span> {band.name}",
            showarrow=False,
            font={"size": _FONT, "color": text},
            bgcolor=PAGE[theme],
            opacity=0.85,
            borderpad=1,
        )
    for mark in marks:
        figure.add_vline(x=mark.year, line={"color": text, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=mark.year,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=mark.number,
            showarrow=False,
            font={"size": _FONT, "color": text},
        )
    _plain(figure, theme, height=430)
    figure.update_xaxes(
        tickvals=list(range(1, years + 1)),
        ticktext=[str(year) for year in range(1, years + 1)],
        range=[0.4, 1.6] if years == 1 else [0.85, years + 0.15],
        title=_title(title, text),
    )
    figure.update_yaxes(
        tickvals=[float(value) for value, _ in ticks],
        ticktext=[shown for _, shown in ticks],
        range=[0, max([top, *(height for _, height in labels)]) + top * 0.09],
        showgrid=True,
        gridcolor=GRID[theme],
    )
    figure.update_layout(hovermode="closest", hoverlabel=_hover(theme))
    return figure


def tick_amounts(highest: Decimal) -> tuple[Decimal, ...]:
    """Return round amounts from 0 to at least `highest` for the axis, about five of them."""
    rough = max(highest, Decimal(1)) / _LINES_WANTED
    power = Decimal(10) ** rough.adjusted()
    # Amounts are shown without cents, so the lines are never less than one unit apart.
    step = max(Decimal(1), next(power * one for one in _ROUND if power * one >= rough))
    count = int(-(-highest // step)) if highest > 0 else 1
    return tuple(step * index for index in range(count + 1))


def _label_heights(bands: Sequence[Band], top: float) -> list[tuple[Band, float]]:
    """Return where each name stands: on the upper edge of its band, moved up where two would overlap."""
    least = top * 0.085
    ends = sorted(bands, key=lambda band: band.sums[-1].high)
    heights = [float(band.sums[-1].high) + top * 0.025 for band in ends]
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + least)
    return list(zip(ends, heights, strict=True))


def _marker(option: OptionId, colour: str, theme: Theme) -> dict[str, object]:
    return {"symbol": MARKERS[option], "size": 11, "color": colour, "line": {"color": PAGE[theme], "width": 1}}


def _see_through(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"


def _title(text: str, colour: str) -> dict[str, object]:
    return {"text": text, "font": {"size": _FONT, "color": colour}, "standoff": 8}


def _hover(theme: Theme) -> dict[str, object]:
    return {"bgcolor": PAGE[theme], "bordercolor": TEXT[theme], "font": {"size": _FONT, "color": TEXT[theme]}}


def _plain(figure: go.Figure, theme: Theme, *, height: int) -> None:
    """Take away all that the charting library adds by itself."""
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": _FONT, "color": TEXT[theme], "family": "Source Sans, sans-serif"},
        height=height,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        showlegend=False,
        dragmode=False,
    )
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "automargin": True,
        "tickfont": {"size": _FONT, "color": TEXT[theme]},
        "linecolor": GRID[theme],
    }
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
