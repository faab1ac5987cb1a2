"""When each option is said to show a result and how long it lasts: bands of months, one lane per option.

Drawn as markup: a lane comes and goes with its option by style sheet alone, prints, and needs no chart library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mesodash.knowledge.records import OptionId
from mesodash.ui.palette import COLOURS, Theme
from mesodash.ui.parts import html

_OPEN = Decimal("2.5")
"""So many months long is the arrow of a band that names no end."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of months. `low` None: not known, drawn as an empty frame; `high` None: `low` or later.

    `label` is what the reader sees beside the band or in the frame, `said` the same as a full sentence.
    `shaky`: drawn hatched, because sources disagree or nobody checked it.
    """

    low: Decimal | None
    high: Decimal | None
    label: str
    said: str
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


def panel(
    lanes: Sequence[Lane],
    *,
    theme: Theme,
    end: int,
    ticks: Sequence[tuple[int, str]],
    axis: str,
    lines: int,
    from_zero: bool = False,
) -> str:
    """Return bands over months 0 to `end`, first lane on top; a screen reader is told each lane in full sentences.

    Args:
        ticks: Month and its text, in the reader's language.
        axis: What the months are counted from.
        lines: Lines below each name. With one band on two lines, its label stands above the band, else beside it.
        from_zero: Draw a line from month 0 to each band: something holds until then.
    """
    drawn = "".join(
        f"<li data-option='{lane.option}'><div role='img' aria-label='"
        f"{html.text(' '.join(band.said for band in lane.bands))}'>"
        f"<p class='months-name'>{html.icon(lane.option)}{html.text(lane.name)}</p>"
        + "".join(
            _line(lane.option, band, COLOURS[theme][lane.option], end, above=len(lane.bands) < lines, joined=from_zero)
            for band in lane.bands
        )
        + "</div></li>"
        for lane in lanes
    )
    marks = "".join(f"<span style='left:{_place(month, end)}%'>{html.text(words)}</span>" for month, words in ticks)
    return (
        f"<div class='months' style='--step:{_place(6, end)}%'><ul>{drawn}</ul>"
        f"<div class='months-ticks' aria-hidden='true'>{marks}</div><p class='months-axis'>{html.text(axis)}</p></div>"
    )


def _place(month: Decimal | int, end: int) -> str:
    """Return how far from the left a month lies, in percent of the width."""
    return f"{100 * Decimal(month) / end:.2f}"


def _line(option: OptionId, band: Band, colour: str, end: int, *, above: bool, joined: bool) -> str:
    if band.low is None:
        spare = "<div class='months-line'></div>" if above else ""
        return f"{spare}<div class='months-line'><span class='months-unknown'>{html.text(band.label)}</span></div>"
    low = band.low
    high = low if band.high is None else band.high
    last = min(Decimal(end), high + _OPEN) if band.high is None else high
    shaky = " months-shaky" if band.shaky else ""
    pieces = ""
    if joined:
        pieces += f"<span class='months-join' style='width:{_place(low, end)}%'></span>"
    if band.high is None:
        width = _place(last - low, end)
        pieces += f"<span class='months-open' style='left:{_place(low, end)}%;width:{width}%'></span>"
    elif high > low:
        width = _place(high - low, end)
        pieces += f"<span class='months-bar{shaky}' style='left:{_place(low, end)}%;width:{width}%'></span>"
    else:
        pieces += f"<span class='months-point{shaky}' style='left:{_place(low, end)}%'>{html.icon(option)}</span>"
    label = f"<span class='months-label'>{html.text(band.label)}</span>"
    if not above:
        # On its roomier side.
        side = f"left:{_place(last, end)}%" if last <= end / 2 else f"right:{_place(end - low, end)}%"
        side_class = "after" if last <= end / 2 else "before"
        label = f"<span class='months-label months-{side_class}' style='{side}'>{html.text(band.label)}</span>"
    track = f"<div class='months-track' style='color:{colour}' title='{html.text(band.said)}'>{pieces}</div>"
    if above:
        return f"<div class='months-line'>{label}</div><div class='months-line'>{track}</div>"
    return f"<div class='months-line'>{track}{label}</div>"
