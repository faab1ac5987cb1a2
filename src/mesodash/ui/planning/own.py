"""What the reader means to do, where that falls into the days after a session, and first days that avoid it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from mesodash.domain.collisions import (
    ACTIVITIES,
    Activity,
    BetterStart,
    Collision,
    better_starts,
    collisions,
    spoken_of,
)
from mesodash.domain.timeline import Timeline
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.folds import fold
from mesodash.ui.planning import board, settings
from mesodash.ui.planning.board import OWN, Drawn, Page
from mesodash.ui.planning.life import drop_entry, entry_days, entry_fault, entry_name, read_entry
from mesodash.ui.plans import Which

_PLACE = "timeline.own"
_LIST = "tl-mine"


def draw(page: Page) -> None:
    """Draw the reader's own plans, closed at first, and beneath, always, what collides."""
    page.piece(OWN, lambda: _draw(page), lambda: _rests_on(page))


def _rests_on(page: Page) -> object:
    """Return what is shown here of the dates: nothing where nobody can see it."""
    if _is_looked_at(page):
        return page.grounds()
    return {one.timeline.option for one in page.drawn()} if state.get("timeline.own.open", False) else None


def _draw(page: Page) -> None:
    part = fold(page.now.t("timeline.mine"), "timeline.own.open", page.redraw, OWN)
    if part is not None:
        with part:
            _entries(page)
    if _is_looked_at(page):
        for one in page.drawn():
            _against(page, one)
    board.arrive()


def _is_looked_at(page: Page) -> bool:
    """Return whether there is something that a session can meet, or one that found no free day."""
    return bool(plans.may_collide() or any(plans.not_free(one.timeline) for one in page.drawn()))


def entries(now: Frame) -> list[str]:
    """Return the reader's own plans in words."""
    return [_entry(now, row["activity"], row["name"], row["first"], row["last"]) for row in plans.rows(_PLACE)]


def _entry(now: Frame, activity: Activity, name: str, first: date, last: date) -> str:
    t = now.t
    what = t(f"timeline.mine.{activity}")
    if name:
        what = name if activity == "kept_free" else t("timeline.named_days", name=what, days=name)
    return t("timeline.mine.entry", what=what, days=t.days(first, last))


def _entries(page: Page) -> None:
    now = page.now
    t = now.t
    html.block(f"<p id='{_LIST}' tabindex='-1'>{board.say(now, 'mine.hint')}</p>")
    for position, words in enumerate(entries(now)):
        with st.container(horizontal=True, vertical_alignment="center"):
            html.block(f"<p class='tl-entry'>{html.text(words)}</p>")
            st.button(
                t("timeline.entry.remove"),
                key=f"timeline.own.drop.{position}",
                on_click=_drop,
                args=(page, position),
                icon=":material/close:",
            )
    activity = f"timeline.own.activity.{state.get('timeline.own.turn', 0)}"
    st.pills(
        t("timeline.mine.activity"),
        list(ACTIVITIES),
        key=activity,
        format_func=lambda one: t(f"timeline.mine.{one}"),
    )
    keys = entry_days(now, _PLACE)
    name = entry_name(now, _PLACE)
    st.button(t("timeline.mine.add"), key="timeline.own.add", on_click=_add, args=(page, activity, keys, name))
    entry_fault(now, _PLACE)
    longest = {plans.unstated_days(plans.rules_of(now, one.timeline.option)) for one in page.drawn()}
    st.number_input(
        t("timeline.unstated"),
        min_value=0,
        max_value=plans.MOST_TOLERANCE,
        step=1,
        key=state.start_with("timeline.unstated", max(longest, default=plans.UNSTATED)),
        on_change=page.redraw,
        args=(OWN,),
        persist_state="session",
    )
    html.block(f"<p class='hint'>{board.say(now, 'unstated.hint')}</p>")


def _add(page: Page, activity: str, keys: tuple[str, str], name: str) -> None:
    chosen = state.get(activity)
    if chosen is None:
        state.put(f"{_PLACE}.fault", "activity")
    elif (row := read_entry(_PLACE, keys, name)) is not None:
        rows = [*plans.rows(_PLACE), {"activity": chosen, **row}]
        state.put(_PLACE, sorted(rows, key=lambda one: one["first"]))
    page.redraw(OWN)


def _drop(page: Page, position: int) -> None:
    drop_entry(_PLACE, position)
    state.move_to(_LIST)
    page.redraw(OWN)


