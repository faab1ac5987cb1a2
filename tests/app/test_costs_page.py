"""The Costs page: each language, published and own prices, what is missing, and bad input.

A tap draws the pieces that it changes; the run after it draws the whole page, which is what is looked at here.
"""

from __future__ import annotations

import json
from decimal import Decimal
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from tests.app.app import go, open_page, shown

# The quick run opens every page in test_pages.py; what a page does in detail is left to the whole run.
pytestmark = pytest.mark.slow

TEXTS = {lang: load().texts(lang) for lang in LANGS}


def opened(lang: Lang = "en", **settings: object) -> AppTest:
    """Return the page after these settings were made; a double underscore stands for a point."""
    return open_page("costs", lang, **{f"costs__{name}": value for name, value in settings.items()})


def plain(text: str) -> str:
    """Return markup as a reader sees its characters, all spaces alike."""
    return unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def markup(at: AppTest) -> str:
    return plain(shown(at))


def box(at: AppTest) -> str:
    """Return the result box."""
    blocks = [str(block.proto.body) for block in at.get("html")]
    return plain(next(block for block in blocks if block.startswith("<section class='cost-result")))


@pytest.mark.parametrize("lang", LANGS)
def test_page_opens_in_each_language_with_nothing_chosen_and_no_sum(lang: Lang) -> None:
    at = opened(lang)
    assert f"<h1>{TEXTS[lang]['costs.title']}</h1>" in markup(at)
    assert "cost-sum" not in markup(at)
    assert at.info[0].value == TEXTS[lang]["costs.choose"]


@pytest.mark.parametrize(
    ("lang", "total"),
    [("en", "From €1,200 to €3,000"), ("de", "Von 1.200 € bis 3.000 €"), ("fr", "De 1 200 € à 3 000 €")],
)
def test_mesotherapy_in_germany_costs_four_to_ten_times_the_published_price(lang: Lang, total: str) -> None:
    assert total in box(opened(lang, region="DE", option="mesotherapy"))


def test_no_region_is_assumed() -> None:
    at = opened(option="mesotherapy")
    assert TEXTS["en"]["costs.gap.region"] in box(at)
    assert "€" not in box(at)


def test_a_region_without_a_published_price_says_so_and_asks() -> None:
    at = opened(region="DE", option="prp")
    assert "Germany: no published price per session found. Enter the clinic's own price" in box(at)
    assert "cost-sum" not in box(at)


def test_several_published_prices_make_one_range_and_each_end_names_its_source() -> None:
    at = opened(region="US", option="prp")
    assert "US$400 to US$2,000" in box(at)
    assert "Low end US$400: urbanhealthwatch.net, no year given. High end US$2,000: ruli.com, no year given." in markup(
        at
    )


def test_prices_per_course_and_per_graft_are_shown_but_not_counted() -> None:
    text = markup(opened(region="US", view="book"))
    assert "US$1,500 to US$3,500 per course, urbanhealthwatch.net, no year given: shown, not counted" in text
    assert "US$5 to US$10 per graft, drilkerapaydin.com, no year given: shown, not counted" in text
    assert "US$4,000 to US$15,000 per operation, consumersearch.com, no year given: counted" in text


def test_a_price_without_a_year_says_so() -> None:
    assert "€300 per session, marinajagemann.com, no year given: counted" in markup(opened(region="DE", view="book"))


def test_own_price_replaces_the_published_one_in_any_notation() -> None:
    at = opened(region="DE", option="mesotherapy")
    at.text_input(key="costs.mesotherapy.price.low").input("1.250,50").run().run()
    at.text_input(key="costs.mesotherapy.price.high").input("1,300.00").run().run()
    assert "€5,002" in box(at)
    assert "€13,000" in box(at)
    assert TEXTS["en"]["costs.own_prices"] in box(at)


def test_bad_amount_says_so_at_the_field_and_the_last_good_one_keeps_counting() -> None:
    at = opened(region="DE", option="mesotherapy")
    at.text_input(key="costs.mesotherapy.price.low").input("200").run().run()
    good = box(at)
    at.text_input(key="costs.mesotherapy.price.low").input("1.234").run().run()
    (error,) = at.error
    assert error.value.startswith("Clinic's lowest price per session: ")
    assert "1.234" not in error.value.replace("such as 1234", "")
    assert box(at) == good
    at.text_input(key="costs.mesotherapy.price.low").input("210").run().run()
    assert not at.error
    assert box(at) != good


def test_low_above_high_says_so_and_the_last_good_range_keeps_counting() -> None:
    at = opened(region="DE", option="mesotherapy")
    good = box(at)
    at.number_input(key="costs.mesotherapy.sessions.low.0").set_value(12).run().run()
    assert len(at.error) == 1
    assert box(at) == good
    assert "for one course alone" in good
    at.toggle(key="costs.mesotherapy.maintenance.0").set_value(True).run().run()
    at.number_input(key="costs.years").set_value(7).run().run()
    assert "over 7 years" in box(at)


def test_vat_above_a_hundred_is_refused() -> None:
    at = opened(region="DE", option="mesotherapy", vat="19", assumed__open__kept=True)
    with_vat = box(at)
    assert "€1,428 to €3,570" in with_vat
    at.text_input(key="costs.vat").input("119").run().run()
    assert len(at.error) == 1
    assert box(at) == with_vat


def test_what_is_wrong_with_a_closed_assumption_is_said_and_its_field_is_there_once_the_fold_is_open() -> None:
    at = opened(region="DE", option="mesotherapy", vat="119")
    assert len(at.error) == 1
    assert "costs.vat" not in [one.key for one in at.text_input]
    again = opened(region="DE", option="mesotherapy", vat="119", assumed__open__kept=True)
    assert again.text_input(key="costs.vat").value == "119"
    assert len(again.error) == 1


