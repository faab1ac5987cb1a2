"""What matters, where the decision stands, and which rows are shown: said on Compare, carried to Summary."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain.comparison import compare, personal_first
from mesodash.domain.priorities import Flip
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, OPTIONS, Lang, OptionId
from mesodash.ui.choices import allowed
from mesodash.ui.parts.priorities import flip_words
from tests.app.app import go, hiding, open_page, shown

pytestmark = pytest.mark.slow

KNOWLEDGE = load()
TEXTS = KNOWLEDGE.texts("en")


def page(lang: Lang = "en", **state: Any) -> AppTest:
    app = open_page("compare", lang, **state)
    assert not app.exception
    assert not app.error
    return app


def plain(app: AppTest) -> str:
    """Return the words of the page."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", shown(app)).split()))


def firsts(app: AppTest) -> dict[str, int]:
    """Return in how many of 100 ways each option comes first, as the page says it."""
    return {one: int(count) for one, count in re.findall(r"data-option='(\w+)' data-first='(\d+)'", shown(app))}


ORDER = ["little_time_off", "little_pain", "no_surgery"]


# --- what matters


def test_nothing_comes_out_before_something_is_said() -> None:
    app = page()
    assert firsts(app) == {}
    assert TEXTS["priority.nothing"] in plain(app)


@pytest.mark.parametrize("lang", LANGS)
def test_each_option_is_told_in_each_language_with_how_often_it_comes_first(lang: Lang) -> None:
    app = page(lang, compare__order=ORDER)
    counts = firsts(app)
    assert tuple(counts) == OPTIONS
    assert sum(counts.values()) == 100
    words = KNOWLEDGE.texts(lang)["priority.first"].partition("{count}")[2]
    assert words.strip() in plain(app).replace("\N{NO-BREAK SPACE}", " ")


def test_each_bar_has_its_places_in_words_and_its_numbers_in_a_table() -> None:
    markup = shown(page(compare__order=ORDER))
    bars = re.findall(r"priority-bar[^']*' role='img' aria-label='([^']*)'", markup)
    assert len(bars) == len(OPTIONS)
    assert all(bar.count(" of 100") == len(OPTIONS) for bar in bars)
    (table,) = [
        one for one in re.findall(r"<table.*?</table>", markup, re.DOTALL) if TEXTS["priority.table.caption"] in one
    ]
    assert table.count("scope='row'") == len(OPTIONS)


def test_the_order_of_the_taps_is_the_order_of_what_matters() -> None:
    app = page()
    app.button_group(key="compare.order").set_value(["no_surgery", "fast_result"]).run()
    assert re.findall(r"<li value='(\d)'>([^<]*)</li>", shown(app)) == [("1", "No surgery"), ("2", "Fast first result")]


def test_criteria_that_matter_alike_have_the_same_place() -> None:
    app = page(compare__order=ORDER)
    app.button_group(key="compare.ties").set_value(["little_pain"]).run()
    assert re.findall(r"<li value='(\d)'>", shown(app)) == ["1", "1", "3"]


def test_what_was_tied_and_then_taken_out_is_tied_no_more() -> None:
    app = page(compare__order=ORDER, compare__ties=["little_pain"])
    app.button_group(key="compare.order").set_value(["little_time_off", "no_surgery"]).run()
    assert not app.exception
    assert re.findall(r"<li value='(\d)'>", shown(app)) == ["1", "2"]


def test_fine_weights_are_asked_with_numbers_and_their_spread() -> None:
    app = page(compare__mode="points")
    assert firsts(app) == {}
    app.number_input(key="compare.points.no_surgery").set_value(10).run()
    assert firsts(app)["transplant"] == 0


def test_an_option_that_the_check_speaks_against_is_marked_and_stays() -> None:
    app = page(answers__diabetes="yes", compare__order=ORDER)
    assert tuple(firsts(app)) == OPTIONS
    marks = re.findall(r"data-option='(\w+)' data-first=(?:(?!data-first=).)*?check-says", shown(app), re.DOTALL)
    assert marks == ["mesotherapy"]


