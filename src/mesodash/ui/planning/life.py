"""What every plan keeps free: spans of the reader's own, weekdays without sessions, public holidays."""

from __future__ import annotations

import unicodedata
from datetime import date

import streamlit as st

from mesodash.domain.closures import holidays_known_until, places, region_names
from mesodash.ui import plans, state
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html
from mesodash.ui.parts.folds import fold
from mesodash.ui.planning import board
from mesodash.ui.planning.board import DAY_FORMAT, LIFE, Page

_LIST = "tl-avoid"


def draw(page: Page) -> None:
    """Draw what is kept free, closed at first, and in one line what is set."""
    page.piece(LIFE, lambda: _draw(page))


def _draw(page: Page) -> None:
    now = page.now
    part = fold(page.now.t("timeline.life"), "timeline.life.open", page.redraw, LIFE)
    if part is not None:
        with part:
            _spans(page)
            _weekdays(page)
            _place(page)
            st.number_input(
                now.t("timeline.tolerance"),
                min_value=0,
                max_value=plans.MOST_TOLERANCE,
                step=1,
                key=state.start_with("timeline.tolerance", plans.TOLERANCE),
                on_change=page.redraw,
                args=(LIFE,),
                persist_state="session",
            )
            html.block(f"<p class='hint'>{board.say(now, 'tolerance.hint')}</p>")
    kept = summary(now) or now.t("timeline.life.nothing")
    unchecked = f" {now.t('timeline.life.no_country')}" if state.get("timeline.country") is None else ""
    html.block(f"<p class='tl-life'>{html.text(kept + unchecked)}</p>")
    board.arrive()


def summary(now: Frame) -> str:
    """Return in words what is kept free; empty if nothing is."""
    t = now.t
    parts = [span_words(now, row["first"], row["last"], row["name"]) for row in plans.rows("timeline.avoid")]
    closed = [t.weekday(plans.WEEKDAYS.index(one)) for one in plans.WEEKDAYS if one in state.get("timeline.closed", [])]
    if closed:
        parts.append(t("timeline.life.closed", days=t.list(closed)))
    country = state.get("timeline.country")
    if country is not None:
        region = plans.subdivision()
        where = t.country(country) if region is None else f"{t.country(country)}, {region_names(country)[region]}"
        parts.append(t("timeline.life.holidays", where=where))
    return t("timeline.life.kept", what=t.parted(parts)) if parts else ""


def span_words(now: Frame, first: date, last: date, name: str) -> str:
    """Return a span of days with its name, where it has one."""
    days = now.t.days(first, last)
    return now.t("timeline.named_days", name=name, days=days) if name else days


# Spans


def entry_days(now: Frame, place: str) -> tuple[str, str]:
    """Draw the date boxes of a new entry; return their keys. A new name follows each entry, so they are empty again."""
    turn = state.get(f"{place}.turn", 0)
    keys = (f"{place}.first.{turn}", f"{place}.last.{turn}")
    for box, column, label in zip(keys, st.columns(2), ("first", "last"), strict=True):
        with column:
            st.date_input(now.t(f"timeline.entry.{label}"), value=None, key=box, format=DAY_FORMAT[now.lang])
    return keys


def entry_name(now: Frame, place: str) -> str:
    key = f"{place}.name.{state.get(f'{place}.turn', 0)}"
    st.text_input(
        now.t("timeline.entry.name"),
        key=key,
        max_chars=plans.LONGEST_NAME,
        placeholder=now.t(f"{place}.example"),
        autocomplete="off",
    )
    return key


def read_entry(place: str, keys: tuple[str, str], name: str) -> dict[str, object] | None:
    """Return the days and the name of a new entry, or None after saying what is wrong with it."""
    first, last = state.get(keys[0]), state.get(keys[1])
    fault = None
    if first is None:
        fault = "day"
    elif last is not None and last < first:
        fault = "order"
    elif len(plans.rows(place)) >= plans.MOST_ROWS:
        fault = "many"
    state.put(f"{place}.fault", fault)
    if fault is not None:
        return None
    state.put(f"{place}.turn", state.get(f"{place}.turn", 0) + 1)
    return {"first": first, "last": last or first, "name": (state.get(name) or "").strip()}