def test_maintenance_is_counted_only_when_switched_on_and_at_the_session_price() -> None:
    at = opened(region="DE", option="mesotherapy")
    assert TEXTS["en"]["costs.not_counted"] in box(at)
    at.toggle(key="costs.mesotherapy.maintenance.0").set_value(True).run().run()
    assert "From €6,600 to €20,400" in box(at)
    assert "18 to 58 sessions (every 1 to 3 months) × €300" in box(at)


def test_medicines_cost_twelve_months_in_each_year() -> None:
    at = opened(region="US", option="minoxidil_topical", context=True, years=3)
    assert "From US$720 to US$1,440" in box(at)
    assert "36 months × US$20 to US$40" in box(at)
    at.button_group(key="costs.view").set_value("years").run().run()
    assert "Minoxidil</span>US$240 to US$480<" in markup(at)


def test_no_treatment_stays_open_until_the_clinic_enters_a_price() -> None:
    at = opened(region="DE", option="no_treatment")
    assert "cost-sum" not in box(at)
    assert "nt-cost-zero" in box(at)
    at.text_input(key="costs.no_treatment.price.low").input("0").run().run()
    assert "<p class='cost-sum'>€0 " in box(at)


def test_own_price_without_region_asks_for_its_currency() -> None:
    at = opened(option="prp", prp__price__low="200")
    assert TEXTS["en"]["costs.gap.currency"] in box(at)
    at.button_group(key="costs.prp.currency").set_value("CHF").run().run()
    assert "CHF" in box(at)


def test_amounts_in_two_currencies_are_not_added() -> None:
    at = opened(region="DE", option="mesotherapy", mesotherapy__upfront__low="50", mesotherapy__currency="CHF")
    assert "No currency is converted" in box(at)
    assert "cost-sum" not in box(at)


def test_options_in_another_currency_are_named_and_not_drawn() -> None:
    text = markup(opened(region="DE", option="mesotherapy", view="years", prp__price__low="200", prp__currency="CHF"))
    assert "PRP: not drawn, because its prices are in CHF" in text


def test_the_year_in_which_two_options_cross_is_said() -> None:
    # Mesotherapy costs at least 1,800 in year 1 and 1,200 in each later one; a transplant at most 7,500.
    at = opened(region="DE", option="mesotherapy", view="years", years=10, mesotherapy__maintenance=True)
    assert "from year 6 on, Mesotherapy has cost more in any case" in markup(at)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Between year 2 and year 5, Mesotherapy comes to cost more than Hair transplant (one operation alone)."),
        ("de", "Zwischen Jahr 2 und Jahr 5 wird „Mesotherapie“ teurer als „Haartransplantation (nur ein Eingriff)“."),
        (
            "fr",
            "Entre l'année 2 et l'année 5, le total de « Mésothérapie » dépasse celui de"
            " « Greffe de cheveux (une seule opération) ».",
        ),
    ],
)
def test_the_years_between_which_one_sum_passes_another_are_said_and_drawn(lang: Lang, words: str) -> None:
    # Published: 300 per session, kept up every 1 to 3 months: at most 6,000 in year 1, at least 6,600 after year 5.
    # The clinic's operation costs 6,200 to 6,500, within what is published for it.
    prices = {"transplant__price__low": "6200", "transplant__price__high": "6500"}
    at = opened(lang, region="DE", option="transplant", view="years", mesotherapy__maintenance=True, **prices)
    assert words in markup(at)
    spec = json.loads(at.get("plotly_chart")[0].proto.spec)
    spans = [one for one in spec["layout"]["shapes"] if one["x0"] != one["x1"]]
    assert [(one["type"], one["x0"], one["x1"]) for one in spans] == [("line", 2, 5), ("rect", 2, 5)]


def test_settings_survive_a_change_of_page_and_of_language() -> None:
    at = opened(region="DE", option="mesotherapy")
    at.number_input(key="costs.mesotherapy.sessions.low.0").set_value(5).run().run()
    at.text_input(key="costs.mesotherapy.price.low").input("200").run().run()
    go(at, "start")
    go(at, "costs")
    assert at.number_input(key="costs.mesotherapy.sessions.low.0").value == 5
    assert at.text_input(key="costs.mesotherapy.price.low").value == "200"
    at.session_state["lang"] = "de"
    at.run()
    assert at.number_input(key="costs.mesotherapy.sessions.low.0").value == 5
    assert "Von 1.000 € bis 2.000 €" in box(at)


def test_settings_of_one_option_survive_looking_at_another() -> None:
    at = opened(region="DE", option="mesotherapy")
    at.number_input(key="costs.mesotherapy.sessions.high.0").set_value(8).run().run()
    at.button_group(key="costs.option").set_value("transplant").run().run()
    at.button_group(key="costs.option").set_value("mesotherapy").run().run()
    assert at.number_input(key="costs.mesotherapy.sessions.high.0").value == 8


def test_amounts_kept_in_the_session_are_exact() -> None:
    at = opened(region="DE", option="mesotherapy")
    at.text_input(key="costs.mesotherapy.price.low").input("0,10").run().run()
    kept = at.session_state["costs.mesotherapy.price.good"]
    assert kept == (Decimal("0.10"), Decimal("0.10"))
    assert all(type(amount) is Decimal for amount in kept)


def test_hiding_the_context_options_leaves_none_of_them_chosen() -> None:
    at = opened(region="US", option="minoxidil_topical", context=True)
    at.toggle(key="costs.context").set_value(False).run().run()
    assert not at.exception
    assert at.button_group(key="costs.option").value is None
    assert "cost-result" not in markup(at)
