"""How often each option comes first: exact small cases, laws, and a run large enough to check the usual one."""

from __future__ import annotations

import dataclasses
import itertools
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.domain import priorities
from mesodash.domain.priorities import (
    Measure,
    Points,
    Ranking,
    Reach,
    Result,
    Wishes,
    measures,
    of_100,
    overlapping,
    parted,
    weigh,
)
from mesodash.errors import InputError
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import ALL_OPTIONS, OPTIONS, Case, Condition, OptionId, Performance

KNOWLEDGE = load()
CRITERIA = tuple(KNOWLEDGE.criteria)
FINE = 0.012
"""Three and a half standard errors of a share of one half in 20 000 draws, rounded up."""

Span = tuple[str, str] | None


def measure(name: str, **spans: Span) -> Measure:
    """Return a criterion on a scale from 0 to 1, more being wanted; None is not known."""
    reach: dict[OptionId, Reach | None] = {
        option: Reach(Decimal(0), Decimal(1), False, False)
        if (span := spans.get(option)) is None
        else Reach(Decimal(span[0]), Decimal(span[1]), True, True)
        for option in OPTIONS
        if option in spans
    }
    return Measure(name, (Decimal(0), Decimal(1)), False, reach)


def two(first: tuple[Span, Span], second: tuple[Span, Span], wishes: Wishes, **more: int) -> Result:
    """Weigh PRP and transplant on the criteria a and b."""
    table = (measure("a", prp=first[0], transplant=second[0]), measure("b", prp=first[1], transplant=second[1]))
    return weigh(table, ("prp", "transplant"), wishes, **more)


def at(value: str) -> Span:
    return (value, value)


A_THEN_B = Ranking((("a",), ("b",)))


# --- exact cases


def test_the_option_that_is_better_on_all_comes_first_in_all_ways() -> None:
    result = two((at("0.6"), at("0.6")), (at("0.5"), at("0.5")), A_THEN_B)
    assert result.shares["prp"] == (pytest.approx(1), 0.0)
    assert result.order == ("prp", "transplant")
    assert result.flip is None


def test_a_ranking_of_two_weighs_the_first_evenly_from_a_half_to_all() -> None:
    # PRP is ahead where a * 1/2 > 1 - a, that is from 2/3 on: two thirds of all a from 1/2 to 1.
    result = two((at("1"), at("0")), (at("0.5"), at("1")), A_THEN_B)
    assert result.shares["prp"][0] == pytest.approx(2 / 3, abs=FINE)
    assert result.weights["a"] == pytest.approx(3 / 4, abs=FINE)


def test_a_criterion_that_was_left_out_counts_no_more_than_the_last_one_said() -> None:
    said = two((at("1"), at("0")), (at("0.5"), at("1")), Ranking((("a",),)))
    assert said.shares["prp"][0] == pytest.approx(2 / 3, abs=FINE)


def test_criteria_that_matter_alike_weigh_the_same_in_every_draw() -> None:
    # With equal weights PRP has 0.8 against 0.7 in each of them.
    result = two((at("0.9"), at("0.7")), (at("0.4"), at("1")), Ranking((("a", "b"),)))
    assert result.shares["prp"] == (pytest.approx(1), 0.0)
    assert result.weights == {"a": pytest.approx(0.5), "b": pytest.approx(0.5)}


def test_three_ranked_criteria_have_the_mean_weights_of_the_rank_order_centroid() -> None:
    table = tuple(measure(name, prp=at("1"), transplant=at("0")) for name in "abc")
    result = weigh(table, ("prp", "transplant"), Ranking((("a",), ("b",), ("c",))))
    wanted = {"a": (1 + 1 / 2 + 1 / 3) / 3, "b": (1 / 2 + 1 / 3) / 3, "c": (1 / 3) / 3}
    assert result.weights == {name: pytest.approx(weight, abs=FINE) for name, weight in wanted.items()}


def test_two_left_out_have_each_half_of_what_ranks_two_and_three_would_have() -> None:
    table = tuple(measure(name, prp=at("1"), transplant=at("0")) for name in "abc")
    result = weigh(table, ("prp", "transplant"), Ranking((("a",),)))
    rest = (1 - 11 / 18) / 2
    assert result.weights == {
        "a": pytest.approx(11 / 18, abs=FINE),
        "b": pytest.approx(rest, abs=FINE),
        "c": pytest.approx(rest, abs=FINE),
    }


