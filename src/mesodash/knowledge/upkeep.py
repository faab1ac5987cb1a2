"""What keeps the knowledge whole beyond its form: the log of the rules, reading levels, equal detail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import date

from mesodash.knowledge import codec, detail, readability
from mesodash.knowledge.reader import Raw
from mesodash.knowledge.records import LANGS, OUTCOMES, Change, Claim, Question, Rule, Texts, asked_by


def fingerprint(rule: Rule, questions: Mapping[str, Question]) -> str:
    """Return what tells a rule from any other wording of it: a hash over all that decides an outcome.

    The questions count too: a rule about an answer that is not asked for any more is switched off.
    """
    asked_names = asked_by(rule.when, questions)
    # Whether an answer can still change decides no outcome.
    asked = [replace(question, fixed=False) for name, question in questions.items() if name in asked_names]
    decides = (list(rule.options), rule.when, rule.then, rule.until, rule.unknown_as, asked)
    return hashlib.sha256(codec.encode(decides).encode()).hexdigest()[:12]


def log_problems(raw: Raw, faulty: Set[str]) -> Iterator[str]:
    """Yield one line for each change of a rule that the log does not have, or has wrongly.

    Args:
        faulty: Rules and questions that have to be mended first.
    """
    rules = {rule.id: rule for rule in raw.rules}
    questions = {question.id: question for question in raw.questions}
    edition = raw.content.version if raw.content else ""
    latest: dict[str, Change] = {}
    for change in raw.changes:
        place = f"changes.yaml: {change.rule}"
        try:
            date.fromisoformat(change.date)
        except ValueError:
            yield f"{place}.date: not a day; write it as YYYY-MM-DD"
        before = latest.get(change.rule)
        if (change.kind == "added") != (before is None or before.kind == "retired"):
            yield f"{place}.kind: '{change.kind}' does not fit; the first entry of a rule is added, later ones are not"
        elif before is not None and _weaker(change, before):
            if change.kind != "loosened" and change.kind != "retired":
                yield f"{place}.kind: '{change.kind}', but it is weaker than before; write loosened"
            if not _newer(change.version, before.version) or _newer(change.version, edition):
                yield f"{place}.version: a loosened rule needs a higher version; raise it here and in content.yaml"
        latest[change.rule] = change
    for name, rule in rules.items():
        if name in faulty or not faulty.isdisjoint(asked_by(rule.when, questions)):
            continue
        if not questions.keys() >= set(rule.when.questions()):
            # Said elsewhere; without the questions there is nothing to compare.
            continue
        last = latest.get(name)
        now = fingerprint(rule, questions)
        if last is None or last.kind == "retired" or last.fingerprint != now:
            what = "is not in" if last is None else "changed since its last entry in"
            yield (
                f"{raw.files.get(f'rule {name}', 'rules')}: {name}: {what} changes.yaml; add an entry there with"
                f' fingerprint: "{now}" and say why'
            )
        elif (last.then, last.options) != (rule.then, rule.options):
            yield f"changes.yaml: {name}: then and options are not those of the rule; correct them"
    if "rule" in raw.lost:
        return
    for name, last in latest.items():
        if name not in rules and name not in raw.unreadable and last.kind != "retired":
            yield f"changes.yaml: {name}: the rule is gone; add an entry of kind retired that says why"


def _newer(version: str, other: str) -> bool:
    """True for 2026.12 beside 2026.11; figures count as numbers."""
    parts = ([int(part) if part.isdecimal() else -1 for part in one.split(".")] for one in (version, other))
    first, second = parts
    return first > second


def _weaker(change: Change, before: Change) -> bool:
    """True if a change alone shows that a rule is weaker; a narrower condition is for its author to call loosened."""
    return (
        change.kind in ("loosened", "retired")
        or OUTCOMES.index(change.then) > OUTCOMES.index(before.then)
        or not set(before.options) <= set(change.options)
    )


def reading_problems(raw: Raw) -> Iterator[str]:
    """Yield one line for each file and each statement that is harder to read than its readers can be asked to."""
    files: dict[tuple[str, str], list[Texts]] = {}
    for claim in raw.claims:
        place = raw.files.get(f"claim {claim.id}", "claims")
        for kind, texts in _measured(claim).items():
            files.setdefault((place, kind), []).append(texts)
            for lang in LANGS:
                if readability.too_hard([texts[lang]], kind, lang):
                    yield f"{place}: {claim.id}.{kind}.{lang}: too hard to read; shorter words and sentences"
    for (place, kind), listed in files.items():
        for lang in LANGS:
            whole = [texts[lang] for texts in listed]
            if len(whole) > 1 and readability.too_hard(whole, kind, lang):
                measured, limit = readability.level(whole, lang), readability.LIMITS[kind][lang]
                yield (
                    f"{place}: {kind}.{lang}: too hard to read as a whole ({measured:.1f}, the limit is {limit});"
                    " shorter words and sentences"
                )


def tablet_problems(raw: Raw) -> Iterator[str]:
    """Yield one line for each text of the tablet, and for each language, that is harder to read than a plain one."""
    for lang in LANGS:
        texts = {key: text for key, text in raw.texts.get(lang, {}).items() if key.startswith(readability.TABLET)}
        for key, text in texts.items():
            if readability.too_hard([text], "plain", lang):
                yield f"i18n/{lang}: {key}: too hard to read alone at a tablet; shorter words and sentences"
        if len(texts) > 1 and readability.too_hard(list(texts.values()), "plain", lang):
            measured, limit = readability.level(texts.values(), lang), readability.LIMITS["plain"][lang]
            yield (
                f"i18n/{lang}: the texts of the tablet are too hard to read as a whole ({measured:.1f}, the limit is"
                f" {limit}); shorter words and sentences"
            )


def _measured(claim: Claim) -> Mapping[str, Texts]:
    # A statement that nothing may use is shown as what it is, with the reason beside it.
    texts = {"statement": claim.statement} if claim.usable else {}
    return texts | ({"plain": claim.plain} if claim.plain else {})


def plain_problems(raw: Raw) -> Iterator[str]:
    """Yield one line for each claim that a patient alone may meet and that has no plain version."""
    shown = {
        *(one for rule in raw.rules for one in rule.sources),
        *(one for thought in raw.considerations for one in thought.sources),
        *(one for entry in raw.aftercare for one in (*entry.sources, *entry.less_strict)),
        *(one for row in raw.rows for one in row.claims()),
        *(one for effect in raw.effects for ids in effect.sources.values() for one in ids),
        *(
            one
            for criterion in raw.criteria
            for cell in (criterion.options or {}).values()
            for _, reads in cell.readings()
            for one in reads.claims()
        ),
        *(one for protocol in raw.protocols for one in protocol.claims()),
    }
    for claim in raw.claims:
        if claim.id in shown and claim.plain is None:
            place = raw.files.get(f"claim {claim.id}", "claims")
            yield f"{place}: {claim.id}.plain: is missing, and a patient alone may meet the claim; add it"


def detail_problems(raw: Raw) -> Iterator[str]:
    """Yield one line for each measure by which one option is told in less detail than another."""
    claims = {claim.id: claim for claim in raw.claims}
    if any(one not in claims for row in raw.rows for cell in row.cells.values() for one in cell):
        return
    for name, found in detail.spreads(detail.measure(raw.rows, claims)).items():
        if found > detail.LIMIT:
            yield (
                f"comparison.yaml: {name}: the options differ by {found} % in detail, the limit is {detail.LIMIT} %;"
                " say more about the one with least, or less about the one with most"
            )


def problems(raw: Raw) -> list[str]:
    """Return what is wrong with the reading level and the balance of the texts; none of it stops the app."""
    return [*plain_problems(raw), *reading_problems(raw), *tablet_problems(raw), *detail_problems(raw)]
