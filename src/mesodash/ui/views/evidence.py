"""The Evidence page: every statement with its source, what sources disagree about, and what cannot be used."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import streamlit as st

from mesodash.domain import evidence
from mesodash.domain.evidence import GENERAL, VOICES, Beside, Filters, General, Page
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import ALL_OPTIONS, CERTAINTIES, LANGS, THEMES, Lang, OptionId, Theme
from mesodash.reports import evidence as reports
from mesodash.ui import access, state
from mesodash.ui.charts import evidence as charts
from mesodash.ui.frame import Frame
from mesodash.ui.parts import conflicts, html, statements
from mesodash.ui.parts.tables import table

Part = Literal["statements", "conflicts", "picture", "beside", "unusable"]
PARTS: tuple[Part, ...] = get_args(Part)

_PART = "evidence.part"
_WORDS = "evidence.words"
_OPTIONS = "evidence.options"
_THEMES = "evidence.themes"
_CERTAINTIES = "evidence.certainties"
_VOICES = "evidence.voices"
_SOURCE = "evidence.source"
_IN_CONFLICT = "evidence.in_conflict"
_UNUSABLE = "evidence.only_unusable"
_CLOSED = "evidence.asked.closed"
_TURNS = "evidence.turns"
_TURNED = "evidence.turned"

_LIST = "evidence-list"
_LONGEST_SEARCH = 80
_LONGEST_SOURCE = 90
_BIG = 10
"""Entries of a list at once where each is as long as several statements."""
_ALL: Literal["all"] = "all"


def show(now: Frame) -> None:
    """Draw the statement that the address asks for; without one, the part of the page that is chosen."""
    html.sheet("evidence")
    _lead(now)
    asked = state.asked_claim()
    if asked in now.knowledge.claims and state.get(_CLOSED) != asked:
        _asked(now, asked)
        return
    if state.get("evidence.unknown", False):
        html.block(f"<p class='ev-note' role='status'>{_say(now, 'asked.unknown')}</p>")
    _parts(now)


def _say(now: Frame, words: str, /, **values: str | int) -> str:
    return html.text(now.t(f"evidence.{words}", **values))


def _lead(now: Frame) -> None:
    counts = evidence.counts(now.knowledge)
    number = now.t.number
    first = _say(
        now,
        "lead",
        statements=number(counts.statements),
        sourced=number(counts.sourced),
        sources=number(counts.sources),
        own=number(counts.own),
    )
    rest = _say(now, "lead.rest", conflicts=number(counts.conflicts), unusable=number(counts.unusable))
    html.block(f"<h1>{_say(now, 'title')}</h1><p class='ev-lead'>{first} {rest}</p>")


def _asked(now: Frame, asked: str) -> None:
    """Draw one statement opened, with its conflicts, and the way to all others."""
    html.block(
        f"<h2>{_say(now, 'asked')}</h2><div class='ev-asked' data-claim='{html.text(asked)}'>"
        f"{_tags(now, asked)}{_not_usable(now, asked)}{statements.card(now, [asked])}"
        f"{conflicts.fold(now, [asked], whole=True)}{_foot(now, asked)}</div>"
    )
    st.button(_plain(now, "asked.all"), key="evidence.asked.all", on_click=state.put, args=(_CLOSED, asked))


def _plain(now: Frame, words: str) -> str:
    return now.t(f"evidence.{words}")


@access.fragment()
def _parts(now: Frame) -> None:
    """Draw the choice of a part and that part alone."""
    st.segmented_control(
        _plain(now, "part"),
        PARTS,
        required=True,
        key=state.start_with(_PART, PARTS[0]),
        format_func=lambda one: _plain(now, f"part.{one}"),
        label_visibility="collapsed",
        persist_state="session",
    )
    part: Part = state.get(_PART, PARTS[0])
    {
        "statements": _statements,
        "conflicts": _conflicts,
        "picture": _picture,
        "beside": _beside,
        "unusable": _unusable,
    }[part](now)
    if state.get(_TURNED, False):
        state.put(_TURNED, None)
        html.move_to(_LIST, state.get(_TURNS, 0))


# Lists


def _page_key(part: Part) -> str:
    return f"evidence.{part}.page"


def _back_to_start(part: Part) -> None:
    state.put(_page_key(part), 0)


def _turn(part: Part, number: int) -> None:
    state.put(_page_key(part), number)
    state.put(_TURNS, state.get(_TURNS, 0) + 1)
    state.put(_TURNED, True)


def _shown(now: Frame, page: Page[str] | Page[Beside]) -> str:
    number = now.t.number
    return _say(now, "shown", first=number(page.first), last=number(page.last), total=number(page.total))


def _head(now: Frame, part: Part, count: str) -> str:
    """Return the heading of a list, to which the focus moves when a page is turned."""
    return (
        f"<div class='ev-head'><h2 id='{_LIST}' tabindex='-1'>{_say(now, f'part.{part}')}</h2>"
        f"<p role='status'>{count}</p></div>"
    )


def _list(now: Frame, part: Part, page: Page[str] | Page[Beside], entries: Iterable[str], *, lead: str = "") -> None:
    """Draw one page of a list and the buttons that turn it."""
    listed = f"<ul class='ev-list'>{''.join(entries)}</ul>" if page.total else f"<p>{_say(now, 'none')}</p>"
    html.block(_head(now, part, _shown(now, page) if page.total else "") + lead + listed)
    if page.count == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"evidence-pager-{part}"):
        for words, number, icon in (
            ("back", page.number - 1, ":material/arrow_back:"),
            ("next", page.number + 1, ":material/arrow_forward:"),
        ):
            st.button(
                _plain(now, words),
                key=f"evidence.{part}.{words}",
                disabled=not 0 <= number < page.count,
                on_click=_turn,
                args=(part, number),
                icon=icon,
                icon_position="left" if words == "back" else "right",
            )
        html.block(f"<p class='ev-shown'>{_shown(now, page)}</p>")


def _topics(now: Frame, part: Part, possible: set[Theme]) -> tuple[Theme, ...]:
    """Draw the choice of topics behind a fold, so that the list comes first on a phone, and say what is chosen."""
    t = now.t
    key = f"evidence.{part}.themes"
    with st.expander(_plain(now, "topics"), key=f"evidence.{part}.topics"):
        st.pills(
            _plain(now, "themes"),
            [one for one in THEMES if one in possible],
            selection_mode="multi",
            key=state.start_with(key, []),
            format_func=lambda one: t(f"theme.{one}"),
            on_change=_back_to_start,
            args=(part,),
            label_visibility="collapsed",
            persist_state="session",
        )
    chosen = tuple(one for one in THEMES if one in state.get(key, ()))
    if chosen:
        names = ", ".join(t(f"theme.{one}") for one in chosen)
        words = t("pair", name=_plain(now, "themes"), value=names)
        html.block(f"<p class='hint'>{_say(now, 'active', filters=words)}</p>")
    return chosen


# One statement


def _about(now: Frame, one: str) -> str:
    options = evidence.options_of(now.knowledge.claims[one])
    return now.t.parted(reports.option_words(now.t, option) for option in options)


def _kind(now: Frame, one: str) -> str:
    claim = now.knowledge.claims[one]
    return f"<span class='ev-kind ev-kind-{evidence.voice(claim)}'>{html.text(now.t('kind.' + claim.kind))}</span>"


def _tags(now: Frame, one: str) -> str:
    """Return what kind of text speaks, about what, and whether sources disagree."""
    theme = now.t(f"theme.{evidence.themes(now.knowledge)[one]}")
    disputed = (
        f"<span class='ev-disputed'>{_say(now, 'mark.conflict')}</span>" if one in now.knowledge.conflicts_of else ""
    )
    return (
        f"<p class='ev-tags'>{_kind(now, one)}<span>{html.text(theme)}</span>"
        f"<span>{html.text(_about(now, one))}</span>{disputed}</p>"
    )


def _not_usable(now: Frame, one: str) -> str:
    reason = now.knowledge.claims[one].unusable_because
    if reason is None:
        return ""
    return f"<p class='ev-unusable'><b>{_say(now, 'mark.unusable')}</b> {html.text(reason[now.lang])}</p>"


def _foot(now: Frame, one: str) -> str:
    who = statements.who(now.knowledge, now.t, now.knowledge.claims[one])
    return f"<p class='ev-foot'><span>{html.text(who)}</span><code>{html.text(one)}</code></p>"


def _entry(now: Frame, one: str) -> str:
    voice = evidence.voice(now.knowledge.claims[one])
    return (
        f"<li class='ev-entry ev-{voice}' data-claim='{html.text(one)}'>{_tags(now, one)}"
        f"{statements.statement(now, one)}{_not_usable(now, one)}{_foot(now, one)}</li>"
    )


# All statements


def _statements(now: Frame) -> None:
    _filters(now)
    filters = _wanted()
    found = evidence.matching(now.knowledge, filters, _haystacks(now.knowledge, now.lang) if filters.words else {})
    active = _active(now, filters)
    if active:
        html.block(f"<p class='hint'>{_say(now, 'active', filters=now.t.parted(active))}</p>")
    with st.container(horizontal=True, key="evidence-actions"):
        st.button(
            _plain(now, "clear"),
            key="evidence.clear",
            disabled=filters == Filters(),
            on_click=_clear,
            icon=":material/filter_alt_off:",
        )
        st.download_button(
            _plain(now, "download"),
            data=functools.partial(_file, now, found),
            file_name=f"mesodash-{now.knowledge.content.version}-{now.lang}.csv",
            mime="text/csv",
            key="evidence.csv",
            on_click="ignore",
            disabled=not found,
            icon=":material/table:",
        )
    page = evidence.page_of(found, state.get(_page_key("statements"), 0))
    _list(now, "statements", page, (_entry(now, one) for one in page.items))


def _file(now: Frame, ids: Sequence[str]) -> bytes:
    t = now.t
    return reports.to_csv(
        now.knowledge,
        t,
        ids,
        certainty=functools.partial(statements.certainty_words, t),
        sources=functools.partial(statements.source_words, now.knowledge, t),
    )


@functools.lru_cache(maxsize=2 * len(LANGS))
def _haystacks(knowledge: KnowledgeBase, lang: Lang) -> dict[str, str]:
    """Return for each claim what a search looks through: what is said in the reader's language, and who says it."""
    t = Words(knowledge, lang)
    found = {}
    for claim in knowledge.claims.values():
        texts = [claim.id, claim.statement[lang], *([claim.plain[lang]] if claim.plain else [])]
        for citation in claim.citations:
            source = knowledge.sources[citation.source]
            texts += [part for part in (source.authors, source.title, source.site) if part]
            texts.append(source_name(knowledge, t, source.id))
        found[claim.id] = evidence.haystack(texts)
    return found


