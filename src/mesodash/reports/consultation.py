"""A consultation as one JSON file: what was answered, settled and chosen, what was shown for it, and a signature.

The file holds no name, and of times only when the patient answered alone. Reading trusts nothing: whatever is not
exactly such a file is refused with the field that is wrong, and the signature tells whether it is the file that was
saved. What a tablet hands over is read by the same rules.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, TypedDict, cast

from mesodash.domain.answers import Answers, check_answer
from mesodash.domain.eligibility import Assessment, Reason
from mesodash.domain.price_list import price_list_from_plain
from mesodash.domain.truth import Value
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.i18n.amounts import parse_amount
from mesodash.knowledge.records import LANGS, OPTIONS, OUTCOMES, Lang, OptionId, Outcome, Question

# Joined, because two words in a row in code are taken for a sentence.
FORMAT = " ".join(("mesodash", "consultation"))
SCHEMA = 2
MOST_BYTES = 400_000
"""Several times what the longest consultation takes."""

FIELDS = (
    "format",
    "schema",
    "content_version",
    "content_hash",
    "saved_on",
    "lang",
    "answers",
    "patient",
    "settled",
    "assessments",
    "choices",
    "shown",
    "signature",
)
NEW_FIELDS = {1: (), 2: ("patient", "settled", "assessments")}
"""The layouts that can be opened, each with the fields that came with it."""

HANDOVER_FIELDS = ("answers", "lang", "content_version", "content_hash", "answered_at", "notice")

GROUNDS = ("examined", "specialist", "test_result", "mistake", "other")
"""On what a practitioner's own assessment of a listed reason can rest."""

WHO = ("patient", "companion", "record", "practitioner")
"""Who can say how a question is to be answered, once it is settled together."""

LONGEST_NOTE = 300

_DEEPEST = 8
_MOST_ENTRIES = 500
_MOST_LEFT_OUT = 40
_LONGEST_TEXT = 4000
_LONGEST_NUMBER = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,60}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{8,128}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z", re.ASCII)
_MOMENT = re.compile(r"[0-9T:.+-]{16,40}Z?", re.ASCII)


class ShownReason(TypedDict):
    """A reason as it was shown; `text` is in the language of the consultation."""

    rule: str
    outcome: Outcome
    text: str


class ShownOption(TypedDict):
    outcome: Outcome
    reasons: list[ShownReason]


class Shown(TypedDict):
    red_flags: list[ShownReason]
    options: dict[OptionId, ShownOption]


