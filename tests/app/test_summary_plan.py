"""The plans on Summary, which is the paper to take home: in the order of days, with what became of each session."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from tests.app.app import open_page, shown, unsettled_result

pytestmark = pytest.mark.slow

START = date(2027, 1, 4)
MISSED = {"session": 3, "state": "missed", "was": date(2027, 2, 1), "day": None, "later": "stay"}
LATE = {"session": 1, "state": "done", "was": START, "day": date(2027, 1, 5), "later": "stay"}
SWIM = {"activity": "swim", "first": date(2027, 1, 20), "last": date(2027, 1, 21), "name": "Trip"}
OWN = {"price__low": "200", "currency": "EUR"}


def words(lang: Lang = "en") -> Words:
    return Words(load(), lang)


def summary(lang: Lang = "en", page: str = "summary", **settings: Any) -> str:
    fixed = {"protocol": "four_fortnightly", "start": START, **settings}
    return unescape(shown(open_page(page, lang, **{f"timeline__{name}": value for name, value in fixed.items()})))


def rows(page: str) -> list[str]:
    """Return what stands beside the days of the first plan."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return re.findall(r"<td>[^<]*</td><td>(.*?)</td>", body)


@pytest.mark.parametrize("lang", LANGS)
def test_the_last_session_stands_before_the_end_of_the_course(lang: Lang) -> None:
    t = words(lang)
    found = rows(summary(lang))
    assert found.index(t("calendar.session", index=4, total=4)) < found.index(t("milestone.course_end"))


@pytest.mark.parametrize("lang", LANGS)
def test_the_day_at_the_longest_interval_stands_beside_its_session(lang: Lang) -> None:
    t = words(lang)
    beside = next(one for one in rows(summary(lang)) if one.startswith(t("calendar.maintenance", index=1)))
    assert t("timeline.table.latest", months=3, day=t.day(date(2027, 5, 15), "full")) in beside


@pytest.mark.parametrize("lang", LANGS)
def test_monthly_maintenance_of_a_source_that_says_later_as_needed_is_told_as_the_most_there_would_be(
    lang: Lang,
) -> None:
    said = words(lang)("timeline.tapers")
    assert said in summary(lang, protocol="monthly_then_as_needed")
    assert said not in summary(lang)


def test_what_an_option_names_as_not_known_is_not_told_as_merely_open() -> None:
    t = words()
    page = unescape(shown(open_page("summary", answers__age_years=45)))
    lists = [page.index(t(f"summary.unknown_{kind}")) for kind in ("first", "named", "rest")]
    assert lists == sorted(lists)
    open_too = page[lists[2] : page.index(t("summary.outcomes"))]
    for question in ("anticoagulants", "medicines", "lab_tests_done", "pregnancy"):
        assert t(f"short.{question}") not in open_too, question


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_of_which_something_is_to_be_settled_first_says_so(lang: Lang) -> None:
    t = words(lang)
    said = t("summary.check", outcome=t("outcome.cannot_tell_yet"))
    taken = {"age_years": 45, "sex": "male", "anticoagulants": "yes"}
    answers = {f"answers__{name}": value for name, value in taken.items()}
    plan = {"timeline__protocol": "transplant_course", "timeline__start": START}
    page = unescape(shown(open_page("summary", lang, **answers, **plan)))
    assert said in page[page.index("<caption") : page.index("</caption>")]
    assert said not in summary(lang)


@pytest.mark.parametrize("lang", LANGS)
def test_after_three_maintenance_sessions_one_line_says_how_often_and_until_when(lang: Lang) -> None:
    t = words(lang)
    page = summary(lang)
    told = {one.partition("<br>")[0] for one in rows(page)}
    assert sum(t("calendar.maintenance", index=index) in told for index in range(1, 12)) == 3
    every = t("costs.count.every.many", number=t.range(Decimal(2), Decimal(3)))
    # From 15 February 2027 every two months, for the 24 months that a plan has at first.
    assert f"<td colspan='2'>{t('summary.then', every=every, month=t.month_year(date(2028, 12, 15)))}</td>" in page
    own = summary(lang, four_fortnightly__maintenance_months=1)
    every = t("costs.count.every.one")
    assert t("summary.then", every=every, month=t.month_year(date(2028, 12, 15))) in own


