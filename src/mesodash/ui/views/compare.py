"""The options side by side, in equal detail."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, get_args

import streamlit as st

from mesodash.domain import comparison
from mesodash.domain.priorities import Measure, parted
from mesodash.knowledge.records import ALL_OPTIONS, CONTEXT_OPTIONS, OPTIONS, Claim, EffectSpan, OptionId
from mesodash.paths import PAGES
from mesodash.ui import access, estimates, state
from mesodash.ui.charts import effects
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS, PAGE
from mesodash.ui.parts import decision, html, icons, outcomes, priorities, statements

Part = Literal["visible", "full", "lasts"]
PARTS: tuple[Part, ...] = get_args(Part)

_CONTEXT = "compare.context"
DIFFERENCES = "compare.differences"
PAIR = "compare.pair"
_PAIR_BEFORE = "compare.pair.before"
_OPEN = "compare.open"
_CHART_BEFORE = "first_result"
"""The row before which the chart stands: it sums up this row and the next two."""


def show(now: Frame) -> None:
    """Draw the decision, what the check says, what matters to the person, every row, and where the decision stands."""
    # Rows scroll by under the strip, so it has the page's colour behind it.
    html.sheet("compare")
    html.style(f".st-key-compare-strip {{ background: {PAGE[now.theme]}; }}")
    t = now.t
    html.block(
        f"<h1>{html.text(t('compare.title'))}</h1><p class='compare-lead'>{html.text(t('compare.decision'))}</p>"
        f"<p>{html.text(t('compare.lead'))}</p>"
    )
    with st.container(key="compare-strip"):
        html.block(_strip(now))
    if not now.answers:
        st.page_link(PAGES / "check.py", label=t("compare.to_check"), icon=":material/arrow_forward:")
    _before(now)
    _body(now)


def _strip(now: Frame) -> str:
    """Return what the check says per option; it stays in sight while the rows scroll by."""
    t = now.t
    cells = "".join(
        f"<li style='border-top-color:{COLOURS[now.theme][option]}' data-option='{option}' data-outcome='{outcome}'>"
        f"<span class='compare-name'>{html.icon(option)}{html.text(t('option.' + option))}</span>"
        f"<span class='compare-outcome'><span class='symbol' aria-hidden='true'>{outcomes.SYMBOLS[outcome]}</span>"
        f"{html.text(t('outcome.' + outcome))}</span></li>"
        for option in OPTIONS
        for outcome in (now.assessment.options[option].outcome,)
    )
    return (
        f"<section class='compare-strip' aria-label='{html.text(t('compare.strip'))}'>"
        f"<p>{html.text(t('compare.strip'))}</p><ul>{cells}</ul></section>"
    )


@access.fragment()
def _before(now: Frame) -> None:
    decision.ask_before(now)


@access.fragment()
def _body(now: Frame) -> None:
    """Draw what depends on which options are switched on; each part of it that asks something is drawn by itself."""
    t = now.t
    st.pills(
        t("compare.context"),
        CONTEXT_OPTIONS,
        selection_mode="multi",
        key=state.start_with(_CONTEXT, []),
        format_func=lambda option: t(f"option.{option}"),
        persist_state="session",
    )
    html.block(f"<p class='hint'>{html.text(t('compare.context_hint'))}</p>")
    chosen = state.get(_CONTEXT, [])
    options = tuple(option for option in ALL_OPTIONS if option in OPTIONS or option in chosen)
    known = priorities.measures(now, options)
    html.block(priorities.glance(now, options, known))
    _priorities(now, options)
    html.block(
        f"<h2 id='compare-rows' tabindex='-1'>{html.text(t('compare.all_rows'))}</h2>"
        f"<p>{html.text(t('compare.all_rows_lead'))}</p>"
    )
    _selection(now, options, known)
    _rows(now, options)
    _after(now, options)


@access.fragment()
def _priorities(now: Frame, options: tuple[OptionId, ...]) -> None:
    priorities.ask(now, options)


@access.fragment()
def _selection(now: Frame, options: tuple[OptionId, ...], known: tuple[Measure, ...]) -> None:
    """Draw which rows and, on a phone, which two options are wanted; the browser hides the others."""
    t = now.t
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
    same = [now.knowledge.criteria[one.criterion].row for one in known if not parted(one)]
    hidden = same if state.get(DIFFERENCES, False) else []
    if state.get(DIFFERENCES, False):
        names = t.list([t(f"row.{row}") for row in hidden])
        words = t("compare.left_out", rows=names) if hidden else t("compare.left_out_none")
        html.block(f"<p class='compare-left-out' role='status'>{html.text(words)}</p>")
    out = ", ".join(f"[data-row='{row}']" for row in hidden)
    alone = "".join(f":not([data-option='{option}'])" for option in wanted)
    css = f"{out} {{ display: none !important; }}" if out else ""
    if alone:
        css += f"@media (max-width: 700px) {{ .compare-grid > li{alone} {{ display: none; }} }}"
    html.style(css)


def _two_at_most() -> None:
    """Let the two latest taps count."""
    before = state.get(_PAIR_BEFORE, list(OPTIONS[:2]))
    chosen = list(state.get(PAIR, []))
    order = [one for one in before if one in chosen] + [one for one in chosen if one not in before]
    state.put(PAIR, order[-2:])
    state.put(_PAIR_BEFORE, order[-2:])


@access.fragment()
def _rows(now: Frame, options: tuple[OptionId, ...]) -> None:
    """Draw every row, those that this person's answers make matter first, and the chart of months."""
    t = now.t
    st.toggle(t("compare.open_all"), key=state.start_with(_OPEN, False), persist_state="session")
    rows = comparison.personal_first(comparison.compare(now.knowledge, now.answers, options))
    place = next((place for place, row in enumerate(rows) if row.id == _CHART_BEFORE), len(rows))
    html.block(_legend_of_marks(now, rows) + "".join(_row(now, row) for row in rows[:place]))
    _chart(now, options)
    html.block("".join(_row(now, row) for row in rows[place:]) + _cost(now, options))
    html.block(icons.section(now, options, is_open=bool(state.get(_OPEN, False))))
    with st.container(horizontal=True, key="compare-next"):
        st.page_link(PAGES / "costs.py", label=t("compare.to_costs"), icon=":material/arrow_forward:")
        st.page_link(PAGES / "timeline.py", label=t("compare.to_timeline"), icon=":material/arrow_forward:")


