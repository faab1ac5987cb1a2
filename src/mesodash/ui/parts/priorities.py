"""What matters to the person, and how often each option comes first for it: a part of Compare and of Summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

import streamlit as st

from mesodash.domain import priorities
from mesodash.domain.cost import Estimate
from mesodash.domain.priorities import Flip, Measure, Points, Ranking, Reach, Reading, Result, Wishes
from mesodash.i18n import Words
from mesodash.knowledge.records import (
    ALL_OPTIONS,
    CERTAINTIES,
    CONTEXT_OPTIONS,
    OPTIONS,
    Criterion,
    OptionId,
    Performance,
    ScaleEnd,
)
from mesodash.knowledge.shares import counted
from mesodash.ui import estimates, state
from mesodash.ui.frame import Frame, kept_for_everyone
from mesodash.ui.palette import COLOURS, PAGE
from mesodash.ui.parts import counting, html, outcomes, statements
from mesodash.ui.parts.tables import table

Mode = Literal["ranking", "points"]
MODES: tuple[Mode, ...] = get_args(Mode)

MODE = "compare.mode"
ORDER = "compare.order"
TIES = "compare.ties"
SPREAD = "compare.spread"

_TIMES = 2.5
_CHANGES = ((1.75, "twice"), (1.25, "more"), (1, "more_little"), (0.75, "less_little"), (0.4, "less"), (0, "less_far"))
"""What a change of a weight is called, by the least it is multiplied by; from `_TIMES` on it is counted in times."""


def points_key(criterion: str) -> str:
    return f"compare.points.{criterion}"


def wishes(now: Frame) -> Wishes | None:
    """Return what was said about what matters, None while nothing was."""
    if state.get(MODE, MODES[0]) == "points":
        points = {name: int(state.get(points_key(name), 0)) for name in now.knowledge.criteria}
        return Points(points, int(state.get(SPREAD, priorities.SPREADS[1]))) if any(points.values()) else None
    order = [name for name in state.get(ORDER, []) if name in now.knowledge.criteria]
    ties = state.get(TIES, [])
    groups: list[list[str]] = []
    for name in order:
        if groups and name in ties:
            groups[-1].append(name)
        else:
            groups.append([name])
    return Ranking(tuple(tuple(group) for group in groups)) if groups else None


def said(now: Frame) -> str:
    """Return what was said about what matters, nothing while nothing was."""
    t = now.t
    found = wishes(now)
    if found is None:
        return ""
    if isinstance(found, Points):
        names = [
            t("pair", name=t(f"priority.{name}"), value=t.number(points))
            for name, points in found.points.items()
            if points
        ]
        items = "".join(f"<li>{html.text(name)}</li>" for name in names)
        return f"<p class='ask'>{html.text(t('stand.matters_points'))}</p><ul>{items}</ul>"
    return _in_order("stand.matters", now, found)


def _in_order(key: str, now: Frame, found: Ranking) -> str:
    """Return what matters in its order, under the words of `key`; what matters as much has the same number."""
    t = now.t
    places = (1 + sum(len(before) for before in found.groups[:place]) for place in range(len(found.groups)))
    items = "".join(
        f"<li value='{place}'>{html.text(name if nth == 0 else t('priority.alike', name=name))}</li>"
        for place, group in zip(places, found.groups, strict=True)
        for nth, name in enumerate(t(f"priority.{one}") for one in group)
    )
    return f"<p class='ask'>{html.text(t(key))}</p><ol class='priority-order'>{items}</ol>"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about every option on one full run of the page; its fragments share it."""

    now: Frame
    sums: Mapping[OptionId, Estimate | None]
    still_open: Mapping[OptionId, str]
    """Why each option without a sum has none."""
    _memo: dict[tuple[OptionId, ...], tuple[Measure, ...]] = field(default_factory=dict)

    def measures(self, options: tuple[OptionId, ...]) -> tuple[Measure, ...]:
        """Return what is known about `options`, the costs as the Costs page has them."""
        if options not in self._memo:
            asked = {option: self.sums[option] for option in options}
            money: priorities.Money = {
                option: None if one is None or self.mixed(options) else (one.low, one.high)
                for option, one in asked.items()
            }
            self._memo[options] = priorities.measures(self.now.knowledge, options, self.now.answers, money)
        return self._memo[options]

    def amount(self, option: OptionId) -> str | None:
        """Return the sum of an option in words with what it counts, None where no price is known."""
        one = self.sums[option]
        if one is None:
            return None
        return counting.counted(self.now, option, counting.amount(self.now, one))

    def mixed(self, options: Sequence[OptionId]) -> bool:
        """True if the prices of these options are in more than one currency."""
        return len(currencies(map(self.sums.get, options))) > 1


