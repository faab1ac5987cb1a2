"""The charts of the Costs page, and the sums behind them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain.cost import CostInputs, Estimate, Range, estimate
from mesodash.domain.years import surely_above
from mesodash.knowledge.records import OptionId
from mesodash.ui.charts import costs as charts
from mesodash.ui.charts.costs import Band, Mark, spread, spread_amounts, tick_amounts
from mesodash.ui.charts.plain import Plain
from mesodash.ui.charts.tornado import Bar, tornado
from mesodash.ui.palette import COLOURS, MARKERS, Theme

THEMES: tuple[Theme, ...] = ("light", "dark")


def looked_through(figure: Plain) -> go.Figure:
    """Return a chart as the library's own figure, which refuses whatever it does not know."""
    return go.Figure(figure.to_dict())


def heat(*parts: Any, **more: Any) -> go.Figure:
    return looked_through(charts.heat(*parts, **more))


def by_year(*parts: Any, **more: Any) -> go.Figure:
    return looked_through(charts.by_year(*parts, **more))


def sums(*ends: tuple[int, int]) -> tuple[Range, ...]:
    return tuple(Range(low=Decimal(low), high=Decimal(high)) for low, high in ends)


def band(option: OptionId, *ends: tuple[int, int]) -> Band:
    return Band(option, f"name of {option}", sums(*ends), tuple(f"year {year}" for year in range(1, len(ends) + 1)))


def of(low: int, high: int, yearly: int = 0, years: int = 5) -> Estimate:
    months, price = ((12, 12), (Decimal(yearly), Decimal(yearly))) if yearly else (None, None)
    return estimate(
        CostInputs(
            option="prp",
            sessions=(1, 1),
            price=(Decimal(low), Decimal(high)),
            currency="EUR",
            maintenance_months=months,
            maintenance_price=price,
            horizon_years=years,
        )
    )


@pytest.mark.parametrize(
    ("ends", "numbers"),
    [
        ((4, 10), (4, 6, 8, 10)),
        ((3, 6), (3, 4, 5, 6)),
        ((4, 5), (4, 5)),
        ((4, 8), (4, 6, 8)),
        ((1, 1), (1, 2)),
        ((6, 6), (5, 6, 7)),
    ],
)
def test_session_counts_are_spread_evenly(ends: tuple[int, int], numbers: tuple[int, ...]) -> None:
    assert spread(*ends) == numbers


@given(st.integers(1, 60), st.integers(1, 60))
def test_both_ends_of_a_range_of_sessions_are_columns(one: int, other: int) -> None:
    low, high = sorted((one, other))
    numbers = spread(low, high)
    assert {low, high} <= set(numbers)
    assert list(numbers) == sorted(set(numbers))
    assert numbers[0] >= 1
    assert len(numbers) <= 4


@given(
    st.decimals(0, 10_000, places=2, allow_nan=False, allow_infinity=False),
    st.decimals(0, 10_000, places=2, allow_nan=False, allow_infinity=False),
)
def test_both_ends_of_a_price_are_rows_and_no_row_has_more_than_two_decimals(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    amounts = spread_amounts(low, high)
    assert {low, high} <= set(amounts)
    assert list(amounts) == sorted(set(amounts))
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in amounts)


@given(st.decimals(0, 10_000_000, places=2, allow_nan=False, allow_infinity=False))
def test_axis_lines_are_whole_amounts_that_reach_the_highest_sum(highest: Decimal) -> None:
    lines = tick_amounts(highest)
    assert lines[0] == 0
    assert lines[-1] >= highest
    assert 2 <= len(lines) <= 7
    assert all(line == line.to_integral_value() for line in lines)


@pytest.mark.parametrize("theme", THEMES)
def test_heat_map_says_each_sum_in_words_and_frames_what_was_entered(theme: Theme) -> None:
    figure = heat(
        [sums((1, 2), (3, 4)), sums((5, 6), (7, 8))],
        columns=["4", "5"],
        rows=["€100", "€200"],
        texts=[["a", "b"], ["c", "d"]],
        hovers=[["A", "B"], ["C", "D"]],
        frame=((0, 1), (1, 1)),
        titles=("Sessions", "Price"),
        theme=theme,
    )
    (cells,) = figure.data
    assert [list(row) for row in cells.text] == [["a", "b"], ["c", "d"]]
    assert list(cells.z[0]) == [1.5, 3.5]
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (-0.5, 1.5, 0.5, 1.5)
    assert list(figure.layout.yaxis.ticktext) == ["€100", "€200"]