def test_a_later_maintenance_session_of_which_more_is_known_keeps_its_own_line() -> None:
    t = words()
    moved = {"session": 10, "state": "moved", "was": date(2028, 2, 15), "day": date(2028, 2, 17), "later": "stay"}
    found = rows(summary(four_fortnightly__marks=[moved]))
    assert any(one.startswith(t("calendar.maintenance", index=6)) for one in found)
    assert not any(one.startswith(t("calendar.maintenance", index=5)) for one in found)


@pytest.mark.parametrize("lang", LANGS)
def test_about_8_months_after_an_operation_is_told_as_a_month_and_not_as_a_day(lang: Lang) -> None:
    t = words(lang)
    page = summary(lang, protocol="transplant_course")
    assert f"<td>{t('timeline.about', month=t.month_year(date(2027, 9, 4)))}</td>" in page
    assert t.day(date(2027, 9, 4), "full") not in page


@pytest.mark.parametrize("lang", LANGS)
def test_what_became_of_a_session_stands_beside_it_in_the_order_of_days(lang: Lang) -> None:
    t = words(lang)
    found = rows(summary(lang, four_fortnightly__marks=[MISSED, LATE]))
    late, missed = (
        next(one for one in found if one.startswith(t("calendar.session", index=index, total=4))) for index in (1, 3)
    )
    assert t("timeline.done") in late
    assert t("moved.done") in late
    assert missed.endswith(t("timeline.missed"))
    last = t("calendar.session", index=4, total=4)
    assert found.index(late) < found.index(missed) < next(n for n, one in enumerate(found) if one.startswith(last))


def test_own_plans_stand_on_summary_with_what_they_collide_with() -> None:
    t = words()
    page = summary(own=[SWIM])
    plan = t("timeline.mine.entry", what="Swimming (Trip)", days=t.days(date(2027, 1, 20), date(2027, 1, 21)))
    session = t("calendar.session", index=2, total=4)
    day = t.day(date(2027, 1, 18), "full")
    assert f"<li>{plan}</li>" in page
    assert t("timeline.mine.on_day", plan=plan, day=2, session=session, date=day) in page


def test_every_plan_is_on_summary_with_what_it_follows() -> None:
    settings: dict[str, Any] = {
        "protocol": "transplant_course",
        "second__on": True,
        "second__protocol": "four_fortnightly",
        "second__follows": "first",
        "second__gap": 3,
        "third__on": True,
        "third__protocol": "prp_standard",
    }
    t = words()
    page = summary(**settings)
    assert page.count("<caption>") == 4
    follows = t("timeline.follows.week", number=3, what=t("calendar.procedure"), day=t.day(START, "full"))
    assert f"<br>{follows}</caption>" in page
    heads = re.findall(r"<table class='plain' aria-label='([^']*)'><caption>(.*?)<br>", page)
    names = [t(f"timeline.plan.{which}") for which in ("first", "second", "third")]
    assert [caption for _, caption in heads[:3]] == names
    assert all(label.startswith(f"{name}. ") for name, (label, _) in zip(names, heads, strict=False))
    assert names[0] not in summary(), "one plan alone needs no number"


@pytest.mark.parametrize("page", ["summary", "timeline"])
def test_sessions_on_a_sunday_are_named_until_sundays_are_kept_free(page: str) -> None:
    t = words()
    # The fourth session is on 15 February, and maintenance every two months: 15 August 2027 is a Sunday.
    sunday = f"{t('calendar.maintenance', index=3)} ({t.day(date(2027, 8, 15))})"
    lead = t("timeline.sundays", sessions="X").split("X")[0]
    assert lead + sunday in summary(page=page)
    assert lead not in summary(page=page, closed=["sun"], tolerance=0)


def test_a_missed_session_is_noted_in_the_order_of_days() -> None:
    t = words()
    page = summary(
        page="timeline",
        four_fortnightly__marks=[MISSED],
        avoid=[{"first": date(2027, 6, 15), "last": date(2027, 6, 15), "name": ""}],
    )
    assert page.index(t("timeline.missed")) < page.index(t("moved.avoided").removesuffix("."))


@pytest.mark.parametrize("lang", LANGS)
def test_one_year_of_costs_is_called_one_year(lang: Lang) -> None:
    page = unescape(shown(open_page("summary", lang, costs__years=1)))
    assert words(lang)("summary.costs_caption.one") in page


