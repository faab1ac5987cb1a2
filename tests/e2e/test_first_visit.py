"""What comes before the first click: deep links, the page before its first paint, headers and files."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import serving
from tests.e2e.reader import LANGUAGES, PAGES, Reader
from tests.e2e.serving import Server

pytestmark = pytest.mark.slow

AS_BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def ask(server: Server, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """Return the answer to a plain request; `path` is sent as it is. Underscores in header names become dashes."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer, answer.read()
    finally:
        line.close()


def sees_frame(reader: Reader) -> None:
    """Check what stands around every page: the way to all pages, the language control, and the footer's version."""
    navigation = reader.tab.get_by_role("navigation").first
    for name in PAGES:
        title = re.compile(f"^{re.escape(reader.t(f'page.{name}'))}")
        expect(navigation.get_by_role("link", name=title)).to_be_visible()
    expect(reader.languages().get_by_role("radio", checked=True)).to_have_text([reader.t(f"lang.{reader.lang}")])
    version = re.escape(reader.t("footer.version")).split(r"\{")[0]
    expect(reader.tab.locator("footer").get_by_text(re.compile(f"^{version}"))).to_be_visible()


def test_the_very_first_request_to_a_server_may_be_a_deep_link(
    chrome: Browser, open_tab: Callable[..., Page], tmp_path: Path
) -> None:
    with serving.running(tmp_path / "log") as fresh:
        reader = Reader(open_tab(), fresh.address)
        reader.open("timeline")
        sees_frame(reader)
        reader.tab.close()
    assert fresh.unexpected() == []


# Three stand for all in `make test`.
_DEEP = [
    name if name in ("check", "timeline", "clinic") else pytest.param(name, marks=pytest.mark.long) for name in PAGES
]


@pytest.mark.parametrize("name", _DEEP)
def test_a_deep_link_opens_its_page_inside_the_frame_with_headings_in_order(reader: Reader, name: str) -> None:
    reader.open(name)
    sees_frame(reader)
    expect(reader.tab).to_have_title(f"{reader.t(f'page.{name}')} · mesodash")
    headings = reader.tab.get_by_role("heading")
    levels: list[int] = headings.evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_the_browser_s_language_is_taken_where_the_address_names_none(
    open_tab: Callable[..., Page], server: Server
) -> None:
    reader = Reader(open_tab(locale="fr-CA"), server.address, "fr")
    reader.tab.goto(f"{server.address}/check")
    reader.sees_page("check")
    sees_frame(reader)
    expect(reader.tab.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("path", ["/", "/timeline"])
@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ("", "de-DE,de;q=0.9,en;q=0.8", "de"),
        ("", "fr", "fr"),
        ("", "pt-BR,pt;q=0.9", "en"),
        ("?lang=fr", "de", "fr"),
        ("?lang=xx", "de", "de"),
        ("?lang=%22%3E%3Cscript%3E", "", "en"),
    ],
)
def test_the_first_page_says_its_language_before_any_script_runs(
    server: Server, path: str, query: str, accepted: str, lang: str
) -> None:
    _, body = ask(server, path + query, Accept_Language=accepted, **AS_BROWSER)
    assert re.findall(r'<html lang="([^"]*)"', body.decode()) == [lang]
    assert "<title>mesodash</title>" in body.decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_remembered_first_page_is_not_confirmed_in_another_language(server: Server, lang: str) -> None:
    before, _ = ask(server, "/?lang=en", **AS_BROWSER)
    marks = {"If_None_Match": before.headers.get("etag", '"any"'), "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    answer, body = ask(server, f"/?lang={lang}", **AS_BROWSER, **marks)
    assert answer.status == 200
    assert f'<html lang="{lang}"'.encode() in body


def script_of(server: Server) -> str:
    _, body = ask(server, "/", **AS_BROWSER)
    found = re.search(r'src="\.?(/static/js/[^"]+\.js)"', body.decode())
    assert found, "the first page loads no script"
    return found[1]


@pytest.mark.parametrize("path", ["/", "/summary", "script", "/_stcore/health"])
def test_every_answer_forbids_foreign_hosts_frames_guessing_and_referrers(server: Server, path: str) -> None:
    answer, _ = ask(server, script_of(server) if path == "script" else path, **AS_BROWSER)
    assert answer.status == 200
    policy = {
        words[0]: words[1:] for words in (part.split() for part in answer.headers["content-security-policy"].split(";"))
    }
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["object-src"] == ["'none'"]
    allowed = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "ws:", "wss:"}
    assert {word for words in policy.values() for word in words} <= allowed
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    kept = path == "script"
    assert ("no-store" in answer.headers["cache-control"]) is not kept


def test_a_script_arrives_compressed_and_unharmed(server: Server) -> None:
    path = script_of(server)
    plain, whole = ask(server, path, Accept_Encoding="identity")
    packed, small = ask(server, path, Accept_Encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert packed.headers["content-type"].split(";")[0] == plain.headers["content-type"].split(";")[0]
    assert gzip.decompress(small) == whole
    assert len(small) < len(whole) / 2


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../.streamlit/config.toml",
        "/static/../index.html",
        "/static/..%2f..%2f..%2f.streamlit%2fconfig.toml",
        "/static/%2e%2e/%2e%2e/__init__.py",
        "/static/js/../../../proto/__init__.py",
        "/static//etc/passwd",
        "/../data/questions.yaml",
        "/data/questions.yaml",
        "/app/static/../data/questions.yaml",
        "/.streamlit/config.toml",
        "/component/../../../../../../etc/passwd",
        "/media/../../../../../../etc/passwd",
    ],
)
def test_no_path_leads_to_a_file_outside_the_framework_s_own(server: Server, path: str, accepted: str) -> None:
    answer, body = ask(server, path, Accept_Encoding=accepted)
    if answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    for secret in (b"allowedHosts", b"age_years", b"root:", b"import "):
        assert secret not in body
    assert answer.status in (200, 400, 403, 404)
    if answer.status == 200:
        # An address that the framework does not know gets the first page.
        assert b'<div id="root"></div>' in body