def test_heat_map_of_one_equal_sum_has_a_colour_range() -> None:
    figure = heat(
        [sums((5, 5))],
        columns=["4"],
        rows=["€0"],
        texts=[["a"]],
        hovers=[["A"]],
        frame=None,
        titles=("Sessions", "Price"),
        theme="light",
    )
    assert figure.data[0].zmin < figure.data[0].zmax


@pytest.mark.parametrize("theme", THEMES)
def test_each_band_has_both_edges_its_colour_and_its_marker(theme: Theme) -> None:
    figure = by_year(
        [band("mesotherapy", (1, 2), (3, 6)), band("transplant", (5, 5), (5, 5))],
        ticks=[(Decimal(0), "€0"), (Decimal(6), "€6")],
        title="Year",
        marks=[Mark(2, "1", 2)],
        theme=theme,
    )
    lower, upper, *others = figure.data
    assert (list(lower.y), list(upper.y)) == ([1.0, 3.0], [2.0, 6.0])
    assert (lower.fill, upper.fill) == (None, "tonexty")
    assert {lower.line.color, upper.line.color} == {COLOURS[theme]["mesotherapy"]}
    assert {trace.marker.symbol for trace in others} == {MARKERS["transplant"]}
    # A name in the drawing would lie on the points of others where sums are close together.
    assert [(note.text, note.yref) for note in figure.layout.annotations] == [("1", "paper")]
    assert figure.layout.shapes[0].x0 == 2


def test_after_the_year_until_which_a_band_counts_its_edges_are_dashed_and_its_area_is_paler() -> None:
    alone = replace(band("mesotherapy", (1, 2), (2, 4), (2, 4)), until=2)
    figure = by_year([alone], ticks=[], title="Year", theme="light")
    assert [(trace.line.dash, list(trace.x)) for trace in figure.data] == [
        *([("solid", [1, 2])] * 2),
        *([("dash", [2, 3])] * 2),
    ]
    areas = [trace.fillcolor for trace in figure.data if trace.fill == "tonexty"]
    assert [float(area.rstrip(")").split(",")[-1]) for area in areas] == [0.14, 0.05]


def test_a_single_year_is_drawn_as_bars_beside_each_other() -> None:
    figure = by_year([band("mesotherapy", (1, 2)), band("prp", (1, 2))], ticks=[], title="Year", theme="light")
    places = [trace.x[0] for trace in figure.data]
    assert len(set(places)) == 2
    assert [list(trace.y) for trace in figure.data] == [[1.0, 2.0], [1.0, 2.0]]


@pytest.mark.parametrize("theme", THEMES)
def test_charts_scroll_by_touch_and_bring_no_colours_of_their_own(theme: Theme) -> None:
    figure = by_year([band("prp", (1, 2), (3, 4))], ticks=[], title="Year", theme=theme)
    assert figure.layout.dragmode is False
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.template.layout.colorway is None


@pytest.mark.parametrize("theme", THEMES)
def test_a_tornado_says_both_amounts_of_each_input_and_its_name(theme: Theme) -> None:
    bars = [Bar("Price", Decimal(30), Decimal(10), "-30", "+10"), Bar("Sessions", Decimal(5), Decimal(0), "-5", "")]
    figure = looked_through(tornado(bars, "prp", left="falls", right="rises", theme=theme))
    falls, rises = figure.data
    assert (list(falls.x), list(falls.text)) == ([-30.0, -5.0], ["-30", "-5"])
    assert (list(rises.x), list(rises.text)) == ([10.0, 0.0], ["+10", ""])
    assert [note.text for note in figure.layout.annotations] == ["Price", "Sessions", "falls", "rises"]


def test_a_sum_that_overlaps_at_first_is_surely_above_from_a_year_on() -> None:
    growing, flat = of(100, 200, yearly=100), of(150, 300)
    # Low of the growing one by year: 100, 200, 300, 400, 600 (the horizon day belongs to the last year).
    assert surely_above(growing, flat) == ("first", 4)
    assert surely_above(flat, growing) == ("second", 4)


def test_sums_that_still_overlap_at_the_horizon_are_not_told_apart() -> None:
    assert surely_above(of(100, 200), of(150, 300)) is None
    assert surely_above(of(100, 100), of(100, 100)) is None
