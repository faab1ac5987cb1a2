"""The parts of the Costs page: the clinic's list, why a range is wide, three courses, grafts, and what is kept.

A tap draws the pieces that it changes; the run after it draws the whole page.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.reports import consultation as files
from mesodash.ui import choices
from tests.app.app import go, open_page, shown

pytestmark = pytest.mark.slow

BASE = load()
TEXTS = {lang: BASE.texts(lang) for lang in LANGS}
FRENCH = (
    "Prestation;Unité;Tarif min;Tarif max;Séances payées;Séances reçues\r\n"
    "Mésothérapie capillaire;séance;1\u202f234,50 €;1\u202f300;5;6\r\n"
    "Greffe de cheveux;greffon;3,20;3,80;;\r\n"
)
LISTED = {
    "currency": "EUR",
    "vat": "20",
    "country": "FR",
    "vat_from": "2014-01-01",
    "prices": [
        {
            "option": "mesotherapy",
            "unit": "session",
            "low": "100",
            "high": "100",
            "pay": 3,
            "get": 4,
            "discount": "0",
            "discount_from": 1,
        },
        {
            "option": "transplant",
            "unit": "graft",
            "low": "3",
            "high": "4",
            "pay": None,
            "get": None,
            "discount": "0",
            "discount_from": 1,
        },
    ],
}


def opened(lang: Lang = "en", **settings: Any) -> AppTest:
    return open_page(
        "costs",
        lang,
        **{name if name.startswith("answers") else f"costs__{name}": value for name, value in settings.items()},
    )


def plain(at: AppTest) -> str:
    return unescape(shown(at)).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def upload(at: AppTest, data: bytes, name: str = "list.csv") -> AppTest:
    at.file_uploader[0].set_value((name, data, "text/csv"))
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    return at


def column(at: AppTest, place: int) -> str:
    """Return what stands on the choice of one column of a file."""
    return str(at.button_group(key="costs.file.at").options[place])


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_french_list_with_commas_is_taken_over_only_after_it_was_confirmed(lang: Lang) -> None:
    at = upload(opened(lang, view="list"), FRENCH.encode("utf-8-sig"))
    assert "costs.list" not in at.session_state
    assert at.session_state["costs.file.column.low"] == 2
    # The currency stands in the file; the tax does not, so it is asked, and nothing counts before it is said.
    assert not [one for one in at.button_group if one.key == "costs.file.currency"]
    t = Words(BASE, lang)
    said = t("pair", name=t("prices.part.currency"), value="EUR")
    words = t("prices.read.said", what=said, column=t("prices.read.head", letter="C", name="Tarif min"))
    assert words.replace("\N{NO-BREAK SPACE}", " ") in plain(at)
    assert at.button(key="prices.take").disabled
    at.button_group(key="costs.file.tax").set_value("included").run()
    at.button(key="prices.take").click().run().run()
    kept = at.session_state["costs.list"]
    assert (kept["currency"], kept["vat"]) == ("EUR", None)
    assert [(one["option"], one["low"], one["high"], one["get"]) for one in kept["prices"]] == [
        ("mesotherapy", "1234.50", "1300", 6),
        ("transplant", "3.20", "3.80", None),
    ]
    assert Words(BASE, lang)("prices.package", pay=5, get=6) in plain(at)


def test_a_list_with_a_fault_takes_over_nothing_and_names_row_and_column() -> None:
    at = upload(opened(view="list", list=LISTED), FRENCH.replace("3,80", "<b>abc</b>" + "x" * 60).encode())
    said = "Row 3, column D “Tarif max” (read as Highest price), cell “<b>abc</b>"
    assert f"{said}{'x' * 30}…”: " in plain(at)
    assert "<b>abc" not in shown(at)
    assert at.button(key="prices.take").disabled
    assert at.session_state["costs.list"] == LISTED


def test_an_unknown_column_name_is_matched_by_hand() -> None:
    at = upload(opened(view="list"), FRENCH.replace("Tarif min", "Montant A").encode())
    assert at.button(key="prices.take").disabled
    # The column that was not read lies open already.
    assert at.button_group(key="costs.file.at").value == 2
    assert column(at, 2) == "C: Montant A (left out)"
    assert at.button_group(key="costs.file.holds").value == "left_out"
    at.button_group(key="costs.file.holds").set_value("low").run().run()
    assert column(at, 2) == "C: Montant A"
    at.button_group(key="costs.file.tax").set_value("included").run().run()
    assert not at.button(key="prices.take").disabled


def test_a_column_that_was_read_is_left_out_by_a_choice_of_its_own_and_says_so() -> None:
    at = upload(opened(view="list"), FRENCH.encode())
    at.button_group(key="costs.file.at").set_value(3).run().run()
    assert at.button_group(key="costs.file.holds").value == "high"
    at.button_group(key="costs.file.holds").set_value("left_out").run().run()
    assert column(at, 3) == "D: Tarif max (left out)"
    assert at.session_state["costs.file.column.high"] is None


def test_a_discount_without_a_column_for_its_start_says_that_it_counts_from_the_start() -> None:
    said = Words(BASE, "en")("prices.read.discount_from", name=TEXTS["en"]["prices.column.discount_from"])
    file = "Treatment,Paid per,Price,Discount{head}\nPRP,session,120,20{cell}\n"
    assert said in plain(upload(opened(view="list"), file.format(head="", cell="").encode()))
    start = file.format(head=",Discount from session", cell=",3")
    assert said not in plain(upload(opened(view="list"), start.encode()))


def test_a_file_without_currency_and_tax_asks_for_both_and_for_the_rate() -> None:
    at = upload(opened(view="list"), b"Treatment,Paid per,Price\nPRP,session,120\n")
    assert [at.button_group(key=f"costs.file.{one}").value for one in ("currency", "tax")] == [None, None]
    at.button_group(key="costs.file.currency").set_value("CHF").run().run()
    at.button_group(key="costs.file.tax").set_value("added").run().run()
    assert at.button(key="prices.take").disabled
    at.text_input(key="costs.file.vat").input("8,1").run().run()
    at.button(key="prices.take").click().run().run()
    kept = at.session_state["costs.list"]
    assert (kept["currency"], kept["vat"]) == ("CHF", "8.1")


def test_what_the_list_so_far_says_is_chosen_only_with_words_that_say_so() -> None:
    at = upload(opened(view="list", list=LISTED), b"Treatment,Paid per,Price\nPRP,session,120\n")
    assert TEXTS["en"]["prices.read.so_far"] in plain(at)
    at.button(key="prices.take").click().run().run()
    kept = at.session_state["costs.list"]
    assert (kept["currency"], kept["vat"], kept["vat_from"], len(kept["prices"])) == ("EUR", "20", "2014-01-01", 1)


def test_a_list_with_two_currencies_takes_over_nothing() -> None:
    at = upload(opened(view="list"), FRENCH.replace("3,20", "CHF 3,20").encode())
    assert "Row 3, column C “Tarif min” (read as Lowest price), cell “CHF 3,20”: names another currency" in plain(at)
    assert at.button(key="prices.take").disabled


@pytest.mark.parametrize(("old", "new", "open_at"), [("3,80", "abc", None), ("Tarif min", "Montant A", 2)])
def test_a_column_is_laid_open_only_where_it_was_not_read_or_may_be_misread(
    old: str, new: str, open_at: int | None
) -> None:
    at = upload(opened(view="list"), FRENCH.replace(old, new).encode())
    assert at.button_group(key="costs.file.at").value == open_at


def test_a_column_that_nothing_is_read_from_is_named_and_a_missing_one_is_asked_for_once() -> None:
    at = upload(opened(view="list"), FRENCH.replace("Tarif min", "Montant A").encode())
    t = Words(BASE, "en")
    unread = t("prices.read.unread", names=t("prices.read.head", letter="C", name="Montant A"))
    assert unread in plain(at)
    assert plain(at).count(t("prices.read.lost", names=t("prices.column.low"))) == 1
    assert t("prices.fault.missing") not in plain(at)


def take_form(at: AppTest, lang: Lang = "en") -> None:
    next(one for one in at.button if one.label == TEXTS[lang]["prices.edit.take"]).click()
    at.run()


def test_vat_is_added_to_a_list_that_includes_it_only_where_that_is_said() -> None:
    included = LISTED | {"vat": None, "vat_from": None, "country": None}
    at = opened(view="list", list=included, edit__option="prp")
    assert at.button_group(key="costs.edit.tax").value == "included"
    at.text_input(key="costs.edit.vat").input("20")
    # A rate is not asked for then; one that was typed counts for nothing and is not lost.
    take_form(at)
    assert at.session_state["costs.list"] == included
    assert TEXTS["en"]["prices.edit.faults"] not in plain(at)
    at.run()
    at.button_group(key="costs.edit.option").set_value("mesotherapy").run().run()
    assert at.text_input(key="costs.edit.vat").value == "20"
    at.button_group(key="costs.edit.tax").set_value("added")
    take_form(at)
    assert at.session_state["costs.list"]["vat"] == "20"


def test_a_rate_changes_alone_and_a_list_without_a_word_on_vat_is_not_taken() -> None:
    at = opened(view="list", list=LISTED, edit__option="prp")
    at.text_input(key="costs.edit.vat").input("21")
    take_form(at)
    assert at.session_state["costs.list"]["vat"] == "21"
    at.text_input(key="costs.edit.vat").input("")
    take_form(at)
    assert at.session_state["costs.list"]["vat"] == "21"
    at = opened(view="list", edit__option="prp")
    assert at.button_group(key="costs.edit.tax").value is None
    at.text_input(key="costs.edit.0.low").input("90")
    at.button_group(key="costs.edit.currency").set_value("EUR")
    take_form(at)
    assert "costs.list" not in at.session_state or at.session_state["costs.list"] is None
    assert Words(BASE, "en")("prices.fault.missing_tax") in plain(at)


def test_a_file_that_lies_open_follows_the_list_so_far_until_something_else_is_chosen() -> None:
    at = upload(opened(view="list", list=LISTED), b"Treatment;Paid per;Price\nPRP;session;250\n")
    assert at.button_group(key="costs.file.tax").value == "added"
    at.button(key="prices.drop").click().run().run()
    assert at.session_state["costs.list"] is None
    assert [at.button_group(key=f"costs.file.{name}").value for name in ("currency", "tax")] == [None, None]
    assert Words(BASE, "en")("prices.read.replaces", count=3) not in plain(at)


def test_a_formula_in_a_file_gives_one_line_and_changes_nothing() -> None:
    at = upload(opened(view="list", list=LISTED), FRENCH.replace("3,80", "=1+1").encode())
    assert plain(at).count("class='saved-line'") == 1
    assert "row 3, column D holds a formula" in plain(at)
    assert at.session_state["costs.list"] == LISTED


def test_the_list_counts_instead_of_the_published_price_with_its_package_and_its_tax() -> None:
    at = opened(region="DE", option="mesotherapy", list=LISTED)
    # 4 sessions, 3 of them paid; 10 sessions, 8 of them paid; 20 % VAT on each.
    assert "From €360 to €960" in plain(at)
    assert "pay 3, get 4" in plain(at)


def test_a_price_that_counts_is_not_called_missing_while_no_region_is_chosen() -> None:
    at = opened(option="mesotherapy", list=LISTED)
    assert TEXTS["en"]["costs.counted.list"] in plain(at)
    assert TEXTS["en"]["costs.gap.region"] not in plain(at)


def test_what_is_said_of_the_price_follows_the_first_amount_that_is_entered() -> None:
    at = opened(option="mesotherapy")
    at.button_group(key="costs.mesotherapy.currency").set_value("EUR").run().run()
    assert TEXTS["en"]["costs.counted.own"] not in plain(at)
    at.text_input(key="costs.mesotherapy.price.low").input("90").run()
    assert TEXTS["en"]["costs.counted.own"] in plain(at)


def test_parts_that_whole_amounts_would_not_add_up_to_the_sum_are_shown_with_cents() -> None:
    prices = [{**LISTED["prices"][0], "low": "180.50", "high": "220", "pay": 5, "get": 6}]
    at = opened(region="DE", option="mesotherapy", list=LISTED | {"vat": None, "country": None, "prices": prices})
    text = plain(at)
    assert "From €722.00 to €1,980.00" in text
    assert "two ends are €1,258.00 apart" in text
    assert ("€902.50" in text, "€355.50" in text) == (True, True)


@pytest.mark.parametrize(("lang", "typed"), [("en", "31/01/2014"), ("de", "31.1.2014"), ("fr", "2014-01-31")])
def test_the_day_of_a_rate_is_typed_and_shown_as_the_language_writes_it(lang: Lang, typed: str) -> None:
    at = opened(lang, view="list", list=LISTED, edit__option="mesotherapy")
    field = at.text_input(key="costs.edit.vat_from")
    assert field.value == ("01.01.2014" if lang == "de" else "01/01/2014")
    field.input(typed)
    take_form(at, lang)
    assert at.session_state["costs.list"]["vat_from"] == "2014-01-31"


INCLUDED = LISTED | {"vat": None, "vat_from": None, "country": None}


def test_vat_that_is_typed_is_not_added_to_a_listed_price_that_includes_it_and_the_page_says_so() -> None:
    at = opened(region="DE", option="mesotherapy", list=INCLUDED, assumed__open__kept=True)
    at.text_input(key="costs.vat").input("20").run()
    assert "From €300 to €800" in plain(at)
    assert TEXTS["en"]["costs.part.vat_left_out"] in plain(at)
    assert Words(BASE, "en")("costs.vat.left_out", view=TEXTS["en"]["costs.view.list"]) in plain(at)
    at.run()
    # A price of the reader's own, or a published one, takes it as before.
    at.text_input(key="costs.mesotherapy.price.low").input("100").run()
    assert "From €480 to €1,200" in plain(at)
    assert "which says that VAT is included" not in plain(at)


def test_vat_that_an_own_price_takes_is_said_to_fall_on_listed_amounts_that_include_it() -> None:
    start = {**LISTED["prices"][1], "option": "mesotherapy", "unit": "upfront"}
    at = opened(
        region="DE", option="mesotherapy", list=INCLUDED | {"prices": [start]}, vat="20", mesotherapy__price__low="100"
    )
    assert TEXTS["en"]["costs.vat.on_top"] in plain(at)


def test_what_a_discount_and_a_package_take_off_stands_beside_them() -> None:
    at = opened(region="DE", option="mesotherapy", list=INCLUDED, mesotherapy__discount="10")
    text = plain(at)
    # 4 to 10 sessions at 100, 1 to 2 of them free, the others 10 % less.
    assert "From €270 to €720" in text
    assert "sessions × €100</dd><dd class='sum'>€400 to €1,000<" in text
    assert "pay 3, get 4</dd><dd class='sum'>−€100 to −€200<" in text
    assert "10 % off every session of the course</dd><dd class='sum'>−€30 to −€80<" in text


def test_a_discount_of_the_list_is_named_at_the_empty_field_and_a_zero_in_it_takes_it_off() -> None:
    listed = {**LISTED["prices"][0], "pay": None, "get": None, "discount": "10", "discount_from": 4}
    at = opened(
        region="DE", option="mesotherapy", list=INCLUDED | {"prices": [listed]}, assumed__open__kept=True, years=1
    )
    said = "Without an entry, the clinic's list counts: 10 % off from session 4 of the course on."
    assert said in plain(at)
    assert "From €390 to €930" in plain(at)
    at.text_input(key="costs.mesotherapy.discount").input("0").run().run()
    assert "From €400 to €1,000" in plain(at)
    # Beside a price of the reader's own it does not count; the piece with the field is drawn again.
    at.text_input(key="costs.mesotherapy.price.low").input("200").run()
    assert said not in plain(at)


def test_the_form_changes_one_option_and_leaves_the_others() -> None:
    at = opened(view="list", list=LISTED, edit__option="prp")
    at.text_input(key="costs.edit.0.low").input("250,50")
    at.text_input(key="costs.edit.0.discount").input("10")
    at.text_input(key="costs.edit.0.discount_from").input("3")
    take_form(at)
    kept = {(one["option"], one["unit"]): one for one in at.session_state["costs.list"]["prices"]}
    assert list(kept) == [("mesotherapy", "session"), ("prp", "session"), ("transplant", "graft")]
    assert (kept["prp", "session"]["low"], kept["prp", "session"]["discount"]) == ("250.50", "10")


def test_the_form_takes_over_nothing_while_a_field_is_wrong() -> None:
    at = opened(view="list", list=LISTED, edit__option="mesotherapy")
    assert at.text_input(key="costs.edit.0.low").value == "100"
    at.text_input(key="costs.edit.0.low").input("90")
    at.text_input(key="costs.edit.1.low").input("1.234")
    at.text_input(key="costs.edit.vat").input("120")
    take_form(at)
    assert at.session_state["costs.list"] == LISTED
    assert "“Maintenance session: Lowest price” " in plain(at)
    assert "“VAT to add, percent” " in plain(at)


def test_the_list_and_all_new_settings_travel_in_the_consultation_file() -> None:
    allowed = choices.allowed(BASE)
    kept = {
        "costs.list": LISTED,
        "costs.view": "why",
        "costs.measure": "effect_year",
        "costs.transplant.basis": "graft",
        "costs.prp.try.sessions": "2",
    }
    assert files.chosen(allowed, kept) == kept
    assert files.chosen(allowed, {"costs.list": LISTED | {"vat": "-1"}}) == {}


# --- why, scenarios, grafts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_tornado_names_who_says_each_end(lang: Lang) -> None:
    at = opened(lang, region="US", option="prp", view="why")
    text = plain(at)
    t = Words(BASE, lang)
    who = t("costs.why.who", source="ruli.com, " + t("source.no_year"))
    assert who.replace("\N{NO-BREAK SPACE}", " ") in text
    assert "Dermatologic Surgery" in text
    assert len(at.get("plotly_chart")) == 1


def test_settling_a_question_says_at_once_what_is_left() -> None:
    at = opened(region="DE", option="mesotherapy", view="why")
    assert "the whole sum is €1,200 to €3,000 over 5 years." in plain(at)
    at.button_group(key="costs.mesotherapy.try.sessions").set_value("0").run().run()
    assert "That leaves €1,200 instead of €1,200 to €3,000. The highest sum falls by €1,800." in plain(at)


def test_a_year_of_effect_can_be_looked_at_instead_of_the_sum() -> None:
    at = opened(region="DE", option="mesotherapy", view="why", measure="effect_year")
    # 4 x 300 over 18 months to 10 x 300 over 12 months.
    assert "The range is €800 to €3,000" in plain(at)
    text = plain(at)
    assert TEXTS["en"]["costs.why.duration"] in text
    assert TEXTS["en"]["costs.why.effect_year.reading"] in text
    assert (
        "counted as lasting 12 to 18 months (Text of a clinic, no. 2). Certainty: not graded (a clinic's own statement)"
        in text
    )
    assert "highest sum" not in text


def test_the_course_again_takes_the_place_of_maintenance_and_its_length_is_a_bar_with_its_source() -> None:
    at = opened(region="DE", option="mesotherapy", mesotherapy__maintenance=True)
    at.toggle(key="costs.mesotherapy.repeat.0").set_value(True).run().run()
    assert at.session_state["costs.mesotherapy.maintenance"] is False
    text = plain(at)
    assert "From €4,800 to €12,000" in text
    assert all(one in text for one in ("s1-duration-12-18-months", "meso-duration-unknown"))
    at.button_group(key="costs.view").set_value("why").run().run()
    t = Words(BASE, "en")
    low, high = (t("costs.count.month.many", number=number) for number in (12, 18))
    assert t("costs.why.sum.falls", end=high, amount="€3,000") in plain(at)
    assert t("costs.why.sum.rises", end=low, amount="€1,200") in plain(at)
    at.button_group(key="costs.mesotherapy.try.duration").set_value("3").run().run()
    assert "That leaves €1,200 to €3,000 instead of €4,800 to €12,000." in plain(at)


@pytest.mark.parametrize("option", ["transplant", "microneedling", "no_treatment"])
def test_no_course_is_had_again_where_nobody_says_how_long_it_lasts(option: str) -> None:
    at = opened(region="DE", option=option, context=True)
    assert not [one.key for one in at.toggle if str(one.key).endswith(".repeat")]


@pytest.mark.parametrize(
    ("view", "key", "value", "drawn", "left"),
    [
        ("sum", "costs.region", "FR", "cost-result", "button_group"),
        ("years", "costs.region", "FR", "cost-key", "download_button"),
        ("list", "costs.region", "FR", "", "html"),
        ("why", "costs.mesotherapy.try.sessions", "0", "costs.down", "plotly_chart"),
    ],
)
def test_a_tap_draws_what_it_changes_and_leaves_the_rest(
    view: str, key: str, value: str, drawn: str, left: str
) -> None:
    at = opened(region="DE", option="mesotherapy", view=view)
    assert len(at.get(left)) > 0
    at.button_group(key=key).set_value(value).run()
    assert not at.exception
    assert len(at.get(left)) == 0
    assert drawn in plain(at) or TEXTS["en"].get(f"{drawn}.falls", "?")[:4] in plain(at)


def test_three_courses_are_the_short_one_and_what_two_sources_say() -> None:
    text = plain(opened(region="DE", option="mesotherapy", view="why"))
    # 4 x 300; 4 x 300 and 19 to 29 maintenance sessions in 5 years; 6 to 10 x 300.
    assert "A short course</h3><p class='cost-course-sum'>€1,200<" in text
    assert "<p class='cost-course-sum'>€6,900 to €9,900<" in text
    assert "<p class='cost-course-sum'>€1,800 to €3,000<" in text


def test_a_transplant_is_worked_out_from_the_grafts_of_the_stage() -> None:
    at = opened(region="DE", option="transplant", transplant__basis="graft", answers__norwood_stage="5")
    # 3,000 to 5,500 grafts at 3 to 4.70.
    assert "Published for one operation (Germany): €1,500 to €7,500." in plain(at)
    assert "From €9,000 to €25,850" in plain(at)
    assert "tx-grafts-norwood5" in plain(at)


def test_grafts_and_their_price_make_the_range_and_not_an_operation_s_published_price() -> None:
    at = opened(region="DE", option="transplant", transplant__basis="graft", answers__norwood_stage="5")
    causes = plain(at).split("cost-causes")[1].split("Published, ")[0]
    # Their number and the price of each are two causes, which add up to the distance of €16,850.
    assert "Number of grafts: 3,000 to 5,500 grafts</span><b>€7,500<" in causes
    assert "€3.00 to €4.70 per graft</span><b>€9,350<" in causes
    assert "per operation" not in causes
    # More operations do not multiply the grafts.
    assert not [one.label for one in at.toggle if one.key == "costs.grid"]


def test_a_transplant_by_the_graft_speaks_of_no_sessions_and_of_no_courses() -> None:
    settings = {"region": "DE", "option": "transplant", "transplant__basis": "graft", "answers__norwood_stage": "5"}
    why = plain(opened(view="why", **settings))
    assert TEXTS["en"]["costs.down.less.graft"] in why
    assert "ewer sessions" not in why
    assert TEXTS["en"]["costs.scenarios.title"] not in why
    assert [one.label for one in opened(**settings).expander] == ["More assumptions: VAT and discount"]


GRAFT = {**LISTED["prices"][1], "low": "3", "high": "3"}
OPERATION = {**GRAFT, "unit": "procedure", "low": "5000", "high": "5000"}


@pytest.mark.parametrize(
    ("settings", "why", "total"),
    [
        ({}, "stage", "€1,500 to €7,500"),
        ({"answers__norwood_stage": "1"}, "stage", "€1,500 to €7,500"),
        ({"answers__norwood_stage": "5", "answers__loss_pattern": "none"}, "stage", "€1,500 to €7,500"),
        ({"answers__norwood_stage": "5"}, "grafts", "€9,000 to €25,850"),
        ({"answers__norwood_stage": "5", "region": "UK"}, "price", "£1,000 to £30,000"),
        ({"answers__norwood_stage": "5", "list": INCLUDED | {"prices": [GRAFT]}}, "grafts", "€9,000 to €16,500"),
        ({"answers__norwood_stage": "5", "list": INCLUDED | {"prices": [OPERATION, GRAFT]}}, "list", "€5,000 "),
        ({"answers__norwood_stage": "5", "transplant__price__low": "4000"}, "own", "€4,000 "),
        ({"answers__norwood_stage": "5", "transplant__basis": "procedure"}, "chosen", "€1,500 to €7,500"),
    ],
)
def test_an_operation_is_counted_as_follows_from_what_is_known_and_the_page_says_why(
    settings: dict[str, Any], why: str, total: str
) -> None:
    at = opened(**{"region": "DE", "option": "transplant", **settings})
    assert TEXTS["en"][f"costs.basis.why.{why}"] in plain(at)
    assert total in plain(at)
    # What follows by itself is not kept as a choice.
    assert ("costs.transplant.basis" in at.session_state) == (why == "chosen")


def test_a_price_per_graft_of_the_clinic_waits_for_the_stage_and_gives_way_to_no_published_price() -> None:
    settings = {"region": "DE", "option": "transplant", "list": INCLUDED | {"prices": [GRAFT]}}
    text = plain(opened(**settings))
    assert TEXTS["en"]["costs.basis.why.list_graft"] in text
    assert TEXTS["en"]["costs.gap.stage"] in text
    assert "cost-sum" not in text
    waits = TEXTS["en"]["prices.graft_waits"]
    assert waits in plain(opened(**settings, view="list"))
    assert waits not in plain(opened(**settings, view="list", answers__norwood_stage="5"))
    assert TEXTS["en"]["sum_open.stage"] in plain(go(opened(**settings), "summary"))


@pytest.mark.parametrize("page", ["costs", "timeline"])
def test_what_is_to_be_settled_first_stands_where_an_option_is_worked_out(page: str) -> None:
    chosen = {"costs__option": "prp", "costs__region": "DE", "timeline__protocol": "prp_standard"}
    assert "check-says" not in shown(open_page(page, **chosen))
    at = open_page(page, **chosen, answers__anticoagulants="yes")
    t = Words(BASE, "en")
    assert t("summary.check", outcome=t("outcome.cannot_tell_yet")) in unescape(shown(at))


def test_a_region_turns_what_an_operation_is_counted_by_until_the_reader_chooses() -> None:
    at = opened(region="UK", option="transplant", answers__norwood_stage="5")

    def control() -> Any:
        (found,) = [one for one in at.button_group if str(one.key).startswith("costs.transplant.basis.")]
        return found

    assert control().value == "procedure"
    before = control().key
    at.button_group(key="costs.region").set_value("DE").run()
    # A new name: the browser would still send what the old control showed.
    assert (control().value, control().key == before) == ("graft", False)
    at.run()
    control().set_value("procedure").run().run()
    assert at.session_state["costs.transplant.basis"] == "procedure"
    at.button_group(key="costs.region").set_value("FR").run().run()
    assert control().value == "procedure"
    assert TEXTS["en"]["costs.basis.why.chosen"] in plain(at)


def test_sums_that_stand_beside_others_say_that_grafts_are_counted() -> None:
    settings = {"costs__region": "DE", "answers__norwood_stage": "5"}
    said = Words(BASE, "en")("costs.grafts_counted", name="X").removeprefix("X")
    for page in ("summary", "costs"):
        assert said in plain(open_page(page, costs__view="years", **settings))


@pytest.mark.parametrize(("region", "amount"), [("DE", "€177"), ("FR", "€500 to €600"), ("US", None)])
def test_a_fixed_amount_beside_the_price_of_a_graft_is_named_and_not_counted(region: str, amount: str | None) -> None:
    text = plain(opened(region=region, option="transplant", answers__norwood_stage="5"))
    said = "names a fixed amount of about "
    assert (f"{said}{amount}. It is not counted" in text) if amount else (said not in text)


@pytest.mark.parametrize(("high", "shared"), [("3", False), ("4", True)])
def test_what_number_and_price_widen_together_is_spoken_of_only_where_both_are_ranges(high: str, shared: bool) -> None:
    prices = INCLUDED | {"prices": [{**GRAFT, "high": high}]}
    text = plain(opened(region="DE", option="transplant", answers__norwood_stage="5", list=prices))
    assert ("The part that number and price cause together" in text) == shared


def test_settling_the_grafts_or_their_price_narrows_the_sum() -> None:
    at = opened(region="DE", option="transplant", view="why", transplant__basis="graft", answers__norwood_stage="5")
    at.button_group(key="costs.transplant.try.grafts").set_value("0").run().run()
    assert "That leaves €9,000 to €14,100 instead of €9,000 to €25,850." in plain(at)
    at.button_group(key="costs.transplant.try.price").set_value("0").run().run()
    assert "That leaves €9,000 instead of €9,000 to €25,850." in plain(at)


def test_a_list_is_removed_only_after_a_second_tap() -> None:
    at = opened(view="list", list=LISTED)
    assert at.button(key="prices.drop").label == Words(BASE, "en")("prices.drop.yes")
    at.button(key="prices.drop").click().run().run()
    assert at.session_state["costs.list"] is None


def test_grafts_stay_open_without_a_stage() -> None:
    at = opened(region="DE", option="transplant", transplant__basis="graft")
    assert TEXTS["en"]["costs.gap.stage"] in plain(at)
    assert "cost-sum" not in plain(at)


def test_grafts_stay_open_where_no_price_of_a_graft_was_found() -> None:
    at = opened(region="UK", option="transplant", transplant__basis="graft", answers__norwood_stage="5")
    assert "no published price per graft found" in plain(at)
    assert "cost-sum" not in plain(at)
    # A price of a graft has no field here, so the way to the one that has is named, without a region too.
    anywhere = opened(option="transplant", transplant__basis="graft", answers__norwood_stage="5")
    assert ["above under “Clinic's prices”." in plain(one) for one in (at, anywhere)] == [True, True]


@pytest.mark.parametrize("lang", LANGS)
def test_a_length_that_is_said_in_words_is_told_with_its_claim_and_as_compare_reads_it(lang: Lang) -> None:
    text = plain(opened(lang, region="DE", view="years"))
    table, _, below = text.partition(TEXTS[lang]["costs.effect.in_words"])
    assert "prp-duration-relapse" not in table
    below, _, _ = below.partition(TEXTS[lang]["costs.stopped.title"])
    t = Words(BASE, lang)
    months = t.number(BASE.criteria["lasting_result"].options["transplant"].low)
    assert t("costs.effect.compare", low=months).replace("\N{NO-BREAK SPACE}", " ") in below
    assert "tx-duration-permanent-but-native-loss" in below
    assert TEXTS[lang]["costs.effect.unknown"] not in text


def test_how_long_an_effect_is_said_to_last_names_who_says_so_and_that_no_study_shows_it() -> None:
    text = plain(opened(region="DE", view="years"))
    table, _, below = text.partition(TEXTS["en"]["costs.effect.caption"])[2].partition("</table>")
    assert "12 to 18 months (Text of a clinic, no. 2). Certainty: not graded (a clinic's own statement)" in table
    assert "<p>We found no study that shows how long" in below


@pytest.mark.parametrize("view", ["years", "why"])
def test_a_sum_that_has_cents_by_itself_has_them_in_every_range_of_the_page(view: str) -> None:
    at = opened(region="DE", option="mesotherapy", view=view, mesotherapy__price__low="99.55")
    assert "€398.20 to €995.50" in plain(at)
    assert [one for one in re.findall("€[0-9.,]*[0-9]", plain(at)) if "." not in one] == []


def test_sums_by_number_and_price_have_cents_where_the_sum_itself_has_them() -> None:
    text = plain(opened(region="DE", option="mesotherapy", grid=True, mesotherapy__price__low="99.55"))
    assert "<td role='cell'><span class='cards-label' aria-hidden='true'>4 sessions</span>€398.20</td>" in text


def test_the_lowest_cost_of_a_year_of_effect_names_the_two_sources_that_it_joins() -> None:
    said = "the lowest figure joins the fewest sessions, as "
    for view in ("years", "why"):
        text = plain(opened(region="DE", option="mesotherapy", view=view, measure="effect_year"))
        assert f"Mesotherapy: {said}" in text
        own = opened(region="DE", option="mesotherapy", view=view, measure="effect_year", mesotherapy__sessions__low=3)
        assert f"Mesotherapy: {said}" not in plain(own)


def test_an_effect_of_which_nobody_says_how_long_it_lasts_stays_open() -> None:
    text = plain(opened(region="DE", view="years", context=True, microneedling__price__low="90"))
    assert TEXTS["en"]["costs.effect.unknown"] in text


def test_each_part_survives_a_change_of_page() -> None:
    at = opened(region="DE", option="mesotherapy", view="why", list=LISTED)
    at.button_group(key="costs.mesotherapy.try.sessions").set_value("1").run().run()
    go(at, "start")
    go(at, "costs")
    assert at.button_group(key="costs.view").value == "why"
    assert at.button_group(key="costs.mesotherapy.try.sessions").value == "1"
    assert at.session_state["costs.list"] == LISTED


# --- what is counted, and what only stands beside it ------------------------------------------------------------------


def dashes(at: AppTest) -> set[tuple[str, str]]:
    """Return the names and strokes of the lines in the chart by year."""
    found = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    return {(one["name"], one["line"]["dash"]) for one in found}


@pytest.mark.parametrize("lang", LANGS)
def test_one_course_alone_is_compared_with_no_other_sum_and_its_lines_are_dashed(lang: Lang) -> None:
    t = Words(BASE, lang)
    course = t("costs.one_course", name=t("option.mesotherapy"))
    operation = t("costs.one_operation", name=t("option.transplant"))
    settings = {"region": "DE", "option": "transplant", "view": "years", "transplant__price__low": "9000"}
    at = opened(lang, **settings)
    alone = t("costs.turn.alone", options=t("costs.quoted", name=t("option.mesotherapy")))
    assert alone.replace("\N{NO-BREAK SPACE}", " ") in plain(at)
    # What a sum leaves out after an operation is said with who speaks of it, before the chart.
    assert "(medhair.co.za" in plain(at).partition("class='cost-key'")[0]
    assert t("costs.dashed").replace("\N{NO-BREAK SPACE}", " ") in plain(at)
    first, second = (t("costs.quoted", name=one) for one in (course, operation))
    below = t("costs.turn.none", first=first, second=second)
    assert below.replace("\N{NO-BREAK SPACE}", " ") not in plain(at)
    assert dashes(at) == {(course, "dash"), (operation, "dash")}


def test_sums_that_hold_what_follows_the_course_are_not_dashed() -> None:
    at = opened(region="DE", option="transplant", view="years", mesotherapy__maintenance=True)
    # Nothing that follows an operation can be counted.
    operation = TEXTS["en"]["costs.one_operation"].format(name=TEXTS["en"]["option.transplant"])
    assert dashes(at) == {(TEXTS["en"]["option.mesotherapy"], "solid"), (operation, "dash")}


LISTED_ALL = {
    "currency": "EUR",
    "vat": None,
    "country": None,
    "vat_from": None,
    "prices": [
        {**LISTED["prices"][1], "option": "mesotherapy", "unit": unit, "low": low, "high": low}
        for unit, low in (("session", "100"), ("maintenance", "80.50"), ("upfront", "50"))
    ],
}


def test_a_published_price_that_does_not_count_says_so_on_both_pages() -> None:
    settings = {"region": "DE", "option": "mesotherapy"}
    for origin, more in (("own", {"mesotherapy__price__low": "250"}), ("list", {"list": LISTED_ALL})):
        assert TEXTS["en"][f"costs.compared.{origin}"] in plain(opened(**settings, **more))
    book = plain(opened(**settings, view="book", list=LISTED_ALL))
    assert "€300 per session, marinajagemann.com, no year given: for comparison, not counted" in book
    assert "For comparison" not in plain(opened(**settings))


def test_what_counts_without_an_entry_is_said_as_it_is() -> None:
    settings = {"region": "DE", "option": "mesotherapy", "mesotherapy__maintenance": True, "assumed__open__kept": True}
    said = "Without an entry, the clinic's list counts: "
    session, published = TEXTS["en"]["costs.without.session"], TEXTS["en"]["costs.without.published"]
    text = plain(opened(**settings, list=LISTED_ALL))
    assert [f"{said}{one}." in text for one in ("€100", "€80.50", "€50")] == [True] * 3
    added = opened(**settings, list=LISTED_ALL | {"vat": "20"})
    assert "Without an entry, 20 % is added to the prices of the clinic's list" in plain(added)
    assert TEXTS["en"]["costs.currency.list"] in [one.label for one in added.button_group]
    assert "Without an entry, 20 %" not in text
    assert session not in text
    assert published not in text
    # A price of the list's maintenance does not count beside a published price of a session.
    at = opened(**settings, list=LISTED_ALL | {"prices": LISTED_ALL["prices"][1:]})
    assert said not in plain(at)
    assert session in plain(at)
    assert published in plain(at)
    # With a price of the reader's own it does, and the piece with the field is drawn again.
    at.text_input(key="costs.mesotherapy.price.low").input("200").run()
    assert f"{said}€80.50." in plain(at)


def test_both_ends_of_a_sum_say_what_they_count_where_that_differs() -> None:
    settings = {"region": "DE", "option": "mesotherapy"}
    text = plain(opened(**settings, mesotherapy__maintenance=True))
    low = "Low: 4 sessions at €300, then 18 sessions of maintenance."
    ends = f"{low} High: 10 sessions at €300, then 58 sessions of maintenance."
    assert " ".join((ends, TEXTS["en"]["costs.unlike.fewest"], TEXTS["en"]["costs.unlike.texts"])) in text
    assert "Low end 1 and high end 3: Text of a clinic, no. 3, in two different places." in text
    own = plain(opened(**settings, mesotherapy__sessions__low=3, mesotherapy__sessions__high=5))
    assert "Low: 3 sessions at €300. High: 5 sessions at €300.<" in own
    same = plain(opened(**settings, mesotherapy__sessions__low=5, mesotherapy__sessions__high=5))
    assert "cost-unlike" not in same


def test_why_says_that_the_sum_ranks_number_and_price_in_another_way() -> None:
    settings = {"option": "transplant", "view": "why", "answers__norwood_stage": "5"}
    said = Words(BASE, "en")("costs.why.shared_there", view=TEXTS["en"]["costs.view.sum"])
    assert said in plain(opened(region="DE", **settings))
    assert said not in plain(opened(region="DE", list=INCLUDED | {"prices": [GRAFT]}, **settings))


def test_a_source_s_price_per_operation_stands_beside_its_price_of_a_graft() -> None:
    settings = {"option": "transplant", "answers__norwood_stage": "5"}
    said = "sos-cheveux.fr also gives a price per operation: €3,000 to €7,000. It is not counted here."
    assert said in plain(opened(region="FR", **settings))
    assert "also gives a price per operation" not in plain(
        opened(region="FR", transplant__basis="procedure", **settings)
    )
    assert "Low: 3,000 grafts at €5.50. High: 5,500 grafts at €6.00." in plain(opened(region="FR", **settings))
    listed = plain(opened(region="FR", list=INCLUDED | {"prices": [GRAFT]}, **settings))
    assert "It stands here for comparison too and is not counted." in listed


@pytest.mark.parametrize("lang", LANGS)
def test_the_fee_at_the_start_has_one_name(lang: Lang) -> None:
    keys = [f"costs.{kind}.upfront" for kind in ("part", "cause", "name", "export.part")]
    (name,) = {TEXTS[lang][key] for key in (*keys, "prices.unit.upfront")}
    assert all(TEXTS[lang][f"costs.upfront.{end}"].startswith(f"{name} (") for end in ("low", "high"))


def test_package_and_discount_of_an_operation_speak_of_operations() -> None:
    listed = {**OPERATION, "pay": 2, "get": 3, "discount": "10", "discount_from": 2}
    at = opened(option="transplant", view="list", edit__option="transplant", list=INCLUDED | {"prices": [listed]})
    assert "pay 2, get 3; 10 % off from operation 2 on" in plain(at)
    labels = [one.label for one in at.text_input if one.label.startswith("Operation:")]
    assert "Operation: Package, operations paid" in labels
    assert not [label for label in labels if label.count(":") > 1]
    assert not [label for label in labels if "session" in label]
    assert "10 % off from operation 2 on" in plain(opened(option="transplant", list=INCLUDED | {"prices": [listed]}))


def test_amounts_of_one_list_have_cents_all_or_none() -> None:
    table = plain(opened(view="list", list=LISTED_ALL)).split("<table")[1]
    assert [one in table for one in ("€100.00<", "€80.50<", "€50.00<")] == [True] * 3
    assert "€100<" in plain(opened(view="list", list=LISTED_ALL | {"prices": LISTED_ALL["prices"][:1]}))


@pytest.mark.parametrize(
    ("price", "fee", "total", "beside"),
    [("99.95", "0.45", "€400 to €1,000", "€5,000"), ("99.55", "", "€398.20 to €995.50", "€5,000.00")],
)
def test_sums_over_the_years_have_cents_only_where_a_sum_by_itself_has_them(
    price: str, fee: str, total: str, beside: str
) -> None:
    own = {"mesotherapy__price__low": price, "mesotherapy__upfront__low": fee, "transplant__price__low": "5000"}
    settings = {"region": "DE", "option": "mesotherapy", **own}
    assert f"From {total} " in plain(opened(**settings))
    years = plain(opened(view="years", **settings))
    assert [f"<br>{one}</span>" in years for one in (total, beside)] == [True, True]
