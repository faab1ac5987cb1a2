"""The commands as a shell sees them: exit code, standard output, one line about bad input."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mesodash.cli.faults import escaped
from mesodash.cli.main import run
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, OPTIONS, Lang
from mesodash.paths import DATA, ROOT

Run = Callable[..., tuple[int, str, str]]
TIMELINE = ["timeline", "--protocol", "four_fortnightly", "--start", "2027-01-04"]
SIX_TO_TEN = ["timeline", "--protocol", "six_to_ten", "--start", "2027-01-04", "--interval-days", "14"]
CUSTOM = ["timeline", "--protocol", "custom", "--interval-days", "1"]
TRANSPLANT = ["timeline", "--protocol", "transplant_course", "--start", "2027-01-04"]
ONE_PRICE = ["cost", "--option", "prp", "--price", "9", "--currency", "EUR"]
COST = ["cost", "--option", "mesotherapy", "--sessions", "4..10", "--price", "150..300", "--currency", "EUR"]


@pytest.fixture
def run_with(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs a command with some bytes on standard input: exit code, standard output, error."""

    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def shell(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mesodash", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
    )


def assert_refused(result: tuple[int, str, str], field: str, shown: str | None, key: str, lang: Lang = "en") -> None:
    """Check the one line: field first, then the value, then what is wrong and what to do."""
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert re.search(r"[\x00-\x1f\x7f-\x9f\u202e\ud800-\udfff]", err[:-1]) is None
    start = ": ".join([field] if shown is None else [field, shown])
    # What follows the first placeholder depends on the field.
    assert err.startswith(f"{start}: {load().texts(lang)[key].split('{')[0]}")


