"""The chart of Compare: what is drawn for a range, an open end, a doubted number and no number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.knowledge.records import ALL_OPTIONS
from mesodash.ui.charts import effects
from mesodash.ui.charts.effects import Band, Lane
from mesodash.ui.palette import COLOURS, MARKERS, Theme

STATED = Band(Decimal(2), Decimal(3), "first: 2 to 3", "Mesotherapy, first result: 2 to 3 months.")
DOUBTED = Band(
    Decimal(12), Decimal(18), "holds 12 to 18", "Mesotherapy: 12 to 18 months (sources disagree).", shaky=True
)
OPEN = Band(Decimal(6), None, "full: 6 or later", "PRP, full result: 6 months or later.")
POINT = Band(Decimal(6), Decimal(6), "first: 6", "Finasteride, first result: 6 months.")
UNKNOWN = Band(None, None, "no number given", "Hair transplant, how long: no number given.")


def _drawn(*bands: Band, theme: Theme = "light", lines: int = 2, from_zero: bool = False) -> dict[str, Any]:
    figure = effects.figure(
        (Lane("mesotherapy", "Mesotherapy", bands),),
        theme=theme,
        end=24,
        ticks=((0, "0"), (12, "zwölf"), (24, "24")),
        axis="Months",
        lines=lines,
        from_zero=from_zero,
    )
    return cast("dict[str, Any]", figure.to_dict())


def _bars(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace["type"] == "bar"]


def _words(drawn: dict[str, Any]) -> list[str]:
    return [note["text"] for note in drawn["layout"]["annotations"] if note["text"]]


def _top_down(drawn: dict[str, Any]) -> list[float]:
    return [trace["y"][0] for trace in drawn["data"]]


def test_a_range_reaches_from_its_low_to_its_high_month() -> None:
    (bar,) = _bars(_drawn(STATED))
    assert (bar["base"][0], bar["base"][0] + bar["x"][0]) == (2, 3)


def test_a_range_without_doubt_is_not_hatched() -> None:
    (bar,) = _bars(_drawn(STATED))
    assert bar["marker"]["pattern"]["shape"] == ""


def test_a_doubted_range_is_hatched() -> None:
    (bar,) = _bars(_drawn(DOUBTED))
    assert bar["marker"]["pattern"]["shape"] == "/"


def test_an_unknown_number_is_an_empty_frame_with_words_and_no_band() -> None:
    drawn = _drawn(UNKNOWN)
    (frame,) = drawn["layout"]["shapes"]
    assert (frame["type"], frame["line"]["dash"]) == ("rect", "dash")
    assert "no number given" in _words(drawn)
    assert not _bars(drawn)


def test_an_open_end_is_an_arrow_that_claims_no_last_month() -> None:
    drawn = _drawn(STATED, OPEN)
    (arrow,) = [note for note in drawn["layout"]["annotations"] if note["showarrow"]]
    assert (arrow["ax"], len(_bars(drawn))) == (6, 1)
    assert arrow["x"] < 24


def test_a_single_month_is_marked_with_the_shape_of_the_option() -> None:
    drawn = _drawn(POINT)
    assert [trace["marker"]["symbol"] for trace in drawn["data"] if trace["x"] == [6.0]] == [MARKERS["mesotherapy"]]


def test_a_band_that_lasts_is_joined_to_month_zero() -> None:
    (line,) = _drawn(DOUBTED, from_zero=True)["layout"]["shapes"]
    assert (line["x0"], line["x1"]) == (0, 12)


@pytest.mark.parametrize("band", [STATED, DOUBTED, OPEN, POINT, UNKNOWN])
@pytest.mark.parametrize("lines", [1, 2])
def test_every_band_says_its_number_in_words(band: Band, lines: int) -> None:
    assert band.label in _words(_drawn(band, lines=lines))


def test_the_words_of_a_late_band_stand_before_it_and_stay_inside_the_panel() -> None:
    late = Band(Decimal(12), Decimal(24), "full: 12 to 24", "Finasteride, full result: 12 to 24 months.")
    (note,) = [one for one in _drawn(STATED, late)["layout"]["annotations"] if one["text"] == late.label]
    assert (note["xanchor"], note["x"]) == ("right", 12)


def test_both_panels_put_an_option_at_the_same_height() -> None:
    two, one = _drawn(STATED, DOUBTED), _drawn(DOUBTED)
    assert two["layout"]["height"] == one["layout"]["height"]
    assert _top_down(two)[0] == _top_down(one)[0]
    assert two["layout"]["yaxis"]["range"] == one["layout"]["yaxis"]["range"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_option_has_its_own_colour_and_shape(theme: Theme) -> None:
    lanes = tuple(Lane(option, option, (STATED,)) for option in ALL_OPTIONS)
    drawn = effects.figure(lanes, theme=theme, end=24, ticks=((0, "0"),), axis="Months", lines=1).to_dict()
    marks = [trace["marker"] for trace in drawn["data"] if trace["type"] == "scatter"]
    assert [(mark["color"], mark["symbol"]) for mark in marks] == [
        (COLOURS[theme][option], MARKERS[option]) for option in ALL_OPTIONS
    ]


def test_ticks_are_the_texts_of_the_reader() -> None:
    axis = _drawn(STATED)["layout"]["xaxis"]
    assert (list(axis["tickvals"]), list(axis["ticktext"])) == ([0, 12, 24], ["0", "zwölf", "24"])


def test_a_finger_scrolls_the_page_and_never_moves_the_chart() -> None:
    layout = _drawn(STATED)["layout"]
    assert (layout["dragmode"], layout["xaxis"]["fixedrange"], layout["yaxis"]["fixedrange"]) == (False, True, True)


def test_a_long_hover_text_is_broken_into_lines_that_fit_a_phone() -> None:
    long = Band(Decimal(2), Decimal(3), "2 to 3", "word " * 30)
    (bar,) = _bars(_drawn(long))
    assert max(len(line) for line in bar["hovertext"][0].split("<br>")) <= 38


months = st.none() | st.integers(0, 200).map(Decimal)


@given(st.lists(st.tuples(months, months), max_size=6))
def test_the_axis_ends_on_a_half_year_after_every_band(ends: list[tuple[Decimal | None, Decimal | None]]) -> None:
    bands = tuple(Band(low, high, "", "") for low, high in ends)
    last = effects.last_month([Lane("prp", "PRP", bands)])
    assert last % 6 == 0
    assert last >= max([24, *(end for pair in ends for end in pair if end is not None)])