def currencies(sums: Iterable[Estimate | None]) -> list[str]:
    """Return the currencies of some sums, each once."""
    # Nothing costs nothing in every currency.
    return list(dict.fromkeys(one.currency for one in sums if one is not None and one.high > 0))


def known(now: Frame) -> Known:
    sums = {option: estimates.for_option(now, option) for option in ALL_OPTIONS}
    return Known(
        now, sums, {option: counting.still_open(now, option) for option in ALL_OPTIONS if sums[option] is None}
    )


# --- what is known, in figures


def glance_lead(now: Frame) -> str:
    """Return what stands above the figures and above the names of their columns."""
    return (
        f"<h2 id='compare-glance' tabindex='-1'>{html.text(now.t('compare.glance'))}</h2>"
        f"<p class='compare-glance-lead'>{html.text(now.t('compare.glance.lead'))}</p>"
    )


def glance(about: Known) -> str:
    """Return one line per criterion with what each option is said to do, how we read it, and where it comes from."""
    now, t = about.now, about.now.t
    found = about.measures(ALL_OPTIONS)
    heads = [html.text(t("compare.glance.what"))]
    heads += [f"{html.icon(option)}{html.text(t.breakable(t('option.' + option)))}" for option in ALL_OPTIONS]
    rows = []
    for one in found:
        criterion = now.knowledge.criteria[one.criterion]
        scale = _scale_here(about, criterion)
        name = (
            f"<a href='#compare-{criterion.row}'>{html.text(t('priority.' + one.criterion))}</a>"
            f"<span class='glance-means'>{html.text(t(f'priority.{one.criterion}.means'))}"
            f"{f'<br><span class=glance-scale>{html.text(scale)}</span>' if scale else ''}</span>"
            f"{_if_shown(about) if criterion.unit == 'money' else ''}"
        )
        rows.append([name, *(_cell(about, criterion, option, one.reach[option]) for option in ALL_OPTIONS)])
    names = [html.text(t("compare.glance.what")), *(html.text(t("option." + option)) for option in ALL_OPTIONS)]
    drawn = table(html.text(t("compare.glance")), heads, rows, labels=names)
    return (
        f"<section class='compare-glance' aria-labelledby='compare-glance'>{drawn}"
        f"<details class='sources'><summary>{html.text(t('compare.glance.sources'))}</summary>"
        f"{_scales(now)}{''.join(_grounds(now, name) for name in now.knowledge.criteria)}</details></section>"
    )


def _scale_here(about: Known, criterion: Criterion) -> str | None:
    """Return the scale on which we read a criterion, for its heading; an operation or none needs no words.

    Sums in unlike currencies have no scale: then it says that. Where no sum is known, each cell says why.
    """
    now, t = about.now, about.now.t
    if criterion.unit == "certainty":
        return t("priority.read.scale_certainty")
    if criterion.scale is None:
        if about.mixed(OPTIONS):
            return _in_currencies(about, OPTIONS)
        if about.mixed(ALL_OPTIONS):
            # Whether they have one depends on what is shown, which is a matter of style alone (`_if_shown`).
            return None
        if any(about.sums.values()):
            return t("priority.read.scale_money")
        return t("compare.cost.region") if estimates.region(now) is None else None
    if criterion.unit == "surgery":
        return None
    if criterion.unit == "per_100":
        return t("priority.read.scale_per_100")
    ends = _in_unit(now, criterion, criterion.scale.low.value, criterion.scale.high.value)
    return t("priority.read.scale", range=ends)


def _in_currencies(about: Known, options: Iterable[OptionId]) -> str:
    """Return the line that names the currencies of some sums, which cannot be compared."""
    found = currencies(about.sums[option] for option in options)
    return about.now.t("summary.currencies", currencies=about.now.t.list(found))


