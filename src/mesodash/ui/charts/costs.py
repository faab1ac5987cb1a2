"""The two charts of the Costs page: sessions by price, and the sum by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from mesodash.domain.cost import Range
from mesodash.knowledge.records import OptionId
from mesodash.ui.charts.plain import Plain
from mesodash.ui.palette import COLOURS, GRID, MARKERS, PAGE, TEXT, Theme

# From a tint to a tone that the text colour still reads well on.
_SCALE: dict[Theme, tuple[str, str]] = {"light": ("#EEF6F7", "#7DBFCA"), "dark": ("#1D282C", "#17606D")}
FONT = 16
_MARK_ROW = 22
_LINES_WANTED = 5
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Band:
    """One option in the chart by year. `sums` and `hovers` hold one entry per year, from year 1 on.

    `until`: the last year in which anything is counted, though more may be paid later; None where nothing is left out.
    """

    option: OptionId
    name: str
    sums: tuple[Range, ...]
    hovers: tuple[str, ...]
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The years within which the order of two options turns, with the number of the sentence that says so."""

    year: int
    number: str
    until: int


def spread(low: int, high: int, *, most: int = 4, around: int = 1) -> tuple[int, ...]:
    """Return up to `most` whole numbers from `low` to `high`, both included: more columns do not fit on a phone.

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
) -> Plain:
    """Return the sums for numbers of sessions (columns) and prices (rows, lowest first).

    The colour follows the middle of a cell, the text says both ends. `frame` holds the first and last column and the
    first and last row of what the reader entered, all counted from 0 and included.
    """
    middles = [[float(cell.low + cell.high) / 2 for cell in row] for row in cells]
    flat = [value for row in middles for value in row]
    low, high = _SCALE[theme]
    text = TEXT[theme]
    shapes = []
    if frame is not None:
        (left, right), (bottom, top) = frame
        shapes.append(
            {
                "type": "rect",
                "x0": left - 0.5,
                "x1": right + 0.5,
                "y0": bottom - 0.5,
                "y1": top + 0.5,
                "line": {"color": text, "width": 3},
            }
        )
    return Plain(
        data=[
            {
                "type": "heatmap",
                "z": middles,
                "x": list(range(len(columns))),
                "y": list(range(len(rows))),
                "text": texts,
                "texttemplate": "%{text}",
                "textfont": {"size": FONT, "color": text},
                "hovertext": hovers,
                "hoverinfo": "text",
                "colorscale": [[0, low], [1, high]],
                "zmin": min(flat),
                "zmax": max(flat) if max(flat) > min(flat) else min(flat) + 1,
                "showscale": False,
                "xgap": 3,
                "ygap": 3,
            }
        ],
        layout={
            **plain_layout(theme, height=110 + 64 * len(rows)),
            "shapes": shapes,
            # An upright title would stand on the amounts; this one lies above them.
            "title": {"text": titles[1], "font": {"size": FONT, "color": text}, "x": 0, "xanchor": "left", "y": 0.99},
            "xaxis": {
                **axis(theme),
                "tickvals": list(range(len(columns))),
                "ticktext": list(columns),
                "title": _title(titles[0], text),
            },
            "yaxis": {**axis(theme), "tickvals": list(range(len(rows))), "ticktext": list(rows)},
        },
    )


def by_year(
    bands: Sequence[Band],
    *,
    ticks: Sequence[tuple[Decimal, str]],
    title: str,
    marks: Sequence[Mark] = (),
    theme: Theme,
) -> Plain:
    """Return the sum by the end of each year: a see-through band with both edges drawn for each option.

    Names stand in the key beside it alone: where sums lie close together, they would cover points here. After the year
    until which a band counts, its edges are dashed and its area is paler.
    """
    text = TEXT[theme]
    years = len(bands[0].sums) if bands else 1
    traces: list[dict[str, object]] = []
    for index, band in enumerate(bands):
        colour = COLOURS[theme][band.option]
        lows, highs = [float(one.low) for one in band.sums], [float(one.high) for one in band.sums]
        common: dict[str, object] = {
            "type": "scatter",
            "mode": "lines+markers",
            "marker": _marker(band.option, colour, theme),
            "hoverinfo": "text",
            "name": band.name,
        }
        if years == 1:
            # A band needs two points: one year is drawn as an upright bar beside those of the other options.
            place = 1 + 0.2 * (index - (len(bands) - 1) / 2)
            bar = {"x": [place, place], "y": [lows[0], highs[0]], "hovertext": [band.hovers[0]] * 2}
            traces.append({**common, **bar, "line": {"color": colour, "width": 6}})
            continue
        until = years if band.until is None else band.until
        for first, last, dash, share in ((1, until, "solid", 0.14), (until, years, "dash", 0.05)):
            if first == last:
                continue
            edge: dict[str, object] = {
                **common,
                "x": list(range(first, last + 1)),
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "hovertext": list(band.hovers[first - 1 : last]),
            }
            traces.append({**edge, "y": lows[first - 1 : last]})
            area: dict[str, object] = {"fill": "tonexty", "fillcolor": see_through(colour, share)}
            traces.append({**edge, "y": highs[first - 1 : last], **area})
    top = max([*(float(one.high) for band in bands for one in band.sums), *(float(value) for value, _ in ticks), 1.0])
    # Several pairs may turn in the same years: their numbers stand side by side over one span.
    numbers: dict[tuple[int, int], list[str]] = {}
    for mark in marks:
        numbers.setdefault((mark.year, mark.until), []).append(mark.number)
    heights = dict(zip(numbers, _rows(list(numbers)), strict=True))
    notes = [
        {
            "x": start,
            "y": 1,
            "yref": "paper",
            "xanchor": "left" if start == 1 else "center",
            "yanchor": "bottom",
            "yshift": 4 + _MARK_ROW * heights[start, end],
            "text": ", ".join(here),
            "showarrow": False,
            "font": {"size": FONT, "color": text},
            "bgcolor": PAGE[theme],
        }
        for (start, end), here in numbers.items()
    ]
    lines: list[dict[str, object]] = []
    for start, end in numbers:
        height = 14 + _MARK_ROW * heights[start, end]
        line = {"type": "line", "line": {"color": text, "width": 1.5, "dash": "dot"}}
        upright = {**line, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
        lines.append({**upright, "x0": start, "x1": start})
        if end > start:
            span = {"y0": height, "y1": height, "ysizemode": "pixel", "yanchor": 1, "yref": "paper"}
            lines.append({**line, "x0": start, "x1": end, "line": {"color": text, "width": 3}, **span})
            lines.append({**upright, "x0": end, "x1": end})
            area = {"type": "rect", "layer": "below", "fillcolor": see_through(text, 0.08), "line": {"width": 0}}
            lines.append({**area, "x0": start, "x1": end, "y0": 0, "y1": 1, "yref": "paper"})
    tall = _MARK_ROW * (max(heights.values(), default=0) + 1)
    return Plain(
        data=traces,
        layout={
            **plain_layout(theme, height=410 + tall),
            "margin": {"l": 8, "r": 8, "t": 12 + tall, "b": 8},
            "hovermode": "closest",
            "annotations": notes,
            "shapes": lines,
            "xaxis": {
                **axis(theme),
                "tickvals": list(range(1, years + 1)),
                "ticktext": [str(year) for year in range(1, years + 1)],
                "range": [0.4, 1.6] if years == 1 else [0.85, years + 0.15],
                "title": _title(title, text),
            },
            "yaxis": {
                **axis(theme),
                "tickvals": [float(value) for value, _ in ticks],
                "ticktext": [shown for _, shown in ticks],
                "range": [0, top * 1.05],
                "showgrid": True,
                "gridcolor": GRID[theme],
            },
        },
    )


def _rows(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return the lowest row for each span in which it touches no earlier one."""
    rows: list[int] = []
    for place, (start, end) in enumerate(spans):
        taken = {rows[other] for other, (left, right) in enumerate(spans[:place]) if start <= right and left <= end}
        rows.append(next(row for row in range(place + 1) if row not in taken))
    return rows


