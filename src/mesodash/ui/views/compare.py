"""The options side by side, in equal detail."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from mesodash.domain import comparison
from mesodash.domain.priorities import overlapping
from mesodash.knowledge.records import (
    ALL_OPTIONS,
    CONTEXT_OPTIONS,
    EFFECT_PARTS,
    OPTIONS,
    Claim,
    EffectPart,
    EffectSpan,
    OptionId,
)
from mesodash.paths import PAGES
from mesodash.reports.comparison import because
from mesodash.ui import access, estimates, state
from mesodash.ui.charts import effects
from mesodash.ui.frame import Frame, kept_for_everyone
from mesodash.ui.palette import COLOURS, PAGE
from mesodash.ui.parts import decision, html, icons, outcomes, priorities, statements

_CONTEXT = "compare.context"
DIFFERENCES = "compare.differences"
PAIR = "compare.pair"
_PAIR_BEFORE = "compare.pair.before"
_OPEN = "compare.open"
_OPEN_TAPPED = "compare.open.tapped"
_CHART_BEFORE = "first_result"
"""The row before which the chart stands: it sums up this row and the next two."""

_MANY, _MOST = 4, 5
"""More options than so many have their sentences under each other on an upright tablet, on any screen; figures not."""
_SHOWN, _RESULT = "compare_shown", "compare_result"
"""Fragments that are drawn again where a tap beside them changes them."""


def show(now: Frame) -> None:
    """Draw the decision, what the check says, what matters to the person, every row, and where the decision stands.

    Every option is drawn once; which of those for context are seen is a matter of style, so that switching one on or
    off draws no row again.
    """
    # Rows scroll by under the heads, so they have the page's colour behind them.
    html.sheet("compare")
    html.style(f".st-key-compare-heads {{ background: {PAGE[now.theme]}; }}")
    t = now.t
    html.block(
        f"<h1>{html.text(t('compare.title'))}</h1><p class='compare-lead'>{html.text(t('compare.decision'))}</p>"
        f"<p>{html.text(t('compare.lead'))}</p>"
    )
    html.block(_strip(now))
    if not now.answers:
        st.page_link(PAGES / "check.py", label=t("compare.to_check"), icon=":material/arrow_forward:")
    known = priorities.known(now)
    _before(now)
    _context(now)
    html.block(priorities.glance_lead(now))
    with st.container(key="compare-heads"):
        html.block(_heads(now))
    html.block(priorities.glance(known))
    html.block(priorities.lead(now))
    _priorities(known)
    html.block(
        f"<h2 id='compare-rows' tabindex='-1'>{html.text(t('compare.all_rows'))}</h2>"
        f"<p>{html.text(t('compare.all_rows_lead'))}</p>"
    )
    _selection(known)
    _open_all(now)
    _rows(known)
    _after(now)


def _options() -> tuple[OptionId, ...]:
    """Return the options that are shown now, in their fixed order."""
    chosen = state.get(_CONTEXT, [])
    return tuple(option for option in ALL_OPTIONS if option in OPTIONS or option in chosen)


def _strip(now: Frame) -> str:
    """Return what the check says per option."""
    t = now.t
    cells = "".join(
        f"<li style='border-top-color:{COLOURS[now.theme][option]}' data-option='{option}' data-outcome='{outcome}'>"
        f"<span class='compare-name'>{html.icon(option)}{html.text(t.breakable(t('option.' + option)))}</span>"
        f"<span class='compare-outcome'><span class='symbol' aria-hidden='true'>{outcomes.SYMBOLS[outcome]}</span>"
        f"{html.text(t('outcome.' + outcome))}</span></li>"
        for option in OPTIONS
        for outcome in (now.assessment.options[option].outcome,)
    )
    return (
        f"<section class='compare-strip' aria-label='{html.text(t('compare.strip'))}'>"
        f"<p>{html.text(t('compare.strip'))}</p><ul>{cells}</ul></section>"
    )


def _heads(now: Frame) -> str:
    """Return the names of the columns in one line that stays in sight, each with the sign of what the check says.

    A screen reader has the names in the table and on the cards, and what the check says in words above.
    """
    t = now.t
    found = now.assessment.options
    signs = {
        option: f"<span class='symbol'>{outcomes.SYMBOLS[found[option].outcome]}</span>" if option in found else ""
        for option in ALL_OPTIONS
    }
    cells = "".join(
        f"<li style='border-top-color:{COLOURS[now.theme][option]}' data-option='{option}'>{sign}"
        f"<span>{html.text(t.breakable(t('option.' + option)))}</span></li>"
        for option, sign in signs.items()
    )
    return f"<ul class='compare-heads' aria-hidden='true'>{cells}</ul>"


@access.fragment()
def _before(now: Frame) -> None:
    decision.ask_before(now)


@access.fragment()
def _context(now: Frame) -> None:
    t = now.t
    st.pills(
        t("compare.context"),
        CONTEXT_OPTIONS,
        selection_mode="multi",
        key=state.start_with(_CONTEXT, []),
        format_func=lambda option: t(f"option.{option}"),
        on_change=lambda: st.rerun([_SHOWN, _RESULT]),
        persist_state="session",
    )
    html.block(f"<p class='hint'>{html.text(t('compare.context_hint'))}</p>")


@access.fragment()
def _priorities(known: priorities.Known) -> None:
    priorities.ask(known.now, lambda: st.rerun([_RESULT]), lambda: _result(known))


@access.fragment(_RESULT)
def _result(known: priorities.Known) -> None:
    priorities.result(known, _options())


@access.fragment(_SHOWN)
def _selection(known: priorities.Known) -> None:
    """Draw which rows and, on a phone, which two options are wanted; the browser hides the others."""
    now, t, options = known.now, known.now.t, _options()
    st.toggle(t("compare.differences"), key=state.start_with(DIFFERENCES, False), persist_state="session")
    html.block(f"<p class='hint'>{html.text(t('compare.differences_hint'))}</p>")
    with st.container(key="compare-pair"):
        wanted = [option for option in state.get(PAIR, list(OPTIONS[:2])) if option in options]
        state.put(PAIR, wanted)
        st.pills(
            t("compare.pair"),
            options,
            selection_mode="multi",
            key=PAIR,
            format_func=lambda option: t(f"option.{option}"),
            on_change=_two_at_most,
            persist_state="session",
        )
        html.block(f"<p class='hint'>{html.text(t('compare.pair_hint'))}</p>")
    same = [now.knowledge.criteria[one.criterion].row for one in known.measures(options) if overlapping(one)]
    hidden = same if state.get(DIFFERENCES, False) else []
    if state.get(DIFFERENCES, False):
        names = t.quoted([t(f"row.{row}") for row in hidden])
        words = t("compare.left_out", rows=names) if hidden else t("compare.left_out_none")
        html.block(f"<p class='compare-left-out' role='status'>{html.text(words)}</p>")
    html.style(_hiding(options, hidden, wanted))
    if len(options) > _MANY:
        html.sheet("listed", media=f"(min-width: 701px){'' if len(options) > _MOST else ' and (max-width: 1100px)'}")
    else:
        # A style that a fragment no longer draws stays on the page until another takes its place.
        html.style(":root {}")


def _hiding(options: Sequence[OptionId], rows: Sequence[str], pair: Sequence[OptionId]) -> str:
    """Return the style sheet that says how many columns there are and leaves out what is not wanted now.

    Args:
        options: Those that are shown at all.
        rows: Those to leave out.
        pair: The options beside each other on a phone; all if there is none.
    """
    out = [f"[data-row='{row}']" for row in rows]
    out.append("[data-needs]" + "".join(f":not([data-needs~='{option}'])" for option in options))
    for place, option in enumerate(ALL_OPTIONS, start=2):
        if option not in options:
            out += [f"[data-option='{option}']", f".compare-glance .cards tr > :nth-child({place})"]
    css = f":root {{ --options: {len(options)}; }}"
    css += f"{', '.join(out)} {{ display: none !important; }}"
    alone = "".join(f":not([data-option='{option}'])" for option in pair)
    if alone:
        css += f"@media (max-width: 700px) {{ .compare-grid > li{alone} {{ display: none; }} }}"
    return css


def _two_at_most() -> None:
    """Let the two latest taps count."""
    before = state.get(_PAIR_BEFORE, list(OPTIONS[:2]))
    chosen = list(state.get(PAIR, []))
    order = [one for one in before if one in chosen] + [one for one in chosen if one not in before]
    state.put(PAIR, order[-2:])
    state.put(_PAIR_BEFORE, order[-2:])


@access.fragment()
def _open_all(now: Frame) -> None:
    """Ask whether all rows are to be open; a tap opens them in the browser, a full run draws them open."""
    key = state.start_with(_OPEN, False)
    st.toggle(
        now.t("compare.open_all"), key=key, on_change=lambda: state.put(_OPEN_TAPPED, True), persist_state="session"
    )
    if state.take(_OPEN_TAPPED):
        html.open_all("details:is(.compare-row, .icons-fold)", is_open=state.get(_OPEN, False))


def _rows(known: priorities.Known) -> None:
    """Draw every row, those that this person's answers make matter first, and the chart of months."""
    now = known.now
    rows = comparison.personal_first(comparison.compare(now.knowledge, now.answers, ALL_OPTIONS))
    place = next((place for place, row in enumerate(rows) if row.id == _CHART_BEFORE), len(rows))
    html.block(
        _legend_of_marks(now, rows)
        + "".join(_row(now, row) for row in rows[:place])
        + _chart(now)
        + "".join(_row(now, row) for row in rows[place:])
        + _cost(known)
        + icons.section(now, ALL_OPTIONS, is_open=bool(state.get(_OPEN, False)))
    )
    with st.container(horizontal=True, key="compare-next"):
        st.page_link(PAGES / "costs.py", label=now.t("compare.to_costs"), icon=":material/arrow_forward:")
        st.page_link(PAGES / "timeline.py", label=now.t("compare.to_timeline"), icon=":material/arrow_forward:")


