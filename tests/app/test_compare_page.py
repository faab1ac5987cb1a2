"""The Compare page: every row for every option, marked for the answers given, with nothing unsourced in it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, CONTEXT_OPTIONS, LANGS, OPTIONS, Lang
from mesodash.reports.answers import given
from tests.app.app import hiding, open_page, shown

# The quick run opens every page in test_pages.py; what a page does in detail is left to the whole run.
pytestmark = pytest.mark.slow

SHOW_ALSO = "compare.context"


class _Cards(HTMLParser):
    """Collects, per row, the option, claims and text of each card, and the text of the row outside its cards."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.marked: set[str] = set()
        self.row = ""
        self.in_card = False
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if "compare-row" in classes:
            self.row = given["data-row"]
            self.rows[self.row] = []
            if "compare-marked" in classes:
                self.marked.add(self.row)
        if "compare-card" in classes:
            self.in_card, self.depth = True, 0
            self.rows[self.row].append({"option": given["data-option"], "claims": [], "text": ""})
        elif self.in_card and tag == "li":
            self.depth += 1
        if self.in_card and "statement" in classes:
            self.rows[self.row][-1]["claims"].append(given["data-claim"])

    def handle_endtag(self, tag: str) -> None:
        if self.in_card and tag == "li":
            self.depth -= 1
            self.in_card = self.depth >= 0

    def handle_data(self, data: str) -> None:
        if self.in_card:
            self.rows[self.row][-1]["text"] += data


def _open(lang: Lang = "en", **answers: Any) -> AppTest:
    return open_page("compare", lang, **{f"answers__{question}": value for question, value in answers.items()})


def _cards(app: AppTest) -> _Cards:
    """Return the cards that are seen: every option is drawn, and the style sheet leaves out those for context."""
    parser = _Cards()
    parser.feed(shown(app))
    out = re.findall(r"\[data-option='(\w+)'\]", hiding(app).partition("@media")[0])
    parser.rows = {row: [card for card in cards if card["option"] not in out] for row, cards in parser.rows.items()}
    return parser


def _also(app: AppTest, *options: str) -> AppTest:
    # The tap draws its own pieces alone; the run after it shows the page with them.
    return app.button_group(key=SHOW_ALSO).set_value(list(options)).run().run()


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_in_each_language_without_an_error(lang: Lang) -> None:
    app = _open(lang)
    assert not app.exception
    assert not app.error
    assert load().texts(lang)["compare.decision"] in shown(app).replace("&#x27;", "'")


def test_no_row_and_no_option_is_left_out() -> None:
    rows = _cards(_open()).rows
    wanted = [*(row.id for row in load().rows), "cost"]
    assert [row for row in rows if row != "chart"] == wanted
    assert all([card["option"] for card in rows[row]] == list(OPTIONS) for row in wanted)


def test_each_card_begins_with_the_name_of_its_option() -> None:
    texts = load().texts("en")
    for cards in _cards(_open()).rows.values():
        for card in cards:
            assert card["text"].replace("\u00ad", "").startswith(texts[f"option.{card['option']}"])


def test_a_cell_shows_just_the_claims_of_the_knowledge() -> None:
    knowledge = load()
    rows = _cards(_open()).rows
    for row in knowledge.rows:
        for card in rows[row.id]:
            assert tuple(card["claims"]) == row.cells[card["option"]]


def test_an_empty_cell_says_that_no_source_was_found() -> None:
    knowledge = load()
    rows = _cards(_open()).rows
    empty = [(row.id, option) for row in knowledge.rows for option in OPTIONS if not row.cells[option]]
    assert empty
    for row, option in empty:
        (card,) = [one for one in rows[row] if one["option"] == option]
        assert knowledge.texts("en")["no_source"] in card["text"]


def test_certainty_is_named_so_that_it_cannot_be_read_as_how_often_a_harm_happens() -> None:
    summaries = re.findall(r"<div class='statement'.*?<summary>(.*?)</summary>", shown(_open()), re.DOTALL)
    assert summaries
    assert all("Certainty: " in summary for summary in summaries)


def test_no_row_is_marked_before_anything_is_answered() -> None:
    assert not _cards(_open()).marked


def test_rows_that_matter_to_the_answers_are_marked_with_the_reason_in_words() -> None:
    app = _open(accepts_needles="no", expects_permanent_result="yes")
    assert _cards(app).marked == {"lasts", "pain"}
    markup = shown(app)
    texts = load().texts("en")
    for question, answer in (("accepts_needles", "no"), ("expects_permanent_result", "yes")):
        assert f"{texts['short.' + question]}: {texts['answer.' + answer]}." in markup


@pytest.mark.parametrize("lang", LANGS)
def test_the_reason_names_the_answers_of_this_person_and_no_others(lang: Lang) -> None:
    app = _open(
        lang, sex="female", diagnosis="androgenetic", anticoagulants="yes", goals=("thicken", "restore_hairline")
    )
    t = Words(load(), lang)
    said = {
        row: html.unescape(re.sub(r"<[^>]+>", "", words)).removeprefix(t("compare.matters")).strip()
        for row, words in re.findall(
            r"id='compare-(\w+)' tabindex='-1'><p class='compare-because'>(.*?)</p>", shown(app)
        )
    }
    assert said == {
        "helps": f"{given(t, 'sex', 'female')}. {t('because.studies_of_men')}",
        "common_harms": f"{given(t, 'anticoagulants', 'yes')}. {t('because.bleeding')}",
        "cannot": f"{given(t, 'goals', ('restore_hairline',))}.",
    }


