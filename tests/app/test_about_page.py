"""About: honest about where the content comes from, and about what is not met."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import LANGS, Clinic, Content, Lang
from mesodash.ui import frame
from tests.app.app import open_page, shown

KNOWLEDGE = load()


def with_parts(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    """Let the app run on knowledge with some parts replaced."""
    changed_base = KnowledgeBase(
        KNOWLEDGE.digest, {**KNOWLEDGE._parts, **{k: lambda v=v: v for k, v in changed.items()}}
    )
    monkeypatch.setattr(frame, "load", lambda: changed_base)
    frame.knowledge.cache_clear()


@pytest.fixture(autouse=True)
def forget_the_knowledge() -> None:
    frame.knowledge.cache_clear()


@pytest.mark.parametrize("lang", LANGS)
def test_every_item_of_the_checklist_is_listed_with_its_status(lang: Lang) -> None:
    page, t = shown(open_page("about", lang)).replace("&#x27;", "'"), Words(KNOWLEDGE, lang)
    assert len(KNOWLEDGE.decision_aid) == 44
    for item in KNOWLEDGE.decision_aid:
        assert f"{item.id} {item.item[lang]}" in page.replace("&quot;", '"'), item.id
        assert t(f"about.aid.status.{item.status}") in page


def test_the_self_check_claims_no_more_than_software_and_content_can_meet() -> None:
    status = [item.status for item in KNOWLEDGE.decision_aid]
    assert status.count("tests") == 9
    assert status.count("process") == 8
    assert len(status) - 9 - 8 == 27
    met = status.count("software") + status.count("content")
    assert f"meets {met} so far" in shown(open_page("about"))


def test_what_the_clinic_has_not_stated_is_called_not_stated() -> None:
    assert shown(open_page("about")).count("not stated") == 4


def test_what_the_clinic_states_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with_parts(monkeypatch, clinic=Clinic(funding="Paid by <b>us</b>"))
    page = shown(open_page("about"))
    assert "Paid by &lt;b&gt;us&lt;/b&gt;" in page
    assert page.count("not stated") == 3


@pytest.mark.parametrize("name", ["start", "compare", "about"])
def test_an_overdue_review_is_said_on_every_page(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    content: Content = dataclasses.replace(KNOWLEDGE.content, review_due="2020-01-31")
    with_parts(monkeypatch, content=content)
    (warning,) = open_page(name, "de").warning
    assert "31. Januar 2020" in warning.value


def test_nothing_is_said_about_a_review_that_is_not_due() -> None:
    assert date.fromisoformat(KNOWLEDGE.content.review_due) > date.fromisoformat(KNOWLEDGE.content.date)
    assert not open_page("about").warning


@pytest.mark.parametrize("lang", LANGS)
def test_reading_levels_and_equal_detail_are_shown(lang: Lang) -> None:
    page, t = shown(open_page("about", lang)), Words(KNOWLEDGE, lang)
    assert len(KNOWLEDGE.levels) == 12
    for level in KNOWLEDGE.levels:
        assert t.number(level.measure, decimals=1) in page
        assert t(f"about.reading.formula.{level.lang}") in page
    assert t("about.detail.lead") in page.replace("&#x27;", "'")


def test_a_changed_rule_stands_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    change = dataclasses.replace(
        KNOWLEDGE.changes[0],
        version="2027.01",
        date="2027-01-05",
        kind="loosened",
        why={"en": "Because.", "de": "Weil.", "fr": "Parce que."},
    )
    with_parts(monkeypatch, changes=(*KNOWLEDGE.changes, change))
    page = shown(open_page("about"))
    assert f"{change.rule}: made less strict" in page
    assert "5 January 2027" not in page or "2027.01" in page
    assert "Because." in page