@access.fragment()
def _after(now: Frame, options: tuple[OptionId, ...]) -> None:
    decision.ask_after(now, options)


def _legend_of_marks(now: Frame, rows: Sequence[comparison.Row]) -> str:
    if all(row.because is None for row in rows):
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
    return f"<details class='{classes}' data-row='{name}'{is_open}><summary>{head}</summary>{inside}</details>"


def _row(now: Frame, row: comparison.Row) -> str:
    cards = "".join(_card(now, cell.option, _cell(now, cell)) for cell in row.cells)
    because = now.t(row.because) if row.because else None
    return _section(now, row.id, now.t(f"row.{row.id}"), because, f"<ul class='compare-grid'>{cards}</ul>")


def _card(now: Frame, option: OptionId, body: str) -> str:
    return (
        f"<li class='compare-card' data-option='{option}' style='border-top-color:{COLOURS[now.theme][option]}'>"
        f"<h4>{html.icon(option)}{html.text(now.t('option.' + option))}</h4>{body}</li>"
    )


def _cell(now: Frame, cell: comparison.Cell) -> str:
    said = "".join(statements.statement(now, claim) for claim in cell.claims)
    return said or f"<p class='compare-empty'>{html.text(now.t('no_source'))}</p>"


def _cost(now: Frame, options: Sequence[OptionId]) -> str:
    t = now.t
    years = estimates.horizon_years(now)
    over = t("compare.cost.one_year") if years == 1 else t("compare.cost.years", years=years)
    cards = []
    for option in options:
        estimate = estimates.for_option(now, option)
        if estimate is None:
            body = f"<p class='compare-empty'>{html.text(t('compare.cost.unknown'))}</p>"
        else:
            amount = t.money_range(estimate.low, estimate.high, estimate.currency)
            body = (
                f"<p class='compare-amount'>{html.text(amount)}</p><p>{html.text(over)}</p>{_price_basis(now, option)}"
            )
        own = [claim.id for claim in now.knowledge.claims.values() if _says_cost(claim, option)]
        cards.append(_card(now, option, body + "".join(statements.statement(now, claim) for claim in own)))
    lead = f"<p>{html.text(t('compare.cost.lead'))}</p>"
    return _section(now, "cost", t("row.cost"), None, f"{lead}<ul class='compare-grid'>{''.join(cards)}</ul>")


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


def _chart(now: Frame, options: Sequence[OptionId]) -> None:
    t = now.t
    shown = [option for option in options if option in now.knowledge.effects]
    first = tuple(
        effects.Lane(one, t(f"option.{one}"), (_band(now, one, "visible"), _band(now, one, "full"))) for one in shown
    )
    lasts = tuple(effects.Lane(one, t(f"option.{one}"), (_band(now, one, "lasts"),)) for one in shown)
    end = effects.last_month([*first, *lasts])
    html.block(
        _section(now, "chart", t("compare.chart"), None, f"<p>{html.text(t('compare.chart.lead'))}</p>{_legend(now)}")
    )
    left, right = st.columns(2, gap="medium")
    for column, name, lanes in ((left, "first", first), (right, "lasts", lasts)):
        with column:
            html.block(f"<h4 class='compare-panel'>{html.text(t('compare.chart.' + name))}</h4>")
            st.plotly_chart(
                effects.figure(
                    lanes,
                    theme=now.theme,
                    end=end,
                    ticks=tuple((month, t.number(month)) for month in range(0, end + 1, 6)),
                    axis=t(f"compare.axis.{name}"),
                    lines=2,
                    from_zero=name == "lasts",
                ),
                theme=None,
                config={"displayModeBar": False, "scrollZoom": False},
                alt=" ".join(band.hover for lane in lanes for band in lane.bands),
                key=f"compare.chart.{name}",
            )
    html.block(_numbers(now, shown))


