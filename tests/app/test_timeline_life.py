"""The Timeline page in real life: days kept free, plans that collide, sessions moved and missed, views, and files."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from mesodash.domain.eligibility import Assessment
from mesodash.domain.timeline import Timeline, Wishes, plan
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang
from mesodash.reports.calendar import disputed
from mesodash.ui import plans
from mesodash.ui.frame import Frame
from mesodash.ui.planning.files import as_file_name
from tests.app.app import go, open_page, shown, unsettled_result

pytestmark = pytest.mark.slow

KNOWLEDGE = load()
START = date(2027, 1, 4)
TODAY = datetime.now().astimezone().date()
WEDDING = {"first": date(2027, 1, 15), "last": date(2027, 1, 22), "name": "Wedding"}
WASH = {"activity": "washing", "first": date(2027, 1, 19), "last": date(2027, 1, 19), "name": ""}


def words(lang: Lang = "en") -> Words:
    return Words(KNOWLEDGE, lang)


def opened(lang: Lang = "en", **settings: Any) -> AppTest:
    fixed = {"start": START, "protocol": "four_fortnightly", **settings}
    return open_page("timeline", lang, **{f"timeline__{name}": value for name, value in fixed.items()})


def markup(at: AppTest) -> str:
    return unescape(shown(at))


def group(at: AppTest, key: str) -> Any:
    return next(one for one in at.button_group if str(one.key).endswith(key))


def tap(at: AppTest, key: str) -> AppTest:
    # The first run draws only what the tap changed; the second the whole page.
    return at.button(key=key).click().run().run()


@pytest.mark.parametrize("lang", LANGS)
def test_a_moved_session_is_named_with_the_time_that_moved_it(lang: Lang) -> None:
    t = words(lang)
    at = opened(lang, avoid=[WEDDING], tolerance=5)
    assert t.day(date(2027, 1, 14), "full") in markup(at)
    assert f"{t('moved.avoided').removesuffix('.')} (Wedding)." in markup(at)


def test_a_public_holiday_is_named_in_the_note_of_the_session_it_moves() -> None:
    t = words("de")
    at = opened("de", start=date(2027, 1, 6), country="DE", subdivision="BY")
    assert "Heilige Drei Könige" in markup(at)
    assert t("moved.holiday").removesuffix(".") in markup(at)
    at.session_state["timeline.subdivision"] = "BE"
    at.run()
    assert "Heilige Drei Könige" not in markup(at)


def test_days_are_kept_free_and_given_back() -> None:
    at = opened(**{"life.open": True})
    boxes = [box for box in at.date_input if "avoid" in str(box.key)]
    boxes[0].set_value(date(2027, 1, 15))
    boxes[1].set_value(date(2027, 1, 10))
    tap(at, "timeline.avoid.add")
    assert words()("timeline.entry.fault.order") in markup(at)
    boxes = [box for box in at.date_input if "avoid" in str(box.key)]
    boxes[1].set_value(date(2027, 1, 22))
    tap(at, "timeline.avoid.add")
    assert words()("timeline.entry.fault.order") not in markup(at)
    assert at.session_state["timeline.avoid"] == [WEDDING | {"name": ""}]
    assert [box.value for box in at.date_input if "avoid" in str(box.key)] == [None, None]
    tap(at, "timeline.avoid.drop.0")
    assert at.session_state["timeline.avoid"] == []


@pytest.mark.parametrize("lang", LANGS)
def test_countries_are_named_in_the_reader_s_language(lang: Lang) -> None:
    at = opened(lang, **{"life.open": True, "country": "CH"})
    (box,) = [box for box in at.selectbox if str(box.key).startswith("timeline.country")]
    assert {"en": "Germany", "de": "Deutschland", "fr": "Allemagne"}[lang] in box.options
    assert box.value == "CH"
    assert {"en": "Switzerland", "de": "Schweiz", "fr": "Suisse"}[lang] in markup(at)


def test_a_region_of_another_country_is_not_used() -> None:
    at = opened(country="FR", subdivision="BY")
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize("lang", LANGS)
def test_a_collision_says_the_day_the_reading_and_who_asks_and_a_better_start_takes_it_away(lang: Lang) -> None:
    t = words(lang)
    at = opened(lang, own=[WASH])
    page = markup(at)
    rule = t("timeline.mine.least", rule=t("aftercare.no_washing"), days=t.range(3, 4), who="X").split("X")[0]
    assert rule in page
    assert "data-claim='s1-aftercare-no-washing'" in page
    better = at.button(key="timeline.better.first.later")
    assert t("timeline.better.free") in better.label
    assert "2" in better.label
    better.click().run().run()
    assert at.session_state["timeline.start"] == date(2027, 1, 6)
    assert at.date_input[0].value == date(2027, 1, 6)
    assert rule not in markup(at)


@pytest.mark.parametrize("lang", LANGS)
def test_a_session_without_a_free_day_is_no_agreement_and_a_better_start_takes_it_away(lang: Lang) -> None:
    t = words(lang)
    rest = {"first": date(2027, 1, 10), "last": date(2027, 1, 26), "name": ""}
    at = opened(lang, avoid=[rest], tolerance=2)
    value = t("protocol.four_fortnightly")
    name = t("timeline.pair", name=t("option.mesotherapy"), value=value[0].lower() + value[1:])
    session = t("timeline.mine.entry", what=t("calendar.session", index=2, total=4), days=t.day(date(2027, 1, 18)))
    stuck = t("timeline.mine.stuck", plan=name, sessions=session)
    assert stuck in markup(at)
    assert t("timeline.mine.free", plan=name) not in markup(at)
    assert t("timeline.mine.free.rest", plan=name) in markup(at)
    assert t("timeline.better.free") in at.button(key="timeline.better.first.later").label
    go(at, "summary")
    assert stuck in markup(at)
    go(at, "timeline")
    at.button(key="timeline.better.first.later").click().run().run()
    assert stuck not in markup(at)


def test_a_session_that_stays_on_a_closed_weekday_is_told_where_nothing_else_is_planned() -> None:
    at = opened(closed=["mon", "tue", "wed", "thu"], tolerance=1)
    assert words()("timeline.mine.stuck", plan="", sessions="").rpartition(":")[2].strip(" .") in markup(at)
    assert "timeline.better.first.later" in {button.key for button in at.button}


def test_what_no_rule_speaks_of_is_said_to_be_unchecked_and_never_to_be_free() -> None:
    at = opened(protocol="prp_standard", own=[WASH])
    t = words()
    name = t("protocol.prp_standard")
    assert t("timeline.mine.no_rules", plan=name, what=t("quoted", text=t("timeline.mine.washing"))) in markup(at)
    assert t("timeline.mine.free", plan=name) not in markup(at)
    assert t("timeline.mine.free.rest", plan=name) not in markup(at)


@pytest.mark.parametrize("lang", LANGS)
def test_a_wedding_five_days_after_an_operation_collides_with_the_time_to_recover(lang: Lang) -> None:
    t = words(lang)
    wedding = {"first": START + timedelta(days=5), "last": START + timedelta(days=5), "name": "Emma"}
    work = {"activity": "company", "first": START + timedelta(days=14), "last": START + timedelta(days=20), "name": ""}
    at = opened(lang, protocol="transplant_course", avoid=[wedding], own=[work], after=1)
    page = markup(at)
    days = t("timeline.lane.days.once", days=t.range(7, 14))
    rule = {"rule": t("aftercare.days_off"), "days": days, "who": "X"}
    for reading in ("least", "most"):
        assert t(f"timeline.mine.off.{reading}", **rule).split("X")[0] in page
    assert "data-claim='tx-downtime-7-14-days'" in page
    least, most = (t.day(START + timedelta(days=days)) for days in (7, 14))
    assert t("timeline.after.off", least=least, most=most) in page
    # The nearest later first day is that after the wedding with which the work of a week is over as well.
    at.button(key="timeline.better.first.later").click().run().run()
    assert at.session_state["timeline.start"] == START + timedelta(days=21)
    assert t("timeline.mine.free", plan=t("protocol.transplant_course")) in markup(at)


@pytest.mark.parametrize("lang", LANGS)
def test_sessions_of_two_options_have_different_shapes_in_the_month_and_the_legend_names_both(lang: Lang) -> None:
    t = words(lang)
    page = markup(opened(lang, view="months", second__on=True, second__protocol="prp_standard"))
    cells = page[page.index("<tbody>", page.index("tl-month")) : page.index("</tbody>", page.index("tl-month"))]
    first = next(cell for cell in cells.split("</td>") if "<span>4</span>" in cell)
    assert [shape for shape in "●○◆◇■□" if shape in first] == ["●", "◆"]
    below = page[page.index("</table>", page.index("tl-month")) :]
    for shape, option in (("●", "mesotherapy"), ("◆", "prp")):
        told = t("timeline.pair", name=t(f"option.{option}"), value=t("timeline.sign.course"))
        assert f"{shape}</span> {told}" in below


def test_the_days_after_a_session_stand_in_the_table_of_dates_only_once() -> None:
    t = words()
    page = markup(opened(view="table"))
    until = t("timeline.after.until_between", least=t.day(date(2027, 1, 21)), most=t.day(date(2027, 1, 22)))
    table = page[page.index("<div class='tl-dates'>") : page.index(t("timeline.table.sources"))]
    assert table.count(until) == 1
    assert table.index(t("timeline.table.after.open")) < table.index(until)


def test_a_day_that_only_the_longest_interval_gives_moves_off_a_time_to_keep_free_and_says_so() -> None:
    t = words("de")
    wedding = {"first": date(2027, 5, 15), "last": date(2027, 5, 17), "name": "Hochzeit"}
    page = markup(opened("de", view="table", avoid=[wedding]))
    day = t("timeline.table.in_place_of", day=t.day(date(2027, 5, 14), "full"), aimed=t.day(date(2027, 5, 15), "full"))
    assert t("timeline.table.latest", months=3, day=day) in page


def test_no_first_day_is_offered_once_sessions_have_days_of_their_own() -> None:
    mark = {"session": 1, "state": "done", "was": START, "day": START, "later": "stay"}
    at = opened(own=[WASH], four_fortnightly__marks=[mark])
    assert words()("timeline.mine.begun") in markup(at)
    assert not [one for one in at.button if str(one.key).startswith("timeline.better")]


def test_a_session_moved_by_hand_takes_the_later_ones_with_it_and_can_be_taken_back() -> None:
    at = opened(view="table", **{"edit.open": True})
    group(at, ".what").set_value("moved").run().run()
    next(box for box in at.date_input if str(box.key).endswith(".day")).set_value(date(2027, 1, 7)).run().run()
    tap(at, "timeline.edit.apply")
    t = words()
    assert t.day(date(2027, 1, 21), "full") in markup(at)
    assert t("moved.by_hand") in markup(at)
    tap(at, "timeline.edit.undo")
    assert t.day(date(2027, 1, 18), "full") in markup(at)
    assert t("moved.by_hand") not in markup(at)


def test_a_missed_maintenance_session_shows_what_sources_say_and_that_none_speaks_of_one() -> None:
    t = words()
    at = opened(start=TODAY - timedelta(days=180), **{"edit.open": True, "edit.session.first": 5})
    assert t("timeline.if_missed") not in markup(at)
    group(at, ".what").set_value("missed").run().run()
    tap(at, "timeline.edit.apply")
    page = markup(at)
    assert t("timeline.if_missed.beside") in page
    assert "data-claim='s1-maintenance-needed'" in page


@pytest.mark.parametrize("lang", LANGS)
def test_of_a_session_to_come_it_cannot_be_said_that_it_took_place_or_was_missed(lang: Lang) -> None:
    t = words(lang)
    at = opened(lang, start=TODAY + timedelta(days=1), **{"edit.open": True})
    assert t("timeline.edit.to_come") in markup(at)
    offered = group(at, ".what").options
    assert [t("timeline.edit.early"), t("timeline.edit.moved")] == list(offered)
    group(at, ".what").set_value("late").run().run()
    day = next(box for box in at.date_input if str(box.key).endswith(".day"))
    assert day.value == TODAY
    day.set_value(TODAY + timedelta(days=1)).run().run()
    assert t("timeline.edit.fault.late") in markup(at)
    assert at.button(key="timeline.edit.apply").disabled
    next(box for box in at.date_input if str(box.key).endswith(".day")).set_value(None).run().run()
    assert t("timeline.edit.fault.day") in markup(at)
    assert at.button(key="timeline.edit.apply").disabled


def test_of_today_s_session_all_can_be_said_and_it_is_not_moved_to_a_day_that_is_over() -> None:
    t = words()
    at = opened(start=TODAY, **{"edit.open": True})
    assert t("timeline.edit.to_come") not in markup(at)
    assert len(group(at, ".what").options) == 4
    group(at, ".what").set_value("moved").run().run()
    next(box for box in at.date_input if str(box.key).endswith(".day")).set_value(TODAY - timedelta(days=1))
    at.run().run()
    assert t("timeline.edit.fault.moved") in markup(at)
    assert at.button(key="timeline.edit.apply").disabled


def test_a_session_put_on_a_public_holiday_by_hand_says_so_where_it_was_put_and_among_the_notes() -> None:
    t = words("de")
    mark = {"session": 1, "state": "moved", "was": START, "day": date(2027, 1, 6), "later": "stay"}
    settings = {"four_fortnightly__marks": [mark], "edit__open": True}
    page = markup(opened("de", country="DE", subdivision="BY", **settings))
    reason = f"{t('conflict.chosen.holiday').removesuffix('.')} (Heilige Drei Könige)."
    assert f"<p class='tl-beside'>⚠ {reason}</p>" in page
    assert f"<li>⚠ {t('calendar.session', index=1, total=4)}" in page


def test_a_source_is_not_named_for_a_figure_that_it_does_not_give() -> None:
    now = Frame(KNOWLEDGE, words(), "en", "light", False, {}, Assessment((), {}, (), ()), START)

    def credited(protocol: str, months: int | None) -> tuple[str, ...]:
        figures = {"sessions": None, "interval_days": None, "horizon_months": 24}
        chosen = plans.Settings(protocol=protocol, start=START, maintenance_months=months, **figures)  # type: ignore[arg-type]
        return plans.credited(now, chosen, "maintenance_months")

    given = {months: bool(credited("four_fortnightly", months)) for months in (1, 2, 3, 4, None)}
    assert given == {1: False, 2: True, 3: True, 4: False, None: True}
    guides, clinic = "prp-maintenance-3-6-months", "prp-maintenance-6-12-months"
    said = {2: (), 3: (guides,), 6: (guides, clinic), 7: (clinic,), 13: ()}
    assert {months: credited("prp_standard", months) for months in said} == said


def test_the_table_does_not_name_a_source_for_a_number_of_sessions_of_the_reader_s_own() -> None:
    def named(**settings: Any) -> int:
        return markup(opened(view="table", **settings)).count("data-claim='s2-initial-four-sessions'")

    assert named(four_fortnightly__sessions=5) < named()


def test_a_missed_session_of_the_course_says_nothing_of_maintenance() -> None:
    mark = {"session": 2, "state": "missed", "was": date(2027, 1, 18), "day": None, "later": "stay"}
    page = markup(opened(four_fortnightly__marks=[mark]))
    assert words()("timeline.if_missed") not in page
    assert words()("timeline.missed", title="Session 2 of 4", day=words().day(date(2027, 1, 18), "full")) in page


def test_a_month_hangs_as_a_table_of_days_with_its_days_in_words() -> None:
    t = words()
    at = opened(view="months", avoid=[WEDDING], tolerance=5)
    page = markup(at)
    assert t.month_year(START) in page
    assert page.count("<td class='tl-cell") == 31
    assert t("timeline.sign.course") in page
    assert "Wedding" in page
    tap(at, "timeline.month.later")
    assert t.month_year(date(2027, 2, 1)) in markup(at)
    assert at.button(key="timeline.month.earlier").disabled is False


def test_zoom_shows_a_part_and_the_buttons_move_it() -> None:
    t = words()
    at = opened(zoom="month", start=date(2028, 1, 10))

    def seen() -> str:
        return next(part for part in shown(at).split("\n") if "role='status'" in part and "tl-day" in part)

    assert t("range", low=t.day(date(2028, 1, 1)), high=t.day(date(2028, 1, 31))) in seen()
    assert at.button(key="timeline.step.earlier").disabled
    tap(at, "timeline.step.later")
    assert t("range", low=t.day(date(2028, 2, 1)), high=t.day(date(2028, 2, 29))) in seen()


def test_no_more_time_is_offered_than_is_worked_out() -> None:
    at = opened(zoom="five", start=date(2028, 1, 10))
    zooms = group(at, "timeline.zoom")
    t = words()
    assert zooms.options[-2:] == [t("timeline.zoom.two"), t("timeline.zoom.all")]
    assert zooms.value == "all"
    group(at, "timeline.horizon").set_value(60).run().run()
    assert t("timeline.zoom.five") in group(at, "timeline.zoom").options


@pytest.mark.parametrize("lang", LANGS)
def test_the_days_after_a_session_are_shown_of_the_plan_that_is_chosen(lang: Lang) -> None:
    t = words(lang)
    at = opened(lang, second__on=True, second__protocol="transplant_course")
    first = t("timeline.after.day", what=t("calendar.session", index=1, total=4), day=t.day(START, "full"))
    assert f"role='status'><p>{first}" in markup(at)
    rest = t("timeline.after.off", least=t.day(START + timedelta(days=7)), most=t.day(START + timedelta(days=14)))
    assert f"<li>{t('timeline.pair', name=t('aftercare.days_off'), value=rest)}</li>" not in markup(at)
    assert f"■</span></span>{t('timeline.sign.procedure')}" in markup(at)
    assert f">●</span></span>{t('timeline.sign.course')}" in markup(at)
    group(at, "timeline.after.plan").set_value("second").run().run()
    assert f"<li>{t('timeline.pair', name=t('aftercare.days_off'), value=rest)}</li>" in markup(at)
    assert "timeline.second.after" not in [str(box.key) for box in at.number_input]


def test_the_days_after_are_asked_for_by_the_number_that_the_session_has() -> None:
    mark = {"session": 2, "state": "missed", "was": date(2027, 1, 18), "day": None, "later": "stay"}
    at = opened(four_fortnightly__marks=[mark], after=3)
    shown_day = markup(at).split("role='status'><p>")
    assert any(one.startswith(words()("calendar.session", index=3, total=4)) for one in shown_day)
    at.number_input(key="timeline.after").set_value(2).run().run()
    assert words()("timeline.edit.no_day") in markup(at)


@pytest.mark.parametrize("lang", LANGS)
def test_what_no_source_gives_days_for_is_listed_among_the_days_after_with_just_that(lang: Lang) -> None:
    t = words(lang)
    page = markup(opened(lang))
    for rule in ("no_swimming_sauna", "no_massage", "no_alcohol"):
        line = t("timeline.pair", name=t(f"aftercare.{rule}"), value=t("timeline.after.no_days"))
        assert f"<li>{line}</li>" in page, rule
    washing = t("timeline.pair", name=t("aftercare.no_washing"), value=t("timeline.after.no_days"))
    assert washing not in page


def test_how_to_see_the_days_after_is_said_only_where_they_are_not_drawn() -> None:
    hint = words()("timeline.legend.days")
    assert hint in markup(opened())
    assert hint not in markup(opened(zoom="half"))
    assert hint not in markup(opened(protocol="transplant_course", zoom="year"))


@pytest.mark.parametrize("view", plans.VIEWS)
@pytest.mark.parametrize("protocol", ["custom", "transplant_course"])
def test_a_plan_whose_only_session_was_missed_is_still_drawn(protocol: str, view: str) -> None:
    mark = {"session": 1, "state": "missed", "was": START, "day": None, "later": "stay"}
    figures = {"custom__sessions": 1, "custom__interval_days": 14, f"{protocol}__marks": [mark]}
    at = opened(protocol=protocol, view=view, **figures)
    assert not at.exception
    assert words()("timeline.dates") in markup(at)


def test_a_day_given_by_hand_has_no_source_in_the_table() -> None:
    mark = {"session": 2, "state": "moved", "was": date(2027, 1, 18), "day": date(2027, 1, 21), "later": "follow"}
    table = markup(opened(view="table", four_fortnightly__marks=[mark])).split("<caption>")[1]
    second, third = (next(row for row in table.split("<tr") if f"Session {n} of 4" in row) for n in (2, 3))
    assert words()("timeline.table.none") in second
    assert "no.\u00a03" not in second
    assert "no.\u00a03" in third


def test_of_an_operation_nobody_asks_what_becomes_of_the_sessions_after_it() -> None:
    day = TODAY - timedelta(days=3)
    at = opened(protocol="transplant_course", start=day, edit__open=True)
    assert words()("calendar.session", index=1, total=1) not in markup(at)
    what = group(at, f".1.{day.isoformat()}.what")
    assert words()("timeline.edit.missed") not in what.options
    what.set_value("moved").run().run()
    assert not [one for one in at.button_group if str(one.key).endswith(".later")]


def _alts(at: AppTest) -> str:
    return " ".join(str(one.proto.alt) for one in at.get("plotly_chart"))


def test_a_missed_session_that_is_not_made_up_is_taken_off_the_course_of_the_chart() -> None:
    mark = {"session": 2, "state": "missed", "was": date(2027, 1, 18), "day": None, "later": "stay"}
    alts = _alts(opened(four_fortnightly__marks=[mark]))
    assert f"3 sessions, {words().days(START, date(2027, 2, 15))}; {words()('timeline.lane.missed.one')}" in alts


@pytest.mark.parametrize("lang", LANGS)
def test_the_day_on_which_prp_was_judged_is_named_for_what_it_is_with_its_claim_and_never_as_a_full_result(
    lang: Lang,
) -> None:
    t = words(lang)
    at = opened(lang, protocol="prp_standard")
    told, name = t("timeline.about", month=t.month_year(date(2027, 7, 4))), t("milestone.full_judged")
    assert t("timeline.pair", name=name, value=told) in _alts(at)
    assert t("timeline.undated") not in _alts(at)
    assert t("timeline.key.about") in markup(at)
    section = re.search(f"<h3>{re.escape(name)}</h3>(.*?)</section>", markup(at), re.DOTALL)
    assert section is not None
    assert KNOWLEDGE.claims["prp-full-result"].statement[lang] in section[1]
    table = markup(opened(lang, protocol="prp_standard", view="table"))
    assert told in table
    for said in (_alts(at), markup(at), table):
        for full in ("milestone.full_result", "milestone.full_effect"):
            assert t(full).lower() not in said.lower()


@pytest.mark.parametrize("lang", LANGS)
def test_what_no_source_dates_of_fading_is_fading_without_maintenance_where_a_plan_may_have_some(lang: Lang) -> None:
    t = words(lang)
    told = t("timeline.pair", name=t("milestone.fading_without_maintenance"), value=t("timeline.undated"))
    assert told in _alts(opened(lang))
    after_one_day = _alts(opened(lang, protocol="transplant_course"))
    assert told not in after_one_day
    assert t("timeline.pair", name=t("milestone.fading"), value=t("timeline.undated")) in after_one_day


def test_the_chart_says_every_interval_of_maintenance_that_a_source_gives_and_what_is_not_settled() -> None:
    t = words()
    alts = _alts(opened(protocol="prp_standard"))
    assert "every 6 months" in alts
    assert "Sources: every 3 to 6 months" in alts
    assert "every 6 to 12 months" in alts
    alts = _alts(opened())
    assert "every 2 months" in alts
    assert "every 3 months" in alts
    assert unsettled_result(t) in alts
    assert "Sources: every" not in _alts(opened(protocol="monthly_then_as_needed"))


def test_maintenance_that_its_source_has_monthly_at_first_only_says_so_until_the_figure_is_the_reader_s() -> None:
    t = words()
    said = t("timeline.tapers").removesuffix(".")
    for lane in ("chart", "table"):
        at = opened(protocol="monthly_then_as_needed", view=lane)
        assert said in (_alts(at) if lane == "chart" else markup(at))
    at.number_input(key="timeline.monthly_then_as_needed.maintenance_months").set_value(4).run().run()
    assert said not in markup(at)
    assert said not in markup(opened(view="table"))
    course = plan(KNOWLEDGE.protocols["monthly_then_as_needed"], Wishes(start=START), KNOWLEDGE.aftercare)
    notes = plans.session_notes(t, course, booster=False, tapers=True)
    assert [index for index, words in notes.items() if words and said in words] == list(range(5, len(notes) + 1))


def test_hour_and_length_of_a_session_are_offered_only_where_a_plan_has_sessions() -> None:
    t = words()
    for protocol, offered in (("transplant_course", False), ("prp_standard", True)):
        at = opened(protocol=protocol, files__open=True)
        assert any(str(one.key).startswith("timeline.hour") for one in at.button_group) == offered
        assert [one.label for one in at.text_input if one.key == "timeline.place"] == [t("timeline.place")]


def test_who_asks_for_less_is_named_with_what_it_is_about_and_our_own_view_is_no_source_to_see() -> None:
    t = words()
    page = markup(opened(view="table"))
    less = t("timeline.table.less", rules="X").partition("X")[0]
    rules = page[page.index(less) :].partition("</p>")[0]
    assert re.match(re.escape(less) + r"“no hair washing” \([^)]*webamiral\.com", rules)
    assert "see Our own judgement" not in page
    assert "see Text" in page


def test_a_plan_s_name_goes_on_in_small_letters_after_the_name_of_its_option() -> None:
    page = markup(opened(view="table"))
    assert "Mesotherapy: four sessions, two weeks apart" in page
    assert "Mesotherapy: Four" not in page


def test_two_plans_of_one_option_are_told_apart_in_the_month_by_a_number() -> None:
    t = words()
    page = markup(opened(view="months", second__on=True, second__protocol="monthly_then_as_needed"))
    for number, which in ((1, "first"), (2, "second")):
        sign = f"●</span><sub>{number}</sub></span>"
        assert f"{sign} {t('timeline.pair', name=t(f'timeline.plan.{which}'), value=t('timeline.sign.course'))}" in page
    assert "<sub" not in markup(opened(view="months", second__on=True, second__protocol="prp_standard"))


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_not_settled_says_so_in_both_files_too(lang: Lang) -> None:
    t = words(lang)
    course = _timeline()
    told = unsettled_result(t)
    unsettled = disputed(t, course, KNOWLEDGE.claims)
    assert list(unsettled) == ["first_visible_result"]
    file = plans.CalendarFile(
        t=t,
        plan="Plan",
        said={"first_visible_result": "Who"},
        timeline=course,
        notes=dict.fromkeys(range(1, 99)),
        disputed=unsettled,
        salt="mine",
        clock=None,
        place=None,
        contents="windows",
    )
    assert told in [str(one["summary"]) for one in Calendar.from_ical(file()).walk("VEVENT")]
    assert told in plans.csv_file(file).decode("utf-8-sig")


@pytest.mark.parametrize("lang", LANGS)
def test_files_are_named_in_plain_letters_of_the_reader_s_language(lang: Lang) -> None:
    t = words(lang)
    named = {one: as_file_name(f"{t(f'protocol.{one}')} {START.isoformat()}") for one in KNOWLEDGE.protocols}
    assert all(re.fullmatch("[a-z][a-z0-9-]{9,99}-2027-01-04", name) for name in named.values()), named
    assert not set(named) & {name.removesuffix("-2027-01-04").replace("-", "_") for name in named.values()}
    assert as_file_name("Größe: Übung, œdème / ça") == "groesse-uebung-oedeme-ca"


def test_three_plans_lie_under_each_other() -> None:
    at = opened(
        view="table",
        second__on=True,
        second__protocol="prp_standard",
        third__on=True,
        third__protocol="transplant_course",
    )
    captions = [part.split("<")[0] for part in markup(at).split("<caption>")[1:]]
    assert [name for name in captions if name == words()("protocol.prp_standard")]
    assert [name for name in captions if name == words()("protocol.transplant_course")]


def test_settings_of_real_life_survive_another_page_and_another_language() -> None:
    at = opened(avoid=[WEDDING], own=[WASH], closed=["sat", "sun"], country="DE", view="table")
    go(at, "costs")
    at.session_state["lang"] = "fr"
    go(at, "timeline")
    t = words("fr")
    assert "Wedding" in markup(at)
    assert t("timeline.life.holidays", where="Allemagne") in markup(at)
    assert at.session_state["timeline.closed"] == ["sat", "sun"]


def test_the_calendar_of_the_page_has_hours_a_place_and_uids_that_stay() -> None:
    t = words("fr")
    course = plans.CalendarFile(
        t=t,
        plan="Plan",
        said={"first_visible_result": "Who"},
        timeline=_timeline(),
        notes=dict.fromkeys(range(1, 99)),
        disputed={},
        salt="mine",
        clock=plans.Clock(time=plans.time(9, 30), timezone="Europe/Paris", minutes=20),
        place="Cabinet",
        contents="rules",
    )
    entries = Calendar.from_ical(course()).walk("VEVENT")
    assert {str(entry.get("location")) for entry in entries if entry["transp"] == "OPAQUE"} == {"Cabinet"}
    after = [entry for entry in entries if str(entry["summary"]) == t("calendar.after")]
    assert len(after) == len(plans.sessions(course.timeline))
    assert t("aftercare.no_washing") in str(after[0]["description"])


def test_the_calendar_holds_what_was_chosen_and_its_alarms_stay() -> None:
    t = words()
    clock = plans.Clock(time=plans.time(9, 30), timezone="Europe/Paris", minutes=20)
    course = plans.CalendarFile(
        t=t,
        plan="Plan",
        said={"first_visible_result": "Who"},
        timeline=_timeline(),
        notes=dict.fromkeys(range(1, 99)),
        disputed={},
        salt="mine",
        clock=clock,
        place=None,
        contents="windows",
    )
    total = len(plans.sessions(course.timeline))
    windows = Calendar.from_ical(course()).walk("VEVENT")
    sessions = Calendar.from_ical(replace(course, contents="sessions")()).walk("VEVENT")
    assert len(sessions) == total
    # One more a session, and the milestones.
    assert len(windows) == 2 * total + sum(event.kind == "milestone" for event in course.timeline.events)
    (first,) = (one for one in windows if one["summary"] == t("calendar.window", what="Session 1 of 4"))
    assert (first["dtstart"].dt, first["dtend"].dt) == (START, START + timedelta(days=5))
    assert all(t(f"aftercare.{rule.id}") in str(first["description"]) for rule in KNOWLEDGE.aftercare)
    for entries in (windows, sessions):
        alarms = [len(one.walk("VALARM")) for one in entries if one["transp"] == "OPAQUE"]
        assert alarms == [2] * total
    every = {str(one["uid"]) for one in Calendar.from_ical(replace(course, contents="rules")()).walk("VEVENT")}
    assert {str(one["uid"]) for one in sessions} <= every & {str(one["uid"]) for one in windows}


def _timeline() -> Timeline:
    return plan(KNOWLEDGE.protocols["four_fortnightly"], Wishes(start=START), KNOWLEDGE.aftercare)


# A plan after another

AFTER: dict[str, Any] = {
    "protocol": "transplant_course",
    "second__on": True,
    "second__protocol": "four_fortnightly",
    "second__follows": "first",
}


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_after_an_operation_asks_how_long_after_and_says_that_no_source_knows(lang: Lang) -> None:
    t = words(lang)
    at = opened(lang, view="table", **AFTER)
    page = markup(at)
    assert t("timeline.follows.need") in page
    assert t("timeline.follows.silent") in page
    assert "data-claim='s3-complement-after-transplant'" in page
    assert at.number_input(key="timeline.second.gap").value is None
    name = t("protocol.four_fortnightly")
    assert f"{name}</caption>" not in page


def test_a_plan_after_an_operation_moves_with_it_and_says_so_wherever_its_dates_stand() -> None:
    t = words()
    at = opened(view="table", second__gap=6, **AFTER)

    def begins(operation: date, first: date) -> None:
        page = markup(at)
        assert t("timeline.follows.week", number=6, what=t("calendar.procedure"), day=t.day(operation, "full")) in page
        assert t.day(first, "full") in page

    begins(START, date(2027, 2, 15))
    at.date_input[0].set_value(date(2027, 3, 1)).run().run()
    begins(date(2027, 3, 1), date(2027, 4, 12))
    at.session_state["timeline.avoid"] = [WEDDING | {"first": date(2027, 3, 1), "last": date(2027, 3, 2)}]
    at.run()
    begins(date(2027, 3, 3), date(2027, 4, 14))
    go(at, "summary")
    begins(date(2027, 3, 3), date(2027, 4, 14))
    assert t("protocol.transplant_course") in markup(at)


def test_a_plan_follows_in_months_and_by_the_day_that_the_operation_got() -> None:
    mark = {"session": 1, "state": "done", "was": START, "day": date(2027, 1, 31), "later": "stay"}
    at = opened(second__gap=1, second__gap_unit="month", transplant_course__marks=[mark], **AFTER)
    t = words()
    what, day = t("calendar.procedure"), t.day(date(2027, 1, 31), "full")
    assert t("timeline.follows.month.one", what=what, day=day) in markup(at)
    assert t.day(date(2027, 2, 28), "full") in markup(at)


def test_a_plan_after_one_that_has_no_dates_or_is_off_says_so_or_has_its_own_day() -> None:
    at = opened(**{**AFTER, "protocol": "custom", "second__gap": 2})
    assert words()("timeline.follows.no_dates") in markup(at)
    third = {"third__on": True, "third__protocol": "custom", "third__follows": "second"}
    assert not opened(**{**AFTER, **third, "second__on": False}).exception


def test_the_files_say_at_the_first_session_after_what_the_plan_begins() -> None:
    assert plans.with_link({1: None, 2: "moved"}, "after") == {1: "after", 2: "moved"}
    assert plans.with_link({1: "moved", 2: None}, "after") == {1: "after moved", 2: None}
    assert plans.with_link({1: "moved"}, None) == {1: "moved"}


# What a tap draws


def _blocks(at: AppTest) -> list[str]:
    return shown(at).split("\n")


def _number(key: str, value: int | None) -> Any:
    return lambda at: at.number_input(key=key).set_value(value)


TAPS: dict[str, Any] = {
    "first day": lambda at: at.date_input[0].set_value(date(2027, 2, 1)),
    "sessions": _number("timeline.four_fortnightly.sessions", 6),
    "gap": _number("timeline.second.gap", 3),
    "no second plan": lambda at: at.toggle(key="timeline.second.on").set_value(False),
    "second protocol": lambda at: group(at, "timeline.second.protocol").set_value("transplant_course"),
    "view": lambda at: group(at, "timeline.view").set_value("months"),
    "take back": lambda at: at.button(key="timeline.edit.undo").click(),
    "better": lambda at: at.button(key="timeline.better.first.later").click(),
}


@pytest.mark.parametrize("name", TAPS)
def test_a_tap_draws_all_that_it_changes_and_leaves_the_rest(name: str) -> None:
    mark = {"session": 1, "state": "done", "was": START, "day": START, "later": "stay"}
    at = opened(
        view="table",
        own=[WASH],
        avoid=[] if name == "better" else [WEDDING],
        second__on=True,
        second__protocol="prp_standard",
        second__follows="first",
        second__gap=2,
        **{f"{part}.open": True for part in ("life", "own", "edit", "files")},
        **({} if name == "better" else {"four_fortnightly__marks": [mark]}),
    )
    old = _blocks(at.run())
    tapped = _blocks(TAPS[name](at).run())
    whole = _blocks(at.run())
    assert set(whole) <= {*old, *tapped}
    assert len(tapped) < len(whole) * 0.9


def test_a_typed_day_leaves_its_box_alone_and_the_choices_beside_it_show_it_if_it_is_one_of_them() -> None:
    at = opened()
    at.date_input[0].set_value(START + timedelta(days=1)).run()
    assert words().day(START + timedelta(days=1), "full") in markup(at)
    assert not [one for one in at.date_input if "timeline.box" in str(one.key)]
    at.run()
    at.date_input[0].set_value(plans.monday(TODAY, 2)).run()
    assert group(at, "timeline.quick.1").value == 2


def test_a_better_start_of_one_plan_moves_no_other() -> None:
    at = opened(own=[WASH], second__on=True, second__protocol="prp_standard")
    before = at.button(key="timeline.better.first.later").label
    at.button(key="timeline.better.first.later").click().run().run()
    assert at.session_state["timeline.start"] != START, before
    assert at.session_state["timeline.second.start"] == START