def test_a_criterion_without_any_number_says_so_and_that_no_region_is_chosen_is_no_unknown_price() -> None:
    name = TEXTS["priority.low_cost"]
    no_region = TEXTS["priority.silent_region"].format(what=name)
    silent = TEXTS["priority.silent"].format(what=name)
    app = page(compare__order=["low_cost"])
    assert no_region in plain(app)
    why = TEXTS["priority.unknown_waits"].format(name=name, why=TEXTS["sum_open.region"])
    assert why in beside_bar(app, "mesotherapy")
    chosen = plain(page(compare__order=["low_cost"], costs__region="DE"))
    assert no_region not in chosen
    assert silent not in chosen
    assert silent in plain(page(compare__order=["low_cost"], costs__region="world")), "nothing is published there"


@pytest.mark.parametrize("lang", LANGS)
def test_what_would_turn_the_first_two_round_is_said_without_per_cent_and_doubled_is_twice(lang: Lang) -> None:
    t = Words(KNOWLEDGE, lang)
    keys = {0.0: "not_at_all", 0.2: "less_far", 0.5: "less", 0.9: "less_little", 1.1: "more_little", 1.5: "more"}
    keys |= {2.0: "twice", 2.6: "times", 9.8: "times"}
    said = {factor: flip_words(t, Flip("low_cost", factor)) for factor in keys}
    for factor, key in keys.items():
        values = {"times": t.number(round(factor))} if key == "times" else {}
        assert said[factor] == t(f"priority.flip.{key}", what=t("priority.low_cost"), **values)
        assert "%" not in said[factor]


def beside_bar(app: AppTest, option: OptionId) -> str:
    """Return the words that stand beside the bar of one option."""
    (found,) = re.findall(rf"<li data-option='{option}' data-first=.*?</li>", shown(app), re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found).split()))


def test_what_matters_and_is_not_known_stands_beside_its_bar_with_what_that_makes_of_it() -> None:
    name = TEXTS["priority.fast_result"]
    app = page(compare__order=["fast_result"])
    waits = TEXTS["priority.depends"].format(answers="“Diagnosis” and “Months of hair loss”")
    said = TEXTS["priority.unknown_here"].format(criteria=TEXTS["priority.unknown_waits"].format(name=name, why=waits))
    beside = beside_bar(app, "no_treatment")
    assert said in beside
    assert name not in beside.replace(said, ""), "named once"
    bars = dict(re.findall(r"class='(priority-bar[^']*)' role='img' aria-label='([^']*)'", shown(app)))
    assert html.unescape(bars["priority-bar priority-unsure"]).endswith(said), "whoever meets the bar alone is warned"
    assert beside.index(said) < len(beside) / 2
    assert waits in cell(app, "priority.fast_result", "no_treatment")
    begins = TEXTS["priority.unknown_here"].partition("{")[0]
    assert begins not in beside_bar(app, "mesotherapy")
    answered = page(compare__order=["fast_result"], answers__diagnosis="androgenetic")
    assert begins not in beside_bar(answered, "no_treatment")
    named = page(compare__mode="points", compare__points__fast_result=3)
    assert said in beside_bar(named, "no_treatment")


def test_what_has_no_points_is_not_told_as_unknown() -> None:
    # No price is known, so nothing is known of the cost of any option.
    silent = TEXTS["priority.silent_region"].replace("{what}", TEXTS["priority.low_cost"])
    cost = TEXTS["priority.low_cost"]
    left_out = page(compare__order=["fast_result"])
    assert silent in shown(left_out)
    assert cost in beside_bar(left_out, "mesotherapy")
    without = page(compare__mode="points", compare__points__fast_result=3)
    assert silent not in shown(without)
    assert cost not in beside_bar(without, "mesotherapy")


