"""The Timeline page: each language, each protocol, figures that a source does not give, a second plan, and files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from mesodash.domain.timeline import SessionEvent, Timeline, Wishes, plan
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.ui import plans
from tests.app.app import go, open_page, shown

# The quick run opens every page in test_pages.py; what a page does in detail is left to the whole run.
pytestmark = pytest.mark.slow

KNOWLEDGE = load()
START = date(2027, 1, 4)
DAY_AFTER = {"first": date(2027, 1, 5), "last": date(2027, 1, 5), "name": ""}


def words(lang: Lang = "en") -> Words:
    return Words(KNOWLEDGE, lang)


def opened(lang: Lang = "en", **settings: Any) -> AppTest:
    """Return the page after these settings were made; a double underscore stands for a point."""
    fixed = {
        "timeline__start": START,
        "timeline__view": "table",
        **{f"timeline__{name}": value for name, value in settings.items()},
    }
    return open_page("timeline", lang, **fixed)


def markup(at: AppTest) -> str:
    return unescape(shown(at))


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def quick(at: AppTest) -> Any:
    """Return the quick choices of the first plan's first day."""
    return next(one for one in at.button_group if str(one.key).startswith("timeline.quick"))


def numbers(at: AppTest) -> list[str]:
    return [str(box.key) for box in at.number_input]


def timeline(protocol: str = "four_fortnightly", **wishes: Any) -> Timeline:
    return plan(KNOWLEDGE.protocols[protocol], Wishes(**{"start": START, **wishes}), KNOWLEDGE.aftercare)


@pytest.mark.parametrize("lang", LANGS)
def test_page_asks_for_a_protocol_and_draws_nothing_before_one_is_chosen(lang: Lang) -> None:
    at = opened(lang)
    assert words(lang)("timeline.choose") in markup(at)
    assert charts(at) == 0


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "protocol", ["four_fortnightly", "monthly_then_as_needed", "prp_standard", "transplant_course"]
)
def test_a_protocol_with_figures_of_its_own_shows_its_dates_at_once(protocol: str, lang: Lang) -> None:
    at = opened(lang, protocol=protocol)
    assert not at.exception
    assert not at.error
    assert words(lang).day(START, "full") in markup(at)


@pytest.mark.parametrize("protocol", ["six_to_ten", "custom"])
def test_a_protocol_whose_source_gives_no_interval_asks_instead_of_guessing(protocol: str) -> None:
    at = opened(protocol=protocol)
    need = "timeline.need.source" if protocol == "six_to_ten" else "timeline.need.own"
    assert words()(need) in markup(at)
    assert charts(at) == 0
    at.number_input(key=f"timeline.{protocol}.sessions").set_value(6).run().run()
    assert charts(at) == 0
    at.number_input(key=f"timeline.{protocol}.interval_days").set_value(14).run().run()
    assert charts(at) == 1
    assert words()(need) not in markup(at)


def test_a_field_that_is_emptied_keeps_the_last_complete_plan() -> None:
    at = opened(protocol="custom")
    at.number_input(key="timeline.custom.sessions").set_value(3).run().run()
    at.number_input(key="timeline.custom.interval_days").set_value(10).run().run()
    last = words().day(date(2027, 1, 24), "full")
    assert last in markup(at)
    at.number_input(key="timeline.custom.interval_days").set_value(None).run().run()
    assert words()("timeline.kept") in markup(at)
    assert last in markup(at)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("figure", "good", "bad"), [("sessions", 8, 11), ("interval_days", 14, 29)])
def test_a_figure_out_of_range_is_refused_at_its_field_and_the_last_good_plan_stays(
    figure: str, good: int, bad: int, lang: Lang
) -> None:
    t = words(lang)
    at = opened(lang, protocol="six_to_ten", six_to_ten__sessions=8, six_to_ten__interval_days=14)
    last = t.day(date(2027, 4, 12), "full")
    assert last in markup(at)
    at.number_input(key=f"timeline.six_to_ten.{figure}").set_value(bad).run().run()
    assert [error.value.startswith(t(f"timeline.{figure}")) for error in at.error] == [True]
    assert str(bad) not in at.error[0].value
    assert last in markup(at)
    at.number_input(key=f"timeline.six_to_ten.{figure}").set_value(good).run().run()
    assert not at.error


