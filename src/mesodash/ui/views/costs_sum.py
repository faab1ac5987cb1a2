"""Costs, the sum of one option: its parts, what is entered, and sessions by price."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import streamlit as st

from mesodash.domain import pricing
from mesodash.domain.cost import (
    MOST_INTERVAL_DAYS,
    MOST_MAINTENANCE_MONTHS,
    MOST_SESSIONS,
    CostInputs,
    Estimate,
    Range,
    as_shown,
    grid,
)
from mesodash.domain.price_list import CURRENCIES
from mesodash.domain.pricing import UNITS, Ends, Origin, PriceRange
from mesodash.domain.spread import Grafts
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import OptionId
from mesodash.ui import access, estimates, planned, state
from mesodash.ui.charts import costs as charts
from mesodash.ui.estimates import Reading, Schedule
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, outcomes, statements
from mesodash.ui.parts.folds import fold
from mesodash.ui.planning.board import arrive
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_words as say

_RESULT = "cost-result"
_BASIS_TURN = f"{estimates.BASIS}.turn"
ASSUMED = "costs.assumed.open"


def show(now: Frame, option: OptionId) -> None:
    """Draw the sum of one option and its fields; a change in a field draws the sum alone."""
    _result(now, option)
    _plans(now, option)
    html.heading(2, now.t("costs.fields", option=now.t(f"option.{option}")))
    _fields(now, option)
    _by_price(now, option)


# --- The result -------------------------------------------------------------------------------------------------------


@access.fragment(board.RESULT)
def _result(now: Frame, option: OptionId) -> None:
    t = now.t
    reading = estimates.reading(now, option)
    exact = estimates.of_reading(reading)
    head = f"{html.icon(option)}<strong>{html.text(t(f'option.{option}'))}</strong>"
    check = outcomes.against(now, option, "summary.check", checks=True)
    label = f"id='{_RESULT}' tabindex='-1' data-option='{option}' aria-label='{html.text(t('costs.result'))}'"
    if exact is None or reading.inputs is None or reading.price is None:
        words = html.text(say.gap(now, reading))
        fact = statements.statement(now, "nt-cost-zero") if reading.gap == "check_up" else ""
        html.block(
            f"<section class='cost-result cost-empty' {label}>"
            f"<p class='cost-what'>{head}</p>{check}<p class='cost-open'>{words}</p>{fact}</section>"
        )
        return
    where = t("costs.own_prices") if reading.price.ends is None else t(f"region.{estimates.region(now)}")
    result, cents = as_shown(exact)
    ends = tuple(t.money(end, result.currency, cents=cents) for end in (result.low, result.high))
    total = ends[0] if ends[0] == ends[1] else t("costs.from_to", low=ends[0], high=ends[1])
    over = say.over(now, option, len(result.per_year))
    html.block(
        f"<section class='cost-result' {label}>"
        f"<p class='cost-what'>{head}<span>{html.text(where)}</span></p>{check}"
        f"<p class='cost-sum'>{html.text(total)} <small>{html.text(over)}</small></p>"
        f"{_unlike(now, reading, result)}{_per_operation(now, reading)}"
        f"<dl class='cost-parts'>{_parts(t, reading, result, cents)}</dl>"
        f"{_causes(now, reading, result, cents)}</section>"
    )


def _unlike(now: Frame, reading: Reading, result: Estimate) -> str:
    """Return what each end of the sum counts, where that is not the same at another price, and if texts differ."""
    t = now.t
    if UNITS[reading.option] == "month" or _alike(reading):
        return ""
    low, high = (_counted_at(t, reading, result, end) for end in (0, 1))
    words = t("costs.unlike", low=low, high=high)
    later = result.maintenance
    if say.needed(reading.inputs).maintenance_months is not None and later.sessions_low != later.sessions_high:
        words = f"{words} {t('costs.unlike.fewest')}"
    sources = (
        [{one.source for one in now.knowledge.claims[claim].citations} for claim in (ends.low, ends.high)]
        for ends in _ends_of(now, reading)
    )
    if any(first != second for first, second in sources):
        words = f"{words} {t('costs.unlike.texts')}"
    return f"<p class='hint cost-unlike'>{html.text(words)}</p>"


def _per_operation(now: Frame, reading: Reading) -> str:
    """Return what was published for a whole operation, which often is far from a sum of grafts."""
    region = estimates.region(now)
    price = None if reading.grafts is None else pricing.published_price(now.knowledge, reading.option, region)
    if price is None:
        return ""
    each = say.money_range(now.t, price.low, price.high, price.currency)
    words = now.t("costs.grafts_beside", region=now.t(f"region.{region}"), price=each)
    return f"<p class='hint'>{html.text(words)}</p>"


def _alike(reading: Reading) -> bool:
    """True if both ends count the same number of all that is counted."""
    inputs = say.needed(reading.inputs)
    pairs = [inputs.sessions, inputs.maintenance_months, inputs.repeat_months]
    pairs.append(None if reading.grafts is None else reading.grafts.number)
    return all(pair is None or pair[0] == pair[1] for pair in pairs)


def _counted_at(t: Words, reading: Reading, result: Estimate, end: int) -> str:
    """Return what the low (0) or the high (1) end counts, at which price: "4 sessions at €300, then 2 sessions ..."."""
    inputs, unit = say.needed(reading.inputs), UNITS[reading.option]
    prices = inputs.price
    # How many follow the course depends on both ends of it, so the numbers are said and not how far they are apart.
    later = (result.maintenance.sessions_low, result.maintenance.sessions_high)[end]
    if unit == "check_up":
        prices = inputs.maintenance_price or inputs.price
        # What comes round less often belongs to the low end.
        what = say.count(t, "every", (inputs.maintenance_months or (1, 1))[1 - end])
    elif reading.grafts is not None:
        prices = reading.grafts.price
        what = t("costs.count.graft", number=t.number(reading.grafts.number[end]))
    else:
        what = say.count(t, unit, inputs.sessions[end])
    words = t("costs.unlike.at", count=what, price=say.money(t, prices[end], inputs.currency, *prices))
    if unit != "check_up" and inputs.maintenance_months is not None:
        return t("costs.unlike.then", course=words, count=say.count(t, "session", later))
    if inputs.repeat_months is not None:
        lasts = say.count(t, "month", inputs.repeat_months[1 - end])
        return t("costs.plan.again", course=words, lasts=lasts)
    return words


def _ends_of(now: Frame, reading: Reading) -> list[Ends]:
    """Return who gives the ends of what is counted as sources give it."""
    option, inputs = reading.option, say.needed(reading.inputs)
    found = [None if reading.price is None else reading.price.ends]
    if option in estimates.SESSIONS and inputs.sessions == estimates.first_sessions(now, option):
        found.append(estimates.SESSIONS[option])
    months = inputs.maintenance_months
    if option in estimates.MAINTENANCE and months is not None and months == estimates.first_months(now, option):
        found.append(estimates.MAINTENANCE[option])
    return [one for one in found if one is not None]


def _parts(t: Words, reading: Reading, result: Estimate, cents: bool) -> str:
    inputs, unit = say.needed(reading.inputs), UNITS[reading.option]
    each = say.money_range(t, *inputs.price, inputs.currency)
    after = say.money_range(t, *(inputs.maintenance_price or inputs.price), inputs.currency)
    later = result.maintenance
    count = later.sessions_low, later.sessions_high
    rows: list[tuple[str, str, str]] = []

    def row(label: str, how: str, low: Decimal, high: Decimal) -> None:
        rows.append((label, how, t.money_range(low, high, result.currency, cents=cents)))

    if unit in ("month", "check_up"):
        how = t("costs.times", count=say.count(t, unit, *count), price=after)
        row(t(f"costs.part.{unit}"), how, later.low, later.high)
    else:
        how = t("costs.times", count=say.count(t, unit, *inputs.sessions), price=each)
        if reading.grafts is not None:
            how = _of_grafts(t, reading.grafts, inputs.currency)
        full = result.course_in_full
        row(t(f"costs.part.{unit}"), how, full.low, full.high)
        rows += _taken_off(t, inputs, result, cents)
        if inputs.maintenance_months is not None:
            every = say.count(t, "every", *inputs.maintenance_months)
            how = t("costs.times_every", count=say.count(t, "session", *count), every=every, price=after)
            row(t("phase.maintenance"), how, later.low, later.high)
        elif inputs.repeat_months is None and estimates.takes_maintenance(reading.option):
            rows.append((t("phase.maintenance"), t("costs.maintenance_off"), t("costs.not_counted")))
        if inputs.repeat_months is not None:
            lasts = say.count(t, "month", *inputs.repeat_months)
            how = t("costs.repeat.how", count=say.count(t, "session", *count), lasts=lasts, price=each)
            row(t("costs.part.repeat"), how, later.low, later.high)
    if result.upfront.high:
        row(t("costs.part.upfront"), t("costs.part.upfront_how"), result.upfront.low, result.upfront.high)
    if inputs.vat:
        rows.append((t("costs.part.vat"), t("costs.part.vat_how", percent=t.number(inputs.vat)), ""))
    elif reading.typed_vat == "left_out":
        rows.append((t("costs.part.vat"), t("costs.part.vat_left_out"), ""))
    return "".join(
        f"<div><dt>{html.text(label)}</dt><dd class='how'>{html.text(how)}</dd>"
        f"<dd class='sum'>{html.text(amount)}</dd></div>"
        for label, how, amount in rows
    )


def _taken_off(t: Words, inputs: CostInputs, result: Estimate, cents: bool) -> list[tuple[str, str, str]]:
    """Return what a discount and a package take off the course, each with its amount."""
    rows = []

    def row(part: str, how: str, off: Range) -> None:
        if inputs.repeat_months is not None:
            how = t("costs.part.off_once", how=how)
        ends = [t.money(end, result.currency, cents=cents) for end in (off.low, off.high)]
        low, high = (
            f"\N{MINUS SIGN}{words}" if end else words for end, words in zip((off.low, off.high), ends, strict=True)
        )
        amount = low if off.low == off.high else t("range", low=low, high=high)
        rows.append((t(f"costs.part.{part}"), how, amount))

    if inputs.discount:
        how = say.discount(t, UNITS[inputs.option], inputs.discount, inputs.discount_from)
        row("discount", how, result.discount)
    if inputs.package:
        pay, get = inputs.package
        row("package", t("prices.package", pay=pay, get=get), result.package)
    return rows


def _of_grafts(t: Words, grafts: Grafts, currency: str) -> str:
    number = t("costs.count.graft", number=t.range(*grafts.number))
    return t("costs.times", count=number, price=say.money_range(t, *grafts.price, currency))


def _causes(now: Frame, reading: Reading, result: Estimate, cents: bool) -> str:
    t = now.t
    width = result.high - result.low
    if not width:
        return f"<p class='cost-why'>{html.text(t('costs.no_width'))}</p>"
    inputs, unit = say.needed(reading.inputs), UNITS[reading.option]
    own = reading.price is None or reading.price.ends is None
    price_of = inputs.maintenance_price if unit in ("month", "check_up") else inputs.price
    price = say.money_range(t, *(price_of or inputs.price), inputs.currency)
    price_words = t(f"costs.cause.price.{'own' if own else 'published'}", price=f"{price} {t(f'costs.per.{unit}')}")
    items = []

    def item(words: str, part: Decimal, sources: tuple[str, ...]) -> None:
        share = int((part * 100 / width).to_integral_value())
        amount = t.money(part, result.currency, cents=cents)
        items.append(
            f"<li><p class='cause'><span>{html.text(words)}</span><b>{html.text(amount)}</b></p>"
            f"<div class='bar' aria-hidden='true'><i style='width:{max(share, 1)}%'></i></div>"
            + (statements.sources(now, sources) if sources else "")
            + "</li>"
        )

    for cause in result.causes:
        if not cause.width:
            continue
        sources: tuple[str, ...] = ()
        if cause.cause == "sessions":
            words = t(f"costs.cause.sessions.{unit}", count=say.count(t, unit, *inputs.sessions))
            sources = say.claims(estimates.SESSIONS.get(reading.option))
        elif cause.cause == "price" or unit == "month":
            words = price_words
            sources = () if own or reading.price is None else say.claims(reading.price.ends)
            if reading.grafts is not None:
                # The number and the price of a graft are two causes.
                number = reading.grafts.parts(cause.width)[0].quantize(Decimal("0.01") if cents else Decimal(1))
                rest = cause.width - number
                stage = pricing.graft_claim(estimates.stage(now))
                if number:
                    count = t("costs.count.graft", number=t.range(*reading.grafts.number))
                    item(t("costs.cause.grafts", count=count), number, () if stage is None else (stage,))
                if rest:
                    each = f"{say.money_range(t, *reading.grafts.price, inputs.currency)} {t('per.graft')}"
                    item(t(f"costs.cause.price.{'own' if own else 'published'}", price=each), rest, sources)
                continue
        elif cause.cause == "upfront":
            words = t("costs.cause.upfront")
        elif inputs.repeat_months is not None:
            words = t("costs.cause.repeat", lasts=say.count(t, "month", *inputs.repeat_months), price=price)
            sources = estimates.lasting_claims(now, reading.option)
        else:
            every = say.count(t, "every", *(inputs.maintenance_months or (1, 1)))
            after = say.money_range(t, *(inputs.maintenance_price or inputs.price), inputs.currency)
            words = t(f"costs.cause.maintenance.{unit}", every=every, price=after)
            sources = say.claims(estimates.MAINTENANCE.get(reading.option))
        item(words, cause.width, sources)
    lead = t("costs.why", amount=t.money(width, result.currency, cents=cents))
    shared = ""
    if say.two_widths(reading, result):
        shared = f"<p class='hint'>{html.text(t('costs.why.shared', view=t('costs.view.why')))}</p>"
    return f"<p class='cost-why'><b>{html.text(lead)}</b></p><ul class='cost-causes'>{''.join(items)}</ul>{shared}"


# --- The plans of Timeline --------------------------------------------------------------------------------------------


@access.fragment(board.PLAN)
def _plans(now: Frame, option: OptionId) -> None:
    """Say what each plan of the option holds and whether the sum counts the same, and offer to count it so."""
    t = now.t
    board.says(board.PLAN, option, board.beside_plans(now, option))
    found = planned.of(now, option)
    for one in found:
        where = say.which_plan(t, one) if len(found) > 1 else ""
        words = say.plan(t, option, one, where)
        if one.schedule is None:
            html.block(f"<p class='cost-open'>{html.text(words)}</p>")
        elif estimates.by_graft(now, option):
            html.block(f"<p class='cost-plan'>{html.text(words)} {html.text(t('costs.plan.grafts'))}</p>")
        elif planned.agrees(now, option, one):
            html.block(f"<p class='cost-plan'>{html.text(words)} {html.text(t('costs.plan.agrees'))}</p>")
        else:
            html.block(f"<p class='cost-plan'>{html.text(words)}</p>")
            st.button(
                t("costs.plan.take_of", plan=where) if where else t("costs.plan.take"),
                key=estimates.key(option, f"take.{one.which}"),
                on_click=_count_as_planned,
                args=(option, one.schedule),
            )
    arrive()


def _count_as_planned(option: OptionId, schedule: Schedule) -> None:
    planned.count(option, schedule)
    # The button is gone: what it changed has the focus.
    state.move_to(_RESULT)
    board.redraw(board.RESULT, board.PLAN, board.FIELDS, *board.by_price())


# --- What the reader enters -------------------------------------------------------------------------------------------


@access.fragment(board.FIELDS)
def _fields(now: Frame, option: OptionId) -> None:
    reading = estimates.reading(now, option)
    board.says(board.FIELDS, option, board.beside_fields(now, option))
    if option == "transplant":
        _basis(now)
    if estimates.by_graft(now, option):
        _graft_fields(now, reading)
    else:
        _session_fields(now, reading)
        _price_fields(now, reading)
        if estimates.follows(now, option):
            _after_fields(now, option)
    _assumptions(now, option)


def _basis(now: Frame) -> None:
    """Draw by what the operation is counted, and why; the reader's choice is kept apart from what follows by itself.

    The control gets a new name when something else turned it: the browser would still send what it showed before.
    """
    t = now.t
    counted = estimates.basis(now)
    token = estimates.BASES[counted.graft]
    turn = state.get(_BASIS_TURN, 0)
    if state.get(f"{estimates.BASIS}.{turn}", token) != token:
        turn += 1
        state.put(_BASIS_TURN, turn)
    name = state.start_with(f"{estimates.BASIS}.{turn}", token)
    st.segmented_control(
        t("costs.basis"),
        estimates.BASES,
        required=True,
        key=name,
        format_func=lambda basis: t(f"costs.basis.{basis}"),
        on_change=_choose_basis,
        args=(name,),
        persist_state="session",
    )
    html.block(f"<p class='hint'>{html.text(t(f'costs.basis.why.{counted.why}'))}</p>")


def _choose_basis(name: str) -> None:
    state.put(estimates.BASIS, state.get(name))
    board.redraw(board.RESULT, board.PLAN, board.FIELDS, board.HEAT)


def _control(option: OptionId, setting: str, first: object) -> str:
    """Return the name of the control of a setting that a plan can set too; it begins with what is set."""
    kept = state.start_with(estimates.key(option, setting), first)
    return state.start_with(planned.control(option, setting), state.get(kept, first))


def _take(option: OptionId, setting: str) -> None:
    state.put(estimates.key(option, setting), state.get(planned.control(option, setting)))


def _set(now: Frame, option: OptionId, setting: str) -> None:
    _take(option, setting)
    board.entered(now, option)


def _session_fields(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    unit = UNITS[option]
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
            say.ends(now, estimates.SESSIONS[option], estimates.first_sessions(now, option))
    if unit == "check_up":
        html.heading(3, t("costs.amount_of.check_up"))
        _months_fields(now, reading)


@access.fragment(board.AFTER)
def _after_fields(now: Frame, option: OptionId) -> None:
    """Draw what may follow the course: maintenance sessions, the course again, or nothing."""
    t = now.t
    html.heading(3, t("costs.then"))
    kinds = estimates.follows(now, option)
    for kind in kinds:
        st.toggle(
            t(f"costs.{kind}"),
            key=_switch(option, kind),
            on_change=_follow,
            args=(now, option, kind, kinds),
            persist_state="session",
        )
        if not state.get(estimates.key(option, kind), False):
            continue
        if kind == "maintenance":
            reading = estimates.reading(now, option)
            _months_fields(now, reading)
            _amount_fields(now, reading, "after")
            html.block(f"<p class='hint'>{html.text(_without_entry(now, option, 'after'))}</p>")
        else:
            words = t("costs.repeat.hint", months=say.count(t, "month", *estimates.lasts(now, option)))
            said = "".join(statements.statement(now, one) for one in estimates.lasting_claims(now, option))
            html.block(f"<p class='hint'>{html.text(words)}</p>{said}")


def _switch(option: OptionId, kind: estimates.Follow) -> str:
    """Return the present name of the switch for what follows the course; the other switch can turn it off too."""
    turned = state.noted(_turn(option, kind), 0)
    name = _control(option, kind, False)
    return state.start_with(f"{name}.{turned}", state.get(estimates.key(option, kind))) if turned else name


def _turn(option: OptionId, kind: estimates.Follow) -> str:
    return estimates.key(option, f"{kind}.turn")


def _follow(now: Frame, option: OptionId, kind: estimates.Follow, kinds: tuple[estimates.Follow, ...]) -> None:
    """Let what was switched on take the place of the other: the sum counts one of them."""
    state.put(estimates.key(option, kind), state.get(_switch(option, kind)))
    if state.get(estimates.key(option, kind), False):
        for other in kinds:
            if other != kind and state.get(estimates.key(option, other), False):
                state.put(estimates.key(option, other), False)
                # The browser sends what each control shows with every tap: after two quick ones this one would still be
                # on, taken for a choice. So it gets a new name.
                state.note({_turn(option, other): state.noted(_turn(option, other), 0) + 1})
    board.redraw(board.RESULT, board.AFTER, *board.by_price(), *board.changed(now, option))


def _graft_fields(now: Frame, reading: Reading) -> None:
    """Say how many grafts the stage is estimated to need and what one costs; both come from elsewhere."""
    t = now.t
    html.block(f"<p>{html.text(t('costs.basis.hint'))}</p>")
    claim = pricing.graft_claim(estimates.stage(now))
    if claim is not None:
        html.block(statements.statement(now, claim))
    _published(now, reading.option)
    _upfront_fields(now, reading)


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
    say.ends(now, estimates.MAINTENANCE[option], first)


def _whole_fields(
    now: Frame, reading: Reading, setting: str, first: tuple[int, int], *, highest: int, labels: tuple[str, str]
) -> None:
    for column, end, start, label in zip(st.columns(2), ("low", "high"), first, labels, strict=True):
        column.number_input(
            label,
            min_value=1,
            max_value=highest,
            step=1,
            key=_control(reading.option, f"{setting}.{end}", start),
            on_change=_set,
            args=(now, reading.option, f"{setting}.{end}"),
            persist_state="session",
        )
    _faults(now, reading, {setting: now.t(f"costs.name.{setting}")})


def _price_fields(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    unit = UNITS[option]
    html.heading(3, t(f"costs.price_of.{unit}"))
    _published(now, option)
    _amount_fields(now, reading, "price")
    words = " ".join(filter(None, (_without_entry(now, option, "price"), t("costs.amount_hint"))))
    html.block(f"<p class='hint'>{html.text(words)}</p>")
    _upfront_fields(now, reading)
    st.pills(
        t("costs.currency" if estimates.price_list() is None else "costs.currency.list"),
        CURRENCIES,
        key=estimates.key(option, "currency"),
        on_change=board.entered,
        args=(now, option),
        persist_state="session",
    )


@access.fragment(board.PUBLISHED)
def _published(now: Frame, option: OptionId) -> None:
    """Say what was published for the region, by whom at each end, and per what."""
    t = now.t
    graft: Literal["graft"] | None = "graft" if estimates.by_graft(now, option) else None
    counted = board.price_from(now, option)
    board.says(board.PUBLISHED, option, counted)
    price = pricing.published_price(now.knowledge, option, estimates.region(now), per=graft)
    if price is not None and price.ends is not None:
        each = say.money_range(t, price.low, price.high, price.currency)
        if graft:
            each = f"{each} {t('per.graft')}"
        words = t("costs.published", region=t(f"region.{estimates.region(now)}"), price=each)
        if counted is not None and counted != "published":
            words = f"{words} {t(f'costs.compared.{counted}')}"
        pair = price.low, price.high
        ends = tuple(say.money(t, one, price.currency, *pair) for one in pair)
        html.block(say.ends_markup(now, price.ends, ends, lead=words))
        if graft:
            _beside_grafts(now, price, counted)
    elif estimates.region(now) is None and counted is not None:
        html.block(f"<p>{html.text(t('costs.counted.' + counted))}</p>")
    elif not graft and UNITS[option] != "check_up":
        html.block(f"<p class='cost-open'>{html.text(say.no_price(now, estimates.reading(now, option)))}</p>")


def _beside_grafts(now: Frame, price: PriceRange, counted: Origin | None) -> None:
    """Name what sources give beside their price of a graft: fixed amounts, which it does not hold, and operations."""
    t = now.t
    lines = []
    for claim in say.claims(price.ends):
        who = statements.who(now.knowledge, t, now.knowledge.claims[claim], year=False)
        fixed = pricing.fixed(now.knowledge.claims[claim])
        if fixed is not None:
            amount = say.money_range(t, *fixed, price.currency)
            kind = "on_top" if counted == "published" else "on_top_compared"
            lines.append(t(f"costs.published.{kind}", source=who, amount=amount))
        for row in pricing.of_operations(now.knowledge, claim, estimates.region(now)):
            whole = say.money_range(t, row.low, row.high, row.currency)
            lines.append(t("costs.published.whole", source=who, price=whole))
    if lines:
        # One source may give both ends in two statements.
        html.block("".join(f"<p class='hint'>{html.text(one)}</p>" for one in dict.fromkeys(lines)))


def _amount_fields(now: Frame, reading: Reading, setting: estimates.AmountField) -> None:
    t, option = now.t, reading.option
    kind = f"{setting}.{UNITS[option]}" if setting == "price" else setting
    labels = {f"{setting}.{end}": t(f"costs.{kind}.{end}") for end in ("low", "high")}
    for column, (end, label) in zip(st.columns(2), labels.items(), strict=True):
        with column:
            _text_field(now, option, estimates.key(option, end), label)
    _faults(now, reading, labels | {setting: t(f"costs.name.{setting}")})


def _without_entry(now: Frame, option: OptionId, setting: estimates.AmountField) -> str:
    """Return what counts while nothing is entered for an amount; empty where that is nothing."""
    t, listed = now.t, estimates.listed(now, option, setting)
    if listed is not None:
        return t("costs.without.list", price=say.money_range(t, listed.low, listed.high, listed.currency))
    if setting == "after":
        return t("costs.without.session")
    return t("costs.without.published") if setting == "price" and UNITS[option] != "check_up" else ""


def _upfront_fields(now: Frame, reading: Reading) -> None:
    _amount_fields(now, reading, "upfront")
    words = _without_entry(now, reading.option, "upfront")
    if words:
        html.block(f"<p class='hint'>{html.text(words)}</p>")


@access.fragment(board.ASSUMED)
def _assumptions(now: Frame, option: OptionId) -> None:
    """Draw what is seldom changed, closed at first; what is wrong with it is said whether it is open or not."""
    t = now.t
    reading = estimates.reading(now, option)
    spaced, taken_off = option in estimates.INTERVAL, UNITS[option] in ("session", "procedure")
    names = (*(("spacing",) if spaced else ()), "vat", *(("discount",) if taken_off else ()))
    label = t("costs.assumptions", parts=t.list([t(f"costs.assumptions.{name}") for name in names]))
    inside = fold(label, ASSUMED, board.redraw, board.ASSUMED)
    if inside is not None:
        with inside:
            if spaced:
                _interval_field(now, option)
            _text_field(now, option, "costs.vat", t("costs.vat"))
            html.block(f"<p class='hint'>{html.text(_vat_hint(now))}</p>")
            if taken_off:
                _discount_fields(now, option)
            html.block(f"<p class='hint'>{html.text(t('costs.no_conversion'))}</p>")
    if reading.typed_vat is not None:
        words = t(f"costs.vat.{reading.typed_vat}", view=t("costs.view.list"))
        html.block(f"<p class='cost-open' role='status'>{html.text(words)}</p>")
    _faults(now, reading, {"vat": t("costs.vat"), **({"discount": t("costs.discount")} if taken_off else {})})


def _interval_field(now: Frame, option: OptionId) -> None:
    st.number_input(
        now.t("costs.interval"),
        min_value=1,
        max_value=MOST_INTERVAL_DAYS,
        step=1,
        key=_control(option, "interval", estimates.first_interval(now, option)),
        on_change=_set,
        args=(now, option, "interval"),
        persist_state="session",
    )
    html.block(statements.statement(now, estimates.INTERVAL[option]))


def _discount_fields(now: Frame, option: OptionId) -> None:
    t = now.t
    left, right = st.columns(2)
    with left:
        _text_field(now, option, estimates.key(option, "discount"), t("costs.discount"))
    right.number_input(
        t(f"costs.discount_from.{UNITS[option]}"),
        min_value=1,
        max_value=MOST_SESSIONS,
        step=1,
        key=state.start_with(estimates.key(option, "discount_from"), 1),
        on_change=board.entered,
        args=(now, option),
        persist_state="session",
    )
    listed = estimates.listed_discount(now, option)
    if listed is not None:
        words = t("costs.without.list", price=say.discount(t, UNITS[option], *listed))
        html.block(f"<p class='hint'>{html.text(words)}</p>")


def _text_field(now: Frame, option: OptionId, name: str, label: str) -> None:
    st.text_input(
        label,
        key=name,
        autocomplete="off",
        on_change=board.entered,
        args=(now, option),
        persist_state="session",
    )


def _vat_hint(now: Frame) -> str:
    """Return when VAT is to be entered, and what counts without an entry where the clinic's list adds some."""
    t, prices = now.t, estimates.price_list()
    if prices is None or prices.vat is None:
        return t("costs.vat_hint")
    return f"{t('costs.vat_hint')} {t('costs.without.vat', percent=t.number(prices.vat))}"


