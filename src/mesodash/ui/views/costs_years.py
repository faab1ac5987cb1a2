"""Costs, all options over the years: bands, when one sum passes another, what a year of effect costs, stopping."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import get_args

import streamlit as st

from mesodash.domain.cost import Estimate, as_shown, crossings, cumulative
from mesodash.domain.pricing import UNITS
from mesodash.domain.spread import per_effect_year
from mesodash.domain.years import Part, lines, turn
from mesodash.i18n import Words
from mesodash.knowledge.records import Lang, OptionId
from mesodash.reports import cost_file
from mesodash.ui import access, estimates, state
from mesodash.ui.charts import costs as charts
from mesodash.ui.estimates import Reading
from mesodash.ui.frame import Frame, kept_for_everyone, knowledge
from mesodash.ui.palette import COLOURS, GLYPHS, MARKERS
from mesodash.ui.parts import html, statements
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_words as say

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = (
    "option",
    "part",
    "year",
    "units_low",
    "price_low",
    "sum_low",
    "units_high",
    "price_high",
    "sum_high",
    "share",
    "vat",
    "currency",
)


def show(now: Frame) -> None:
    """Draw the sums of all options over the years, and what happens after stopping; a choice draws what it changes."""
    t = now.t
    html.block(f"<h2>{html.text(t('costs.by_year'))}</h2><p>{html.text(t('costs.by_year_lead'))}</p>")
    held: list[tuple[str, Reading]] = []
    _sums(now, held)
    _export(now, held)
    _after_stopping(now)


@access.fragment(board.STOPPED)
def _after_stopping(now: Frame) -> None:
    html.block(_stopped(now, board.offered()))


@access.fragment(board.CHART)
def _sums(now: Frame, held: list[tuple[str, Reading]]) -> None:
    """Draw the sums of all options that can be drawn together, why the others are not, and a year of the effect.

    Args:
        held: Takes what the files are to hold, by the names that say what is counted.
    """
    t = now.t
    readings = {one: estimates.reading(now, one) for one in board.offered()}
    found = {one: result for one, read in readings.items() if (result := estimates.of_reading(read)) is not None}
    held[:] = [(name, readings[one]) for one, name in say.names(now, list(found)).items()]
    option: OptionId | None = state.get("costs.option")
    # What the sums leave out is said before anybody compares them.
    left_out = [
        f"<p class='cost-open'>{html.text(line)}</p>"
        for line in say.course_alone(t, estimates.of_course_alone(now, readings), here=True)
    ]
    left_out += [_after_operation(now, one) for one in found if UNITS[one] == "procedure"]
    if left_out:
        html.block("".join(left_out))
    below = "" if found else "<span class='cost-no-sums'></span>"
    if found:
        currency = found[option].currency if option in found else next(iter(found.values())).currency
        drawn = [result for result in found.values() if result.currency == currency]
        below = _years_chart(now, drawn, currency)
    missing = [read for one, read in readings.items() if one not in found]
    other = [one for one in found.values() if one.currency != currency] if found else []
    lines = [t("costs.other_currency", option=t(f"option.{one.option}"), currency=one.currency) for one in other]
    why: dict[str, list[str]] = {}
    for read in missing:
        why.setdefault(say.gap(now, read), []).append(t(f"option.{read.option}"))
    lines += [t("costs.not_drawn", options=t.list(names), why=reason) for reason, names in why.items()]
    below += "".join(f"<p class='cost-open'>{html.text(line)}</p>" for line in lines)
    html.block(below + _effect_years(now, found))


def _years_chart(now: Frame, drawn: Sequence[Estimate], currency: str) -> str:
    """Draw the chart with its key, and return what stands below: which sums pass which, and the numbers."""
    t = now.t
    years = len(drawn[0].per_year)
    over = say.count(t, "year", years)
    bands, totals = [], []
    options = [one.option for one in drawn]
    # With cents only where the sum of an option by itself has them.
    cents = any(as_shown(one)[1] for one in drawn)
    names, alone = say.names(now, options), estimates.of_course_alone(now, options)
    for result in drawn:
        name = names[result.option]
        sums = cumulative(result)
        totals.append([t.money_range(one.low, one.high, currency, cents=cents) for one in sums])
        hovers = tuple(
            t("costs.hover", option=name, year=year, total=total) for year, total in enumerate(totals[-1], start=1)
        )
        open_ended = result.option in alone or UNITS[result.option] == "procedure"
        until = _last_counted(result) if open_ended else None
        bands.append(charts.Band(result.option, name, sums, hovers, until))
    turns, others = _turns(t, drawn, names, over, alone)
    marks = [charts.Mark(one.year, str(number), one.until) for number, (one, _) in enumerate(turns, start=1)]
    ticks = charts.tick_amounts(max(one.high for band in bands for one in band.sums))
    figure = charts.by_year(
        bands,
        ticks=[(amount, t.money(amount, currency)) for amount in ticks],
        title=t("costs.year_axis"),
        marks=marks,
        theme=now.theme,
    )
    ends = [(band.option, band.name, total[-1]) for band, total in zip(bands, totals, strict=True)]
    html.block(
        f"<p class='cost-why'><b>{html.text(t('costs.key', years=over))}</b></p><ul class='cost-key'>"
        + "".join(
            f"<li><span class='glyph' aria-hidden='true' style='color:{COLOURS[now.theme][one]}'>"
            f"{GLYPHS[MARKERS[one]][0]}</span>"
            f"<span><b>{html.text(name)}</b><br>{html.text(total)}</span></li>"
            for one, name, total in ends
        )
        + "</ul>"
        + (f"<p class='hint'>{html.text(t('costs.dashed'))}</p>" if any(_is_dashed(band) for band in bands) else "")
    )
    alt = t("costs.by_year_alt", years=over, totals=t.parted(f"{name}: {total}" for _, name, total in ends))
    with st.container(key="costs-years"):
        st.plotly_chart(figure, theme=None, config=say.CHART, alt=alt, key="costs.by_year")
    below = ""
    if len(drawn) > 1:
        lines = [
            f"<b class='number'>{number}</b> {html.text(words)}" for number, (_, words) in enumerate(turns, start=1)
        ]
        lines += [html.text(words) for words in others]
        items = "".join(f"<li>{line}</li>" for line in lines)
        below = f"<p>{html.text(t('costs.turns'))}</p><ul class='cost-turns'>{items}</ul>"
    return below + say.fold(
        t("costs.numbers"),
        say.table(
            t("costs.table_caption", years=over),
            [t("costs.year_head"), *(band.name for band in bands)],
            [[str(year + 1), *(total[year] for total in totals)] for year in range(years)],
        ),
    )


def _after_operation(now: Frame, option: OptionId) -> str:
    """Return that the sum ends with the operation, and who says what may follow it."""
    later, medicine = (
        statements.who(now.knowledge, now.t, now.knowledge.claims[one]) for one in estimates.AFTER_OPERATION
    )
    return statements.sourced(
        now,
        "said.after_operation",
        (*estimates.AFTER_OPERATION, "tx-sessions-one"),
        option=now.t(f"option.{option}"),
        later=later,
        medicine=medicine,
    )


def _last_counted(result: Estimate) -> int:
    """Return the last year in which the sum grows, 1 where it never does."""
    return max((one.year for one in result.per_year if one.low or one.high), default=1)


def _is_dashed(band: charts.Band) -> bool:
    return band.until is not None and band.until < len(band.sums)


def _export(now: Frame, held: list[tuple[str, Reading]]) -> None:
    """Offer the sums as spreadsheets that go on calculating. The style sheet hides this while there is no sum."""
    t = now.t
    with st.container(horizontal=True, key="costs-out"):
        for form, mime in (("xlsx", _XLSX), ("csv", "text/csv")):
            st.download_button(
                t(f"costs.export.{form}"),
                data=access.while_allowed(functools.partial(_file, now.lang, form, held)),
                file_name=f"{t('costs.export.name')}.{form}",
                mime=mime,
                on_click="ignore",
                key=f"costs.export.{form}",
            )


def _file(lang: Lang, form: str, readings: Sequence[tuple[str, Reading]]) -> bytes:
    t = Words(knowledge(), lang)
    blocks = [
        cost_file.Block(
            name,
            read.inputs.currency,
            lines(read.inputs, in_advance=UNITS[read.option] == "month", grafts=read.grafts),
            t("costs.part.procedure") if UNITS[read.option] == "procedure" else None,
        )
        for name, read in readings
        if read.inputs is not None
    ]
    notes = [t("costs.export.note")]
    found = [line for block in blocks for line in block.lines]
    if any(line.share < 0 for line in found):
        notes.append(t("costs.export.note.off"))
    if any(line.part == "maintenance" and (line.units_low % 1 or line.units_high % 1) for line in found):
        notes.append(t("costs.export.note.repeat"))
    sheet = cost_file.Sheet(
        title=t("costs.export.sheet"),
        heads=[t(f"costs.export.head.{name}") for name in _HEADS],
        parts={part: t(f"costs.export.part.{part}") for part in get_args(Part)},
        total=t("costs.export.total"),
        notes=(*notes, t("fixed_sentence")),
    )
    return cost_file.as_xlsx(blocks, sheet) if form == "xlsx" else cost_file.as_csv(blocks, sheet, lang)


def _effect_years(now: Frame, found: dict[OptionId, Estimate]) -> str:
    """Return what a year of the reported effect costs; where nobody says how long it lasts, this stays open."""
    t = now.t
    rows: list[list[str]] = []
    ids: list[str] = []
    below = ""
    cents = any(as_shown(result)[1] for result in found.values())
    for option, result in found.items():
        if UNITS[option] not in ("session", "procedure") or option not in now.knowledge.effects:
            continue
        effect = now.knowledge.effects[option]
        low, high = per_effect_year(result, effect.lasts)
        said = effect.sources.get("lasts", ())
        if low is None or high is None:
            lasts, each = t(f"costs.effect.{'in_words' if said else 'unknown'}"), t("costs.effect.open")
            below += _in_words(now, option, said) if said else ""
        else:
            lasts = say.lasts(now, option)
            each = t.money_range(low, high, result.currency, cents=cents)
            ids += [one for one in said if one not in ids]
            below += "".join(statements.statement(now, one) for one in said if _says_more(now, one))
            for line in say.joined(now, option):
                below += f"<p class='hint'>{html.text(line)}</p>"
                ids.append(estimates.SESSIONS[option].low)
        rows.append([t(f"option.{option}"), lasts, each])
    if not rows:
        return ""
    heads = [t(f"costs.effect.head.{name}") for name in ("option", "lasts", "each")]
    return (
        f"<h2>{html.text(t('costs.effect.title'))}</h2><p>{html.text(t('costs.effect.lead'))}</p>"
        f"{say.table(t('costs.effect.caption'), heads, rows)}"
        f"{statements.sources(now, tuple(ids)) if ids else ''}{below}"
    )


def _says_more(now: Frame, claim: str) -> bool:
    """True if a claim says more than for how many months: of how many people, or that no study shows it."""
    value = now.knowledge.claims[claim].value
    return value is None or bool(value.details)


def _in_words(now: Frame, option: OptionId, said: Sequence[str]) -> str:
    """Return what sources say of an effect's length without a number, and why no cost per year follows from it."""
    t = now.t
    lines = [t("costs.effect.why", option=t(f"option.{option}"))]
    weighed = now.knowledge.criteria["lasting_result"].options
    read = None if weighed is None else weighed.get(option)
    if read is not None and read.low is not None and read.high is None:
        lines.append(t("costs.effect.compare", low=t.number(read.low)))
    statement = "".join(statements.statement(now, one) for one in said)
    return f"{statement}<p>{html.text(' '.join(lines))}</p>"