def _if_shown(about: Known) -> str:
    """Return a line for each option for context whose currency is another one than that of the others.

    The page leaves out what belongs to an option that is not shown (`data-needs`).
    """
    if about.mixed(OPTIONS):
        return ""
    lines = {one: _in_currencies(about, (*OPTIONS, one)) for one in CONTEXT_OPTIONS if about.mixed((*OPTIONS, one))}
    return "".join(
        f"<span class='glance-means' data-needs='{option}'>{html.text(line)}</span>" for option, line in lines.items()
    )


def _cell(about: Known, criterion: Criterion, option: OptionId, reach: Reach | None) -> str:
    """Return what is known of one option: the figure, what we made of the sources, and on which answers it rests."""
    now = about.now
    amount = about.amount(option) if criterion.unit == "money" else None
    if amount is not None:
        return html.text(amount)
    if reach is None:
        why = about.still_open.get(option, now.t("unknown_number"))
        return f"<span class='glance-unknown'>{html.text(why)}</span>"
    words = _words(now, criterion, reach)
    not_known = _waits_for(now, reach) or words
    shown = html.text(words) if reach.known else f"<span class='glance-unknown'>{html.text(not_known)}</span>"
    cases = criterion.options[option].cases if criterion.options is not None else ()
    if not cases:
        only = reach.readings[0]
        # That nothing is cut without treatment is no figure that somebody has to stand for.
        told = reach.known and criterion.unit != "surgery" and _only_ours(now, only)
        who = _said_by(now, only) if told else None
        return shown + _small(_read_as(now, criterion, reach), who, *_ends_said_by(now, criterion, reach))
    if len(reach.readings) == 1:
        (only,) = reach.readings
        who = now.t("priority.case.as_answered", who=now.t(only.says)) if only.says else None
        if who is None and only.performance.note:
            who = now.t(only.performance.note)
        return shown + _small(who, _read_as(now, criterion, reach), *_case_said_by(now, criterion, reach))
    return shown + "".join(_open_case(now, criterion, one, words) for one in reach.readings)


def _open_case(now: Frame, criterion: Criterion, one: Reading, all_words: str) -> str:
    """Return what one of several readings says that the answers leave open; the rest in a line only if it adds some."""
    t = now.t
    alone = priorities.reach_of(criterion, one)
    words = _words(now, criterion, alone)
    if one.says is None and words == all_words:
        return ""
    line = t("pair", name=t(one.says or "priority.case.others"), value=words)
    return _small(line, _read_as(now, criterion, alone), *_case_said_by(now, criterion, alone))


def _small(*lines: str | None) -> str:
    return "".join(f"<span class='glance-read'>{html.text(line)}</span>" for line in lines if line)


def _case_said_by(now: Frame, criterion: Criterion, reach: Reach) -> list[str]:
    """Return who says what one reading rests on, for each end of its own where both count unlike things."""
    (one,) = reach.readings
    counts = one.performance.low_counts or one.performance.high_counts
    return _ends_said_by(now, criterion, reach) if counts else [_said_by(now, one)]


def _said_by(now: Frame, one: Reading) -> str:
    """Return who says what one reading rests on."""
    ids = one.performance.claims()
    names = [statements.who(now.knowledge, now.t, now.knowledge.claims[claim]) for claim in ids]
    return now.t.parted(dict.fromkeys(names))


def _only_ours(now: Frame, one: Reading) -> bool:
    """True if a reading rests on our own judgement alone, which a bare figure would hide."""
    citations = [found for claim in one.performance.claims() for found in now.knowledge.claims[claim].citations]
    return bool(citations) and all(now.knowledge.sources[found.source].kind == "own_judgement" for found in citations)


def _ends_said_by(now: Frame, criterion: Criterion, reach: Reach) -> list[str]:
    """Return who says which end of a range; nothing where one of them is not known or both have the same ground."""
    performance = reach.readings[0].performance
    unlike = performance.low_from != performance.high_from
    if criterion.unit in ("certainty", "surgery") or not (unlike and reach.low_known and reach.high_known):
        return []
    ends = (
        (_figure(criterion, reach.low), performance.low_counts, performance.low_from),
        (_figure(criterion, reach.high), performance.high_counts, performance.high_from),
    )
    return [_said(now, _in_unit(now, criterion, end, end), counts, ids) for end, counts, ids in ends]


