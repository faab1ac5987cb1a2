"""A consultation as one JSON file: what was answered and chosen, what was shown for it, and a signature.

The file holds no name and no time of day. Reading trusts nothing: whatever is not exactly such a file is refused with
the field that is wrong, and the signature tells whether it is the file that was saved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
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
SCHEMA = 1
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
    "choices",
    "shown",
    "signature",
)

_DEEPEST = 8
_MOST_ENTRIES = 500
_MOST_LEFT_OUT = 40
_LONGEST_TEXT = 4000
_LONGEST_NUMBER = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,60}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{8,128}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


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
class Consultation:
    """All that is saved but the signature. `choices` holds plain JSON values by the key of the setting."""

    content_version: str
    content_hash: str
    saved_on: date
    lang: Lang
    answers: Mapping[str, Value]
    choices: Mapping[str, object]
    shown: Shown


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


def write(consultation: Consultation, key: bytes | None) -> bytes:
    """Return the file; unsigned without a key."""
    content: dict[str, object] = {
        "format": FORMAT,
        "schema": SCHEMA,
        "content_version": consultation.content_version,
        "content_hash": consultation.content_hash,
        "saved_on": consultation.saved_on.isoformat(),
        "lang": consultation.lang,
        "answers": {
            name: list(value) if isinstance(value, tuple) else value for name, value in consultation.answers.items()
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
    if type(content.get("schema")) is not int or content["schema"] != SCHEMA:
        raise InputError("saved.fault.schema", field="schema")
    _exactly(content, FIELDS, "file", optional=("signature",))
    for name, shape in (("content_version", _VERSION), ("content_hash", _HASH)):
        if not shape.fullmatch(_text(content[name], name)):
            raise InputError("saved.fault.value", field=name)
    lang = _text(content["lang"], "lang")
    if lang not in LANGS:
        raise InputError("saved.fault.value", field="lang")
    other = content["content_hash"] != content_hash
    answers, unknown_answers = _answers(_object(content["answers"], "answers"), questions, other=other)
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
    given: Mapping[str, object], questions: Mapping[str, Question], *, other: bool
) -> tuple[dict[str, Value], list[str]]:
    found: dict[str, Value] = {}
    left_out: list[str] = []
    for name, value in given.items():
        question = questions.get(name)
        if question is None:
            if not _NAME.fullmatch(name):
                raise InputError("error.unknown_question", field="answers")
            if not other:
                raise InputError("error.unknown_question", field=f"answers.{name}")
            left_out.append(name)
            continue
        try:
            found[name] = check_answer(question, value)
        except InputError as error:
            if not (other and question.values and _tokens(value)):
                raise InputError(error.key, field=f"answers.{name}", params=error.params) from None
            # A value that the present content does not have; left out, the question counts as not answered.
            left_out.append(name)
    return found, left_out


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
    )