def _filters(now: Frame) -> None:
    """Draw the controls; what is rarely wanted stands behind a fold."""
    t = now.t
    again = functools.partial(_back_to_start, "statements")
    st.text_input(
        _plain(now, "search"),
        key=state.start_with(_WORDS, ""),
        placeholder="",
        max_chars=_LONGEST_SEARCH,
        # What was typed is nobody else's business: the browser need not remember it.
        autocomplete="off",
        live="400ms",
        on_change=again,
        icon=":material/search:",
        persist_state="session",
    )
    st.pills(
        _plain(now, "options"),
        (*ALL_OPTIONS, GENERAL),
        selection_mode="multi",
        key=state.start_with(_OPTIONS, []),
        format_func=functools.partial(reports.option_words, t),
        on_change=again,
        persist_state="session",
    )
    with st.expander(_plain(now, "more"), key="evidence.more"):
        for key, tokens, words in (
            (_THEMES, THEMES, "theme."),
            (_CERTAINTIES, CERTAINTIES, "certainty."),
            (_VOICES, VOICES, "evidence.voice."),
        ):
            st.pills(
                t(key),
                tokens,
                selection_mode="multi",
                key=state.start_with(key, []),
                format_func=functools.partial(_choice_words, t, words),
                on_change=again,
                persist_state="session",
            )
        _source(now)
        with st.container(horizontal=True, key="evidence-toggles"):
            for key in (_IN_CONFLICT, _UNUSABLE):
                st.toggle(t(key), key=state.start_with(key, False), on_change=again, persist_state="session")


