"""The Timeline page: one or two plans with real dates, as a chart, as tables and as files."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from mesodash.domain.timeline import (
    AftercareEvent,
    MilestoneEvent,
    SessionEvent,
    Timeline,
    first_day,
)
from mesodash.errors import InputError
from mesodash.i18n.words import fault
from mesodash.knowledge.records import AftercareRule, Lang, Protocol
from mesodash.ui import access, plans, state
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html, statements
from mesodash.ui.parts.tables import table
from mesodash.ui.plans import Figure, Settings, Which, key

_DAY_FORMAT: dict[Lang, str] = {"en": "DD/MM/YYYY", "de": "DD.MM.YYYY", "fr": "DD/MM/YYYY"}
_QUICK = (1, 2, 4)
_LOOK_BACK = timedelta(days=2 * 365)
_LOOK_AHEAD = timedelta(days=5 * 365)
_TODAY_SHOWN = timedelta(days=92)
_DAYS_AFTER = 7
_MOST = 999


def _say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"timeline.{words}", **values))


def _pair(now: Frame, name: str, value: str) -> str:
    return now.t("timeline.pair", name=name, value=value)


def show(now: Frame) -> None:
    """Draw the settings of the plans and what follows from them."""
    t = now.t
    html.sheet("timeline")
    html.block(f"<h1>{_say(now, 'title')}</h1><p>{_say(now, 'lead')}</p>")
    shown: dict[Which, tuple[Settings, Timeline] | None] = {"first": _plan(now, "first")}
    if state.get(key("first", "protocol")) is None:
        return
    st.pills(
        t("timeline.horizon"),
        plans.HORIZONS,
        key=state.start_with(key("first", "horizon"), plans.HORIZON),
        format_func=lambda months: t("timeline.months", number=months),
        required=True,
        persist_state="session",
    )
    st.toggle(t("timeline.second.on"), key=state.start_with(key("second", "on"), False), persist_state="session")
    if state.get(key("second", "on"), False):
        with st.container(border=True, key="timeline_second"):
            html.block(f"<h2>{_say(now, 'plan.second')}</h2>")
            shown["second"] = _plan(now, "second")
    drawn = [pair[1] for pair in shown.values() if pair is not None]
    if not drawn:
        return
    html.block(f"<h2>{_say(now, 'dates')}</h2>")
    _over_months(now, drawn)
    for which, pair in shown.items():
        if pair is not None:
            _all_dates(now, which, *pair, unfolded=len(drawn) == 1)
    cared = next((timeline for timeline in drawn if _aftercare(timeline)), None)
    if cared is not None:
        _after_a_session(now, cared)
    _without_aftercare(now, drawn)
    _milestones(now, drawn)


# Settings


def _plan(now: Frame, which: Which) -> tuple[Settings, Timeline] | None:
    """Draw the settings of one plan; return them with their dates, or the last good ones, or None."""
    t = now.t
    chosen: str | None = st.pills(
        t("timeline.protocol"),
        list(now.knowledge.protocols),
        key=key(which, "protocol"),
        format_func=lambda one: _name(now, now.knowledge.protocols[one]),
        persist_state="session",
    )
    if chosen is None:
        html.block(f"<p>{_say(now, 'choose')}</p>")
        return None
    protocol = now.knowledge.protocols[chosen]
    _start(now, which, protocol)
    settings = plans.settings(now, which)
    problem: InputError | None = None
    timeline: Timeline | None = None
    try:
        timeline = plans.current(now, which)
    except InputError as error:
        problem = error
        settings = plans.last_good(which)
        if settings is not None:
            timeline = plans.dated(now, settings)
    else:
        if settings is not None:
            plans.keep(which, settings)
    _figures(now, which, protocol, problem)
    if settings is None or timeline is None:
        return None
    if problem is not None:
        html.block(f"<p class='hint'>{_say(now, 'kept')}</p>")
    return settings, timeline


def _name(now: Frame, protocol: Protocol) -> str:
    """Return the name of a protocol with its option, unless it begins with it."""
    option, name = now.t(f"option.{protocol.option}"), now.t(f"protocol.{protocol.id}")
    return name if name.startswith(option) else _pair(now, option, name)


def _start(now: Frame, which: Which, protocol: Protocol) -> None:
    t = now.t
    start = key(which, "start")
    if state.get(start) != plans.start(now, which):
        state.put(start, plans.start(now, which))
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        st.date_input(
            t("timeline.start.procedure" if protocol.interval_days is None else "timeline.start"),
            key=start,
            format=_DAY_FORMAT[now.lang],
            # A consultation that was saved long ago may begin on a day further back.
            min_value=min(now.today - _LOOK_BACK, plans.start(now, which)),
            max_value=max(now.today + _LOOK_AHEAD, plans.start(now, which)),
            on_change=state.put,
            args=(key(which, "apart"), True),
            persist_state="session",
        )
    days = {weeks: plans.monday(now.today, weeks) for weeks in _QUICK}
    quick = key(which, "quick")
    # The choice always says what the day is, however the day was set.
    state.put(quick, next((weeks for weeks, day in days.items() if day == state.get(start)), None))
    with right:
        st.pills(
            t("timeline.quick"),
            _QUICK,
            key=quick,
            format_func=lambda weeks: t(f"timeline.quick.{weeks}"),
            on_change=_take_quick,
            args=(quick, which, days),
            label_visibility="collapsed",
            persist_state="session",
        )
    html.block(f"<p class='tl-day'>{html.text(t.day(state.get(start), 'full'))}</p>")


def _take_quick(quick: str, which: Which, days: dict[int, date]) -> None:
    weeks = state.get(quick)
    if weeks is not None:
        state.put(key(which, "start"), days[weeks])
        state.put(key(which, "apart"), True)


def _figures(now: Frame, which: Which, protocol: Protocol, problem: InputError | None) -> None:
    """Draw the figures that can be changed, each above the statements that give it."""
    t = now.t
    taken = plans.takes(protocol)
    field = problem.field.replace("-", "_") if problem else None
    if field is not None and problem is not None and field not in taken:
        _error(now, problem, t("timeline.start"))
    if problem is not None and problem.key == "error.required":
        html.block(f"<p class='tl-need'>{_say(now, 'need.' + ('source' if protocol.sources else 'own'))}</p>")
    elif not protocol.sources:
        html.block(f"<p>{_say(now, 'custom')}</p>")
    settings = plans.settings(now, which)
    for figure, column in zip(taken, st.columns(len(taken)) if taken else (), strict=True):
        with column:
            st.number_input(
                _label(now, protocol, figure),
                # Wider than any range, so that a figure outside is refused in the reader's language.
                min_value=0,
                max_value=_MOST,
                value=None,
                step=1,
                key=state.start_with(plans.figure_key(which, protocol.id, figure), _begins_with(protocol, figure)),
                placeholder=_placeholder(now, protocol, figure),
                persist_state="session",
            )
            stated = plans.stated_by(now, protocol, figure)
            # What is missing was asked for above; a field nobody has filled in yet is no mistake.
            if field == figure and problem is not None and problem.key != "error.required":
                _error(now, problem, t(f"timeline.{figure}"))
            elif settings is not None and plans.is_own(now, settings, figure):
                words = "own.changed" if stated else "own" if protocol.sources else "own.alone"
                html.block(f"<p class='tl-own'>{_say(now, words)}</p>")
            elif protocol.sources and not stated:
                html.block(f"<p class='tl-said'>{_say(now, 'not_stated')}</p>")
            if stated:
                html.block(_said(now, stated))
    rest = [one for one in protocol.sources if not taken]
    if rest:
        html.block(f"<div class='tl-said'>{''.join(_statement(now, one) for one in rest)}</div>")


def _error(now: Frame, problem: InputError, field: str) -> None:
    st.error(_pair(now, field, fault(now.t, problem)), icon=":material/error:")


def _label(now: Frame, protocol: Protocol, figure: Figure) -> str:
    """Return the name of a field, with the range where no other figure is taken."""
    t = now.t
    span = {"sessions": protocol.sessions, "interval_days": protocol.interval_days, "maintenance_months": None}[figure]
    if span is None or not protocol.within_stated:
        return t(f"timeline.{figure}")
    return t("timeline.with_range", name=t(f"timeline.{figure}"), range=t.range(span.low, span.high))


def _begins_with(protocol: Protocol, figure: Figure) -> int | None:
    if figure == "maintenance_months":
        # Left empty where a source gives a span, so that both its ends are shown.
        return None if protocol.maintenance_latest_months else protocol.maintenance_months
    span = protocol.sessions if figure == "sessions" else protocol.interval_days
    return None if span is None else span.default


def _placeholder(now: Frame, protocol: Protocol, figure: Figure) -> str:
    """Return what an empty field means: the source's own figure, or that one is needed, or none."""
    t = now.t
    if figure == "maintenance_months":
        low, high = protocol.maintenance_months, protocol.maintenance_latest_months or protocol.maintenance_months
    else:
        span = protocol.sessions if figure == "sessions" else protocol.interval_days
        low, high = (span.low, span.high) if span else (None, None)
    if plans.stated_by(now, protocol, figure) and low is not None:
        return t("timeline.placeholder", figure=t.range(low, high))
    return t(f"timeline.empty.{figure}")


