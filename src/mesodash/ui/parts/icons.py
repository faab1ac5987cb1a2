"""Pictures of 100 people: who of them had an outcome, who had not, and how far chance alone may move that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from mesodash.knowledge.records import Counted, OptionId, OutcomeShare
from mesodash.knowledge.shares import Share, against, counted, period
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS, PAGE, TEXT
from mesodash.ui.parts import html, statements, tables

_WIDE, _HIGH = 12, 15
"""The place of one person in the drawing."""
_BODY = "<circle cx='6' cy='3.4' r='2.1'/><rect x='2.7' y='6.5' width='6.6' height='7' rx='2'/>"
_STRIPES = "".join(f"<path d='M1 {y}h10'/>" for y in (3.4, 8.1, 10, 11.9))


def _people(kind: str, start: int, end: int) -> str:
    """Return the persons from `start` to `end`, counted from 0 at the top left, line after line."""
    boxes = []
    while start < end:
        line, column = divmod(start, 10)
        lines, wide = (
            (end // 10 - line, 10) if column == 0 and end - start >= 10 else (1, min(10 - column, end - start))
        )
        boxes.append(
            f"<rect x='{column * _WIDE}' y='{line * _HIGH}' width='{wide * _WIDE}' height='{lines * _HIGH}'"
            f" fill='url(#{kind})'/>"
        )
        start += lines * wide
    return "".join(boxes)


def drawing(share: Share, colour: str, ink: str, page: str) -> bytes:
    """Return the drawing of 100 people, always in the same order: first those who had the outcome.

    Filled: they had it. An outline: they had not. Striped: those between the ends of the 95 % interval.

    Args:
        colour, ink, page: Colours of those who had it, of the others, and of what lies behind.
    """
    low, high = share.ends
    had = share.whole
    filled = f"<g fill='{colour}'>{_BODY}</g>"
    outline = f"<g fill='none' stroke='{ink}' stroke-width='.7'>{_BODY}</g>"
    tiles = {
        "a": filled,
        "b": f"{filled}<g stroke='{page}' stroke-width='.9'>{_STRIPES}</g>",
        "c": f"{outline}<g stroke='{ink}' stroke-width='.6'>{_STRIPES.replace('M1', 'M3').replace('h10', 'h6')}</g>",
        "d": outline,
    }
    spans = {"a": (0, min(low, had)), "b": (low, had), "c": (had, high), "d": (max(high, had), 100)}
    used = {kind: span for kind, span in spans.items() if span[0] < span[1]}
    patterns = "".join(
        f"<pattern id='{kind}' width='{_WIDE}' height='{_HIGH}' patternUnits='userSpaceOnUse'>{tiles[kind]}</pattern>"
        for kind in used
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {10 * _WIDE} {10 * _HIGH}'><defs>{patterns}</defs>"
        + "".join(_people(kind, *span) for kind, span in used.items())
        + "</svg>"
    ).encode()


def section(now: Frame, options: Sequence[OptionId], *, is_open: bool) -> str:
    """Return every outcome with a picture of 100 people, or an empty frame, for each option.

    Args:
        is_open: With all outcomes unfolded; otherwise only the first is.
    """
    t = now.t
    keys = "".join(
        f"<li>{html.picture(_key(now, kind), '', kind='icons-key')}{html.text(t('icons.key.' + kind))}</li>"
        for kind in ("had", "not", "chance")
    )
    outcomes = "".join(
        _outcome(now, one, options, is_open=is_open or place == 0) for place, one in enumerate(now.knowledge.shares)
    )
    return (
        f"<section class='icons' aria-labelledby='compare-icons-title'><h3 id='compare-icons-title'>"
        f"{html.text(t('icons.title'))}</h3><p>{html.text(t('icons.lead'))}</p><ul class='compare-legend'>{keys}</ul>"
        f"{outcomes}{_table(now, options)}</section>"
    )


def _key(now: Frame, kind: str) -> bytes:
    ink = TEXT[now.theme]
    outline = f"<g fill='none' stroke='{ink}' stroke-width='.7'>{_BODY}</g>"
    filled = f"<g fill='{ink}'>{_BODY}</g>"
    drawn = {
        "had": filled,
        "not": outline,
        "chance": f"{filled}<g stroke='{PAGE[now.theme]}' stroke-width='.9'>{_STRIPES}</g><g transform='translate(12)'>"
        f"{outline}<g stroke='{ink}' stroke-width='.6'>{_STRIPES.replace('M1', 'M3').replace('h10', 'h6')}</g></g>",
    }
    wide = 2 * _WIDE if kind == "chance" else _WIDE
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {_HIGH}'>{drawn[kind]}</svg>".encode()


def _known(now: Frame, outcome: OutcomeShare, options: Sequence[OptionId]) -> Iterator[tuple[OptionId, Counted, Share]]:
    """Yield the options with a number that can be drawn."""
    for option in options:
        one = outcome.options[option]
        if one.claim is not None and one.group is not None:
            share = counted(now.knowledge.claims[one.claim].value)
            if share is not None:
                yield option, one, share


def _span(now: Frame, claim: str) -> tuple[str, Decimal]:
    """Return after how long a claim that is drawn counted."""
    found = period(now.knowledge.claims[claim].value)
    if found is None:
        raise ValueError(f"{claim}: no period")
    return found


def _period(now: Frame, claim: str) -> str:
    unit, number = _span(now, claim)
    return now.t(f"icons.{unit}", number=now.t.number(number))


def _outcome(now: Frame, outcome: OutcomeShare, options: Sequence[OptionId], *, is_open: bool) -> str:
    t = now.t
    known = {option: (one, share) for option, one, share in _known(now, outcome, options)}
    names = t.list([t(f"option.{option}") for option in known])
    hint = t("icons.numbers_for", options=names) if known else t("icons.none_at_all")
    settings = {(one.group, _span(now, one.claim)) for one, _ in known.values() if one.claim is not None}
    warning = (
        f"<p class='icons-warning' role='note'><strong>{html.text(t('icons.not_alike'))}</strong></p>"
        if len(settings) > 1
        else ""
    )
    cards = "".join(
        f"<li class='icons-card' data-option='{option}' style='border-top-color:{COLOURS[now.theme][option]}'>"
        f"<h4>{html.icon(option)}{html.text(t('option.' + option))}</h4>"
        + (
            _pictures(now, outcome, option, *known[option])
            if option in known
            else _nothing(now, outcome.options[option])
        )
        + "</li>"
        for option in options
    )
    return (
        f"<details class='icons-fold' data-outcome='{html.text(outcome.id)}'{' open' if is_open else ''}><summary>"
        f"<h4>{html.text(t('icons.outcome.' + outcome.id))}<span class='icons-hint'>{html.text(hint)}</span></h4>"
        f"</summary>{warning}<ul class='compare-grid'>{cards}</ul></details>"
    )


def _both(now: Frame, share: Share) -> dict[str, str]:
    """Return how many of 100 had it and how many had not, in words where a whole number would say none or all."""
    t = now.t
    yes, no = t.number(share.whole), t.number(100 - share.whole)
    if share.count > 0 and share.whole == 0:
        return {"yes": t("icons.fewer"), "no": t("icons.more")}
    if share.count < share.people and share.whole == 100:
        return {"yes": t("icons.more"), "no": t("icons.fewer")}
    return {"yes": yes, "no": no}


def _pictures(now: Frame, outcome: OutcomeShare, option: OptionId, one: Counted, share: Share) -> str:
    t = now.t
    claim, group = one.claim or "", one.group or ""
    facts = _facts(now, [("group", t(group)), ("period", _period(now, claim))], claim)
    other = against(now.knowledge.claims[claim].value) if one.against is not None else None
    return (
        _picture(now, outcome, claim, share, COLOURS[now.theme][option])
        + facts
        + (
            f"<p class='icons-against'>{html.text(t(f'icons.against.{one.against}'))}</p>"
            + _picture(now, outcome, claim, other, TEXT[now.theme])
            if other is not None
            else ""
        )
    )


def _picture(now: Frame, outcome: OutcomeShare, claim: str, share: Share, colour: str) -> str:
    """Return one picture with what it says in words: both frames, the count and the interval."""
    t = now.t
    both = _both(now, share)
    low, high = share.ends
    chance = t.range(low, high)
    alt = t("icons.alt", **both, chance=chance)
    svg = drawing(share, colour, TEXT[now.theme], PAGE[now.theme])
    people = t("icons.of", count=t.number(share.count), people=t.number(share.people))
    return (
        html.picture(svg, alt, kind="icons-picture")
        + statements.sourced(now, f"said.icons.{outcome.id}", (claim,), yes=both["yes"], no=both["no"])
        + _facts(now, [("counted", people), ("chance", t("icons.of_100", number=chance))], claim)
    )


def _facts(now: Frame, lines: Sequence[tuple[str, str]], claim: str) -> str:
    items = "".join(
        f"<div><dt>{html.text(now.t('icons.' + name))}</dt><dd>{html.text(words)}</dd></div>" for name, words in lines
    )
    return f"<dl class='icons-facts' data-claim='{html.text(claim)}'>{items}</dl>"


def _nothing(now: Frame, one: Counted) -> str:
    t = now.t
    empty = f"<p class='compare-empty icons-empty'>{html.text(t('icons.empty'))}</p>"
    if one.claim is None:
        return empty
    lacking = t.list([t(f"icons.lacks.{what}") for what in one.lacks])
    return f"{empty}<p>{html.text(t('icons.lacking', lacks=lacking))}</p>{statements.statement(now, one.claim)}"


def _table(now: Frame, options: Sequence[OptionId]) -> str:
    t = now.t
    heads = [html.text(t("icons.table." + name)) for name in ("what", "of_100", "not")]
    heads += [html.text(t("icons." + name)) for name in ("chance", "counted", "group", "period")]
    rows = []
    for outcome in now.knowledge.shares:
        for option, one, share in _known(now, outcome, options):
            claim = one.claim or ""
            both, name = _both(now, share), t(f"option.{option}")
            groups = [(name, share)]
            other = against(now.knowledge.claims[claim].value) if one.against is not None else None
            if other is not None:
                groups.append((t(f"icons.against.{one.against}"), other))
            for who, those in groups:
                both = _both(now, those)
                people = t("icons.of", count=t.number(those.count), people=t.number(those.people))
                said = [both["yes"], both["no"], t.range(*those.ends), people, t(one.group or ""), _period(now, claim)]
                title = t("pair", name=t(f"icons.outcome.{outcome.id}"), value=who)
                rows.append([html.text(words) for words in (title, *said)])
    table = tables.table(html.text(t("icons.title")), heads, rows)
    return (
        f"<details class='sources icons-table'><summary>{html.text(t('icons.table.open'))}</summary>{table}"
        f"<p>{html.text(t('icons.table.others'))}</p></details>"
    )
