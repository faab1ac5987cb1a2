"""Costs: published and own prices, a range with its causes, and the sum by year."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

import streamlit as st

from mesodash.domain.cost import (
    MOST_HORIZON_YEARS,
    MOST_INTERVAL_DAYS,
    MOST_MAINTENANCE_MONTHS,
    MOST_SESSIONS,
    CostInputs,
    Estimate,
    crossings,
    cumulative,
    grid,
)
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import (
    ALL_OPTIONS,
    CONTEXT_OPTIONS,
    LANGS,
    OPTIONS,
    REGIONS,
    Lang,
    OptionId,
    Price,
)
from mesodash.ui import estimates, state
from mesodash.ui.charts import costs as charts
from mesodash.ui.estimates import Ends, Reading
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS, MARKERS
from mesodash.ui.parts import conflicts, html, statements
from mesodash.ui.parts.tables import table

_CHART = {"displayModeBar": False, "scrollZoom": False}


def show(now: Frame) -> None:
    t = now.t
    html.sheet("costs")
    html.heading(1, t("costs.title"))
    html.block(f"<p>{html.text(t('costs.lead'))}</p>")
    option = _choices(now)
    shown = (*OPTIONS, *(CONTEXT_OPTIONS if state.get("costs.context", False) else ()))
    readings = {one: estimates.reading(now, one) for one in shown}
    found = {one: result for one, read in readings.items() if (result := estimates.of_reading(read)) is not None}
    if option is not None:
        _result(now, readings[option], found.get(option))
        _fields(now, readings[option])
        _heat(now, readings[option])
    _years(now, readings, found, option)
    _price_book(now, readings)


def _choices(now: Frame) -> OptionId | None:
    t = now.t
    st.pills(
        t("costs.region"),
        REGIONS,
        key="costs.region",
        format_func=lambda token: t(f"region.{token}"),
        persist_state="session",
    )
    offered = ALL_OPTIONS if state.get("costs.context", False) else OPTIONS
    if state.get("costs.option") not in offered:
        state.put("costs.option", None)
    option: OptionId | None = st.pills(
        t("costs.option"),
        offered,
        key="costs.option",
        format_func=lambda token: t(f"option.{token}"),
        persist_state="session",
    )
    st.toggle(t("costs.context"), key=state.start_with("costs.context", False), persist_state="session")
    st.number_input(
        t("costs.years"),
        min_value=1,
        max_value=MOST_HORIZON_YEARS,
        step=1,
        key=state.start_with("costs.years", estimates.DEFAULT_YEARS),
        persist_state="session",
        width=260,
    )
    if option is None:
        st.info(t("costs.choose"))
    return option


# --- What the reader enters -------------------------------------------------------------------------------------------


def _fields(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    unit = estimates.UNITS[option]
    html.heading(2, t("costs.fields", option=t(f"option.{option}")))
    if unit in ("session", "procedure"):
        html.heading(3, t(f"costs.amount_of.{unit}"))
        _whole_fields(
            now,
            reading,
            "sessions",
            estimates.first_sessions(now, option),
            highest=MOST_SESSIONS,
            labels=(t(f"costs.fewest.{unit}"), t(f"costs.most.{unit}")),
        )
        if option in estimates.SESSIONS:
            _ends(now, estimates.SESSIONS[option], estimates.first_sessions(now, option))
    if unit == "check_up":
        html.heading(3, t("costs.amount_of.check_up"))
        _months_fields(now, reading)
    _price_fields(now, reading)
    if estimates.takes_maintenance(option):
        html.heading(3, t("phase.maintenance"))
        st.toggle(
            t("costs.maintenance"),
            key=state.start_with(estimates.key(option, "maintenance"), False),
            persist_state="session",
        )
        if state.get(estimates.key(option, "maintenance"), False):
            _months_fields(now, reading)
            _amount_fields(now, reading, "after")
            html.block(f"<p class='hint'>{html.text(t('costs.after_hint'))}</p>")
    _assumptions(now, reading)


def _months_fields(now: Frame, reading: Reading) -> None:
    option = reading.option
    first = estimates.first_months(now, option)
    _whole_fields(
        now,
        reading,
        "months",
        first,
        highest=MOST_MAINTENANCE_MONTHS,
        labels=(now.t("costs.months_low"), now.t("costs.months_high")),
    )
    _ends(now, estimates.MAINTENANCE[option], first)


def _whole_fields(
    now: Frame, reading: Reading, setting: str, first: tuple[int, int], *, highest: int, labels: tuple[str, str]
) -> None:
    for column, end, start, label in zip(st.columns(2), ("low", "high"), first, labels, strict=True):
        column.number_input(
            label,
            min_value=1,
            max_value=highest,
            step=1,
            key=state.start_with(estimates.key(reading.option, f"{setting}.{end}"), start),
            persist_state="session",
        )
    _faults(now, reading, {setting: now.t(f"costs.name.{setting}")})


def _price_fields(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    unit = estimates.UNITS[option]
    html.heading(3, t(f"costs.price_of.{unit}"))
    price = estimates.published_price(now.knowledge, option, estimates.region(now))
    if price is not None and price.ends is not None:
        where = t(f"region.{estimates.region(now)}")
        words = t("costs.published", region=where, price=_money_range(t, price.low, price.high, price.currency))
        ends = tuple(_money(t, one, price.currency) for one in (price.low, price.high))
        html.block(_ends_markup(now, price.ends, ends, lead=words))
    elif unit != "check_up":
        html.block(f"<p class='cost-open'>{html.text(_no_price(now, reading))}</p>")
    _amount_fields(now, reading, "price")
    html.block(f"<p class='hint'>{html.text(t('costs.amount_hint'))}</p>")
    _amount_fields(now, reading, "upfront")
    st.pills(
        t("costs.currency"),
        estimates.CURRENCIES,
        key=estimates.key(option, "currency"),
        persist_state="session",
    )


def _amount_fields(now: Frame, reading: Reading, setting: estimates.AmountField) -> None:
    t, option = now.t, reading.option
    kind = f"{setting}.{estimates.UNITS[option]}" if setting == "price" else setting
    labels = {f"{setting}.{end}": t(f"costs.{kind}.{end}") for end in ("low", "high")}
    for column, (end, label) in zip(st.columns(2), labels.items(), strict=True):
        name = estimates.key(option, end)
        column.text_input(label, key=name, autocomplete="off", persist_state="session")
    _faults(now, reading, labels | {setting: t(f"costs.name.{setting}")})


def _assumptions(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    with st.expander(t("costs.assumptions")):
        if option in estimates.INTERVAL:
            st.number_input(
                t("costs.interval"),
                min_value=1,
                max_value=MOST_INTERVAL_DAYS,
                step=1,
                key=state.start_with(estimates.key(option, "interval"), estimates.first_interval(now, option)),
                persist_state="session",
            )
            html.block(statements.statement(now, estimates.INTERVAL[option]))
        st.text_input(t("costs.vat"), key="costs.vat", autocomplete="off", persist_state="session")
        html.block(f"<p class='hint'>{html.text(t('costs.vat_hint'))}</p>")
        _faults(now, reading, {"vat": t("costs.vat")})
        if estimates.UNITS[option] in ("session", "procedure"):
            left, right = st.columns(2)
            left.text_input(
                t("costs.discount"),
                key=estimates.key(option, "discount"),
                autocomplete="off",
                persist_state="session",
            )
            right.number_input(
                t("costs.discount_from"),
                min_value=1,
                max_value=MOST_SESSIONS,
                step=1,
                key=state.start_with(estimates.key(option, "discount_from"), 1),
                persist_state="session",
            )
            _faults(now, reading, {"discount": t("costs.discount")})
        html.block(f"<p class='hint'>{html.text(t('costs.no_conversion'))}</p>")


def _faults(now: Frame, reading: Reading, labels: dict[str, str]) -> None:
    """Say at the field what cannot be used."""
    for setting, label in labels.items():
        if setting in reading.faults:
            st.error(now.t("costs.fault", field=label, fault=fault(now.t, reading.faults[setting])))


# --- The result -------------------------------------------------------------------------------------------------------


def _result(now: Frame, reading: Reading, result: Estimate | None) -> None:
    t = now.t
    option = reading.option
    head = f"{html.icon(option)}<strong>{html.text(t(f'option.{option}'))}</strong>"
    label = f"data-option='{option}' aria-label='{html.text(t('costs.result'))}'"
    if result is None or reading.inputs is None or reading.price is None:
        words = html.text(_gap(now, reading))
        fact = statements.statement(now, "nt-cost-zero") if reading.gap == "check_up" else ""
        html.block(
            f"<section class='cost-result cost-empty' {label}>"
            f"<p class='cost-what'>{head}</p><p class='cost-open'>{words}</p>{fact}</section>"
        )
        return
    where = t("costs.own_prices") if reading.price.ends is None else t(f"region.{estimates.region(now)}")
    ends = t.money(result.low, result.currency), t.money(result.high, result.currency)
    total = ends[0] if ends[0] == ends[1] else t("costs.from_to", low=ends[0], high=ends[1])
    years = _count(t, "year", len(result.per_year))
    html.block(
        f"<section class='cost-result' {label}>"
        f"<p class='cost-what'>{head}<span>{html.text(where)}</span></p>"
        f"<p class='cost-sum'>{html.text(total)} <small>{html.text(t('costs.over', years=years))}</small></p>"
        f"<dl class='cost-parts'>{_parts(t, reading, result)}</dl>{_causes(now, reading, result)}</section>"
    )


def _parts(t: Words, reading: Reading, result: Estimate) -> str:
    inputs, unit = _needed(reading.inputs), estimates.UNITS[reading.option]
    each = _money_range(t, *inputs.price, inputs.currency)
    after = _money_range(t, *(inputs.maintenance_price or inputs.price), inputs.currency)
    later = result.maintenance
    count = later.sessions_low, later.sessions_high
    rows: list[tuple[str, str, str]] = []

    def row(label: str, how: str, low: Decimal, high: Decimal) -> None:
        rows.append((label, how, t.money_range(low, high, result.currency)))

    if unit in ("month", "check_up"):
        how = t("costs.times", count=_count(t, unit, *count), price=after)
        row(t(f"costs.part.{unit}"), how, later.low, later.high)
    else:
        how = t("costs.times", count=_count(t, unit, *inputs.sessions), price=each)
        row(t(f"costs.part.{unit}"), how, result.course.low, result.course.high)
        if inputs.maintenance_months is not None:
            every = _count(t, "every", *inputs.maintenance_months)
            how = t("costs.times_every", count=_count(t, "session", *count), every=every, price=after)
            row(t("phase.maintenance"), how, later.low, later.high)
        elif estimates.takes_maintenance(reading.option):
            rows.append((t("phase.maintenance"), t("costs.maintenance_off"), t("costs.not_counted")))
    if result.upfront.high:
        row(t("costs.part.upfront"), t("costs.part.upfront_how"), result.upfront.low, result.upfront.high)
    if inputs.vat:
        rows.append((t("costs.part.vat"), t("costs.part.vat_how", percent=t.number(inputs.vat)), ""))
    if inputs.discount:
        how = t("costs.part.discount_how", percent=t.number(inputs.discount), number=inputs.discount_from)
        rows.append((t("costs.part.discount"), how, ""))
    return "".join(
        f"<div><dt>{html.text(label)}</dt><dd class='how'>{html.text(how)}</dd>"
        f"<dd class='sum'>{html.text(amount)}</dd></div>"
        for label, how, amount in rows
    )


def _causes(now: Frame, reading: Reading, result: Estimate) -> str:
    t = now.t
    width = result.high - result.low
    if not width:
        return f"<p class='cost-why'>{html.text(t('costs.no_width'))}</p>"
    inputs, unit = _needed(reading.inputs), estimates.UNITS[reading.option]
    own = reading.price is None or reading.price.ends is None
    price_of = inputs.maintenance_price if unit in ("month", "check_up") else inputs.price
    price = _money_range(t, *(price_of or inputs.price), inputs.currency)
    price_words = t(f"costs.cause.price.{'own' if own else 'published'}", price=f"{price} {t(f'costs.per.{unit}')}")
    items = []
    for cause in result.causes:
        if not cause.width:
            continue
        sources: tuple[str, ...] = ()
        if cause.cause == "sessions":
            words = t(f"costs.cause.sessions.{unit}", count=_count(t, unit, *inputs.sessions))
            sources = _claims(estimates.SESSIONS.get(reading.option))
        elif cause.cause == "price" or unit == "month":
            words = price_words
            sources = () if own or reading.price is None else _claims(reading.price.ends)
        elif cause.cause == "upfront":
            words = t("costs.cause.upfront")
        else:
            every = _count(t, "every", *(inputs.maintenance_months or (1, 1)))
            after = _money_range(t, *(inputs.maintenance_price or inputs.price), inputs.currency)
            words = t(f"costs.cause.maintenance.{unit}", every=every, price=after)
            sources = _claims(estimates.MAINTENANCE.get(reading.option))
        share = int((cause.width * 100 / width).to_integral_value())
        amount = t.money(cause.width, result.currency)
        items.append(
            f"<li><p class='cause'><span>{html.text(words)}</span><b>{html.text(amount)}</b></p>"
            f"<div class='bar' aria-hidden='true'><i style='width:{max(share, 1)}%'></i></div>"
            + (statements.sources(now, sources) if sources else "")
            + "</li>"
        )
    lead = t("costs.why", amount=t.money(width, result.currency))
    return f"<p class='cost-why'><b>{html.text(lead)}</b></p><ul class='cost-causes'>{''.join(items)}</ul>"


def _gap(now: Frame, reading: Reading) -> str:
    t = now.t
    if reading.gap == "price":
        return _no_price(now, reading)
    if reading.gap == "mixed" and reading.price is not None:
        return t("costs.gap.mixed", published=reading.price.currency)
    return t(f"costs.gap.{reading.gap}")


def _no_price(now: Frame, reading: Reading) -> str:
    """Say that the price book is empty for this option; before a region is chosen it is not looked into."""
    where = estimates.region(now)
    if where is None:
        return now.t("costs.gap.region")
    unit = now.t(f"costs.per.{estimates.UNITS[reading.option]}")
    kind = "price" if reading.price is None else "price_own"
    return now.t(f"costs.gap.{kind}", region=now.t(f"region.{where}"), per=unit)


# --- Charts -----------------------------------------------------------------------------------------------------------


def _heat(now: Frame, reading: Reading) -> None:
    unit = estimates.UNITS[reading.option]
    if reading.inputs is None or unit not in ("session", "procedure"):
        return
    t, inputs = now.t, reading.inputs
    counts = charts.spread(*inputs.sessions)
    prices = charts.spread_amounts(*inputs.price)
    cells = grid(inputs, counts, prices)
    html.heading(2, t(f"costs.heat.title.{unit}"))
    html.block(f"<p>{html.text(t('costs.heat.lead'))}</p>")

    currency, option = inputs.currency, t(f"option.{reading.option}")
    ends = [[(t.money(cell.low, currency), t.money(cell.high, currency)) for cell in row] for row in cells]
    texts = [
        [low if low == high else f"{low}<br>{t('costs.heat.up_to', high=high)}" for low, high in row] for row in ends
    ]
    totals = [[low if low == high else t("range", low=low, high=high) for low, high in row] for row in ends]
    price_words = [_money(t, price, currency) for price in prices]
    count_words = [t.number(count) for count in counts]
    figure = charts.heat(
        cells,
        columns=count_words,
        rows=price_words,
        texts=texts,
        hovers=[
            [
                t("costs.heat.hover", count=_count(t, unit, count), price=price, total=totals[line][place])
                for place, count in enumerate(counts)
            ]
            for line, price in enumerate(price_words)
        ],
        frame=(_span(counts, *inputs.sessions), _span(prices, *inputs.price)),
        titles=(t(f"costs.amount_of.{unit}"), t(f"costs.price_of.{unit}")),
        theme=now.theme,
    )
    alt = t(
        "costs.heat.alt",
        option=option,
        first=t("costs.heat.hover", count=_count(t, unit, counts[0]), price=price_words[0], total=totals[0][0]),
        last=t("costs.heat.hover", count=_count(t, unit, counts[-1]), price=price_words[-1], total=totals[-1][-1]),
    )
    with st.container(key="costs-heat"):
        st.plotly_chart(figure, theme=None, config=_CHART, alt=alt, key="costs.heat")
    heads = [_count(t, unit, count) for count in counts]
    html.block(
        _fold(
            t("costs.numbers"),
            _table(
                t("costs.heat.caption", option=option, years=_count(t, "year", inputs.horizon_years)),
                [t(f"costs.price_of.{unit}"), *heads],
                [[price, *row] for price, row in zip(price_words, totals, strict=True)],
            ),
        )
    )


def _years(
    now: Frame, readings: dict[OptionId, Reading], found: dict[OptionId, Estimate], option: OptionId | None
) -> None:
    t = now.t
    html.heading(2, t("costs.by_year"))
    html.block(f"<p>{html.text(t('costs.by_year_lead'))}</p>")
    if found:
        currency = found[option].currency if option in found else next(iter(found.values())).currency
        drawn = [result for result in found.values() if result.currency == currency]
        _years_chart(now, drawn, currency)
    missing = [read for one, read in readings.items() if one not in found]
    other = [one for one in found.values() if one.currency != currency] if found else []
    lines = [t("costs.other_currency", option=t(f"option.{one.option}"), currency=one.currency) for one in other]
    why: dict[str, list[str]] = {}
    for read in missing:
        why.setdefault(_gap(now, read), []).append(t(f"option.{read.option}"))
    lines += [t("costs.not_drawn", options=t.list(names), why=reason) for reason, names in why.items()]
    if lines:
        html.block("".join(f"<p class='cost-open'>{html.text(line)}</p>" for line in lines))


def _years_chart(now: Frame, drawn: Sequence[Estimate], currency: str) -> None:
    t = now.t
    years = len(drawn[0].per_year)
    over = _count(t, "year", years)
    bands, totals = [], []
    for result in drawn:
        name = t(f"option.{result.option}")
        sums = cumulative(result)
        totals.append([t.money_range(one.low, one.high, currency) for one in sums])
        hovers = tuple(
            t("costs.hover", option=name, year=year, total=total) for year, total in enumerate(totals[-1], start=1)
        )
        bands.append(charts.Band(result.option, name, sums, hovers))
    turns, others = _turns(t, drawn, over)
    marks = [charts.Mark(year, str(number)) for number, (year, _) in enumerate(turns, start=1)]
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
            f"{charts.GLYPHS[MARKERS[one]]}</span>"
            f"<span><b>{html.text(name)}</b><br>{html.text(total)}</span></li>"
            for one, name, total in ends
        )
        + "</ul>"
    )
    alt = t("costs.by_year_alt", years=over, totals="; ".join(f"{name}: {total}" for _, name, total in ends))
    with st.container(key="costs-years"):
        st.plotly_chart(figure, theme=None, config=_CHART, alt=alt, key="costs.by_year")
    if len(drawn) > 1:
        lines = [
            f"<b class='number'>{number}</b> {html.text(words)}" for number, (_, words) in enumerate(turns, start=1)
        ]
        lines += [html.text(words) for words in others]
        items = "".join(f"<li>{line}</li>" for line in lines)
        html.block(f"<p>{html.text(t('costs.turns'))}</p><ul class='cost-turns'>{items}</ul>")
    html.block(
        _fold(
            t("costs.numbers"),
            _table(
                t("costs.table_caption", years=over),
                [t("costs.year_head"), *(band.name for band in bands)],
                [[str(year + 1), *(total[year] for total in totals)] for year in range(years)],
            ),
        )
    )


def _turns(t: Words, drawn: Sequence[Estimate], years: str) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the sentences about pairs whose order may turn, each with its first year, and those about the others.

    They are about sums alone and name no better option.
    """
    turns: list[tuple[int, str]] = []
    below: dict[str, list[str]] = {}
    overlap: list[str] = []
    for pair in combinations(drawn, 2):
        crossing = crossings(*pair)
        names = [t("costs.quoted", name=t(f"option.{one.option}")) for one in pair]
        if crossing.cheaper is None:
            later = estimates.surely_above(*pair)
            if later is None:
                overlap.append(t.list(names))
                continue
            above, year = later
            above_name, below_name = names if above == "first" else names[::-1]
            turns.append((year, t("costs.turn.later", year=year, above=above_name, below=below_name)))
            continue
        first, second = names if crossing.cheaper == "first" else names[::-1]
        start, end = crossing.earliest, crossing.certain
        if start is None:
            below.setdefault(first, []).append(second)
        elif end is None:
            turns.append((start, t("costs.turn.maybe", year=start, years=years, first=first, second=second)))
        elif end == start:
            turns.append((start, t("costs.turn.at", year=start, first=first, second=second)))
        else:
            words = t("costs.turn.between", earliest=start, certain=end, first=first, second=second)
            turns.append((start, words))
    others = [t("costs.turn.none", first=first, second=t.list(names)) for first, names in below.items()]
    if overlap:
        others.append(t("costs.turn.overlap", pairs="; ".join(overlap)))
    return sorted(turns), others


