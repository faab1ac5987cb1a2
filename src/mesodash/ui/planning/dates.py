"""The dates of all plans: as bands over time, as a month of a wall calendar, or as a table."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import streamlit as st

from mesodash.domain.days import months_later
from mesodash.domain.timeline import MilestoneEvent, SessionEvent, Timeline, limits
from mesodash.ui import plans, state
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.planning import all_dates, board, legend, month
from mesodash.ui.planning.board import BODY, CHART, DATES, NOTES, ZOOM, Drawn, Page, pair, say
from mesodash.ui.plans import key

_TODAY_SHOWN = timedelta(days=92)
_WEEK = timedelta(days=6)
_ZOOM_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "two": 24, "five": 60}
_AFTERCARE_SHOWN = 190
_FOR_EACH_DAY = 55
"""Days that a chart shows at most, so that a window is no thinner than a line: in all, and for each day of its own."""
_FEW_NOTES = 4
_LATE = ("effect_fades", "loss_again", "fading", "fading_without_maintenance")
"""What comes after the full effect, whether a source dates it or not."""


def draw(page: Page) -> None:
    """Draw what is to be known of the dates, then the dates in the form that the reader chose."""
    page.piece(DATES, lambda: _draw(page), lambda: bool(page.drawn()))


def _draw(page: Page) -> None:
    now = page.now
    t = now.t
    if not page.drawn():
        return
    html.block(f"<h2>{say(now, 'dates')}</h2>")
    page.piece(NOTES, lambda: _notes(page), lambda: _noted(page))
    left, right = st.columns(2)
    with left:
        st.segmented_control(
            t("timeline.view"),
            plans.VIEWS,
            key=state.start_with("timeline.view", "chart"),
            format_func=lambda one: t(f"timeline.view.{one}"),
            required=True,
            on_change=page.redraw,
            args=(BODY,),
            persist_state="session",
        )
    with right:
        st.pills(
            t("timeline.horizon"),
            plans.HORIZONS,
            key=state.start_with(key("first", "horizon"), plans.HORIZON),
            format_func=lambda months: t("timeline.months", number=months),
            required=True,
            on_change=page.redraw,
            persist_state="session",
        )
    page.piece(BODY, lambda: _body(page), lambda: _as_drawn(page, "months", "table"))


def _as_drawn(page: Page, *views: str) -> object:
    """Return what some of the views show of the plans; nothing while another is chosen."""
    view = state.get("timeline.view")
    return (view, page.grounds(), plans.rows("timeline.own") if view == "months" else None) if view in views else None


def _body(page: Page) -> None:
    now = page.now
    view = state.get("timeline.view")
    if view == "table":
        for one in page.drawn():
            all_dates.draw(now, one)
    elif view == "months":
        month.draw(now, page.drawn())
    else:
        page.piece(ZOOM, lambda: _zoom(page), lambda: _offered(page))
        page.piece(CHART, lambda: _chart(page), lambda: _as_drawn(page, "chart"))


def _noted(page: Page) -> str:
    """Return what is to be known of sessions: moved, on a closed day or a Sunday, took place or was missed."""
    return page.made("notes", lambda: _notes_of(page))


def _notes_of(page: Page) -> str:
    now = page.now
    found = ""
    for one in page.drawn():
        against = {
            plans.event_title(now.t, one.timeline, session)
            for session in plans.sessions(one.timeline)
            if session.conflict is not None
        }
        lines = [
            pair(now, f"{'⚠ ' if title in against else ''}{title}, {now.t.day(day, 'full')}", words)
            for day, title, words in plans.told(now.t, one.timeline)
            if words is not None
        ]
        sundays = plans.on_sundays(now.t, one.timeline)
        if sundays is not None:
            lines.append(sundays)
        if lines:
            items = "".join(f"<li>{html.text(line)}</li>" for line in lines)
            head = say(now, "notes", count=len(lines), plan=board.name_of(now, one.timeline))
            unfolded = " open" if len(lines) <= _FEW_NOTES or one.timeline.conflicts else ""
            found += f"<details class='sources tl-notes'{unfolded}><summary>{head}</summary><ul>{items}</ul></details>"
    return found


def _notes(page: Page) -> None:
    html.block(_noted(page) or "<div></div>")


# The chart


def _offered(page: Page) -> tuple[str, ...]:
    """Return how much time may be shown: no more than is worked out."""
    if not page.drawn():
        return ()
    first, last = _all_time(page)
    return tuple(zoom for zoom in plans.ZOOMS if zoom in ("week", "all") or _window(zoom, first, 0)[1] <= last)


def _chosen_zoom(page: Page) -> str:
    zoom: str = state.get("timeline.zoom")
    return zoom if zoom in _offered(page) else "all"


def _all_time(page: Page) -> tuple[date, date]:
    """Return the first and the last day that the plans reach, from today on if they begin soon or have begun."""
    timelines = [one.timeline for one in page.drawn()]
    first = min(timeline.start for timeline in timelines)
    last = max(_end(timeline) for timeline in timelines)
    if first - _TODAY_SHOWN <= page.now.today <= last:
        first = min(first, page.now.today)
    return first, last


def _zoom(page: Page) -> None:
    """Draw the choice of how much time is shown."""
    state.start_with("timeline.zoom", "all")
    # More may have been chosen while more was worked out.
    state.put("timeline.zoom", _chosen_zoom(page))
    st.pills(
        page.now.t("timeline.zoom"),
        _offered(page),
        key="timeline.zoom",
        format_func=lambda one: page.now.t(f"timeline.zoom.{one}"),
        required=True,
        on_change=_take_zoom,
        args=(page,),
        persist_state="session",
    )


def _take_zoom(page: Page) -> None:
    state.put("timeline.step", 0)
    page.redraw(CHART)


def _chart(page: Page) -> None:
    now = page.now
    t = now.t
    drawn = page.drawn()
    first, last = _zoomed(now, _chosen_zoom(page), *_all_time(page))
    today = (now.today, t("timeline.today")) if first <= now.today <= last else None
    maintenance = [_maintenance_lanes(now, one) for one in drawn]
    shown = [_chart_plan(now, one, lanes, first, last) for one, lanes in zip(drawn, maintenance, strict=True)]
    figure = charts.over_months(
        shown,
        first=first,
        last=last,
        ticks=_ticks(now, first, last),
        today=today,
        theme=now.theme,
    )
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False, "scrollZoom": False},
        alt=" ".join(_alt(now, one, lanes) for one, lanes in zip(drawn, maintenance, strict=True)),
        key="timeline_months",
    )
    legend.months(now, shown, [one.timeline for one in drawn], charts.goes_on(figure))


def _end(timeline: Timeline) -> date:
    return max([timeline.horizon_end, *(session.date for session in plans.sessions(timeline))])


def _zoomed(now: Frame, zoom: str, first: date, last: date) -> tuple[date, date]:
    """Draw the buttons that move the part of the time that is shown; return its first and last day."""
    t = now.t
    if zoom == "all":
        return first, last
    steps = 0
    while steps < plans.MOST_STEPS and _window(zoom, first, steps + 1)[0] <= last:
        steps += 1
    step = min(state.get("timeline.step", 0), steps)
    begin, end = _window(zoom, first, step)
    # Beyond the last day that is worked out, an empty chart would look like the end of the treatment.
    cut = end > last and zoom != "week"
    end = max(min(end, last), begin + _WEEK) if cut else end
    with st.container(horizontal=True, vertical_alignment="center", key="timeline_steps"):
        board.earlier_later(now, "timeline", "timeline.step", step, steps)
        shown = t.days(begin, end)
        html.block(f"<p class='tl-day' role='status'>{html.text(shown)}</p>")
    if cut:
        ends = t("timeline.worked_out", day=t.day(last, "long"), horizon=t("timeline.horizon"))
        html.block(f"<p class='hint'>{html.text(ends)}</p>")
    return begin, end


def _window(zoom: str, first: date, step: int) -> tuple[date, date]:
    if zoom == "week":
        begin = first - timedelta(days=first.weekday()) + step * timedelta(days=7)
        return begin, begin + _WEEK
    months = _ZOOM_MONTHS[zoom]
    begin = months_later(first.replace(day=1), step * months)
    return begin, months_later(begin, months) - timedelta(days=1)


def _ticks(now: Frame, first: date, last: date) -> list[tuple[date, str]]:
    t = now.t
    days = (last - first).days
    if days > 70:
        return [(day, t.month(day).replace(" ", "<br>")) for day in charts.month_starts(first, last)]
    if days > 10:
        return [(day, t.day_month(day)) for day in (first + timedelta(days=7 * week) for week in range(days // 7 + 1))]
    every = [first + timedelta(days=day) for day in range(days + 1)]
    return [(day, f"{t.weekday(day.weekday(), 'abbreviated')}<br>{day.day}") for day in every]


def _chart_plan(now: Frame, one: Drawn, maintenance: list[charts.Lane], first: date, last: date) -> charts.Plan:
    t = now.t
    timeline = one.timeline
    course = plans.sessions(timeline, "course")
    lanes: list[charts.Lane] = []
    if course:
        stretch = charts.Stretch(first=course[0].date, last=course[-1].date, words=t("phase.course"), look="pale")
        lanes.append(
            charts.Lane(
                name=t("phase.course") if len(course) > 1 else plans.event_title(t, timeline, course[0]),
                detail=_course(now, timeline, course) + _says(now, plans.credited(now, one.settings, "sessions")),
                dots=tuple(_dot(now, timeline, session, "full") for session in course),
                stretch=stretch if len(course) > 1 else None,
            )
        )
    lanes += _booster_lanes(now, one)
    lanes += _aftercare_lanes(now, timeline, (last - first).days)
    lanes += maintenance
    points = board.results(timeline)
    for late in (False, True):
        lanes += [_milestone_lane(now, event, last) for event in points if (event.name in _LATE) == late]
        for undated in now.knowledge.protocols[timeline.protocol].undated:
            if (undated.name in _LATE) == late:
                name = t(f"milestone.{undated.name}")
                lanes.append(charts.Lane(name=name, detail="", unknown=t("timeline.undated")))
    return charts.Plan(
        name=board.name_of(now, timeline), detail=one.follows or "", option=timeline.option, lanes=tuple(lanes)
    )


def _says(now: Frame, ids: tuple[str, ...]) -> str:
    """Return who names the ends of a band, to be put after them; nothing where no source does."""
    return f" ({board.who(now, ids)})" if ids else ""


def _booster_lanes(now: Frame, one: Drawn) -> list[charts.Lane]:
    """Return a lane with an empty frame for the booster session that a source has and the plan does not."""
    said = plans.without_booster(now, one.settings)
    if not said:
        return []
    name, words = now.t("timeline.booster.name"), now.t("timeline.booster.left_out")
    return [charts.Lane(name=name, detail=_says(now, said).strip(), unknown=words)]


def _aftercare_lanes(now: Frame, timeline: Timeline, shown: int) -> list[charts.Lane]:
    """Return a lane for each rule with days whose windows are wide enough to be seen where `shown` days are."""
    lanes = []
    for rule in plans.rules_of(now, timeline.option):
        if rule.most_days is None or shown > max(_AFTERCARE_SHOWN, _FOR_EACH_DAY * rule.most_days):
            continue
        windows = tuple(
            charts.Window(first=event.begins, least=None if event.maybe_none else event.to_least, most=event.to_most)
            for event in board.aftercare(timeline)
            if event.rule == rule.id and event.to_most is not None
        )
        detail = board.days_after(now, rule) + _says(now, rule.sources)
        lanes.append(charts.Lane(name=now.t(f"aftercare.{rule.id}"), detail=detail, windows=windows))
    return lanes


def _maintenance_lanes(now: Frame, one: Drawn) -> list[charts.Lane]:
    """Return one lane, or two where a source gives a span: one for each of its ends; none without maintenance."""
    t = now.t
    timeline = one.timeline
    maintenance = plans.sessions(timeline, "maintenance")
    if not maintenance:
        return []
    said = _says(now, plans.credited(now, one.settings, "maintenance_months"))
    name = t("phase.maintenance")
    spans = plans.said_of_maintenance(now, one.settings)
    if spans:
        # The plan has one of the numbers that sources give; the others are said beside it.
        own = one.settings.maintenance_months or now.knowledge.protocols[timeline.protocol].maintenance_months or 0
        name = f"{name}, {_every(now, Decimal(own), Decimal(own))}"
        others = (_every(now, low, high) + _says(now, (claim,)) for low, high, claim in spans)
        said = f". {t('timeline.lane.sources', spans=t.parted(others))}"
    if plans.tapers(now, one.settings):
        said += f". {t('timeline.tapers').removesuffix('.')}"
    early = charts.Lane(
        name=name,
        detail=_several(now, maintenance) + said,
        dots=tuple(_dot(now, timeline, session, "hollow") for session in maintenance),
    )
    latest = [(session, session.latest.date) for session in maintenance if session.latest is not None]
    if not latest:
        return [early]
    protocol = now.knowledge.protocols[timeline.protocol]
    ends = [
        _every(now, Decimal(months or 0), Decimal(months or 0))
        for months in (protocol.maintenance_months, protocol.maintenance_latest_months)
    ]
    late = [(session, day) for session, day in latest if day <= timeline.horizon_end]
    lanes = [charts.Lane(name=f"{early.name}, {ends[0]}", detail=early.detail, dots=early.dots)]
    if late:
        dots = tuple(
            charts.Dot(
                day=day, words=pair(now, plans.event_title(t, timeline, session), t.day(day, "full")), look="hollow"
            )
            for session, day in late
        )
        detail = _count(now, [day for _, day in late]) + said
        lanes.append(charts.Lane(name=f"{early.name}, {ends[1]}", detail=detail, dots=dots))
    return lanes


def _course(now: Frame, timeline: Timeline, course: list[SessionEvent]) -> str:
    """Return the sessions of a course that have a day, and how many were missed and have none."""
    missed = timeline.course_sessions - len(course)
    if not missed:
        return _several(now, course)
    words = now.t(f"timeline.lane.missed{'.one' if missed == 1 else ''}", count=missed)
    return now.t.parted(part for part in (_several(now, course), words) if part)


def _every(now: Frame, low: Decimal, high: Decimal) -> str:
    """Return in words that something comes again each time after `low` to `high` months."""
    if high == 1:
        return now.t("timeline.lane.every.one")
    return now.t("timeline.lane.every", months=now.t.range(low, high))


def _several(now: Frame, events: list[SessionEvent]) -> str:
    return _count(now, [event.date for event in events])


def _count(now: Frame, days: list[date]) -> str:
    """Return how many days there are, with the first and the last."""
    t = now.t
    if len(days) < 2:
        return "".join(t.day(day) for day in days)
    return t("timeline.lane.sessions", count=len(days), days=t.days(days[0], days[-1]))


def _dot(now: Frame, timeline: Timeline, session: SessionEvent, look: str) -> charts.Dot:
    words = pair(now, plans.event_title(now.t, timeline, session), now.t.day(session.date, "full"))
    return charts.Dot(day=session.date, words=words, look=look)


def _milestone_lane(now: Frame, event: MilestoneEvent, last: date) -> charts.Lane:
    t = now.t
    words = plans.milestone_days(t, event)
    if event.earliest > last:
        words = t("timeline.lane.later", days=words)
    if limits(event, now.knowledge.claims):
        words = t("timeline.lane.disputed", days=words)
    name = t(f"milestone.{event.name}")
    detail = f"{words} ({board.who_dates(now, event.sources)})"
    touched = pair(now, name, detail)
    if event.about:
        stretch = charts.Stretch(first=event.earliest, last=event.latest, words=touched, look="about")
        return charts.Lane(name=name, detail=detail, stretch=stretch)
    if event.earliest == event.latest:
        dot = charts.Dot(day=event.earliest, words=touched, look="bar")
        return charts.Lane(name=name, detail=detail, dots=(dot,))
    return charts.Lane(
        name=name, detail=detail, stretch=charts.Stretch(first=event.earliest, last=event.latest, words=touched)
    )


def _alt(now: Frame, one: Drawn, maintenance: list[charts.Lane]) -> str:
    t = now.t
    timeline = one.timeline
    course = plans.sessions(timeline, "course")
    parts = [one.follows] if one.follows else []
    parts.append(pair(now, t("phase.course"), _course(now, timeline, course)))
    parts += [pair(now, lane.name, lane.unknown) for lane in _booster_lanes(now, one)]
    parts += [pair(now, lane.name, lane.detail) for lane in maintenance]
    parts += [
        pair(now, plans.milestone_words(now, event), plans.milestone_days(t, event))
        + (f" ({board.who_dates(now, event.sources)})" if board.is_result(event) else "")
        for event in timeline.events
        if event.kind == "milestone"
    ]
    parts += [
        pair(now, t("milestone." + undated.name), t("timeline.undated"))
        for undated in now.knowledge.protocols[timeline.protocol].undated
    ]
    return f"{board.name_of(now, timeline)}. " + t.parted(part.removesuffix(".") for part in parts) + "."