def _after(now: Frame) -> None:
    _sure_after(now)
    _lean(now)
    _missing(now)


@access.fragment()
def _sure_after(now: Frame) -> None:
    decision.ask_after(now)


@access.fragment()
def _lean(now: Frame) -> None:
    decision.ask_leaning(now)


@access.fragment()
def _missing(now: Frame) -> None:
    decision.ask_missing(now)


def _legend_of_marks(now: Frame, rows: Sequence[comparison.Row]) -> str:
    if not any(row.answers for row in rows):
        return ""
    return (
        "<p class='hint'><span class='compare-mark' aria-hidden='true'></span> "
        f"{html.text(now.t('compare.marked_legend'))}</p>"
    )


def _mark(now: Frame) -> str:
    return (
        f"<span class='compare-mark' aria-hidden='true'></span>"
        f"<span class='compare-hidden'>{html.text(now.t('compare.marked'))} </span>"
    )


def _section(now: Frame, name: str, title: str, because: str | None, body: str) -> str:
    t = now.t
    matters = (
        f"<p class='compare-because'><span class='compare-mark' aria-hidden='true'></span>"
        f"<span><strong>{html.text(t('compare.matters'))}</strong> {html.text(because)}</span></p>"
        if because
        else ""
    )
    back = f"<p class='compare-back'><a href='#compare-rows'>↑ {html.text(t('compare.back'))}</a></p>"
    head = f"<h3 id='compare-{name}-title'>{_mark(now) if because else ''}{html.text(title)}</h3>"
    classes = f"compare-row{' compare-marked' if because else ''}"
    # The target of links lies inside, because the browser opens a fold that holds it.
    inside = f"<div id='compare-{name}' tabindex='-1'>{matters}{body}{back}</div>"
    if name == "chart":
        named = "aria-labelledby='compare-chart-title'"
        return f"<section class='{classes}' data-row='chart' {named}>{head}{inside}</section>"
    is_open = " open" if because or state.get(_OPEN, False) else ""
    stays = " data-stays" if because else ""
    return f"<details class='{classes}' data-row='{name}'{stays}{is_open}><summary>{head}</summary>{inside}</details>"


