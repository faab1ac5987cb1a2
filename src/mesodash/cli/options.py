"""What the commands share: how an option is read, and how an answer is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from mesodash.cli import inputs
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import LANGS

Answer = Iterator[str | bytes]
"""Pieces of what a command prints. A command is a generator, so that click only reads its options; whatever can be
refused is refused before the first piece."""

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class HelpAsked(Exception):
    """The reader wants to know how a command is used; `text` says it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _ask_for_help(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        raise HelpAsked(ctx.get_help() + "\n")


# click would print the help itself, and end in a traceback where that fails.
HELP = click.Option(
    ["--help"], is_flag=True, is_eager=True, expose_value=False, callback=_ask_for_help, help="Show this message."
)


class Command(click.Command):
    """A command that names an argument it does not take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "context_settings": {"allow_extra_args": True, "max_content_width": 100}})

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return HELP

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            raise InputError("error.too_many_arguments", field=ctx.info_name or "", shown=ctx.args[0])
        return super().invoke(ctx)


def option(name: str, metavar: str, text: str, default: str | None = None) -> Callable[[_Decorated], _Decorated]:
    """Return an option of plain text that may be given once; `default` where it is not given."""

    # click would let the last of several values win, which hides a slip.
    def once(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> str | None:
        if len(values) > 1:
            raise InputError("error.given_twice", field=name.lstrip("-"), shown=values[1])
        return values[0] if values else default

    explained = text if default is None else f"{text} {default} if not given."
    return click.option(name, metavar=metavar, help=explained, multiple=True, callback=once)


lang_option = option("--lang", "|".join(LANGS), "Language of the texts.", "en")


def knowledge_in(lang: str) -> tuple[KnowledgeBase, Words]:
    """Return the knowledge base and its words in the language given on the command line."""
    chosen = inputs.choice("lang", lang, LANGS)
    knowledge = load()
    return knowledge, Words(knowledge, chosen)


def as_text(value: object) -> str:
    """Return JSON for people and programs, with its end of line."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
