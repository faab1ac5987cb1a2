"""The way in and out: sign-in, sign-out and the passphrase, as pages of our own that work without any script."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Literal
from urllib.parse import parse_qs, parse_qsl, urlencode

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from mesodash.errors import InputError, StoreError
from mesodash.i18n import Words
from mesodash.i18n.words import fault
from mesodash.knowledge.records import LANGS, Lang
from mesodash.store.database import the_store
from mesodash.store.passphrase import SHORTEST
from mesodash.store.records import Event
from mesodash.ui import access, accounts, state
from mesodash.ui.access import Door
from mesodash.ui.frame import knowledge

_ASSETS = Path(__file__).parent / "assets"
_MOST_BYTES = 16_000
_REFUSED = ("account", "exchange", "setup")


# --- requests


class _Asked:
    """One request at the door, and what is known about whoever sends it."""

    def __init__(self, request: Request, form: Mapping[str, str]) -> None:
        self.form = form
        self.now = datetime.now(UTC)
        self.lang = language(request)
        self.t = Words(knowledge(), self.lang)
        self.query = _query(request)
        self.path: str = request.scope["path"]
        self.headers = dict(request.headers)
        self.token = access.token_of(request.cookies)
        self.client = request.client.host if request.client else ""
        self.secure = request.scope["scheme"] == "https" or self.headers.get("origin", "").startswith("https://")

    def door(self) -> Door:
        return access.look(self.headers, self.token, now=self.now)

    def record(self, event: Event) -> None:
        the_store().audit.record(event, mode="door", lang=self.lang, now=self.now)

    def next(self) -> str:
        """Return the page to be opened after the sign-in, as the address or the form names it."""
        named = self.form.get("next") or self.query.get("next") or ""
        return named if named in state.pages("together")[1:] else ""


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.scope["query_string"].decode("latin-1")))


def language(request: Request) -> Lang:
    """Return the language of the address, else of the browser, else English."""
    wanted = (_query(request).get("lang"), request.headers.get("accept-language", "")[:2])
    return next((lang for one in wanted for lang in LANGS if lang == one), "en")


def is_own(headers: Mapping[str, str]) -> bool:
    """Return whether a form was sent by a page of this server.

    Browsers say so themselves where the connection is safe; elsewhere the page's origin has to be the asked host.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return access.same_origin(headers) is True


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; nothing of one that is far too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _route(path: str, shown: Callable[[_Asked], Response], sent: Callable[[_Asked], Response] | None = None) -> Route:
    """Return a route whose work, which waits for the store, is done beside the event loop."""

    async def answer(request: Request) -> Response:
        if sent is not None and request.method == "POST":
            form = await _form(request)
            if not is_own(request.headers):
                asked = _Asked(request, {})
                return _page(asked, asked.t("door.title"), _alert(asked.t("door.refused.origin")), status=403)
            return await run_in_threadpool(_safely, sent, _Asked(request, form))
        return await run_in_threadpool(_safely, shown, _Asked(request, {}))

    return Route(path, answer, methods=["GET"] if sent is None else ["GET", "POST"])


def _safely(work: Callable[[_Asked], Response], asked: _Asked) -> Response:
    try:
        return work(asked)
    except StoreError as error:
        t = asked.t
        return _page(asked, t("locked.title"), _p(t("locked.store")) + _alert(fault(t, error)), status=503)


# --- sign-in


def _sign_in(asked: _Asked) -> Response:
    return _sign_in_page(asked, asked.door())


