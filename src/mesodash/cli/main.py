"""Runs a command: answer on standard output and 0, or one line about bad input on standard error and 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TextIO

import click

from mesodash.cli import faults
from mesodash.cli.commands import commands
from mesodash.cli.options import Answer, HelpAsked
from mesodash.errors import InputError, KnowledgeError
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang

ANSWERED = 0
BAD_INPUT = 2
INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""


def run(arguments: Sequence[str]) -> int:
    """Return the exit code of the command that `arguments` spell."""
    try:
        try:
            _print(_answer(arguments))
        except InputError as error:
            _complain([faults.line(Words(load(), _language(arguments)), error)])
            return BAD_INPUT
    except KnowledgeError as error:
        _complain(" ".join(problem.split()) for problem in error.problems)
        return BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return ANSWERED


def _answer(arguments: Sequence[str]) -> Iterable[str | bytes]:
    try:
        answer: Answer = commands.main(list(arguments), prog_name="mesodash", standalone_mode=False)
    except click.NoSuchOption as error:
        raise InputError("error.unknown_option", field=_place(error), shown=error.option_name) from None
    except click.BadOptionUsage as error:
        option = error.option_name
        attached = any(one.startswith(f"{option}=") for one in arguments)
        key = "error.takes_no_value" if attached else "error.needs_a_value"
        raise InputError(key, field=option.lstrip("-")) from None
    except HelpAsked as asked:
        return (asked.text,)
    return answer


def _place(error: click.UsageError) -> str:
    return error.ctx.info_name or "command" if error.ctx is not None and error.ctx.parent is not None else "command"


def _language(arguments: Sequence[str]) -> Lang:
    """Return the language asked for, so far as that can be told from arguments that may be wrong; English otherwise."""
    for lang in LANGS:
        if f"--lang={lang}" in arguments or ("--lang", lang) in pairwise(arguments):
            return lang
    return "en"


def _print(answer: Iterable[str | bytes]) -> None:
    """Write UTF-8, whatever the locale says; a reader who stops reading ends the command quietly."""
    for chunk in answer:
        if not _written(chunk if isinstance(chunk, bytes) else chunk.encode()):
            return
    _written(b"")


def _written(chunk: bytes) -> bool:
    """Return False when nobody reads any more; an empty chunk sends off what was held back."""
    try:
        if sys.stdout is None:
            raise OSError
        sys.stdout.buffer.write(chunk)
        if not chunk:
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        _abandon(sys.stdout)
        return False
    except OSError:
        _abandon(sys.stdout)
        raise InputError("error.cannot_write", field="standard output") from None
    return True


def _abandon(stream: TextIO | None) -> None:
    # Python would try to write the rest when it ends, and complain that it cannot.
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(lines: Iterable[str]) -> None:
    try:
        if sys.stderr is not None:
            sys.stderr.buffer.write("".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))
            sys.stderr.buffer.flush()
    except OSError:
        _abandon(sys.stderr)
