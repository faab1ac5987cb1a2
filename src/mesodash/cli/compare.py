"""`compare`: the options side by side, and how they come out for what matters to a person."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mesodash.cli import one_case
from mesodash.cli.options import Answer, Command, as_text, knowledge_in, lang_option, option
from mesodash.domain import comparison as domain
from mesodash.domain import priorities
from mesodash.domain.answers import shown
from mesodash.errors import InputError
from mesodash.knowledge.records import ALL_OPTIONS
from mesodash.reports import comparison

_FORMS = ("ranking", "points")


@click.command(
    cls=Command,
    help="Give the options side by side: what is said about each, by whom, and how sure that is.\n\n"
    "With --weights, also say how often each option comes first, second and so on over all ways of reading what "
    "matters. FILE holds one JSON object, either of\n\n"
    '{"ranking": ["fast_result", ["little_pain", "no_surgery"]]}\n\n'
    '{"points": {"fast_result": 10, "little_pain": 4}, "spread": 20}\n\n'
    "A ranking begins with what matters most; those in one list matter alike, those left out no more than the last. "
    "Points go from 0 to 10; each weight may be up to spread per cent (10, 20 or 50) more or less. "
    "Costs are unknown here. Where sources say different things for different people, the answers decide; what they "
    "leave open counts together.",
)
@option("--answers", "FILE", "Answers as JSON (- for standard input); rows that concern them say why.")
@option("--weights", "FILE", "What matters, as JSON (- for standard input).")
@lang_option
def command(answers: str | None, weights: str | None, lang: str) -> Answer:
    knowledge, words = knowledge_in(lang)
    if answers is not None and answers == weights == one_case.STANDARD_INPUT:
        raise InputError("error.given_twice", field="weights", shown=weights)
    given = {} if answers is None else one_case.read(knowledge.questions, "answers", answers)
    said = None if weights is None else _wishes("weights", weights, tuple(knowledge.criteria))
    rows = domain.compare(knowledge, given, ALL_OPTIONS)
    found = comparison.as_json(knowledge, words, ALL_OPTIONS, rows)
    if said is not None:
        table = priorities.measures(knowledge, ALL_OPTIONS, given, {})
        result = priorities.weigh(table, ALL_OPTIONS, said)
        found["priorities"] = comparison.priorities_as_json(words, table, said, result)
    yield as_text(found)


def _wishes(field: str, name: str, criteria: Sequence[str]) -> priorities.Wishes:
    """Return what the JSON object of a file says about what matters."""
    given = one_case.json_object(field, name)
    for key in given:
        if key not in (*_FORMS, "spread") or (key == "spread" and "points" not in given):
            raise InputError("error.not_allowed", field=field, shown=key, params={"allowed": ", ".join(_FORMS)})
    if len([form for form in _FORMS if form in given]) != 1:
        raise InputError("error.one_of_two", field=field, params={"first": _FORMS[0], "second": _FORMS[1]})
    said = _ranking(given["ranking"], criteria) if "ranking" in given else _points(given, criteria)
    priorities.check(said, criteria)
    return said


def _ranking(given: object, criteria: Sequence[str]) -> priorities.Ranking:
    def refuse(item: object) -> InputError:
        params = {"allowed": ", ".join(criteria)}
        return InputError("error.not_allowed", field="ranking", shown=shown(item), params=params)

    if not isinstance(given, list):
        raise refuse(given)
    groups = []
    for entry in given:
        group = entry if isinstance(entry, list) else [entry]
        for one in group:
            if not isinstance(one, str):
                raise refuse(one)
        groups.append(tuple(group))
    return priorities.Ranking(tuple(groups))


def _points(given: dict[str, object], criteria: Sequence[str]) -> priorities.Points:
    def whole(field: str, value: object, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            params: dict[str, str | int] = {"low": low, "high": high}
            raise InputError("error.not_a_whole_number", field=field, shown=shown(value), params=params)
        return value

    points = given["points"]
    if not isinstance(points, dict):
        raise InputError(
            "error.not_allowed", field="points", shown=shown(points), params={"allowed": ", ".join(criteria)}
        )
    said = {name: whole(name, value, 0, priorities.MOST_POINTS) for name, value in points.items()}
    spread = whole("spread", given.get("spread", priorities.SPREADS[1]), priorities.SPREADS[0], priorities.SPREADS[-1])
    return priorities.Points(said, spread)
