"""A change of language changes every word and no answer or setting."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.reader import Answer, Reader

pytestmark = pytest.mark.slow

TOUR = ("de", "fr", "en")


def sees_language(reader: Reader, name: str) -> None:
    """Check what says the language, and that the address says nothing else."""
    expect(reader.tab).to_have_url(f"{reader.address}/{name}?lang={reader.lang}")
    expect(reader.tab).to_have_title(f"{reader.t(f'page.{name}')} · mesodash")
    expect(reader.languages().get_by_role("radio", checked=True)).to_have_text([reader.t(f"lang.{reader.lang}")])
    expect(reader.tab.get_by_role("heading", level=1)).to_have_text(reader.t(f"{name}.title"))


# One answer of every kind of control, in the section where it is given.
KINDS: dict[str, dict[str, Answer]] = {
    "you": {"age_years": 41, "sex": "female", "pregnancy": "planning"},
    "hair": {"loss_duration_months": "unknown", "loss_pattern": "widening_parting", "ludwig_stage": "2"},
    "health": {"allergies": ["local_anaesthetic", "latex"], "medicines": [], "diabetes": "declined"},
}


@pytest.mark.parametrize(
    "section", [pytest.param("you", marks=pytest.mark.long), "hair", pytest.param("health", marks=pytest.mark.long)]
)
def test_an_answer_of_every_kind_is_kept_and_shown_in_the_new_language(reader: Reader, section: str) -> None:
    reader.open("check")
    reader.answers(KINDS[section])
    for lang in TOUR:
        reader.speak(lang)
        sees_language(reader, "check")
        expect(reader.section(section)).to_be_checked()
        for question, value in KINDS[section].items():
            reader.sees_answer(question, value)


@pytest.mark.long
def test_an_answer_can_still_be_changed_after_a_change_of_language(reader: Reader) -> None:
    reader.open("check")
    reader.answers({"age_years": 41, "sex": "female"})
    reader.speak("de")
    reader.answers({"age_years": 42, "sex": "male"})
    expect(reader.group("pregnancy")).to_have_count(0)
    reader.answer("age_years", "unknown")
    expect(reader.box("age_years")).to_have_value("")
    reader.speak("fr")
    reader.sees_answer("sex", "male")
    reader.sees_answer("age_years", "unknown")


@pytest.mark.long
def test_a_tap_on_the_open_section_or_on_the_chosen_language_changes_nothing(reader: Reader) -> None:
    reader.open("check", "de")
    reader.answers({"scalp_signs": ["itching"]})
    reader.languages().get_by_role("radio", name=reader.t("lang.de"), exact=True).click()
    reader.settled()
    sees_language(reader, "check")
    reader.section("scalp").click()
    reader.settled()
    expect(reader.section("scalp")).to_be_checked()
    reader.sees_answer("scalp_signs", ["itching"])


def test_the_plan_is_kept_and_shown_in_the_new_language(reader: Reader) -> None:
    def day() -> list[str]:
        first = reader.tab.get_by_role("group", name=reader.t("timeline.start"), exact=True)
        return sorted(one.get_attribute("aria-valuenow") or "" for one in first.get_by_role("spinbutton").all())

    reader.open("timeline")
    reader.pick("timeline.protocol", reader.t("protocol.six_to_ten"))
    reader.pick("timeline.quick", reader.t("timeline.quick.4"))
    reader.fill("timeline.sessions", "7")
    reader.fill("timeline.interval_days", "20")
    reader.pick("timeline.horizon", reader.t("timeline.months", number=12))
    reader.sees_dates()
    reader.pick("timeline.view", reader.t("timeline.view.table"))
    start = day()
    assert len(start) == 3
    assert all(start)
    rows = reader.tab.get_by_role("table").first.get_by_role("row")
    # The heading and at least the seven sessions.
    count = rows.count()
    assert count >= 8
    for lang in TOUR:
        reader.speak(lang)
        sees_language(reader, "timeline")
        reader.sees_picked("timeline.protocol", reader.t("protocol.six_to_ten"))
        reader.sees_picked("timeline.quick", reader.t("timeline.quick.4"))
        reader.sees_picked("timeline.horizon", reader.t("timeline.months", number=12))
        expect(reader.field("timeline.sessions")).to_have_value("7")
        expect(reader.field("timeline.interval_days")).to_have_value("20")
        assert day() == start
        expect(rows).to_have_count(count)


@pytest.mark.long
def test_the_settings_of_the_costs_are_kept_and_shown_in_the_new_language(reader: Reader) -> None:
    def switch(words: str) -> Locator:
        return reader.tab.get_by_role("switch", name=reader.t(words), exact=True)

    reader.open("costs")
    reader.cost("prp", "UK")
    reader.fill("costs.years", "3")
    reader.tap(reader.tab.get_by_text(reader.t("costs.maintenance"), exact=True))
    reader.pick("costs.currency", "CHF")
    reader.fill("costs.price.session.low", "249.50")
    for lang in TOUR:
        reader.speak(lang)
        sees_language(reader, "costs")
        reader.sees_picked("costs.region", reader.t("region.UK"))
        reader.sees_picked("costs.option", reader.t("option.prp"))
        reader.sees_picked("costs.currency", "CHF")
        expect(reader.field("costs.years")).to_have_value("3")
        expect(reader.field("costs.price.session.low")).to_have_value("249.50")
        expect(switch("costs.maintenance")).to_be_checked()
        expect(switch("costs.context")).not_to_be_checked()
        expect(reader.result()).to_contain_text(re.compile("249[.,]50"))


@pytest.mark.long
def test_the_comparison_keeps_what_was_switched_on(reader: Reader) -> None:
    reader.open("compare")

    def row() -> Locator:
        return reader.tab.get_by_role("toolbar", name=reader.t("compare.context"), exact=True)

    for option in ("minoxidil_topical", "microneedling"):
        reader.tap(row().get_by_role("button", name=reader.t(f"option.{option}"), exact=True))
    for lang in TOUR:
        reader.speak(lang)
        sees_language(reader, "compare")
        shown = [reader.t(f"option.{option}") for option in ("minoxidil_topical", "microneedling")]
        expect(row().get_by_role("button", pressed=True)).to_have_text(shown)
        for name in shown:
            # In rows that are folded.
            expect(reader.tab.locator("h4", has_text=name).first).to_be_attached()