def test_fine_weights_go_evenly_over_the_spread_around_what_was_said() -> None:
    # The weight of a is even from 0.4 to 0.6; PRP is ahead where 0.9 a > 1 - a, that is from 1/1.9 on.
    result = two((at("0.9"), at("0")), (at("0"), at("1")), Points({"a": 5, "b": 5}, 20))
    assert result.shares["prp"][0] == pytest.approx((0.6 - 1 / 1.9) / 0.2, abs=FINE)


def test_a_criterion_with_no_points_has_no_weight() -> None:
    result = two((at("0.6"), at("0")), (at("0.5"), at("1")), Points({"a": 3, "b": 0}))
    assert result.shares["prp"] == (pytest.approx(1), 0.0)
    assert result.weights["b"] == 0


def test_what_is_not_known_counts_as_anything_on_the_scale_and_not_as_its_middle() -> None:
    # Against 0.8, an even value from 0 to 1 is ahead one time in five; a middle of 0.5 would never be.
    result = two((None, at("0")), (at("0.8"), at("0")), Points({"a": 1, "b": 0}))
    assert result.shares["prp"][0] == pytest.approx(0.2, abs=FINE)


def test_two_unknown_ones_are_ahead_equally_often() -> None:
    result = two((None, None), (None, None), A_THEN_B)
    assert result.shares["prp"][0] == pytest.approx(0.5, abs=FINE)
    assert set(result.silent) == {"a", "b"}


def test_the_value_goes_evenly_over_the_range() -> None:
    # 0 to 1 against 0.5 to 1: the first is ahead in a quarter of the ways.
    result = two((("0", "1"), at("0")), (("0.5", "1"), at("0")), Points({"a": 1}))
    assert result.shares["prp"][0] == pytest.approx(1 / 4, abs=FINE)


def test_options_that_are_level_share_their_places() -> None:
    table = (measure("a", mesotherapy=at("1"), prp=at("1"), transplant=at("0"), no_treatment=at("1")),)
    result = weigh(table, OPTIONS, Ranking((("a",),)))
    third = pytest.approx(1 / 3)
    assert result.shares["prp"] == (third, third, third, 0.0)
    assert result.shares["transplant"] == (0.0, 0.0, 0.0, 1.0)
    assert result.ahead == 0.5
    assert result.flip is None


def test_a_lower_figure_is_better_where_less_is_wanted() -> None:
    less = Measure(
        "a",
        (Decimal(0), Decimal(10)),
        True,
        {"prp": Reach(Decimal(2), Decimal(3), True, True), "transplant": Reach(Decimal(4), Decimal(10), True, True)},
    )
    assert less.value("prp") == (pytest.approx(0.7), pytest.approx(0.8))
    assert weigh((less,), ("prp", "transplant"), Ranking((("a",),))).shares["prp"] == (pytest.approx(1), 0.0)


# --- the smallest change


def test_the_smallest_change_is_the_one_at_which_half_of_the_ways_have_turned() -> None:
    # The weight of a is even from 1/2 to 1, so its middle is 3/4: times 1/3 it is level with the other quarter.
    result = two((at("1"), at("0")), (at("0"), at("1")), A_THEN_B)
    assert result.flip is not None
    assert result.flip.criterion in ("a", "b")
    wanted = 1 / 3 if result.flip.criterion == "a" else 3
    assert result.flip.factor == pytest.approx(wanted, rel=0.07)


def test_after_the_smallest_change_half_of_the_ways_have_turned() -> None:
    wishes = Points({"a": 6, "b": 4}, 20)
    result = two((("0.6", "1"), at("0.2")), (at("0.3"), ("0.3", "0.9")), wishes)
    flip = result.flip
    assert flip is not None
    points = {"a": 6.0, "b": 4.0}
    points[flip.criterion] *= flip.factor
    said = Points({name: round(1000 * value) for name, value in points.items()}, 20)
    names = ("a", "b")
    assert said.points != wishes.points
    table = (
        measure("a", prp=("0.6", "1"), transplant=at("0.3")),
        measure("b", prp=at("0.2"), transplant=("0.3", "0.9")),
    )
    import numpy as np

    random = np.random.Generator(np.random.PCG64(1))
    weights = priorities._around(names, said, 20_000).T
    spans = np.array([[one.value(option) for one in table] for option in ("prp", "transplant")])
    values = spans[:, :, 0] + (spans[:, :, 1] - spans[:, :, 0]) * random.random((20_000, 2, 2))
    ahead = float((np.einsum("nc,nc->n", weights, values[:, 0] - values[:, 1]) > 0).mean())
    assert ahead == pytest.approx(0.5, abs=0.04)


def test_nothing_turns_an_option_that_is_behind_on_everything() -> None:
    assert two((at("1"), at("1")), (at("0"), at("0")), A_THEN_B).flip is None