BAD_ANSWERS = [
    ("an unknown question", b'{"sicknesses": "yes"}', "sicknesses", None, "error.unknown_question"),
    ("an unknown question that is null", b'{"sicknesses": null}', "sicknesses", None, "error.unknown_question"),
    ("a value that does not exist", b'{"diabetes": "maybe"}', "diabetes", "maybe", "error.not_allowed"),
    ("a boolean for yes", b'{"diabetes": true}', "diabetes", "true", "error.not_text"),
    ("a number for a stage", b'{"norwood_stage": 3}', "norwood_stage", "3", "error.not_text"),
    ("an object", b'{"diabetes": {"a": 1}}', "diabetes", '{\\"a\\": 1}', "error.not_text"),
    ("a list for one value", b'{"sex": ["male"]}', "sex", '[\\"male\\"]', "error.not_text"),
    ("null", b'{"diabetes": null}', "diabetes", "null", "error.null"),
    ("null in a list", b'{"allergies": [null]}', "allergies", "null", "error.not_allowed"),
    ("an empty string", b'{"sex": ""}', "sex", "", "error.not_allowed"),
    ("a fraction", b'{"age_years": 30.5}', "age_years", "30.5", "error.not_a_whole_number"),
    ("a whole fraction", b'{"age_years": 30.0}', "age_years", "30.0", "error.not_a_whole_number"),
    ("a power", b'{"age_years": 3e1}', "age_years", "3e1", "error.not_a_whole_number"),
    ("a word for a number", b'{"age_years": "30"}', "age_years", "30", "error.not_a_whole_number"),
    ("true for a number", b'{"age_years": true}', "age_years", "true", "error.not_a_whole_number"),
    ("NaN", b'{"age_years": NaN}', "age_years", "NaN", "error.not_a_whole_number"),
    ("infinity", b'{"age_years": -Infinity}', "age_years", "-Infinity", "error.not_a_whole_number"),
    ("NaN in a list", b'{"allergies": [NaN]}', "allergies", "NaN", "error.not_allowed"),
    ("too large a number", b'{"age_years": 121}', "age_years", "121", "error.out_of_range"),
    ("a negative number", b'{"age_years": -1}', "age_years", "-1", "error.out_of_range"),
    ("a number of 50 digits", b'{"age_years": ' + b"9" * 50 + b"}", "age_years", "9" * 40 + "…", "error.out_of_range"),
    (
        "a number of 9000 digits",
        b'{"age_years": ' + b"9" * 9000 + b"}",
        "age_years",
        "9" * 40 + "…",
        "error.not_a_whole_number",
    ),
    ("a huge power", b'{"age_years": 1e999}', "age_years", "1e999", "error.not_a_whole_number"),
    ("a word for a list", b'{"allergies": "latex"}', "allergies", "latex", "error.not_a_list"),
    ("unknown in a list", b'{"allergies": ["latex", "unknown"]}', "allergies", "unknown", "error.not_allowed"),
    ("a repeated item", b'{"allergies": ["latex", "latex"]}', "allergies", "latex", "error.repeated"),
    ("a list in a list", b'{"allergies": [["latex"]]}', "allergies", '[\\"latex\\"]', "error.not_allowed"),
    ("a repeated key", b'{"diabetes": "no", "sex": "male", "diabetes": "yes"}', "diabetes", None, "error.repeated_key"),
    ("a line end in a value", b'{"sex": "a\\nb\\u0000\\"c"}', "sex", 'a\\nb\\x00\\"c', "error.not_allowed"),
    ("a line end in a question", b'{"a\\nb": "yes"}', "a\\nb", None, "error.unknown_question"),
    ("half a surrogate pair", b'{"sex": "\\ud800"}', "sex", "\\ud800", "error.not_allowed"),
    ("a right-to-left mark", '{"sex": "\u202e"}'.encode(), "sex", "\\u202e", "error.not_allowed"),
    ("a list", b"[1]", "FILE", "-", "error.not_an_object"),
    ("null alone", b"null", "FILE", "-", "error.not_an_object"),
    ("a number alone", b"12", "FILE", "-", "error.not_an_object"),
    ("nothing", b"", "FILE", "-", "error.not_json"),
    ("half an object", b'{"sex": ', "FILE", "-", "error.not_json"),
    ("two objects", b"{}{}", "FILE", "-", "error.not_json"),
    ("deep lists", b'{"sex": ' + b"[" * 100_000, "FILE", "-", "error.not_json"),
    ("closed deep lists", b'{"sex": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "FILE", "-", "error.not_json"),
    ("deep objects", b'{"a":' * 100_000, "FILE", "-", "error.not_json"),
    ("too many bytes", b"{" + b" " * 1_000_000 + b"}", "FILE", "-", "error.text_too_long"),
    ("another encoding", '{"sex": "ä"}'.encode("latin-1"), "FILE", "-", "error.not_utf8"),
    ("UTF-16", "{}".encode("utf-16"), "FILE", "-", "error.not_utf8"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\xff", "FILE", "-", "error.not_utf8"),
]


@pytest.mark.parametrize(
    ("body", "field", "shown", "key"), [case[1:] for case in BAD_ANSWERS], ids=[case[0] for case in BAD_ANSWERS]
)
def test_bad_answers_are_refused_in_one_line(
    run_with: Run, body: bytes, field: str, shown: str | None, key: str
) -> None:
    assert_refused(run_with("assess", stdin=body), field, shown, key)


BAD_OPTIONS = [
    ([], "command", None, "error.no_command"),
    (["guess"], "command", "guess", "error.unknown_command"),
    (["as\nsess"], "command", "as\\nsess", "error.unknown_command"),
    ([""], "command", "", "error.unknown_command"),
    (["--guess"], "command", "--guess", "error.unknown_option"),
    (["assess", "--guess"], "assess", "--guess", "error.unknown_option"),
    (["assess", "--gu\x1b[31mess"], "assess", "--gu\\x1b[31mess", "error.unknown_option"),
    (["assess", "-q"], "assess", "-q", "error.unknown_option"),
    (["assess", "a", "b"], "assess", "b", "error.too_many_arguments"),
    (["check-data", "x"], "check-data", "x", "error.too_many_arguments"),
    (["assess", "--lang"], "lang", None, "error.needs_a_value"),
    (["assess", "--csv=yes"], "csv", None, "error.takes_no_value"),
    (["assess", "--lang", "it"], "lang", "it", "error.not_allowed"),
    (["assess", "--lang", "EN"], "lang", "EN", "error.not_allowed"),
    (["assess", "--lang", ""], "lang", "", "error.not_allowed"),
    (["assess", "--lang", "en", "--lang", "en"], "lang", "en", "error.given_twice"),
    (["assess", "/nowhere/answers.json"], "FILE", "/nowhere/answers.json", "error.missing_file"),
    (["assess", "a" * 300], "FILE", "a" * 40 + "…", "error.missing_file"),
    (["assess", "a\0b"], "FILE", "a\\x00b", "error.missing_file"),
    (["assess", "a\udcff"], "FILE", "a\\udcff", "error.missing_file"),
    (["assess", ""], "FILE", "", "error.missing_file"),
    (["assess", "/"], "FILE", "/", "error.missing_file"),
    (["compare", "--answers", "/nowhere"], "answers", "/nowhere", "error.missing_file"),
    (["compare", "--answers"], "answers", None, "error.needs_a_value"),
    (["compare", "--lang", "xx"], "lang", "xx", "error.not_allowed"),
    (["compare", "extra"], "compare", "extra", "error.too_many_arguments"),
    (["check-data", "--data", "/nowhere"], "data", "/nowhere", "error.not_a_folder"),
    (["check-data", "--data", ""], "data", "", "error.not_a_folder"),
    (["timeline"], "protocol", None, "error.required_as"),
    (["timeline", "--protocol", "weekly"], "protocol", "weekly", "error.not_allowed"),
    (["timeline", "--protocol", "custom"], "start", None, "error.required_as"),
    (["timeline", "--protocol", "custom", "--start", "2027-01-04"], "sessions", None, "error.required"),
    (["timeline", "--protocol", "custom", "--start", "2027-13-04"], "start", "2027-13-04", "error.not_a_date"),
    (["timeline", "--protocol", "custom", "--start", "20270104"], "start", "20270104", "error.not_a_date"),
    (["timeline", "--protocol", "custom", "--start", "٢٠٢٧-01-04"], "start", "٢٠٢٧-01-04", "error.not_a_date"),
    ([*CUSTOM, "--sessions", "2", "--start", "9999-12-31"], "start", "9999-12-31", "error.date_too_late"),
    ([*TIMELINE, "--start", "2027-01-05"], "start", "2027-01-05", "error.given_twice"),
    ([*TIMELINE, "--sessions", "61"], "sessions", "61", "error.out_of_range"),
    ([*TIMELINE, "--sessions", "four"], "sessions", "four", "error.not_a_whole_number"),
    ([*TIMELINE, "--sessions", ""], "sessions", "", "error.not_a_whole_number"),
    ([*TIMELINE, "--sessions", "1" * 30], "sessions", "1" * 30, "error.not_a_whole_number"),
    ([*TIMELINE, "--interval-days", "0"], "interval-days", "0", "error.out_of_range"),
    ([*TIMELINE, "--interval-days", "1.5"], "interval-days", "1.5", "error.not_a_whole_number"),
    ([*TIMELINE, "--maintenance-months", "25"], "maintenance-months", "25", "error.out_of_range"),
    ([*TIMELINE, "--horizon-months", "0"], "horizon-months", "0", "error.out_of_range"),
    ([*TIMELINE, "--tolerance-days", "-1"], "tolerance-days", "-1", "error.out_of_range"),
    ([*TIMELINE, "--avoid", "2027-01-04"], "avoid", "2027-01-04", "error.not_a_span_of_days"),
    ([*TIMELINE, "--avoid", "2027-01-04..x"], "avoid", "2027-01-04..x", "error.not_a_date"),
    ([*TIMELINE, "--avoid", "2027-01-04..2027-01-03"], "avoid", "2027-01-04..2027-01-03", "error.end_before_start"),
    ([*TIMELINE, "--closed-weekdays", "sat,someday"], "closed-weekdays", "someday", "error.not_a_weekday"),
    ([*TIMELINE, "--closed-weekdays", ""], "closed-weekdays", "", "error.not_a_weekday"),
    ([*TIMELINE, "--closed-weekdays", "sat,sat"], "closed-weekdays", "sat", "error.repeated"),
    ([*TIMELINE, "--country", "XX"], "country", "XX", "error.unknown_country"),
    ([*TIMELINE, "--country", "DE", "--subdivision", "ZZ"], "subdivision", "ZZ", "error.unknown_subdivision"),
    ([*TIMELINE, "--subdivision", "BY"], "country", None, "error.required"),
    ([*TIMELINE, "--format", "pdf"], "format", "pdf", "error.not_allowed"),
    ([*TIMELINE, "--time", "09:30"], "time", "09:30", "error.goes_together"),
    ([*TIMELINE, "--timezone", "Europe/Berlin"], "timezone", "Europe/Berlin", "error.goes_together"),
    ([*TIMELINE, "--salt", "a"], "salt", "a", "error.goes_together"),
    ([*TIMELINE, "--format", "ics", "--salt", " "], "salt", None, "error.required_as"),
    ([*TIMELINE, "--format", "ics", "--time", "9:30"], "time", "9:30", "error.not_a_time"),
    ([*TIMELINE, "--format", "ics", "--time", "09:30"], "timezone", None, "error.required"),
    ([*TIMELINE, "--format", "ics", "--timezone", "Europe/Berlin"], "time", None, "error.required"),
    ([*TIMELINE, "--format=ics", "--time=09:30", "--timezone", "Mars"], "timezone", "Mars", "error.unknown_timezone"),
    ([*SIX_TO_TEN, "--sessions", "5"], "sessions", "5", "error.out_of_range"),
    ([*SIX_TO_TEN, "--sessions", "8", "--maintenance-months", "2"], "maintenance-months", "2", "error.not_taken"),
    ([*TRANSPLANT, "--sessions", "1"], "sessions", "1", "error.not_taken"),
    (["cost"], "option", None, "error.required_as"),
    (["cost", "--option", "wigs"], "option", "wigs", "error.not_allowed"),
    (["cost", "--option", "prp"], "sessions", None, "error.required_as"),
    (["cost", "--option", "prp", "--sessions", "3"], "price", None, "error.required_as"),
    (["cost", "--option", "prp", "--sessions", "3", "--price", "9"], "currency", None, "error.required_as"),
    ([*COST, "--currency", "EUR"], "currency", "EUR", "error.given_twice"),
    ([*COST[:-1], "euro"], "currency", "euro", "error.not_a_currency"),
    ([*COST, "--vat", "101"], "vat", "101", "error.out_of_range"),
    ([*COST, "--vat", "nan"], "vat", "nan", "error.not_an_amount"),
    ([*COST, "--vat", "-0.01"], "vat", "-0.01", "error.negative"),
    ([*COST, "--discount", "1.234"], "discount", "1.234", "error.too_many_decimals"),
    ([*COST, "--discount-from", "2"], "discount-from", "2", "error.goes_together"),
    ([*COST, "--maintenance-months", "2..3"], "maintenance-months", "2..3", "error.goes_together"),
    ([*COST, "--maintenance-price", "100"], "maintenance-price", "100", "error.goes_together"),
    ([*COST, "--upfront", "9..1"], "upfront", "9..1", "error.low_above_high"),
    ([*COST, "--upfront", "1e3"], "upfront", "1e3", "error.not_an_amount"),
    ([*COST, "--upfront", "1" * 50], "upfront", "1" * 40 + "…", "error.not_an_amount"),
    ([*COST, "--horizon-years", "11"], "horizon-years", "11", "error.out_of_range"),
    ([*COST, "--interval-days", ""], "interval-days", "", "error.not_a_whole_number"),
    ([*ONE_PRICE, "--sessions", "4..3"], "sessions", "4..3", "error.low_above_high"),
    ([*ONE_PRICE, "--sessions", "-1"], "sessions", "-1", "error.out_of_range"),
    ([*ONE_PRICE, "--sessions", "1.."], "sessions", "1..", "error.not_a_whole_number"),
    ([*COST, "--lang", "de"], "cost", "--lang", "error.unknown_option"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "field", "shown", "key"), BAD_OPTIONS, ids=lambda value: ascii(value)[:60])
def test_bad_options_are_refused_in_one_line(
    run_with: Run, arguments: list[str], field: str, shown: str | None, key: str
) -> None:
    lang: Lang = "de" if arguments[-2:] == ["--lang", "de"] else "en"
    assert_refused(run_with(*arguments), field, shown, key, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_bad_input_is_explained_in_the_language_asked_for(run_with: Run, lang: Lang) -> None:
    assert_refused(run_with("assess", f"--lang={lang}", stdin=b"[]"), "FILE", "-", "error.not_an_object", lang)


def test_every_fault_that_the_code_can_raise_has_a_text() -> None:
    raised = {
        key
        for room in ("cli", "domain", "reports")
        for path in (ROOT / "src" / "mesodash" / room).rglob("*.py")
        for key in re.findall(r'"(error\.[a-z_0-9]+)"', path.read_text(encoding="utf-8"))
    }
    assert raised
    assert raised - load().texts("en").keys() == set()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("ä€", "ä€"),
        ("a'b", "a\\'b"),
        ("\\n", "\\\\n"),
        ("\n" * 21, "\\n" * 20 + "…"),
        ("x" * 40, "x" * 40),
    ],
)
def test_shown_value_is_one_line_of_at_most_forty_characters(given: str, shown: str) -> None:
    assert escaped(given) == shown


def test_assess_prints_every_part_of_the_assessment(run_with: Run) -> None:
    code, out, err = run_with("assess", stdin=b'{"pregnancy": "pregnant", "sex": "female", "loss_onset": "sudden"}')
    assert (code, err) == (0, "")
    assert out.endswith("}\n")
    printed = json.loads(out)
    assert list(printed) == [
        "content_version",
        "content_hash",
        "lang",
        "red_flags",
        "options",
        "settle_next",
        "ignored",
    ]
    assert [list(flag) for flag in printed["red_flags"]] == [["rule", "text", "sources"]]
    assert list(printed["options"]) == list(OPTIONS)
    mesotherapy = printed["options"]["mesotherapy"]
    assert list(mesotherapy) == ["outcome", "label", "reasons", "considerations", "open"]
    assert mesotherapy["label"] == load().texts("en")[f"outcome.{mesotherapy['outcome']}"]
    waits = [reason for reason in mesotherapy["reasons"] if reason["outcome"] == "wait"]
    assert list(waits[0]) == ["rule", "outcome", "answers", "text", "until", "sources", "certainty"]
    assert waits[0]["answers"] == {"pregnancy": "pregnant"}
    assert all(("until" in reason) == (reason["outcome"] == "wait") for reason in mesotherapy["reasons"])
    assert all(list(entry) == ["question", "could_become"] for entry in printed["options"]["prp"]["open"])


def test_assess_names_answers_that_do_not_apply(run_with: Run) -> None:
    _, out, _ = run_with("assess", stdin=b'{"sex": "male", "pregnancy": "pregnant"}')
    assert json.loads(out)["ignored"] == ["pregnancy"]


@pytest.mark.parametrize("lang", LANGS)
def test_outcomes_are_the_same_in_every_language_and_texts_are_not(run_with: Run, lang: Lang) -> None:
    body = b'{"age_years": 40, "diabetes": "yes"}'
    printed, english = (json.loads(run_with("assess", "--lang", one, stdin=body)[1]) for one in (lang, "en"))
    assert printed["lang"] == lang
    for option in OPTIONS:
        assert printed["options"][option]["outcome"] == english["options"][option]["outcome"]
        assert printed["options"][option]["open"] == english["options"][option]["open"]
    label = printed["options"]["mesotherapy"]["label"]
    assert (label == english["options"]["mesotherapy"]["label"]) == (lang == "en")


def test_byte_order_mark_before_the_answers_is_tolerated(run_with: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(b'\xef\xbb\xbf{"age_years": 40}')
    assert run_with("assess", str(path))[0] == 0


def test_compare_prints_all_seven_options_and_marks_rows_that_matter(run_with: Run) -> None:
    code, out, err = run_with("compare", "--answers", "-", stdin=b'{"accepts_maintenance": "no"}')
    assert (code, err) == (0, "")
    printed = json.loads(out)
    assert list(printed["options"])[:4] == list(OPTIONS)
    assert len(printed["options"]) == 7
    rows = {row["row"]: row for row in printed["rows"]}
    assert all(list(row["cells"]) == list(printed["options"]) for row in rows.values())
    assert rows["sessions"]["because"]
    assert rows["pain"]["because"] is None
    assert rows["sessions"]["cells"]["prp"]["claims"][0]["citations"]
    assert [cell["text"] for row in rows.values() for cell in row["cells"].values() if not cell["claims"]] == [
        load().texts("en")["no_source"] for row in rows.values() for cell in row["cells"].values() if not cell["claims"]
    ]


def test_compare_says_how_the_options_come_out_for_what_matters(run_with: Run) -> None:
    ranking = b'{"ranking": ["little_time_off", ["little_pain", "no_surgery"]]}'
    code, out, err = run_with("compare", "--weights", "-", stdin=ranking)
    assert (code, err) == (0, "")
    said = json.loads(out)["priorities"]
    places = {option: one["places"] for option, one in said["options"].items()}
    assert set(places) == set(ALL_OPTIONS)
    assert all(sum(column) == 100 for column in zip(*places.values(), strict=True))
    assert said["order"][-1] == "transplant"
    assert said["criteria"]["low_cost"]["nothing_known"] is True
    assert said["criteria"]["fast_result"]["options"]["no_treatment"] == [None, None]
    assert run_with("compare", "--weights", "-", stdin=ranking)[1] == out


def test_compare_weighs_what_the_answers_make_of_the_sources(run_with: Run, tmp_path: Path) -> None:
    ranking = tmp_path / "weights.json"
    ranking.write_text('{"ranking": ["fast_result"]}', encoding="utf-8")
    out = run_with("compare", "--answers", "-", "--weights", str(ranking), stdin=b'{"diagnosis": "androgenetic"}')[1]
    fast = json.loads(out)["priorities"]["criteria"]["fast_result"]
    assert fast["options"]["no_treatment"] == ["12", "12"]
    (only,) = fast["depends_on_answers"]["no_treatment"]
    assert only["none"] is True
    assert "nt-rate-per-year" in only["claims"]


def test_compare_takes_points_with_a_spread(run_with: Run) -> None:
    code, out, _ = run_with("compare", "--weights", "-", stdin=b'{"points": {"no_surgery": 10}, "spread": 50}')
    assert code == 0
    assert json.loads(out)["priorities"]["criteria"]["no_surgery"]["weight"] == 1.0


def test_compare_without_weights_says_nothing_about_priorities(run_with: Run) -> None:
    assert "priorities" not in json.loads(run_with("compare")[1])


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        (b"{}", "weights"),
        (b"[]", "weights"),
        (b'{"ranking": ["low_cost"], "points": {"low_cost": 1}}', "weights"),
        (b'{"ranking": ["low_cost"], "spread": 10}', "weights"),
        (b'{"ranking": "low_cost"}', "ranking"),
        (b'{"ranking": [[["low_cost"]]]}', "ranking"),
        (b'{"ranking": ["low_cost", "low_cost"]}', "ranking"),
        (b'{"ranking": []}', "ranking"),
        (b'{"points": ["low_cost"]}', "points"),
        (b'{"points": {"low_cost": true}}', "low_cost"),
        (b'{"points": {"low_cost": 1.5}}', "low_cost"),
        (b'{"points": {"low_cost": 0}}', "points"),
        (b'{"points": {"nothing_such": 1}}', "points"),
        (b'{"points": {"low_cost": 1}, "spread": 7}', "spread"),
    ],
)
def test_weights_that_cannot_be_used_are_one_line_and_exit_2(run_with: Run, weights: bytes, field: str) -> None:
    code, out, err = run_with("compare", "--weights", "-", stdin=weights)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(f"{field}:")