def test_the_plan_of_one_protocol_is_never_shown_under_another() -> None:
    at = opened(protocol="four_fortnightly")
    at.session_state["timeline.protocol"] = "six_to_ten"
    at.run()
    assert charts(at) == 0


def test_a_figure_given_for_one_protocol_does_not_reach_the_next() -> None:
    at = opened(protocol="four_fortnightly")
    at.number_input(key="timeline.four_fortnightly.sessions").set_value(9).run().run()
    at.number_input(key="timeline.four_fortnightly.maintenance_months").set_value(5).run().run()
    assert words()("calendar.session", index=9, total=9) in markup(at)
    for other in ("transplant_course", "six_to_ten", "prp_standard"):
        at.session_state["timeline.protocol"] = other
        at.run()
        assert not at.exception
        assert not at.error
        assert "9 of 9" not in markup(at)
    at.session_state["timeline.protocol"] = "four_fortnightly"
    at.run()
    assert words()("calendar.session", index=9, total=9) in markup(at)


def test_a_protocol_offers_only_the_figures_it_takes() -> None:
    assert "timeline.transplant_course.sessions" not in numbers(opened(protocol="transplant_course"))
    assert "timeline.six_to_ten.maintenance_months" not in numbers(opened(protocol="six_to_ten"))
    assert "timeline.prp_standard.maintenance_months" in numbers(opened(protocol="prp_standard"))


def test_a_figure_the_source_does_not_give_is_marked_as_the_reader_s_own() -> None:
    at = opened(protocol="four_fortnightly")
    assert words()("timeline.own.changed") not in markup(at)
    at.number_input(key="timeline.four_fortnightly.sessions").set_value(5).run().run()
    assert words()("timeline.own.changed") in markup(at)
    assert words()("timeline.own.short") in markup(at)


def test_both_ends_of_a_maintenance_span_are_shown_until_the_reader_gives_one_figure() -> None:
    t = words()
    latest = t("timeline.table.latest", months=3, day=t.day(date(2027, 5, 15), "full"))
    at = opened(protocol="four_fortnightly")
    assert latest in markup(at)
    at.number_input(key="timeline.four_fortnightly.maintenance_months").set_value(2).run().run()
    assert latest not in markup(at)


def test_a_day_at_the_longest_interval_that_lies_after_the_end_of_the_plan_is_not_named() -> None:
    t = words()
    page = markup(opened(protocol="four_fortnightly"))
    assert t("timeline.table.latest", months=3, day=t.day(date(2028, 11, 15), "full")) in page
    assert t("timeline.table.latest.beyond", months=3) in page
    assert "2029" not in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_booster_that_the_source_of_prp_has_is_said_to_be_missing_until_the_reader_counts_it(lang: Lang) -> None:
    t = words(lang)
    page = markup(opened(lang, protocol="prp_standard"))
    named = f"{t('timeline.booster')} {t('timeline.said_by', who='Dermatologic Surgery, 2018')}."
    assert named in page
    chart = opened(lang, protocol="prp_standard", view="chart")
    alt = str(chart.get("plotly_chart")[0].proto.alt)
    assert t("timeline.pair", name=t("timeline.booster.name"), value=t("timeline.booster.left_out")) in alt
    assert named in markup(go(chart, "summary"))
    assert t("timeline.booster") not in markup(opened(lang, protocol="prp_standard", prp_standard__sessions=4))
    assert t("timeline.booster") not in markup(opened(lang, protocol="four_fortnightly"))


@pytest.mark.parametrize(("sessions", "days", "own"), [(4, 28, False), (6, 42, False), (7, 28, True), (3, 43, True)])
def test_a_figure_that_some_source_of_prp_gives_is_not_called_the_reader_s_own(
    sessions: int, days: int, own: bool
) -> None:
    figures = {"prp_standard__sessions": sessions, "prp_standard__interval_days": days}
    page = markup(opened(protocol="prp_standard", **figures))
    assert (words()("timeline.own.changed") in page) == own
    first = page.split("<caption>")[1].split("<tr")[2]
    assert ("Dermatologic Surgery" in first) == (sessions == 3)
    assert ("Journal of Cutaneous and Aesthetic Surgery" in page.split("<caption>")[1].split("</table>")[0]) == (
        sessions in (4, 6)
    )


