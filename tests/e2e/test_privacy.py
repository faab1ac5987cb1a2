"""Nothing of a consultation stays behind: not in the browser, not in an address, not on the server."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Watch
from tests.e2e.reader import Answer, Reader
from tests.e2e.serving import Server

pytestmark = pytest.mark.slow

MARKED: dict[str, Answer] = {
    "age_years": 87,
    "sex": "other",
    "pregnancy": "planning",
    "loss_onset": "sudden",
    "loss_duration_months": 587,
    "loss_pattern": "scarred_areas",
    "scalp_signs": ["pus_or_crusts", "open_wounds"],
    "chemotherapy": "yes",
    "medicines": ["isotretinoin"],
    "goals": ["support_transplant"],
}

STORED = """async () => ({
  local: {...localStorage},
  session: {...sessionStorage},
  cookies: document.cookie,
  databases: (await indexedDB.databases()).map(one => one.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  history: JSON.stringify(history.state),
  name: window.name,
})"""


def test_a_consultation_leaves_nothing_behind(reader: Reader, server: Server, watch: Watch) -> None:
    tab = reader.tab
    reader.open("check")
    reader.answers(MARKED)
    reader.cost("prp", "US")
    reader.fill("costs.price.session.low", "8787")
    reader.speak("de")
    reader.go("summary")
    reader.sees_line(reader.t("pair", name=reader.t("short.age_years"), value=87))

    stored = tab.evaluate(STORED)
    # The framework notes whether the browser is in light or dark mode, once per path.
    assert {value for name, value in stored["local"].items() if name.startswith("stActiveTheme-/")} <= {'"System"'}
    assert [name for name in stored["local"] if not name.startswith("stActiveTheme-/")] == []
    assert stored["session"] == {}
    assert stored["databases"] == stored["caches"] == []
    assert stored["workers"] == 0
    assert stored["name"] == ""
    cookies = {one["name"]: one for one in tab.context.cookies()}
    assert list(cookies) == ["_streamlit_xsrf"]
    assert cookies["_streamlit_xsrf"]["sameSite"] == "Strict"
    tokens = [str(one) for value in MARKED.values() for one in (value if isinstance(value, list) else [value])]
    tokens += ["8787", "age_years", "answers", "scarred"]
    assert [token for token in tokens if token in str(stored["history"])] == []

    assert tab.url == f"{server.address}/summary?lang=de"
    for address in map(urlsplit, watch.asked):
        assert set(parse_qs(address.query)) <= {"lang"}, address.query
        assert [token for token in tokens if len(token) > 3 and token in address.path] == []
    assert server.unexpected() == []


@pytest.mark.long
def test_a_reload_and_another_tab_know_nothing_of_the_consultation(reader: Reader, server: Server) -> None:
    reader.open("check")
    reader.answers({"age_years": 87, "sex": "female"})
    other = Reader(reader.tab.context.new_page(), server.address)
    other.open("check")
    for one in (other, reader):
        if one is reader:
            one.tab.reload()
            one.sees_page("check")
        expect(one.box("age_years")).to_have_value("")
        expect(one.group("sex").get_by_role("radio", checked=True)).to_have_count(0)


def test_starting_again_clears_everything_but_the_language(reader: Reader) -> None:
    tab = reader.tab
    reader.open("check", "fr")
    reader.answers({"age_years": 87, "scalp_signs": ["pus_or_crusts"]})
    reader.go("start")
    expect(tab.get_by_role("region", name=reader.t("flags.title"))).to_have_count(1)
    tab.get_by_role("button", name=reader.t("start.again"), exact=True).click()
    reader.tap(tab.get_by_role("button", name=reader.t("start.again_yes"), exact=True))
    expect(tab.get_by_role("link", name=f"{reader.t('page.check')} ({reader.t('start.not_begun')})")).to_be_visible()
    expect(tab.get_by_role("region", name=reader.t("flags.title"))).to_have_count(0)
    reader.go("check")
    expect(tab.get_by_role("region", name=reader.t("flags.title"))).to_have_count(0)
    reader.turn_to("you")
    expect(reader.box("age_years")).to_have_value("")
    reader.turn_to("scalp")
    expect(reader.group("scalp_signs").get_by_role("button", pressed=True)).to_have_count(0)
    reader.go("summary")
    expect(tab.get_by_text(reader.t("summary.answers_none"), exact=True)).to_be_visible()