def test_who_takes_blood_thinners_reads_first_what_is_said_about_bleeding_and_nobody_else_does() -> None:
    knowledge = load()
    (row,) = [one for one in knowledge.rows if one.id == "common_harms"]
    said = {
        card["option"]: card["claims"]
        for card in _cards(_open(anticoagulants="yes", low_platelets="unknown")).rows["common_harms"]
    }
    first = {
        "mesotherapy": "meso-caution-anticoagulants",
        "prp": "prp-caution-anticoagulant",
        "transplant": "tx-ae-overall-4-7",
        "no_treatment": "nt-nothing-done",
    }
    assert said == {option: [claim, *row.cells[option]] for option, claim in first.items()}  # type: ignore[index]
    for other in ({"anticoagulants": "no"}, {"anticoagulants": "unknown"}):
        for card in _cards(_open(**other)).rows["common_harms"]:
            assert tuple(card["claims"]) == row.cells[card["option"]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_chart_of_months_tells_a_screen_reader_whose_months_they_are(lang: Lang) -> None:
    t = Words(load(), lang)
    told = [html.unescape(one) for one in re.findall(r"role='img' aria-label='([^']*)'", shown(_open(lang)))]
    lanes = [next((one for one in ALL_OPTIONS if words.startswith(t(f"option.{one}"))), None) for words in told]
    assert [one for one in lanes if one] == [*ALL_OPTIONS, *ALL_OPTIONS]


def test_an_unknown_answer_marks_nothing() -> None:
    assert not _cards(_open(accepts_needles="unknown", expects_permanent_result="declined")).marked


def test_the_outcome_of_the_check_stands_at_the_top_for_each_option() -> None:
    markup = shown(_open(loss_onset="sudden"))
    outcomes = re.findall(r"<li style='[^']*' data-option='(\w+)' data-outcome='(\w+)'>", markup)
    assert outcomes == [(option, "see_doctor_first") for option in OPTIONS]


def test_an_option_switched_on_gets_a_card_in_every_row() -> None:
    rows = _cards(_also(_open(), "microneedling", "minoxidil_topical")).rows
    assert rows
    for name, cards in rows.items():
        if name != "chart":
            assert [card["option"] for card in cards] == [*OPTIONS, "minoxidil_topical", "microneedling"]


def test_an_option_shown_for_context_gets_no_outcome() -> None:
    markup = shown(_also(_open(), *CONTEXT_OPTIONS))
    assert {option for option, _ in re.findall(r"data-option='(\w+)' data-outcome='(\w+)'", markup)} == set(OPTIONS)


def test_options_switched_on_stay_on_when_the_language_changes() -> None:
    app = _also(_open("en"), "finasteride_oral")
    app.button_group(key="lang").set_value("de").run()
    assert [card["option"] for card in _cards(app).rows["how"]] == [*OPTIONS, "finasteride_oral"]


def test_a_cost_without_a_price_stays_open_and_says_whether_no_region_was_chosen_or_no_price_is_known() -> None:
    texts = load().texts("en")
    check_up = texts["compare.cost.open"].format(why=texts["sum_open.check_up"])
    unpriced = texts["compare.cost.open"].format(why=texts["sum_open.price"])
    app = _open()
    for region, said in ((None, texts["compare.cost.region"]), ("world", unpriced)):
        app.session_state["costs.region"] = region
        for card in _cards(app.run()).rows["cost"]:
            assert (check_up if card["option"] == "no_treatment" else said) in card["text"]


def test_a_cost_with_a_price_is_a_range_over_the_chosen_years() -> None:
    app = _open()
    app.session_state["costs.region"] = "DE"
    app.run()
    (card,) = [one for one in _cards(app).rows["cost"] if one["option"] == "mesotherapy"]
    assert re.search(r"€[\d,]+ to €[\d,]+", card["text"])
    assert "over 5 years" in card["text"]
    assert card["claims"] == ["price-meso-de"]


@pytest.mark.parametrize("lang", LANGS)
def test_each_chart_has_a_text_alternative_and_its_numbers_as_a_table(lang: Lang) -> None:
    markup = shown(_open(lang))
    panels = re.findall(r"<div class='months'.*?<p class='months-axis'>", markup, re.DOTALL)
    assert len(panels) == 2
    for panel in panels:
        said = re.findall(r"<li data-option='(\w+)'><div role='img' aria-label='[^']+\.'>", panel)
        assert tuple(said) == ALL_OPTIONS
    (table,) = re.findall(r"<table>.*?</table>", markup, re.DOTALL)
    assert table.count("<th scope='row'>") == 3 * len(ALL_OPTIONS)
    assert "<caption>" in table


def test_a_duration_on_which_sources_disagree_says_so_in_the_table() -> None:
    (table,) = re.findall(r"<table>.*?</table>", shown(_open()), re.DOTALL)
    assert "12 to 18 months (sources disagree)" in table