def _choice_words(t: Words, words: str, choice: str) -> str:
    # The fixed word for "not graded" speaks of a clinic; here it stands for prices and our own judgement too.
    return t("evidence.certainty.not_graded" if choice == "not_graded" else words + choice)


def _source(now: Frame) -> None:
    """Draw the choice of one source.

    A select box shows the old word after a change of language, so each language has a box of its own; the token is
    carried over.
    """
    t = now.t
    key = f"{_SOURCE}.{now.lang}"
    state.put(key, state.get(_SOURCE))
    names = _sources(now.knowledge, now.lang)
    st.selectbox(
        _plain(now, "source"),
        list(names),
        index=None,
        key=key,
        placeholder=t("evidence.source.all"),
        format_func=lambda one: names[one],
        filter_mode="contains",
        on_change=_take_source,
        args=(key,),
    )


def _take_source(key: str) -> None:
    state.put(_SOURCE, state.get(key))
    _back_to_start("statements")


@functools.lru_cache(maxsize=2 * len(LANGS))
def _sources(knowledge: KnowledgeBase, lang: Lang) -> dict[str, str]:
    """Return the sources with their names and how many statements each has: clinic texts, others by name, ourselves."""
    t = Words(knowledge, lang)
    order = ("founding_text", "publication", "own_judgement")
    named = [
        (order.index(knowledge.sources[one].kind), source_name(knowledge, t, one), one, count)
        for one, count in evidence.sources_used(knowledge).items()
    ]
    named.sort(key=lambda entry: (entry[0], evidence.plainly(entry[1])))
    return {one: t("evidence.source.entry", source=name, count=t.number(count)) for _, name, one, count in named}