def _row(now: Frame, row: comparison.Row) -> str:
    # What is said because of somebody's answers is not kept for everyone.
    draw = _cards if any(cell.own for cell in row.cells) else _same_cards
    return _section(now, row.id, now.t(f"row.{row.id}"), because(now.t, row), draw(now, row.cells))


@kept_for_everyone
def _same_cards(now: Frame, cells: tuple[comparison.Cell, ...]) -> str:
    return _cards(now, cells)


def _cards(now: Frame, cells: tuple[comparison.Cell, ...]) -> str:
    """Return a card per option with what is said about it in one row."""
    cards = "".join(_card(now, cell.option, _cell(now, cell)) for cell in cells)
    # Long words break in narrow cards, in the statements too.
    return f"<ul class='compare-grid'>{now.t.breakable(cards)}</ul>"


def _card(now: Frame, option: OptionId, body: str) -> str:
    return (
        f"<li class='compare-card' data-option='{option}' style='border-top-color:{COLOURS[now.theme][option]}'>"
        f"<h4>{html.icon(option)}{html.text(now.t.breakable(now.t('option.' + option)))}</h4>{body}</li>"
    )


def _cell(now: Frame, cell: comparison.Cell) -> str:
    said = "".join(statements.statement(now, claim) for claim in cell.claims)
    return said or f"<p class='compare-empty'>{html.text(now.t('no_source'))}</p>"