def _said(now: Frame, stated: tuple[str, ...]) -> str:
    """Return the statements that give a figure, then the disagreements they are a side of."""
    body = "".join(_statement(now, one) for one in stated)
    return f"<div class='tl-said'>{body}{conflicts.fold(now, stated)}</div>"


def _statement(now: Frame, one: str) -> str:
    """Return a statement with the source named beside it, not only one tap away."""
    who = statements.who(now.knowledge, now.t, now.knowledge.claims[one])
    named = f"<p class='tl-who'>{_say(now, 'said_by', who=who)}</p>"
    return f"<div class='tl-one'>{statements.statement(now, one)}{named}</div>"


# The chart over months


def _over_months(now: Frame, drawn: list[Timeline]) -> None:
    t = now.t
    first = min(timeline.start for timeline in drawn)
    last = max(max(timeline.horizon_end, plans.sessions(timeline, "course")[-1].date) for timeline in drawn)
    today = None
    if first - _TODAY_SHOWN <= now.today <= last:
        first, today = min(first, now.today), (now.today, t("timeline.today"))
    figure = charts.over_months(
        [_chart_plan(now, timeline, last) for timeline in drawn],
        first=first,
        last=last,
        ticks=[(day, t.month(day).replace(" ", "<br>")) for day in charts.month_starts(first, last)],
        today=today,
        theme=now.theme,
    )
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False, "scrollZoom": False},
        alt=" ".join(_alt(now, timeline) for timeline in drawn),
        key="timeline_months",
    )
    html.block(f"<p class='hint'>{_say(now, 'legend')}</p>")