def source_name(knowledge: KnowledgeBase, t: Words, one: str) -> str:
    """Return a source in one line: who and when, then as much of the title as a box has room for."""
    source = knowledge.sources[one]
    own = statements.own_name(t, source)
    if own is not None:
        return own
    who = (source.authors or source.site or "").partition(",")[0]
    name = " ".join(part for part in (who, str(source.year or "")) if part)
    whole = t("pair", name=name, value=source.title) if name else source.title
    return whole if len(whole) <= _LONGEST_SOURCE else f"{whole[: _LONGEST_SOURCE - 1].rstrip()}…"


def _wanted() -> Filters:
    return Filters(
        words=evidence.words(state.get(_WORDS, "")),
        options=tuple(state.get(_OPTIONS, ())),
        themes=tuple(state.get(_THEMES, ())),
        certainties=tuple(state.get(_CERTAINTIES, ())),
        voices=tuple(state.get(_VOICES, ())),
        source=state.get(_SOURCE),
        in_conflict=state.get(_IN_CONFLICT, False),
        unusable=state.get(_UNUSABLE, False),
    )


def _active(now: Frame, filters: Filters) -> list[str]:
    """Return what is set behind the fold, so that nothing narrows the list unseen."""
    t = now.t
    groups = (
        ("themes", [t(f"theme.{one}") for one in filters.themes]),
        ("certainties", [_choice_words(t, "certainty.", one) for one in filters.certainties]),
        ("voices", [t(f"evidence.voice.{one}") for one in filters.voices]),
        ("source", [source_name(now.knowledge, t, filters.source)] if filters.source else []),
    )
    active = [t("pair", name=_plain(now, name), value=", ".join(chosen)) for name, chosen in groups if chosen]
    active += [t(key) for key, on in ((_IN_CONFLICT, filters.in_conflict), (_UNUSABLE, filters.unusable)) if on]
    return active


def _clear() -> None:
    state.put(_WORDS, "")
    for key in (_OPTIONS, _THEMES, _CERTAINTIES, _VOICES):
        state.put(key, [])
    for key in (_IN_CONFLICT, _UNUSABLE):
        state.put(key, False)
    state.put(_SOURCE, None)
    _back_to_start("statements")