def _legend(now: Frame) -> str:
    items = "".join(
        f"<li><span class='compare-key compare-key-{name}' aria-hidden='true'></span>"
        f"{html.text(now.t('compare.key.' + name))}</li>"
        for name in ("stated", "shaky", "open", "unknown")
    )
    return f"<ul class='compare-legend'>{items}</ul>"


def _ids(effect: EffectSpan, part: Part) -> tuple[str, ...]:
    return effect.sources.get(part, ())


def _caveat(now: Frame, ids: Sequence[str]) -> str | None:
    """Return why a number is weak: sources disagree, we judged it ourselves, or nobody checked it at the source."""
    claims = [now.knowledge.claims[one] for one in ids]
    disputed = any(
        now.knowledge.claims[other].usable
        for claim in claims
        for other in (*claim.conflicts_with, *claim.contradicted_by)
    )
    if disputed:
        return now.t("compare.disputed")
    if claims and all(claim.kind == "judgement" for claim in claims):
        return now.t("certainty.judgement")
    return None if all(claim.verified for claim in claims) else now.t("mark.unverified")


def _band(now: Frame, option: OptionId, part: Part) -> effects.Band:
    t = now.t
    effect = now.knowledge.effects[option]
    low, high = _span(effect, part)
    ids = _ids(effect, part)
    if low is None:
        words = t("compare.no_months")
        label = words if part == "lasts" else t(f"compare.{part}", span=words)
        return effects.Band(None, None, label, f"{t('compare.pair', name=_part(now, option, part), words=words)}.")
    caveat = _caveat(now, ids)
    words = _months(now, option, part, low, high)
    if part == "lasts":
        label, said = words, t("compare.pair", name=t(f"option.{option}"), words=words)
    else:
        figures = t("compare.later", low=t.number(low)) if high is None else t.range(low, high)
        label = t(f"compare.{part}", span=figures)
        said = t("compare.pair", name=_part(now, option, part), words=words)
    return effects.Band(low, high, label, f"{said} ({caveat})." if caveat else f"{said}.", shaky=caveat is not None)


def _part(now: Frame, option: OptionId, part: Part) -> str:
    t = now.t
    return f"{t('option.' + option)}, {t.lower_first(t('compare.part.' + part))}"


def _span(effect: EffectSpan, part: Part) -> tuple[Decimal | None, Decimal | None]:
    return {"visible": effect.visible, "full": effect.full, "lasts": effect.lasts}[part]


def _numbers(now: Frame, options: Sequence[OptionId]) -> str:
    """Return the chart as a table behind one tap, with the claims it rests on."""
    t = now.t
    lines = []
    used: dict[str, None] = {}
    for option in options:
        effect = now.knowledge.effects[option]
        name = f"{html.icon(option)}{html.text(t('option.' + option))}"
        for place, part in enumerate(PARTS):
            ids = _ids(effect, part)
            used |= dict.fromkeys(ids)
            head = f"<th scope='rowgroup' rowspan='{len(PARTS)}'>{name}</th>" if place == 0 else ""
            lines.append(
                f"<tr>{head}<th scope='row'>{html.text(t('compare.part.' + part))}</th>"
                f"<td>{html.text(_table_words(now, option, part))}</td></tr>"
            )
    heads = "".join(
        f"<th scope='col'>{html.text(t('compare.table.' + name))}</th>" for name in ("option", "what", "said")
    )
    return (
        f"<details class='sources compare-numbers'><summary>{html.text(t('compare.table.open'))}</summary>"
        f"<table><caption>{html.text(t('compare.chart'))}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></details>"
        f"<details class='sources'><summary>{html.text(t('compare.table.sources'))}</summary>"
        f"{statements.card(now, used)}</details>"
    )


def _table_words(now: Frame, option: OptionId, part: Part) -> str:
    effect = now.knowledge.effects[option]
    low, high = _span(effect, part)
    if low is None:
        return now.t("compare.no_months")
    words = _months(now, option, part, low, high)
    caveat = _caveat(now, _ids(effect, part))
    return f"{words} ({caveat})" if caveat else words


def _months(now: Frame, option: OptionId, part: Part, low: Decimal, high: Decimal | None) -> str:
    t = now.t
    if part == "lasts":
        return t(f"compare.lasts.{option}", span=t.range(low, high))
    return (
        t("compare.months_later", low=t.number(low)) if high is None else t("compare.months", span=t.range(low, high))
    )