# --- The price book ---------------------------------------------------------------------------------------------------


def _price_book(now: Frame, readings: dict[OptionId, Reading]) -> None:
    t = now.t
    where = estimates.region(now)
    html.heading(2, t("costs.book") if where is None else t("costs.book_in", region=t(f"region.{where}")))
    html.block(f"<p>{html.text(t('costs.book_lead'))}</p>")
    parts = []
    if where is not None:
        for option, reading in readings.items():
            rows = estimates.published(now.knowledge, option, where)
            name = f"<h3>{html.icon(option)}{html.text(t(f'option.{option}'))}</h3>"
            if option == "no_treatment":
                body = statements.statement(now, "nt-cost-zero")
            else:
                body = "".join(_price_claim(now, claim, rows) for claim in dict.fromkeys(row.claim for row in rows))
            if not any(estimates.feeds(row) for row in rows) and option != "no_treatment":
                body += f"<p class='cost-open'>{html.text(_no_price(now, reading))}</p>"
            parts.append(f"<section class='cost-book'>{name}{body}</section>")
    html.block("".join(parts) + _fold(t("costs.all_regions"), _all_regions(now.knowledge, now.lang)))


def _price_claim(now: Frame, claim: str, rows: Iterable[Price]) -> str:
    """Return what one source says, and for each of its prices the year and whether it is counted."""
    t = now.t
    lines = ""
    for row in rows:
        if row.claim == claim:
            use = "counted" if estimates.feeds(row) else "not_counted"
            words = t(
                f"costs.row.{use}",
                price=_row_price(t, row),
                source=statements.who(now.knowledge, t, now.knowledge.claims[claim], year=False),
                year=_year(t, row),
            )
            lines += f"<li>{html.text(words)}</li>"
    return f"{statements.statement(now, claim)}<ul class='cost-rows'>{lines}</ul>"


