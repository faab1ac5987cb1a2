"""Each way in which the data can be wrong is told in words: where, what, and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from mesodash.errors import KnowledgeError
from mesodash.knowledge.base import read_all
from mesodash.paths import DATA

HERE = Path(__file__).parent
SMALL = HERE / "small"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "bad.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "data"))


def change(data: Path, edits: list[dict[str, Any]]) -> None:
    for edit in edits:
        path = data / edit["file"]
        if "delete" in edit:
            path.unlink()
        elif "write" in edit:
            path.write_text(edit["write"], encoding="utf-8")
        elif "append_bytes" in edit:
            path.write_bytes(path.read_bytes() + bytes.fromhex(edit["append_bytes"]))
        else:
            text = path.read_text(encoding="utf-8")
            if "find" in edit:
                assert text.count(edit["find"]) == 1, f"{edit['find']!r} has to stand once in {path.name}"
                text = text.replace(edit["find"], edit["replace"])
            path.write_text(text + edit.get("append", ""), encoding="utf-8")


def problems(data: Path) -> tuple[str, ...]:
    with pytest.raises(KnowledgeError) as error:
        read_all(data)
    return error.value.problems


def test_the_small_knowledge_base_holds_together(small: Path) -> None:
    parts = read_all(small)
    assert [rule.id for rule in parts["rules"]] == ["pregnancy", "minor", "diabetes", "open-wounds"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_wrong_is_said_in_one_line_with_its_place_and_its_remedy(small: Path, case: dict[str, Any]) -> None:
    change(small, case["change"])
    found = problems(small)
    assert any(all(word in line for word in case["says"]) for line in found), "\n".join(found)
    assert len(found) == case.get("lines", 1), "\n".join(found)


def test_each_line_stands_on_a_line_of_its_own(small: Path) -> None:
    change(small, [{"file": "rules/reasons.yaml", "find": "question: diabetes", "replace": 'question: "dia\\nbetes"'}])
    assert all("\n" not in line for line in problems(small))


def test_faults_in_several_files_are_told_at_once(small: Path) -> None:
    change(
        small,
        [
            {"file": "claims/clinic.yaml", "find": "usable: false", "replace": "usable: no"},
            {"file": "considerations.yaml", "delete": True},
            {"file": "i18n/fr/reasons.yaml", "find": "{age}", "replace": "18"},
            {"file": "prices.csv", "find": ",EUR,", "replace": ",CHF,"},
            {"file": "protocols.yaml", "find": "default: 14", "replace": "default: 30"},
            {"file": "questions.yaml", "find": "female, male", "replace": "female, male, other"},
            {"file": "rules/reasons.yaml", "find": "text: reason.minor", "replace": "text: reason.child"},
            {"file": "sources.yaml", "find": "2020}", "replace": "2020"},
        ],
    )
    places = [line.split(":")[0] for line in problems(small)]
    assert sorted(places) == [
        "claims/clinic.yaml",
        "considerations.yaml",
        "i18n/fr",
        "prices.csv",
        "protocols.yaml",
        "questions.yaml",
        "rules/reasons.yaml",
        "sources.yaml",
    ]


def test_several_faults_in_one_file_are_told_at_once(small: Path) -> None:
    change(
        small,
        [
            {"file": "claims/others.yaml", "find": "kind: evidence", "replace": "kind: rumour"},
            {"file": "claims/others.yaml", "find": "low: 80", "replace": "low: cheap"},
        ],
    )
    assert [line.split(": ")[1] for line in problems(small)] == ["trial-six-sessions.kind", "price-guess.value.low"]


def test_a_fault_of_form_is_not_followed_by_lines_about_those_who_name_the_entry(small: Path) -> None:
    change(small, [{"file": "claims/clinic.yaml", "find": "options: []", "replace": "options: none"}])
    assert [line.split(":")[0] for line in problems(small)] == ["claims/clinic.yaml"]


@pytest.mark.parametrize("there", [True, False], ids=["empty", "not there"])
def test_a_folder_without_data_is_told_by_every_file_it_lacks(tmp_path: Path, there: bool) -> None:
    data = tmp_path / "data"
    if there:
        data.mkdir()
    found = problems(data)
    assert all("missing; restore it" in line or "no file is there; restore them" in line for line in found)
    assert {line.split(":")[0] for line in found} == {
        "aftercare.yaml",
        "changes.yaml",
        "claims/*.yaml",
        "clinic.yaml",
        "comparison.yaml",
        "conflicts.yaml",
        "considerations.yaml",
        "content.yaml",
        "decision_aid.yaml",
        "effects.yaml",
        "floor.yaml",
        "i18n/de/*.yaml",
        "i18n/en/*.yaml",
        "i18n/fr/*.yaml",
        "prices.csv",
        "priorities.yaml",
        "protocols.yaml",
        "questions.yaml",
        "rules/*.yaml",
        "shares.yaml",
        "sources.yaml",
        "tablet.yaml",
        "to_ask.yaml",
    }


def test_a_folder_in_place_of_a_file_is_told(small: Path) -> None:
    (small / "aftercare.yaml").unlink()
    (small / "aftercare.yaml").mkdir()
    (line,) = problems(small)
    assert line.startswith("aftercare.yaml: cannot be opened")


def test_yes_and_no_stay_words(small: Path) -> None:
    change(small, [{"file": "rules/reasons.yaml", "find": 'value: "yes"', "replace": "value: yes"}])
    assert read_all(small)["rules"][2].when.value == "yes"


def test_a_day_stays_as_it_was_written(small: Path) -> None:
    assert read_all(small)["claims"][0].checked_on == "2026-11-22"


def test_a_fraction_is_read_to_the_last_digit(small: Path) -> None:
    change(small, [{"file": "claims/others.yaml", "find": "low: 5,", "replace": "low: 5.10,"}])
    assert str(next(one for one in read_all(small)["claims"] if one.id == "trial-six-sessions").value.low) == "5.10"


def test_hidden_files_of_editors_are_not_read(small: Path) -> None:
    (small / "rules" / ".reasons.yaml").write_text("- nothing that could be a rule\n", encoding="utf-8")
    (small / "i18n" / "fr" / ".words.yaml").write_bytes(b"\xff")
    assert len(read_all(small)["rules"]) == 4


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(DATA, tmp_path_factory.mktemp("whole") / "data"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    sorted(path.relative_to(DATA).as_posix() for path in (*DATA.glob("*.yaml"), *DATA.glob("rules/*.yaml"))),
)
def test_a_file_of_the_real_data_cannot_lose_what_it_holds_unnoticed(whole: Path, name: str) -> None:
    path = whole / name
    kept = path.read_bytes()
    try:
        path.write_bytes(b"")
        assert any(line.startswith(f"{name}: holds nothing") for line in problems(whole))
    finally:
        path.write_bytes(kept)
