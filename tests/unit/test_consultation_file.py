"""A consultation file comes back as it was saved, shows any change, and refuses whatever is no such file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesodash.domain.eligibility import assess
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang, Question
from mesodash.reports import consultation as files
from mesodash.reports.consultation import Choice, Consultation, Opened
from mesodash.ui import choices

KNOWLEDGE = load()
ALLOWED = choices.allowed(KNOWLEDGE)
KEY = b"k" * 32
DAY = date(2026, 11, 22)


def an_answer(question: Question) -> st.SearchStrategy[Any]:
    unknown = st.sampled_from(["unknown", "declined"])
    if question.type == "integer":
        return unknown | st.integers(question.minimum, question.maximum)
    if question.type == "multi":
        some = st.sets(st.sampled_from(question.values))
        return unknown | some.map(lambda chosen: tuple(one for one in question.values if one in chosen))
    return unknown | st.sampled_from(question.values)


def a_setting(choice: Choice) -> st.SearchStrategy[Any]:
    if choice.kind == "rows":
        entry = {
            name: a_setting(one) | (st.none() if name in choice.optional else st.nothing())
            for name, one in choice.fields
        }
        return st.lists(st.fixed_dictionaries(entry), max_size=3)
    if choice.kind == "text":
        plain = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
        usual = choice.shape == Choice("text").shape
        return st.text(plain, max_size=choice.high) if usual else st.from_regex(choice.shape, fullmatch=True)
    return {
        "flag": st.booleans(),
        "whole": st.integers(choice.low, choice.high),
        "token": st.sampled_from(choice.values or ("",)),
        "tokens": st.lists(st.sampled_from(choice.values or ("",)), unique=True),
        "day": st.dates(date(2000, 1, 1), date(2199, 12, 31)),
        "amount": st.sampled_from(["120", "99,50", "1 234.50", "0"]),
    }[choice.kind]


ANSWERS = st.fixed_dictionaries({}, optional={name: an_answer(one) for name, one in KNOWLEDGE.questions.items()})
SETTINGS = st.fixed_dictionaries({}, optional={name: a_setting(one) for name, one in ALLOWED.items()})


SPAN = {"first": "2027-01-04", "last": "2027-01-10", "name": "Wedding"}


def a_consultation(answers: dict[str, Any], settings: dict[str, Any], lang: Lang = "en") -> Consultation:
    return files.consultation_of(
        Words(KNOWLEDGE, lang),
        assess(KNOWLEDGE, answers),
        answers,
        files.chosen(ALLOWED, settings),
        version=KNOWLEDGE.version,
        digest=KNOWLEDGE.digest,
        saved_on=DAY,
    )


def opened(data: bytes, key: bytes | None = KEY) -> Opened:
    return files.read(data, key, questions=KNOWLEDGE.questions, allowed=ALLOWED, content_hash=KNOWLEDGE.digest)


USUAL = a_consultation(
    {"age_years": 34, "sex": "female", "pregnancy": "breastfeeding", "allergies": (), "diabetes": "declined"},
    {"timeline.protocol": "prp_standard", "timeline.start": DAY, "costs.prp.price.low": "150", "costs.years": 3},
)
FILE = files.write(USUAL, KEY)
CONTENT: dict[str, Any] = json.loads(FILE)


def changed(edit: Callable[[dict[str, Any]], object], *, other: bool = False) -> bytes:
    """Return the usual file after an edit, unsigned; `other`: of other content."""
    content = copy.deepcopy(CONTENT)
    if other:
        content["content_hash"] = "0" * 64
    edit(content)
    return json.dumps(content).encode()


@given(ANSWERS, SETTINGS, st.sampled_from(LANGS))
def test_what_is_saved_comes_back(answers: dict[str, Any], settings: dict[str, Any], lang: Lang) -> None:
    saved = a_consultation(answers, settings, lang)
    back = opened(files.write(saved, KEY))
    assert back == Opened(saved, intact=True, left_out=())
    assert {name: ALLOWED[name].check(value, field=name) for name, value in saved.choices.items()} == settings
    now = assess(KNOWLEDGE, back.consultation.answers)
    assert files.differences(Words(KNOWLEDGE, lang), lang, back.consultation.shown, now) == ()


def test_the_file_holds_what_is_agreed_and_no_time_of_day() -> None:
    assert tuple(CONTENT) == files.FIELDS
    assert CONTENT["saved_on"] == "2026-11-22"
    assert CONTENT["answers"]["allergies"] == []
    assert CONTENT["choices"]["timeline.start"] == "2026-11-22"
    assert set(CONTENT["shown"]["options"]["prp"]) == {"outcome", "reasons"}
    assert "T00" not in FILE.decode()


def test_a_setting_that_is_not_listed_or_half_typed_is_not_saved() -> None:
    settings = {"evidence.words": "my name", "costs.vat": "=1+1", "costs.prp.price.low": "Jane", "costs.region": "DE"}
    assert files.chosen(ALLOWED, settings) == {"costs.region": "DE"}


@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_any_changed_byte_is_refused_or_noticed(place: int, byte: int) -> None:
    data = FILE[:place] + bytes([byte]) + FILE[place + 1 :]
    try:
        found = opened(data)
    except InputError:
        return
    # White space between fields is no part of the content.
    assert found.intact == (json.loads(data) == CONTENT)


@pytest.mark.parametrize("field", files.FIELDS)
def test_a_change_of_any_field_is_refused_or_noticed(field: str) -> None:
    def edit(content: dict[str, Any]) -> None:
        other: dict[str, Any] = {
            "schema": 2,
            "saved_on": "2026-11-21",
            "lang": "de",
            "content_version": "2026.10",
            "content_hash": "0" * 64,
            "answers": content["answers"] | {"sex": "male"},
            "choices": content["choices"] | {"costs.years": 4},
            "shown": content["shown"] | {"red_flags": [{"rule": "x", "outcome": "wait", "text": "x"}]},
            "signature": "0" * 64,
        }
        content[field] = other.get(field, "x")

    if field in ("format", "schema"):
        with pytest.raises(InputError):
            opened(changed(edit))
    else:
        assert not opened(changed(edit)).intact


@pytest.mark.parametrize("key", [None, b"x" * 32], ids=["none here", "another computer's"])
def test_a_file_of_another_computer_is_not_intact(key: bytes | None) -> None:
    assert not opened(FILE, key).intact
    assert opened(FILE, key).consultation == USUAL


@pytest.mark.parametrize("said", [None, 7, "", "é", ["x"]])
def test_a_signature_of_the_wrong_kind_is_a_wrong_one(said: object) -> None:
    assert not opened(changed(lambda content: content.update(signature=said))).intact


def test_an_unsigned_file_opens_as_not_intact() -> None:
    assert opened(files.write(USUAL, None)) == Opened(USUAL, intact=False, left_out=())


DEEP = b"[" * 100_000 + b"]" * 100_000
BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "file"),
    "not text": (b"\xff\xfe\x00", "file"),
    "not JSON": (b"{'format': 1}", "file"),
    "cut off": (FILE[:-40], "file"),
    "a list": (b"[]", "file"),
    "a number": (b"7", "file"),
    "foreign": (b'{"answers": {"sex": "male"}}', "file"),
    "10 MB": (b'{"format":"' + b"x" * 10_000_000 + b'"}', "file"),
    "deep": (DEEP, "file"),
    "deep inside": (FILE.replace(b'"sex": "female"', b'"sex": ' + b"[" * 50 + b"]" * 50), "answers"),
    "repeated kind": (b'{"format": "mesodash consultation", "format": "mesodash consultation"}', "format"),
    "repeated answer": (FILE.replace(b'"sex": "female"', b'"sex": "male", "sex": "female"'), "answers.sex"),
    "NaN": (FILE.replace(b'"age_years": 34', b'"age_years": NaN'), "answers.age_years"),
    "infinite": (FILE.replace(b'"age_years": 34', b'"age_years": -Infinity'), "answers.age_years"),
    "fraction": (FILE.replace(b'"age_years": 34', b'"age_years": 34.0'), "answers.age_years"),
    "long number": (FILE.replace(b'"age_years": 34', b'"age_years": ' + b"9" * 300_000), "answers.age_years"),
    "a million digits": (b'{"a": ' + b"9" * 1_000_000 + b"}", "file"),
    "half a letter": (FILE.replace(b'"sex": "female"', b'"sex": "\\ud800"'), "answers.sex"),
    "half a letter in a name": (FILE.replace(b'"sex": "female"', b'"\\udfff": "female"'), "answers"),
    "HTML in a name": (changed(lambda one: one["answers"].update({"<script>": "x"}), other=True), "answers"),
    "HTML as an answer": (changed(lambda one: one["answers"].update(sex="<img onerror=x>")), "answers.sex"),
    "formula": (changed(lambda one: one["choices"].update({"costs.vat": "=1+1"})), "choices.costs.vat"),
    "unknown question": (changed(lambda one: one["answers"].update(shoe_size="9")), "answers.shoe_size"),
    "out of range": (changed(lambda one: one["answers"].update(age_years=121)), "answers.age_years"),
    "true for a number": (changed(lambda one: one["answers"].update(age_years=True)), "answers.age_years"),
    "null": (changed(lambda one: one["answers"].update(sex=None)), "answers.sex"),
    "text for a list": (changed(lambda one: one["answers"].update(allergies="latex")), "answers.allergies"),
    "twice in a list": (changed(lambda one: one["answers"].update(allergies=["latex"] * 2)), "answers.allergies"),
    "answers as a list": (changed(lambda one: one.update(answers=[])), "answers"),
    "unknown setting": (changed(lambda one: one["choices"].update({"lang": "de"})), "choices.lang"),
    "setting of HTML": (changed(lambda one: one["choices"].update({"<b>": 1}), other=True), "choices"),
    "unknown protocol": (
        changed(lambda one: one["choices"].update({"timeline.protocol": "x"})),
        "choices.timeline.protocol",
    ),
    "horizon of true": (
        changed(lambda one: one["choices"].update({"timeline.horizon": True})),
        "choices.timeline.horizon",
    ),
    "a list entry with a field too many": (
        changed(lambda one: one["choices"].update({"timeline.avoid": [{**SPAN, "more": 1}]})),
        "choices.timeline.avoid.more",
    ),
    "a list entry without a day": (
        changed(lambda one: one["choices"].update({"timeline.avoid": [{**SPAN, "first": None}]})),
        "choices.timeline.avoid.first",
    ),
    "a list that is too long": (
        changed(lambda one: one["choices"].update({"timeline.avoid": [SPAN] * 41})),
        "choices.timeline.avoid",
    ),
    "a text that is too long": (
        changed(lambda one: one["choices"].update({"timeline.place": "x" * 121})),
        "choices.timeline.place",
    ),
    "a text that breaks the line": (
        changed(lambda one: one["choices"].update({"timeline.place": "a\nb"})),
        "choices.timeline.place",
    ),
    "no day": (changed(lambda one: one["choices"].update({"timeline.start": "2026-02-30"})), "choices.timeline.start"),
    "a far day": (
        changed(lambda one: one["choices"].update({"timeline.start": "9999-12-31"})),
        "choices.timeline.start",
    ),
    "week for a day": (changed(lambda one: one.update(saved_on="2026-W01-1")), "saved_on"),
    "newer": (changed(lambda one: one.update(schema=2)), "schema"),
    "schema of true": (changed(lambda one: one.update(schema=True)), "schema"),
    "no answers": (changed(lambda one: one.pop("answers")), "answers"),
    "one more field": (changed(lambda one: one.update(name="x")), "name"),
    "language": (changed(lambda one: one.update(lang="it")), "lang"),
    "hash": (changed(lambda one: one.update(content_hash="../../x")), "content_hash"),
    "version": (changed(lambda one: one.update(content_version="<b>")), "content_version"),
    "shown nothing": (changed(lambda one: one.update(shown={})), "shown.red_flags"),
    "outcome": (
        changed(lambda one: one["shown"]["options"]["prp"].update(outcome="safe")),
        "shown.options.prp.outcome",
    ),
    "rule": (
        changed(lambda one: one["shown"].update(red_flags=[{"rule": "<b>", "outcome": "wait", "text": ""}])),
        "shown.red_flags.rule",
    ),
    "long text": (changed(lambda one: one.update(lang="x" * 5000)), "lang"),
    "long list": (changed(lambda one: one["answers"].update(goals=["x"] * 501)), "answers.goals"),
    "very many unknown": (
        changed(lambda one: one["answers"].update({f"q{i}": 1 for i in range(50)}), other=True),
        "answers",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gives_one_fault_that_names_its_field(name: str) -> None:
    data, field = BAD[name]
    with pytest.raises(InputError) as found:
        opened(data)
    assert found.value.field == field
    for lang in LANGS:
        words = fault(Words(KNOWLEDGE, lang), found.value)
        assert words
        assert "\n" not in words
        assert "{" not in words


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        opened(data)


def test_unknown_names_of_other_content_are_left_out_and_listed() -> None:
    def edit(content: dict[str, Any]) -> None:
        content["answers"]["shoe_size"] = "9"
        content["choices"] |= {"costs.magic.vat": "9", "timeline.protocol": "of_old"}

    found = opened(changed(edit, other=True))
    assert found.left_out == ("shoe_size", "timeline.protocol", "costs.magic.vat")
    assert found.consultation.answers == USUAL.answers
    assert "timeline.protocol" not in found.consultation.choices
    assert found.consultation.choices["costs.years"] == 3


def test_values_that_only_other_content_had_are_left_out_and_count_as_not_answered() -> None:
    def edit(content: dict[str, Any]) -> None:
        content["answers"] |= {"sex": "of_old", "scalp_signs": ["itching", "of_old"]}
        content["choices"]["compare.context"] = ["of_old"]

    found = opened(changed(edit, other=True))
    assert set(found.left_out) == {"sex", "scalp_signs", "compare.context"}
    assert not {"sex", "scalp_signs"} & found.consultation.answers.keys()
    with pytest.raises(InputError):
        opened(changed(edit))


def test_a_difference_tells_outcome_and_reasons_then_and_now() -> None:
    shown = copy.deepcopy(USUAL.shown)
    then = shown["options"]["prp"]
    missing = then["reasons"].pop(0)
    then["outcome"] = "no_listed_exclusion"
    then["reasons"].append({"rule": "of-old", "outcome": "wait", "text": "Old."})
    then["reasons"][0]["text"] = "Other words."
    now = assess(KNOWLEDGE, USUAL.answers)
    (found,) = files.differences(Words(KNOWLEDGE, "en"), "en", shown, now)
    assert (found.option, found.then, found.now) == ("prp", "no_listed_exclusion", "wait")
    assert [one.rule for one in found.added] == [missing["rule"]]
    assert [one["rule"] for one in found.gone] == ["of-old"]
    assert [then["text"] for then, _ in found.changed] == ["Other words."]
    (found,) = files.differences(Words(KNOWLEDGE, "de"), "en", shown, now)
    assert found.changed == ()