@pytest.mark.parametrize("lang", LANGS)
def test_each_sum_says_where_its_price_is_from(lang: Lang) -> None:
    t = words(lang)
    prices = {"costs__region": "DE", "costs__mesotherapy__price__low": "200", "costs__mesotherapy__currency": "EUR"}
    page = unescape(shown(open_page("summary", lang, **prices)))
    published = t("summary.origin.published", region=t("region.DE"))
    for option, origin in (("mesotherapy", t("summary.origin.own")), ("transplant", published)):
        (cell,) = re.findall(rf"<th scope='row'>{re.escape(t(f'option.{option}'))}</th><td>([^<]*)", page)
        assert cell.endswith(t("summary.from", name="", origin=origin).lstrip())


@pytest.mark.parametrize(("onset", "is_open"), [("gradual", True), ("sudden", False)])
def test_what_is_not_known_yet_lies_open_on_paper_where_the_outcome_rests_on_it(onset: str, is_open: bool) -> None:
    t = words()
    clear: dict[str, Any] = {
        **{one.id: "no" for one in load().questions.values() if one.type == "yes_no" and one.asked_when is None},
        "age_years": 40,
        "sex": "male",
        "loss_onset": onset,
        "loss_pattern": "frontal_or_crown",
        "growth_stopped": "no",
        "diagnosis": "androgenetic",
        "transplant_history": "none",
        "donor_hair_sufficient": "yes",
        "lab_tests_done": "yes",
        "scalp_signs": ["none_of_these"],
        "allergies": ["none_of_these"],
        "medicines": ["none_of_these"],
        "anticoagulants": "unknown",
    }
    page = unescape(shown(open_page("summary", **{f"answers__{name}": value for name, value in clear.items()})))
    (card,) = re.findall(r"data-option='transplant' data-outcome=.*?</section>", page, re.DOTALL)
    fold = f"<summary>{t('outcome.unknown_checks', count=1)}</summary>"
    assert f"<details class='sources'{' open' if is_open else ''}>{fold}" in card


@pytest.mark.parametrize("lang", LANGS)
def test_a_sum_of_the_course_alone_says_so_until_what_follows_is_counted(lang: Lang) -> None:
    t = words(lang)
    said = t("costs.course_alone", options=t("option.mesotherapy"))
    prices = {"costs__mesotherapy__price__low": "200", "costs__mesotherapy__currency": "EUR"}
    assert said in unescape(shown(open_page("summary", lang, **prices)))
    assert said not in unescape(shown(open_page("summary", lang, **prices, costs__mesotherapy__maintenance=True)))


def test_an_option_of_which_nothing_more_can_be_counted_is_not_said_to_lack_it() -> None:
    own = {f"costs__{one}__{part}": value for one in ("mesotherapy", "microneedling") for part, value in OWN.items()}
    page = unescape(shown(open_page("costs", costs__view="years", costs__context=True, **own)))
    assert words()("costs.course_alone.here", options=words()("option.mesotherapy")) in page


def test_a_span_of_days_in_french_says_from_and_to() -> None:
    t = words("fr")
    assert t.days(START, date(2027, 1, 5)) == "du 4 janv. 2027 au 5 janv. 2027"
    assert t.days(START, START) == "4 janv. 2027"


def test_the_first_of_a_month_is_written_as_french_counts_it() -> None:
    t = words("fr")
    assert t.day(date(2027, 1, 1), "full") == "vendredi 1er janvier 2027"
    assert t.day(date(2027, 1, 1), "short") == "01/01/2027"
    assert t.day_month(date(2027, 1, 1)) == "1er janv."
    assert t.day(date(2027, 1, 11)) == "11 janv. 2027"


def test_a_list_in_german_has_no_capital_inside() -> None:
    page = summary("de", page="timeline", view="table")
    assert "kein Schwimmen, keine Sauna, keine Kopfmassage und kein Alkohol" in page


def test_files_of_several_plans_have_names_of_their_own() -> None:
    settings: dict[str, Any] = {
        "timeline__protocol": "four_fortnightly",
        "timeline__second__on": True,
        "timeline__second__protocol": "prp_standard",
    }
    names = [one.proto.label for one in open_page("timeline", **settings).get("download_button")]
    assert len(names) == len(set(names)) == 4


def against(page: str, begin: str, end: str) -> bool:
    """True if a mark of the check stands between two headings."""
    part = page[page.index(words()(begin)) :]
    return "class='check-says'" in part[: part.index(words()(end))]