def test_answers_and_weights_cannot_both_come_from_standard_input(run_with: Run) -> None:
    code, out, err = run_with("compare", "--answers", "-", "--weights", "-", stdin=b"{}")
    assert (code, out) == (2, "")
    assert err.startswith("weights:")


def test_compare_without_answers_marks_no_row(run_with: Run) -> None:
    _, out, _ = run_with("compare", "--lang", "fr")
    assert {row["because"] for row in json.loads(out)["rows"]} == {None}


def test_timeline_prints_dated_events(run_with: Run) -> None:
    code, out, err = run_with(*TIMELINE, "--closed-weekdays", "mon,sun", "--avoid", "2027-01-20..2027-01-22")
    assert (code, err) == (0, "")
    printed = json.loads(out)
    assert list(printed) == ["protocol", "start", "horizon_end", "events", "conflicts"]
    sessions = [event for event in printed["events"] if event["kind"] == "session"]
    assert [event["date"] for event in sessions[:2]] == ["2027-01-05", "2027-01-19"]


def test_timeline_takes_several_avoided_spans(run_with: Run) -> None:
    avoided = ["--avoid", "2027-01-04..2027-01-04", "--avoid", "2027-01-18..2027-01-18"]
    _, out, _ = run_with(*TIMELINE, *avoided)
    sessions = [event for event in json.loads(out)["events"] if event["kind"] == "session"]
    assert [event["moved_days"] for event in sessions[:3]] == [1, -1, 0]


