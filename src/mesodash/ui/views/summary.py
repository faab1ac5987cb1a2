"""The consultation on one page, to be printed by the browser or saved."""

from __future__ import annotations

import streamlit as st

from mesodash.domain import asking
from mesodash.domain.answers import NOT_KNOWN
from mesodash.domain.timeline import SessionEvent, Timeline
from mesodash.errors import MesodashError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import OPTIONS, OptionId
from mesodash.paths import PAGES
from mesodash.ui import estimates, plans, progress, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import counting, decision, html, outcomes, priorities, saved, settling
from mesodash.ui.planning import board, life, own
from mesodash.ui.views import costs_words

_MAINTENANCE = 3
"""So many maintenance sessions to come stand with their days; the others follow in one line."""


def show(now: Frame) -> None:
    """Draw what was said, what is open, what the sources list, the plan, the costs and what to ask."""
    t = now.t
    html.block(
        f"<h1>{html.text(t('summary.title'))}</h1><p>{html.text(t('summary.lead', date=t.day(now.today, 'long')))}</p>"
        f"<div class='jumps take'><ul><li>{_print(t)}</li>"
        f"<li><a href='#summary-take'>↓ {html.text(t('summary.take'))}</a></li></ul></div>"
    )
    html.print_on_tap()
    _unknown(now)
    html.block(f"<h2>{html.text(t('summary.outcomes'))}</h2><p>{html.text(t('check.result_lead'))}</p>")
    outcomes.cards(now)
    decision.on_summary(now)
    planned = _plan(now)
    _costs(now)
    asked = asking.to_ask(now.knowledge, now.answers, decision.near(now) | planned)
    html.block(
        f"<h2>{html.text(t('summary.ask'))}</h2><ul class='to-ask'>"
        + "".join(
            f"<li>{html.text(one)}</li>" for one in (*decision.questions(now), *(t(f"to_ask.{name}") for name in asked))
        )
        + "</ul>"
    )
    _answers(now)
    html.block(
        f"<div class='take'><h2 id='summary-take' tabindex='-1'>{html.text(t('summary.take'))}</h2>"
        f"<p>{html.text(t('summary.print'))}</p><div class='jumps'>{_print(t)}</div></div>"
    )
    saved.offer(now)


def _print(t: Words) -> str:
    return f"<button type='button' class='print-now'>{html.text(t('summary.print.now'))}</button>"


def _unknown(now: Frame) -> None:
    """Draw what is not known, first what would settle something; the three ways of not knowing stay apart."""
    t = now.t
    apply, _ = progress.asked(now)
    unknown = [name for name in apply if now.answers.get(name) in (None, *NOT_KNOWN)]
    first = [name for name in now.assessment.settle_next if name in unknown]
    named = [name for name in outcomes.not_known(now) if name in unknown and name not in first]
    rest = [name for name in unknown if name not in (*first, *named)]
    html.block(f"<h2>{html.text(t('summary.unknown'))}</h2>")
    if not unknown:
        html.block(f"<p>{html.text(t('summary.unknown_none'))}</p>")
    for kind, tag, names in (("first", "ol", first), ("named", "ul", named), ("rest", "ul", rest)):
        if names:
            items = "".join(f"<li>{html.text(_not_known(now, name))}</li>" for name in names)
            title = html.text(t(f"summary.unknown_{kind}"))
            html.block(f"<p class='ask'>{title}</p><{tag} class='two'>{items}</{tag}>")


def _not_known(now: Frame, name: str) -> str:
    said = now.answers.get(name)
    words = now.t(f"answer.{said}") if said in NOT_KNOWN else now.t("answer.not_answered")
    return now.t("pair", name=now.t("short." + name), value=words)