@functools.lru_cache(maxsize=len(LANGS))
def _all_regions(knowledge: KnowledgeBase, lang: Lang) -> str:
    t = Words(knowledge, lang)
    return _table(
        t("costs.all_caption"),
        [t(f"costs.head.{one}") for one in ("option", "region", "price", "year", "source")],
        [
            [
                t(f"option.{row.option}"),
                t(f"region.{row.region}"),
                _row_price(t, row),
                _year(t, row),
                statements.who(knowledge, t, knowledge.claims[row.claim], year=False),
            ]
            for row in sorted(knowledge.prices, key=lambda row: ALL_OPTIONS.index(row.option))
        ],
    )


def _year(t: Words, row: Price) -> str:
    return str(row.year) if row.year else t("source.no_year")


# --- Words and markup -------------------------------------------------------------------------------------------------


def _ends(now: Frame, ends: Ends, values: tuple[int, int]) -> None:
    html.block(_ends_markup(now, ends, tuple(now.t.number(value) for value in values)))


def _ends_markup(now: Frame, ends: Ends, values: Sequence[str], *, lead: str = "") -> str:
    """Return who gives the low and who the high end, with both statements one tap away."""
    t = now.t
    sources = [statements.who(now.knowledge, t, now.knowledge.claims[one]) for one in (ends.low, ends.high)]
    if sources[0] == t("source_kind.own_judgement"):
        both = f"{sources[0]}."
    elif sources[0] == sources[1]:
        both = t("costs.one_source", source=sources[0])
    else:
        both = t("costs.ends", low=values[0], high=values[1], low_source=sources[0], high_source=sources[1])
    words = html.text(f"{lead} {both}".strip())
    ids = _claims(ends)
    return f"<div class='cost-ends'><p>{words}</p>{statements.sources(now, ids)}{conflicts.fold(now, ids)}</div>"


