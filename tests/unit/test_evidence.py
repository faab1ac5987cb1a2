"""Finding statements, counting who says what, statements side by side, and the table that is taken home."""

from __future__ import annotations

import csv
import functools
import io
import unicodedata
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain import evidence
from mesodash.domain.evidence import GENERAL, PAGE, VOICES, Cell, Filters
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, CERTAINTIES, LANGS, THEMES, Lang, Topic
from mesodash.reports import evidence as reports
from mesodash.reports import spreadsheet
from mesodash.ui.parts import statements

KNOWLEDGE = load()
CLAIMS = KNOWLEDGE.claims
SOURCES = sorted(KNOWLEDGE.sources)
NO_WORDS: dict[str, str] = {}
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@functools.cache
def haystacks(lang: Lang = "en") -> dict[str, str]:
    return {one: evidence.haystack([one, claim.statement[lang]]) for one, claim in CLAIMS.items()}


def found(filters: Filters) -> tuple[str, ...]:
    return evidence.matching(KNOWLEDGE, filters, haystacks())


def groups(tokens: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(tokens), max_size=3, unique=True).map(tuple)


FILTERS = st.builds(
    Filters,
    words=st.lists(st.sampled_from(["hair", "mesotherapy", "12", "s1-", "xyzzy"]), max_size=2, unique=True).map(tuple),
    options=groups((*ALL_OPTIONS, GENERAL)),
    themes=groups(THEMES),
    certainties=groups(CERTAINTIES),
    voices=groups(VOICES),
    source=st.none() | st.sampled_from(SOURCES),
    in_conflict=st.booleans(),
    unusable=st.booleans(),
)
OPEN = Filters()


# Finding


def test_every_topic_has_a_theme() -> None:
    assert set(evidence.THEMES_OF) == set(get_args(Topic))
    assert all(possible and set(possible) <= set(THEMES) for possible in evidence.THEMES_OF.values())


def test_a_statement_of_a_topic_with_several_themes_is_found_where_sources_disagree_about_it() -> None:
    disputed = [
        claim
        for claim in CLAIMS.values()
        if len(evidence.THEMES_OF[claim.topic]) > 1 and claim.id in KNOWLEDGE.conflicts_of
    ]
    assert disputed
    for claim in disputed:
        about = {conflict.theme for conflict in KNOWLEDGE.conflicts_of[claim.id]}
        possible = set(evidence.THEMES_OF[claim.topic])
        assert evidence.theme(KNOWLEDGE, claim) in (about & possible or possible)


def test_without_filters_every_statement_is_found_once() -> None:
    assert sorted(evidence.matching(KNOWLEDGE, OPEN, NO_WORDS)) == sorted(CLAIMS)


@given(FILTERS)
def test_every_filter_narrows(filters: Filters) -> None:
    shown = set(found(filters))
    for name, off in (
        ("words", ()),
        ("options", ()),
        ("themes", ()),
        ("certainties", ()),
        ("voices", ()),
        ("source", None),
        ("in_conflict", False),
        ("unusable", False),
    ):
        assert shown <= set(found(replace(filters, **{name: off}))), name


@given(FILTERS)
def test_what_is_found_fits_every_filter_and_stands_in_the_order_of_themes(filters: Filters) -> None:
    shown = [CLAIMS[one] for one in found(filters)]
    places = [THEMES.index(evidence.theme(KNOWLEDGE, claim)) for claim in shown]
    assert places == sorted(places)
    for claim in shown:
        assert not filters.options or set(claim.options or [GENERAL]) & set(filters.options)
        assert not filters.certainties or claim.certainty in filters.certainties
        assert not filters.voices or evidence.voice(claim) in filters.voices
        assert filters.source is None or filters.source in {citation.source for citation in claim.citations}
        assert not filters.unusable or not claim.usable
        assert not filters.in_conflict or any(
            claim.id in side.claims for conflict in KNOWLEDGE.conflicts for side in conflict.sides
        )


@pytest.mark.parametrize(
    ("field", "tokens"),
    [("options", (*ALL_OPTIONS, GENERAL)), ("themes", THEMES), ("certainties", CERTAINTIES), ("voices", VOICES)],
)
def test_the_choices_of_a_group_together_leave_nothing_out(field: str, tokens: tuple[str, ...]) -> None:
    each = [set(found(replace(OPEN, **{field: (token,)}))) for token in tokens]
    assert set().union(*each) == set(CLAIMS)
    assert set(found(replace(OPEN, **{field: tokens}))) == set(CLAIMS)


@pytest.mark.parametrize("lang", LANGS)
@given(data=st.data())
def test_any_words_of_a_statement_find_it_without_case_and_accents(lang: Lang, data: st.DataObject) -> None:
    claim = data.draw(st.sampled_from(sorted(CLAIMS.values(), key=lambda one: one.id)))
    words = data.draw(st.lists(st.sampled_from(claim.statement[lang].split()), min_size=1, max_size=4))
    typed = "  ".join(words).upper()
    bare = "".join(one for one in unicodedata.normalize("NFD", typed) if not unicodedata.combining(one))
    for text in (typed, bare):
        assert claim.id in evidence.matching(KNOWLEDGE, Filters(words=evidence.words(text)), haystacks(lang))