def test_a_plan_whose_figures_are_not_those_of_its_name_says_so() -> None:
    t = words()
    value = t("protocol.four_fortnightly")
    name = t("timeline.pair", name=t("option.mesotherapy"), value=value[0].lower() + value[1:])
    changed = t("timeline.changed", plan=name)
    assert f"<caption>{name}</caption>" in markup(opened(protocol="four_fortnightly"))
    assert f"<caption>{changed}</caption>" in markup(opened(protocol="four_fortnightly", four_fortnightly__sessions=5))
    assert f"<caption>{changed}" in markup(opened(protocol="four_fortnightly", four_fortnightly__interval_days=21))
    # Seven of six to ten are what the name says.
    figures = {"six_to_ten__sessions": 7, "six_to_ten__interval_days": 9}
    assert t("timeline.changed", plan="").strip() not in markup(opened(protocol="six_to_ten", **figures))


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_names_each_source_as_it_is_named_elsewhere(lang: Lang) -> None:
    t = words(lang)
    table = markup(opened(lang, protocol="four_fortnightly")).split("<caption>")[1].split("</table>")[0]
    third, fourth = (t(f"founding_text.{number}").partition(" (")[0].replace("\u00a0", " ") for number in (3, 4))
    rows = table.replace("\u00a0", " ").split("<tr")
    assert third in next(row for row in rows if t("calendar.session", index=1, total=4) in row)
    result = next(row for row in rows if t("milestone.first_visible_result") in row)
    assert f"{t.parted([fourth, t('timeline.no_study')])}<".replace("\u00a0", " ") in result


@pytest.mark.parametrize("lang", LANGS)
def test_a_time_that_clinics_alone_give_is_said_to_rest_on_no_study(lang: Lang) -> None:
    t = words(lang)
    figures = {"six_to_ten__sessions": 7, "six_to_ten__interval_days": 9}

    def alt(protocol: str) -> str:
        return str(opened(lang, protocol=protocol, view="chart", **figures).get("plotly_chart")[0].proto.alt)

    fades = alt("six_to_ten")
    assert t("timeline.no_study") in fades[fades.index(t("milestone.effect_fades")) :]
    assert t("timeline.no_study") not in alt("prp_standard")
    assert t("milestone.loss_again") in alt("prp_standard")
    assert t("milestone.effect_fades") not in alt("prp_standard")


def test_a_second_plan_begins_with_the_first_until_it_gets_a_day_of_its_own() -> None:
    at = opened(protocol="four_fortnightly", second__on=True, second__protocol="prp_standard")
    t = words()
    assert at.date_input[1].value == START
    at.date_input[0].set_value(date(2027, 3, 1)).run().run()
    assert at.date_input[1].value == date(2027, 3, 1)
    at.date_input[1].set_value(date(2027, 6, 7)).run().run()
    at.date_input[0].set_value(date(2027, 4, 5)).run().run()
    assert at.date_input[1].value == date(2027, 6, 7)
    assert t("protocol.prp_standard") in markup(at)
    assert t.day(date(2027, 6, 7), "full") in markup(at)


def test_a_second_plan_that_is_switched_off_is_not_drawn() -> None:
    at = opened(protocol="four_fortnightly", second__on=False, second__protocol="prp_standard")
    assert f"<caption>{words()('protocol.prp_standard')}</caption>" not in markup(at)


def test_a_quick_choice_sets_the_first_day() -> None:
    at = opened(protocol="four_fortnightly")
    assert quick(at).value is None
    quick(at).set_value(2).run().run()
    assert at.date_input[0].value.weekday() == 0
    assert at.date_input[0].value != START
    assert quick(at).value == 2