def test_a_criterion_without_which_the_order_turns_is_told_as_counting_nothing() -> None:
    # a would have to fall below a tenth of its weight: 0.97 a against 0.03, and c is level.
    result = two((at("1"), at("0.48")), (at("0"), at("0.5")), Points({"a": 9, "b": 1}, 10))
    assert result.flip is not None
    assert (result.flip.criterion, result.flip.factor) == ("a", 0.0)


# --- laws over what is known


def _share(result: Result, option: OptionId) -> float:
    return result.shares[option][0]


@given(some.permutations(CRITERIA), some.integers(1, len(CRITERIA)))
def test_each_option_takes_one_place_and_each_place_is_taken_once(order: list[str], said: int) -> None:
    table = measures(KNOWLEDGE, OPTIONS, {}, {})
    result = weigh(table, OPTIONS, Ranking(tuple((one,) for one in order[:said])), draws=500)
    assert all(math.isclose(sum(shares), 1) for shares in result.shares.values())
    for place in range(len(OPTIONS)):
        assert math.isclose(sum(shares[place] for shares in result.shares.values()), 1)


@given(some.permutations(CRITERIA), some.integers(1, len(CRITERIA)), some.data())
def test_every_weight_that_is_drawn_keeps_the_order(order: list[str], said: int, data: some.DataObject) -> None:
    import numpy as np

    cuts = data.draw(some.lists(some.booleans(), min_size=said, max_size=said))
    groups: list[list[str]] = []
    for name, alike in zip(order[:said], cuts, strict=True):
        if alike and groups:
            groups[-1].append(name)
        else:
            groups.append([name])
    wishes = Ranking(tuple(tuple(group) for group in groups))
    drawn = priorities._ranked(CRITERIA, wishes, 50).T
    assert np.allclose(drawn.sum(axis=1), 1)
    assert (drawn >= 0).all()
    places = [[CRITERIA.index(name) for name in group] for group in groups]
    for group in places:
        assert np.allclose(drawn[:, group], drawn[:, group[:1]])
    for earlier, later in itertools.pairwise(places):
        assert (drawn[:, earlier[0]] >= drawn[:, later[0]]).all()
    rest = [place for place, name in enumerate(CRITERIA) if name not in order[:said]]
    if rest:
        assert (drawn[:, rest].max(axis=1) <= drawn[:, places[-1][0]] + 1e-12).all()


@given(some.dictionaries(some.sampled_from(CRITERIA), some.integers(0, 10), min_size=1))
def test_every_fine_weight_that_is_drawn_lies_within_its_spread(points: dict[str, int]) -> None:
    import numpy as np

    if not any(points.values()):
        return
    for spread in priorities.SPREADS:
        drawn = priorities._around(CRITERIA, Points(points, spread), 50).T
        assert np.allclose(drawn.sum(axis=1), 1)
        for place, name in enumerate(CRITERIA):
            said = points.get(name, 0) / sum(points.values())
            low, high = said * (1 - spread / 100), said * (1 + spread / 100)
            assert (drawn[:, place] >= low - 1e-7).all()
            assert (drawn[:, place] <= high + 1e-7).all()


WISHES: list[Wishes] = [
    Ranking((("fast_result",), ("lasting_result",))),
    Ranking((("little_time_off",), ("little_pain", "no_surgery"))),
    Ranking((("sure_evidence",), ("lasting_result",), ("few_harms",), ("low_cost",))),
    Points({"fast_result": 10, "lasting_result": 7, "few_harms": 3, "no_surgery": 1}, 50),
]


@pytest.mark.parametrize("wishes", WISHES)
def test_the_usual_number_of_draws_agrees_with_a_run_ten_times_as_large(wishes: Wishes) -> None:
    table = measures(KNOWLEDGE, OPTIONS, {}, {})
    usual, large = (weigh(table, OPTIONS, wishes, draws=draws) for draws in (priorities.DRAWS, 200_000))
    for option in OPTIONS:
        assert usual.shares[option] == pytest.approx(large.shares[option], abs=FINE)


def test_the_same_input_gives_the_same_result_to_the_last_digit() -> None:
    table = measures(KNOWLEDGE, ALL_OPTIONS, {}, {})
    assert weigh(table, ALL_OPTIONS, WISHES[0]) == weigh(table, ALL_OPTIONS, WISHES[0])


def test_a_narrower_range_at_the_wanted_end_never_comes_first_less_often() -> None:
    wide = two((("0.2", "1"), at("0")), (("0.3", "0.9"), at("0")), Points({"a": 1}))
    narrow = two((("0.8", "1"), at("0")), (("0.3", "0.9"), at("0")), Points({"a": 1}))
    assert _share(narrow, "prp") >= _share(wide, "prp") - FINE