@given(st.text(max_size=60))
def test_whatever_is_typed_narrows_and_breaks_nothing(typed: str) -> None:
    assert set(found(Filters(words=evidence.words(typed)))) <= set(CLAIMS)


def test_all_words_must_occur() -> None:
    both = set(found(Filters(words=("hair", "transplant"))))
    assert both
    assert both == set(found(Filters(words=("hair",)))) & set(found(Filters(words=("transplant",))))
    assert not found(Filters(words=("hair", "xyzzy")))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("SÉANCES", "quatre seances"),
        ("seances", "quatre séances"),
        ("l\N{RIGHT SINGLE QUOTATION MARK}effet", "l'effet"),
        ("strasse", "Straße"),
        ("coeur", "cœur"),
        ("12\N{NO-BREAK SPACE}18", "12 to 18"),
    ],
)
def test_signs_that_look_or_sound_alike_match(typed: str, text: str) -> None:
    straw = evidence.haystack([text])
    assert all(word in straw for word in evidence.words(typed))


def test_no_word_is_found_across_two_texts() -> None:
    assert "hairloss" not in evidence.haystack(["hair", "loss"])


def test_conflicts_about_a_theme_are_those_of_that_theme() -> None:
    everything = evidence.conflicts_about(KNOWLEDGE)
    assert sorted(one.id for one in everything) == sorted(one.id for one in KNOWLEDGE.conflicts)
    for theme in THEMES:
        assert {one.id for one in evidence.conflicts_about(KNOWLEDGE, [theme])} == {
            one.id for one in KNOWLEDGE.conflicts if one.theme == theme
        }


# Pages


@given(st.lists(st.integers(), max_size=130), st.integers(1, 40))
def test_the_pages_together_are_the_whole_list(items: list[int], size: int) -> None:
    count = evidence.page_of(items, 0, size).count
    pages = [evidence.page_of(items, number, size) for number in range(count)]
    assert [one for page in pages for one in page.items] == items
    assert all(len(page.items) <= size for page in pages)
    assert all(page.items for page in pages) or not items
    for page in pages:
        assert list(page.items) == (items[page.first - 1 : page.last] if items else [])
        assert page.total == len(items)


@given(st.integers(0, 130), st.integers(-5, 50))
def test_a_page_beyond_the_list_is_the_nearest_there_is(total: int, number: int) -> None:
    page = evidence.page_of(range(total), number)
    assert 0 <= page.number < page.count
    assert page.number == min(max(number, 0), page.count - 1)
    assert bool(page.items) is bool(total)


def test_a_page_holds_twenty_entries_at_most() -> None:
    assert PAGE == 20
    assert len(evidence.page_of(tuple(CLAIMS), 0).items) == PAGE


# Who says what


def test_a_clinic_text_is_never_counted_as_a_study() -> None:
    for claim in CLAIMS.values():
        founding = any(KNOWLEDGE.sources[one.source].kind == "founding_text" for one in claim.citations)
        assert (evidence.voice(claim) == "clinic_text") is founding
        own = all(KNOWLEDGE.sources[one.source].kind == "own_judgement" for one in claim.citations)
        assert (evidence.voice(claim) == "own") is own


def test_the_counts_are_those_of_the_data() -> None:
    counts = evidence.counts(KNOWLEDGE)
    assert counts.statements == len(CLAIMS) == counts.sourced + counts.own
    assert counts.conflicts == len(KNOWLEDGE.conflicts)
    assert counts.unusable == sum(not claim.usable for claim in CLAIMS.values())
    assert counts.sources == len(KNOWLEDGE.sources) - 1


def test_the_picture_counts_every_usable_statement_once_and_no_other() -> None:
    usable = [claim for claim in CLAIMS.values() if claim.usable]
    cells = evidence.picture(KNOWLEDGE)
    assert sum(cell.statements for cell in cells.values()) == len(usable)
    assert sum(cell.disputed for cell in cells.values()) == sum(one.id in KNOWLEDGE.conflicts_of for one in usable)
    assert {column for _, column in cells} <= set(evidence.columns(KNOWLEDGE))


@pytest.mark.parametrize("number", range(1, 6))
def test_the_column_of_a_clinic_text_counts_the_statements_of_that_text(number: int) -> None:
    source = f"founding-text-{number}"
    expected: dict[str, Cell] = {}
    for claim in CLAIMS.values():
        if claim.usable and claim.citations[0].source == source:
            theme = evidence.theme(KNOWLEDGE, claim)
            before = expected.get(theme, Cell(0, 0))
            expected[theme] = Cell(before.statements + 1, before.disputed + (claim.id in KNOWLEDGE.conflicts_of))
    cells = evidence.picture(KNOWLEDGE)
    assert {theme: cell for (theme, column), cell in cells.items() if column == source} == expected


