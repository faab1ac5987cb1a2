"""Words and markup that all parts of the Costs page share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from mesodash.domain.cost import CostInputs, Estimate
from mesodash.domain.pricing import UNITS, Ends
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import OptionId, Price
from mesodash.ui import estimates, planned
from mesodash.ui.estimates import Reading, Schedule
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, counting, html, statements, tables
from mesodash.ui.planned import Planned

CHART = {"displayModeBar": False, "scrollZoom": False}


def gap(now: Frame, reading: Reading) -> str:
    t = now.t
    if reading.gap == "price":
        return no_price(now, reading)
    if reading.gap == "mixed" and reading.price is not None:
        return t("costs.gap.mixed", published=reading.price.currency)
    # A price of a graft has no field beside the sum.
    if reading.gap == "region" and estimates.by_graft(now, reading.option):
        return t("costs.gap.region_graft", view=t("costs.view.list"))
    if reading.gap == "graft_price":
        return t("costs.gap.graft_price", region=t(f"region.{estimates.region(now)}"), view=t("costs.view.list"))
    return t(f"costs.gap.{reading.gap}")


def over(now: Frame, option: OptionId, years: int) -> str:
    """Return for what a sum is: for the years looked at, or for the course or operation that is all it counts."""
    what = counting.counts(now, option)
    if what in ("one_course", "one_operation"):
        return now.t(f"costs.over.{what}")
    return now.t("costs.over", years=count(now.t, "year", years))


def no_price(now: Frame, reading: Reading) -> str:
    """Say that the price book is empty for this option; before a region is chosen it is not looked into."""
    where = estimates.region(now)
    if where is None:
        return now.t("costs.gap.region")
    unit = now.t(f"costs.per.{UNITS[reading.option]}")
    kind = "price" if reading.price is None else "price_own"
    return now.t(f"costs.gap.{kind}", region=now.t(f"region.{where}"), per=unit)


def ends(now: Frame, ends: Ends, values: tuple[int, int]) -> None:
    html.block(ends_markup(now, ends, tuple(now.t.number(value) for value in values)))


def ends_markup(now: Frame, ends: Ends, values: Sequence[str], *, lead: str = "") -> str:
    """Return who gives the low and who the high end, with both statements one tap away."""
    t = now.t
    sources = [statements.who(now.knowledge, t, now.knowledge.claims[one]) for one in (ends.low, ends.high)]
    if sources[0] == t("source_kind.own_judgement"):
        both = f"{sources[0]}."
    elif sources[0] == sources[1]:
        both = t("costs.one_source", source=sources[0])
        if ends.low != ends.high and values[0] != values[1]:
            both = t("costs.one_source.two", low=values[0], high=values[1], source=sources[0])
    else:
        both = t("costs.ends", low=values[0], high=values[1], low_source=sources[0], high_source=sources[1])
    words = html.text(f"{lead} {both}".strip())
    ids = claims(ends)
    return f"<div class='cost-ends'><p>{words}</p>{statements.sources(now, ids)}{conflicts.fold(now, ids)}</div>"


def claims(ends: Ends | None) -> tuple[str, ...]:
    return () if ends is None else tuple(dict.fromkeys((ends.low, ends.high)))


def two_widths(reading: Reading, result: Estimate) -> bool:
    """True if a number and its price are both ranges: what they widen together may be counted with either."""
    if reading.grafts is not None:
        return all(low < high for low, high in (reading.grafts.number, reading.grafts.price))
    return {cause.cause for cause in result.causes if cause.width} >= {"sessions", "price"}


def needed(inputs: CostInputs | None) -> CostInputs:
    if inputs is None:
        raise ValueError("an estimate without inputs")
    return inputs


def count(t: Words, unit: str, low: int, high: int | None = None) -> str:
    """Return "4 to 10 sessions", "1 year"."""
    high = low if high is None else high
    return t(f"costs.count.{unit}.{'one' if low == high == 1 else 'many'}", number=t.range(low, high))


def plan(t: Words, option: OptionId, one: Planned, where: str) -> str:
    """Return what a plan of Timeline holds, or why no sum can count it.

    Args:
        where: Which plan it is, in words; empty where the option has one alone.
    """
    begin = t("costs.plan.on_named", plan=where) if where else t("costs.plan.on")
    if one.schedule is None:
        return t("costs.plan.fault", begin=begin, fault="" if one.fault is None else _plan_fault(t, one.fault))
    held = t("costs.plan.says", begin=begin, course=schedule(t, option, one.schedule))
    return " ".join([held, *otherwise(t, one)])


def otherwise(t: Words, one: Planned) -> list[str]:
    """Return how many sessions of a plan are not as its figures say: missed and not made up, or moved by hand."""
    counts = {"timeline.left_out": one.left_out, "costs.plan.moved": one.moved}
    return [t(f"{key}{'.one' if count == 1 else ''}", count=count) for key, count in counts.items() if count]


def _plan_fault(t: Words, error: InputError) -> str:
    """Return which figure of a plan is wrong and how; a fault of ours is a sentence already."""
    if error.key.startswith("costs."):
        return fault(t, error)
    return t("timeline.pair", name=t(f"timeline.{error.field.replace('-', '_')}"), value=fault(t, error))


def differing(now: Frame, option: OptionId) -> list[str]:
    """Return a line for each plan of an option that has another course than its sum counts."""
    t, sum_of = now.t, estimates.reading(now, option).schedule
    found = planned.of(now, option)
    return [
        " ".join(
            [
                t(
                    f"costs.plan.differs{'_named' if len(found) > 1 else ''}",
                    option=t(f"option.{option}"),
                    counted=schedule(t, option, sum_of),
                    plan=which_plan(t, one),
                    planned=schedule(t, option, one.schedule),
                ),
                *otherwise(t, one),
            ]
        )
        for one in found
        if sum_of is not None and one.schedule is not None and one.schedule != sum_of
    ]


def which_plan(t: Words, one: Planned) -> str:
    """Return the name of a plan for the middle of a sentence."""
    return t.lower_first(t(f"timeline.plan.{one.which}"))


def schedule(t: Words, option: OptionId, one: Schedule) -> str:
    """Return "4 sessions, 14 days apart, then every 2 to 3 months"."""
    course = count(t, UNITS[option], *one.sessions)
    if one.interval_days is not None:
        apart = "one" if one.interval_days == 1 else "many"
        course = t(f"costs.plan.apart.{apart}", sessions=course, days=t.number(one.interval_days))
    if one.months is not None:
        return t("costs.plan.then", course=course, every=count(t, "every", *one.months))
    if one.repeat is not None:
        return t("costs.plan.again", course=course, lasts=count(t, "month", *one.repeat))
    return t("costs.plan.alone", course=course) if estimates.takes_maintenance(option) else course


def course_alone(t: Words, alone: Iterable[OptionId], *, here: bool = False) -> list[str]:
    """Return the line that names the options of which one course alone is counted; none where there are none.

    Args:
        here: The reader is on Costs, where the rest can be added.
    """
    options = t.list([t(f"option.{option}") for option in alone])
    return [t("costs.course_alone" if not here else "costs.course_alone.here", options=options)] if options else []


def lasts(now: Frame, option: OptionId) -> str:
    """Return for how long the effect of an option is said to last, by whom, and how sure that is."""
    t = now.t
    claims = [now.knowledge.claims[one] for one in estimates.lasting_claims(now, option)]
    said = [one for one in claims if one.value is not None]
    return t(
        "costs.effect.said",
        lasts=count(t, "month", *estimates.lasts(now, option)),
        sources=t.parted(statements.who(now.knowledge, t, one) for one in said),
        certainty=t.parted(dict.fromkeys(statements.certainty_words(t, one) for one in said)),
    )


def joined(now: Frame, option: OptionId) -> list[str]:
    """Return the line that says whose number of sessions and whose length the lowest cost per year of effect joins.

    There is none where one source gives both, or where the fewest sessions are the reader's own.
    """
    inputs = estimates.reading(now, option).inputs
    if (
        option not in estimates.SESSIONS
        or inputs is None
        or inputs.sessions[0] != estimates.first_sessions(now, option)[0]
    ):
        return []
    knowledge, t = now.knowledge, now.t
    fewest = knowledge.claims[estimates.SESSIONS[option].low]
    lasting = [one for one in map(knowledge.claims.__getitem__, estimates.lasting_claims(now, option)) if one.value]
    if {one.source for one in fewest.citations} & {one.source for claim in lasting for one in claim.citations}:
        return []
    lasts = t.parted(statements.who(knowledge, t, one) for one in lasting)
    return [
        t(
            "costs.effect.joined",
            option=t(f"option.{option}"),
            sessions=statements.who(knowledge, t, fewest),
            lasts=lasts,
        )
    ]


def names(now: Frame, options: Sequence[OptionId]) -> dict[OptionId, str]:
    """Return the names of options; what their sums count is said wherever these stand beside others."""
    return {option: counting.counted(now, option, now.t(f"option.{option}")) for option in options}


def discount(t: Words, unit: str, percent: Decimal, start: int) -> str:
    """Return "20 % off from session 4 on", "20 % off every operation"."""
    which = "every" if start == 1 else "from"
    return t(f"prices.discount.{unit}.{which}", percent=t.number(percent), number=start)


def with_cents(amounts: Iterable[Decimal]) -> bool:
    """True if one of these amounts has cents: those that stand beside each other have them all or not at all."""
    return any(amount % 1 for amount in amounts)


def money(t: Words, amount: Decimal, currency: str, *beside: Decimal) -> str:
    """Return an amount, with cents where it or one of those `beside` it has some."""
    return t.money(amount, currency, cents=with_cents((amount, *beside)))


def money_range(t: Words, low: Decimal, high: Decimal, currency: str, *beside: Decimal) -> str:
    """Return a range, with cents where an end of it or one of the amounts `beside` it has some."""
    return t.money_range(low, high, currency, cents=with_cents((low, high, *beside)))


def row_price(t: Words, row: Price) -> str:
    return f"{money_range(t, row.low, row.high, row.currency)} {t(f'per.{row.per}')}"


def span(values: Sequence[int | Decimal], low: int | Decimal, high: int | Decimal) -> tuple[int, int]:
    """Return the first and last place of `values` that lie between `low` and `high`."""
    inside = [place for place, value in enumerate(values) if low <= value <= high]
    return inside[0], inside[-1]


def fold(label: str, body: str) -> str:
    return f"<details class='sources cost-fold'><summary>{html.text(label)}</summary>{body}</details>"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of plain words."""
    return tables.table(
        html.text(caption), [html.text(one) for one in heads], [[html.text(one) for one in row] for row in rows]
    )
