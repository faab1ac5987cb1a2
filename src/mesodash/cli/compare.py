"""`compare`: the options side by side."""

from __future__ import annotations

import click

from mesodash.cli import one_case
from mesodash.cli.options import Answer, Command, as_text, knowledge_in, lang_option, option
from mesodash.domain import comparison as domain
from mesodash.knowledge.records import ALL_OPTIONS
from mesodash.reports import comparison


@click.command(
    cls=Command, help="Give the options side by side: what is said about each, by whom, and how sure that is."
)
@option("--answers", "FILE", "Answers as JSON (- for standard input); rows that concern them say why.")
@lang_option
def command(answers: str | None, lang: str) -> Answer:
    knowledge, words = knowledge_in(lang)
    given = {} if answers is None else one_case.read(knowledge.questions, "answers", answers)
    rows = domain.compare(knowledge, given, ALL_OPTIONS)
    yield as_text(comparison.as_json(knowledge, words, ALL_OPTIONS, rows))