def _faults(now: Frame, reading: Reading, labels: dict[str, str]) -> None:
    """Say at the field what cannot be used."""
    for setting, label in labels.items():
        if setting in reading.faults:
            st.error(now.t("costs.fault", field=label, fault=fault(now.t, reading.faults[setting])))


@access.fragment(board.HEAT)
def _by_price(now: Frame, option: OptionId) -> None:
    """Draw the sum for numbers of sessions and prices together, where the reader wants it."""
    unit = UNITS[option]
    if unit not in ("session", "procedure"):
        return
    # By grafts the whole need is counted, in however many operations: more of them do not cost more.
    if estimates.by_graft(now, option):
        return
    label = now.t(f"costs.heat.title.{unit}")
    st.toggle(label, key=state.start_with("costs.grid", False), persist_state="session")
    if state.get("costs.grid", False):
        _heat(now, estimates.reading(now, option))


def _heat(now: Frame, reading: Reading) -> None:
    unit = UNITS[reading.option]
    if reading.inputs is None:
        html.block(f"<p class='cost-open'>{html.text(say.gap(now, reading))}</p>")
        return
    t, inputs = now.t, reading.inputs
    counts = charts.spread(*inputs.sessions)
    prices = charts.spread_amounts(*inputs.price)
    cells = grid(inputs, counts, prices)
    html.block(f"<p>{html.text(t('costs.heat.lead'))}</p>")

    currency, option = inputs.currency, t(f"option.{reading.option}")
    # As the box above writes the same sum.
    exact = estimates.of_reading(reading)
    small = exact is not None and as_shown(exact)[1]
    ends = [
        [(t.money(cell.low, currency, cents=small), t.money(cell.high, currency, cents=small)) for cell in row]
        for row in cells
    ]
    texts = [
        [low if low == high else f"{low}<br>{t('costs.heat.up_to', high=high)}" for low, high in row] for row in ends
    ]
    totals = [[low if low == high else t("range", low=low, high=high) for low, high in row] for row in ends]
    price_words = [say.money(t, price, currency, *prices) for price in prices]
    count_words = [t.number(count) for count in counts]
    figure = charts.heat(
        cells,
        columns=count_words,
        rows=price_words,
        texts=texts,
        hovers=[
            [
                t("costs.heat.hover", count=say.count(t, unit, count), price=price, total=totals[line][place])
                for place, count in enumerate(counts)
            ]
            for line, price in enumerate(price_words)
        ],
        frame=(say.span(counts, *inputs.sessions), say.span(prices, *inputs.price)),
        titles=(t(f"costs.amount_of.{unit}"), t(f"costs.price_of.{unit}")),
        theme=now.theme,
    )
    alt = t(
        "costs.heat.alt",
        option=option,
        first=t("costs.heat.hover", count=say.count(t, unit, counts[0]), price=price_words[0], total=totals[0][0]),
        last=t("costs.heat.hover", count=say.count(t, unit, counts[-1]), price=price_words[-1], total=totals[-1][-1]),
    )
    with st.container(key="costs-heat"):
        st.plotly_chart(figure, theme=None, config=say.CHART, alt=alt, key="costs.heat")
    heads = [say.count(t, unit, count) for count in counts]
    html.block(
        say.fold(
            t("costs.numbers"),
            say.table(
                t("costs.heat.caption", option=option, years=say.count(t, "year", inputs.horizon_years)),
                [t(f"costs.price_of.{unit}"), *heads],
                [[price, *row] for price, row in zip(price_words, totals, strict=True)],
            ),
        )
    )
