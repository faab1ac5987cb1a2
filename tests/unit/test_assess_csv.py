"""`assess --csv`: many cases from one file."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesodash.cli import many_cases
from mesodash.cli.main import run
from mesodash.domain.eligibility import assess
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang, Question
from mesodash.reports import assessment

Table = Callable[..., tuple[int, str, str]]


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Table:
    """Give a function that assesses a table given as text or bytes: exit code, standard output, error."""

    def call(body: str | bytes, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "cases.csv"
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        code = run(["assess", "--csv", *options, str(path)])
        printed = capsys.readouterr()
        # The folder differs from run to run, and only its first characters are shown.
        return code, printed.out, printed.err.replace(str(path)[:40], "cases.csv", 1).replace("cases.csv…", "cases.csv")

    return call


def assert_refused(result: tuple[int, str, str], place: str, key: str) -> None:
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(f"{place}: {load().texts('en')[key].split('{')[0]}")


def test_each_case_is_a_line_in_the_order_of_the_file(table: Table) -> None:
    code, out, err = table("case,age_years,diabetes\nb,40,no\na,17,\n")
    assert (code, err) == (0, "")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["case"] for line in lines] == ["b", "a"]
    assert lines[1]["options"]["mesotherapy"]["outcome"] == "listed_exclusion"


@pytest.mark.parametrize("lang", LANGS)
def test_line_says_what_one_case_alone_says(
    table: Table, capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: Lang
) -> None:
    answers = {
        "age_years": 34,
        "sex": "female",
        "pregnancy": "pregnant",
        "menstruation_on_day": "no",
        "loss_onset": "sudden",
        "scalp_signs": ["itching", "open_wounds"],
        "medicines": ["minoxidil"],
        "allergies": [],
        "diabetes": "unknown",
        "goals": "declined",
        "accepts_needles": "no",
    }
    cells = [";".join(value) or "[]" if isinstance(value, list) else str(value) for value in answers.values()]
    _, out, _ = table(f"case,{','.join(answers)}\nx,{','.join(cells)}\n", "--lang", lang)
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    run(["assess", "--lang", lang, str(path)])
    assert json.loads(out) == {"case": "x", **json.loads(capsys.readouterr().out)}


def _answer(question: Question) -> st.SearchStrategy[object]:
    if question.type == "integer":
        known: st.SearchStrategy[object] = st.integers(question.minimum, question.maximum)
    elif question.type == "multi":
        known = st.lists(st.sampled_from(question.values), unique=True).map(tuple)
    else:
        known = st.sampled_from(question.values)
    return known | st.sampled_from(["unknown", "declined"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_finished_pieces_put_together_say_what_the_whole_says(data: st.DataObject) -> None:
    knowledge = load()
    answers = data.draw(
        st.fixed_dictionaries({}, optional={name: _answer(question) for name, question in knowledge.questions.items()})
    )
    lang = data.draw(st.sampled_from(LANGS))
    result = assess(knowledge, answers)  # type: ignore[arg-type]
    words = Words(knowledge, lang)
    line = assessment.Lines(knowledge, words).line('a "case"', result)
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "case": 'a "case"',
        **json.loads(json.dumps(assessment.as_json(knowledge, words, result))),
    }


def test_empty_cell_is_a_question_without_an_answer(table: Table) -> None:
    _, with_column, _ = table("case,diabetes,allergies\na,,\n")
    _, without_column, _ = table("case\na\n")
    assert with_column == without_column


def test_brackets_are_the_answer_none_of_these(table: Table) -> None:
    _, out, _ = table("case,allergies\na,[]\nb,\n")
    none, absent = (json.loads(line) for line in out.splitlines())
    assert {"question": "allergies", "could_become": "listed_exclusion"} not in none["options"]["mesotherapy"]["open"]
    assert {"question": "allergies", "could_become": "listed_exclusion"} in absent["options"]["mesotherapy"]["open"]


@pytest.mark.parametrize(
    "body",
    [
        "case,sex\n",
        "case,sex",
        "\ufeffcase,sex\na,male\n",
        "case,sex\r\na,male\r\n",
        "case,sex\ra,male\r",
        "sex,case\nmale,a",
        'case,sex\n"a","male"\n',
        'case,sex\n"a\nb, ""c""",male\n',
        "case,age_years\na,007\n",
        "case,sex\n é,male\n",
    ],
    ids=ascii,
)
def test_usual_ways_to_write_a_table_are_read(table: Table, body: str) -> None:
    code, out, err = table(body)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == len([name for name in ("male", "007") if name in body])