def test_timeline_as_calendar_gives_sessions_hours(run_with: Run) -> None:
    code, out, err = run_with(*TIMELINE, "--format", "ics", "--time", "09:30", "--timezone", "Europe/Berlin")
    assert (code, err) == (0, "")
    assert out.startswith("BEGIN:VCALENDAR\r\n")
    assert "DTSTART;TZID=Europe/Berlin:20270104T093000\r\n" in out


def test_timelines_of_two_people_share_no_entry_and_a_later_one_of_the_same_person_moves_its_own(run_with: Run) -> None:
    def uids(*more: str) -> set[str]:
        _, out, _ = run_with(*TIMELINE[:-1], *more, "--format", "ics")
        return {line for line in out.splitlines() if line.startswith("UID:")}

    one = uids("2027-01-04", "--salt", "case 17")
    assert one.isdisjoint(uids("2027-01-04", "--salt", "case 18"))
    assert one == uids("2027-01-11", "--salt", "case 17")


@pytest.mark.parametrize("shape", ["ics", "csv"])
def test_a_file_with_dates_says_what_is_not_settled_and_which_day_no_source_names(run_with: Run, shape: str) -> None:
    def printed(*wanted: str) -> str:
        # A calendar folds its lines and writes a backslash before a semicolon.
        return run_with(*wanted, "--format", shape)[1].replace("\r\n ", "").replace("\\;", ";")

    assert "First result may show (not settled; another clinic says: after 2 to 3 months)" in printed(*TIMELINE)
    operation = printed("timeline", "--protocol", "transplant_course", "--start", "2027-01-04")
    assert "About this time: New growth clearly visible" in operation


