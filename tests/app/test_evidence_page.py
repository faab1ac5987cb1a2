"""The Evidence page: each part in each language, filters, pages, one statement by its address."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from mesodash.domain import evidence
from mesodash.domain.evidence import PAGE, Filters
from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import LANGS, Claim, Lang
from mesodash.ui.views.evidence import PARTS, Part
from tests.app.app import go, open_page, shown

# The quick run opens every page in test_pages.py; what a page does in detail is left to the whole run.
pytestmark = pytest.mark.slow

KNOWLEDGE = load()
CLAIMS = KNOWLEDGE.claims
DISPUTED = "s1-duration-12-18-months"
UNUSABLE = next(claim for claim in CLAIMS.values() if not claim.usable)


def words(lang: Lang = "en") -> Words:
    return Words(KNOWLEDGE, lang)


def opened(lang: Lang = "en", **settings: Any) -> AppTest:
    """Return the page after these settings were made."""
    return open_page("evidence", lang, **{f"evidence__{name}": value for name, value in settings.items()})


def markup(at: AppTest) -> str:
    return unescape(shown(at))


def listed(at: AppTest) -> list[str]:
    """Return the statements that are drawn as entries of the list."""
    return re.findall(r"<li class='ev-entry[^']*' data-claim='([^']+)'", shown(at))


def said(at: AppTest, first: int, last: int, total: int, lang: Lang = "en") -> bool:
    return words(lang)("evidence.shown", first=first, last=last, total=total) in markup(at)


def asked(claim: str, lang: Lang = "en") -> AppTest:
    """Return the page as it is reached by an address with a claim in it."""
    at = opened(lang)
    at.query_params["claim"] = claim
    return at.run()


# Parts


def test_the_parts_are_five() -> None:
    assert PARTS == get_args(Part) == ("statements", "conflicts", "picture", "beside", "unusable")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("part", PARTS)
def test_each_part_opens_in_each_language_alone(part: Part, lang: Lang) -> None:
    at = opened(lang, part=part)
    t = words(lang)
    assert not at.exception
    assert not at.error
    assert t("evidence.title") in markup(at)
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", markup(at))
    assert headings == [t("evidence.picture.title" if part == "picture" else f"evidence.part.{part}")]
    assert bool(at.get("plotly_chart")) is (part == "picture")


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_how_much_there_is(lang: Lang) -> None:
    t, counts = words(lang), evidence.counts(KNOWLEDGE)
    lead = t(
        "evidence.lead", statements=counts.statements, sourced=counts.sourced, sources=counts.sources, own=counts.own
    )
    rest = t("evidence.lead.rest", conflicts=counts.conflicts, unusable=counts.unusable)
    assert f"{lead} {rest}" in markup(opened(lang))


# The list of statements


def test_a_page_of_the_list_is_drawn_and_never_everything() -> None:
    at = opened()
    assert len(listed(at)) == PAGE
    assert said(at, 1, PAGE, len(CLAIMS))


def test_next_and_back_turn_the_pages_and_nothing_is_left_out() -> None:
    at = opened(voices=["price"])
    expected = evidence.matching(KNOWLEDGE, Filters(voices=("price",)), {})
    seen = listed(at)
    assert at.button(key="evidence.statements.back").disabled
    while not at.button(key="evidence.statements.next").disabled:
        at.button(key="evidence.statements.next").click().run()
        seen += listed(at)
    assert tuple(seen) == expected
    at.button(key="evidence.statements.back").click().run()
    assert listed(at) == seen[-PAGE - len(seen) % PAGE : len(seen) - len(seen) % PAGE]


def test_a_filter_begins_at_the_first_page_again() -> None:
    at = opened()
    at.button(key="evidence.statements.next").click().run()
    assert said(at, PAGE + 1, 2 * PAGE, len(CLAIMS))
    at.button_group(key="evidence.options").set_value(["prp"]).run()
    assert said(at, 1, PAGE, len(evidence.matching(KNOWLEDGE, Filters(options=("prp",)), {})))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("setting", "value", "filters"),
    [
        ("options", ["general"], Filters(options=("general",))),
        ("themes", ["pain", "cost"], Filters(themes=("pain", "cost"))),
        ("certainties", ["very_low"], Filters(certainties=("very_low",))),
        ("voices", ["authority"], Filters(voices=("authority",))),
        ("source", "founding-text-5", Filters(source="founding-text-5")),
        ("in_conflict", True, Filters(in_conflict=True)),
        ("only_unusable", True, Filters(unusable=True)),
    ],
)
def test_each_filter_shows_what_fits_it(setting: str, value: Any, filters: Filters, lang: Lang) -> None:
    at = opened(lang, **{setting: value})
    expected = evidence.matching(KNOWLEDGE, filters, {})
    assert 0 < len(expected) < len(CLAIMS)
    assert tuple(listed(at)) == expected[:PAGE]
    assert said(at, 1, min(PAGE, len(expected)), len(expected), lang)


def _texts(claim: Claim, lang: Lang) -> str:
    sources = [KNOWLEDGE.sources[one.source] for one in claim.citations]
    parts = [claim.id, claim.statement[lang], *([claim.plain[lang]] if claim.plain else [])]
    parts += [part for one in sources for part in (one.authors, one.title, one.site) if part]
    return evidence.plainly(" ".join(parts))


@pytest.mark.parametrize(
    ("lang", "typed"),
    [
        ("en", "kaufman finasteride"),
        ("de", CLAIMS[DISPUTED].statement["de"].upper()),
        ("fr", evidence.plainly(CLAIMS[DISPUTED].statement["fr"])),
        ("en", "s4-cause"),
    ],
    ids=["authors and title", "a German statement in capitals", "a French statement without accents", "part of an id"],
)
def test_a_search_finds_the_statements_whose_texts_and_sources_hold_all_words(lang: Lang, typed: str) -> None:
    at = opened(lang)
    at.text_input(key="evidence.words").set_value(typed).run()
    holding = {one for one in CLAIMS if all(word in _texts(CLAIMS[one], lang) for word in evidence.words(typed))}
    assert 0 < len(holding) <= PAGE
    assert set(listed(at)) == holding


def test_what_is_searched_for_reaches_neither_the_page_nor_the_address() -> None:
    at = opened()
    typed = "<img src=x onerror=alert(1)> zzsecret"
    at.text_input(key="evidence.words").set_value(typed).run()
    assert not at.exception
    assert words()("evidence.none") in markup(at)
    assert "zzsecret" not in shown(at)
    assert "onerror" not in shown(at)
    assert "zzsecret" not in str(dict(at.query_params))


def test_clearing_the_filters_shows_everything_again() -> None:
    at = opened(
        options=["prp"],
        themes=["harms"],
        certainties=["high"],
        voices=["study"],
        source="kaufman-1998",
        in_conflict=True,
        only_unusable=True,
        words="xyzzy",
    )
    assert not listed(at)
    assert not at.button(key="evidence.clear").disabled
    at.button(key="evidence.clear").click().run()
    assert said(at, 1, PAGE, len(CLAIMS))
    assert at.button(key="evidence.clear").disabled
    assert at.text_input(key="evidence.words").value == ""
    assert at.selectbox(key="evidence.source.en").value is None


def test_a_filter_behind_the_fold_is_named_outside_of_it() -> None:
    t = words("de")
    at = opened("de", themes=["pain"], voices=["study"])
    active = t("pair", name=t("evidence.themes"), value=t("theme.pain"))
    assert active in markup(at)
    assert t("evidence.voice.study") in markup(at)


def test_the_chosen_source_is_kept_through_a_change_of_language() -> None:
    at = opened()
    at.selectbox(key="evidence.source.en").set_value("founding-text-2").run()
    before = listed(at)
    at.button_group(key="lang").set_value("fr").run()
    assert at.selectbox(key="evidence.source.fr").value == "founding-text-2"
    assert listed(at) == before


def test_filters_are_kept_when_the_page_is_left() -> None:
    at = opened()
    at.button_group(key="evidence.options").set_value(["transplant"]).run()
    at.text_input(key="evidence.words").set_value("graft").run()
    before = listed(at)
    go(at, "about")
    go(at, "evidence")
    assert listed(at) == before
    assert at.text_input(key="evidence.words").value == "graft"


@pytest.mark.parametrize("part", ["statements", "beside", "unusable"])
def test_every_entry_has_its_source_one_tap_away(part: Part) -> None:
    text = shown(opened(part=part))
    drawn = set(re.findall(r"data-claim=['\"]([^'\"]+)['\"]", text))
    assert drawn <= set(CLAIMS)
    assert text.count("<div class='statement'") == text.count("<details class='sources'")
    assert text.count("<div class='statement'") >= 10


# One statement by its address


@pytest.mark.parametrize("lang", LANGS)
def test_a_statement_in_the_address_is_shown_opened_with_its_conflicts(lang: Lang) -> None:
    at = asked(DISPUTED, lang)
    t, text = words(lang), markup(at)
    assert t("evidence.asked") in text
    assert f"<div class='ev-asked' data-claim='{DISPUTED}'" in text
    assert "<ul class='card'>" in text.split("<details")[0]
    assert CLAIMS[DISPUTED].statement[lang] in text
    for conflict in KNOWLEDGE.conflicts_of[DISPUTED]:
        assert f"data-conflict='{conflict.id}'" in text
    assert not listed(at)


def test_all_statements_come_back_with_one_tap_and_stay() -> None:
    at = asked(DISPUTED)
    at.button(key="evidence.asked.all").click().run()
    assert len(listed(at)) == PAGE
    at.button_group(key="lang").set_value("de").run()
    assert len(listed(at)) == PAGE


def test_an_unusable_statement_in_the_address_says_why() -> None:
    at = asked(UNUSABLE.id)
    assert UNUSABLE.unusable_because
    assert UNUSABLE.unusable_because["en"] in markup(at).split("<ul class='card'>")[0]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("address", ["no-such-claim", "<script>alert(1)</script>", ""])
def test_an_unknown_id_in_the_address_is_answered_in_words_with_all_statements_below(address: str, lang: Lang) -> None:
    at = asked(address, lang)
    assert not at.exception
    assert words(lang)("evidence.asked.unknown") in markup(at)
    assert len(listed(at)) == PAGE
    assert "<script>alert" not in shown(at)


def test_the_words_about_an_unknown_id_do_not_follow_the_reader_around() -> None:
    at = asked("no-such-claim")
    go(at, "about")
    go(at, "evidence")
    assert words()("evidence.asked.unknown") not in markup(at)


# The other parts


def test_each_disagreement_is_told_whole() -> None:
    at = opened("fr", part="conflicts")
    t = words("fr")
    (first, *_) = evidence.conflicts_about(KNOWLEDGE)
    text = markup(at)
    assert first.title["fr"] in text
    for side in first.sides:
        assert side.says["fr"] in text
    assert first.means["fr"] in text
    assert first.done["fr"] in text
    assert t("conflict.means") in text
    assert 0 < text.count("data-conflict=") <= PAGE


def test_the_disagreements_of_all_pages_are_all_there_are() -> None:
    at = opened(part="conflicts")
    seen = re.findall(r"data-conflict='([^']+)'", shown(at))
    while not at.button(key="evidence.conflicts.next").disabled:
        at.button(key="evidence.conflicts.next").click().run()
        seen += re.findall(r"data-conflict='([^']+)'", shown(at))
    assert seen == [one.id for one in evidence.conflicts_about(KNOWLEDGE)]


def test_disagreements_can_be_narrowed_to_topics() -> None:
    at = opened(part="conflicts")
    at.button_group(key="evidence.conflicts.themes").set_value(["pain"]).run()
    expected = [one.id for one in evidence.conflicts_about(KNOWLEDGE, ["pain"])]
    assert re.findall(r"data-conflict='([^']+)'", shown(at)) == expected


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_has_its_numbers_in_a_table_and_a_text_alternative(lang: Lang) -> None:
    at = opened(lang, part="picture")
    t, text = words(lang), markup(at)
    (chart,) = at.get("plotly_chart")
    assert t("evidence.picture.title") in chart.proto.alt
    for (theme, _), cell in evidence.picture(KNOWLEDGE).items():
        row = text.split(f"role='rowheader'>{t('theme.' + theme)}</th>")[1].split("</tr>")[0]
        count = str(cell.statements)
        shown_as = t("evidence.picture.cell", count=count, disputed=str(cell.disputed)) if cell.disputed else count
        assert f">{shown_as}</td>" in row


def test_the_picture_can_be_narrowed_to_one_option() -> None:
    at = opened(part="picture")
    whole = shown(at)
    at.button_group(key="evidence.picture.option").set_value("no_treatment").run()
    assert not at.exception
    assert shown(at) != whole
    assert words()("theme.cost") in markup(at)


def test_a_clinic_text_stands_on_its_own_side_and_is_called_what_it_is() -> None:
    at = opened(part="beside")
    t = words()
    for pair in shown(at).split("<li class='ev-pair'")[1:]:
        left, right = pair.split("<div class='ev-side'>")
        assert t("kind.clinic_statement") in left
        assert t("kind.clinic_statement") not in unescape(right)
        assert "ev-kind-study" not in left


def test_side_by_side_says_how_the_others_relate_to_the_clinic_text() -> None:
    at = opened(part="beside")
    one = evidence.beside(KNOWLEDGE)[0]
    pair = markup(at).split("<li class='ev-pair'")[1]
    for relation, ids in (("agrees", one.agrees), ("limits", one.limits), ("opposes", one.opposes)):
        assert (words()(f"evidence.beside.{relation}") in pair) is bool(ids)
        assert all(f"data-claim='{other}'" in pair for other in ids)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_not_usable_is_shown_with_the_reason(lang: Lang) -> None:
    at = opened(lang, part="unusable")
    text = markup(at)
    assert words(lang)("evidence.unusable.lead") in text
    seen = listed(at)
    assert set(seen) <= set(evidence.unusable(KNOWLEDGE))
    assert len(seen) == min(PAGE, len(evidence.unusable(KNOWLEDGE)))
    for one in seen:
        assert (CLAIMS[one].unusable_because or {})[lang] in text


def test_plain_words_are_used_where_they_are_wanted() -> None:
    plain = next(claim for claim in CLAIMS.values() if claim.plain and claim.plain["en"] != claim.statement["en"])
    assert plain.plain
    at = opened(words=plain.id)
    assert f"<p>{plain.statement['en']}</p>" in markup(at)
    at.toggle(key="plain").set_value(True).run()
    assert f"<p>{plain.plain['en']}</p>" in markup(at)