def test_no_option_is_called_best() -> None:
    for lang, best in (("en", r"\b(best|winner|recommended)\b"), ("de", r"\b(am besten|beste\w*|Sieger|empfohlen)\b")):
        texts = KNOWLEDGE.texts(lang)  # type: ignore[arg-type]
        named = [key for key, text in texts.items() if key.startswith("priority.") and re.search(best, text, re.I)]
        assert named == []


def test_options_shown_for_context_come_out_too() -> None:
    counts = firsts(page(compare__order=ORDER, compare__context=["microneedling"]))
    assert tuple(counts) == (*OPTIONS, "microneedling")
    assert sum(counts.values()) == 100


# --- figures at a glance


def test_every_option_has_a_cell_for_every_criterion_and_unknown_is_no_zero() -> None:
    (table,) = re.findall(r"<section class='compare-glance'.*?</table>", shown(page()), re.DOTALL)
    rows = re.findall(r"<tr role='row'><th scope='row'.*?</tr>", table, re.DOTALL)
    assert len(rows) == len(KNOWLEDGE.criteria)
    assert all(row.count("<td") == len(ALL_OPTIONS) for row in rows)
    (pain,) = [row for row in rows if TEXTS["priority.little_pain"] in row]
    assert [cell.count("glance-unknown") for cell in pain.split("<td")[1:]] == [0, 1, 1, 0, 1, 1, 1]


def cell(app: AppTest, criterion: str, option: OptionId) -> str:
    """Return the words of one figure at a glance."""
    (table,) = re.findall(r"<section class='compare-glance'.*?</table>", shown(app), re.DOTALL)
    (row,) = [
        one
        for one in re.findall(r"<tr role='row'><th scope='row'.*?</tr>", table, re.DOTALL)
        if TEXTS[criterion] in one
    ]
    found = re.findall(r"<td.*?</td>", row, re.DOTALL)[ALL_OPTIONS.index(option)]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found).split()))


def test_a_figure_that_rests_on_an_answer_says_so_with_its_source_and_how_it_is_read() -> None:
    words = cell(page(answers__diagnosis="androgenetic"), "priority.fast_result", "no_treatment")
    assert TEXTS["priority.none.fast_result"] in words
    assert TEXTS["priority.case.as_answered"].format(who=TEXTS["priority.case.pattern"]) in words
    assert TEXTS["priority.read.none"].format(value="12 months") in words
    assert "European Journal of Dermatology, 2008" in words
    assert "12 months:" not in words


def test_a_figure_that_waits_for_an_answer_says_what_each_would_make_of_it() -> None:
    words = cell(page(), "priority.sure_evidence", "prp")
    for key, value in (("man", "low"), ("woman", "very low")):
        assert f"{TEXTS['priority.case.' + key]}: {value}" in words


def test_our_own_readings_stand_beside_their_figures() -> None:
    app = page()
    assert "read here as 24 months or more" in cell(app, "priority.lasting_result", "transplant")
    assert "read here as 1 to 2 on a scale of 4" in cell(app, "priority.sure_evidence", "transplant")
    assert "Scale here: 0 to 60 months" in plain(app)


def test_a_figure_that_is_our_own_judgement_says_so_beside_it() -> None:
    app = page()
    ours = TEXTS["source_kind.own_judgement"]
    for criterion, option in (
        ("little_time_off", "prp"),
        ("little_pain", "no_treatment"),
        ("few_harms", "no_treatment"),
        ("sure_evidence", "transplant"),
    ):
        assert ours in cell(app, f"priority.{criterion}", option), (criterion, option)
    assert TEXTS["priority.read.untreated"] in cell(app, "priority.little_pain", "no_treatment")
    assert ours not in cell(app, "priority.little_time_off", "transplant")
    assert ours not in cell(app, "priority.little_pain", "transplant"), "an unknown figure is nobody's judgement"
    assert ours not in cell(app, "priority.no_surgery", "no_treatment"), "no operation is no figure"