def _chart_plan(now: Frame, timeline: Timeline, last: date) -> charts.Plan:
    t = now.t
    lanes: list[charts.Lane] = []
    course, maintenance = plans.sessions(timeline, "course"), plans.sessions(timeline, "maintenance")
    lanes.append(
        charts.Lane(
            name=t("phase.course") if len(course) > 1 else plans.event_title(t, timeline, course[0]),
            detail=_several(now, "timeline.lane.sessions", course),
            dots=tuple(_dot(now, timeline, session, "full") for session in course),
        )
    )
    if maintenance:
        lanes += _maintenance_lanes(now, timeline, maintenance, last)
    for event in timeline.events:
        if event.kind == "milestone":
            lanes.append(_milestone_lane(now, event, last))
    return charts.Plan(
        name=_name(now, now.knowledge.protocols[timeline.protocol]), option=timeline.option, lanes=tuple(lanes)
    )


def _maintenance_lanes(
    now: Frame, timeline: Timeline, maintenance: list[SessionEvent], last: date
) -> list[charts.Lane]:
    """Return one lane, or two where a source gives a span: one for each of its ends."""
    t = now.t
    early = charts.Lane(
        name=t("phase.maintenance"),
        detail=_several(now, "timeline.lane.sessions", maintenance),
        dots=tuple(_dot(now, timeline, session, "hollow") for session in maintenance),
    )
    latest = [(session, session.aimed_latest) for session in maintenance if session.aimed_latest is not None]
    if not latest:
        return [early]
    protocol = now.knowledge.protocols[timeline.protocol]
    ends = [
        t("timeline.lane.every", months=months or 0)
        for months in (protocol.maintenance_months, protocol.maintenance_latest_months)
    ]
    late_days = [day for _, day in latest if day <= last]
    late = charts.Lane(
        name=f"{early.name}, {ends[1]}",
        detail=_count(now, "timeline.lane.sessions", late_days),
        dots=tuple(
            charts.Dot(
                day=day,
                words=_pair(now, plans.event_title(t, timeline, session), t.day(day, "full")),
                look="hollow",
            )
            for session, day in latest
            if day <= last
        ),
    )
    return [
        charts.Lane(name=f"{early.name}, {ends[0]}", detail=early.detail, dots=early.dots),
        *([late] if late_days else []),
    ]