# --- what is known


def test_an_unknown_end_reaches_to_the_end_of_the_scale() -> None:
    (fast,) = [one for one in measures(KNOWLEDGE, OPTIONS, {}, {}) if one.criterion == "fast_result"]
    assert fast.scale is not None
    reach = fast.reach["no_treatment"]
    assert reach is not None
    assert (reach.low, reach.high, reach.known) == (*fast.scale, False)


def test_the_cost_is_unknown_where_no_price_is_known_and_reaches_to_the_highest_sum() -> None:
    money = {"prp": (Decimal(1000), Decimal(4000)), "transplant": (Decimal(3000), Decimal(8000)), "mesotherapy": None}
    (cost,) = [one for one in measures(KNOWLEDGE, OPTIONS, {}, money) if one.criterion == "low_cost"]  # type: ignore[arg-type]
    assert cost.scale == (Decimal(0), Decimal(8000))
    assert cost.value("prp") == (0.5, 0.875)
    assert cost.value("mesotherapy") == (0.0, 1.0)
    assert not cost.silent


def test_without_any_price_the_cost_says_nothing() -> None:
    (cost,) = [one for one in measures(KNOWLEDGE, OPTIONS, {}, {}) if one.criterion == "low_cost"]
    assert cost.silent
    assert cost.scale is None
    assert not parted(cost)
    assert not overlapping(cost)


def test_ranges_that_overlap_or_touch_do_not_differ_for_sure() -> None:
    assert not parted(measure("a", prp=("0", "0.5"), transplant=("0.5", "1")))
    assert not parted(measure("a", prp=("0", "0.2"), transplant=None))
    assert parted(measure("a", prp=("0", "0.4"), transplant=("0.5", "1")))


def test_figures_overlap_only_where_two_are_known() -> None:
    assert overlapping(measure("a", prp=("0", "0.5"), transplant=("0.5", "1")))
    assert not overlapping(measure("a", prp=("0", "0.4"), transplant=("0.5", "1")))
    assert not overlapping(measure("a", prp=("0", "0.2"), transplant=None))
    assert not overlapping(measure("a", prp=None, transplant=None))


def test_an_option_is_drawn_alike_whatever_stands_beside_it() -> None:
    table = measures(KNOWLEDGE, OPTIONS, {}, {})
    pair = tuple(dataclasses.replace(one, reach={o: one.reach[o] for o in ("prp", "transplant")}) for one in table)
    alone = weigh(pair, ("prp", "transplant"), WISHES[0])
    beside = weigh(table, OPTIONS, WISHES[0])
    assert alone.weights == beside.weights
    other = weigh(pair, ("transplant", "prp"), WISHES[0])
    assert other.shares == alone.shares


# --- what depends on the person


def fast(option: OptionId, **answers: Any) -> Reach:
    """Return what counts for an option on the time to a first result."""
    (one,) = [one for one in measures(KNOWLEDGE, ALL_OPTIONS, answers, {}) if one.criterion == "fast_result"]
    found = one.reach[option]
    assert found is not None
    return found


SHEDDING = {"diagnosis": "telogen_effluvium", "loss_onset": "gradual", "loss_duration_months": 3}


def test_without_treatment_pattern_hair_loss_stands_at_the_unwanted_ends() -> None:
    for one in measures(KNOWLEDGE, OPTIONS, {"diagnosis": "androgenetic"}, {}):
        if one.criterion in ("fast_result", "lasting_result"):
            assert one.value("no_treatment") == (0.0, 0.0)
            reach = one.reach["no_treatment"]
            assert reach is not None
            assert reach.none
            assert "nt-rate-per-year" in reach.readings[0].performance.claims()


def test_shedding_that_ends_by_itself_stands_where_its_source_says() -> None:
    reach = fast("no_treatment", **SHEDDING)
    assert (reach.low_known, reach.high, reach.high_known) == (False, Decimal(6), True)
    assert not fast("no_treatment", **SHEDDING | {"loss_duration_months": 7}).known


@pytest.mark.parametrize(
    "answers", [{}, {"diagnosis": "unknown"}, {"diagnosis": "declined"}, {"diagnosis": "none_yet"}]
)
def test_while_the_kind_of_loss_is_not_known_no_treatment_counts_as_anything(answers: dict[str, Any]) -> None:
    reach = fast("no_treatment", **answers)
    assert (reach.low, reach.high, reach.known, reach.none) == (0, 12, False, False)


