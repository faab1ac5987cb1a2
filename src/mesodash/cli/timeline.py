"""`timeline`: the dated events of a protocol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import click

from mesodash.cli import dates, inputs
from mesodash.cli.options import Answer, Command, as_text, knowledge_in, lang_option, option
from mesodash.domain import timeline as domain
from mesodash.errors import InputError
from mesodash.knowledge.records import Lang
from mesodash.reports import calendar


@click.command(cls=Command, help="Give the dated events of a protocol.")
@option("--protocol", "ID", "Which protocol; required.")
@option("--start", "YYYY-MM-DD", "Day of the first session; required.")
@option("--sessions", "N", "Sessions of the course.")
@option("--interval-days", "D", "Days between two sessions of the course.")
@option("--maintenance-months", "M", "Months between two maintenance sessions.")
@option("--horizon-months", "H", "How many months ahead maintenance is planned.", "24")
@click.option(
    "--avoid", metavar="FROM..TO", multiple=True, help="Days without a session, both included; may be repeated."
)
@option("--closed-weekdays", "sat,sun", "Weekdays without a session.")
@option("--country", "DE", "Leave out this country's public holidays.")
@option("--subdivision", "BY", "Leave out this region's holidays too.")
@option("--tolerance-days", "T", "How many days a session may move.", "4")
@option("--format", "json|ics|csv", "Form of the answer.", "json")
@option("--time", "HH:MM", "Hour of the sessions in a calendar file (ics).")
@option("--timezone", "AREA/CITY", "Time zone of that hour.")
@option(
    "--salt",
    "TEXT",
    "Text that belongs to one person's plan, for a calendar file (ics): entries of files with the same one replace each"
    " other, of others never. Without it, files of the same protocol and first day share their entries.",
)
@lang_option
def command(
    protocol: str | None,
    start: str | None,
    sessions: str | None,
    interval_days: str | None,
    maintenance_months: str | None,
    horizon_months: str,
    avoid: tuple[str, ...],
    closed_weekdays: str | None,
    country: str | None,
    subdivision: str | None,
    tolerance_days: str,
    format: str,
    time: str | None,
    timezone: str | None,
    salt: str | None,
    lang: str,
) -> Answer:
    knowledge, words = knowledge_in(lang)
    chosen = knowledge.protocols[
        inputs.choice(
            "protocol", inputs.given("protocol", protocol, ", ".join(knowledge.protocols)), knowledge.protocols
        )
    ]
    shape = inputs.choice("format", format, ("json", "ics", "csv"))
    for field, text in (("time", time), ("timezone", timezone), ("salt", salt)):
        if text is not None and shape != "ics":
            raise InputError("error.goes_together", field=field, shown=text, params={"other": "--format ics"})
    if salt is not None and not salt.strip():
        raise InputError("error.required_as", field="salt", params={"form": "TEXT"})
    wishes = domain.Wishes(
        start=inputs.day("start", inputs.given("start", start, "YYYY-MM-DD")),
        sessions=None if sessions is None else inputs.number("sessions", sessions, *domain.SESSIONS),
        interval_days=None
        if interval_days is None
        else inputs.number("interval-days", interval_days, *domain.INTERVAL_DAYS),
        maintenance_months=None
        if maintenance_months is None
        else inputs.number("maintenance-months", maintenance_months, *domain.MAINTENANCE_MONTHS),
        horizon_months=inputs.whole("horizon-months", horizon_months, *domain.HORIZON_MONTHS),
        avoid=tuple(inputs.days("avoid", span) for span in avoid),
        closed_weekdays=frozenset() if closed_weekdays is None else inputs.weekdays("closed-weekdays", closed_weekdays),
        country=country,
        subdivision=subdivision,
        tolerance_days=inputs.whole("tolerance-days", tolerance_days, *domain.TOLERANCE_DAYS),
    )
    planned = domain.plan(chosen, wishes, knowledge.aftercare)
    unsettled = calendar.disputed(words, planned, knowledge.claims)

    def title(event: domain.Event) -> str:
        return calendar.dated_title(words, planned, event, unsettled)

    if shape == "json":
        yield as_text(domain.as_json(planned))
    elif shape == "ics":
        yield _calendar(planned, title, words.lang, salt, _clock(time, timezone))
    else:
        yield dates.as_csv(planned, title)


def _calendar(
    planned: domain.Timeline,
    title: Callable[[domain.Event], str],
    lang: Lang,
    salt: str | None,
    clock: calendar.Clock | None,
) -> bytes:
    return calendar.to_ics(
        planned,
        summaries=title,
        lang=lang,
        dated=dt.datetime.now(dt.UTC),
        salt=salt,
        clock=clock,
    )


def _clock(time: str | None, timezone: str | None) -> calendar.Clock | None:
    hour = None if time is None else inputs.clock("time", time)
    if hour is None and timezone is None:
        return None
    if hour is None or timezone is None:
        raise InputError("error.required", field="time" if hour is None else "timezone")
    return calendar.Clock(time=hour, timezone=timezone)
