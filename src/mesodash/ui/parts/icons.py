"""Pictures of 100 people: who of them had an outcome, who had not, and how far chance alone may move that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from mesodash.knowledge.records import OPTIONS, Counted, OptionId, OutcomeShare
from mesodash.knowledge.shares import Share, against, counted, period
from mesodash.ui.frame import Frame, kept_for_everyone
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


@kept_for_everyone
def section(now: Frame, options: tuple[OptionId, ...], *, is_open: bool) -> str:
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
            value = now.knowledge.claims[one.claim].value
            share = against(value) if one.compared else counted(value)
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
    # Those that are always shown; the names of the others come and go with them.
    named = [option for option in known if option in OPTIONS] or list(known)
    names = t.list([_name(now, option, known[option][0]) for option in named])
    hint = html.text(t("icons.numbers_for", options=names) if known else t("icons.none_at_all"))
    hint += "".join(
        f"<span data-option='{option}'>, {html.text(_name(now, option, known[option][0]))}</span>"
        for option in known
        if option not in named
    )
    cards = "".join(
        f"<li class='icons-card' data-option='{option}' style='border-top-color:{COLOURS[now.theme][option]}'>"
        f"<h4>{html.icon(option)}{html.text(t.breakable(_name(now, option, outcome.options[option])))}</h4>"
        + (
            _picture(now, outcome, option, *known[option])
            if option in known
            else _nothing(now, outcome.options[option])
        )
        + "</li>"
        for option in options
    )
    needs = f" data-needs='{' '.join(_studied(now, known))}'" if known else ""
    return (
        f"<details class='icons-fold' data-outcome='{html.text(outcome.id)}'{needs}{' open' if is_open else ''}>"
        "<summary>"
        f"<h4>{html.text(t('icons.outcome.' + outcome.id))}<span class='icons-hint'>{hint}</span></h4>"
        f"</summary>{_warnings(now, known)}<ul class='compare-grid'>{cards}</ul></details>"
    )


def _studied(now: Frame, known: Mapping[OptionId, tuple[Counted, Share]]) -> list[OptionId]:
    """Return the options that a study counted; a group compared with them says nothing where none of them is shown."""
    studied = [
        one
        for option, (counted_as, _) in known.items()
        for one in (now.knowledge.claims[counted_as.claim or ""].options if counted_as.compared else (option,))
    ]
    return list(dict.fromkeys(studied))


def _name(now: Frame, option: OptionId, one: Counted) -> str:
    """Return the name of an option; whom a trial gave something without a drug is told from whom was given nothing."""
    t = now.t
    name = t(f"option.{option}")
    if not one.compared or one.claim is None:
        return name
    studied = t.list([t(f"option.{studied}") for studied in now.knowledge.claims[one.claim].options])
    return t("icons.control", name=name, studied=studied)


def _warnings(now: Frame, known: Mapping[OptionId, tuple[Counted, Share]]) -> str:
    """Return that numbers cannot be compared, for each two options counted over unlike people or periods.

    Each stands inside its two options' names, so that it goes where one of them is not shown.
    """
    settings = {option: (one.group, _span(now, one.claim or "")) for option, (one, _) in known.items()}
    unlike = [pair for pair in itertools.combinations(settings, 2) if settings[pair[0]] != settings[pair[1]]]
    if any(set(pair) <= set(OPTIONS) for pair in unlike):
        unlike = [next(pair for pair in unlike if set(pair) <= set(OPTIONS))]
    words = html.text(now.t("icons.not_alike"))
    return "".join(
        f"<div data-option='{first}'><p class='icons-warning' role='note' data-option='{second}'>"
        f"<strong>{words}</strong></p></div>"
        for first, second in unlike
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


def _picture(now: Frame, outcome: OutcomeShare, option: OptionId, one: Counted, share: Share) -> str:
    """Return one picture with what it says in words: who they were before any number, both frames, count, interval."""
    t = now.t
    claim = one.claim or ""
    both = _both(now, share)
    chance = t.range(*share.ends)
    # The group of a study that had none of what was studied is no group of the option: drawn in the colour of words.
    colour = TEXT[now.theme] if one.compared else COLOURS[now.theme][option]
    svg = drawing(share, colour, TEXT[now.theme], PAGE[now.theme])
    facts = [
        ("counted", t("icons.of", count=t.number(share.count), people=t.number(share.people))),
        ("chance", t("icons.of_100", number=chance)),
        ("period", _period(now, claim)),
    ]
    who = t(one.group or "")
    return (
        f"<p class='icons-who'>{html.text(who)}</p><p class='icons-had'>{html.text(t(one.had or ''))}</p>"
        + html.picture(svg, t("icons.alt", group=who, **both, chance=chance), kind="icons-picture")
        + statements.sourced(now, f"said.icons.{outcome.id}", (claim,), yes=both["yes"], no=both["no"])
        + _facts(now, facts, claim)
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
    heads += [html.text(t("icons." + name)) for name in ("chance", "counted", "group", "had", "period")]
    rows, about, needs = [], [], []
    for outcome in now.knowledge.shares:
        known = {option: (one, share) for option, one, share in _known(now, outcome, options)}
        needed = _studied(now, known)
        for option, (one, share) in known.items():
            both = _both(now, share)
            people = t("icons.of", count=t.number(share.count), people=t.number(share.people))
            who = [t(one.group or ""), t(one.had or ""), _period(now, one.claim or "")]
            title = t("pair", name=t(f"icons.outcome.{outcome.id}"), value=_name(now, option, one))
            said = [title, both["yes"], both["no"], t.range(*share.ends), people, *who]
            rows.append([html.text(words) for words in said])
            about.append(option)
            needs.append(needed)
    table = tables.table(html.text(t("icons.title")), heads, rows, options=about, needs=needs)
    return (
        f"<details class='sources icons-table'><summary>{html.text(t('icons.table.open'))}</summary>{table}"
        f"<p>{html.text(t('icons.table.others'))}</p></details>"
    )
