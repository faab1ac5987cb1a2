"""The chart of Compare: what is drawn for a range, an open end, a doubted number and no number."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.knowledge.records import ALL_OPTIONS
from mesodash.ui.charts import effects
from mesodash.ui.charts.effects import Band, Lane
from mesodash.ui.palette import COLOURS, Theme
from mesodash.ui.parts import html

STATED = Band(Decimal(2), Decimal(3), "first: 2 to 3", "Mesotherapy, first result: 2 to 3 months.")
DOUBTED = Band(
    Decimal(12), Decimal(18), "holds 12 to 18", "Mesotherapy: 12 to 18 months (sources disagree).", shaky=True
)
OPEN = Band(Decimal(6), None, "full: 6 or later", "PRP, full result: 6 months or later.")
POINT = Band(Decimal(6), Decimal(6), "first: 6", "Finasteride, first result: 6 months.")
UNKNOWN = Band(None, None, "no number given", "Hair transplant, how long: no number given.")


def _drawn(*bands: Band, lines: int = 2, from_zero: bool = False) -> str:
    return effects.panel(
        (Lane("mesotherapy", "Mesotherapy", bands),),
        theme="light",
        end=24,
        ticks=((0, "0"), (12, "zwölf"), (24, "24")),
        axis="Months",
        lines=lines,
        from_zero=from_zero,
    )


def _pieces(drawn: str) -> dict[str, dict[str, float]]:
    """Return each piece of the tracks by its class, with where it lies in months of 24."""
    return {
        name: {side: float(place) * 24 / 100 for side, place in re.findall(r"(left|width|right):([\d.]+)%", style)}
        for name, style in re.findall(r"<span class='months-([\w -]+)' style='([^']*)'", drawn)
    }


def test_a_range_reaches_from_its_low_to_its_high_month() -> None:
    bar = _pieces(_drawn(STATED))["bar"]
    assert (bar["left"], bar["left"] + bar["width"]) == (pytest.approx(2, abs=0.01), pytest.approx(3, abs=0.01))


def test_only_a_doubted_range_is_hatched() -> None:
    assert set(_pieces(_drawn(STATED, DOUBTED))) >= {"bar", "bar months-shaky"}


def test_an_unknown_number_is_an_empty_frame_with_words_and_no_band() -> None:
    drawn = _drawn(UNKNOWN)
    assert "<span class='months-unknown'>no number given</span>" in drawn
    assert not _pieces(drawn)


def test_an_open_end_is_an_arrow_that_claims_no_last_month() -> None:
    pieces = _pieces(_drawn(STATED, OPEN))
    assert pieces["open"]["left"] == pytest.approx(6, abs=0.01)
    assert pieces["open"]["left"] + pieces["open"]["width"] < 24
    assert "point" not in pieces


def test_a_single_month_is_marked_with_the_picture_of_the_option() -> None:
    drawn = _drawn(POINT)
    assert _pieces(drawn)["point"] == {"left": pytest.approx(6, abs=0.01)}
    assert drawn.count(html.icon("mesotherapy")) == 2


def test_a_band_that_lasts_is_joined_to_month_zero() -> None:
    assert _pieces(_drawn(DOUBTED, from_zero=True))["join"] == {"width": pytest.approx(12, abs=0.01)}


@pytest.mark.parametrize("band", [STATED, DOUBTED, OPEN, POINT, UNKNOWN])
@pytest.mark.parametrize("lines", [1, 2])
def test_every_band_says_its_number_in_words_to_the_eye_and_to_a_screen_reader(band: Band, lines: int) -> None:
    drawn = _drawn(band, lines=lines)
    assert f">{band.label}</span>" in drawn
    assert f"role='img' aria-label='{band.said}'" in drawn


def test_the_words_of_a_late_band_stand_before_it_and_stay_inside_the_panel() -> None:
    late = Band(Decimal(12), Decimal(24), "full: 12 to 24", "Finasteride, full result: 12 to 24 months.")
    assert _pieces(_drawn(STATED, late))["label months-before"] == {"right": pytest.approx(12, abs=0.01)}


def test_both_panels_put_an_option_at_the_same_height() -> None:
    counts = {_drawn(*bands).count("<div class='months-line'>") for bands in ((STATED, OPEN), (DOUBTED,), (UNKNOWN,))}
    assert counts == {2}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_option_has_its_own_colour_and_can_be_left_out_by_itself(theme: Theme) -> None:
    lanes = tuple(Lane(option, option, (STATED,)) for option in ALL_OPTIONS)
    drawn = effects.panel(lanes, theme=theme, end=24, ticks=((0, "0"),), axis="Months", lines=1)
    found = re.findall(r"<li data-option='(\w+)'>.*?style='color:(#\w+)'.*?</li>", drawn)
    assert found == [(option, COLOURS[theme][option]) for option in ALL_OPTIONS]


def test_ticks_are_the_texts_of_the_reader() -> None:
    ticks = re.findall(r"<span style='left:([\d.]+)%'>([^<]*)</span>", _drawn(STATED))
    assert ticks == [("0.00", "0"), ("50.00", "zwölf"), ("100.00", "24")]


def test_words_that_look_like_markup_stay_words() -> None:
    assert "<b>" not in _drawn(Band(Decimal(2), Decimal(3), "<b>2</b>", "<b>2</b>."))


months = st.none() | st.integers(0, 200).map(Decimal)


@given(st.lists(st.tuples(months, months), max_size=6))
def test_the_axis_ends_on_a_half_year_after_every_band(ends: list[tuple[Decimal | None, Decimal | None]]) -> None:
    bands = tuple(Band(low, high, "", "") for low, high in ends)
    last = effects.last_month([Lane("prp", "PRP", bands)])
    assert last % 6 == 0
    assert last >= max([24, *(end for pair in ends for end in pair if end is not None)])
