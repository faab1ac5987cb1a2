"""Reader for the answers of many cases: a CSV table, one case a row."""

from __future__ import annotations

import csv
import hashlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TextIO

from mesodash.cli.faults import CaseError
from mesodash.domain.answers import NOT_KNOWN, check_answer
from mesodash.domain.truth import Value
from mesodash.errors import InputError
from mesodash.knowledge.records import Question

CASE = "case"
LONGEST_LINE = 65_536
"""In characters, so that a file without line ends is not read into memory."""

_MOST_REMEMBERED = 4096
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)

Case = tuple[str, dict[str, Value]]


def read(questions: Mapping[str, Question], field: str, name: str) -> Iterator[Case]:
    """Yield name and answers of each case in the CSV file `name`, in order, after all rows have been checked.

    The file is read twice, so memory does not grow with it.

    Args:
        field: What the command calls the file, for faults of the whole file; other faults name case and column.

    Raises:
        InputError: something in the file is not allowed; raised before the first case is yielded.
    """
    if "\0" in name:
        raise InputError("error.missing_file", field=field, shown=name)
    path = Path(name)
    try:
        # A pipe could not be read twice, and opening one would wait for its writer.
        if path.exists() and not path.is_file():
            raise InputError("error.not_a_file", field=field, shown=name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = _Table(file, questions, field, name)
            with closing(Names()) as names:
                for case, _ in table.rows():
                    if names.has(case):
                        raise CaseError(case, InputError("error.repeated_case", field=CASE))
            yield from table.rows()
    except UnicodeDecodeError:
        raise InputError("error.not_utf8", field=field, shown=name) from None
    except OSError:
        raise InputError("error.missing_file", field=field, shown=name) from None
    except sqlite3.Error:
        raise InputError("error.cannot_write", field="temporary folder") from None


class Names:
    """The names seen so far, as SHA-256 in a temporary database: nothing readable is written, memory stays small."""

    def __init__(self) -> None:
        # An empty name makes a database that SQLite keeps in memory while it is small and removes at the end.
        self._database = sqlite3.connect("")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID")
        self._insert = partial(self._database.execute, "INSERT OR IGNORE INTO seen VALUES (?)")

    def has(self, name: str) -> bool:
        """Return whether `name` was asked about before."""
        return self._insert((hashlib.sha256(name.encode()).digest(),)).rowcount == 0

    def close(self) -> None:
        self._database.close()


class _Column:
    """A column of answers to one question; remembers the cells it has read, because the same few come again."""

    def __init__(self, position: int, question: Question) -> None:
        self.position = position
        self.name = question.id
        self.known: dict[str, Value] = {}
        self._question = question

    def read(self, cell: str) -> Value:
        given: object = cell
        if self._question.type == "integer" and _WHOLE.fullmatch(cell) is not None:
            given = int(cell)
        elif self._question.type == "multi" and cell not in NOT_KNOWN:
            given = [] if cell == "[]" else cell.split(";")
        if len(self.known) >= _MOST_REMEMBERED:
            self.known.clear()
        value = self.known[cell] = check_answer(self._question, given)
        return value


class _Table:
    """An open CSV file of cases; its columns are checked when the table is made."""

    def __init__(self, file: TextIO, questions: Mapping[str, Question], field: str, name: str) -> None:
        self._file = file
        self._field = field
        self._name = name
        header = next(self._lists(), [])
        self._width = len(header)
        for column in header:
            if column != CASE and column not in questions:
                raise InputError("error.unknown_column", field=column)
            if header.count(column) > 1:
                raise InputError("error.repeated_column", field=column)
        if CASE not in header:
            raise InputError("error.missing_column", field=CASE)
        self._case = header.index(CASE)
        self._columns = [_Column(place, questions[name]) for place, name in enumerate(header) if name != CASE]

    def rows(self) -> Iterator[Case]:
        lists = self._lists()
        next(lists)
        for number, row in enumerate(lists, start=1):
            case = row[self._case] if len(row) > self._case else ""
            if len(row) != self._width:
                error = InputError(
                    "error.wrong_cell_count", field=f"row {number}", shown=str(len(row)), params={"count": self._width}
                )
                raise CaseError(case, error) if case else error
            if not case.strip():
                raise InputError("error.empty_case", field=f"row {number}")
            answers: dict[str, Value] = {}
            for column in self._columns:
                cell = row[column.position]
                if cell:
                    value = column.known.get(cell)
                    if value is None:
                        try:
                            value = column.read(cell)
                        except InputError as error:
                            raise CaseError(case, error) from None
                    answers[column.name] = value
            yield case, answers

    def _lists(self) -> Iterator[list[str]]:
        """Yield the cells of each row from the start of the file, the header included."""
        self._file.seek(0)
        try:
            yield from csv.reader(self._lines(), strict=True)
        except csv.Error:
            raise InputError("error.not_csv", field=self._field, shown=self._name) from None

    def _lines(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                params = {"length": LONGEST_LINE}
                raise InputError("error.text_too_long", field=self._field, shown=self._name, params=params)
            yield line
