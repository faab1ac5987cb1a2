"""Reader for the answers of one case: a JSON object in a file or on standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from mesodash.domain.answers import check_answers
from mesodash.domain.truth import Value
from mesodash.errors import InputError
from mesodash.knowledge.records import Question

STANDARD_INPUT = "-"
LARGEST_OBJECT = 1_000_000
"""In bytes. All questions answered take a hundredth of it."""

_LONGEST_NUMBER = 400


def read(questions: Mapping[str, Question], field: str, name: str) -> dict[str, Value]:
    """Return the answers in the JSON object of file `name`, `-` being standard input.

    Args:
        field: What the command calls the file, for faults of the whole file; other faults name the question.

    Raises:
        InputError: the file cannot be read, is no JSON object, or an entry is not allowed.
    """
    given = json_object(field, name)
    for question, value in given.items():
        if value is None and question in questions:
            raise InputError("error.null", field=question, shown="null")
    try:
        return check_answers(questions, given)
    except (ValueError, RecursionError):
        # A value that is nested too deep to be shown.
        raise InputError("error.not_json", field=field, shown=name) from None


def json_object(field: str, name: str) -> dict[str, object]:
    """Return the JSON object of file `name`, `-` being standard input; fractions and NaN as text.

    Raises:
        InputError: the file cannot be read or is no JSON object.
    """

    def fault(key: str, **params: str | int) -> InputError:
        return InputError(key, field=field, shown=name, params=params)

    body = _bytes(name, fault)
    if len(body) > LARGEST_OBJECT:
        raise fault("error.text_too_long", length=LARGEST_OBJECT)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fault("error.not_utf8") from None
    try:
        # Fractions and NaN stay text: they are no answer to any question, and are shown as they were written.
        given = json.loads(
            text, object_pairs_hook=_unrepeated, parse_float=str, parse_constant=str, parse_int=_whole_number
        )
    except (ValueError, RecursionError):
        raise fault("error.not_json") from None
    if not isinstance(given, dict):
        raise fault("error.not_an_object")
    return given


def _bytes(name: str, fault: Callable[[str], InputError]) -> bytes:
    try:
        if name != STANDARD_INPUT:
            with Path(name).open("rb") as file:
                return file.read(LARGEST_OBJECT + 1)
        if sys.stdin is not None:
            return sys.stdin.buffer.read(LARGEST_OBJECT + 1)
    except (OSError, ValueError):
        # A file name with a zero byte is a ValueError.
        pass
    raise fault("error.missing_file")


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries: dict[str, object] = {}
    for name, value in pairs:
        if name in entries:
            raise InputError("error.repeated_key", field=name)
        entries[name] = value
    return entries


def _whole_number(text: str) -> int | str:
    # Python refuses to convert numbers of thousands of digits, because that takes long.
    return int(text) if len(text) <= _LONGEST_NUMBER else text