def _said(now: Frame, words: str, counts: str | None, ids: Sequence[str]) -> str:
    """Return a figure with what it counts, where that is told, and with who says it, in a few words."""
    t = now.t
    names = dict.fromkeys(statements.who(now.knowledge, t, now.knowledge.claims[one]) for one in ids)
    by = t.list(list(names))
    return t("pair", name=words, value=t("priority.scale_end", value=t(counts), why=by) if counts else by)


def _read_as(now: Frame, criterion: Criterion, reach: Reach) -> str | None:
    """Return what we made of the sources where a figure is not theirs as it stands."""
    t = now.t
    if reach.none:
        value = t.number(reach.low) if criterion.unit == "certainty" else _in_unit(now, criterion, reach.low, reach.low)
        return t("priority.read.none", value=value)
    if criterion.unit == "certainty":
        return t("priority.read.certainty", range=t.range(reach.low, reach.high))
    if len(reach.readings) != 1:
        return None
    performance = reach.readings[0].performance
    if performance.read is None:
        return None
    said = now.knowledge.claims[performance.high_from[0]].value if performance.high_from else None
    stated = ""
    people = counted(said) if performance.sampled else None
    if people is not None:
        stated = t.number(people.whole)
    elif said is not None and said.low is not None and said.high is not None:
        stated = t.range(said.low, said.high)
    least = _in_unit(now, criterion, reach.low, reach.low)
    low, high = (t.number(_figure(criterion, end)) for end in (reach.low, reach.high))
    return t(performance.read, least=least, low=low, high=high, said=stated)


def _words(now: Frame, criterion: Criterion, reach: Reach) -> str:
    """Return a range in words of its unit, an end that is not known left open."""
    t = now.t
    if not reach.known:
        return t("unknown_number")
    if reach.none:
        return t(f"priority.none.{criterion.id}")
    if criterion.unit == "surgery":
        return t("priority.operation" if reach.high else "priority.no_operation")
    if criterion.unit == "certainty":
        # A word stands for its quarter of the scale, from the lowest word on.
        words = [t(f"certainty.{one}") for one in reversed(CERTAINTIES[:4])]
        low, high = words[int(reach.low)], words[max(int(reach.high) - 1, int(reach.low))]
        return low if low == high else t("range", low=low, high=high)
    least, most = (_figure(criterion, end) for end in (reach.low, reach.high))
    return _in_unit(now, criterion, least if reach.low_known else None, most if reach.high_known else None)


def _in_unit(now: Frame, criterion: Criterion, low: Decimal | None, high: Decimal | None) -> str:
    """Return a range in the unit of a criterion with figures; one end may be None."""
    t = now.t
    if criterion.unit == "month":
        return t.months(low, high)
    if high is None:
        return t(f"priority.open.{criterion.unit}", low=t.range(low, low))
    figures = t("priority.up_to", high=t.number(high)) if low is None else t.range(low, high)
    # Languages differ in whether none is one or many.
    few = {Decimal(0): ".none", Decimal(1): ".one"}.get(high, "") if criterion.unit == "day" else ""
    return t(f"priority.unit.{criterion.unit}{few}", range=figures)


def _figure(criterion: Criterion, end: Decimal) -> Decimal:
    return end.quantize(Decimal(1), ROUND_HALF_UP) if criterion.unit == "per_100" else end


@kept_for_everyone
def _scales(now: Frame) -> str:
    lines = "".join(f"<li>{html.text(_scale(now, one))}</li>" for one in now.knowledge.criteria.values())
    return f"<p class='ask'>{html.text(now.t('compare.glance.scales'))}</p><ul>{lines}</ul>"


def _scale(now: Frame, criterion: Criterion) -> str:
    t = now.t
    name = t(f"priority.{criterion.id}")
    if criterion.scale is None:
        return t("priority.scale_money", name=name)
    ends = {
        "low": _scale_end(now, criterion, criterion.scale.low),
        "high": _scale_end(now, criterion, criterion.scale.high),
    }
    return t("priority.scale_line", name=name, low=ends["low"], high=ends["high"], better=ends[criterion.better])