def test_the_unknown_duration_stands_beside_the_12_to_18_months() -> None:
    at = opened(protocol="six_to_ten", six_to_ten__sessions=8, six_to_ten__interval_days=14)
    page = markup(at)
    block = next(part for part in page.split("<section class='tl-milestone'>")[1:] if "data-claim='s1-duration" in part)
    assert "data-claim='meso-duration-unknown'" in block


def test_sources_that_ask_for_less_are_named_in_the_table_of_the_days_after() -> None:
    page = markup(opened(protocol="four_fortnightly"))
    table = page[page.index(words()("timeline.after.open")) :]
    for claim in ("s1-aftercare-no-washing", "s2-no-special-precautions", "meso-no-wash-48h-kiel"):
        assert f"data-claim='{claim}'" in table


def test_an_option_without_rules_but_for_the_time_to_recover_says_so() -> None:
    t = words()
    at = opened(protocol="prp_standard")
    assert t("timeline.after.none.rest", option=t("option.prp")) in markup(at)
    assert charts(at) == 1


def test_the_session_whose_days_are_shown_stays_within_the_plan() -> None:
    at = opened(protocol="four_fortnightly", after=15)
    at.session_state["timeline.horizon"] = 6
    at.run()
    assert not at.exception
    assert at.number_input(key="timeline.after").value == 6


def test_settings_stay_when_the_page_is_left_and_the_language_changes() -> None:
    at = opened(protocol="custom", custom__sessions=3, custom__interval_days=10, horizon=12)
    go(at, "costs")
    at.session_state["lang"] = "de"
    go(at, "timeline")
    assert words("de")("calendar.session", index=3, total=3) in markup(at)
    assert at.session_state["timeline.horizon"] == 12


def _file(t: Words, course: Timeline) -> plans.CalendarFile:
    notes = {session.index: plans.moved_words(t, session) for session in plans.sessions(course)}
    return plans.CalendarFile(
        t=t,
        plan="Plan",
        timeline=course,
        notes=notes,
        said={"review": "Who"},
        disputed={},
        salt="a",
        clock=None,
        place=None,
        contents="rules",
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_calendar_is_in_the_reader_s_language_and_names_every_event(lang: Lang) -> None:
    t = words(lang)
    course = timeline()
    entries = Calendar.from_ical(_file(t, course)()).walk("VEVENT")
    assert len(entries) == len(course.events)
    assert t("calendar.session", index=1, total=4) in [str(entry["summary"]) for entry in entries]


def test_an_entry_of_the_calendar_says_its_plan_and_a_time_who_gives_it() -> None:
    t = words()
    entries = Calendar.from_ical(_file(t, timeline("prp_standard"))()).walk("VEVENT")
    # A title may be seen by others: the treatment stands below it.
    assert all(str(entry["description"]).startswith("Plan") for entry in entries)
    review = next(entry for entry in entries if entry["summary"] == t("milestone.review"))
    assert str(review["description"]) == f"Plan\n{t('timeline.said_by', who='Who')}"
    rows = csv.reader(io.StringIO(plans.csv_file(_file(t, timeline("prp_standard"))).decode("utf-8-sig")))
    assert next(row for row in rows if row[0] == t("milestone.review"))[-1] == t("timeline.said_by", who="Who")


def test_an_operation_keeps_its_whole_day_in_the_calendar_whatever_the_hour_of_sessions() -> None:
    t = words()

    def begins(protocol: str) -> Any:
        nine = plans.Clock(time=plans.time(9), timezone="Europe/Paris")
        entries = Calendar.from_ical(replace(_file(t, timeline(protocol)), clock=nine)()).walk("VEVENT")
        return next(entry for entry in entries if entry["transp"] == "OPAQUE").start

    assert begins("transplant_course") == START
    assert begins("prp_standard") == datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_calendar_makes_of_an_operation_is_said_where_there_is_one(lang: Lang) -> None:
    t = words(lang)
    hour = {"hour": 9, "zone": "Europe/Paris"}
    alone = markup(opened(lang, protocol="transplant_course"))
    assert t("timeline.files.procedure") in alone
    assert t("timeline.files.whole_days") not in alone
    both = markup(opened(lang, protocol="transplant_course", second__on=True, second__protocol="prp_standard", **hour))
    assert t("timeline.files.procedure") in both
    assert t("timeline.files.procedure") not in markup(opened(lang, protocol="prp_standard", **hour))


def test_the_last_session_of_the_course_says_in_the_files_that_a_booster_is_left_out() -> None:
    t, course = words(), timeline("prp_standard")
    notes = plans.session_notes(t, course, booster=True)
    assert [index for index, note in notes.items() if note and t("timeline.booster") in note] == [3]
    assert not any(plans.session_notes(t, course, booster=False).values())


@pytest.mark.parametrize("lang", LANGS)
def test_the_spreadsheet_has_one_row_an_event_with_iso_days(lang: Lang) -> None:
    t = words(lang)
    course = timeline("prp_standard")
    text = plans.csv_file(_file(t, course)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter="," if lang == "en" else ";"))
    assert rows[0][0] == t("timeline.csv.what")
    assert len(rows) == len(course.events) + 1
    assert rows[1][1] == START.isoformat()