def test_a_first_result_is_said_as_its_sources_say_it_wherever_it_stands() -> None:
    app = page()
    seen = plain(app)
    assert "0.9" not in seen.replace("0.96", "")
    assert seen.count("4 weeks to 3 months") == 3, "at a glance, in the chart and in its table"
    words = cell(app, "priority.fast_result", "prp")
    assert TEXTS["priority.read.first_look"] in words
    assert TEXTS["compare.first_look"].format(span="3 to 4") in seen
    assert TEXTS["compare.part.first_look"] in seen
    # Timeline says that no source dates the full result of PRP; that a trial looked at 6 months is no full result.
    assert TEXTS["compare.last_look"].format(span="6") in seen
    assert TEXTS["compare.full"].format(span="6") not in seen


def test_a_range_whose_ends_come_from_unlike_sources_names_who_says_which() -> None:
    words = cell(page(), "priority.fast_result", "mesotherapy")
    assert "4 weeks: Text of a clinic, no. 4 and Text of a clinic, no. 3" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "3 months: bouhanna.com" in words
    assert "bouhanna.com" not in cell(page(), "priority.lasting_result", "mesotherapy")


def test_a_time_that_was_read_out_of_a_count_of_people_says_so() -> None:
    assert "4 of 20 people noticed loss again after 12 months" in cell(page(), "priority.lasting_result", "prp")


def test_a_range_whose_ends_count_unlike_things_names_what_each_counted() -> None:
    app = page(answers__sex="male")
    harms = cell(app, "priority.few_harms", "transplant")
    assert "5 of 100: complications (Aesthetic Surgery Journal, 2009)" in harms
    assert "42 of 100: swelling (" in harms
    assert "2 of 100: less sex drive (" in cell(app, "priority.few_harms", "finasteride_oral")
    assert "45 of 100 counted (mesotherapy with dutasteride); chance allows 41 to 50" in cell(
        app, "priority.little_pain", "mesotherapy"
    )


def test_sums_in_unlike_currencies_are_shown_and_said_not_to_compare() -> None:
    app = page(
        costs__region="DE",
        costs__mesotherapy__price__low="200",
        costs__mesotherapy__currency="CHF",
        costs__prp__price__low="300",
        costs__prp__currency="EUR",
    )
    assert "CHF" in cell(app, "priority.low_cost", "mesotherapy")
    assert "€" in cell(app, "priority.low_cost", "prp")
    assert TEXTS["summary.currencies"].partition("{")[0] in plain(app)


def test_a_sum_in_the_table_says_that_grafts_are_counted() -> None:
    at = page(costs__region="DE", answers__norwood_stage="5")
    said = TEXTS["costs.grafts_counted"].removeprefix("{name}")
    assert said in cell(at, "priority.low_cost", "transplant")


def test_only_options_that_are_shown_are_said_to_have_another_currency() -> None:
    dollars = {"costs__minoxidil_topical__price__low": "20", "costs__minoxidil_topical__currency": "USD"}
    words = shown(page(costs__region="DE", costs__option="mesotherapy", **dollars))
    said = TEXTS["summary.currencies"].partition("{")[0]
    # The style sheet of Compare leaves the line out until minoxidil is shown.
    lines = re.findall(rf"<span[^>]*>{re.escape(said)}", words)
    assert lines == [f"<span class='glance-means' data-needs='minoxidil_topical'>{said}"]
    assert TEXTS["priority.read.scale_money"] not in words


# --- rows


def test_rows_that_matter_come_first_and_are_open_and_none_is_left_out() -> None:
    markup = shown(page(answers__accepts_needles="no", answers__expects_permanent_result="yes"))
    rows = re.findall(r"<details class='compare-row[^']*' data-row='(\w+)'(?: data-stays)?( open)?>", markup)
    assert rows[:2] == [("lasts", " open"), ("pain", " open")]
    assert {name for name, _ in rows} == {*(row.id for row in KNOWLEDGE.rows), "cost"}
    assert all(not is_open for _, is_open in rows[2:])


