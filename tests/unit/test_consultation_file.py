"""A consultation file comes back as it was saved, shows any change, and refuses whatever is no such file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
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
from mesodash.reports.consultation import Assessed, Choice, Consultation, Opened, Patient, Settled
from mesodash.ui import choices
from tests.app.test_costs_parts import LISTED

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
        "prices": st.just(LISTED),
    }[choice.kind]


ANSWERS = st.fixed_dictionaries({}, optional={name: an_answer(one) for name, one in KNOWLEDGE.questions.items()})
SETTINGS = st.fixed_dictionaries({}, optional={name: a_setting(one) for name, one in ALLOWED.items()})


SPAN = {"first": "2027-01-04", "last": "2027-01-10", "name": "Wedding"}


NOTES = st.text(max_size=files.LONGEST_NOTE, alphabet=st.characters(codec="utf-8"))
PATIENTS = st.none() | st.builds(
    Patient,
    st.integers(0, 40_000_000).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from(LANGS),
    st.sampled_from(["1", "0a1b2c"]),
    ANSWERS,
)
SETTLED = st.builds(Settled, st.none() | st.sampled_from(files.WHO), NOTES)
ASSESSED = st.builds(
    Assessed,
    st.sampled_from(files.GROUNDS[:-1]),
    NOTES,
    st.booleans(),
    ANSWERS.filter(bool),
)


def a_consultation(answers: dict[str, Any], settings: dict[str, Any], lang: Lang = "en", **more: Any) -> Consultation:
    return files.consultation_of(
        Words(KNOWLEDGE, lang),
        assess(KNOWLEDGE, answers),
        answers,
        files.chosen(ALLOWED, settings),
        version=KNOWLEDGE.version,
        digest=KNOWLEDGE.digest,
        saved_on=DAY,
        **more,
    )


def opened(data: bytes, key: bytes | None = KEY) -> Opened:
    return files.read(data, key, questions=KNOWLEDGE.questions, allowed=ALLOWED, content_hash=KNOWLEDGE.digest)


USUAL = a_consultation(
    {"age_years": 34, "sex": "female", "pregnancy": "breastfeeding", "allergies": (), "diabetes": "declined"},
    {"timeline.protocol": "prp_standard", "timeline.start": DAY, "costs.prp.price.low": "150", "costs.years": 3},
    patient=Patient(datetime(2026, 11, 22, 7, 41, tzinfo=UTC), "fr", "1a2b", {"sex": "female", "diabetes": "no"}),
    settled={"diabetes": Settled("record", "letter of 3 November")},
    assessments={
        "mesotherapy-breastfeeding": Assessed("specialist", "by telephone", False, {"pregnancy": "breastfeeding"})
    },
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


@given(ANSWERS, SETTINGS, st.sampled_from(LANGS), PATIENTS, SETTLED, ASSESSED)
def test_what_is_saved_comes_back(
    answers: dict[str, Any],
    settings: dict[str, Any],
    lang: Lang,
    patient: Patient | None,
    settled: Settled,
    own: Assessed,
) -> None:
    saved = a_consultation(
        answers,
        settings,
        lang,
        patient=patient,
        settled=dict.fromkeys(answers, settled),
        assessments={"sudden-onset": own},
    )
    back = opened(files.write(saved, KEY))
    assert back == Opened(saved, intact=True, left_out=())
    assert {name: ALLOWED[name].check(value, field=name) for name, value in saved.choices.items()} == settings
    now = assess(KNOWLEDGE, back.consultation.answers)
    assert files.differences(Words(KNOWLEDGE, lang), lang, back.consultation.shown, now) == ()


def test_the_file_holds_what_is_agreed_and_of_times_only_when_the_patient_answered() -> None:
    assert tuple(CONTENT) == files.FIELDS
    assert CONTENT["patient"]["answered_at"] == "2026-11-22T07:41Z"
    assert CONTENT["saved_on"] == "2026-11-22"
    assert CONTENT["answers"]["allergies"] == []
    assert CONTENT["choices"]["timeline.start"] == "2026-11-22"
    assert set(CONTENT["shown"]["options"]["prp"]) == {"outcome", "reasons"}
    assert FILE.decode().count("T07:41") == 1
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
            "schema": 3,
            "saved_on": "2026-11-21",
            "lang": "de",
            "content_version": "2026.10",
            "content_hash": "0" * 64,
            "answers": content["answers"] | {"sex": "male"},
            "patient": None,
            "settled": {},
            "assessments": {},
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


ASSESSED_FIELD = "assessments.mesotherapy-breastfeeding"


def assessed(content: dict[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = content["assessments"]["mesotherapy-breastfeeding"]
    return own


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
    "a month before the first": (
        changed(lambda one: one["choices"].update({"timeline.month": -1})),
        "choices.timeline.month",
    ),
    "a step too far": (changed(lambda one: one["choices"].update({"timeline.step": 601})), "choices.timeline.step"),
    "an open part of text": (
        changed(lambda one: one["choices"].update({"timeline.edit.open.kept": "yes"})),
        "choices.timeline.edit.open.kept",
    ),
    "session none": (
        changed(lambda one: one["choices"].update({"timeline.edit.session.first": 0})),
        "choices.timeline.edit.session.first",
    ),
    "a plan after itself": (
        changed(lambda one: one["choices"].update({"timeline.second.follows": "second"})),
        "choices.timeline.second.follows",
    ),
    "a plan after one below it": (
        changed(lambda one: one["choices"].update({"timeline.second.follows": "third"})),
        "choices.timeline.second.follows",
    ),
    "the first plan after another": (
        changed(lambda one: one["choices"].update({"timeline.follows": "second"})),
        "choices.timeline.follows",
    ),
    "half a week": (
        changed(lambda one: one["choices"].update({"timeline.second.gap": 1.5})),
        "choices.timeline.second.gap",
    ),
    "years between plans": (
        changed(lambda one: one["choices"].update({"timeline.second.gap_unit": "year"})),
        "choices.timeline.second.gap_unit",
    ),
    "the form of a session": (
        changed(lambda one: one["choices"].update({"timeline.edit.first.four_fortnightly.1.2027-01-04.what": "late"})),
        "choices.timeline.edit.first.four_fortnightly.1.2027-01-04.what",
    ),
    "week for a day": (changed(lambda one: one.update(saved_on="2026-W01-1")), "saved_on"),
    "newer": (changed(lambda one: one.update(schema=3)), "schema"),
    "older with newer fields": (changed(lambda one: one.update(schema=1)), "patient"),
    "patient of a list": (changed(lambda one: one.update(patient=[])), "patient"),
    "patient with a name": (changed(lambda one: one["patient"].update(name="x")), "patient.name"),
    "patient's answer": (changed(lambda one: one["patient"]["answers"].update(sex="x")), "patient.answers.sex"),
    "patient's time": (
        changed(lambda one: one["patient"].update(answered_at="2026-11-22T07:41:00Z")),
        "patient.answered_at",
    ),
    "patient's impossible time": (
        changed(lambda one: one["patient"].update(answered_at="2026-11-31T07:41Z")),
        "patient.answered_at",
    ),
    "patient's notice": (changed(lambda one: one["patient"].update(notice="<b>")), "patient.notice"),
    "patient's language": (changed(lambda one: one["patient"].update(lang="it")), "patient.lang"),
    "settled by nobody known": (
        changed(lambda one: one["settled"]["diabetes"].update(who="<b>")),
        "settled.diabetes.who",
    ),
    "settled without an answer": (
        changed(lambda one: one["settled"].update(heart_disease={"who": "record", "why": ""})),
        "settled.heart_disease",
    ),
    "settled with HTML as a name": (changed(lambda one: one["settled"].update({"<b>": {}})), "settled"),
    "long why": (changed(lambda one: one["settled"]["diabetes"].update(why="x" * 301)), "settled.diabetes.why"),
    "grounds": (changed(lambda one: assessed(one).update(grounds="<b>")), f"{ASSESSED_FIELD}.grounds"),
    "settled without a word why": (
        changed(lambda one: assessed(one).update(grounds="other", note="", settled=True)),
        f"{ASSESSED_FIELD}.grounds",
    ),
    "settled of text": (changed(lambda one: assessed(one).update(settled="yes")), f"{ASSESSED_FIELD}.settled"),
    "long note": (changed(lambda one: assessed(one).update(note="x" * 301)), f"{ASSESSED_FIELD}.note"),
    "resting on nothing": (changed(lambda one: assessed(one).update(rests_on={})), f"{ASSESSED_FIELD}.rests_on"),
    "resting on a wrong answer": (
        changed(lambda one: assessed(one).update(rests_on={"sex": "x"})),
        f"{ASSESSED_FIELD}.rests_on.sex",
    ),
    "resting on an object": (
        changed(lambda one: assessed(one).update(rests_on={"shoe_size": {}}), other=True),
        f"{ASSESSED_FIELD}.rests_on.shoe_size",
    ),
    "assessment of HTML": (changed(lambda one: one["assessments"].update({"<b>": {}})), "assessments"),
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


# --- the first layout


OLD = (Path(__file__).parent / "files" / "consultation_schema_1.json").read_bytes()


def test_a_file_of_the_first_layout_still_opens_with_all_it_holds() -> None:
    found = opened(OLD)
    assert json.loads(OLD)["schema"] == 1
    assert found.intact
    assert found.left_out == ()
    saved = found.consultation
    assert (saved.lang, saved.saved_on, saved.content_version) == ("de", DAY, "2026.11+6d536e97")
    assert saved.answers == {
        "age_years": 34,
        "sex": "female",
        "pregnancy": "breastfeeding",
        "loss_onset": "sudden",
        "allergies": ("latex",),
        "diabetes": "declined",
        "medicines": "unknown",
        "scalp_signs": (),
    }
    assert saved.choices["timeline.protocol"] == "prp_standard"
    assert [one["rule"] for one in saved.shown["red_flags"]] == ["sudden-onset"]
    assert (saved.patient, saved.settled, saved.assessments) == (None, {}, {})


def test_a_changed_file_of_the_first_layout_is_not_intact() -> None:
    assert not opened(OLD.replace(b'"sudden"', b'"gradual"', 1)).intact


# --- assessments of another content


def test_an_assessment_fits_only_while_its_reason_rests_on_the_same_answers() -> None:
    own = USUAL.assessments
    assert files.fitting(own, assess(KNOWLEDGE, USUAL.answers)) == own
    assert files.fitting(own, assess(KNOWLEDGE, {**USUAL.answers, "pregnancy": "none"})) == {}
    more = {
        "mesotherapy-breastfeeding": Assessed("examined", "", False, {"pregnancy": "breastfeeding", "sex": "female"})
    }
    assert files.fitting(more, assess(KNOWLEDGE, USUAL.answers)) == {}


@pytest.mark.parametrize("value", ["9", 9, ["of_old"]])
def test_an_assessment_that_rests_on_what_is_not_known_here_never_fits(value: object) -> None:
    data = changed(lambda one: assessed(one)["rests_on"].update(shoe_size=value), other=True)
    saved = opened(data).consultation
    assert saved.assessments.keys() == USUAL.assessments.keys()
    assert files.fitting(saved.assessments, assess(KNOWLEDGE, saved.answers)) == {}


def test_who_settled_an_answer_is_left_out_with_the_answer() -> None:
    def edit(content: dict[str, Any]) -> None:
        content["answers"]["shoe_size"] = "9"
        content["patient"]["answers"]["shoe_size"] = "8"
        content["settled"]["shoe_size"] = {"who": "patient", "why": ""}

    found = opened(changed(edit, other=True))
    assert found.left_out == ("shoe_size",)
    assert found.consultation.settled == USUAL.settled
    assert found.consultation.patient == USUAL.patient


# --- what a tablet hands over


def handed(**edit: Any) -> dict[str, Any]:
    return {
        "answers": {"sex": "female", "allergies": ["latex"], "age_years": 34, "diabetes": "declined"},
        "lang": "fr",
        "content_version": KNOWLEDGE.version,
        "content_hash": KNOWLEDGE.digest,
        "answered_at": "2026-11-22T08:41:12.345678+01:00",
        "notice": "1",
    } | edit


def taken(content: dict[str, Any]) -> tuple[Patient, tuple[str, ...]]:
    return files.read_handover(content, questions=KNOWLEDGE.questions, content_hash=KNOWLEDGE.digest)


def test_a_hand_over_gives_what_the_patient_answered_and_when() -> None:
    patient, left_out = taken(handed())
    answers: dict[str, Any] = {"sex": "female", "allergies": ("latex",), "age_years": 34, "diabetes": "declined"}
    assert patient == Patient(datetime(2026, 11, 22, 7, 41, tzinfo=UTC), "fr", "1", answers)
    assert patient.answered_at.utcoffset() == timedelta(0)
    assert left_out == ()


@pytest.mark.parametrize("digest", [KNOWLEDGE.digest, "0" * 64], ids=["same content", "other content"])
def test_a_question_that_is_not_known_does_not_take_the_other_answers_with_it(digest: str) -> None:
    answers = handed()["answers"] | {"shoe_size": "9"}
    patient, left_out = taken(handed(answers=answers, content_hash=digest))
    assert left_out == ("shoe_size",)
    assert set(patient.answers) == set(handed()["answers"])


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"answers": {"sex": "<b>"}}, "answers.sex"),
        ({"answers": {"age_years": 34.0}}, "answers.age_years"),
        ({"answers": {"<script>": "x"}}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": {"goals": ["x"] * 501}}, "answers.goals"),
        ({"lang": "it"}, "lang"),
        ({"notice": "<b>"}, "notice"),
        ({"content_hash": "<b>"}, "content_hash"),
        ({"answered_at": "2026-11-22T08:41:12"}, "answered_at"),
        ({"answered_at": "yesterday"}, "answered_at"),
        ({"answered_at": 7}, "answered_at"),
        ({"name": "x"}, "name"),
    ],
    ids=str,
)
def test_a_hand_over_with_a_bad_value_is_refused_with_its_field(edit: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as found:
        taken(handed(**edit))
    assert found.value.field == field
    for lang in LANGS:
        assert "\n" not in fault(Words(KNOWLEDGE, lang), found.value)