def _sign_in_page(asked: _Asked, door: Door, *, said: str = "", status: int = 200) -> Response:
    t = asked.t
    if door.signed_in:
        body = _p(t("door.signed_in")) + _button(_address("/", asked), t("door.to_pages"))
        body += _sign_out_form(asked, second=True)
        body += f"<script>{_script()}</script>"
        return _page(asked, t("door.title"), body, clinic=door.settings.name)
    if door.is_open:
        body = _p(t("door.open")) + _button(_address("/", asked), t("door.to_pages"))
        body += _button(_address("/auth/passphrase", asked), t("door.set"), second=True)
        return _page(asked, t("door.open_title"), body)
    refused = asked.query.get("refused", "")
    if not said and refused in _REFUSED:
        said = t(f"door.refused.{refused}")
    body = _alert(said) if said else _p(t("door.signed_out")) if "done" in asked.query else ""
    if door.can_be_locked and not said:
        body += _p(t("door.lead"))
    body += _waits(asked, door)
    if door.passphrase:
        body += _passphrase_form(asked, refused=bool(said))
    else:
        body += _p(t("door.no_passphrase")) + _command(t)
    if door.providers:
        body += "<hr>" + _account_ways(asked, door)
    if door.can_be_locked:
        body += f"<ul class='ways'><li>{_link(_address('/', asked), t('door.to_tablet'))}</li></ul>"
    body += f"<script>{_script()}</script>"
    return _page(asked, t("door.title"), body, status=status, clinic=door.settings.name)


def _waits(asked: _Asked, door: Door) -> str:
    """Return what a browser shows that has the code of a hand-over behind the # of its address."""
    if not door.can_be_locked:
        return ""
    words = asked.t("door.waits")
    if door.providers and door.settings.allowed_accounts:
        words = f"{words} {asked.t('door.waits_account')}"
    return f"<p role='status' data-waits hidden>{escape(words)}</p>"


def _passphrase_form(asked: _Asked, *, refused: bool) -> str:
    t = asked.t
    return (
        f"<form method='post' action='{_address('/auth/sign-in', asked)}'>"
        # Password managers look for a name beside each passphrase.
        "<input type='text' name='username' value='mesodash' autocomplete='username' hidden>"
        f"<input type='hidden' name='next' value='{asked.next()}'>"
        + _field(
            "passphrase", t("door.passphrase"), "current-password", told_by=("said",) if refused else (), focus=True
        )
        + f"<button>{escape(t('door.sign_in'))}</button></form>"
        f"<details><summary>{escape(t('door.forgotten'))}</summary>{_p(t('door.forgotten_how'))}{_command(t)}</details>"
    )


def _account_ways(asked: _Asked, door: Door) -> str:
    t = asked.t
    if not door.settings.allowed_accounts:
        return _p(t("door.nobody"))
    ways = ""
    for name in door.providers:
        words = t("door.account") if name == accounts.DEFAULT else t("door.account_named", name=name)
        ways += _button(_address("/auth/account", asked, provider=name), words, second=door.passphrase)
    return ways + _p(t("door.account_hint"))


def _signing_in(asked: _Asked) -> Response:
    door = asked.door()
    if not door.passphrase:
        return _sign_in_page(asked, door, status=403)
    try:
        right = the_store().passphrase.verify(asked.form.get("passphrase", ""), client=asked.client, now=asked.now)
    except StoreError as error:
        if error.key != "lock.slow":
            raise
        answer = _sign_in_page(asked, door, said=fault(asked.t, error), status=429)
        answer.headers["retry-after"] = str(error.params["seconds"])
        return answer
    if not right:
        asked.record("sign_in_refused")
        return _sign_in_page(asked, door, said=asked.t("door.refused.passphrase"), status=403)
    answer = _go(_plain_address(f"/{asked.next()}", asked))
    _let_in(asked, answer, "passphrase")
    return answer


def _let_in(asked: _Asked, answer: Response, kind: Literal["passphrase", "account"]) -> None:
    """Begin a sign-in, give its token to this browser alone, and end the one it had."""
    if asked.token:
        access.end(asked.token)
    token = the_store().sign_ins.begin(now=asked.now, kind=kind)
    asked.record("signed_in")
    answer.set_cookie(access.cookie(), token, path="/", httponly=True, samesite="strict", secure=asked.secure)


# --- sign-out


def _sign_out(asked: _Asked) -> Response:
    """Ask whether to sign out; go on where that was done already, after taking back the cookie that opens nothing."""
    door = asked.door()
    if door.signed_in:
        t = asked.t
        body = _sign_out_form(asked) + _button(_address("/", asked), t("door.to_pages"), second=True)
        return _page(asked, t("door.sign_out_title"), body)
    return _signed_out(asked)