def test_the_span_of_what_is_open_holds_each_reading_and_no_more() -> None:
    (sure,) = [one for one in measures(KNOWLEDGE, OPTIONS, {}, {}) if one.criterion == "sure_evidence"]
    spans = {}
    for sex in ("male", "female"):
        (one,) = [one for one in measures(KNOWLEDGE, OPTIONS, {"sex": sex}, {}) if one.criterion == "sure_evidence"]
        spans[sex] = one.reach["prp"]
    whole, man, woman = sure.reach["prp"], spans["male"], spans["female"]
    assert whole is not None
    assert man is not None
    assert woman is not None
    assert (woman.low, woman.high, man.low, man.high) == (0, 1, 1, 2)
    assert (whole.low, whole.high) == (0, 2)


@pytest.mark.parametrize(
    ("answers", "span"),
    [({"sex": "male"}, (8, 9)), ({"sex": "female"}, (2, 3)), ({}, (2, 9)), ({"sex": "declined"}, (2, 9))],
)
def test_an_open_condition_spans_both_readings_and_an_answer_leaves_one(
    answers: dict[str, Any], span: tuple[int, int]
) -> None:
    fast = KNOWLEDGE.criteria["fast_result"]
    assert fast.options is not None
    claims = ("fin-onset",)
    man = Performance(low=Decimal(8), high=Decimal(9), low_from=claims, high_from=claims)
    case = Case(when=Condition(op="eq", question="sex", value="male"), says="priority.case.man", reads=man)
    split = Performance(low=Decimal(2), high=Decimal(3), low_from=claims, high_from=claims, cases=(case,))
    changed = dataclasses.replace(fast, options={**fast.options, "prp": split})
    base = KnowledgeBase(KNOWLEDGE.digest, dict(KNOWLEDGE._parts) | {"criteria": lambda: [changed]})
    (one,) = measures(base, ("prp",), answers, {})
    reach = one.reach["prp"]
    assert reach is not None
    assert (reach.low, reach.high) == span


def test_without_treatment_no_longer_comes_first_once_the_diagnosis_says_that_no_result_comes() -> None:
    wishes = Ranking((("fast_result",), ("lasting_result",)))
    before, after = (
        weigh(measures(KNOWLEDGE, OPTIONS, answers, {}), OPTIONS, wishes)
        for answers in ({}, {"diagnosis": "androgenetic"})
    )
    assert _share(before, "no_treatment") > 0.3
    assert _share(after, "no_treatment") < 0.02


_ANSWERS = some.fixed_dictionaries(
    {},
    optional={
        "sex": some.sampled_from(["male", "female", "other"]),
        "diagnosis": some.sampled_from(KNOWLEDGE.questions["diagnosis"].values),
        "loss_onset": some.sampled_from(["none", "gradual", "sudden"]),
        "loss_duration_months": some.integers(0, 600),
    },
)


@given(_ANSWERS, some.data())
def test_one_more_answer_never_widens_what_is_known(answers: dict[str, Any], data: some.DataObject) -> None:
    fewer = {name: value for name, value in answers.items() if data.draw(some.booleans())}
    wide, narrow = (measures(KNOWLEDGE, ALL_OPTIONS, given_now, {}) for given_now in (fewer, answers))
    for before, after in zip(wide, narrow, strict=True):
        for option in ALL_OPTIONS:
            assert before.value(option)[0] <= after.value(option)[0]
            assert after.value(option)[1] <= before.value(option)[1]


# --- bad input


@pytest.mark.parametrize(
    ("wishes", "field", "key"),
    [
        (Ranking(()), "ranking", "error.required_as"),
        (Ranking((("nothing_such",),)), "ranking", "error.not_allowed"),
        (Ranking((("low_cost",), ("low_cost",))), "ranking", "error.repeated"),
        (Points({"low_cost": 0}), "points", "error.required_as"),
        (Points({"low_cost": 11}), "low_cost", "error.out_of_range"),
        (Points({"low_cost": 1}, 7), "spread", "error.not_allowed"),
    ],
)
def test_wishes_that_do_not_fit_are_refused_with_their_field(wishes: Wishes, field: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        weigh(measures(KNOWLEDGE, OPTIONS, {}, {}), OPTIONS, wishes)
    assert (refused.value.field, refused.value.key) == (field, key)


@given(some.lists(some.integers(0, 1000), min_size=1, max_size=7))
def test_whole_parts_of_100_add_up_and_are_off_by_less_than_one(parts: list[int]) -> None:
    if not sum(parts):
        return
    shares = [part / sum(parts) for part in parts]
    whole = of_100(shares)
    assert sum(whole) == 100
    assert all(abs(count - 100 * share) < 1 for count, share in zip(whole, shares, strict=True))