@dataclass(frozen=True, slots=True)
class Patient:
    """What the patient answered alone, on a tablet, and in which language; it stays as it was said.

    `answered_at`: an aware time, whole minutes. `notice` tells which wording of the notice the patient had read before.
    """

    answered_at: datetime
    lang: Lang
    notice: str
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Settled:
    """Who says that a question is to be answered as it is now, and why; `who` is None where only the why was noted."""

    who: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a practitioner holds against a listed reason, with the answers on which that reason rested.

    `settled`: a red flag that need not stand first on every page any more.
    """

    grounds: str
    note: str
    settled: bool
    rests_on: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Consultation:
    """All that is saved but the signature. `choices` holds plain JSON values by the key of the setting.

    `assessments` are by rule; their `rests_on` may name what only other content knows.
    """

    content_version: str
    content_hash: str
    saved_on: date
    lang: Lang
    answers: Mapping[str, Value]
    choices: Mapping[str, object]
    shown: Shown
    patient: Patient | None = None
    settled: Mapping[str, Settled] = field(default_factory=dict)
    assessments: Mapping[str, Assessed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file says. `left_out` names answers and choices of another content version that are not known here.

    `intact`: the signature is that of this computer over just these bytes of content.
    """

    consultation: Consultation
    intact: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a setting of a page may be.

    `values` are those of a token or of a list of tokens; `low` and `high` are the ends of a whole number; a text has at
    most `high` characters and the form `shape`; rows are a list of at most `high` entries, each with just these
    `fields`, of which the optional ones may be null.
    """

    kind: Literal["token", "tokens", "whole", "flag", "day", "amount", "prices", "text", "rows"]
    values: tuple[str | int, ...] = ()
    low: int = 0
    high: int = 0
    shape: str = r"[^\x00-\x1f\x7f]*"
    fields: tuple[tuple[str, Choice], ...] = ()
    optional: tuple[str, ...] = ()

    def plain(self, value: object) -> object:
        """Return a setting as it is kept on a page as a value for the file; `check` says whether it is allowed."""
        if isinstance(value, date):
            return value.isoformat()
        if self.kind == "rows" and isinstance(value, list):
            return [{name: choice.plain(row.get(name)) for name, choice in self.fields} for row in value]
        return list(value) if isinstance(value, (list, tuple)) else value

    def check(self, value: object, *, field: str) -> object:
        """Return a value of the file as the page keeps it.

        Raises:
            InputError: it is of another kind or not allowed.
        """
        wrong_kind = InputError("saved.fault.kind", field=field)
        not_allowed = InputError("saved.fault.value", field=field)
        if self.kind == "flag":
            if not isinstance(value, bool):
                raise wrong_kind
            return value
        if self.kind == "whole":
            if isinstance(value, bool) or not isinstance(value, int):
                raise wrong_kind
            if not self.low <= value <= self.high:
                raise InputError("error.out_of_range", field=field, params={"low": self.low, "high": self.high})
            return value
        if self.kind == "prices":
            price_list_from_plain(value, field=field)
            return value
        if self.kind == "rows":
            return self._rows(value, field)
        if self.kind == "tokens":
            if not isinstance(value, list):
                raise wrong_kind
            if not all(isinstance(one, str) and one in self.values for one in value) or len(set(value)) < len(value):
                raise not_allowed
            return value
        if self.kind == "token":
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                raise wrong_kind
            if value not in self.values:
                raise not_allowed
            return value
        if not isinstance(value, str):
            raise wrong_kind
        if self.kind == "day":
            return _day(value, field)
        if self.kind == "text":
            if len(value) > self.high or re.fullmatch(self.shape, value) is None:
                raise not_allowed
            return value
        if parse_amount(value, field=field) is None:
            raise not_allowed
        return value

    def _rows(self, value: object, field: str) -> list[dict[str, object]]:
        if not isinstance(value, list):
            raise InputError("saved.fault.kind", field=field)
        if len(value) > self.high:
            raise InputError("saved.fault.long", field=field)
        rows = []
        for one in value:
            row = _object(one, field)
            _exactly(row, tuple(name for name, _ in self.fields), field)
            rows.append(
                {
                    name: None
                    if row[name] is None and name in self.optional
                    else choice.check(row[name], field=f"{field}.{name}")
                    for name, choice in self.fields
                }
            )
        return rows


def chosen(allowed: Mapping[str, Choice], kept: Mapping[str, object]) -> dict[str, object]:
    """Return what of the pages' settings goes into the file: the listed ones that can be used."""
    found: dict[str, object] = {}
    for name, choice in allowed.items():
        if kept.get(name) is not None:
            plain = choice.plain(kept[name])
            try:
                choice.check(plain, field=name)
            except InputError:
                # Half-typed text has no meaning yet, and it could be anything.
                continue
            found[name] = plain
    return found


def shown_of(words: Words, assessment: Assessment) -> Shown:
    """Return what a reader of this language is shown of an assessment, as far as a later one can differ from it."""

    def plain(reason: Reason) -> ShownReason:
        return {"rule": reason.rule, "outcome": reason.outcome, "text": words.said(reason.text)}

    return {
        "red_flags": [plain(reason) for reason in assessment.red_flags],
        "options": {
            option: {"outcome": entry.outcome, "reasons": [plain(reason) for reason in entry.reasons]}
            for option, entry in assessment.options.items()
        },
    }


# --- Writing


def canonical(content: Mapping[str, object]) -> bytes:
    """Return the one form of some JSON values that is signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def signature(content: Mapping[str, object], key: bytes) -> str:
    """Return the HMAC-SHA256 over everything but the signature itself."""
    signed = {name: value for name, value in content.items() if name != "signature"}
    return hmac.new(key, canonical(signed), hashlib.sha256).hexdigest()


def _written(answers: Mapping[str, Value]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()}


def _written_patient(patient: Patient) -> dict[str, object]:
    return {
        "answered_at": patient.answered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "lang": patient.lang,
        "notice": patient.notice,
        "answers": _written(patient.answers),
    }


def write(consultation: Consultation, key: bytes | None) -> bytes:
    """Return the file; unsigned without a key."""
    content: dict[str, object] = {
        "format": FORMAT,
        "schema": SCHEMA,
        "content_version": consultation.content_version,
        "content_hash": consultation.content_hash,
        "saved_on": consultation.saved_on.isoformat(),
        "lang": consultation.lang,
        "answers": _written(consultation.answers),
        "patient": None if consultation.patient is None else _written_patient(consultation.patient),
        "settled": {name: {"who": one.who, "why": one.why} for name, one in consultation.settled.items()},
        "assessments": {
            rule: {
                "grounds": one.grounds,
                "note": one.note,
                "settled": one.settled,
                "rests_on": _written(one.rests_on),
            }
            for rule, one in consultation.assessments.items()
        },
        "choices": dict(consultation.choices),
        "shown": consultation.shown,
    }
    if key is not None:
        content["signature"] = signature(content, key)
    return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


# --- Reading


class _Repeated:
    """Stands for the value of a key that stands more than once."""


class _BadNumber:
    """Stands for a number that is none of ours: a fraction, NaN, or one with very many digits."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = _Repeated() if name in found else value
    return found