def _signing_out(asked: _Asked) -> Response:
    if asked.token:
        held = asked.door().signed_in
        access.end(asked.token)
        if held:
            asked.record("signed_out")
    return _signed_out(asked)


def _signed_out(asked: _Asked) -> Response:
    to_tablet = "tablet" in (asked.query.get("to"), asked.form.get("to"))
    answer = _go(_plain_address("/", asked) if to_tablet else _plain_address("/auth/sign-in", asked, done="1"))
    answer.delete_cookie(access.cookie(), path="/", httponly=True, samesite="strict", secure=asked.secure)
    return answer


def _sign_out_form(asked: _Asked, *, second: bool = False) -> str:
    action, look = _address("/auth/sign-out", asked), " class='second'" if second else ""
    return f"<form method='post' action='{action}'><button{look}>{escape(asked.t('door.sign_out'))}</button></form>"


# --- passphrase


def _passphrase(asked: _Asked) -> Response:
    return _passphrase_page(asked, asked.door())


def _passphrase_page(asked: _Asked, door: Door, *, said: str = "", status: int = 200) -> Response:
    """Return the form; only for whoever is signed in, or while nothing is locked and nobody else can reach it."""
    t = asked.t
    if not door.signed_in and not door.is_open:
        return _sign_in_page(asked, door, status=403)
    body = _alert(said) if said else ("" if door.passphrase else _p(t("door.set_lead"))) + _p(t("door.set_ends"))
    body += (
        f"<form method='post' action='{_address('/auth/passphrase', asked)}'>"
        "<input type='text' name='username' value='mesodash' autocomplete='username' hidden>"
    )
    if door.passphrase:
        body += _field("current", t("door.current"), "current-password", told_by=("said",) if said else (), focus=True)
    hint = f"<p class='hint' id='hint'>{escape(t('door.new_hint', low=SHORTEST))}</p>"
    body += (
        _field(
            "new",
            t("door.new"),
            "new-password",
            told_by=("said", "hint") if said else ("hint",),
            focus=not door.passphrase,
        )
        + hint
        + _field("repeat", t("door.repeat"), "new-password")
        + f"<button>{escape(t('door.save'))}</button></form>"
        f"<ul class='ways'><li>{_link(_address('/clinic', asked), t('door.to_clinic'))}</li></ul>"
    )
    title = t("door.change_title" if door.passphrase else "door.set_title")
    return _page(asked, title, body, status=status, clinic=door.settings.name)


def _setting(asked: _Asked) -> Response:
    door, t, store = asked.door(), asked.t, the_store()
    if not door.signed_in and not door.is_open:
        return _sign_in_page(asked, door, status=403)
    new = asked.form.get("new", "")
    if new != asked.form.get("repeat", ""):
        return _passphrase_page(asked, door, said=t("lock.differs"), status=422)
    if door.passphrase:
        try:
            right = store.passphrase.verify(asked.form.get("current", ""), client=asked.client, now=asked.now)
        except StoreError as error:
            if error.key != "lock.slow":
                raise
            return _passphrase_page(asked, door, said=fault(t, error), status=429)
        if not right:
            asked.record("sign_in_refused")
            return _passphrase_page(asked, door, said=t("door.refused.current"), status=403)
    try:
        store.passphrase.set(new)
    except InputError as error:
        return _passphrase_page(asked, door, said=fault(t, error), status=422)
    asked.record("passphrase_set")
    answer = _go(_plain_address("/clinic", asked))
    _let_in(asked, answer, "passphrase")
    return answer


# --- accounts


def _account(asked: _Asked) -> Response:
    """Lead to the provider; a link and no form, because a form may lead to no other server."""
    door = asked.door()
    name = asked.query.get("provider", "")
    if name not in door.providers or not door.settings.allowed_accounts:
        return _sign_in_page(asked, door, status=403)
    way = accounts.way_to(name)
    return _sign_in_page(asked, door, said=asked.t("door.refused.setup"), status=503) if way is None else _go(way)