def _claims(ends: Ends | None) -> tuple[str, ...]:
    return () if ends is None else tuple(dict.fromkeys((ends.low, ends.high)))


def _needed(inputs: CostInputs | None) -> CostInputs:
    if inputs is None:
        raise ValueError("an estimate without inputs")
    return inputs


def _count(t: Words, unit: str, low: int, high: int | None = None) -> str:
    """Return "4 to 10 sessions", "1 year"."""
    high = low if high is None else high
    return t(f"costs.count.{unit}.{'one' if low == high == 1 else 'many'}", number=t.range(low, high))


def _money(t: Words, amount: Decimal, currency: str) -> str:
    return t.money(amount, currency, cents=bool(amount % 1))


def _money_range(t: Words, low: Decimal, high: Decimal, currency: str) -> str:
    return t.money_range(low, high, currency, cents=bool(low % 1 or high % 1))


def _row_price(t: Words, row: Price) -> str:
    return f"{_money_range(t, row.low, row.high, row.currency)} {t(f'per.{row.per}')}"


def _span(values: Sequence[int | Decimal], low: int | Decimal, high: int | Decimal) -> tuple[int, int]:
    """Return the first and last place of `values` that lie between `low` and `high`."""
    inside = [place for place, value in enumerate(values) if low <= value <= high]
    return inside[0], inside[-1]


def _fold(label: str, body: str) -> str:
    return f"<details class='sources cost-fold'><summary>{html.text(label)}</summary>{body}</details>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of plain words."""
    return table(
        html.text(caption), [html.text(one) for one in heads], [[html.text(one) for one in row] for row in rows]
    )
