"""Pictures of 100 people: drawn from counts with a group and a period, and only from those."""

from __future__ import annotations

import dataclasses
import html as markup
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mesodash.domain.eligibility import assess
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import ALL_OPTIONS, LANGS, Amount, Counted, Lang, OutcomeShare
from mesodash.knowledge.shares import Share, against, counted, period
from mesodash.ui.frame import Frame
from mesodash.ui.parts import icons

KNOWLEDGE = load()
COHORT, RELAPSE = "meso-dutasteride-cohort-response", "prp-duration-relapse"
_BOX = re.compile(r"x='(\d+)' y='(\d+)' width='(\d+)' height='(\d+)' fill='url\(#(\w)\)'")


def places(svg: bytes) -> dict[int, str]:
    """Return the kind of each of the persons, by their place from the top left."""
    found: dict[int, str] = {}
    for x, y, wide, high, kind in _BOX.findall(svg.decode()):
        for line in range(int(y) // 15, (int(y) + int(high)) // 15):
            for column in range(int(x) // 12, (int(x) + int(wide)) // 12):
                assert 10 * line + column not in found
                found[10 * line + column] = kind
    return found


def with_shares(**options: Counted) -> KnowledgeBase:
    """Return the knowledge with one outcome alone."""
    one = OutcomeShare(id="much_better", options={option: options.get(option, Counted()) for option in ALL_OPTIONS})
    return KnowledgeBase(KNOWLEDGE.digest, dict(KNOWLEDGE._parts) | {"shares": lambda: [one]})


def page(knowledge: KnowledgeBase = KNOWLEDGE, lang: Lang = "en") -> str:
    now = Frame(knowledge, Words(knowledge, lang), lang, "light", False, {}, assess(knowledge, {}), date(2026, 11, 22))
    return icons.section(now, ALL_OPTIONS, is_open=False)


@given(some.integers(1, 2000).flatmap(lambda people: some.tuples(some.integers(0, people), some.just(people))))
def test_a_picture_has_100_people_and_as_many_filled_as_had_it(given_share: tuple[int, int]) -> None:
    share = Share(*given_share)
    drawn = places(icons.drawing(share, "#000000", "#111111", "#FFFFFF"))
    assert sorted(drawn) == list(range(100))
    assert [place for place in drawn if drawn[place] in "ab"] == list(range(share.whole))
    low, high = share.ends
    assert {place for place in drawn if drawn[place] in "bc"} == set(range(low, high))


def test_the_numbers_are_those_that_the_sources_counted() -> None:
    # In whole people, from the papers: Moftah 2013, Saceda-Corralo 2022, Gentile 2015, the label of finasteride 1 mg.
    drawn = {
        one.claim: (counted(value), against(value), period(value))
        for outcome in KNOWLEDGE.shares
        for one in outcome.options.values()
        if one.claim is not None and one.group is not None
        for value in (KNOWLEDGE.claims[one.claim].value,)
    }
    assert drawn == {
        "meso-dutasteride-moftah-women": (Share(54, 86), Share(7, 40), ("weeks", 18)),
        COHORT: (Share(33, 86), None, ("months", 12)),
        RELAPSE: (Share(4, 20), None, ("months", 12)),
        "fin-ae-sexual": (Share(17, 945), Share(12, 934), ("months", 12)),
    }


@pytest.mark.parametrize(("percent", "people"), [("38.5", 86), ("45.0", 11), ("101", 50)])
def test_a_share_that_no_whole_number_of_people_gives_is_not_counted(percent: str, people: int) -> None:
    assert counted(Amount(unit="percent", typical=Decimal(percent), details={"n": Decimal(people)})) is None


@pytest.mark.parametrize("lang", LANGS)
def test_each_picture_says_both_frames_and_names_its_claim(lang: Lang) -> None:
    said = page(lang=lang)
    t = Words(KNOWLEDGE, lang)
    for key, yes, no in (("looked_better", 63, 37), ("looked_better", 18, 82), ("less_desire", 2, 98)):
        assert f"<p>{markup.escape(t.said(f'said.icons.{key}', yes=yes, no=no), quote=True)}</p>" in said
    assert said.count('class="icons-picture"') == 6
    assert 'alt=""' not in "".join(re.findall(r'<img class="icons-picture"[^>]*>', said))


@pytest.mark.parametrize("lang", LANGS)
def test_who_was_counted_stands_before_any_number_and_in_the_words_of_the_picture(lang: Lang) -> None:
    t = Words(KNOWLEDGE, lang)
    cards = [markup.unescape(card) for card in re.findall(r"<li class='icons-card'.*?</li>", page(lang=lang))]
    for group, drawn in (("women_pattern", 2), ("men_label", 2), ("everyday", 1), ("small_trial", 1)):
        who = t(f"icons.group.{group}")
        heads = [card.partition('<img class="icons-picture"') for card in cards if who in card]
        assert len(heads) == drawn
        for before, _, picture in heads:
            assert f"<p class='icons-who'>{who}</p>" in before
            assert picture.startswith(f' alt="{who}')


def test_both_arms_of_a_study_stand_in_one_row_over_the_same_people_and_period() -> None:
    for outcome, option in (("looked_better", "mesotherapy"), ("less_desire", "finasteride_oral")):
        (row,) = [one for one in KNOWLEDGE.shares if one.id == outcome]
        studied, other = row.options[option], row.options["no_treatment"]  # type: ignore[index]
        assert (studied.claim, studied.group, studied.compared) == (other.claim, other.group, not other.compared)
        assert studied.had != other.had
    assert "icons-warning" not in page()


def test_a_warning_goes_with_the_option_that_it_is_about() -> None:
    unlike = with_shares(
        mesotherapy=Counted(claim=COHORT, group="icons.group.everyday", had="icons.had.three_prp"),
        microneedling=Counted(claim=RELAPSE, group="icons.group.small_trial", had="icons.had.three_prp"),
    )
    assert "<div data-option='mesotherapy'><p class='icons-warning' role='note' data-option='microneedling'>" in page(
        unlike
    )


def test_what_has_no_number_is_an_empty_frame_in_words_and_never_a_picture_of_nobody() -> None:
    said = page(with_shares())
    assert said.count("icons-empty") == len(ALL_OPTIONS)
    assert "icons-picture" not in said


def test_two_options_counted_over_different_groups_stand_beside_each_other_with_a_warning() -> None:
    unlike = with_shares(
        mesotherapy=Counted(claim=COHORT, group="icons.group.everyday", had="icons.had.three_prp"),
        prp=Counted(claim=RELAPSE, group="icons.group.small_trial", had="icons.had.three_prp"),
    )
    assert "icons-warning" in page(unlike)


def test_two_options_counted_over_different_periods_stand_beside_each_other_with_a_warning() -> None:
    unlike = with_shares(
        mesotherapy=Counted(
            claim="meso-dutasteride-moftah-women", group="icons.group.women_pattern", had="icons.had.three_prp"
        ),
        prp=Counted(claim=RELAPSE, group="icons.group.women_pattern", had="icons.had.three_prp"),
    )
    assert "icons-warning" in page(unlike)


def test_like_groups_and_periods_need_no_warning() -> None:
    alike = with_shares(
        mesotherapy=Counted(claim=COHORT, group="icons.group.small_trial", had="icons.had.three_prp"),
        prp=Counted(claim=RELAPSE, group="icons.group.small_trial", had="icons.had.three_prp"),
    )
    assert "icons-warning" not in page(alike)
    assert page(alike).count('class="icons-picture"') == 2


def test_a_share_of_some_people_is_never_said_to_be_none() -> None:
    few = KNOWLEDGE.claims[COHORT]
    assert few.value is not None
    rare = with_shares(mesotherapy=Counted(claim="rare", group="icons.group.small_trial", had="icons.had.three_prp"))
    amount = Amount(unit="percent", details={"count": Decimal(2), "n": Decimal(900), "months": Decimal(12)})
    claims = [*KNOWLEDGE.claims.values(), dataclasses.replace(few, id="rare", value=amount)]
    said = page(
        KnowledgeBase(
            rare.digest,
            dict(rare._parts)
            | {"claims": lambda: claims, "certainties": lambda: {one.id: one.certainty for one in claims}},
        )
    )
    assert "fewer than 1 of 100 were markedly better, more than 99 were not." in said


def test_each_row_of_the_table_has_the_people_the_count_and_the_period_of_its_own_group() -> None:
    t = Words(KNOWLEDGE, "en")
    rows = re.findall(r"<tr role='row' data-option='(\w+)' data-needs='[\w ]+'>(.*?)</tr>", page())
    cells = [(option, re.findall(r"</span>([^<]*)</td>", markup.unescape(row))) for option, row in rows]
    women, men = t("icons.group.women_pattern"), t("icons.group.men_label")
    assert [(option, *said[3:]) for option, said in cells if said[4] in (women, men)] == [
        ("mesotherapy", "54 of 86", women, t("icons.had.dutasteride_mix"), "18 weeks"),
        ("no_treatment", "7 of 40", women, t("icons.had.salt_water"), "18 weeks"),
        ("no_treatment", "12 of 934", men, t("icons.had.dummy_pill"), "12 months"),
        ("finasteride_oral", "17 of 945", men, t("icons.had.finasteride"), "12 months"),
    ]


def test_a_comparison_group_goes_where_the_option_whose_study_it_is_is_not_shown() -> None:
    """False: "less sex drive" of a study of finasteride stands under "no treatment" while finasteride is not shown."""
    drawn = page()
    assert "data-outcome='less_desire' data-needs='finasteride_oral'" in drawn
    rows = re.findall(r"<tr role='row' data-option='no_treatment' data-needs='([\w ]+)'>", drawn)
    assert rows == ["mesotherapy", "finasteride_oral"]