@pytest.mark.parametrize("option", [*ALL_OPTIONS, GENERAL])
def test_the_picture_of_one_option_is_a_part_of_the_whole(option: evidence.General) -> None:
    whole = evidence.picture(KNOWLEDGE)
    for place, cell in evidence.picture(KNOWLEDGE, option).items():
        assert cell.statements <= whole[place].statements
        assert cell.disputed <= whole[place].disputed


def test_side_by_side_has_every_clinic_statement_with_links_and_every_link_of_it() -> None:
    shown = {one.claim: one for one in evidence.beside(KNOWLEDGE)}
    linked = {
        claim.id
        for claim in CLAIMS.values()
        if claim.kind == "clinic_statement" and (claim.supported_by or claim.qualified_by or claim.contradicted_by)
    }
    assert set(shown) == linked
    for one in shown.values():
        claim = CLAIMS[one.claim]
        assert (one.agrees, one.limits, one.opposes) == (claim.supported_by, claim.qualified_by, claim.contradicted_by)
        assert all(evidence.voice(CLAIMS[other]) != "clinic_text" for other in (*one.agrees, *one.limits, *one.opposes))


def test_side_by_side_can_be_narrowed_to_themes() -> None:
    parts = [{one.claim for one in evidence.beside(KNOWLEDGE, [theme])} for theme in THEMES]
    assert sum(map(len, parts)) == len(evidence.beside(KNOWLEDGE))
    assert set().union(*parts) == {one.claim for one in evidence.beside(KNOWLEDGE)}


def test_what_is_not_usable_is_listed_with_a_reason_in_every_language() -> None:
    listed = evidence.unusable(KNOWLEDGE)
    assert set(listed) == {claim.id for claim in CLAIMS.values() if not claim.usable}
    assert all((CLAIMS[one].unusable_because or {}).keys() == set(LANGS) for one in listed)


# The table


def read(file: bytes, separator: str) -> list[list[str]]:
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=separator))


def written(lang: Lang, ids: tuple[str, ...]) -> list[dict[str, str]]:
    words = Words(KNOWLEDGE, lang)
    file = reports.to_csv(
        KNOWLEDGE,
        words,
        ids,
        certainty=lambda claim: statements.certainty_words(words, claim),
        sources=lambda claim: statements.source_words(KNOWLEDGE, words, claim),
    )
    heads, *rows = read(file, "," if lang == "en" else ";")
    assert heads == [words(f"evidence.csv.{column}") for column in reports.COLUMNS]
    return [dict(zip(reports.COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.parametrize("sign", FORMULAS)
def test_a_cell_that_begins_like_a_formula_is_neutralised(sign: str) -> None:
    cell = f"{sign}HYPERLINK(A1)"
    assert spreadsheet.neutral(cell) == f"'{cell}"
    assert read(spreadsheet.table([[cell, "a"]], "en"), ",") == [[f"'{cell}", "a"]]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=4))
def test_no_cell_of_a_table_begins_like_a_formula_and_nothing_else_is_changed(cells: list[str]) -> None:
    (row,) = read(spreadsheet.table([cells], "de"), ";")
    assert not any(cell.startswith(FORMULAS) for cell in row)
    assert [
        cell if cell == before else cell.removeprefix("'") for cell, before in zip(row, cells, strict=True)
    ] == cells


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_has_a_row_for_each_statement_in_the_reader_s_language(lang: Lang) -> None:
    rows = written(lang, tuple(CLAIMS))
    assert [row["id"] for row in rows] == list(CLAIMS)
    for row in rows:
        claim = CLAIMS[row["id"]]
        assert row["statement"] == spreadsheet.neutral(claim.statement[lang])
        assert row["sources"]
        assert row["checked_on"] == claim.checked_on
        assert set(row["disagrees"].split("; ")) - {""} == {*claim.conflicts_with, *claim.contradicted_by}
        if claim.unusable_because:
            assert claim.unusable_because[lang] in row["usable"]


def test_figures_have_the_decimal_mark_of_the_language_and_a_single_one_is_both_ends() -> None:
    claim = next(
        one
        for one in CLAIMS.values()
        if one.value and one.value.low is None and one.value.typical and one.value.typical % 1
    )
    assert claim.value
    for lang, mark in (("en", "."), ("de", ","), ("fr", ",")):
        (row,) = written(lang, (claim.id,))
        assert row["low"] == row["high"] == str(claim.value.typical).replace(".", mark)


def test_the_own_judgement_of_the_authors_is_never_called_a_clinic_s() -> None:
    words = Words(KNOWLEDGE, "en")
    own = [claim.id for claim in CLAIMS.values() if evidence.voice(claim) == "own" and claim.kind != "synthesis"]
    assert all(words("certainty.not_graded") not in row["certainty"] for row in written("en", tuple(own)))