def entry_fault(now: Frame, place: str) -> None:
    fault = state.get(f"{place}.fault")
    words = "" if fault is None else f"<p class='tl-need'>{board.say(now, f'entry.fault.{fault}')}</p>"
    html.block(f"<div role='alert'>{words}</div>")


def drop_entry(place: str, position: int) -> None:
    rows = plans.rows(place)
    state.put(place, rows[:position] + rows[position + 1 :])


def _spans(page: Page) -> None:
    now = page.now
    t = now.t
    html.block(f"<h3 id='{_LIST}' tabindex='-1'>{board.say(now, 'avoid')}</h3><p>{board.say(now, 'avoid.hint')}</p>")
    for position, row in enumerate(plans.rows("timeline.avoid")):
        words = span_words(now, row["first"], row["last"], row["name"])
        with st.container(horizontal=True, vertical_alignment="center"):
            html.block(f"<p class='tl-entry'>{html.text(words)}</p>")
            st.button(
                t("timeline.entry.remove"),
                key=f"timeline.avoid.drop.{position}",
                on_click=_drop,
                args=(page, position),
                icon=":material/close:",
            )
    keys = entry_days(now, "timeline.avoid")
    name = entry_name(now, "timeline.avoid")
    st.button(
        t("timeline.avoid.add"), key="timeline.avoid.add", on_click=_add, args=(page, keys, name), icon=":material/add:"
    )
    entry_fault(now, "timeline.avoid")


def _add(page: Page, keys: tuple[str, str], name: str) -> None:
    row = read_entry("timeline.avoid", keys, name)
    if row is not None:
        state.put("timeline.avoid", sorted([*plans.rows("timeline.avoid"), row], key=lambda one: one["first"]))
    page.redraw(LIFE)


def _drop(page: Page, position: int) -> None:
    drop_entry("timeline.avoid", position)
    state.move_to(_LIST)
    page.redraw(LIFE)


# Closed days


def _weekdays(page: Page) -> None:
    now = page.now
    st.pills(
        now.t("timeline.closed"),
        plans.WEEKDAYS,
        selection_mode="multi",
        key=state.start_with("timeline.closed", []),
        format_func=lambda one: now.t.weekday(plans.WEEKDAYS.index(one)),
        on_change=page.redraw,
        args=(LIFE,),
        persist_state="session",
    )


def _place(page: Page) -> None:
    now = page.now
    t = now.t
    # The framework keeps the word of another language in a list box, so each language has a box of its own.
    box = f"timeline.country.{now.lang}"
    left, right = st.columns(2)
    with left:
        st.selectbox(
            t("timeline.country"),
            sorted(places(), key=lambda code: sort_key(t.country(code))),
            index=None,
            key=state.start_with(box, state.get("timeline.country")),
            format_func=t.country,
            placeholder=t("timeline.country.none"),
            on_change=_take_country,
            args=(page, box),
        )
    country = state.get("timeline.country")
    regions = region_names(country) if country is not None else {}
    if regions:
        region = f"timeline.region.{now.lang}.{country}"
        with right:
            st.selectbox(
                t("timeline.subdivision"),
                sorted(regions, key=lambda code: sort_key(regions[code])),
                index=None,
                key=state.start_with(region, plans.subdivision()),
                format_func=lambda code: regions[code],
                placeholder=t("timeline.subdivision.none"),
                on_change=_take_region,
                args=(page, region),
            )
    if country is not None:
        hint = t("timeline.country.until", year=holidays_known_until(country))
        html.block(f"<p class='hint'>{html.text(hint)}</p>")


def sort_key(name: str) -> str:
    """Return a name for sorting: letters with marks stand with those without."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold() or name


def _take_country(page: Page, box: str) -> None:
    state.put("timeline.country", state.get(box))
    state.put("timeline.subdivision", None)
    page.redraw(LIFE)


def _take_region(page: Page, box: str) -> None:
    state.put("timeline.subdivision", state.get(box))
    page.redraw(LIFE)