def test_timeline_as_table_has_a_row_per_event(run_with: Run) -> None:
    _, table, _ = run_with(*TIMELINE, "--format", "csv", "--lang", "de")
    _, events, _ = run_with(*TIMELINE)
    lines = table.splitlines()
    assert len(lines) == 1 + len(json.loads(events)["events"])
    assert lines[1].startswith("session,course,1,2027-01-04,,,2027-01-04,,0,,")


def test_cost_prints_amounts_as_text(run_with: Run) -> None:
    code, out, err = run_with(*COST, "--vat", "19", "--upfront", "10")
    assert (code, err) == (0, "")
    printed = json.loads(out)
    assert printed["low"] == "725.90"
    assert printed["high"] == "3581.90"


def test_check_data_counts_what_the_knowledge_holds(run_with: Run) -> None:
    code, out, err = run_with("check-data")
    assert (code, err) == (0, "")
    printed = json.loads(out)
    knowledge = load()
    assert printed["counts"]["rules"] == len(knowledge.rules)
    assert printed["counts"]["claims"] == len(knowledge.claims)
    assert printed["content_version"] == knowledge.version
    assert printed["content_hash"] == knowledge.digest


def broken_data(folder: Path) -> Path:
    """Copy the data with two faults in it."""
    for path in DATA.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(DATA)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    rules = folder / "rules" / "mesotherapy.yaml"
    text = rules.read_text(encoding="utf-8")
    text = text.replace("[s3-contraindication-minors]", "[nobody-said-so]").replace(
        "reason.minor\n", "reason.nowhere\n"
    )
    rules.write_text(text, encoding="utf-8")
    return folder


