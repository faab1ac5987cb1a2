"""The five commonest edits, as CONTRIBUTING.md tells them, on a copy of the real data."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mesodash.cli.check_data import check
from mesodash.errors import KnowledgeError
from mesodash.paths import DATA

pytestmark = pytest.mark.slow

TEXTS = '{en: "A trial of the year.", de: "Eine Studie des Jahres.", fr: "Un essai de cette année."}'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} has to stand once in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def version(data: Path) -> object:
    return check(str(data))["content_version"]


def faults(data: Path) -> tuple[str, ...]:
    with pytest.raises(KnowledgeError) as error:
        check(str(data))
    return error.value.problems


def test_a_corrected_claim_holds_and_changes_the_version(data: Path) -> None:
    before = version(data)
    path = data / "claims" / "founding_text_4.yaml"
    entry = re.search(r"- id: s3-session-15-30-min\n.*?(?=\n- id: )", path.read_text(encoding="utf-8"), re.S)
    assert entry is not None
    corrected = entry[0].replace("15", "20")
    corrected = corrected.replace("s3-session-20-30-min", "s3-session-15-30-min")
    replace(path, entry[0], corrected)
    assert version(data) != before


def test_an_added_study_that_disagrees_asks_for_an_entry_and_holds_with_it(data: Path) -> None:
    append(data / "sources.yaml", '\n- {id: new-trial, kind: publication, title: "A new trial", year: 2026}\n')
    append(
        data / "claims" / "mesotherapy.yaml",
        f"""
- id: meso-new-trial
  topic: sessions
  options: [mesotherapy]
  kind: evidence
  certainty: low
  verified: true
  statement: {TEXTS}
  citations: [{{source: new-trial, read_as: abstract}}]
  conflicts_with: [s3-session-15-30-min]
  checked_on: 2026-11-22
""",
    )
    replace(
        data / "claims" / "founding_text_4.yaml",
        "\n- id: s3-session-15-30-min\n",
        "\n- id: s3-session-15-30-min\n  conflicts_with: [meso-new-trial]\n",
    )
    (fault,) = faults(data)
    assert "'meso-new-trial' and 's3-session-15-30-min' on different sides" in fault
    append(
        data / "conflicts.yaml",
        f"""
- id: length-of-a-session
  theme: course
  title: {TEXTS}
  sides:
    - {{says: {TEXTS}, claims: [meso-new-trial]}}
    - {{says: {TEXTS}, claims: [s3-session-15-30-min]}}
  means: {TEXTS}
  handling: shown
  done: {TEXTS}
""",
    )
    check(str(data))


def test_a_changed_rule_asks_for_its_fingerprint_and_holds_with_an_entry(data: Path) -> None:
    replace(
        data / "rules" / "prp.yaml",
        "- id: prp-pregnancy\n  options: [prp]\n",
        "- id: prp-pregnancy\n  options: [prp, microneedling]\n",
    )
    (fault,) = faults(data)
    found = re.search(r'fingerprint: "([0-9a-f]{12})"', fault)
    assert found, fault
    append(
        data / "changes.yaml",
        '- {rule: prp-pregnancy, version: "2026.12", date: "2026-12-01", kind: tightened, then: wait,'
        f' options: [prp, microneedling], fingerprint: "{found[1]}", why: {TEXTS}}}\n',
    )
    check(str(data))


def test_a_rule_that_is_weaker_than_it_must_be_is_refused_even_with_an_entry(data: Path) -> None:
    path = data / "rules" / "prp.yaml"
    entry = re.search(r"- id: prp-pregnancy\n.*?(?=\n- id: )", path.read_text(encoding="utf-8"), re.S)
    assert entry is not None
    weaker = re.sub(r"\n  until: .*", "", entry[0].replace("then: wait", "then: needs_check"))
    replace(path, entry[0], weaker)
    found = re.search(r'fingerprint: "([0-9a-f]{12})"', faults(data)[0])
    assert found
    replace(data / "content.yaml", 'version: "2026.11"', 'version: "2026.12"')
    append(
        data / "changes.yaml",
        '- {rule: prp-pregnancy, version: "2026.12", date: "2026-12-01", kind: loosened, then: needs_check,'
        f' options: [prp], fingerprint: "{found[1]}", why: {TEXTS}}}\n',
    )
    lines = faults(data)
    assert lines
    assert all("floor.yaml" in line and "gives prp no reason as strict as wait" in line for line in lines)


def test_an_added_price_holds(data: Path) -> None:
    append(data / "sources.yaml", '\n- {id: new-list, kind: publication, title: "A price list", year: 2026}\n')
    append(
        data / "claims" / "prices.yaml",
        """
- id: price-new
  topic: price
  options: [prp]
  kind: price
  certainty: not_graded
  verified: true
  value: {unit: EUR per session, low: 200, high: 300}
  statement:
    en: "A PRP session costs €200 to €300."
    de: "Eine PRP-Sitzung kostet 200 bis 300 €."
    fr: "Une séance de PRP coûte de 200 à 300 €."
  citations: [{source: new-list, read_as: clinic}]
  checked_on: 2026-11-22
""",
    )
    append(data / "prices.csv", "price-new,prp,FR,EUR,session,200,300,2026\n")
    check(str(data))


def test_a_mended_translation_holds_and_a_lost_placeholder_is_told(data: Path) -> None:
    path = data / "i18n" / "fr" / "about.yaml"
    replace(path, 'about.title: "', 'about.title: "Tout ')
    check(str(data))
    replace(path, "{limit}", "25")
    (fault,) = faults(data)
    assert fault.startswith("i18n/fr: about.detail.spread: has placeholders")


def test_texts_that_are_too_hard_and_options_told_in_less_detail_are_told(data: Path) -> None:
    hard = (
        "Intradermal administration of pharmaceutical preparations necessitates comprehensive evaluation of patients."
    )
    path = data / "claims" / "founding_text_4.yaml"
    text = path.read_text(encoding="utf-8")
    entry = re.search(r"- id: s3-session-15-30-min\n.*?(?=\n- id: )", text, re.S)
    assert entry is not None
    replace(path, entry[0], re.sub(r'  plain:\n    en: ".*"', f'  plain:\n    en: "{hard} {hard}"', entry[0]))
    rows = data / "comparison.yaml"
    rows.write_text(
        re.sub(r"no_treatment: \[.*\]", "no_treatment: []", rows.read_text(encoding="utf-8")), encoding="utf-8"
    )
    lines = faults(data)
    assert any("s3-session-15-30-min.plain.en: too hard to read" in line for line in lines)
    assert any(line.startswith("comparison.yaml: words.en: the options differ by 100 %") for line in lines)


def test_a_hard_text_of_the_tablet_is_told(data: Path) -> None:
    path = data / "i18n" / "en" / "tablet_questions.yaml"
    hard = "Has a qualified practitioner investigated the underlying aetiology of your progressive alopecia previously?"
    text = re.sub(
        r'(?m)^ask_plain\.diagnosis: ".*"$', f'ask_plain.diagnosis: "{hard}"', path.read_text(encoding="utf-8")
    )
    path.write_text(text, encoding="utf-8")
    (fault,) = faults(data)
    assert fault.startswith("i18n/en: ask_plain.diagnosis: too hard to read alone at a tablet")
