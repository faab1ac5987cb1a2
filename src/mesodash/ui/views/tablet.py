"""A patient alone at a tablet: language, notice, questions screen by screen, a plain result, a code to hand over."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from mesodash.domain import eligibility, screens
from mesodash.domain.eligibility import Reason
from mesodash.domain.truth import Value
from mesodash.errors import StoreError
from mesodash.i18n import Words
from mesodash.knowledge.records import LANGS, Lang
from mesodash.store.database import the_store
from mesodash.store.records import Event
from mesodash.ui import access, guard, state
from mesodash.ui.frame import Frame, knowledge
from mesodash.ui.parts import html, plain_questions, statements

_SCREEN = "tablet.screen"
_LANGUAGE, _NOTICE, _REFUSED, _END, _RESULT, _CODE = "language", "notice", "refused", "end", "result", "code"
_ASK = "ask."
"""Before the name of a screen of questions."""

_TURN = "tablet.turn"
"""0 or 1, another one on each screen: by it the style sheet lets the second of two quick taps go by."""
_BEFORE = "tablet.before"
_PROMISED = "tablet.promised"
"""Minutes that a hand-over is kept, seconds until an untouched screen is erased, and which notice said so."""
_ERASED = "tablet.erased"
_FAILED = "tablet.failed"
_MADE = "tablet.made"
"""What the code screen shows: the code, until when, and what to tell the team."""

NOTICE = ("what", "free", "reads", "name", "kept", "gone", "idle", "young")
YOUNG = "reason.child"
"""The one red flag that is no alarm: it is said kindly."""


def show(now: Frame) -> None:
    """Draw the screen that this session has come to."""
    now = replace(now, plain=True)
    html.sheet("tablet")
    html.leave_fields_on_tap()
    place = state.get(_SCREEN, _LANGUAGE)
    _VIEWS.get(place, _questions)(now)
    move = state.asked_move()
    if move is not None:
        html.move_to(*move)


# --- getting around


def _place(screen: str) -> str:
    return "screen-" + screen.replace(".", "-").replace("_", "-")


def _turn(screen: str) -> None:
    """Go to a screen, whichever it was before: a second tap on the same button changes nothing."""
    state.put(_SCREEN, screen)
    state.put(_TURN, 1 - state.get(_TURN, 0))
    state.put(_FAILED, None)
    state.put(_ERASED, None)
    state.move_to(_place(screen))


def _wipe(reason: Event) -> None:
    with state.unbroken():
        turn = state.get(_TURN, 0)
        guard.wipe_here(reason)
        state.put(_TURN, turn)


def _heading(now: Frame, words: str, *, step: str = "") -> None:
    place = _place(state.get(_SCREEN, _LANGUAGE))
    beside = f" <span class='step'>{html.text(step)}</span>" if step else ""
    html.block(f"<h1 id='{place}' tabindex='-1'>{html.text(words)}{beside}</h1>")


def _paragraphs(now: Frame, *keys: str, **values: str | int) -> None:
    html.block("".join(f"<p>{html.text(now.t(key, **values))}</p>" for key in keys))


@dataclass(frozen=True, slots=True)
class _Way:
    """A button that leads on: the key of its words, what it does, and its own name."""

    words: str
    go: Callable[..., None]
    to: tuple[Any, ...] = ()
    name: str = ""
    leads: bool = True


def _steps(now: Frame, back: str | None, *ways: _Way) -> None:
    """Draw the way back and the ways on, within the reach of a thumb."""
    screen = state.get(_SCREEN, _LANGUAGE)
    key = f"tablet_steps_{state.get(_TURN, 0)}"
    side: Literal["right", "distribute"] = "right" if back is None else "distribute"
    with st.bottom, st.container(horizontal=True, horizontal_alignment=side, key=key):
        if back is not None:
            st.button(now.t("tablet.back"), key=f"tablet.back.{screen}", on_click=_turn, args=(back,))
        for way in ways:
            st.button(
                now.t(way.words),
                key=f"{way.words}.{way.name}" if way.name else way.words,
                type="primary" if way.leads else "secondary",
                on_click=way.go,
                args=way.to,
            )


# --- before the questions


def _language(now: Frame) -> None:
    tongues = {lang: Words(now.knowledge, lang) for lang in LANGS}
    said = {lang: html.text(t("tablet.language.title")) for lang, t in tongues.items()}
    lines = "".join(f"<span lang='{lang}'>{words}</span>" for lang, words in said.items())
    html.block(f"<h1 id='{_place(_LANGUAGE)}' class='tongues' tabindex='-1'>{lines}</h1>")
    erased = now.t("tablet.erased") if state.get(_ERASED) else ""
    html.block(f"<p class='hint' role='status'>{html.text(erased)}</p>")
    with st.container(key="tablet_tongues", gap="small"):
        for lang in LANGS:
            st.button(now.t(f"lang.{lang}"), key=f"tablet.lang.{lang}", on_click=_speak, args=(lang,), width="stretch")
    html.block(
        f"<p class='team'><a href='auth/sign-in?lang={now.lang}' target='_self'>"
        f"{html.text(now.t('tablet.team'))}</a></p>"
    )


def _speak(lang: Lang) -> None:
    state.choose_language(lang)
    _turn(_NOTICE)


def notice_version(t: Words) -> str:
    """Return what tells a wording of the notice from any other one: a hash over its texts in this language."""
    said = [t(f"tablet.notice.{one}") for one in NOTICE] + [t("fixed_sentence")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _notice(now: Frame) -> None:
    t = now.t
    _heading(now, t("tablet.notice.title"))
    try:
        settings = the_store().settings.read()
    except StoreError:
        # Without it nothing can be promised, so nothing is asked.
        html.block(_failed(now, "tablet.not_now"))
        _steps(now, _LANGUAGE)
        return
    values = {"minutes": settings.handover_minutes, "seconds": settings.idle_seconds}
    points = "".join(f"<li>{html.text(t(f'tablet.notice.{one}', **values))}</li>" for one in NOTICE[1:])
    html.block(f"<p>{html.text(t('tablet.notice.what', **values))}</p><ul class='notice'>{points}</ul>")
    promised = (settings.handover_minutes, settings.idle_seconds, notice_version(t))
    refuse = _Way("tablet.notice.refuse", _refuse, leads=False)
    _steps(now, _LANGUAGE, refuse, _Way("tablet.notice.begin", _begin, promised))


def _begin(minutes: int, seconds: int, notice: str) -> None:
    state.put(_PROMISED, {"minutes": minutes, "seconds": seconds, "notice": notice})
    access.record("tablet_begun", mode="tablet", now=datetime.now(UTC))
    _turn(_ASK + knowledge().screens[0].id)


def _refuse() -> None:
    _wipe("tablet_refused")
    _turn(_REFUSED)


def _refused(now: Frame) -> None:
    _heading(now, now.t("tablet.refused.title"))
    _paragraphs(now, "tablet.refused.body")
    _steps(now, None, _Way("tablet.refused.back", _turn, (_LANGUAGE,)))


# --- the questions


def _questions(now: Frame) -> None:
    t = now.t
    asked = screens.asked(now.knowledge, now.answers)
    here = state.get(_SCREEN, "").removeprefix(_ASK)
    # A new edition of the screens, or an answer that took the whole screen away, cannot leave anybody in nowhere.
    here = here if here in asked else next(iter(asked))
    place = list(asked).index(here) + 1
    # What is said at the foot stands on the screens before and after; here all room is for the questions.
    html.style(".foot { display: none; }")
    _top(now, t(f"tablet.screen.{here}"), place, len(asked))
    for name in asked[here]:
        plain_questions.draw(now, now.knowledge.questions[name])
    before, after = screens.around(asked, here)
    back = _NOTICE if before is None else _ASK + before
    forward = _RESULT if after is None else _ASK + after
    _steps(now, back, _Way("tablet.next", _turn, (forward,), here))


def _top(now: Frame, words: str, place: int, count: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", key="tablet_top"):
        _heading(now, words, step=now.t("tablet.progress", place=place, all=count))
        _end_button(now)
    html.block(f"<div class='way' aria-hidden='true'><div style='width: {100 * place // count}%'></div></div>")


def _end_button(now: Frame) -> None:
    screen = state.get(_SCREEN)
    st.button(now.t("tablet.end"), key=f"tablet.end.{screen}", on_click=_ask_to_end, args=(screen,))


def _ask_to_end(screen: str) -> None:
    state.put(_BEFORE, screen)
    _turn(_END)


def _end(now: Frame) -> None:
    t = now.t
    _heading(now, t("tablet.end.title"))
    _paragraphs(now, "tablet.end.body")
    with st.container(key="tablet_end", gap="small"):
        st.button(
            t("tablet.end.no"), key="tablet.stay", type="primary", on_click=_turn, args=(state.get(_BEFORE, _LANGUAGE),)
        )
        st.button(t("tablet.end.yes"), key="tablet.erase", on_click=_erase)


def _erase() -> None:
    _wipe("wiped_end")
    _turn(_LANGUAGE)
    state.put(_ERASED, True)


# --- the end


def _given() -> tuple[dict[str, Value], tuple[Reason, ...]]:
    """Return what is handed over, and the red flags of it."""
    base = knowledge()
    given = screens.to_hand_over(base, state.answers(base.questions))
    return given, eligibility.assess(base, given, tablet=True).red_flags


def _result(now: Frame) -> None:
    t = now.t
    asked = screens.asked(now.knowledge, now.answers)
    _top(now, t("tablet.result.title"), len(asked), len(asked))
    _paragraphs(now, "tablet.result.thanks")
    _, flags = _given()
    _red_flags(now, flags)
    _left_open(now)
    minutes = state.get(_PROMISED)["minutes"]
    happens = [t("tablet.then.code", minutes=minutes), t("tablet.then.show"), t("tablet.then.talk")]
    then = "".join(f"<li>{html.text(one)}</li>" for one in happens)
    html.block(
        f"<h2>{html.text(t('tablet.then.title'))}</h2><ol>{then}</ol><p>{html.text(t('tablet.then.choice'))}</p>"
    )
    with st.container(key="tablet_failed"):
        if state.get(_FAILED):
            html.block(_failed(now, "tablet.failed"))
    _steps(now, _ASK + list(asked)[-1], _Way("tablet.make", _make))


def _failed(now: Frame, key: str) -> str:
    """Return the one line for a patient; why it failed, and what to do, the team's pages and the server's log say."""
    return f"<div class='failed' id='tablet-failed' tabindex='-1' role='alert'><p>{html.text(now.t(key))}</p></div>"


def _red_flags(now: Frame, flags: tuple[Reason, ...]) -> None:
    t = now.t
    alarms = [one for one in flags if one.text != YOUNG]
    if alarms:
        items = "".join(f"<li>{_plainly(now, one)}</li>" for one in alarms)
        html.block(
            f"<section class='flags' aria-label='{html.text(t('tablet.flags.title'))}'><h2 class='flags-title'>⚑ "
            f"{html.text(t('tablet.flags.title'))}</h2><p>{html.text(t('tablet.flags.lead'))}</p><ul>{items}</ul></section>"
        )
    for one in flags:
        if one.text == YOUNG:
            html.block(
                f"<section class='young'><h2>{html.text(t('tablet.young.title'))}</h2>"
                f"<p>{html.text(t('tablet.young.body'))}</p>{_plainly(now, one)}</section>"
            )


def _plainly(now: Frame, flag: Reason) -> str:
    return statements.sourced(now, "said.flag." + flag.text.removeprefix("reason."), flag.sources, linked=False)


def _left_open(now: Frame) -> None:
    t = now.t
    stands = screens.standing(now.knowledge, now.answers)
    parts = [f"<h2>{html.text(t('tablet.open.title'))}</h2>"]
    if not stands.left_open:
        parts.append(f"<p>{html.text(t('tablet.open.none'))}</p>")
    for key, names in (("tablet.open.count", stands.left_open), ("tablet.open.unknown", stands.not_known)):
        if names:
            listed = "".join(f"<li>{html.text(t(f'ask_plain.{name}'))}</li>" for name in names)
            parts.append(
                f"<p>{html.text(t(key, count=len(names)))}</p><details class='sources'><summary>"
                f"{html.text(t('tablet.open.show'))}</summary><ul>{listed}</ul></details>"
            )
    html.block("".join(parts))


def _make() -> None:
    """Hand the answers over and forget them; where that fails they stay, and the screen says why."""
    with state.unbroken():
        if state.get(_MADE) is not None:
            return
        given, flags = _given()
        base, moment = knowledge(), datetime.now(UTC)
        promised = state.get(_PROMISED)
        content = {
            "answers": given,
            "lang": state.language(),
            "content_version": base.version,
            "content_hash": base.digest,
            "answered_at": moment.isoformat(timespec="seconds"),
            "notice": promised["notice"],
        }
        try:
            code = the_store().handovers.put(content, now=moment, minutes=promised["minutes"])
        except StoreError:
            state.put(_FAILED, True)
            state.move_to("tablet-failed")
            return
        _wipe("handed_over")
        state.put(
            _MADE,
            {
                "code": code,
                "until": (moment + timedelta(minutes=promised["minutes"])).isoformat(),
                "seconds": promised["seconds"],
                "alarm": any(one.text != YOUNG for one in flags),
                "young": any(one.text == YOUNG for one in flags),
            },
        )
        _turn(_CODE)


def _code(now: Frame) -> None:
    t = now.t
    made = state.get(_MADE)
    _heading(now, t("tablet.code.title"))
    tell = [f"⚑ {t('tablet.flags.title')}"] if made["alarm"] else []
    tell += [t("tablet.young.tell")] if made["young"] else []
    if tell:
        html.block("".join(f"<p class='tell'>{html.text(one)}</p>" for one in tell))
    groups = "".join(f"<span>{html.text(one)}</span>" for one in made["code"].split("-"))
    html.block(f"<p class='code' translate='no'>{groups}</p>")
    until = datetime.fromisoformat(made["until"])
    _paragraphs(now, "tablet.code.show", "tablet.code.read")
    html.block(f"<p class='until'>{html.text(t('tablet.code.valid', time=t.clock(until)))}</p>")
    _picture(now, made["code"])
    _paragraphs(now, "tablet.code.gone", "tablet.code.idle", seconds=made["seconds"])
    _steps(now, None, _Way("tablet.done", _erase))


def _picture(now: Frame, code: str) -> None:
    """Draw the picture that opens the inbox; nothing where this page's own address is not known."""
    address = urlsplit(st.context.url or "")
    if not address.netloc:
        return
    import segno

    drawn = io.BytesIO()
    segno.make_qr(f"{address.scheme}://{address.netloc}/inbox#{code}", error="m").save(
        drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False
    )
    html.block(
        f"<figure class='scan'>{html.picture(drawn.getvalue(), now.t('tablet.code.picture'), kind='qr')}"
        f"<figcaption>{html.text(now.t('tablet.code.scan'))}</figcaption></figure>"
    )


_VIEWS: dict[str, Callable[[Frame], None]] = {
    _LANGUAGE: _language,
    _NOTICE: _notice,
    _REFUSED: _refused,
    _END: _end,
    _RESULT: _result,
    _CODE: _code,
}