def _arrived(request: Request, may: bool) -> tuple[str, str | None]:
    asked = _Asked(request, {})
    answer = Response()
    try:
        if may:
            _let_in(asked, answer, "account")
        else:
            asked.record("sign_in_refused")
    except StoreError:
        return _plain_address("/auth/sign-in", asked), None
    if not may:
        return _plain_address("/auth/sign-in", asked, refused="account"), None
    return _plain_address("/", asked), answer.headers["set-cookie"]


def _allowed() -> tuple[str, ...]:
    try:
        return the_store().settings.read().allowed_accounts
    except StoreError:
        return ()


def _inside(asked: _Asked) -> Response:
    """Say whether the pages for the team open in this browser; what else there is to say, they say themselves."""
    try:
        door = asked.door()
        out = door.can_be_locked and not door.signed_in
    except StoreError:
        out = False
    return PlainTextResponse("out" if out else "in")


# --- what the server is given


def routes() -> list[Route]:
    return [
        _route("/auth/sign-in", _sign_in, _signing_in),
        _route("/auth/sign-out", _sign_out, _signing_out),
        _route("/auth/passphrase", _passphrase, _setting),
        _route("/auth/account", _account),
        _route("/auth/inside", _inside),
    ]


def middleware() -> Middleware:
    return Middleware(accounts.Accounts, arrived=_arrived, allowed=_allowed)


# --- pages


def _page(asked: _Asked, title: str, body: str, *, status: int = 200, clinic: str = "") -> Response:
    t = asked.t
    query: dict[str, str] = {name: asked.query[name] for name in ("done", "refused") if name in asked.query}
    if asked.next():
        query["next"] = asked.next()
    languages = ""
    for lang in LANGS:
        address = escape(f"{asked.path}?{urlencode({'lang': lang} | query)}")
        now = " aria-current='true'" if lang == asked.lang else ""
        languages += f"<li><a href='{address}' lang='{lang}'{now}>{escape(t('lang.' + lang))}</a></li>"
    return HTMLResponse(
        _template().substitute(
            lang=asked.lang,
            title=escape(title),
            icon=_icon(),
            css=_css(),
            clinic=f" · {escape(clinic)}" if clinic else "",
            language=escape(t("language")),
            languages=languages,
            body=body,
            fixed=escape(t("fixed_sentence")),
        ),
        status_code=status,
    )


@functools.cache
def _template() -> Template:
    return Template((_ASSETS / "door.html").read_text(encoding="utf-8"))


@functools.cache
def _css() -> str:
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    font = next((f"/static/media/{path.name}" for path in media.glob("SourceSansVF-Upright*.woff2")), "")
    return (_ASSETS / "door.css").read_text(encoding="utf-8").replace("$font", font)


@functools.cache
def _script() -> str:
    return (_ASSETS / "door.js").read_text(encoding="utf-8")


@functools.cache
def _icon() -> str:
    return "data:image/svg+xml;base64," + base64.b64encode((_ASSETS / "mesodash.svg").read_bytes()).decode()


def _plain_address(path: str, asked: _Asked, **query: str) -> str:
    return f"{path}?{urlencode({'lang': asked.lang} | query)}"


def _address(path: str, asked: _Asked, **query: str) -> str:
    return escape(_plain_address(path, asked, **query))


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _p(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _alert(words: str) -> str:
    return f"<p class='said' id='said' role='alert'>{escape(words)}</p>"


def _command(t: Words) -> str:
    return f"<pre><code>{escape(t('lock.command'))}</code></pre>"


def _link(address: str, words: str) -> str:
    return f"<a href='{address}'>{escape(words)}</a>"


def _button(address: str, words: str, *, second: bool = False) -> str:
    return f"<a class='button{' second' if second else ''}' href='{address}'>{escape(words)}</a>"


def _field(name: str, label: str, kind: str, *, told_by: tuple[str, ...] = (), focus: bool = False) -> str:
    """Return a field for a passphrase; `told_by` are the ids of the lines that belong to it."""
    described = f" aria-describedby='{' '.join(told_by)}'" if told_by else ""
    return (
        f"<label for='{name}'>{escape(label)}</label>"
        f"<input type='password' id='{name}' name='{name}' autocomplete='{kind}' required"
        f"{described}{' autofocus' if focus else ''}>"
    )