def test_check_data_names_every_fault_on_a_line_of_its_own(run_with: Run, tmp_path: Path) -> None:
    code, out, err = run_with("check-data", "--data", str(broken_data(tmp_path)))
    assert (code, out) == (2, "")
    assert [line.split(": ")[:2] for line in err.splitlines()] == [
        ["rules/mesotherapy.yaml", "mesotherapy-minor.sources"],
        ["rules/mesotherapy.yaml", "mesotherapy-minor.text"],
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("prices.csv", b"\xff\xfe\x00", id="a table that is not UTF-8"),
        pytest.param("questions.yaml", b"? [a]\n: b\n", id="a list as a key"),
        pytest.param("claims/prp.yaml", b"[" * 5000, id="deep lists"),
        pytest.param("i18n/de/words.yaml", b"- 1\n", id="a list of texts"),
        pytest.param("content.yaml", b"a: &x [*x]\n", id="a list inside itself"),
    ],
)
def test_check_data_never_ends_in_a_traceback(run_with: Run, tmp_path: Path, name: str, body: bytes) -> None:
    data = broken_data(tmp_path)
    (data / name).write_bytes(body)
    code, out, err = run_with("check-data", "--data", str(data))
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [["--help"], *([name, "--help"] for name in ("check-data", "assess", "timeline", "cost", "compare", "passphrase"))],
)
def test_help_is_an_answer(run_with: Run, arguments: list[str]) -> None:
    code, out, err = run_with(*arguments)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: mesodash")