def _scale_end(now: Frame, criterion: Criterion, end: ScaleEnd) -> str:
    t = now.t
    if criterion.unit == "certainty":
        value = t(f"certainty.{'very_low' if end.value == 0 else 'high'}")
    elif criterion.unit == "surgery":
        value = t("priority.operation" if end.value else "priority.no_operation")
    else:
        value = _in_unit(now, criterion, end.value, end.value)
    if end.sources:
        why = t.list([statements.who(now.knowledge, t, now.knowledge.claims[one]) for one in end.sources])
    else:
        why = t(end.note) if end.note else ""
    return value if criterion.unit == "surgery" else t("priority.scale_end", value=value, why=why)


@kept_for_everyone
def _grounds(now: Frame, name: str) -> str:
    """Return the claims behind the figures of one criterion, option by option and case by case."""
    t = now.t
    criterion = now.knowledge.criteria[name]
    if criterion.options is None:
        return ""
    parts = []
    for option in ALL_OPTIONS:
        performance = criterion.options[option]
        everyone = t("priority.case.others") if performance.cases else None
        readings = [*((t(case.says), case.reads) for case in performance.cases), (everyone, performance)]
        said = "".join(_ground(now, who, reads) for who, reads in readings)
        parts.append(f"<li data-option='{option}'><strong>{html.text(t('option.' + option))}</strong>{said}</li>")
    title = html.text(t(f"priority.{name}"))
    return (
        f"<details class='sources'><summary>{title}</summary><ul class='glance-grounds'>{''.join(parts)}</ul></details>"
    )


def _ground(now: Frame, who: str | None, reads: Performance) -> str:
    ids = reads.claims()
    return (
        (f"<p class='ask'>{html.text(who)}</p>" if who else "")
        + (f"<p>{html.text(now.t(reads.note))}</p>" if reads.note else "")
        + (statements.card(now, ids) if ids else f"<p class='compare-empty'>{html.text(now.t('no_source'))}</p>")
    )


# --- what matters


def lead(now: Frame) -> str:
    """Return what comes before the questions about what matters."""
    t = now.t
    return (
        f"<h2 id='compare-priorities' tabindex='-1'>{html.text(t('priority.title'))}</h2>"
        f"<p>{html.text(t('priority.lead'))}</p><p class='hint'>{html.text(t('priority.not_here'))}</p>"
    )


def ask(now: Frame, when_said: Callable[[], None], draw_rest: Callable[[], None]) -> None:
    """Draw the questions about what matters.

    Args:
        when_said: Called when an answer alone has changed, not what is asked.
        draw_rest: Draws what an answer changes: what was said, and how the options come out.
    """
    t = now.t
    st.segmented_control(
        t("priority.mode"),
        MODES,
        required=True,
        key=state.start_with(MODE, MODES[0]),
        format_func=lambda mode: t(f"priority.mode.{mode}"),
        persist_state="session",
    )
    if state.get(MODE) == "points":
        _ask_points(now, when_said)
    else:
        st.pills(
            t("priority.order"),
            list(now.knowledge.criteria),
            selection_mode="multi",
            key=state.start_with(ORDER, []),
            format_func=lambda name: t(f"priority.{name}"),
            on_change=when_said,
            persist_state="session",
        )
        html.block(f"<p class='hint'>{html.text(t('priority.order_hint'))}</p>")
    draw_rest()


def result(about: Known, options: tuple[OptionId, ...]) -> None:
    """Draw what was said about what matters and, once there is something, how the options come out."""
    now = about.now
    if state.get(MODE) != "points":
        _said_order(now)
    found = wishes(now)
    if found is None:
        html.block(f"<p class='hint'>{html.text(now.t('priority.nothing'))}</p>")
        return
    measures = about.measures(options)
    named = _named(found)
    # What has no points weighs nothing; what is left out of an order still weighs a little.
    weighing = measures if isinstance(found, Ranking) else [one for one in measures if one.criterion in named]
    html.block(_result(about, options, weighing, priorities.weigh(measures, options, found), named))


def _named(found: Wishes) -> frozenset[str]:
    """Return the criteria that somebody said matter."""
    if isinstance(found, Ranking):
        return frozenset(one for group in found.groups for one in group)
    return frozenset(name for name, points in found.points.items() if points)


