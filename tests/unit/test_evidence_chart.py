"""The picture of who says what: each mark is where its count belongs, and a disagreement shows by shape."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain import evidence
from mesodash.knowledge import load
from mesodash.knowledge.records import THEMES
from mesodash.ui.charts import evidence as charts
from mesodash.ui.charts.evidence import LARGEST, SMALLEST, Mark, size
from mesodash.ui.palette import GRID, PAGE, TEXT, Theme

KNOWLEDGE = load()
COLUMNS = evidence.columns(KNOWLEDGE)
COUNTED = f"Statements: {charts.FIGURES[0]}"
HEADS = ("1", "2", "3", "4", "5", "Studies", "Web pages", "Ourselves")
MARKS = tuple(
    Mark(
        THEMES.index(theme),
        COLUMNS.index(column),
        cell.statements,
        cell.disputed,
        f"{theme}\n{column}",
        (str(cell.statements), "?"),
    )
    for (theme, column), cell in evidence.picture(KNOWLEDGE).items()
)


def drawn(marks: tuple[Mark, ...] = MARKS, theme: Theme = "light") -> dict[str, Any]:
    figure = charts.figure(
        marks, rows=THEMES, columns=HEADS, together=(5, "Clinic texts"), counted=COUNTED, theme=theme
    )
    return cast("dict[str, Any]", figure.to_dict())


def places(trace: dict[str, Any]) -> set[tuple[int, int]]:
    return set(zip(trace["y"], trace["x"], strict=True))


def test_every_cell_with_a_statement_has_one_mark_and_no_other_has() -> None:
    filled, ring = drawn()["data"]
    assert len(filled["x"]) + len(ring["x"]) == len(MARKS)
    assert places(filled) | places(ring) == {(mark.row, mark.column) for mark in MARKS}


def test_a_mark_is_a_ring_just_where_something_is_disputed() -> None:
    filled, ring = drawn()["data"]
    assert (filled["marker"]["symbol"], ring["marker"]["symbol"]) == ("circle", "circle-open")
    assert places(ring) == {(mark.row, mark.column) for mark in MARKS if mark.disputed}
    assert places(filled) == {(mark.row, mark.column) for mark in MARKS if not mark.disputed}


def test_size_follows_the_count_whether_filled_or_a_ring() -> None:
    counts = {(mark.row, mark.column): mark.count for mark in MARKS}
    seen = sorted(
        (counts[place], across + trace["marker"]["line"]["width"])
        for trace in drawn()["data"]
        for *place_, across in zip(trace["y"], trace["x"], trace["marker"]["size"], strict=True)
        for place in [tuple(place_)]
    )
    most = max(counts.values())
    assert all(across == pytest.approx(size(count, most), abs=0.06) for count, across in seen)
    assert seen[0][0] < seen[-1][0]


@given(st.integers(1, 300), st.integers(1, 300))
def test_more_statements_never_make_a_smaller_mark(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert SMALLEST <= size(low, high) <= size(high, high) <= LARGEST
    assert low == high or size(low, high) < size(high, high)


def test_marks_of_neighbours_do_not_touch_on_a_phone() -> None:
    beside_the_names = 354 - 120
    assert beside_the_names / len(HEADS) > LARGEST
    assert charts.ROW > LARGEST


def test_the_first_theme_is_on_top_and_every_row_has_its_name() -> None:
    axis = drawn()["layout"]["yaxis"]
    assert axis["range"][0] > axis["range"][1]
    assert [name.replace("<br>", " ") for name in axis["ticktext"]] == list(THEMES)


def test_each_column_is_named_above_and_below() -> None:
    words = [note["text"] for note in drawn()["layout"]["annotations"]]
    for head in (*HEADS, "Clinic texts"):
        assert words.count(f"<b>{head}</b>") == 2, head


def test_a_long_head_stands_upright_so_that_columns_stay_narrow() -> None:
    for note in drawn()["layout"]["annotations"]:
        words = note["text"].removeprefix("<b>").removesuffix("</b>")
        if words in HEADS:
            assert (note["textangle"] == -90) is (len(words) > 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_those_of_the_theme(theme: Theme) -> None:
    picture = drawn(theme=theme)
    assert {trace["marker"]["color"] for trace in picture["data"]} == {TEXT[theme]}
    assert picture["layout"]["font"]["color"] == TEXT[theme]
    assert picture["layout"]["hoverlabel"]["bgcolor"] == PAGE[theme]
    assert {shape["fillcolor"] for shape in picture["layout"]["shapes"] if shape["type"] == "rect"} == {GRID[theme]}


def test_words_beside_a_mark_are_escaped() -> None:
    picture = drawn((Mark(0, 0, 1, 0, "a < b\nc & d", ("1", "0")),))
    assert picture["data"][0]["text"] == ["a &lt; b<br>c &amp; d"]


def test_a_mark_that_is_pointed_at_says_its_own_count() -> None:
    for trace in drawn()["data"]:
        shown = {
            tuple(place): figures[0]
            for *place, figures in zip(trace["y"], trace["x"], trace["customdata"], strict=True)
        }
        assert shown == {
            (mark.row, mark.column): str(mark.count) for mark in MARKS if (mark.row, mark.column) in places(trace)
        }
        assert "Statements: %{customdata[0]}" in trace["hovertemplate"]


def test_a_picture_without_marks_can_be_drawn() -> None:
    assert [len(trace["x"]) for trace in drawn(())["data"]] == [0, 0]


def test_the_picture_is_few_bytes() -> None:
    figure = charts.figure(
        MARKS, rows=THEMES, columns=HEADS, together=(5, "Clinic texts"), counted=COUNTED, theme="light"
    )
    assert len(figure.to_json()) < 16_000