@pytest.mark.parametrize("diabetes", ["yes", "no"])
def test_a_plan_and_a_sum_of_an_option_with_a_listed_reason_against_it_carry_what_the_check_says(diabetes: str) -> None:
    page = unescape(
        shown(
            open_page(
                "summary",
                answers__diabetes=diabetes,
                timeline__protocol="four_fortnightly",
                timeline__start=START,
                compare__leaning="mesotherapy",
            )
        )
    )
    places = (("stand.title", "summary.plan"), ("summary.plan", "summary.costs"), ("summary.costs", "summary.ask"))
    # What is still to be settled stands beside plan and sum as well, but speaks against no leaning.
    assert [against(page, *place) for place in places] == [diabetes == "yes", True, True]


@pytest.mark.parametrize("currency", ["CHF", "EUR"])
def test_sums_in_several_currencies_are_said_not_to_compare(currency: str) -> None:
    own = {"price__low": "200", "price__high": "300", "sessions__low": "3", "sessions__high": "4"}
    settings = {f"costs__mesotherapy__{name}": value for name, value in own.items()}
    settings |= {f"costs__prp__{name}": value for name, value in own.items()}
    settings |= {"costs__mesotherapy__currency": "EUR", "costs__prp__currency": currency}
    page = unescape(shown(open_page("summary", **settings)))
    said = words()("summary.currencies", currencies=words().list(["EUR", "CHF"]))
    assert (said in page) == (currency == "CHF")
    assert "€" in page


@pytest.mark.parametrize("lang", LANGS)
def test_a_sum_with_cents_reads_the_same_on_costs_compare_and_summary(lang: Lang) -> None:
    own = {"price__low": "200.25", "upfront__low": "60.25", "currency": "EUR"}
    own |= {"sessions__low": 5, "sessions__high": 5}
    settings = {f"costs__mesotherapy__{name}": value for name, value in own.items()}
    settings["costs__option"] = "mesotherapy"
    said = words(lang).money(Decimal("1061.50"), "EUR", cents=True)
    for page, times in (("costs", 1), ("compare", 2), ("summary", 1)):
        assert unescape(shown(open_page(page, lang, **settings))).count(said) >= times, page


@pytest.mark.parametrize("lang", LANGS)
def test_a_sum_that_waits_for_a_region_is_not_said_to_have_no_price(lang: Lang) -> None:
    t = words(lang)
    why = {"region": t("sum_open.region"), "price": t("sum_open.price"), "check_up": t("sum_open.check_up")}
    without = unescape(shown(open_page("summary", lang)))
    assert without.count(f"<td>{t('summary.open', why=why['region'])}</td>") == 3
    names = t.quoted([t(f"option.{one}") for one in ("mesotherapy", "prp", "transplant")])
    assert f"<li>{t('missing.open_sum', options=names, why=why['region'])}</li>" in without
    nobody = t("missing.open_sum", options=t("option.no_treatment"), why=why["check_up"])
    assert f"<li>{nobody}</li>" in without
    chosen = unescape(shown(open_page("summary", lang, costs__region="DE")))
    assert f"<li>{t('missing.open_sum', options=t('option.prp'), why=why['price'])}</li>" in chosen
    assert why["region"] not in chosen


@pytest.mark.parametrize("lang", LANGS)
def test_what_moved_a_day_is_said_before_the_day_that_it_was_to_be(lang: Lang) -> None:
    t = words(lang)
    moved = {"session": 2, "state": "moved", "was": date(2027, 1, 18), "day": date(2027, 1, 20), "later": "stay"}
    page = summary(lang, four_fortnightly__marks=[moved], country="GB", subdivision="ENG")
    assert f"{t('moved.by_hand')} " in page
    assert page.index(t("moved.by_hand")) < page.index(t.day(date(2027, 1, 18), "full"))
    assert "England" in page
    assert "ENG" not in page, "a code says nothing to a reader"


@pytest.mark.parametrize("lang", LANGS)
def test_the_days_after_an_operation_stand_on_summary_with_who_says_them(lang: Lang) -> None:
    t = words(lang)
    page = summary(lang, protocol="transplant_course")
    said = t("timeline.pair", name=t("aftercare.days_off"), value=t("timeline.lane.days.once", days=t.range(7, 14)))
    assert re.search(re.escape(f"<li>{said}. ") + r"[^<]*\w[^<]*</li>", page)


@pytest.mark.parametrize("lang", LANGS)
def test_a_first_result_that_other_statements_limit_says_so_on_summary(lang: Lang) -> None:
    t = words(lang)
    told = unsettled_result(t)
    assert told in rows(summary(lang))