@kept_for_everyone
def _stopped(now: Frame, options: tuple[OptionId, ...]) -> str:
    t = now.t
    parts = [f"<h2>{html.text(t('costs.stopped.title'))}</h2><p>{html.text(t('costs.stopped.lead'))}</p>"]
    for option in options:
        if option == "no_treatment":
            continue
        said = "".join(statements.statement(now, claim) for claim in estimates.STOPPED.get(option, ()))
        body = said or f"<p class='cost-open'>{html.text(t('no_source'))}</p>"
        parts.append(
            f"<section class='cost-book'><h3>{html.icon(option)}{html.text(t(f'option.{option}'))}</h3>{body}</section>"
        )
    return "".join(parts)


def _turns(
    t: Words, drawn: Sequence[Estimate], of: dict[OptionId, str], years: str, alone: Collection[OptionId]
) -> tuple[list[tuple[charts.Mark, str]], list[str]]:
    """Return the sentences about pairs whose order may turn, each with its years, and those about the others.

    They are about sums alone and name no better option. Options of which one course alone is counted are compared with
    no other: their sum stays where it is, whatever is paid later.
    """
    turns: list[tuple[charts.Mark, str]] = []
    below: dict[str, list[str]] = {}
    overlap: list[str] = []
    for pair in combinations([one for one in drawn if one.option not in alone], 2):
        names = [t("costs.quoted", name=of[one.option]) for one in pair]
        found = turn(*pair)
        if found is None:
            cheaper = crossings(*pair).cheaper
            if cheaper is None:
                overlap.append(t.list(names))
            else:
                first, second = names if cheaper == "first" else names[::-1]
                below.setdefault(first, []).append(second)
            continue
        above, under = names if found.above == "first" else names[::-1]
        if found.overlapped:
            words = t("costs.turn.later", year=found.earliest, above=above, below=under)
        elif found.certain is None:
            words = t("costs.turn.maybe", year=found.earliest, years=years, first=above, second=under)
        elif found.certain == found.earliest:
            words = t("costs.turn.at", year=found.earliest, first=above, second=under)
        else:
            words = t("costs.turn.between", earliest=found.earliest, certain=found.certain, first=above, second=under)
        turns.append((charts.Mark(found.earliest, "", found.certain or len(drawn[0].per_year)), words))
    others = [t("costs.turn.none", first=first, second=t.list(names)) for first, names in below.items()]
    if overlap:
        others.append(t("costs.turn.overlap", pairs=t.parted(overlap)))
    if alone:
        names = [t("costs.quoted", name=t(f"option.{option}")) for option in alone]
        others.append(t("costs.turn.alone", options=t.list(names)))
    return sorted(turns, key=lambda one: (one[0].year, one[0].until)), others
