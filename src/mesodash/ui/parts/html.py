"""HTML of our own for what reads better than widgets. All text that goes in is escaped here."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from mesodash.knowledge.records import Lang
from mesodash.paths import DATA

_ASSETS = Path(__file__).parents[1] / "assets"


def text(value: str) -> str:
    """Return `value` with the characters escaped that mean something in HTML.

    A number and its per cent sign stay on one line.
    """
    return escape(value.replace(" %", "\N{NO-BREAK SPACE}%"), quote=True)


def block(markup: str) -> None:
    """Draw markup whose variable parts went through `text`."""
    st.html(markup)


@functools.cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def heading(level: int, words: str) -> None:
    """Draw a heading; 1 is the page's own."""
    block(f"<h{level}>{text(words)}</h{level}>")


def style(css: str) -> None:
    st.html(f"<style>{css}</style>")


def sheet(name: str, *, media: str | None = None) -> None:
    """Apply one of our style sheets to the page, only where `media` holds if it is given."""
    css = _asset(f"{name}.css")
    style(css if media is None else f"@media {media} {{ {css} }}")


def set_document_language(lang: Lang) -> None:
    """Tell the browser and the screen reader which language the page is in after a switch.

    The first paint has it from the server.
    """
    _script(f"document.documentElement.lang = '{lang}'")


def move_to(place: str, times: int) -> None:
    """Bring an element of ours into view and give it the focus, for what follows a tap far below it.

    Args:
        place: The element's id.
        times: How often this was done before: the browser runs the same line of script only once.
    """
    _script(
        f"/* {times} */ (one => {{ one?.focus({{preventScroll: true}}); one?.scrollIntoView(); }})"
        f"(document.getElementById('{place}'))"
    )


def open_all(folds: str, *, is_open: bool) -> None:
    """Open or close folds where they are; those marked to stay open are never closed.

    Args:
        folds: Their selector.
    """
    _script(
        f"document.querySelectorAll({json.dumps(folds)})"
        f".forEach(one => {{ one.open = {json.dumps(is_open)} || one.matches('[data-stays]'); }})"
    )


def leave_to(path: str, **query: str) -> None:
    """Let the browser open another page of ours in place of this one, of which nothing stays behind it.

    Args:
        path, query: Never anything that somebody typed.
    """
    _script(f"location.replace({json.dumps(f'{path}?{urlencode(query)}')})")


def offer_no_earlier_words() -> None:
    """Keep the browser from offering, in a field for free text, what was typed there before.

    The framework's field has no setting for it.
    """
    _script(
        "document.addEventListener('focusin', one => "
        "{ if (one.target.type === 'textarea') one.target.autocomplete = 'off' })"
    )


def _script(line: str) -> None:
    st.html(f"<script>{line}</script>", unsafe_allow_javascript=True)


@functools.cache
def _data_address(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()


def icon(option: str) -> str:
    """Return an image tag for the icon of an option; decorative, because its name always stands beside it."""
    return f'<img class="icon" alt="" src="{_data_address(_ASSETS / "icons" / f"option-{option}.svg")}">'


def stage_picture(name: str, alt: str) -> str:
    """Return an image tag for a drawing in `data/stages/`."""
    return f'<img class="stage" alt="{text(alt)}" src="{_data_address(DATA / "stages" / f"{name}.svg")}">'


def stages_on_answers(key: str, names: Sequence[str]) -> None:
    """Put drawings in `data/stages/` above the words of the first answers of a question.

    Args:
        key: That of the container around its control.
        names: One drawing per answer, in the order of the answers.
    """
    style(
        "".join(
            f'.st-key-{key} [data-testid="stButtonGroup"] button:nth-child({place})'
            f" {{ background-image: url({_data_address(DATA / 'stages' / f'{name}.svg')}); }}"
            for place, name in enumerate(names, start=1)
        )
        + f'.st-key-{key} [data-testid="stButtonGroup"] button:nth-child(-n+{len(names)}) {{ min-height: 11.5rem;'
        " padding-top: 7.4rem; background-repeat: no-repeat; background-position: center 0.5rem;"
        " background-size: auto 6.6rem; align-items: flex-start; }"
    )


def picture(svg: bytes, alt: str, *, kind: str) -> str:
    """Return an image tag for a drawing made here; the framework lets no drawing through as it is.

    Args:
        kind: Its class in the style sheet.
    """
    address = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
    return f'<img class="{kind}" alt="{text(alt)}" src="{address}">'


def print_on_tap() -> None:
    """Have every button of the class `print-now` open the browser's printing."""
    _script(
        "window.mesodashPrints ??= (document.addEventListener('click', "
        "one => { if (one.target.closest('.print-now')) print(); }), true)"
    )


def leave_fields_on_tap() -> None:
    """Have a field give up what was typed as soon as a button is touched; some tablets do so only afterwards."""
    _script(
        "document.addEventListener('pointerdown', one => [document.activeElement].forEach("
        "field => field?.matches('input') && one.target.closest('button') && field.blur()), true)"
    )