def test_recovery_that_may_take_no_day_at_all_has_no_least_day_in_the_spreadsheet() -> None:
    t = words()
    course = plan(KNOWLEDGE.protocols["prp_standard"], Wishes(start=START), KNOWLEDGE.days_off)
    rows = csv.reader(io.StringIO(plans.csv_file(_file(t, course)).decode("utf-8-sig")))
    first = next(row for row in rows if row[0] == t("aftercare.days_off"))
    tomorrow = date(2027, 1, 5)
    assert first[2:4] == ["", tomorrow.isoformat()]
    assert first[-1] == t("timeline.after.maybe_none", day=t.day(tomorrow))


@pytest.mark.parametrize("lang", LANGS)
def test_our_own_view_is_not_announced_as_a_source(lang: Lang) -> None:
    t = words(lang)
    own = t("source_kind.own_judgement")
    page = markup(opened(lang, protocol="prp_standard", own=[{"activity": "company", **DAY_AFTER}]))
    assert own in page
    assert t("timeline.said_by", who=own) not in page
    assert f"({own})" in page


class _Formula(Words):
    """Words whose every text is a formula."""

    def __call__(self, key: str, **values: str | int) -> str:
        return "=1+1"


def test_no_cell_of_the_spreadsheet_is_a_formula() -> None:
    file = plans.csv_file(_file(_Formula(KNOWLEDGE, "en"), timeline()))
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def _moved(t: Words, session: SessionEvent) -> str:
    return plans.moved_words(t, session) or ""


def test_a_moved_session_says_the_day_it_aimed_at_and_why() -> None:
    t = words()
    first, second = plans.sessions(timeline(avoid=((date(2027, 1, 18), date(2027, 1, 18)),)), "course")[:2]
    assert _moved(t, first) == ""
    assert t.day(date(2027, 1, 18), "full") in _moved(t, second)
    assert t("moved.avoided") in _moved(t, second)
    stays = replace(second, date=second.aimed, moved_days=0, moved_because=None, conflict="conflict.avoided")
    assert _moved(t, stays) == t("conflict.avoided")


@pytest.mark.parametrize("lang", LANGS)
def test_a_session_that_was_moved_to_a_sunday_says_so_unless_it_took_place(lang: Lang) -> None:
    t = words(lang)
    first, second = plans.sessions(timeline(avoid=((date(2027, 1, 18), date(2027, 1, 18)),)), "course")[:2]
    assert second.date == date(2027, 1, 17)
    assert t("timeline.on_sunday") in _moved(t, second)
    assert plans.against_day(t, second) == t("timeline.on_sunday")
    assert t("timeline.on_sunday") not in _moved(t, replace(second, done=True))
    assert plans.against_day(t, first) is None


def test_a_second_plan_apart_from_the_first_without_a_day_of_its_own_begins_with_it() -> None:
    app = open_page(
        "timeline",
        timeline__protocol="four_fortnightly",
        timeline__second__on=True,
        timeline__second__apart=True,
        timeline__second__protocol="prp_standard",
    )
    assert not app.exception
    assert not app.error