def test_shell_sees_an_answer_in_utf_8_whatever_the_locale() -> None:
    result = shell(
        "assess", "--lang", "fr", stdin=b'{"age_years": 40}', LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout.decode("utf-8"))["lang"] == "fr"
    assert "é".encode() in result.stdout


def test_shell_sees_one_line_in_utf_8_about_bad_input() -> None:
    result = shell("assess", "--lang", "fr", stdin=b"[]", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode("utf-8").startswith("FILE: -: n'est pas un objet JSON")
    assert result.stderr.count(b"\n") == 1


def test_shell_sees_no_traceback_for_an_argument_that_is_no_text() -> None:
    command: list[str | bytes] = [sys.executable, "-m", "mesodash", "assess", b"\xff\xfe"]
    result = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"FILE: \\udcff\\udcfe: ")


def test_reader_who_stops_reading_ends_the_command_quietly() -> None:
    # The reading end is closed before anything is written.
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "mesodash", "compare"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [COST, ["compare"], ["--help"]], ids=["a short answer", "a long one", "help"])
def test_full_disk_is_said_in_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "mesodash", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
    assert process.returncode == 2
    assert process.stderr.startswith(b"standard output: ")
    assert process.stderr.count(b"\n") == 1


def test_ctrl_c_ends_the_command_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mesodash", "assess"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONVERBOSE": ""},
        # A shell that runs the tests in its background has them ignore the signal, and their children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        # More than a pipe holds: writing all of it shows that the command is reading.
        process.stdin.write(b" " * 300_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"")


def test_assess_loads_nothing_that_it_does_not_use() -> None:
    unwanted = ["streamlit", "pandas", "plotly", "pydantic", "yaml", "babel", "icalendar", "holidays", "sqlite3"]
    assert run(["assess", os.devnull]) == 2
    code = (
        "import sys\n"
        "from mesodash.cli.main import run\n"
        "run(['assess'])\n"
        f"sys.stderr.write(','.join(name for name in {unwanted} if name in sys.modules))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        input=b"{}",
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stderr == b""


def test_entry_point_alone_loads_no_dashboard() -> None:
    code = (
        "import sys, mesodash.__main__, mesodash.cli.main\n"
        "sys.exit(len({'streamlit', 'pandas', 'plotly'} & set(sys.modules)))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    assert process.returncode == 0