def _several(now: Frame, text: str, events: list[SessionEvent]) -> str:
    return _count(now, text, [event.date for event in events])


def _count(now: Frame, text: str, days: list[date]) -> str:
    """Return how many days there are, with the first and the last."""
    t = now.t
    if len(days) < 2:
        return "".join(t.day(day) for day in days)
    return t(text, count=len(days), days=t("range", low=t.day(days[0]), high=t.day(days[-1])))


def _dot(now: Frame, timeline: Timeline, session: SessionEvent, look: str) -> charts.Dot:
    words = _pair(now, plans.event_title(now.t, timeline, session), now.t.day(session.date, "full"))
    return charts.Dot(day=session.date, words=words, look=look)


def _milestone_lane(now: Frame, event: MilestoneEvent, last: date) -> charts.Lane:
    t = now.t
    words = _days(now, event)
    if event.earliest > last:
        words = t("timeline.lane.later", days=words)
    if event.name != "course_end" and _disputed(now, event.sources):
        words = t("timeline.lane.disputed", days=words)
    name = t(f"milestone.{event.name}")
    if event.earliest == event.latest:
        return charts.Lane(
            name=name, detail=words, dots=(charts.Dot(day=event.earliest, words=_pair(now, name, words), look="bar"),)
        )
    stretch = charts.Stretch(first=event.earliest, last=event.latest, words=_pair(now, name, words))
    return charts.Lane(name=name, detail=words, stretch=stretch)


def _disputed(now: Frame, sources: tuple[str, ...]) -> bool:
    claims = now.knowledge.claims
    return any(claims[one].qualified_by or claims[one].contradicted_by for one in sources)


def _days(now: Frame, event: MilestoneEvent) -> str:
    t = now.t
    if event.earliest == event.latest:
        return t.day(event.earliest)
    return t("range", low=t.day(event.earliest), high=t.day(event.latest))


def _alt(now: Frame, timeline: Timeline) -> str:
    t = now.t
    course, maintenance = plans.sessions(timeline, "course"), plans.sessions(timeline, "maintenance")
    parts = [_pair(now, t("phase.course"), _several(now, "timeline.lane.sessions", course))]
    if maintenance:
        parts.append(_pair(now, t("phase.maintenance"), _several(now, "timeline.lane.sessions", maintenance)))
    parts += [
        _pair(now, t("milestone." + event.name), _days(now, event))
        for event in timeline.events
        if event.kind == "milestone"
    ]
    return f"{_name(now, now.knowledge.protocols[timeline.protocol])}. " + "; ".join(parts) + "."


# The tables and files


def _all_dates(now: Frame, which: Which, settings: Settings, timeline: Timeline, *, unfolded: bool) -> None:
    t = now.t
    name = _name(now, now.knowledge.protocols[timeline.protocol])
    rows = [event for event in timeline.events if event.kind != "aftercare"]
    after: dict[int, list[AftercareEvent]] = {}
    for event in _aftercare(timeline):
        after.setdefault(event.session, []).append(event)
    marks = _marks(now, timeline, rows)
    dates = table(
        html.text(name),
        [_say(now, f"table.{head}") for head in ("date", "what", "source")],
        [_row(now, settings, timeline, event, after, marks) for event in rows],
    )
    note = _aftercare_note(now, after.get(1, []), marks)
    sources = "".join(f"<li value='{number}'>{_statement(now, one)}</li>" for one, number in marks.items())
    top = _say(now, "table.open", count=len(rows), name=name)
    html.block(
        f"<details class='sources tl-dates'{' open' if unfolded else ''}><summary>{top}</summary>{dates}{note}"
        f"<details class='sources'><summary>{_say(now, 'table.sources')}</summary>"
        f"<ol class='tl-marks'>{sources}</ol></details></details>"
    )
    with st.container(horizontal=True, key=f"timeline_files_{which}"):
        st.download_button(
            t("timeline.file.calendar"),
            data=functools.partial(plans.calendar_file, t, timeline),
            file_name=f"{timeline.protocol}-{timeline.start.isoformat()}.ics",
            mime="text/calendar",
            key=f"timeline_ics_{which}",
            on_click="ignore",
            icon=":material/event:",
        )
        st.download_button(
            t("timeline.file.csv"),
            data=functools.partial(plans.csv_file, t, timeline),
            file_name=f"{timeline.protocol}-{timeline.start.isoformat()}.csv",
            mime="text/csv",
            key=f"timeline_csv_{which}",
            on_click="ignore",
            icon=":material/table:",
        )