def _cost(known: priorities.Known) -> str:
    now, t = known.now, known.now.t
    years = estimates.horizon_years(now)
    over = t("compare.cost.one_year") if years == 1 else t("compare.cost.years", years=years)
    cards = []
    for option in ALL_OPTIONS:
        amount = known.amount(option)
        if amount is None:
            body = f"<p class='compare-empty'>{html.text(_no_sum(known, option))}</p>"
        else:
            body = (
                f"<p class='compare-amount'>{html.text(amount)}</p><p>{html.text(over)}</p>{_price_basis(now, option)}"
            )
        cards.append(_card(now, option, body + _cost_said(now, option)))
    lead = f"<p>{html.text(t('compare.cost.lead'))}</p>"
    found = priorities.currencies(known.sums[option] for option in OPTIONS)
    if len(found) > 1:
        lead += f"<p>{html.text(t('summary.currencies', currencies=t.list(found)))}</p>"
    return _section(now, "cost", t("row.cost"), None, f"{lead}<ul class='compare-grid'>{''.join(cards)}</ul>")


def _no_sum(known: priorities.Known, option: OptionId) -> str:
    """Return why an option has no sum, and where that can be changed."""
    t = known.now.t
    if estimates.reading(known.now, option).gap == "region":
        return t("compare.cost.region")
    return t("compare.cost.open", why=known.still_open[option])


@kept_for_everyone
def _cost_said(now: Frame, option: OptionId) -> str:
    own = [claim.id for claim in now.knowledge.claims.values() if _says_cost(claim, option)]
    return "".join(statements.statement(now, claim) for claim in own)


def _price_basis(now: Frame, option: OptionId) -> str:
    """Return where the price of an estimate comes from: the claims of the price book, or the clinic."""
    t = now.t
    price = estimates.reading(now, option).price
    if price is None or price.ends is None:
        return f"<p class='hint'>{html.text(t('compare.cost.own'))}</p>"
    ids = tuple(dict.fromkeys((price.ends.low, price.ends.high)))
    return statements.sourced(now, "said.published_price", ids, region=t(f"region.{estimates.region(now)}"))


def _says_cost(claim: Claim, option: OptionId) -> bool:
    """True for what we ourselves say about the cost of an option; published prices feed the estimate instead."""
    return option in claim.options and claim.topic == "price" and claim.kind == "judgement" and claim.usable


@kept_for_everyone
def _chart(now: Frame) -> str:
    """Return the charts of months for every option with their legend, their numbers as a table, and their sources."""
    t = now.t
    shown = [option for option in ALL_OPTIONS if option in now.knowledge.effects]
    first = tuple(
        effects.Lane(one, t(f"option.{one}"), (_band(now, one, "visible"), _band(now, one, "full"))) for one in shown
    )
    lasts = tuple(effects.Lane(one, t(f"option.{one}"), (_band(now, one, "lasts"),)) for one in shown)
    end = effects.last_month([*first, *lasts])
    panels = "".join(
        f"<div><h4 class='compare-panel'>{html.text(t('compare.chart.' + name))}</h4>"
        + effects.panel(
            lanes,
            theme=now.theme,
            end=end,
            ticks=tuple((month, t.number(month)) for month in range(0, end + 1, 6)),
            axis=t(f"compare.axis.{name}"),
            lines=2,
            from_zero=name == "lasts",
        )
        + "</div>"
        for name, lanes in (("first", first), ("lasts", lasts))
    )
    body = (
        f"<p>{html.text(t('compare.chart.lead'))}</p>{_legend(now)}"
        f"<div class='compare-panels'>{panels}</div>{_numbers(now, shown)}"
    )
    return _section(now, "chart", t("compare.chart"), None, body)


