"""Costs, why the range is wide: a tornado, what would bring it down, and three courses in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

import streamlit as st

from mesodash.domain.cost import CostInputs, Estimate, Range, adds_up, as_shown, cents, estimate
from mesodash.domain.pricing import UNITS, graft_claim
from mesodash.domain.spread import FactorId, Settled, Swing, settle, settle_effect_year, swings, whole_sum
from mesodash.knowledge.records import OptionId
from mesodash.ui import access, estimates, state
from mesodash.ui.charts import costs as charts
from mesodash.ui.charts.tornado import Bar, tornado
from mesodash.ui.estimates import Reading
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements
from mesodash.ui.views import costs_board as board
from mesodash.ui.views import costs_words as say


@dataclass(frozen=True, slots=True)
class _Said:
    """One input in words: its name, its cheap and its dear end, and the claims behind each."""

    name: str
    cheap: str
    dear: str
    cheap_claims: tuple[str, ...]
    dear_claims: tuple[str, ...]


@access.fragment(board.WHY)
def show(now: Frame, option: OptionId) -> None:
    t = now.t
    reading = estimates.reading(now, option)
    if reading.inputs is None:
        html.block(f"<p class='cost-open'>{html.text(say.gap(now, reading))}</p>")
        return
    html.heading(2, t("costs.why.title", option=t(f"option.{option}")))
    _tornado(now, reading)
    _bring_down(now, reading)
    _scenarios(now, reading)


# --- The tornado ------------------------------------------------------------------------------------------------------


@access.fragment(board.TORNADO)
def _tornado(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    inputs = say.needed(reading.inputs)
    months = estimates.effect_months(now, option)
    measures = estimates.MEASURES if months is not None and UNITS[option] in ("session", "procedure") else ()
    if measures:
        st.segmented_control(
            t("costs.why.measure"),
            measures,
            required=True,
            key=state.start_with("costs.measure", measures[0]),
            format_func=lambda one: t(f"costs.measure.{one}"),
            persist_state="session",
        )
    measure = "effect_year" if measures and state.get("costs.measure") == "effect_year" else "sum"
    if months is not None and measure == "effect_year":
        whole, settled = settle_effect_year(inputs, months, grafts=reading.grafts)
        what = t("costs.why.of_effect_year")
    else:
        whole, settled = _settled(reading)
        what = t("costs.why.of_sum", years=say.count(t, "year", inputs.horizon_years))
    found = swings(whole, settled)
    small = _small(estimate(inputs))
    total = t.money_range(whole.low, whole.high, inputs.currency, cents=small)
    if not found:
        html.block(f"<p>{html.text(t('costs.why.none', what=what, total=total))}</p>")
        return
    said = {one.factor: _said(now, reading, one.factor) for one in found}
    first = said[found[0].factor].name
    lead = t("costs.why.lead", what=what, total=total, first=t.lower_first(first))
    html.block(f"<p>{html.text(lead)}</p><p class='hint'>{html.text(t(f'costs.why.{measure}.reading'))}</p>")
    lines = [t("costs.why.lasts", lasts=say.lasts(now, option))] if measure == "effect_year" else []
    lines += say.joined(now, option) if measure == "effect_year" else []
    result = estimates.of_reading(reading)
    if measure == "sum" and result is not None and say.two_widths(reading, result):
        lines = [t("costs.why.shared_there", view=t("costs.view.sum"))]
    for line in lines:
        html.block(f"<p class='hint'>{html.text(line)}</p>")
    bars = [_bar(now, said[one.factor].name, one, inputs.currency, small) for one in found]
    left, right = (t(f"costs.why.{measure}.{side}") for side in ("left", "right"))
    figure = tornado(bars, option, left=left, right=right, theme=now.theme)
    with st.container(key="costs-tornado"):
        st.plotly_chart(figure, theme=None, config=say.CHART, alt=lead, key="costs.tornado")
    items = "".join(_item(now, measure, said[one.factor], bar) for one, bar in zip(found, bars, strict=True))
    html.block(f"<ul class='cost-causes cost-swings'>{items}</ul>")


def _settled(reading: Reading) -> tuple[Range, tuple[Settled, ...]]:
    inputs = say.needed(reading.inputs)
    same_after = not reading.own_after
    if UNITS[reading.option] in ("month", "check_up"):
        # What is paid by the month has no course: its price is that of the maintenance.
        same_after = True
    return whole_sum(inputs), settle(inputs, whole_sum, same_after=same_after, grafts=reading.grafts)


def _small(*sums: Estimate) -> bool:
    """True if one of these sums has cents by itself; all amounts that stand beside each other have them then."""
    return any(as_shown(one)[1] for one in sums)


def _bar(now: Frame, name: str, swing: Swing, currency: str, small: bool) -> Bar:
    falls, rises = (now.t.money(amount, currency, cents=small) for amount in (swing.falls, swing.rises))
    return Bar(
        name,
        swing.falls,
        swing.rises,
        f"\N{MINUS SIGN}{falls}" if swing.falls else "",
        f"+{rises}" if swing.rises else "",
    )


def _item(now: Frame, measure: str, said: _Said, bar: Bar) -> str:
    """Return the same as words: what happens at each end, and who says that end."""
    t = now.t
    lines = ""
    for end, key, amount, claims in (
        (said.cheap, "falls", bar.falls_words, said.cheap_claims),
        (said.dear, "rises", bar.rises_words, said.dear_claims),
    ):
        if not amount:
            continue
        words = t(f"costs.why.{measure}.{key}", end=end, amount=amount[1:])
        who = (
            t("costs.why.who", source=t.parted(_who(now, one) for one in claims)) if claims else t("costs.why.entered")
        )
        lines += f"<p>{html.text(words)} {html.text(who)}</p>"
    ids = tuple(dict.fromkeys((*said.cheap_claims, *said.dear_claims)))
    return f"<li><p><b>{html.text(said.name)}</b></p>{lines}{statements.sources(now, ids) if ids else ''}</li>"


def _who(now: Frame, claim: str) -> str:
    return statements.who(now.knowledge, now.t, now.knowledge.claims[claim])


def _said(now: Frame, reading: Reading, factor: FactorId) -> _Said:
    t, option = now.t, reading.option
    inputs, unit = say.needed(reading.inputs), UNITS[option]
    price = reading.price
    ends = None if price is None or price.ends is None else price.ends
    low_price: tuple[str, ...] = () if ends is None else (ends.low,)
    high_price: tuple[str, ...] = () if ends is None else (ends.high,)

    def money(pair: tuple[Decimal, Decimal]) -> tuple[str, str]:
        low, high = (say.money(t, one, inputs.currency, *pair) for one in pair)
        return low, high

    if factor == "sessions":
        low, high = (say.count(t, unit, one) for one in inputs.sessions)
        stated = estimates.SESSIONS.get(option) if inputs.sessions == estimates.first_sessions(now, option) else None
        claims = ((stated.low,), (stated.high,)) if stated else ((), ())
        return _Said(t(f"costs.amount_of.{unit}"), low, high, *claims)
    if factor == "grafts" and reading.grafts is not None:
        low, high = (t("costs.count.graft", number=t.number(one)) for one in reading.grafts.number)
        claim = graft_claim(estimates.stage(now))
        stage = () if claim is None else (claim,)
        return _Said(t("costs.why.grafts"), low, high, stage, stage)
    if factor == "price":
        pair, per = inputs.price, t(f"costs.per.{unit}")
        if reading.grafts is not None:
            pair, per = reading.grafts.price, t("per.graft")
        elif unit in ("month", "check_up") and inputs.maintenance_price is not None:
            pair = inputs.maintenance_price
        low, high = (f"{one} {per}" for one in money(pair))
        return _Said(t("costs.why.price"), low, high, low_price, high_price)
    if factor == "months" and inputs.maintenance_months is not None:
        often, seldom = inputs.maintenance_months
        stated = estimates.MAINTENANCE.get(option)
        if stated is not None and inputs.maintenance_months != estimates.first_months(now, option):
            stated = None
        claims = ((stated.high,), (stated.low,)) if stated else ((), ())
        return _Said(t("costs.why.months"), say.count(t, "every", seldom), say.count(t, "every", often), *claims)
    if factor == "after" and inputs.maintenance_price is not None:
        low, high = money(inputs.maintenance_price)
        return _Said(t("costs.name.after"), low, high, (), ())
    if factor == "duration":
        shortest, longest = estimates.effect_months(now, option) or (Decimal(0), Decimal(0))
        claims_of = now.knowledge.effects[option].sources.get("lasts", ())
        cited = tuple(one for one in claims_of if now.knowledge.claims[one].value is not None)
        low, high = (say.count(t, "month", int(one)) for one in (longest, shortest))
        return _Said(t("costs.why.duration"), low, high, cited, cited)
    low, high = money(inputs.upfront)
    return _Said(t("costs.name.upfront"), low, high, (), ())


# --- What would bring it down -----------------------------------------------------------------------------------------


def _bring_down(now: Frame, reading: Reading) -> None:
    """Let the reader settle one input after the other and say at once what is left of the range."""
    t, option = now.t, reading.option
    offered = _offered(now, reading)
    if not offered:
        return
    # What fewer of them may do is only said of what can be counted here.
    less = [
        t(f"costs.down.less.{UNITS[option] if factor == 'sessions' else 'graft'}")
        for factor, _, _ in offered
        if factor in ("sessions", "grafts")
    ]
    lead = " ".join((t("costs.down.lead"), *less))
    html.block(f"<h2>{html.text(t('costs.down.title'))}</h2><p>{html.text(lead)}</p>")
    for factor, label, values in offered:
        key = estimates.key(option, f"try.{factor}")
        tokens = ("open", *(str(place) for place in range(len(values))))
        if state.get(key) not in tokens:
            state.put(key, "open")
        names = {"open": t("costs.down.open"), **{str(place): name for place, (name, _) in enumerate(values)}}
        st.segmented_control(
            label,
            tokens,
            required=True,
            key=key,
            format_func=names.__getitem__,
            on_change=board.redraw,
            args=(board.LEFT,),
            persist_state="session",
        )
    _left(now, reading, offered)


@access.fragment(board.LEFT)
def _left(now: Frame, reading: Reading, offered: list[tuple[FactorId, str, list[tuple[str, object]]]]) -> None:
    """Say what is left of the range with what was settled."""
    t, option = now.t, reading.option
    inputs = say.needed(reading.inputs)
    tried, grafts = inputs, reading.grafts
    for factor, _, values in offered:
        chosen = state.get(estimates.key(option, f"try.{factor}"))
        if chosen == "open":
            continue
        value = values[int(chosen)][1]
        if grafts is None:
            tried = _with(tried, reading, factor, value)
            continue
        if factor == "grafts":
            grafts = replace(grafts, number=(cast(int, value),) * 2)
        else:
            grafts = replace(grafts, price=(cast(Decimal, value),) * 2)
        tried = replace(tried, price=grafts.product)
    before, after = estimate(inputs), estimate(tried)
    if tried == inputs:
        total = t.money_range(before.low, before.high, inputs.currency, cents=_small(before))
        words = t("costs.down.none", total=total, years=say.count(t, "year", inputs.horizon_years))
        html.block(f"<p class='cost-why' role='status'>{html.text(words)}</p>")
        return
    falls = before.high - after.high
    small = _small(before, after) or not adds_up((after.high, falls), before.high)
    words = t(
        "costs.down.falls" if falls else "costs.down.same",
        left=t.money_range(after.low, after.high, inputs.currency, cents=small),
        before=t.money_range(before.low, before.high, inputs.currency, cents=small),
        amount=t.money(cents(before.high) - cents(after.high), inputs.currency, cents=small),
    )
    html.block(f"<p class='cost-why' role='status'><b>{html.text(words)}</b></p>")


def _offered(now: Frame, reading: Reading) -> list[tuple[FactorId, str, list[tuple[str, object]]]]:
    """Return the inputs that can be settled, each with up to four values in words and as they are."""
    t, unit = now.t, UNITS[reading.option]
    inputs = say.needed(reading.inputs)
    found: list[tuple[FactorId, str, list[tuple[str, object]]]] = []
    if reading.grafts is not None:
        need, each = reading.grafts.number, reading.grafts.price
        if need[0] != need[1]:
            numbers = [
                (t("costs.count.graft", number=t.number(one)), cast(object, one)) for one in charts.spread(*need)
            ]
            found.append(("grafts", t("costs.why.grafts"), numbers))
        if each[0] != each[1]:
            amounts = charts.spread_amounts(*each, most=4)
            words = [f"{say.money(t, one, inputs.currency, *amounts)} {t('per.graft')}" for one in amounts]
            found.append(("price", t("costs.why.price"), list(zip(words, amounts, strict=True))))
        return found
    low, high = inputs.sessions
    if unit in ("session", "procedure") and low != high:
        values = [(say.count(t, unit, one), cast(object, one)) for one in charts.spread(low, high)]
        found.append(("sessions", t(f"costs.amount_of.{unit}"), values))
    pair = inputs.maintenance_price if unit in ("month", "check_up") else inputs.price
    if pair is not None and pair[0] != pair[1]:
        amounts = charts.spread_amounts(*pair, most=4)
        prices = [(say.money(t, one, inputs.currency, *amounts), one) for one in amounts]
        found.append(("price", t(f"costs.price_of.{unit}"), [*prices]))
    if inputs.repeat_months is not None:
        lengths = [
            (say.count(t, "month", one), cast(object, one)) for one in charts.spread(*inputs.repeat_months, most=3)
        ]
        found.append(("duration", t("costs.why.duration"), [*lengths, (t("costs.down.no_repeat"), None)]))
    if inputs.maintenance_months is not None and unit != "month":
        often, seldom = inputs.maintenance_months
        gaps: list[tuple[str, object]] = []
        if often != seldom:
            gaps = [(say.count(t, "every", one), one) for one in charts.spread(often, seldom, most=3)]
        if unit == "session":
            gaps.append((t("costs.down.no_maintenance"), None))
        if gaps:
            found.append(("months", t("costs.why.months"), gaps))
    return found


def _with(inputs: CostInputs, reading: Reading, factor: FactorId, value: object) -> CostInputs:
    if factor == "sessions":
        count = cast(int, value)
        return replace(inputs, sessions=(count, count))
    if factor == "months":
        if value is None:
            return replace(inputs, maintenance_months=None, maintenance_price=None)
        return replace(inputs, maintenance_months=(cast(int, value),) * 2)
    if factor == "duration":
        return replace(inputs, repeat_months=None if value is None else (cast(int, value),) * 2)
    price = (cast(Decimal, value),) * 2
    if UNITS[reading.option] in ("month", "check_up"):
        return replace(inputs, maintenance_price=price)
    if inputs.maintenance_price is not None and not reading.own_after:
        return replace(inputs, price=price, maintenance_price=price)
    return replace(inputs, price=price)


# --- Three courses ----------------------------------------------------------------------------------------------------


def _scenarios(now: Frame, reading: Reading) -> None:
    t, option = now.t, reading.option
    inputs = say.needed(reading.inputs)
    courses = estimates.COURSES.get(option)
    if courses is None or (reading.price is not None and reading.price.origin == "own" and inputs.price[1] == 0):
        return
    head = f"<h2>{html.text(t('costs.scenarios.title'))}</h2>"
    lead = t("costs.scenarios.lead", years=say.count(t, "year", inputs.horizon_years))
    counted = [(one, of_course := _course_inputs(now, inputs, one), estimate(of_course)) for one in courses]
    small = _small(estimate(inputs), *(result for *_, result in counted))
    cards = "".join(_scenario(now, *one, small=small) for one in counted)
    html.block(f"{head}<p>{html.text(lead)}</p><ul class='cost-courses'>{cards}</ul>")


def _course_inputs(now: Frame, inputs: CostInputs, course: estimates.Course) -> CostInputs:
    """Return what the sum of one of the courses counts."""
    sessions = estimates.stated(now, course.sessions)
    months = None if course.maintenance is None else estimates.stated(now, course.maintenance)
    return replace(
        inputs,
        sessions=(sessions[0], sessions[0]) if course.shortest else sessions,
        maintenance_months=months,
        maintenance_price=None if months is None else inputs.maintenance_price or inputs.price,
        repeat_months=None,
    )


def _scenario(now: Frame, course: estimates.Course, inputs: CostInputs, result: Estimate, *, small: bool) -> str:
    t, months = now.t, inputs.maintenance_months
    how = say.count(t, "session", *inputs.sessions)
    if course.lasts is not None:
        lasts = say.count(t, "month", *estimates.stated(now, course.lasts))
        how = t("costs.scenarios.lasting", sessions=how, lasts=lasts)
    elif months is None:
        how = t("costs.scenarios.no_maintenance", sessions=how)
    else:
        how = t("costs.scenarios.with_maintenance", sessions=how, every=say.count(t, "every", *months))
    title = (
        t("costs.scenarios.short") if course.shortest else t("costs.scenarios.as", source=_who(now, course.sessions))
    )
    total = t.money_range(result.low, result.high, inputs.currency, cents=small)
    ids = tuple(one for one in (course.sessions, course.maintenance, course.lasts, course.remark) if one is not None)
    return (
        f"<li data-option='{inputs.option}'><h3>{html.text(title)}</h3>"
        f"<p class='cost-course-sum'>{html.text(total)}</p><p>{html.text(how)}</p>{statements.sources(now, ids)}</li>"
    )