def _aftercare_note(now: Frame, rules: list[AftercareEvent], marks: dict[str, int]) -> str:
    """Return what sources ask for without days, and who asks for less; empty for an option without aftercare."""
    if not rules:
        return ""
    t = now.t
    without = [rule for rule in rules if rule.to_least is None]
    lines = []
    if without:
        asked = t.list([t("aftercare." + rule.rule) for rule in without])
        numbers = _numbers([one for rule in without for one in rule.sources], marks)
        lines.append(_say(now, "table.no_days", rules=asked, numbers=numbers))
    less = _numbers([one for rule in rules for one in rule.less_strict], marks)
    if less:
        lines.append(_say(now, "table.less", numbers=less))
    return "".join(f"<p class='hint'>{line}</p>" for line in lines)


def _numbers(ids: list[str], marks: dict[str, int]) -> str:
    return ", ".join(str(number) for number in sorted({marks[one] for one in ids}))


def _aftercare(timeline: Timeline) -> list[AftercareEvent]:
    return [event for event in timeline.events if event.kind == "aftercare"]


def _marks(now: Frame, timeline: Timeline, rows: list[SessionEvent | MilestoneEvent]) -> dict[str, int]:
    """Return the claims behind the rows, each with the number that stands for it."""
    ids = [one for event in rows for one in _sources(now, timeline, event)]
    ids += [one for event in _aftercare(timeline) for one in (*event.sources, *event.less_strict)]
    return {one: number for number, one in enumerate(dict.fromkeys(ids), 1)}


def _sources(now: Frame, timeline: Timeline, event: SessionEvent | MilestoneEvent) -> tuple[str, ...]:
    """Return the claims that place an event; a session counts on those that give the figures of its phase."""
    protocol = now.knowledge.protocols[timeline.protocol]
    if event.kind == "milestone" and event.name != "course_end":
        return event.sources
    figures: tuple[Figure, ...] = ("sessions", "interval_days")
    if event.kind == "session" and event.phase == "maintenance":
        figures = ("maintenance_months",)
    return tuple(one for figure in figures for one in plans.stated_by(now, protocol, figure))


def _own(now: Frame, settings: Settings, event: SessionEvent | MilestoneEvent) -> bool:
    """Return True if a figure of the reader's own, which no source gives, places an event."""
    if event.kind == "milestone" and event.name != "course_end":
        return False
    maintenance = event.kind == "session" and event.phase == "maintenance"
    figures: tuple[Figure, ...] = plans.FIGURES if maintenance else ("sessions", "interval_days")
    return any(plans.is_own(now, settings, figure) for figure in figures)


def _row(
    now: Frame,
    settings: Settings,
    timeline: Timeline,
    event: SessionEvent | MilestoneEvent,
    after: dict[int, list[AftercareEvent]],
    marks: dict[str, int],
) -> list[str]:
    t = now.t
    what = f"<b>{html.text(plans.event_title(t, timeline, event))}</b>"
    days = t.day(first_day(event), "full")
    sources = list(_sources(now, timeline, event))
    if event.kind == "session":
        lines = [
            _pair(now, t("aftercare." + rule.rule), plans.aftercare_words(t, rule))
            for rule in after.get(event.index, [])
            if rule.to_least is not None
        ]
        if event.aimed_latest is not None:
            lines.insert(0, t("timeline.table.latest", day=t.day(event.aimed_latest, "full")))
        moved = plans.moved_words(t, event)
        if moved is not None:
            lines.insert(0, moved)
        what += "".join(f"<br>{html.text(line)}" for line in lines)
        sources += [one for rule in after.get(event.index, []) if rule.to_least is not None for one in rule.sources]
    elif event.latest != event.earliest:
        days = t("range", low=days, high=t.day(event.latest, "full"))
    said = _numbers(sources, marks)
    if _own(now, settings, event):
        said = t("timeline.own.short") + (f"; {said}" if said else "")
    return [html.text(days), what, html.text(said or t("timeline.table.none"))]


# The days after a session