def _said_order(now: Frame) -> None:
    t = now.t
    order = [name for name in state.get(ORDER, []) if name in now.knowledge.criteria]
    if len(order) > 1:
        state.put(TIES, [name for name in state.get(TIES, []) if name in order[1:]])
        st.pills(
            t("priority.ties"),
            order[1:],
            selection_mode="multi",
            key=TIES,
            format_func=lambda name: t(f"priority.{name}"),
            persist_state="session",
        )
    found = wishes(now)
    if isinstance(found, Ranking):
        html.block(_in_order("priority.said", now, found))


def _ask_points(now: Frame, when_said: Callable[[], None]) -> None:
    t = now.t
    html.block(f"<p class='hint'>{html.text(t('priority.points'))}</p>")
    columns = st.columns(2)
    for place, name in enumerate(now.knowledge.criteria):
        columns[place % 2].number_input(
            t(f"priority.{name}"),
            min_value=0,
            max_value=priorities.MOST_POINTS,
            step=1,
            key=state.start_with(points_key(name), 0),
            on_change=when_said,
            persist_state="session",
        )
    st.segmented_control(
        t("priority.spread"),
        priorities.SPREADS,
        required=True,
        key=state.start_with(SPREAD, priorities.SPREADS[1]),
        format_func=lambda spread: t(f"priority.spread.{spread}"),
        on_change=when_said,
        persist_state="session",
    )


# --- how the options come out


def _result(
    about: Known, options: Sequence[OptionId], known: Sequence[Measure], result: Result, named: frozenset[str]
) -> str:
    now, t = about.now, about.now.t
    places = [
        dict(zip(options, priorities.of_100([result.shares[option][place] for option in options]), strict=True))
        for place in range(len(options))
    ]
    counts = {option: [place[option] for place in places] for option in options}
    not_known = {option: _not_known(about, option, known, named) for option in options}
    items = "".join(
        _outcome(now, option, result.shares[option], counts[option], *not_known[option]) for option in options
    )
    key = [t("priority.key"), *([t("priority.key.unsure")] if any(here for here, _ in not_known.values()) else [])]
    notes = [*_turns(now, result), _unknown(now, options, known)]
    weighing = {one.criterion for one in known}
    notes += [_silent(now, one) for one in result.silent if one in weighing]
    if about.mixed(options):
        notes.append(t("priority.mixed_money"))
    lines = "".join(f"<p>{html.text(one)}</p>" for one in notes)
    heads = [html.text(t("priority.table.option"))]
    heads += [html.text(t(f"priority.place.{place + 1}")) for place in range(len(options))]
    rows = [
        [html.text(t("option." + option)), *(html.text(t.number(count)) for count in counts[option])]
        for option in options
    ]
    method = "".join(
        f"<p>{html.text(t(f'priority.method.{number}', **values))}</p>"
        for number, values in ((1, {"draws": t.number(priorities.DRAWS)}), (2, {}), (3, {}), (4, {}))
    )
    return (
        f"<section class='priority-result' aria-labelledby='priority-result'>"
        f"<h3 id='priority-result'>{html.text(t('priority.result'))}</h3><ul class='priority-options'>{items}</ul>"
        f"<p class='hint'>{html.text(' '.join(key))}</p>{lines}"
        f"<details class='sources'><summary>{html.text(t('priority.table'))}</summary>"
        f"{table(html.text(t('priority.table.caption')), heads, rows)}</details>"
        f"<details class='sources'><summary>{html.text(t('priority.method'))}</summary>{method}</details></section>"
    )


def _not_known(
    about: Known, option: OptionId, known: Sequence[Measure], named: frozenset[str]
) -> tuple[str, list[str]]:
    """Return what is not known of an option, with why: of what matters as a sentence, then the other criteria.

    Args:
        named: The criteria that somebody said matter.
    """
    t = about.now.t
    here, others = [], []
    for one in known:
        reach = one.reach[option]
        if reach is not None and reach.known:
            continue
        name = t(f"priority.{one.criterion}")
        is_money = about.now.knowledge.criteria[one.criterion].unit == "money"
        why = about.still_open.get(option, "") if is_money else _waits_for(about.now, reach)
        if one.criterion in named:
            here.append(t("priority.unknown_waits", name=name, why=why) if why else name)
        else:
            others.append(t("priority.unknown_waits", name=name, why=why) if why and is_money else name)
    return t("priority.unknown_here", criteria=t.list(here)) if here else "", others