def _whole(digits: str) -> object:
    # Python takes time that grows with the square of the digits.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else _BadNumber()


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise InputError("saved.fault.too_big", field="file", params={"limit": MOST_BYTES // 1000})
    try:
        content = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_whole,
            parse_float=lambda _: _BadNumber(),
            parse_constant=lambda _: _BadNumber(),
        )
    except RecursionError:
        raise InputError("saved.fault.deep", field="file") from None
    except ValueError:
        raise InputError("saved.fault.not_json", field="file") from None
    if not isinstance(content, dict):
        raise InputError("saved.fault.foreign", field="file")
    return content


def _refuse_what_json_lets_through(value: object, place: tuple[str, ...] = ()) -> None:
    field = ".".join(place) or "file"
    if len(place) > _DEEPEST:
        raise InputError("saved.fault.deep", field=place[0])
    if isinstance(value, _Repeated):
        raise InputError("saved.fault.repeated", field=field)
    if isinstance(value, _BadNumber):
        raise InputError("saved.fault.number", field=field)
    if isinstance(value, str):
        _refuse_odd_text(value, field)
    elif isinstance(value, dict):
        if len(value) > _MOST_ENTRIES:
            raise InputError("saved.fault.long", field=field)
        for name, part in value.items():
            _refuse_odd_text(name, field)
            # A name that is none of ours is not repeated to the reader.
            _refuse_what_json_lets_through(part, (*place, name if _NAME.fullmatch(name) else "?"))
    elif isinstance(value, list):
        if len(value) > _MOST_ENTRIES:
            raise InputError("saved.fault.long", field=field)
        for part in value:
            _refuse_what_json_lets_through(part, (*place, "-"))


def _refuse_odd_text(text: str, field: str) -> None:
    if len(text) > _LONGEST_TEXT:
        raise InputError("saved.fault.long", field=field)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("saved.fault.text", field=field) from None


def read(
    data: bytes,
    key: bytes | None,
    *,
    questions: Mapping[str, Question],
    allowed: Mapping[str, Choice],
    content_hash: str,
) -> Opened:
    """Return what a file says, checked.

    Args:
        key: That of this computer; None while there is none, then no file is intact.
        allowed: The settings that a file may hold.
        content_hash: That of the present content. A file of another one may name what is not known here.

    Raises:
        InputError: The first thing that is wrong; `field` is "file", a field of the file or a path into it.
    """
    content = _parsed(data)
    if content.get("format") != FORMAT and not isinstance(content.get("format"), _Repeated):
        raise InputError("saved.fault.foreign", field="file")
    _refuse_what_json_lets_through(content)
    if type(content.get("schema")) is not int or content["schema"] not in NEW_FIELDS:
        raise InputError("saved.fault.schema", field="schema")
    later = [name for schema, names in NEW_FIELDS.items() if schema > content["schema"] for name in names]
    _exactly(content, tuple(name for name in FIELDS if name not in later), "file", optional=("signature",))
    for name, shape in (("content_version", _VERSION), ("content_hash", _HASH)):
        if not shape.fullmatch(_text(content[name], name)):
            raise InputError("saved.fault.value", field=name)
    lang = _lang(content["lang"], "lang")
    other = content["content_hash"] != content_hash
    answers, unknown_answers = _answers(_object(content["answers"], "answers"), questions, other=other)
    patient, unknown_said = _patient(content.get("patient"), questions, other=other)
    unknown_answers += [name for name in unknown_said if name not in unknown_answers]
    choices, unknown_choices = _choices(_object(content["choices"], "choices"), allowed, other=other)
    left_out = (*unknown_answers, *unknown_choices)
    if len(left_out) > _MOST_LEFT_OUT:
        raise InputError("saved.fault.long", field="answers" if unknown_answers else "choices")
    consultation = Consultation(
        content_version=content["content_version"],
        content_hash=content["content_hash"],
        saved_on=_day(_text(content["saved_on"], "saved_on"), "saved_on"),
        lang=lang,
        answers=answers,
        choices=choices,
        shown=_shown(content["shown"]),
        patient=patient,
        settled=_settled(_object(content.get("settled", {}), "settled"), answers, left_out),
        assessments=_assessments(_object(content.get("assessments", {}), "assessments"), questions, other=other),
    )
    said = content.get("signature")
    intact = (
        key is not None
        and isinstance(said, str)
        and hmac.compare_digest(said.encode(), signature(content, key).encode())
    )
    return Opened(consultation, intact, left_out)


def _exactly(
    content: Mapping[str, object], fields: tuple[str, ...], place: str, *, optional: tuple[str, ...] = ()
) -> None:
    inside = "" if place == "file" else f"{place}."
    for name in fields:
        if name not in content and name not in optional:
            raise InputError("saved.fault.missing", field=f"{inside}{name}")
    for name in content:
        if name not in fields:
            raise InputError("saved.fault.unexpected", field=f"{inside}{name}" if _NAME.fullmatch(name) else place)


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise InputError("saved.fault.kind", field=field)
    return value


def _object(value: object, field: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InputError("saved.fault.kind", field=field)
    return value


def _day(text: str, field: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError("error.not_a_date", field=field) from None
    # Calendars that reach further are no use, and dates are reckoned with.
    if not 2000 <= day.year <= 2199:
        raise InputError("saved.fault.value", field=field)
    return day


def _answers(
    given: Mapping[str, object], questions: Mapping[str, Question], *, other: bool, place: str = "answers"
) -> tuple[dict[str, Value], list[str]]:
    found: dict[str, Value] = {}
    left_out: list[str] = []
    for name, value in given.items():
        question = questions.get(name)
        if question is None:
            if not _NAME.fullmatch(name):
                raise InputError("error.unknown_question", field=place)
            if not other:
                raise InputError("error.unknown_question", field=f"{place}.{name}")
            left_out.append(name)
            continue
        try:
            found[name] = check_answer(question, value)
        except InputError as error:
            if not (other and question.values and _tokens(value)):
                raise InputError(error.key, field=f"{place}.{name}", params=error.params) from None
            # A value that the present content does not have; left out, the question counts as not answered.
            left_out.append(name)
    return found, left_out


def _moment(text: str, field: str, shape: re.Pattern[str]) -> datetime:
    """Return a time to the minute, in UTC."""
    try:
        if not shape.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or not 2000 <= moment.year <= 2199:
            raise ValueError
        return moment.astimezone(UTC).replace(second=0, microsecond=0)
    except ValueError:
        raise InputError("saved.fault.value", field=field) from None


def _lang(value: object, field: str) -> Lang:
    lang = _text(value, field)
    if lang not in LANGS:
        raise InputError("saved.fault.value", field=field)
    return lang


def _notice(value: object, field: str) -> str:
    if not _VERSION.fullmatch(_text(value, field)):
        raise InputError("saved.fault.value", field=field)
    return cast(str, value)


def _note(value: object, field: str) -> str:
    note = _text(value, field)
    if len(note) > LONGEST_NOTE:
        raise InputError("saved.fault.long", field=field)
    return note


def _patient(value: object, questions: Mapping[str, Question], *, other: bool) -> tuple[Patient | None, list[str]]:
    if value is None:
        return None, []
    content = _object(value, "patient")
    _exactly(content, ("answered_at", "lang", "notice", "answers"), "patient")
    said, left_out = _answers(
        _object(content["answers"], "patient.answers"), questions, other=other, place="patient.answers"
    )
    moment = _moment(_text(content["answered_at"], "patient.answered_at"), "patient.answered_at", _MINUTE)
    notice = _notice(content["notice"], "patient.notice")
    return Patient(moment, _lang(content["lang"], "patient.lang"), notice, said), left_out


def _settled(given: Mapping[str, object], answers: Answers, left_out: tuple[str, ...]) -> dict[str, Settled]:
    """Return who settled which answer; one of a question that is left out is left out with it."""
    found = {}
    for name, value in given.items():
        if not _NAME.fullmatch(name):
            raise InputError("saved.fault.unexpected", field="settled")
        field = f"settled.{name}"
        content = _object(value, field)
        _exactly(content, ("who", "why"), field)
        who, why = content["who"], _note(content["why"], f"{field}.why")
        if who is not None and _text(who, f"{field}.who") not in WHO:
            raise InputError("saved.fault.value", field=f"{field}.who")
        if name in answers:
            found[name] = Settled(cast("str | None", who), why)
        elif name not in left_out:
            raise InputError("saved.fault.value", field=field)
    return found


def _assessments(given: Mapping[str, object], questions: Mapping[str, Question], *, other: bool) -> dict[str, Assessed]:
    found = {}
    for rule, value in given.items():
        if not _NAME.fullmatch(rule):
            raise InputError("saved.fault.unexpected", field="assessments")
        field = f"assessments.{rule}"
        content = _object(value, field)
        _exactly(content, ("grounds", "note", "settled", "rests_on"), field)
        grounds, note = _text(content["grounds"], f"{field}.grounds"), _note(content["note"], f"{field}.note")
        settled = content["settled"]
        if not isinstance(settled, bool):
            raise InputError("saved.fault.kind", field=f"{field}.settled")
        # A red flag is not settled without a word why.
        if grounds not in GROUNDS or (grounds == "other" and settled and not note):
            raise InputError("saved.fault.value", field=f"{field}.grounds")
        place = f"{field}.rests_on"
        raw = _object(content["rests_on"], place)
        rests_on, unknown = _answers(raw, questions, other=other, place=place)
        # What is not known here stays as it is: no reason of the present content can rest on it.
        rests_on |= {name: _foreign(raw[name], f"{place}.{name}") for name in unknown}
        if not rests_on:
            raise InputError("saved.fault.missing", field=place)
        found[rule] = Assessed(grounds, note, settled, rests_on)
    return found


def _foreign(value: object, field: str) -> Value:
    if isinstance(value, list) and _tokens(value):
        return tuple(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InputError("saved.fault.kind", field=field)
    return value


def read_handover(
    content: Mapping[str, object], *, questions: Mapping[str, Question], content_hash: str
) -> tuple[Patient, tuple[str, ...]]:
    """Return what a tablet handed over, checked, and the names of what is not known here and therefore left out.

    Raises:
        InputError: as for `read`.
    """
    content = dict(content)
    _refuse_what_json_lets_through(content)
    _exactly(content, HANDOVER_FIELDS, "file")
    for name, shape in (("content_version", _VERSION), ("content_hash", _HASH)):
        if not shape.fullmatch(_text(content[name], name)):
            raise InputError("saved.fault.value", field=name)
    other = content["content_hash"] != content_hash
    given = _object(content["answers"], "answers")
    # A code works once: a question that is not known must not take the other answers with it.
    foreign = [name for name in given if name not in questions and _NAME.fullmatch(name)]
    said, left_out = _answers(
        {name: value for name, value in given.items() if name not in foreign}, questions, other=other
    )
    moment = _moment(_text(content["answered_at"], "answered_at"), "answered_at", _MOMENT)
    lang, notice = _lang(content["lang"], "lang"), _notice(content["notice"], "notice")
    return Patient(moment, lang, notice, said), (*foreign, *left_out)


def _tokens(value: object) -> bool:
    """True for a word, or a list of words, that could be values of another content."""
    words = value if isinstance(value, list) else [value]
    return bool(words) and all(isinstance(word, str) and _NAME.fullmatch(word) for word in words)


def _choices(
    given: Mapping[str, object], allowed: Mapping[str, Choice], *, other: bool
) -> tuple[dict[str, object], list[str]]:
    found: dict[str, object] = {}
    left_out: list[str] = []
    for name, value in given.items():
        field = f"choices.{name}"
        choice = allowed.get(name)
        if choice is None:
            if not _NAME.fullmatch(name):
                raise InputError("saved.fault.unexpected", field="choices")
            if not other:
                raise InputError("saved.fault.unexpected", field=field)
            left_out.append(name)
        elif other and choice.kind in ("token", "tokens") and _tokens(value) and not _known(value, choice):
            # A protocol or an option that the present content does not have.
            left_out.append(name)
        else:
            choice.check(value, field=field)
            found[name] = value
    return found, left_out


def _known(value: object, choice: Choice) -> bool:
    words = value if isinstance(value, list) else [value]
    return all(word in choice.values for word in words)


def _shown(value: object) -> Shown:
    content = _object(value, "shown")
    _exactly(content, ("red_flags", "options"), "shown")
    options = _object(content["options"], "shown.options")
    _exactly(options, OPTIONS, "shown.options")
    return {
        "red_flags": list(_shown_reasons(content["red_flags"], "shown.red_flags")),
        "options": {option: _shown_option(options[option], f"shown.options.{option}") for option in OPTIONS},
    }


def _shown_option(value: object, field: str) -> ShownOption:
    content = _object(value, field)
    _exactly(content, ("outcome", "reasons"), field)
    return {
        "outcome": _outcome(content["outcome"], f"{field}.outcome"),
        "reasons": list(_shown_reasons(content["reasons"], f"{field}.reasons")),
    }


def _outcome(value: object, field: str) -> Outcome:
    if _text(value, field) not in OUTCOMES:
        raise InputError("saved.fault.value", field=field)
    return cast(Outcome, value)


def _shown_reasons(value: object, field: str) -> Iterator[ShownReason]:
    if not isinstance(value, list):
        raise InputError("saved.fault.kind", field=field)
    seen: set[str] = set()
    for one in value:
        content = _object(one, field)
        _exactly(content, ("rule", "outcome", "text"), field)
        rule = _text(content["rule"], f"{field}.rule")
        if not _NAME.fullmatch(rule) or rule in seen:
            raise InputError("saved.fault.value", field=f"{field}.rule")
        seen.add(rule)
        yield {
            "rule": rule,
            "outcome": _outcome(content["outcome"], f"{field}.outcome"),
            "text": _text(content["text"], f"{field}.text"),
        }


# --- Then and now


@dataclass(frozen=True, slots=True)
class Difference:
    """What was shown then and what is said now about one option, for the same answers.

    `changed` holds reasons of the same rule with another outcome or, in the same language, other words.
    """

    option: OptionId
    then: Outcome
    now: Outcome
    added: tuple[Reason, ...]
    gone: tuple[ShownReason, ...]
    changed: tuple[tuple[ShownReason, Reason], ...]


def differences(words: Words, lang: Lang, shown: Shown, assessment: Assessment) -> tuple[Difference, ...]:
    """Return the options of which something else is said now.

    Args:
        lang: The language of the texts in `shown`.
        assessment: Of the saved answers, by the present content.
    """
    found = []
    for option, entry in assessment.options.items():
        then = shown["options"][option]
        before = {one["rule"]: one for one in then["reasons"]}
        after = {one.rule: one for one in entry.reasons}
        difference = Difference(
            option=option,
            then=then["outcome"],
            now=entry.outcome,
            added=tuple(one for rule, one in after.items() if rule not in before),
            gone=tuple(one for rule, one in before.items() if rule not in after),
            changed=tuple(
                (before[rule], one)
                for rule, one in after.items()
                if rule in before
                and (
                    before[rule]["outcome"] != one.outcome
                    or (words.lang == lang and before[rule]["text"] != words.said(one.text))
                )
            ),
        )
        if then["outcome"] != entry.outcome or difference.added or difference.gone or difference.changed:
            found.append(difference)
    return tuple(found)


def consultation_of(
    words: Words,
    assessment: Assessment,
    answers: Answers,
    choices: Mapping[str, object],
    *,
    version: str,
    digest: str,
    saved_on: date,
    patient: Patient | None = None,
    settled: Mapping[str, Settled] | None = None,
    assessments: Mapping[str, Assessed] | None = None,
) -> Consultation:
    """Return what is saved of a consultation. `choices` are those that `chosen` gave."""
    return Consultation(
        content_version=version,
        content_hash=digest,
        saved_on=saved_on,
        lang=words.lang,
        answers=dict(answers),
        choices=dict(choices),
        shown=shown_of(words, assessment),
        patient=patient,
        settled=dict(settled or {}),
        assessments=dict(assessments or {}),
    )


def fitting(assessments: Mapping[str, Assessed], assessment: Assessment) -> dict[str, Assessed]:
    """Return the assessments whose reasons are listed now and rest on the same answers as when they were recorded."""
    now = {
        reason.rule: dict(reason.answers)
        for reason in (*assessment.red_flags, *(one for entry in assessment.options.values() for one in entry.reasons))
    }
    return {rule: one for rule, one in assessments.items() if now.get(rule) == dict(one.rests_on)}