def _answers(now: Frame) -> None:
    t = now.t
    html.block(f"<h2>{html.text(t('summary.answers'))}</h2>")
    patient, settled = state.patient(), state.settled(now.answers)
    apply, _ = progress.asked(now)
    touched = [name for name in apply if settling.is_touched(now, patient, settled.get(name), name)]
    alone = [name for name in apply if now.answers.get(name) not in (None, *NOT_KNOWN) and name not in touched]
    if not alone and not touched:
        html.block(f"<p>{html.text(t('summary.answers_none'))}</p>")
        return
    if touched:
        items = "".join(
            f"<li>{html.text(settling.given(now, name))}{settling.beside(now, patient, settled.get(name), name)}</li>"
            for name in touched
        )
        html.block(f"<p class='ask'>{html.text(t('summary.settled'))}</p><ul class='said-settled'>{items}</ul>")
    if alone:
        lead = "" if patient is None else f"<p class='ask'>{html.text(settling.when(now, patient))}</p>"
        items = "".join(f"<li>{html.text(outcomes.given(now, name, now.answers[name]))}</li>" for name in alone)
        html.block(f"{lead}<ul class='two said-alone'>{items}</ul>")


def _plan(now: Frame) -> frozenset[OptionId]:
    """Draw each plan, then what is kept free, what the reader means to do, and where that meets a plan.

    Returns:
        The options that there is a plan for.
    """
    t = now.t
    html.sheet("timeline")
    html.block(f"<h2>{html.text(t('summary.plan'))}</h2>")
    drawn = []
    for which in plans.PLANS:
        try:
            plan = plans.current(now, which)
        except MesodashError as error:
            html.block(f"<p>{html.text(fault(t, error))}</p>")
            plan = None
        if plan is not None:
            drawn.append((which, plan))
    for which, plan in drawn:
        _dates(now, which, plan, number=len(drawn) > 1)
    if not drawn:
        html.block(f"<p>{html.text(t('summary.plan_none'))}</p>")
        st.page_link(str(PAGES / "timeline.py"), label=t("summary.to_timeline"))
    kept = life.summary(now)
    if drawn and kept:
        html.block(f"<p>{html.text(kept)}</p>")
    mine = own.entries(now)
    if mine:
        items = "".join(f"<li>{html.text(one)}</li>" for one in mine)
        html.block(f"<h3>{html.text(t('summary.mine'))}</h3><ul>{items}</ul>")
    for words in filter(None, (own.against(now, one)[0] for _, one in drawn)):
        html.block(f"<div class='tl-against'>{words}</div>")
    return frozenset(one.option for _, one in drawn)


def _dates(now: Frame, which: plans.Which, plan: Timeline, *, number: bool) -> None:
    """Draw the dates of one plan with what is to be known of its sessions, and above them after what it begins.

    Args:
        number: Say which plan it is; what is said of it elsewhere names it so.
    """
    t = now.t
    late = {each.date: plans.latest_words(t, each, plan.horizon_end) for each in plans.sessions(plan)}
    alike = _alike(now, plan)
    left_out = {plans.event_title(t, plan, each) for each in alike}
    rows = [
        (day, _row(t.day(day, "full"), "<br>".join(html.text(line) for line in (title, words, late.get(day)) if line)))
        for day, title, words in plans.told(t, plan)
        if title not in left_out
    ]
    if alike:
        rows.append((alike[0].date, f"<tr><td colspan='2'>{html.text(_then(now, which, plan, alike))}</td></tr>"))
    # The sort is stable: a session stands before what follows from it on its day.
    rows += [
        (
            event.earliest,
            _row(plans.milestone_days(t, event, "full"), html.text(plans.milestone_words(now, event))),
        )
        for event in plan.events
        if event.kind == "milestone"
    ]
    body = "".join(row for _, row in sorted(rows, key=lambda row: row[0]))
    follows = plans.follows(now, which)
    sundays = plans.on_sundays(t, plan)
    which_plan = html.text(t(f"timeline.plan.{which}")) if number else ""
    name = html.text(board.name_of(now, plan))
    # The table's name is the plan's alone; what is to be known of it stands in the caption.
    html.block(
        f"<table class='plain' aria-label='{f'{which_plan}. ' if number else ''}{name}'>"
        f"<caption>{f'{which_plan}<br>' if number else ''}{name}"
        f"{'' if follows is None else f'<br>{html.text(follows)}'}"
        f"{outcomes.against(now, plan.option, 'summary.check', checks=True)}</caption>"
        f"<thead><tr><th scope='col'>{html.text(t('summary.date'))}</th><th scope='col'>{html.text(t('summary.what'))}"
        f"</th></tr></thead><tbody>{body}</tbody></table>{'' if sundays is None else f'<p>{html.text(sundays)}</p>'}"
        f"{_booster(now, which)}{_after(now, plan.option)}"
    )