def against(now: Frame, timeline: Timeline) -> tuple[str, int]:
    """Return as markup what collides with what the reader plans or keeps free, with the sources, and how often.

    Sessions that found no free day count too. What no rule speaks of is named: of that nobody can say that it does not
    collide.
    """
    t = now.t
    name = board.name_of(now, timeline)
    rules = plans.rules_of(now, timeline.option)
    own = [one.plan for one in plans.may_collide()]
    unchecked = [one for one in own if not spoken_of(one, rules)]
    found = collisions(plans.sessions(timeline), own, rules, unstated_days=plans.unstated_days(rules))
    stuck = plans.not_free(timeline)
    words = ""
    if stuck:
        named = [
            t("timeline.mine.entry", what=plans.event_title(t, timeline, each), days=t.day(each.date)) for each in stuck
        ]
        words = f"<p class='tl-beside'>⚠ {board.say(now, 'mine.stuck', plan=name, sessions='; '.join(named))}</p>"
    if found:
        items = "".join(f"<li>{_collision(now, timeline, each)}</li>" for each in found)
        words += (
            f"<p class='tl-beside'>⚠ {board.say(now, 'mine.found', count=len(found), plan=name)}</p><ul>{items}</ul>"
        )
    if unchecked:
        kinds = dict.fromkeys(t(f"timeline.mine.{one.activity}") for one in unchecked)
        what = t.list([t("quoted", text=one) for one in kinds])
        words += f"<p>? {board.say(now, 'mine.no_rules', plan=name, what=what)}</p>"
    if not found and len(unchecked) < len(own):
        free = board.say(now, "mine.free.rest" if words else "mine.free", plan=name)
        words += f"<p>{free}</p>" if words else f"<p>✓ {free}</p>"
    return words, len(found) + len(stuck)


def _against(page: Page, one: Drawn) -> None:
    """Draw what collides with the plans, and the nearest first days that avoid it."""
    now = page.now
    words, count = against(now, one.timeline)
    if not words:
        return
    if plans.not_free(one.timeline):
        most = state.get("timeline.tolerance", plans.TOLERANCE)
        words += f"<p>{board.say(now, 'mine.stuck.hint', days=most, life=now.t('timeline.life'))}</p>"
    html.block(f"<div class='tl-against' role='status' id='{_outcome(one.which)}' tabindex='-1'>{words}</div>")
    if not count:
        return
    if one.timeline.missed or any(session.done or session.by_hand for session in plans.sessions(one.timeline)):
        html.block(f"<p>{board.say(now, 'mine.begun')}</p>")
        return
    if one.follows is not None:
        html.block(f"<p>{board.say(now, 'mine.follows')}</p>")
        return
    rules = plans.rules_of(now, one.timeline.option)
    starts = better_starts(
        now.knowledge.protocols[one.timeline.protocol],
        plans.wishes(one.settings),
        rules,
        [each.plan for each in plans.may_collide()],
        unstated_days=plans.unstated_days(rules),
        earliest=min(now.today, one.timeline.start),
    )
    if not starts:
        html.block(f"<p>{board.say(now, 'mine.none')}</p>")
    with st.container(horizontal=True, key=f"timeline_better_{one.which}"):
        for better in starts:
            st.button(
                _better_words(now, better),
                key=f"timeline.better.{one.which}.{'earlier' if better.days < 0 else 'later'}",
                on_click=_take_better,
                args=(page, one.which, better.start),
                icon=":material/event_available:",
            )


def _outcome(which: Which) -> str:
    return f"tl-against-{which}"


def _take_better(page: Page, which: Which, day: date) -> None:
    state.move_to(_outcome(which))
    settings.keep_days_of_others(page, which)
    settings.set_start(page, which, day)


def _better_words(now: Frame, better: BetterStart) -> str:
    t = now.t
    words = t(
        f"timeline.better.{'earlier' if better.days < 0 else 'later'}{'.one' if abs(better.days) == 1 else ''}",
        days=abs(better.days),
        day=t.day(better.start, "full"),
    )
    left = t("timeline.better.free") if better.left == 0 else t("timeline.better.left", count=better.left)
    return board.pair(now, words, left)


def _collision(now: Frame, timeline: Timeline, found: Collision) -> str:
    t = now.t
    session = next(each for each in plans.sessions(timeline) if each.index == found.session)
    own = plans.may_collide()[found.position]
    what = t(
        "timeline.mine.on_day" if found.day else "timeline.mine.same_day",
        plan=_entry(now, own.plan.activity, own.name, own.plan.first, own.plan.last),
        day=found.day,
        session=plans.event_title(t, timeline, session),
        date=t.day(session.date, "full"),
    )
    rule = t("aftercare." + found.rule.id)
    who = board.who(now, found.rule.sources)
    if found.rule.id == "days_off":
        why = t(f"timeline.mine.off.{found.reading}", rule=rule, days=board.days_after(now, found.rule), who=who)
    elif found.rule.least_days is None or found.rule.most_days is None:
        why = t("timeline.mine.unstated", rule=rule, who=who)
    else:
        span = t.range(found.rule.least_days, found.rule.most_days)
        why = t(f"timeline.mine.{found.reading}", rule=rule, days=span, who=who)
    claims = html.text(" ".join(found.rule.sources))
    return f"{html.text(what)}<br><span class='tl-why' data-claim='{claims}'>{html.text(why)}</span>"