def test_the_order_of_the_other_rows_is_kept() -> None:
    rows = personal_first(compare(KNOWLEDGE, {"accepts_needles": "no"}, OPTIONS))
    others = [row.id for row in rows if not row.answers]
    assert others == [row.id for row in KNOWLEDGE.rows if row.id in others]
    assert rows[0].id == "pain"


def test_only_rows_that_cannot_differ_for_sure_are_left_out_and_named() -> None:
    app = page(compare__differences=True)
    hidden = set(re.findall(r"\[data-row='(\w+)'\]", hiding(app)))
    # Two of the options differ for sure in time off and in harms.
    assert hidden == {"first_result", "certainty"}
    (said,) = re.findall(r"role='status'>([^<]*)<", shown(app))
    assert all(TEXTS[f"row.{row}"] in html.unescape(said) for row in hidden)


def test_a_row_of_which_no_figure_is_known_is_not_said_to_overlap() -> None:
    app = page(compare__differences=True)
    open_here = {option: "check_up" if option == "no_treatment" else "region" for option in OPTIONS}
    assert all(TEXTS[f"sum_open.{open_here[option]}"] in cell(app, "priority.low_cost", option) for option in OPTIONS)
    assert "[data-row='cost']" not in hiding(app)
    (said,) = re.findall(r"role='status'>([^<]*)<", shown(app))
    assert TEXTS["row.cost"] not in html.unescape(said)


def test_two_options_are_shown_on_a_phone_and_a_third_takes_the_place_of_the_first() -> None:
    app = page()
    app.button_group(key="compare.pair").set_value(["mesotherapy", "prp", "no_treatment"]).run()
    assert app.session_state["compare.pair"] == ["prp", "no_treatment"]
    phone = hiding(app).partition("@media (max-width: 700px)")[2]
    assert re.findall(r":not\(\[data-option='(\w+)'", phone) == ["prp", "no_treatment"]


# --- where the decision stands


def test_a_no_becomes_a_question_for_the_talk_and_a_later_yes_takes_it_back() -> None:
    app = page(compare__sure__before__know="no", compare__sure__before__support="no")
    app.button_group(key="compare.sure.after.support").set_value("yes").run()
    go(app, "summary")
    asked = plain(app)
    assert TEXTS["sure.ask.know"] in asked
    assert TEXTS["sure.ask.support"] not in asked
    assert TEXTS["sure.ask.weigh"] not in asked


def test_the_four_questions_get_into_no_file() -> None:
    assert not [key for key in allowed(KNOWLEDGE) if key.startswith("compare.sure.")]


def test_what_was_said_is_carried_to_the_summary() -> None:
    app = page(compare__leaning="none_yet", compare__missing=["time", "price"], compare__order=ORDER)
    go(app, "summary")
    said = plain(app)
    assert TEXTS["stand.lean"].format(option=TEXTS["lean.none_yet"]) in said
    assert f"{TEXTS['stand.missing']} {TEXTS['missing.price']} {TEXTS['missing.time']}" in said
    assert f"{TEXTS['stand.matters']} {TEXTS['priority.little_time_off']}" in said


def test_nothing_is_missing_stands_alone() -> None:
    app = page()
    app.button_group(key="compare.missing").set_value(["time", "harm"]).run()
    app.button_group(key="compare.missing").set_value(["time", "harm", "nothing"]).run()
    assert app.session_state["compare.missing"] == ["nothing"]
    app.button_group(key="compare.missing").set_value(["nothing", "price"]).run()
    assert app.session_state["compare.missing"] == ["price"]


def test_every_setting_of_the_page_but_the_four_questions_is_in_the_file() -> None:
    app = page(compare__order=ORDER)
    keys = {str(one.key) for one in (*app.button_group, *app.toggle) if str(one.key).startswith("compare.")}
    unsaved = {key for key in keys if key not in allowed(KNOWLEDGE)}
    assert unsaved == {"compare.open", *(key for key in keys if key.startswith("compare.sure."))}