# Disagreements


def _conflicts(now: Frame) -> None:
    html.block(f"<p class='ev-intro'>{_say(now, 'conflicts.lead')}</p>")
    chosen = _topics(now, "conflicts", {conflict.theme for conflict in now.knowledge.conflicts})
    found = {conflict.id: conflict for conflict in evidence.conflicts_about(now.knowledge, chosen)}
    page = evidence.page_of(tuple(found), state.get(_page_key("conflicts"), 0), _BIG)
    entries = (
        f"<li class='ev-entry'><h3>{html.text(found[one].title[now.lang])}</h3>"
        f"<p class='ev-tags'><span>{html.text(now.t('theme.' + found[one].theme))}</span></p>"
        f"{conflicts.body(now, found[one], whole=True)}</li>"
        for one in page.items
    )
    _list(now, "conflicts", page, entries)


# The picture


def _picture(now: Frame) -> None:
    t = now.t
    html.block(
        f"<h2>{_say(now, 'picture.title')}</h2><p>{_say(now, 'picture.lead')}</p><ul class='ev-key'>"
        f"<li><span class='ev-sizes' aria-hidden='true'><i></i><i></i><i></i></span>{_say(now, 'picture.size')}</li>"
        f"<li><span class='ev-dot' aria-hidden='true'></span>{_say(now, 'picture.agreed')}</li>"
        f"<li><span class='ev-ring' aria-hidden='true'></span>{_say(now, 'picture.disputed')}</li></ul>"
    )
    key = "evidence.picture.option"
    st.pills(
        _plain(now, "options"),
        (_ALL, *ALL_OPTIONS, GENERAL),
        key=state.start_with(key, _ALL),
        required=True,
        format_func=lambda one: _plain(now, "picture.all") if one == _ALL else reports.option_words(t, one),
        persist_state="session",
    )
    chosen: OptionId | General | Literal["all"] = state.get(key, _ALL)
    cells = evidence.picture(now.knowledge, None if chosen == "all" else chosen)
    columns = evidence.columns(now.knowledge)
    reading = _reading(now, cells)
    html.block(f"<p class='ev-reading'>{html.text(reading)}</p>")
    names = [t(f"theme.{one}") for one in THEMES]
    texts = [one for one in columns if one not in evidence.GATHERED]
    marks = tuple(
        charts.Mark(
            THEMES.index(theme),
            columns.index(column),
            cell.statements,
            cell.disputed,
            f"{t('theme.' + theme)}\n{_column(now, column)}",
            (t.number(cell.statements), t.number(cell.disputed)),
        )
        for (theme, column), cell in cells.items()
    )
    with st.container(key="evidence-picture"):
        st.plotly_chart(
            charts.figure(
                marks,
                rows=tuple(names),
                columns=tuple(_head_of(now, column) for column in columns),
                together=(len(texts), _plain(now, "picture.texts")),
                counted=t("evidence.picture.hover", count=charts.FIGURES[0], disputed=charts.FIGURES[1]),
                theme=now.theme,
            ),
            theme=None,
            config={"displayModeBar": False, "scrollZoom": False},
            alt=f"{_plain(now, 'picture.title')}. {reading}",
            key="evidence.chart",
        )
    html.block(f"{_who(now, columns)}<p class='hint'>{_say(now, 'picture.note')}</p>{_table(now, cells, columns)}")


def _column(now: Frame, column: str) -> str:
    if column in evidence.GATHERED:
        return _plain(now, f"column.{column}")
    return now.t("evidence.column.text", number=column.rpartition("-")[2])


def _head_of(now: Frame, column: str) -> str:
    return _plain(now, f"head.{column}") if column in evidence.GATHERED else column.rpartition("-")[2]


def _reading(now: Frame, cells: dict[tuple[Theme, str], evidence.Cell]) -> str:
    """Return in words what the picture shows first: where most is disputed."""
    t = now.t
    said = dict.fromkeys(THEMES, 0)
    disputed = dict.fromkeys(THEMES, 0)
    for (theme, _), cell in cells.items():
        said[theme] += cell.statements
        disputed[theme] += cell.disputed
    worst = max(THEMES, key=lambda theme: disputed[theme])
    if not disputed[worst]:
        return _plain(now, "picture.calm")
    return t(
        "evidence.picture.read",
        theme=t(f"theme.{worst}"),
        count=t.number(said[worst]),
        disputed=t.number(disputed[worst]),
    )