def test_name_of_a_case_is_printed_as_it_stands(table: Table) -> None:
    _, out, _ = table('case\n"a\nb, ""c"" \u2028é"\n')
    assert json.loads(out)["case"] == 'a\nb, "c" \u2028é'


MANY_ROWS = "".join(f"{number},male\n" for number in range(9999))
BAD_TABLES = [
    ("nothing", "", "case", "error.missing_column"),
    ("no column for the case", "sex\nmale\n", "case", "error.missing_column"),
    ("an unknown column", "case,sexes\na,male\n", "sexes", "error.unknown_column"),
    ("a column without a name", "case,\na,male\n", '""', "error.unknown_column"),
    ("a column with a space", "case, sex\na,male\n", " sex", "error.unknown_column"),
    ("a line end in a column", 'case,"s\nx"\na,male\n', "s\\nx", "error.unknown_column"),
    ("semicolons between columns", "case;sex\na;male\n", "case;sex", "error.unknown_column"),
    ("a repeated column", "case,sex,sex\na,male,male\n", "sex", "error.repeated_column"),
    ("the case twice", "case,case\na,b\n", "case", "error.repeated_column"),
    ("too few cells", "case,sex\na,male\nb\n", "case b: row 2: 1", "error.wrong_cell_count"),
    ("too many cells", "case,sex\na,male,no\n", "case a: row 1: 3", "error.wrong_cell_count"),
    ("an empty row", "case,sex\na,male\n\nb,male\n", "row 2: 0", "error.wrong_cell_count"),
    ("an empty case", "case,sex\na,male\n,male\n", "row 2", "error.empty_case"),
    ("a case of spaces", "case,sex\n  ,male\n", "row 1", "error.empty_case"),
    ("a repeated case", "case,sex\na,male\nb,male\na,female\n", "case a: case", "error.repeated_case"),
    ("a bad value", "case,sex\na,male\nb,man\n", "case b: sex: man", "error.not_allowed"),
    ("a bad value in the last row", f"case,sex\n{MANY_ROWS}x,man", "case x: sex: man", "error.not_allowed"),
    ("a value with a space", "case,sex\na,male \n", "case a: sex: male ", "error.not_allowed"),
    ("a list for one value", "case,sex\na,male;female\n", "case a: sex: male;female", "error.not_allowed"),
    ("brackets for one value", "case,sex\na,[]\n", "case a: sex: []", "error.not_allowed"),
    ("null", "case,sex\na,null\n", "case a: sex: null", "error.not_allowed"),
    ("unknown in a list", "case,allergies\na,latex;unknown\n", "case a: allergies: unknown", "error.not_allowed"),
    ("brackets in a list", "case,allergies\na,[];latex\n", "case a: allergies: []", "error.not_allowed"),
    ("an open end of a list", "case,allergies\na,latex;\n", "case a: allergies: ", "error.not_allowed"),
    ("a repeated item", "case,allergies\na,latex;latex\n", "case a: allergies: latex", "error.repeated"),
    ("a fraction", "case,age_years\na,30.0\n", "case a: age_years: 30.0", "error.not_a_whole_number"),
    ("a power", "case,age_years\na,3e1\n", "case a: age_years: 3e1", "error.not_a_whole_number"),
    ("a sign", "case,age_years\na,+30\n", "case a: age_years: +30", "error.not_a_whole_number"),
    ("a line between digits", "case,age_years\na,3_0\n", "case a: age_years: 3_0", "error.not_a_whole_number"),
    ("digits of another script", "case,age_years\na,٣٠\n", "case a: age_years: ٣٠", "error.not_a_whole_number"),
    ("fifty digits", f"case,age_years\na,{'9' * 50}\n", f"case a: age_years: {'9' * 40}…", "error.not_a_whole_number"),
    ("a number below the range", "case,age_years\na,-1\n", "case a: age_years: -1", "error.out_of_range"),
    ("a number above the range", "case,age_years\na,121\n", "case a: age_years: 121", "error.out_of_range"),
    ("a line end in a case", 'case,sex\n"a\nb",man\n', "case a\\nb: sex: man", "error.not_allowed"),
    ("a line end in a cell", 'case,sex\na,"m\nf"\n', "case a: sex: m\\nf", "error.not_allowed"),
    ("a zero byte", "case,sex\na,m\0\n", "case a: sex: m\\x00", "error.not_allowed"),
    ("a long case", f"case,sex\n{'a' * 99},man\n", f"case {'a' * 40}…: sex: man", "error.not_allowed"),
    ("an open quote", 'case,sex\na,"male\n', "FILE: cases.csv", "error.not_csv"),
    ("text after a quote", 'case,sex\n"a"b,male\n', "FILE: cases.csv", "error.not_csv"),
    ("a cell without an end", "case,sex\n" + '"' + "a\n" * 200_000, "FILE: cases.csv", "error.not_csv"),
    ("a line without an end", "case,sex\n" + "a" * 100_000, "FILE: cases.csv", "error.text_too_long"),
    ("another encoding", "case,sex\nä,male\n".encode("latin-1"), "FILE: cases.csv", "error.not_utf8"),
    ("another encoding far down", f"case,sex\n{MANY_ROWS}".encode() + b"\xff", "FILE: cases.csv", "error.not_utf8"),
    ("UTF-16", "case,sex\na,male\n".encode("utf-16"), "FILE: cases.csv", "error.not_utf8"),
    ("zero bytes", b"\0" * 100_000, "FILE: cases.csv", "error.text_too_long"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "place", "key"), [case[1:] for case in BAD_TABLES], ids=[case[0] for case in BAD_TABLES]
)
def test_bad_table_prints_one_line_and_no_case(table: Table, body: str | bytes, place: str, key: str) -> None:
    assert_refused(table(body), place, key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("-", "error.not_a_file"),
        ("/", "error.not_a_file"),
        ("", "error.not_a_file"),
        (os.devnull, "error.not_a_file"),
        ("/nowhere", "error.missing_file"),
        ("a\0", "error.missing_file"),
    ],
)
def test_table_comes_from_a_file_on_disk(capsys: pytest.CaptureFixture[str], name: str, key: str) -> None:
    code = run(["assess", "--csv", name])
    printed = capsys.readouterr()
    assert_refused((code, printed.out, printed.err), f"FILE: {name}".replace("\0", "\\x00"), key)


