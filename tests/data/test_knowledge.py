"""Laws that the knowledge base as a whole keeps."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from string import Formatter
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from mesodash.i18n import Words
from mesodash.knowledge import load
from mesodash.knowledge.records import ALL_OPTIONS, DAYS_OFF, LANGS, OPTIONS, OUTCOMES, Lang
from mesodash.knowledge.shares import counted
from mesodash.paths import DATA, ROOT

HERE = Path(__file__).parent
KNOWLEDGE = load()
TEXTS = {lang: KNOWLEDGE.texts(lang) for lang in LANGS}
STAGES = {
    f"{family}-{value}"
    for family, question in (("norwood", "norwood_stage"), ("ludwig", "ludwig_stage"))
    for value in KNOWLEDGE.questions[question].values
}


def figures(text: str, lang: Lang) -> set[Decimal]:
    """Return the numbers in a text, read as the language writes them."""
    marks = {"en": (",", "."), "de": (".", ","), "fr": ("[ \u00a0\u202f]", ",")}
    thousands, point = marks[lang]
    text = re.sub(rf"(?<=\d){re.escape(thousands) if len(thousands) == 1 else thousands}(?=\d{{3}}(?!\d))", "", text)
    return {Decimal(found.replace(point, ".")) for found in re.findall(rf"\d+(?:{re.escape(point)}\d+)?", text)}


def cited_claims() -> Iterator[tuple[str, str]]:
    """Yield who feeds on a claim, and the claim."""
    for kind, entries in (("rule", KNOWLEDGE.rules), ("consideration", KNOWLEDGE.considerations)):
        yield from ((f"{kind} {entry.id}", one) for entry in entries for one in entry.sources)
    for protocol in KNOWLEDGE.protocols.values():
        yield from ((f"protocol {protocol.id}", one) for one in protocol.sources)
        parts = (*protocol.milestones, *protocol.shown, *protocol.undated)
        yield from ((f"milestone {part.name}", one) for part in parts for one in part.sources)
        yield from ((f"after {part.option}", one) for part in protocol.after for one in part.sources)
    for rule in KNOWLEDGE.aftercare:
        yield from ((f"aftercare {rule.id}", one) for one in (*rule.sources, *rule.less_strict))
    for row in KNOWLEDGE.rows:
        yield from ((f"row {row.id}", one) for cell in row.cells.values() for one in cell)
    for effect in KNOWLEDGE.effects.values():
        yield from ((f"effect {effect.option}", one) for ids in effect.sources.values() for one in ids)
    for criterion in KNOWLEDGE.criteria.values():
        if criterion.scale is not None and criterion.options is not None:
            ends = (*criterion.scale.low.sources, *criterion.scale.high.sources)
            reads = (one for cell in criterion.options.values() for _, one in cell.readings())
            said = (*ends, *(one for each in reads for one in each.claims()))
            yield from ((f"criterion {criterion.id}", one) for one in said)
    yield from (("price", price.claim) for price in KNOWLEDGE.prices)


def literals_in_code() -> set[str]:
    return {
        node.value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


# --- claims


def test_no_claim_was_lost_on_the_way() -> None:
    prefixes = Counter(name.partition("-")[0] for name in KNOWLEDGE.claims)
    founding = {f"s{number}": prefixes.pop(f"s{number}") for number in range(5)}
    assert founding == {"s0": 29, "s1": 42, "s2": 79, "s3": 48, "s4": 33}
    assert prefixes.pop("rule") == 17
    assert prefixes.pop("living") == 6
    assert prefixes.pop("vat") == 4
    assert {"prp-how-made", "nt-certainty"} <= KNOWLEDGE.claims.keys()
    assert sum(prefixes.values()) == 267 + 3


def test_the_claims_that_everything_rests_on_are_there() -> None:
    by_topic = yaml.safe_load((HERE / "cornerstones.yaml").read_text(encoding="utf-8"))
    assert sorted(one for names in by_topic.values() for one in names if one not in KNOWLEDGE.claims) == []


def test_every_claim_that_the_code_names_is_there_and_usable() -> None:
    families = "|".join(sorted({re.escape(name.partition("-")[0]) for name in KNOWLEDGE.claims}))
    named = {text for text in literals_in_code() if re.fullmatch(rf"(?:{families})(?:-[a-z0-9]+)+", text)}
    assert named, "the pattern above finds no claim any more"
    assert sorted(one for one in named if one not in KNOWLEDGE.claims or not KNOWLEDGE.claims[one].usable) == []


def test_a_founding_text_is_cited_with_its_paragraph() -> None:
    bare = [
        claim.id
        for claim in KNOWLEDGE.claims.values()
        for citation in claim.citations
        if KNOWLEDGE.sources[citation.source].kind == "founding_text" and citation.paragraph is None
    ]
    assert bare == []


def test_a_claim_cites_the_founding_text_that_its_name_says() -> None:
    wrong = [
        claim.id
        for claim in KNOWLEDGE.claims.values()
        if re.match("s[0-4]-", claim.id)
        and [citation.source for citation in claim.citations] != [f"founding-text-{int(claim.id[1]) + 1}"]
    ]
    assert wrong == []


def test_what_rests_on_our_own_judgement_alone_is_marked_so() -> None:
    own = {"judgement", "precaution", "estimate", "synthesis"}
    wrong = [
        claim.id
        for claim in KNOWLEDGE.claims.values()
        if {KNOWLEDGE.sources[citation.source].kind for citation in claim.citations} == {"own_judgement"}
        and (claim.kind not in own or claim.verified)
    ]
    assert wrong == []


def test_what_clinics_are_said_to_advise_is_the_word_of_a_clinic_text_in_each_language() -> None:
    """Compare draws such a sentence by itself, where it would read as a fact, or as our advice."""
    said_by = {"en": "clinic text", "de": "Kliniktext|Text aus einer", "fr": "texte de clinique"}
    praise = re.compile(r"\bbest\b|\bbeste|optimal|meilleur")
    for one in ("prp-caution-anticoagulant", "s1-course-six-to-ten"):
        claim = KNOWLEDGE.claims[one]
        assert claim.plain is not None
        for lang, wanted in said_by.items():
            for words in (claim.statement[lang], claim.plain[lang]):
                assert re.search(wanted, words), words
                assert not praise.search(words), words


def test_a_precaution_says_in_each_language_that_it_is_our_own_view() -> None:
    marks = {"en": r"\bour own\b", "de": r"\bunserer? eigenen?\b", "fr": r"\bnotre (avis|propre)\b"}
    wrong = [
        (claim.id, lang)
        for claim in KNOWLEDGE.claims.values()
        if claim.kind == "precaution"
        for lang in LANGS
        if not re.search(marks[lang], claim.statement[lang], re.IGNORECASE)
    ]
    assert wrong == []


def test_every_source_is_cited() -> None:
    cited = {citation.source for claim in KNOWLEDGE.claims.values() for citation in claim.citations}
    assert cited == KNOWLEDGE.sources.keys()


# --- statements


def test_a_statement_is_said_in_three_languages() -> None:
    alike = [one.id for one in KNOWLEDGE.claims.values() if len({one.statement[lang] for lang in LANGS}) < len(LANGS)]
    assert alike == []


def test_no_statement_and_no_text_has_an_em_dash() -> None:
    said = [(one.id, lang, one.statement[lang]) for one in KNOWLEDGE.claims.values() for lang in LANGS]
    said += [(key, lang, text) for lang in LANGS for key, text in TEXTS[lang].items()]
    assert [(name, lang) for name, lang, text in said if "\N{EM DASH}" in text] == []


def test_every_figure_of_a_claim_stands_in_its_statement() -> None:
    listed = yaml.safe_load((HERE / "figures.yaml").read_text(encoding="utf-8"))
    explained = {(entry["claim"], end) for entry in listed for end in entry["figures"]}
    unsaid = set()
    for claim in KNOWLEDGE.claims.values():
        value = claim.value
        if value is None:
            continue
        for lang in LANGS:
            said = figures(claim.statement[lang], lang)

            def stands(figure: Decimal | None, said: set[Decimal] = said) -> bool:
                # "Lower by 5" says -5; "about 5 of 100" says 4.7.
                return figure is None or any(
                    abs(figure).quantize(Decimal(step), ROUND_HALF_UP) in said for step in ("1", "0.1", "0.01", "0.001")
                )

            unsaid |= {(claim.id, end) for end in ("low", "high") if not stands(getattr(value, end))}
            between = None not in (value.low, value.high) and stands(value.low) and stands(value.high)
            # 246 of 541 are 45 of 100, although 45.5 rounds to 46.
            people = counted(value)
            if not stands(value.typical) and not between and (people is None or people.whole not in said):
                unsaid.add((claim.id, "typical"))
    assert unsaid == explained


def test_a_typical_figure_lies_between_the_ends() -> None:
    outside = [
        claim.id
        for claim in KNOWLEDGE.claims.values()
        if (value := claim.value) is not None
        and value.typical is not None
        and ((value.low or value.typical) > value.typical or value.typical > (value.high or value.typical))
    ]
    assert outside == []


def test_the_three_languages_say_the_same_figures() -> None:
    # "1 session" is "eine Sitzung" elsewhere.
    drifted = [
        claim.id
        for claim in KNOWLEDGE.claims.values()
        if len({frozenset(figures(claim.statement[lang], lang) - {Decimal(1)}) for lang in LANGS}) > 1
    ]
    assert drifted == []


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_said_as_advice_to_one_person(lang: Lang) -> None:
    words = yaml.safe_load((HERE / "advice.yaml").read_text(encoding="utf-8"))[lang]
    advice = re.compile("|".join(rf"\b(?:{one})\b" for one in words), re.IGNORECASE)
    said = {claim.id: claim.statement[lang] for claim in KNOWLEDGE.claims.values()} | TEXTS[lang]
    assert {name: text for name, text in said.items() if advice.search(text)} == {}


# --- what feeds on claims


def test_nothing_feeds_on_an_unusable_claim() -> None:
    assert [(who, one) for who, one in cited_claims() if not KNOWLEDGE.claims[one].usable] == []


def test_the_listed_reasons_are_these() -> None:
    listed = yaml.safe_load((HERE / "listed_reasons.yaml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, set[str]]] = {option: {} for option in OPTIONS}
    for rule in KNOWLEDGE.rules:
        for option in rule.options:
            found[option].setdefault(rule.then, set()).add(rule.id)
    assert found == {
        option: {outcome: set(rules) for outcome, rules in by_outcome.items()} for option, by_outcome in listed.items()
    }


def test_no_reason_is_listed_against_an_option_that_is_only_context() -> None:
    assert {option for rule in KNOWLEDGE.rules for option in rule.options} == set(OPTIONS)


def test_judgement_and_unverified_figures_alone_never_exclude() -> None:
    """Where no source carries a listed exclusion or a wait, it is one of our precautions, and nothing weaker."""
    weak = [
        rule.id
        for rule in KNOWLEDGE.rules
        if rule.then in ("listed_exclusion", "see_doctor_first", "wait")
        and not any(
            claim.kind == "precaution" or (claim.verified and claim.kind != "judgement")
            for claim in (KNOWLEDGE.claims[one] for one in rule.sources)
        )
    ]
    assert weak == []


def test_a_reason_rests_on_claims_about_its_option() -> None:
    """A claim without options speaks of hair loss in general; PRP may borrow what is said of all injections."""
    foreign = [
        (rule.id, option)
        for rule in KNOWLEDGE.rules
        for option in rule.options
        if not any(
            not claim.options or option in claim.options or "mesotherapy" in claim.options
            for claim in (KNOWLEDGE.claims[one] for one in rule.sources)
        )
    ]
    assert foreign == []


@pytest.mark.parametrize("option", ALL_OPTIONS)
def test_the_months_of_an_effect_are_those_of_its_claims(option: Any) -> None:
    effect = KNOWLEDGE.effects[option]
    # What was worked out of two claims stands in priorities.yaml, with the words that say how.
    weighed = {"visible": "fast_result", "lasts": "lasting_result"}
    for part in ("visible", "full", "lasts"):
        cell = (KNOWLEDGE.criteria[weighed[part]].options or {})[option] if part in weighed else None
        worked_out = {one.low for _, one in cell.readings() if one.read} if cell is not None else set()
        values = [KNOWLEDGE.claims[one].value for one in effect.sources.get(part, ())]
        months = {
            figure
            for value in values
            if value is not None and value.unit == "month"
            for figure in (value.low, value.high, value.typical)
        }
        assert {end for end in getattr(effect, part) if end is not None} <= months | worked_out, part


def test_no_two_thoughts_against_an_option_rest_on_the_same_claim() -> None:
    said = [
        (option, claim)
        for thought in KNOWLEDGE.considerations
        if thought.direction == "against"
        for option in thought.options
        for claim in thought.sources
    ]
    assert len(said) == len(set(said))


def test_a_milestone_is_dated_as_its_claims_say() -> None:
    wrong = [
        (protocol.id, part.name)
        for protocol in KNOWLEDGE.protocols.values()
        for part in (*protocol.milestones, *protocol.shown)
        if not {Decimal(part.earliest), Decimal(part.latest)}
        <= set().union(*(figures(KNOWLEDGE.claims[one].statement["en"], "en") for one in part.sources))
    ]
    assert wrong == []


def test_full_effect_and_fading_are_dated_or_said_to_be_undated_for_each_protocol() -> None:
    for protocol in KNOWLEDGE.protocols.values():
        dated = {part.name for part in (*protocol.milestones, *protocol.shown)}
        undated = {part.name for part in protocol.undated}
        assert bool({"full_result", "full_judged"} & dated) != ("full_effect" in undated), protocol.id
        fading = {"fading", "fading_without_maintenance"} & undated
        assert bool({"effect_fades", "loss_again"} & dated) != bool(fading), protocol.id
        assert not fading or ("fading_without_maintenance" in fading) == protocol.takes_maintenance, protocol.id
        for part in (*protocol.shown, *protocol.undated):
            assert all(protocol.option in KNOWLEDGE.claims[one].options for one in part.sources), protocol.id


@pytest.mark.parametrize(("lang", "upkeep"), [("en", "maintenance"), ("de", "Erhaltung"), ("fr", "entretien")])
def test_fading_is_named_as_what_happens_without_maintenance_but_after_an_operation(lang: Lang, upkeep: str) -> None:
    t = Words(KNOWLEDGE, lang)
    names = ("effect_fades", "loss_again", "fading_without_maintenance", "fading")
    assert [upkeep in t(f"milestone.{name}") for name in names] == [True, True, True, False]


def test_aftercare_lasts_as_long_as_a_claim_says() -> None:
    wrong = [
        rule.id
        for rule in KNOWLEDGE.aftercare
        if rule.least_days is not None
        and not any(
            value is not None and (value.low, value.high, value.unit) == (rule.least_days, rule.most_days, "day")
            for value in (KNOWLEDGE.claims[one].value for one in rule.sources)
        )
    ]
    assert wrong == []


def test_the_days_to_keep_free_after_a_session_are_known_for_each_option_that_has_a_plan() -> None:
    """They are those of the comparison at a glance; without them a wedding after an operation raises nothing."""
    figures = KNOWLEDGE.criteria[DAYS_OFF].options or {}
    rules = {rule.option: (rule.least_days, rule.most_days) for rule in KNOWLEDGE.days_off}
    options = {protocol.option for protocol in KNOWLEDGE.protocols.values()}
    assert {one: rules.get(one) for one in options} == {one: (figures[one].low, figures[one].high) for one in options}
    assert "days_off" not in {rule.id for rule in KNOWLEDGE.aftercare}


NAMED = {
    "en": "women|men |pattern hair loss|inherited hair loss|alopecia areata|members of|surgeons|not recorded here",
    "de": "Frauen|Männer|erblich|Alopecia|kreisrund|Mitglieder|Chirurg|nicht festgehalten",
    "fr": "femmes|hommes|androgénétique|héréditaire|pelade|membres|chirurgiens|nous ne savons pas qui",
}


@pytest.mark.parametrize("lang", LANGS)
def test_a_chance_on_compare_names_its_people_or_says_that_they_are_not_recorded(lang: Lang) -> None:
    shown = {one for row in KNOWLEDGE.rows for one in row.claims()}
    shown |= {one.claim for share in KNOWLEDGE.shares for one in share.options.values() if one.claim}
    for criterion in KNOWLEDGE.criteria.values():
        for performance in (criterion.options or {}).values():
            shown |= {one for _, reads in performance.readings() for one in reads.claims()}
    # A mark out of 10 and the size of a study are no chances.
    out_of = r"(?:\d{3}|[2-9]\d)\b"
    chance = {
        "en": rf"\d of {out_of}|per 100",
        "de": rf"(\d|viele) von (je )?{out_of}",
        "fr": rf"\d[^.;:]{{0,30}}\bsur {out_of}",
    }[lang]
    told = {
        (one, level): text[lang]
        for one in shown
        for level, text in (("statement", KNOWLEDGE.claims[one].statement), ("plain", KNOWLEDGE.claims[one].plain))
        if text is not None and re.search(chance, text[lang])
    }
    assert len(told) > 20
    nameless = {place for place, text in told.items() if not re.search(NAMED[lang], text, re.IGNORECASE)}
    assert nameless == set()


def test_the_figures_of_a_price_stand_in_its_statement() -> None:
    wrong = [
        (price.claim, str(figure))
        for price in KNOWLEDGE.prices
        for figure in (price.low, price.high, None if price.year is None else Decimal(price.year))
        if figure is not None and figure not in figures(KNOWLEDGE.claims[price.claim].statement["en"], "en")
    ]
    assert wrong == []


def test_a_price_is_in_the_currency_of_its_claim() -> None:
    wrong = [
        price.claim
        for price in KNOWLEDGE.prices
        if (value := KNOWLEDGE.claims[price.claim].value) is None or not value.unit.startswith(f"{price.currency} per ")
    ]
    assert wrong == []


# --- texts

LABELS = {
    "listed_exclusion": (
        "A source lists a reason against it",
        "Eine Quelle nennt einen Grund dagegen",
        "Une source cite une raison contre",
    ),
    "see_doctor_first": ("See a doctor first", "Zuerst ärztlich abklären", "Voir d'abord un médecin"),
    "wait": ("Not now: wait", "Jetzt nicht: warten", "Pas maintenant : attendre"),
    "cannot_tell_yet": ("Cannot tell yet", "Noch nicht zu sagen", "Impossible à dire pour l'instant"),
    "needs_check": ("Settle first", "Vorher klären", "À vérifier d'abord"),
    "no_listed_exclusion": (
        "No listed reason against it found",
        "Kein genannter Gegengrund gefunden",
        "Aucune raison contre trouvée dans les sources",
    ),
}


def test_the_outcomes_are_named_in_these_words() -> None:
    assert tuple(LABELS) == OUTCOMES
    said = {outcome: tuple(TEXTS[lang][f"outcome.{outcome}"] for lang in ("en", "de", "fr")) for outcome in OUTCOMES}
    assert said == LABELS


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_no_text_was_left_in_english(lang: Lang) -> None:
    left = {
        key: text
        for key, text in TEXTS[lang].items()
        # A command is the same in every language.
        if not key.endswith(".command")
        and text == TEXTS["en"][key]
        and len(re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", text))) > 2
    }
    assert left == {}


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_can_be_filled(lang: Lang) -> None:
    broken = []
    for key, text in TEXTS[lang].items():
        try:
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            names = [""]
        if any(not name.isidentifier() for name in names) or "{{" in text or "}}" in text:
            broken.append(key)
    assert broken == []


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_starts_or_ends_with_a_blank(lang: Lang) -> None:
    assert [key for key, text in TEXTS[lang].items() if text != text.strip()] == []


def test_every_text_that_the_code_asks_for_is_there() -> None:
    asked = {
        node.args[0].value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and (getattr(node.func, "id", None) or getattr(node.func, "attr", None))
        in ("t", "words", "InputError", "refuse")
    }
    assert len(asked) > 50, "the pattern above finds no text any more"
    assert sorted(asked - TEXTS["en"].keys()) == []


def test_every_word_of_the_records_has_a_text() -> None:
    wanted = {f"outcome.{one}" for one in OUTCOMES} | {f"option.{one}" for one in ALL_OPTIONS}
    for claim in KNOWLEDGE.claims.values():
        wanted |= {f"topic.{claim.topic}", f"kind.{claim.kind}", f"certainty.{claim.certainty}"}
        wanted |= {f"read_as.{citation.read_as}" for citation in claim.citations}
        wanted |= {f"quality.{claim.quality}"} if claim.quality else set()
    for question in KNOWLEDGE.questions.values():
        wanted |= {f"ask.{question.id}", f"hint.{question.id}", f"short.{question.id}"}
    for price in KNOWLEDGE.prices:
        wanted |= {f"region.{price.region}", f"per.{price.per}"}
    for thought in KNOWLEDGE.considerations:
        wanted.add(f"direction.{thought.direction}")
    assert sorted(wanted - TEXTS["en"].keys()) == []


# --- drawings


def test_every_stage_has_its_drawing_and_every_drawing_its_stage() -> None:
    assert {path.stem for path in (DATA / "stages").iterdir()} == STAGES


@pytest.mark.parametrize("name", sorted(STAGES))
def test_a_drawing_is_small_and_holds_nothing_but_lines(name: str) -> None:
    path = DATA / "stages" / f"{name}.svg"
    text = path.read_text(encoding="utf-8")
    assert len(text) < 8 * 1024
    space = "{http://www.w3.org/2000/svg}"
    elements = list(ElementTree.fromstring(text).iter())  # noqa: S314 - a file of our own
    assert {element.tag for element in elements} <= {space + tag for tag in ("svg", "g", "path", "circle", "ellipse")}
    # No script, no handler, nothing that is fetched: each of those needs an attribute or a reference.
    drawn = {"viewBox", "d", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"}
    drawn |= {"stroke-linecap", "stroke-linejoin", "cx", "cy", "r", "rx", "ry", "transform"}
    assert {attribute for element in elements for attribute in element.attrib} <= drawn
    assert "url(" not in text
    assert "<!" not in text
    assert text.count("http") == 1


def french(part: object, *, spoken: bool, place: str) -> Iterator[tuple[str, str]]:
    """Yield the French texts of a data file, each with its place."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from french(value, spoken=spoken or name == "fr", place=f"{place} {name}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from french(value, spoken=spoken, place=f"{place} {number}")
    elif isinstance(part, str) and spoken:
        yield place, part


def test_french_punctuation_never_begins_a_line() -> None:
    broken = re.compile("(?<=\\S) (?=[:;?!»])|(?<=«) ")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts: list[tuple[str, str]] = []
    for path in sorted(DATA.rglob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506
        texts += french(content, spoken=path.parent.name == "fr", place=path.name)
    assert len(texts) > 1000
    assert [place for place, words in texts if broken.search(words)] == []