def tick_amounts(highest: Decimal) -> tuple[Decimal, ...]:
    """Return round amounts from 0 to at least `highest` for the axis, about five of them."""
    rough = max(highest / _LINES_WANTED, Decimal(1))
    power = Decimal(10) ** rough.adjusted()
    # Amounts are shown without cents, so the lines are whole amounts.
    step = next(power * one for one in _ROUND if power * one >= rough and power * one % 1 == 0)
    count = max(int((highest / step).to_integral_value(ROUND_CEILING)), 1)
    return tuple(step * index for index in range(count + 1))


def _marker(option: OptionId, colour: str, theme: Theme) -> dict[str, object]:
    return {"symbol": MARKERS[option], "size": 11, "color": colour, "line": {"color": PAGE[theme], "width": 1}}


def see_through(colour: str, share: float = 0.14) -> str:
    """Return a colour as a tint for areas."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _title(text: str, colour: str) -> dict[str, object]:
    return {"text": text, "font": {"size": FONT, "color": colour}, "standoff": 8}


def plain_layout(theme: Theme, *, height: int) -> dict[str, object]:
    """Return a layout without all that the charting library adds by itself."""
    text = TEXT[theme]
    return {
        "template": {},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": FONT, "color": text, "family": "Source Sans, sans-serif"},
        "hoverlabel": {"bgcolor": PAGE[theme], "bordercolor": text, "font": {"size": FONT, "color": text}},
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "showlegend": False,
        "dragmode": False,
    }


def axis(theme: Theme) -> dict[str, object]:
    """Return what all axes share."""
    return {
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "automargin": True,
        "tickfont": {"size": FONT, "color": TEXT[theme]},
        "linecolor": GRID[theme],
    }