@access.fragment
def _after_a_session(now: Frame, timeline: Timeline) -> None:
    t = now.t
    placed = plans.sessions(timeline)
    html.block(f"<h2>{_say(now, 'after')}</h2>")
    number = key("first", "after")
    state.put(number, min(max(state.get(number, 1), 1), len(placed)))
    if len(placed) > 1:
        st.number_input(
            t("timeline.after.session", total=len(placed)),
            min_value=1,
            max_value=len(placed),
            step=1,
            key=number,
            width=320,
            persist_state="session",
        )
    session = placed[state.get(number) - 1]
    what = plans.event_title(t, timeline, session)
    html.block(f"<p>{_say(now, 'after.day', what=what, day=t.day(session.date, 'full'))}</p>")
    events = [event for event in _aftercare(timeline) if event.session == session.index]
    rules: dict[str, AftercareRule] = {
        rule.id: rule for rule in now.knowledge.aftercare if rule.option == timeline.option
    }
    figure = charts.after_a_session(
        [_rest(now, event, rules) for event in events],
        option=timeline.option,
        days=_DAYS_AFTER,
        axis=t("timeline.after.axis"),
        theme=now.theme,
    )
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False, "scrollZoom": False},
        alt="; ".join(_pair(now, t("aftercare." + event.rule), plans.aftercare_words(t, event)) for event in events)
        + ".",
        key="timeline_after",
    )
    html.block(f"<p class='hint'>{_say(now, 'after.legend')}</p>")
    days = table(
        _say(now, "after.caption", day=t.day(session.date, "full")),
        [_say(now, f"after.{head}") for head in ("rule", "until_when", "asked_by", "less_by")],
        [
            [
                html.text(t("aftercare." + event.rule)),
                html.text(plans.aftercare_words(t, event)),
                _list(now, event.sources),
                _list(now, event.less_strict),
            ]
            for event in events
        ],
    )
    html.block(f"<details class='sources'><summary>{_say(now, 'after.open')}</summary>{days}</details>")


def _list(now: Frame, ids: tuple[str, ...]) -> str:
    if not ids:
        return html.text(now.t("no_source"))
    return "".join(_statement(now, one) for one in ids)


def _rest(now: Frame, event: AftercareEvent, rules: Mapping[str, AftercareRule]) -> charts.Rest:
    t = now.t
    rule = rules[event.rule]
    less: dict[int, int] = {}
    for one in event.less_strict:
        value = now.knowledge.claims[one].value
        if value is not None and value.unit == "day":
            most = value.typical if value.high is None else value.high
            if most is not None:
                less[int(most)] = less.get(int(most), 0) + 1
    return charts.Rest(
        name=t(f"aftercare.{event.rule}"),
        detail="" if event.to_least is None else plans.aftercare_words(t, event),
        least=rule.least_days,
        most=rule.most_days,
        unknown=t("timeline.after.no_days"),
        less=tuple(
            (
                days,
                t("timeline.after.less", count=count, day=days) if days else t("timeline.after.nothing", count=count),
            )
            for days, count in sorted(less.items(), reverse=True)
        ),
    )


def _without_aftercare(now: Frame, drawn: list[Timeline]) -> None:
    options = dict.fromkeys(timeline.option for timeline in drawn if not _aftercare(timeline))
    for option in options:
        words = now.t("timeline.after.none", option=now.t(f"option.{option}"))
        html.block(f"<p>{html.text(words)}</p>")


# What sources say about the milestones


def _milestones(now: Frame, drawn: list[Timeline]) -> None:
    t = now.t
    names: dict[tuple[str, ...], list[str]] = {}
    for timeline in drawn:
        for event in timeline.events:
            if event.kind == "milestone" and event.name != "course_end":
                names.setdefault(event.sources, []).append(t(f"milestone.{event.name}"))
    blocks = "".join(
        f"<section class='tl-milestone'><h3>{html.text(' · '.join(dict.fromkeys(told)))}</h3>"
        f"{''.join(_statement(now, one) for one in sources)}{_beside(now, sources)}{conflicts.fold(now, sources)}"
        "</section>"
        for sources, told in names.items()
    )
    if blocks:
        html.block(f"<h2>{_say(now, 'milestones')}</h2><div class='tl-milestones'>{blocks}</div>")


def _beside(now: Frame, sources: tuple[str, ...]) -> str:
    """Return what limits or contradicts some statements, in full beside them."""
    claims = now.knowledge.claims
    others = dict.fromkeys(
        other
        for one in sources
        for other in (*claims[one].qualified_by, *claims[one].contradicted_by)
        if claims[other].usable and other not in sources
    )
    if not others:
        return ""
    return f"<p class='tl-beside'>{_say(now, 'beside')}</p>" + "".join(_statement(now, one) for one in others)