def test_table_without_a_file_is_not_read_from_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["assess", "--csv"])
    printed = capsys.readouterr()
    assert_refused((code, printed.out, printed.err), "FILE", "error.required")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_is_refused_instead_of_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert run(["assess", "--csv", str(pipe)]) == 2
    assert capsys.readouterr().err.startswith("FILE: ")


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    def highest(count: int) -> int:
        path = tmp_path / f"{count}.csv"
        path.write_text("case,age_years,sex\n" + "".join(f"case-{number},40,male\n" for number in range(count)))
        tracemalloc.start()
        for _ in many_cases.read(load().questions, "FILE", str(path)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    highest(2000)
    # Ten thousand names alone would take half a megabyte.
    assert highest(12_000) < highest(2000) + 50_000


@pytest.mark.slow
@given(st.lists(st.text(min_size=1), max_size=30))
def test_name_is_new_exactly_once(names: list[str]) -> None:
    names = [name.encode("utf-8", "replace").decode() for name in names]
    seen = many_cases.Names()
    assert [seen.has(name) for name in names] == [name in names[:place] for place, name in enumerate(names)]
    seen.close()


def test_case_may_be_named_like_a_number_of_another_form(table: Table) -> None:
    code, out, _ = table("case\n1\n1.0\n01\n1\u0661\n")
    assert code == 0
    assert len(out.splitlines()) == 4
