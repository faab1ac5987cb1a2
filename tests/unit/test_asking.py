"""Which questions to take to the talk are asked of whom."""

from __future__ import annotations

import pytest

from mesodash.domain.answers import check_answers
from mesodash.domain.asking import to_ask
from mesodash.i18n import Words
from mesodash.knowledge import load

KNOWLEDGE = load()


def asked(told: dict[str, object], *near: str) -> set[str]:
    return set(to_ask(KNOWLEDGE, check_answers(KNOWLEDGE.questions, told), near))


def test_without_answers_or_a_plan_only_the_questions_for_everybody_are_asked() -> None:
    always = {one.id for one in KNOWLEDGE.to_ask if one.when is None and one.option is None}
    assert asked({}) == always
    assert {"mixture", "nothing"} <= always


def test_blood_thinners_are_asked_about_only_where_they_are_taken() -> None:
    assert "anticoagulants" in asked({"anticoagulants": "yes"})
    for value in ("no", "unknown", "declined"):
        assert "anticoagulants" not in asked({"anticoagulants": value})


@pytest.mark.parametrize("told", [{"goals": ["regrow_bald_areas"]}, {"transplant_history": "planned"}])
def test_the_number_of_grafts_is_asked_about_where_a_transplant_may_matter(told: dict[str, object]) -> None:
    assert "grafts" in asked(told)
    assert "grafts" in asked({}, "transplant")
    assert "grafts" not in asked({"goals": ["thicken"]}, "mesotherapy")


def test_items_that_begin_with_a_capital_are_quoted_in_a_list_and_not_alone() -> None:
    t = Words(KNOWLEDGE, "en")
    assert t.quoted(["Thicker hair"]) == "Thicker hair"
    assert t.quoted(["Thicker hair", "A fuller hairline"]) == "“Thicker hair” and “A fuller hairline”"


def test_a_long_name_can_be_broken_and_reads_the_same() -> None:
    name = Words(KNOWLEDGE, "de").breakable("Haartransplantation")
    assert max(map(len, name.split("\u00ad"))) < 8
    assert name.replace("\u00ad", "") == "Haartransplantation"