def _legend(now: Frame) -> str:
    ends = [effect.ends(part) for effect in now.knowledge.effects.values() for part in EFFECT_PARTS]
    has_open = any(low is not None and high is None for low, high in ends)
    items = "".join(
        f"<li><span class='compare-key compare-key-{name}' aria-hidden='true'></span>"
        f"{html.text(now.t('compare.key.' + name))}</li>"
        for name in ("stated", "shaky", "open", "unknown")
        if name != "open" or has_open
    )
    return f"<ul class='compare-legend'>{items}</ul>"


def _ids(effect: EffectSpan, part: EffectPart) -> tuple[str, ...]:
    return effect.sources.get(part, ())


def _caveat(now: Frame, ids: Sequence[str]) -> str | None:
    """Return why a number is weak: sources disagree, or nobody checked it at the source."""
    claims = [now.knowledge.claims[one] for one in ids]
    disputed = any(
        now.knowledge.claims[other].usable
        for claim in claims
        for other in (*claim.conflicts_with, *claim.contradicted_by)
    )
    if disputed:
        return now.t("compare.disputed")
    return None if all(claim.verified for claim in claims) else now.t("mark.unverified")


def _band(now: Frame, option: OptionId, part: EffectPart) -> effects.Band:
    t = now.t
    effect = now.knowledge.effects[option]
    low, high = effect.ends(part)
    ids = _ids(effect, part)
    if low is None:
        words = t("compare.no_months")
        label = words if part == "lasts" else t(f"compare.{effect.name(part)}", span=words)
        return effects.Band(None, None, label, f"{t('pair', name=_part(now, option, part), value=words)}.")
    caveat = _caveat(now, ids)
    words = _months(now, option, part, low, high)
    if part == "lasts":
        label, said = words, t("pair", name=t(f"option.{option}"), value=words)
    else:
        label = t(f"compare.{effect.name(part)}", span=t.months(low, high, form="bare"))
        said = t("pair", name=_part(now, option, part), value=words)
    return effects.Band(low, high, label, f"{said} ({caveat})." if caveat else f"{said}.", shaky=caveat is not None)


def _part(now: Frame, option: OptionId, part: EffectPart) -> str:
    t = now.t
    return f"{t('option.' + option)}, {t.lower_first(_part_name(now, option, part))}"


def _part_name(now: Frame, option: OptionId, part: EffectPart) -> str:
    return now.t(f"compare.part.{now.knowledge.effects[option].name(part)}")


def _numbers(now: Frame, options: Sequence[OptionId]) -> str:
    """Return the chart as a table behind one tap, with the claims it rests on."""
    t = now.t
    lines, grounds = [], []
    for option in options:
        effect = now.knowledge.effects[option]
        name = f"{html.icon(option)}{html.text(t.breakable(t('option.' + option)))}"
        used: dict[str, None] = {}
        for place, part in enumerate(EFFECT_PARTS):
            used |= dict.fromkeys(_ids(effect, part))
            head = f"<th scope='rowgroup' rowspan='{len(EFFECT_PARTS)}'>{name}</th>" if place == 0 else ""
            lines.append(
                f"<tr data-option='{option}'>{head}<th scope='row'>{html.text(_part_name(now, option, part))}</th>"
                f"<td>{html.text(_table_words(now, option, part))}</td></tr>"
            )
        if used:
            grounds.append(f"<div data-option='{option}'><p class='ask'>{name}</p>{statements.card(now, used)}</div>")
    heads = "".join(
        f"<th scope='col'>{html.text(t('compare.table.' + name))}</th>" for name in ("option", "what", "said")
    )
    return (
        f"<details class='sources compare-numbers'><summary>{html.text(t('compare.table.open'))}</summary>"
        f"<table><caption>{html.text(t('compare.chart'))}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></details>"
        f"<details class='sources'><summary>{html.text(t('compare.table.sources'))}</summary>"
        f"{''.join(grounds)}</details>"
    )


def _table_words(now: Frame, option: OptionId, part: EffectPart) -> str:
    effect = now.knowledge.effects[option]
    low, high = effect.ends(part)
    if low is None:
        return now.t("compare.no_months")
    words = _months(now, option, part, low, high)
    caveat = _caveat(now, _ids(effect, part))
    return f"{words} ({caveat})" if caveat else words


def _months(now: Frame, option: OptionId, part: EffectPart, low: Decimal, high: Decimal | None) -> str:
    t = now.t
    if part == "lasts":
        return t(f"compare.lasts.{option}", span=t.months(low, high))
    return t.months(low, high, form="after")
