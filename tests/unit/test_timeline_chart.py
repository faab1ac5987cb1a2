"""The figures of the Timeline page: where marks stand, what is cut, and that nothing needs a wide screen."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.io import to_json

from mesodash.ui.charts.timeline import (
    CHARACTERS,
    MOST_TICKS,
    Dot,
    Lane,
    Plan,
    Rest,
    Stretch,
    Window,
    after_a_session,
    lines,
    month_starts,
    over_months,
)
from mesodash.ui.palette import COLOURS, MARKERS, TEXT

FIRST, LAST = date(2027, 1, 4), date(2029, 1, 4)
SESSIONS = Lane(name="Course", detail="2 sessions", dots=(Dot(day=FIRST, words="one"), Dot(day=LAST, words="two")))


def _figure(*lanes: Lane, theme: Any = "light", today: Any = None) -> Any:
    plan = Plan(name="Four sessions", option="mesotherapy", lanes=lanes)
    figure = over_months([plan], first=FIRST, last=LAST, ticks=[(FIRST, "Jan<br>2027")], today=today, theme=theme)
    return go.Figure(figure.to_plotly_json())


def _texts(figure: Any) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(31, 5000))
def test_month_names_are_few_enough_for_a_phone_and_lie_in_the_plan(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    ticks = month_starts(first, last)
    assert len(ticks) <= MOST_TICKS
    assert all(first <= day <= last and day.day == 1 for day in ticks)


@pytest.mark.parametrize("months", [6, 12, 24, 36, 60])
def test_month_names_are_evenly_spaced(months: int) -> None:
    ticks = month_starts(FIRST, date(2027 + months // 12, 1 + months % 12, 4))
    gaps = {(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(ticks)}
    assert len(ticks) >= 3
    assert len(gaps) == 1


@given(st.text("abc de", max_size=120), st.text("fgh ij", max_size=120))
def test_no_line_of_words_is_wider_than_a_phone(name: str, detail: str) -> None:
    assert all(len(line.replace("<b>", "").replace("</b>", "")) <= CHARACTERS for line in lines(name, detail))


def test_a_source_in_brackets_stays_on_one_line_where_it_fits() -> None:
    told = lines("Course", "4 sessions, 30 Nov 2026 to 11 Jan 2027 (Text of a clinic, no. 3)")
    assert told[1:] == ["4 sessions, 30 Nov 2026 to 11 Jan 2027", "(Text of a clinic, no. 3)".replace(" ", "\u00a0")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sessions_have_the_colour_and_the_shape_of_their_option(theme: Any) -> None:
    trace = _figure(SESSIONS, theme=theme).data[0]
    assert (trace.marker.color, trace.marker.symbol) == (COLOURS[theme]["mesotherapy"], MARKERS["mesotherapy"])
    assert list(trace.x) == [FIRST.isoformat(), LAST.isoformat()]


def test_what_no_source_dates_has_a_frame_with_words_and_no_marks() -> None:
    figure = _figure(Lane(name="Full effect", detail="", unknown="no source says when"))
    assert not figure.data
    assert figure.layout.shapes[0].line.dash == "dot"
    assert "no source says when" in _texts(figure)


def test_a_figure_is_sent_as_plotly_would_send_it() -> None:
    plan = Plan(name="Four sessions", option="mesotherapy", lanes=(SESSIONS,), detail="6 weeks after")
    drawn = over_months([plan], first=FIRST, last=LAST, ticks=[], today=(FIRST, "Today"), theme="dark")
    whole = go.Figure(drawn.to_dict())
    whole.layout.template = None
    for part in ("data", "layout"):
        ours, theirs = (json.loads(to_json(one, validate=False))[part] for one in (drawn, whole))
        assert {**ours, "template": None} == {**theirs, "template": None} if part == "layout" else ours == theirs


def test_maintenance_is_told_from_the_course_by_shape_and_not_by_colour_alone() -> None:
    lane = Lane(name="Maintenance", detail="", dots=(Dot(day=FIRST, words="", look="hollow"),))
    assert _figure(lane).data[0].marker.symbol == MARKERS["mesotherapy"] + "-open"


def test_a_span_is_hatched_with_an_edge_and_includes_its_last_day() -> None:
    lane = Lane(name="Fades", detail="", stretch=Stretch(first=FIRST, last=date(2027, 2, 1), words="w"))
    trace = _figure(lane).data[0]
    assert trace.fillpattern.shape == "/"
    assert trace.line.width > 0
    assert max(trace.x) == "2027-02-02"


def test_what_goes_on_after_the_horizon_is_cut_and_ends_in_an_arrow() -> None:
    lane = Lane(name="Fades", detail="", stretch=Stretch(first=date(2028, 6, 1), last=date(2030, 1, 1), words="w"))
    band, arrow = _figure(lane).data
    assert max(band.x) == "2029-01-05"
    assert (arrow.marker.symbol, arrow.x[0]) == ("arrow-right", "2029-01-19T12:00:00")


def test_about_a_time_is_pale_at_both_ends_and_full_on_no_day() -> None:
    day = date(2027, 6, 4)
    figure = _figure(Lane(name="Visible", detail="", stretch=Stretch(first=day, last=day, words="w", look="about")))
    widths = [(min(one.x), max(one.x)) for one in figure.data]
    assert len(set(widths)) == len(widths) > 1
    assert all(one.opacity < 0.5 and one.line.width == 0 for one in figure.data)
    assert all(begin < day.isoformat() < end for begin, end in widths)


def test_what_begins_after_the_horizon_is_an_arrow_alone() -> None:
    lane = Lane(name="Fades", detail="", stretch=Stretch(first=date(2030, 1, 1), last=date(2030, 7, 1), words="w"))
    assert [trace.marker.symbol for trace in _figure(lane).data] == ["arrow-right"]


def test_today_is_a_line_with_its_word_and_absent_where_there_is_none() -> None:
    assert "Today" in _texts(_figure(SESSIONS, today=(FIRST, "Today")))
    assert not _figure(SESSIONS).layout.shapes


def test_words_of_a_lane_cannot_bring_markup() -> None:
    assert not [text for text in _texts(_figure(Lane(name="<i>x", detail="<a>"))) if "<i>" in text or "<a>" in text]


def test_a_second_plan_lies_under_the_first() -> None:
    plans = [Plan(name=str(n), option="prp", lanes=(SESSIONS,)) for n in (1, 2)]
    figure = go.Figure(over_months(plans, first=FIRST, last=LAST, ticks=[], today=None, theme="light").to_dict())
    upper, lower = (trace.y[0] for trace in figure.data)
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert upper < lower < figure.layout.height


def test_figures_cannot_be_dragged_so_that_a_finger_scrolls_the_page() -> None:
    layout = _figure(SESSIONS).layout
    assert (layout.dragmode, layout.xaxis.fixedrange, layout.yaxis.fixedrange) == (False, True, True)
    assert layout.font.color == TEXT["light"]


def _after(*rests: Rest) -> Any:
    figure = after_a_session(rests, option="mesotherapy", days=7, axis="Days", theme="light")
    return go.Figure(figure.to_plotly_json())


WASHING = Rest(name="No washing", detail="", least=3, most=4, unknown="?", less=((2, "others"), (0, "nothing")))


def test_the_least_is_full_and_what_lies_between_least_and_most_is_hatched() -> None:
    figure = _after(WASHING)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (-0.5, 3.5)
    assert (min(figure.data[0].x), max(figure.data[0].x)) == (3.5, 4.5)
    assert figure.data[0].fillpattern.shape == "/"


def test_sources_that_ask_for_less_have_a_line_of_their_own_length_and_words() -> None:
    figure = _after(WASHING)
    assert [max(trace.x) for trace in figure.data[1:]] == [2.5, -0.5]
    assert {"others", "nothing"} <= set(_texts(figure))


def test_no_number_of_days_is_an_empty_frame_with_words() -> None:
    figure = _after(Rest(name="No massage", detail="", least=None, most=None, unknown="no number", less=()))
    frame = figure.layout.shapes[0]
    assert (frame.line.dash, frame.fillcolor) == ("dot", "rgba(0,0,0,0)")
    assert "no number" in _texts(figure)
    assert not figure.data


def test_windows_of_many_sessions_are_two_traces_full_and_hatched() -> None:
    lane = Lane(
        name="No washing",
        detail="",
        windows=tuple(
            Window(first=date(2027, month, 1), least=date(2027, month, 4), most=date(2027, month, 5))
            for month in range(2, 12)
        ),
    )
    full, hatched = _figure(lane).data
    assert (full.x[0], full.x[1], hatched.x[0], hatched.x[1]) == (
        "2027-02-01",
        "2027-02-05",
        "2027-02-05",
        "2027-02-06",
    )
    assert (full.fillpattern.shape, hatched.fillpattern.shape) == (None, "/")
    assert list(full.x).count(None) == 10


def test_what_begins_before_the_part_that_is_shown_is_cut_there_and_begins_with_an_arrow() -> None:
    lane = Lane(name="Fades", detail="", stretch=Stretch(first=date(2026, 1, 1), last=date(2027, 6, 1), words="w"))
    band, arrow = _figure(lane).data
    assert min(band.x) == FIRST.isoformat()
    assert (arrow.marker.symbol, arrow.x[0]) == ("arrow-left", "2026-12-20T12:00:00")


def test_the_course_is_a_pale_band_under_its_sessions() -> None:
    band = Stretch(first=FIRST, last=date(2027, 2, 1), words="w", look="pale")
    figure = _figure(Lane(name="Course", detail="", stretch=band, dots=(Dot(day=FIRST, words="one"),)))
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.layer) == ("2027-01-04", "2027-02-02", "below")
    assert figure.data[0].marker.symbol == MARKERS["mesotherapy"]
