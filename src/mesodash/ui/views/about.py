"""About: purpose, method, version, update policy, reading level, equal detail, and the decision-aid self-check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import takewhile

import streamlit as st

from mesodash.knowledge import detail
from mesodash.knowledge.records import LANGS, AidItem, Change, Level
from mesodash.paths import PAGES
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements
from mesodash.ui.parts.tables import table

_SLOTS = ("funding", "authors", "credentials", "interests")
_GROUPS = ("qualifying", "certifying", "quality")
_MET = ("software", "content", "stated")
_REACHABLE = (*_MET, "slot", "open")
_SHOWN_CHANGES = 10
_GAPS = {
    "said.gap.1": ("meso-vs-prp-no-rct",),
    "said.gap.2": ("meso-duration-unknown",),
    "said.gap.3": ("meso-ae-underreported-review", "meso-ae-patchy-alopecia"),
    "said.gap.4": ("meso-ntm-15-cases", "meso-ntm-adelaide-outbreak", "meso-granuloma-body-sites"),
    "said.gap.5": ("meso-contra-pregnancy-infection", "meso-consensus-ae-classes"),
    "said.gap.6": ("tx-graft-survival-fut", "tx-graft-survival-fue-low", "tx-graft-survival-fue-2025"),
}
"""What nobody knows, with the claims that show it; what we did not look for or find has none."""

_STATED_BY = {"C6": ("funding",), "L20": ("authors", "credentials")}
"""Items of the checklist that the clinic meets by filling in these slots."""


def show(now: Frame) -> None:
    """Draw what mesodash is, how its content came about, and what is not known about it."""
    html.block(f"<h1>{_say(now, 'title')}</h1><p>{_say(now, 'lead')}</p>{_jumps(now)}")
    for part in ("purpose", "for", "method"):
        html.block(_heading(now, part) + "".join(f"<p>{html.text(one)}</p>" for one in _numbered(now, part)))
    gaps = "".join(f"<li>{statements.sourced(now, key, ids)}</li>" for key, ids in _GAPS.items())
    gaps += "".join(f"<li>{html.text(one)}</li>" for one in _numbered(now, "gap"))
    html.block(f"{_heading(now, 'gap')}<ul>{gaps}</ul>{_founding(now)}")
    _version(now)
    html.block(_slots(now))
    html.block(_reading(now))
    html.block(_equal_detail(now))
    _self_check(now)


def _say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"about.{words}", **values))


def _heading(now: Frame, part: str) -> str:
    return f"<h2 id='about-{part}' tabindex='-1'>{_say(now, part)}</h2>"


def _numbered(now: Frame, part: str) -> list[str]:
    """Return the paragraphs `about.<part>.1`, `.2` and so on."""
    keys = takewhile(now.t.has, (f"about.{part}.{number}" for number in range(1, 100)))
    return [now.t(key) for key in keys]


def _jumps(now: Frame) -> str:
    parts = ("purpose", "method", "version", "changes", "funding", "reading", "detail", "aid")
    links = "".join(f"<li><a href='#about-{part}'>{_say(now, part)}</a></li>" for part in parts)
    return f"<nav class='jumps' aria-label='{_say(now, 'title')}'><ul>{links}</ul></nav>"


def _founding(now: Frame) -> str:
    ids = [source.id for source in now.knowledge.sources.values() if source.kind == "founding_text"]
    names = "".join(f"<li>{html.text(statements.founding_name(now.t, one))}</li>" for one in ids)
    return f"{_heading(now, 'founding')}<p>{_say(now, 'founding.lead')}</p><ol>{names}</ol>"


def _version(now: Frame) -> None:
    t, knowledge = now.t, now.knowledge
    as_of, due = (date.fromisoformat(day) for day in (knowledge.content.date, knowledge.content.review_due))
    line = _say(now, "version.line", version=knowledge.version, hash=knowledge.digest[:16], date=t.day(as_of, "long"))
    review = _say(now, "review.due", date=t.day(due, "long"))
    html.block(f"{_heading(now, 'version')}<p>{line}</p><p>{review}</p>")
    policy = "".join(f"<p>{html.text(one)}</p>" for one in _numbered(now, "updates"))
    html.block(f"{_heading(now, 'updates')}{policy}{_changes(now)}")


def _changes(now: Frame) -> str:
    """Return the latest changes of the safety rules, the first edition as one line."""
    t = now.t
    log = now.knowledge.changes
    first = [change for change in log if change.kind == "added" and change.version == log[0].version]
    later = [change for change in reversed(log) if change not in first]
    lines = [f"<li>{_change(now, change)}</li>" for change in later]
    older = "".join(lines[_SHOWN_CHANGES:])
    fold = f"<details class='sources'><summary>{_say(now, 'changes.older')}</summary><ul>{older}</ul></details>"
    begun = _say(
        now, "changes.first", version=log[0].version, date=t.day(date.fromisoformat(log[0].date)), count=len(first)
    )
    listed = f"<ul>{''.join(lines[:_SHOWN_CHANGES])}</ul>" if lines else f"<p>{_say(now, 'changes.none')}</p>"
    listed += fold if older else ""
    return f"{_heading(now, 'changes')}<p>{_say(now, 'changes.lead')}</p>{listed}<p>{begun}</p>"


def _change(now: Frame, change: Change) -> str:
    t = now.t
    what = t("pair", name=change.rule, value=t(f"about.change.{change.kind}"))
    when = f"{t.day(date.fromisoformat(change.date))}, {change.version}"
    options = t.list([t(f"option.{one}") for one in change.options])
    return (
        f"<b>{html.text(what)}</b> ({html.text(when)}; {html.text(options)}; {html.text(t('outcome.' + change.then))})"
        f"<br>{html.text(change.why[now.lang])}"
    )


def _slots(now: Frame) -> str:
    clinic = now.knowledge.clinic
    rows = ""
    for slot in _SLOTS:
        said: str | None = getattr(clinic, slot)
        words = html.text(said) if said else f"<strong class='not-stated'>⚠ {_say(now, 'not_stated')}</strong>"
        rows += f"<dt id='about-{slot}'>{_say(now, slot)}</dt><dd>{words}</dd>"
    return f"<p>{_say(now, 'slots.lead')}</p><dl class='slots'>{rows}</dl>"


def _reading(now: Frame) -> str:
    t = now.t
    rows = [_level_row(now, level) for level in now.knowledge.levels]
    scales = "".join(f"<li>{_say(now, f'reading.scale.{lang}')}</li>" for lang in LANGS)
    heads = [_say(now, f"reading.column.{one}") for one in ("kind", "language", "measure", "texts", "words")]
    return (
        f"{_heading(now, 'reading')}<p>{_say(now, 'reading.lead')}</p><ul>{scales}</ul>"
        f"{table(html.text(t('about.reading')), heads, rows)}<p class='hint'>{_say(now, 'reading.note')}</p>"
    )


def _level_row(now: Frame, level: Level) -> list[str]:
    t = now.t
    measure = t("pair", name=t(f"about.reading.formula.{level.lang}"), value=t.number(level.measure, decimals=1))
    cells = (
        t(f"about.reading.kind.{level.kind}"),
        t(f"lang.{level.lang}"),
        measure,
        t.number(level.texts),
        t.number(level.words),
    )
    return [html.text(one) for one in cells]


def _equal_detail(now: Frame) -> str:
    t = now.t
    details = detail.measure(now.knowledge.rows, now.knowledge.claims)
    heads = [_say(now, f"detail.{one}") for one in ("option", "rows", "words", "sources")]
    rows = [
        [
            f"{html.icon(option)}{html.text(t('option.' + option))}",
            t.number(found.rows),
            t.number(found.words[now.lang]),
            t.number(found.sources),
        ]
        for option, found in details.items()
    ]
    spreads = detail.spreads(details)
    widest = max(spreads[name] for name in ("rows", "sources", f"words.{now.lang}"))
    percent = {"spread": t("percent", number=widest), "limit": t("percent", number=detail.LIMIT)}
    return (
        f"{_heading(now, 'detail')}<p>{_say(now, 'detail.lead')}</p>{table(_say(now, 'detail'), heads, rows)}"
        f"<p>{_say(now, 'detail.spread', **percent)}</p>"
    )


def _self_check(now: Frame) -> None:
    items = now.knowledge.decision_aid
    lead = _say(
        now,
        "aid.lead",
        met=_count(now, items, _MET),
        reachable=_count(now, items, _REACHABLE),
        apply=_count(now, items, (*_REACHABLE, "process")),
    )
    html.block(f"{_heading(now, 'aid')}<p>{lead}</p>")
    heads = [_say(now, f"aid.column.{one}") for one in ("item", "status", "where")]
    for group in _GROUPS:
        rows = [_item_row(now, item) for item in items if item.group == group]
        html.block(
            f"<details class='sources aid'><summary>{_say(now, f'aid.{group}')} ({_tally(now, group)})</summary>"
            f"{table(_say(now, f'aid.{group}'), heads, rows)}</details>"
        )
    with st.container(horizontal=True, key="about-pages"):
        for page in dict.fromkeys(item.page for item in items if item.page and item.page != "about"):
            label = now.t("about.aid.open_page", page=now.t(f"page.{page}"))
            st.page_link(PAGES / f"{page}.py", label=label)


def _count(now: Frame, items: Iterable[AidItem], statuses: Sequence[str]) -> int:
    return sum(_status(now, item) in statuses for item in items)


def _status(now: Frame, item: AidItem) -> str:
    """Return the status of an item; one that waits for the clinic is met as soon as the clinic has stated it."""
    slots = _STATED_BY.get(item.id, ())
    return "stated" if slots and all(getattr(now.knowledge.clinic, slot) for slot in slots) else item.status


def _tally(now: Frame, group: str) -> str:
    items = [item for item in now.knowledge.decision_aid if item.group == group]
    return _say(now, "aid.tally", met=_count(now, items, _MET), apply=_count(now, items, (*_REACHABLE, "process")))


def _item_row(now: Frame, item: AidItem) -> list[str]:
    status = _status(now, item)
    mark = "✓" if status in _MET else "–" if status == "tests" else "○"
    if status == "stated":
        words, where = _say(now, "aid.stated"), _say(now, "aid.stated_where")
    else:
        words = _say(now, f"aid.status.{status}")
        where = html.text(item.where[now.lang]) if item.where else ""
    return [f"{item.id} {html.text(item.item[now.lang])}", f"<span aria-hidden='true'>{mark}</span> {words}", where]