def _booster(now: Frame, which: plans.Which) -> str:
    chosen = plans.settings(now, which)
    said = "" if chosen is None else board.booster(now, chosen)
    return f"<p>{said}</p>" if said else ""


def _row(days: str, what: str) -> str:
    return f"<tr><td>{html.text(days)}</td><td>{what}</td></tr>"


def _alike(now: Frame, plan: Timeline) -> list[SessionEvent]:
    """Return the maintenance sessions that one line tells: those after the next few of which nothing else is known."""
    to_come = [
        each
        for each in plans.sessions(plan, "maintenance")
        if each.date >= now.today and not (each.done or each.by_hand or each.conflict)
    ]
    rest = to_come[_MAINTENANCE:]
    return rest if len(rest) > 1 else []


def _then(now: Frame, which: plans.Which, plan: Timeline, alike: list[SessionEvent]) -> str:
    """Return how often maintenance goes on after the sessions with their days, and until which month."""
    t = now.t
    protocol, chosen = now.knowledge.protocols[plan.protocol], plans.settings(now, which)
    own = None if chosen is None else chosen.maintenance_months
    low = own or protocol.maintenance_months or 1
    high = own or protocol.maintenance_latest_months or low
    words = t("summary.then", every=costs_words.count(t, "every", low, high), month=t.month_year(alike[-1].date))
    return f"{words} {t('timeline.tapers')}" if chosen is not None and plans.tapers(now, chosen) else words


def _after(now: Frame, option: OptionId) -> str:
    """Return what sources say of the days after a session of an option, with who says it."""
    lines = []
    for rule in plans.rules_of(now, option):
        said = board.pair(now, now.t(f"aftercare.{rule.id}"), board.days_after(now, rule))
        lines.append(f"<li>{html.text(said)}. {board.says(now, rule.sources)}.</li>")
    return f"<p>{html.text(now.t('summary.after'))}</p><ul>{''.join(lines)}</ul>" if lines else ""


def _origin(now: Frame, option: OptionId) -> str:
    """Return where the price of a sum is from."""
    price = estimates.reading(now, option).price
    origin = "own" if price is None else price.origin
    where = now.t(f"region.{estimates.region(now)}") if origin == "published" else ""
    return now.t(f"summary.origin.{origin}", region=where)


def _costs(now: Frame) -> None:
    t = now.t
    years = estimates.horizon_years(now)
    caption = t("summary.costs_caption.one") if years == 1 else t("summary.costs_caption.many", years=years)
    rows = []
    sums = {option: estimates.for_option(now, option) for option in OPTIONS}
    alone = estimates.of_course_alone(now, OPTIONS)
    for option, estimate in sums.items():
        words = (
            t("summary.open", why=counting.still_open(now, option))
            if estimate is None
            else counting.amount(now, estimate)
        )
        if estimate is not None:
            words = t("summary.from", name=counting.counted(now, option, words), origin=_origin(now, option))
        rows.append(
            f"<tr><th scope='row'>{html.text(t('option.' + option))}</th><td>{html.text(words)}"
            f"{outcomes.against(now, option, 'summary.check', checks=True)}</td></tr>"
        )
    notes = costs_words.course_alone(t, alone)
    notes += [line for option, one in sums.items() if one is not None for line in costs_words.differing(now, option)]
    currencies = priorities.currencies(sums.values())
    if len(currencies) > 1:
        notes.insert(0, t("summary.currencies", currencies=t.list(currencies)))
    html.block(
        f"<h2>{html.text(t('summary.costs'))}</h2><table class='plain'>"
        f"<caption>{html.text(caption)}</caption>"
        f"<thead><tr><th scope='col'>{html.text(t('summary.option'))}</th>"
        f"<th scope='col'>{html.text(t('summary.range'))}</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        + "".join(f"<p>{html.text(note)}</p>" for note in notes)
    )
    st.page_link(str(PAGES / "costs.py"), label=t("summary.to_costs"))
