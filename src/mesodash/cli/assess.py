"""`assess`: what sources list for the answers of one case or of many."""

from __future__ import annotations

import click

from mesodash.cli import one_case
from mesodash.cli.options import Answer, Command, as_text, knowledge_in, lang_option
from mesodash.domain import eligibility
from mesodash.errors import InputError
from mesodash.reports import assessment


@click.command(
    cls=Command,
    help="Say what sources list for the answers in FILE or on standard input: a JSON object by question id.",
)
@lang_option
@click.option("--csv", is_flag=True, help="FILE is a table with the column case and one column per question.")
@click.argument("file", required=False)
def command(lang: str, csv: bool, file: str | None) -> Answer:
    knowledge, words = knowledge_in(lang)
    if not csv:
        answers = one_case.read(knowledge.questions, "FILE", one_case.STANDARD_INPUT if file is None else file)
        yield as_text(assessment.as_json(knowledge, words, eligibility.assess(knowledge, answers)))
        return
    if file is None:
        raise InputError("error.required", field="FILE")
    if file == one_case.STANDARD_INPUT:
        raise InputError("error.not_a_file", field="FILE", shown=file)
    # Imported here, because most runs have one case and no need of a database.
    from mesodash.cli import many_cases

    lines = assessment.Lines(knowledge, words)
    for case, answers in many_cases.read(knowledge.questions, "FILE", file):
        yield lines.line(case, eligibility.assess(knowledge, answers))