def _waits_for(now: Frame, reach: Reach | None) -> str:
    """Return on which missing answers it depends what is known, nothing where no answer would tell."""
    if reach is None or not reach.waits_for:
        return ""
    t = now.t
    # Always in quotes: what they are called does not bend with the sentence.
    return t("priority.depends", answers=t.list([t("quoted", text=t(f"short.{name}")) for name in reach.waits_for]))


def _outcome(
    now: Frame, option: OptionId, shares: Sequence[float], counts: Sequence[int], here: str, others: Sequence[str]
) -> str:
    """Return how often an option takes each place.

    Args:
        here: What is not known of it although it matters. Such a bar is striped, and this stands above it.
        others: The other criteria of which nothing is known of it.
    """
    t = now.t
    name = t(f"option.{option}")
    words = t.list(
        [
            t("priority.place_count", place=t(f"priority.place.{place}"), count=t.number(count))
            for place, count in enumerate(counts, start=1)
        ]
    )
    colour = COLOURS[now.theme][option]
    last = len(shares) - 1
    parts = "".join(
        f"<span style='flex-grow:{share:.4f};--part:{100 - 100 * place // last}%'></span>"
        for place, share in enumerate(shares)
        if share > 0
    )
    label = f"{t('priority.bar', name=name, places=words)} {here}".strip()
    unknown = f"<p class='priority-unknown'>{html.text(here)}</p>" if here else ""
    rest = t("priority.unknown_for", criteria=t.quoted(others)) if others else ""
    return (
        f"<li data-option='{option}' data-first='{counts[0]}'><p class='priority-first'>{html.icon(option)}"
        f"<span><strong>{html.text(name)}</strong> {html.text(_first(now, shares[0], counts[0]))}</span></p>{unknown}"
        f"<div class='priority-bar{' priority-unsure' if here else ''}' role='img' aria-label='{html.text(label)}'"
        f" style='color:{colour};--page:{PAGE[now.theme]}'>{parts}</div>"
        f"{f'<p class=hint>{html.text(rest)}</p>' if rest else ''}"
        f"{outcomes.against(now, option, 'priority.check')}</li>"
    )


def _first(now: Frame, share: float, count: int) -> str:
    t = now.t
    if share <= 0:
        return t("priority.first_none")
    if share >= 1:
        return t("priority.first_all")
    if count == 0:
        return t("priority.first_few")
    return t("priority.first_most") if count == 100 else t("priority.first", count=t.number(count))


def _turns(now: Frame, result: Result) -> list[str]:
    """Return how the first two stand to each other, and the smallest change of one weight that turns it round."""
    t = now.t
    first, second = (t(f"option.{option}") for option in result.order[:2])
    if result.ahead <= 0.5:
        return [t("priority.level", first=first, second=second)]
    count = min(max(round(100 * result.ahead), 51), 100 if result.ahead == 1 else 99)
    ahead = t("priority.ahead", first=first, second=second, count=t.number(count))
    return [ahead, flip_words(now.t, result.flip)]


def flip_words(t: Words, flip: Flip | None) -> str:
    """Return the smallest change of one weight that turns the first two round, as a person would say it."""
    if flip is None:
        return t("priority.flip.never")
    what = t(f"priority.{flip.criterion}")
    if flip.factor == 0:
        return t("priority.flip.not_at_all", what=what)
    if flip.factor >= _TIMES:
        times = Decimal(str(flip.factor)).quantize(Decimal(1), ROUND_HALF_UP)
        return t("priority.flip.times", what=what, times=t.number(times))
    return t(f"priority.flip.{next(name for least, name in _CHANGES if flip.factor >= least)}", what=what)


def _silent(now: Frame, criterion: str) -> str:
    """Return that a criterion cannot tell the options apart, and why."""
    no_region = now.knowledge.criteria[criterion].unit == "money" and estimates.region(now) is None
    return now.t("priority.silent_region" if no_region else "priority.silent", what=now.t(f"priority.{criterion}"))


def _unknown(now: Frame, options: Sequence[OptionId], known: Sequence[Measure]) -> str:
    reaches = [one.reach[option] for one in known for option in options]
    unknown = sum(reach is None or not reach.known for reach in reaches)
    return now.t("priority.unknown", all=now.t.number(len(reaches)), unknown=now.t.number(unknown))
