"""The plans of Timeline beside the sum of Costs, and what is said where both speak of the same option."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain.replanning import Spacing
from mesodash.errors import InputError
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Lang, OptionId
from mesodash.ui import choices, estimates, planned
from tests.app.app import open_page, shown

pytestmark = pytest.mark.slow

BASE = load()
FOUR = {"timeline__protocol": "four_fortnightly"}
MESO = {"costs__region": "DE", "costs__option": "mesotherapy"}
TAKE = "costs.mesotherapy.take.first"


def words(lang: Lang = "en") -> Words:
    return Words(BASE, lang)


def costs(lang: Lang = "en", **settings: Any) -> AppTest:
    return open_page("costs", lang, **{**MESO, **settings})


def plain(at: AppTest) -> str:
    return unescape(shown(at)).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def takes(at: AppTest) -> list[str]:
    return [one.key for one in at.button if ".take." in str(one.key)]


def test_the_sum_counts_as_the_plan_says_only_after_a_tap_and_prices_stay() -> None:
    prices = {"costs__mesotherapy__price__low": "200", "costs__mesotherapy__repeat": True}
    at = costs(**FOUR, **prices, costs__assumed__open__kept=True)
    assert "On Timeline: 4 sessions, 14 days apart, then every 2 to 3 months." in plain(at)
    assert "From €2,000" not in plain(at)
    assert at.number_input(key="costs.mesotherapy.sessions.high.0").value == 10
    at.button(key=TAKE).click().run().run()
    assert not at.exception
    ends = [at.number_input(key=f"costs.mesotherapy.{one}.1").value for one in ("sessions.low", "sessions.high")]
    months = [at.number_input(key=f"costs.mesotherapy.months.{end}.1").value for end in ("low", "high")]
    assert (ends, months, at.number_input(key="costs.mesotherapy.interval.1").value) == ([4, 4], [2, 3], 14)
    toggles = [at.toggle(key=f"costs.mesotherapy.{one}.1").value for one in ("maintenance", "repeat")]
    assert toggles == [True, False]
    assert at.text_input(key="costs.mesotherapy.price.low").value == "200"
    # 4 of the course and 19 to 29 afterwards.
    assert "From €4,600 to €6,600" in plain(at)
    assert words()("costs.plan.agrees") in plain(at)
    assert takes(at) == []


def test_a_field_that_leaves_the_plan_brings_the_button_back_and_a_tap_draws_no_more_than_it_changes() -> None:
    at = costs(**FOUR)
    at.button(key=TAKE).click().run()
    assert "costs.years" not in [one.key for one in at.number_input]
    assert "cost-result" in plain(at)
    at.run()
    at.number_input(key="costs.mesotherapy.sessions.high.1").set_value(5).run()
    assert takes(at) == [TAKE]
    at.run()
    at.number_input(key="costs.mesotherapy.sessions.high.1").set_value(6).run()
    # What is said of the plan is the same as before, so it is not drawn again.
    assert takes(at) == []
    at.run()
    at.toggle(key="costs.mesotherapy.maintenance.1").set_value(False).run().run()
    assert takes(at) == [TAKE]


def test_a_second_quick_tap_does_not_bring_back_what_the_fields_showed_before_the_first() -> None:
    at = costs(**FOUR)
    at.button(key=TAKE).click().run()
    # What the browser had not heard of yet, and sends with the next tap.
    at.session_state["costs.mesotherapy.sessions.high.0"] = 10
    at.run()
    assert at.session_state["costs.mesotherapy.sessions.high"] == 4
    assert at.number_input(key="costs.mesotherapy.sessions.high.1").value == 4


def test_a_second_quick_tap_does_not_undo_what_was_chosen_to_follow_the_course() -> None:
    at = costs(costs__option="mesotherapy", costs__region="DE", costs__mesotherapy__repeat=True)
    # What the browser has not heard of yet, and sends with the next tap: this switch as it was before the first.
    before = at.toggle(key="costs.mesotherapy.repeat.0")
    at.toggle(key="costs.mesotherapy.maintenance.0").set_value(True).run()
    (after,) = [one for one in at.toggle if str(one.key).startswith("costs.mesotherapy.repeat")]
    assert (after.value, after.proto.id == before.proto.id) == (False, False)
    at.session_state["costs.mesotherapy.repeat.0"] = True
    at.run()
    assert at.session_state["costs.mesotherapy.maintenance"] is True
    assert at.session_state["costs.mesotherapy.repeat"] is False
    # The new switch works as the old one did.
    at.toggle(key=after.key).set_value(True).run().run()
    assert at.session_state["costs.mesotherapy.maintenance"] is False
    assert at.session_state["costs.mesotherapy.repeat"] is True


def test_a_plan_without_maintenance_lets_nothing_follow_the_course() -> None:
    figures = {"timeline__six_to_ten__sessions": 8, "timeline__six_to_ten__interval_days": 7}
    at = costs(timeline__protocol="six_to_ten", costs__mesotherapy__maintenance=True, **figures)
    assert "On Timeline: 8 sessions, 7 days apart, nothing afterwards." in plain(at)
    at.button(key=TAKE).click().run().run()
    assert at.toggle(key="costs.mesotherapy.maintenance.1").value is False
    assert "<p class='cost-sum'>€2,400 " in plain(at)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, "Number of sessions: is missing; give it"),
        ({"timeline__custom__sessions": 61, "timeline__custom__interval_days": 7}, "Number of sessions: is outside 1"),
        (
            {"timeline__custom__sessions": 6, "timeline__custom__interval_days": 366},
            "Days between sessions: is outside",
        ),
    ],
)
def test_a_plan_that_no_sum_can_hold_says_so_and_offers_nothing(figures: dict[str, int], said: str) -> None:
    at = costs(timeline__protocol="custom", **figures)
    assert f"On Timeline: this plan cannot be counted here. {said}" in plain(at)
    assert takes(at) == []


@pytest.mark.parametrize(
    ("option", "spacing"),
    [("mesotherapy", (61, 14, None)), ("prp", (4, 366, None)), ("prp", (4, 14, 121)), ("transplant", (1, 14, 6))],
)
def test_a_spacing_outside_of_what_a_sum_takes_is_refused(
    option: OptionId, spacing: tuple[int, int, int | None]
) -> None:
    sessions, days, months = spacing
    with pytest.raises(InputError):
        planned.schedule(option, Spacing(sessions=sessions, interval_days=days, months=months, latest_months=None))


def test_two_plans_of_an_option_are_told_by_their_names_and_one_that_is_off_is_not_told() -> None:
    more = {"timeline__second__protocol": "monthly_then_as_needed", "timeline__third__protocol": "prp_standard"}
    at = costs(**FOUR, **more, timeline__second__on=True)
    t = words()
    assert [one.label for one in at.button if ".take." in str(one.key)] == [
        t("costs.plan.take_of", plan=t.lower_first(t(f"timeline.plan.{one}"))) for one in ("first", "second")
    ]
    assert "On Timeline (second plan): 4 sessions, 14 days apart, then every month." in plain(at)
    assert takes(costs(**FOUR, **more)) == [TAKE]
    assert takes(costs(**more, timeline__second__on=True, costs__option="prp")) == []
    assert takes(costs(**more, timeline__second__on=True, timeline__third__on=True, costs__option="prp")) != []


def test_all_that_the_tap_sets_is_kept_in_the_consultation_file(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, object] = {}
    monkeypatch.setattr(planned.state, "put", found.__setitem__)
    planned.count("mesotherapy", estimates.Schedule((4, 4), 14, (2, 3)))
    allowed = choices.allowed(BASE)
    assert found.pop("costs.mesotherapy.turn") == 1
    assert len(found) == 7
    assert found.keys() <= allowed.keys()


@pytest.mark.parametrize("lang", LANGS)
def test_summary_says_where_a_sum_counts_another_course_than_the_plan(lang: Lang) -> None:
    t = words(lang)

    def page(**settings: Any) -> str:
        return unescape(shown(open_page("summary", lang, costs__region="DE", **FOUR, **settings)))

    four, ten = t("costs.count.session.many", number=4), t("costs.count.session.many", number=t.range(4, 10))
    every = t("costs.count.every.many", number=t.range(2, 3))
    plan = t("costs.plan.then", course=t("costs.plan.apart.many", sessions=four, days=14), every=every)
    counted = t("costs.plan.alone", course=t("costs.plan.apart.many", sessions=ten, days=14))
    line = t("costs.plan.differs", option=t("option.mesotherapy"), counted=counted, planned=plan)
    assert f"<p>{line}</p>" in page()
    same = {"sessions__high": 4, "maintenance": True, "months__low": 2, "months__high": 3}
    differs = t("costs.plan.differs", option=t("option.mesotherapy"), counted="X", planned="").split("X")[0]
    assert differs not in page(**{f"costs__mesotherapy__{name}": value for name, value in same.items()})


@pytest.mark.parametrize("lang", LANGS)
def test_a_missed_session_that_is_not_made_up_is_said_beside_what_the_plan_holds(lang: Lang) -> None:
    t = words(lang)
    mark = {"session": 2, "state": "missed", "was": date(2027, 1, 18), "day": None, "later": "stay"}

    def page(**more: Any) -> str:
        marks = [{**mark, **more}]
        return unescape(shown(costs(lang, **FOUR, timeline__four_fortnightly__marks=marks)))

    assert t("timeline.left_out.one") in page()
    assert t("timeline.left_out.one") not in page(later="follow")
    assert t("timeline.left_out.one") not in page(session=9)
    by_hand = {"state": "moved", "day": date(2027, 1, 20)}
    moved = page(**by_hand)
    assert t("costs.plan.moved.one") in moved, "its days are not as far apart as the figures say"
    assert t("timeline.left_out.one") not in moved
    assert t("costs.plan.moved.one") not in page(session=9, **by_hand)