def _who(now: Frame, columns: Sequence[str]) -> str:
    items = "".join(
        f"<li><b>{html.text(_head_of(now, column))}</b> {html.text(_long(now, column))}</li>" for column in columns
    )
    return f"<h3>{_say(now, 'picture.who')}</h3><ul class='ev-who'>{items}</ul>"


def _long(now: Frame, column: str) -> str:
    if column in evidence.GATHERED:
        return _column(now, column)
    return statements.founding_name(now.t, column)


def _table(now: Frame, cells: dict[tuple[Theme, str], evidence.Cell], columns: Sequence[str]) -> str:
    t = now.t
    heads = [_say(now, "themes"), *(html.text(_head_of(now, column)) for column in columns)]
    labels = [heads[0], *(html.text(_column(now, column)) for column in columns)]
    rows = [
        [html.text(t(f"theme.{theme}")), *(html.text(_cell_words(now, cells.get((theme, one)))) for one in columns)]
        for theme in THEMES
    ]
    body = table(_say(now, "picture.caption"), heads, rows, labels=labels)
    return f"<details class='sources'><summary>{_say(now, 'picture.table')}</summary>{body}</details>"


def _cell_words(now: Frame, cell: evidence.Cell | None) -> str:
    t = now.t
    count = t.number(cell.statements if cell else 0)
    if cell is None or not cell.disputed:
        return count
    return t("evidence.picture.cell", count=count, disputed=t.number(cell.disputed))


# Side by side


def _beside(now: Frame) -> None:
    found = evidence.themes(now.knowledge)
    html.block(f"<p class='ev-intro'>{_say(now, 'beside.lead')}</p>")
    chosen = _topics(now, "beside", {found[one.claim] for one in evidence.beside(now.knowledge)})
    page = evidence.page_of(evidence.beside(now.knowledge, chosen), state.get(_page_key("beside"), 0), _BIG)
    _list(now, "beside", page, (_pair(now, one) for one in page.items))


def _pair(now: Frame, one: Beside) -> str:
    theme = now.t(f"theme.{evidence.themes(now.knowledge)[one.claim]}")
    groups = "".join(
        f"<p class='ev-relation ev-relation-{words}'>{_say(now, f'beside.{words}')}</p><ul>"
        + "".join(_other(now, other) for other in ids)
        + "</ul>"
        for words, ids in (("agrees", one.agrees), ("limits", one.limits), ("opposes", one.opposes))
        if ids
    )
    return (
        f"<li class='ev-pair' data-claim='{html.text(one.claim)}'><p class='ev-theme'>{html.text(theme)}</p>"
        f"<div class='ev-side ev-clinic_text'><p class='ev-speaker'>{_say(now, 'beside.clinic')}</p>"
        f"<p class='ev-tags'>{_kind(now, one.claim)}</p>{statements.statement(now, one.claim)}"
        f"{_not_usable(now, one.claim)}{_foot(now, one.claim)}</div>"
        f"<div class='ev-side'><p class='ev-speaker'>{_say(now, 'beside.others')}</p>{groups}</div></li>"
    )


def _other(now: Frame, one: str) -> str:
    voice = evidence.voice(now.knowledge.claims[one])
    return (
        f"<li class='ev-{voice}' data-claim='{html.text(one)}'><p class='ev-tags'>{_kind(now, one)}</p>"
        f"{statements.statement(now, one)}{_foot(now, one)}</li>"
    )


# What is not usable


def _unusable(now: Frame) -> None:
    page = evidence.page_of(evidence.unusable(now.knowledge), state.get(_page_key("unusable"), 0))
    html.block(f"<p class='ev-intro'>{_say(now, 'unusable.lead')}</p>")
    _list(now, "unusable", page, (_entry(now, one) for one in page.items))
