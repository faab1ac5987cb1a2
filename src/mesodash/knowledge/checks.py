"""What the files of `data/` promise each other; each broken promise is one line naming file, entry and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from mesodash.knowledge import shares, upkeep
from mesodash.knowledge.months import in_months
from mesodash.knowledge.reader import Raw
from mesodash.knowledge.records import (
    ALL_OPTIONS,
    DAYS_OFF,
    EFFECT_PARTS,
    LANGS,
    OPTIONS,
    Amount,
    Claim,
    Condition,
    Criterion,
    EffectPart,
    EffectSpan,
    OptionId,
    OutcomeShare,
    Performance,
    Protocol,
    Question,
)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

MOST_ON_A_SCREEN = 6
"""So many questions fit an upright tablet without scrolling."""


def _condition_problems(condition: Condition, questions: dict[str, Question], raw: Raw) -> Iterator[str]:
    for part in condition.walk():
        if part.op == "not" and part.of[0].op != "surely":
            gated = [name for name in part.questions() if name in questions and questions[name].asked_when]
            if gated:
                yield f"'not' over {gated[0]}, which is not always asked; say it without 'not', or wrap it in 'surely'"
        if part.question is None:
            continue
        question = questions.get(part.question)
        if question is None and (part.question in raw.unreadable or "question" in raw.lost):
            continue
        if question is None:
            yield f"question '{part.question}' is not listed in questions.yaml; correct it"
            continue
        fits = {
            "eq": ("one", "yes_no", "integer"),
            "one_of": ("one", "yes_no"),
            "has": ("multi",),
            "empty": ("multi",),
        }.get(part.op, ("integer",))
        if question.type not in fits:
            yield f"{part.op} does not fit question '{question.id}' of type {question.type}"
        else:
            given = (part.value, *part.values)
            yield from _no_answer(question, [value for value in given if value is not None])


def _no_answer(question: Question, given: Iterable[int | str]) -> Iterator[str]:
    """Yield one line for each value that nobody can give as an answer, or as an item of one."""
    for value in given:
        if question.type == "integer":
            low, high = question.minimum or 0, question.maximum or 0
            fits, allowed = isinstance(value, int) and low <= value <= high, f"{low} to {high}"
        else:
            fits, allowed = value in question.values, ", ".join(question.values)
        if not fits:
            yield f"'{value}' is no answer to question '{question.id}'; allowed: {allowed}"


def problems(raw: Raw) -> list[str]:
    """Return one line for each promise that is broken between the files."""
    found: list[str] = []
    claims = {claim.id: claim for claim in raw.claims}
    questions = {question.id: question for question in raw.questions}
    keys = set(raw.texts.get("en", {}))
    faulty: set[str] = set()
    """Rules and questions with a fault: what they become is not known yet, so no entry of the log is asked for."""

    def say(kind: str, name: str, field: str, text: str) -> None:
        if kind in ("rule", "question"):
            faulty.add(name)
        found.append(f"{raw.files.get(f'{kind} {name}', kind)}: {name}.{field}: {text}")

    def known(kind: str, name: str, field: str, ids: Iterable[str], holder: Iterable[str], where: str) -> None:
        if ("source" if where == "sources.yaml" else "claim") in raw.lost:
            return
        for missing in [one for one in ids if one not in holder and one not in raw.unreadable]:
            say(kind, name, field, f"'{missing}' is not listed in {where}; add it or correct the id")

    def text(kind: str, name: str, field: str, key: str | None) -> None:
        if key is not None and key not in keys | raw.unreadable and "text" not in raw.lost:
            say(kind, name, field, f"text '{key}' is not in i18n; add it in every language")

    def usable(kind: str, name: str, field: str, ids: Iterable[str]) -> None:
        known(kind, name, field, ids, claims, "claims/")
        for unusable in [one for one in ids if one in claims and not claims[one].usable]:
            say(kind, name, field, f"'{unusable}' is not usable and feeds nothing; take it out")

    def ordered(kind: str, name: str, field: str, low: Decimal | int | None, high: Decimal | int | None) -> None:
        if low is not None and high is not None and low > high:
            say(kind, name, field, f"the low end ({low}) is above the high end ({high}); swap them")

    def condition(kind: str, name: str, field: str, tree: Condition | None) -> None:
        if tree is not None:
            for line in _condition_problems(tree, questions, raw):
                say(kind, name, field, line)

    if raw.content is not None:
        for field in ("date", "review_due"):
            try:
                date.fromisoformat(getattr(raw.content, field))
            except ValueError:
                found.append(f"content.yaml: {field}: not a day; write it as YYYY-MM-DD")
    sources = {source.id for source in raw.sources}
    for claim in raw.claims:
        _claim_problems(claim, claims, sources, known, say)
    for position, question in enumerate(raw.questions):
        condition("question", question.id, "asked_when", question.asked_when)
        if question.asked_when is not None:
            for late in set(question.asked_when.questions()) & {later.id for later in raw.questions[position:]}:
                say("question", question.id, "asked_when", f"'{late}' is not asked before this question; move it up")
        for key in [f"ask.{question.id}", *(f"answer.{question.id}.{value}" for value in question.values)]:
            if question.type != "yes_no" or key.startswith("ask."):
                text("question", question.id, "id", key)
    for screen in raw.screens:
        text("screen", screen.id, "id", f"tablet.screen.{screen.id}")
        for name in screen.questions:
            if name in questions:
                text("screen", screen.id, "questions", f"ask_plain.{name}")
    if not raw.lost & {"screen", "question"}:
        found += _screen_problems(raw, questions)
    for rule in raw.rules:
        condition("rule", rule.id, "when", rule.when)
        usable("rule", rule.id, "sources", rule.sources)
        text("rule", rule.id, "text", rule.text)
        text("rule", rule.id, "until", rule.until)
        if rule.then == "see_doctor_first":
            # What a patient alone reads about it.
            text("rule", rule.id, "text", f"said.flag.{rule.text.removeprefix('reason.')}")
        if (rule.then == "wait") != (rule.until is not None):
            say("rule", rule.id, "until", "a reason that passes with time says until when, the others do not")
    for thought in raw.considerations:
        condition("consideration", thought.id, "when", thought.when)
        usable("consideration", thought.id, "sources", thought.sources)
        text("consideration", thought.id, "text", thought.text)
    for asked in raw.to_ask:
        condition("to ask", asked.id, "when", asked.when)
        text("to ask", asked.id, "id", f"to_ask.{asked.id}")
    for protocol in raw.protocols:
        usable("protocol", protocol.id, "sources", protocol.sources)
        usable("protocol", protocol.id, "if_missed", protocol.if_missed)
        usable("protocol", protocol.id, "also", protocol.also)
        usable("protocol", protocol.id, "booster", protocol.booster)
        for place, milestones in (("milestones", protocol.milestones), ("shown", protocol.shown)):
            for milestone in milestones:
                usable("protocol", protocol.id, f"{place}.{milestone.name}", milestone.sources)
                text("protocol", protocol.id, place, f"milestone.{milestone.name}")
                ordered("protocol", protocol.id, f"{place}.{milestone.name}", milestone.earliest, milestone.latest)
        for undated in protocol.undated:
            usable("protocol", protocol.id, f"undated.{undated.name}", undated.sources)
            text("protocol", protocol.id, "undated", f"milestone.{undated.name}")
        for after in protocol.after:
            usable("protocol", protocol.id, f"after.{after.option}", after.sources)
        for place, line in _milestone_problems(protocol, raw):
            say("protocol", protocol.id, place, line)
        text("protocol", protocol.id, "id", f"protocol.{protocol.id}")
        ordered(
            "protocol",
            protocol.id,
            "maintenance_months",
            protocol.maintenance_months,
            protocol.maintenance_latest_months,
        )
    for entry in raw.aftercare:
        # Less strict sources are named, not followed, so they may be statements that others contradict.
        usable("aftercare", entry.id, "sources", (*entry.sources, *entry.less_strict))
        text("aftercare", entry.id, "id", f"aftercare.{entry.id}")
        text("aftercare", entry.id, "id", f"aftercare_inside.{entry.id}")
        ordered("aftercare", entry.id, "least_days", entry.least_days, entry.most_days)
        if entry.id == "days_off":
            say("aftercare", entry.id, "id", f"these days stand in priorities.yaml ({DAYS_OFF}); take it out here")
    for row in raw.rows:
        text("row", row.id, "id", f"row.{row.id}")
        text("row", row.id, "because", row.because)
        condition("row", row.id, "matters_when", row.matters_when)
        if row.matters_when is None and row.because is not None:
            say("row", row.id, "because", "says why the row matters, so it needs matters_when")
        if row.matters_when is None and row.also:
            say("row", row.id, "also", "is said where the row matters, so it needs matters_when")
        for nth, personal in enumerate(row.also):
            condition("row", row.id, f"also.{nth}.when", personal.when)
            for option, cell in personal.cells.items():
                usable("row", row.id, f"also.{nth}.cells.{option}", cell)
        for option in ALL_OPTIONS:
            if option not in row.cells:
                say("row", row.id, f"cells.{option}", "is missing; an empty list says that no source was found")
            usable("row", row.id, f"cells.{option}", row.cells.get(option, ()))
    for effect in raw.effects:
        for part, ids in effect.sources.items():
            usable("effect", effect.option, f"sources.{part}", ids)
        for part in EFFECT_PARTS:
            ordered("effect", effect.option, part, *effect.ends(part))
        for part, name in (effect.named or {}).items():
            for key in (f"compare.{name}", f"compare.part.{name}"):
                text("effect", effect.option, f"named.{part}", key)
        for part, line in _effect_problems(effect, raw, claims):
            say("effect", effect.option, part, line)
    for option in OPTIONS:
        if "effect" not in raw.lost and f"effect {option}" not in raw.files:
            found.append(f"effects.yaml: {option}: is missing; add it")
    for criterion in raw.criteria:
        _criterion_problems(criterion, raw, claims, usable, text, condition, say)
    for share in raw.shares:
        _share_problems(share, claims, usable, text, say)
    for price in raw.prices:
        place = f"prices.csv: {price.claim}"
        if price.claim not in claims:
            if price.claim not in raw.unreadable and "claim" not in raw.lost:
                found.append(f"{place}.claim: is not listed in claims/; add it or correct the id")
        elif claims[price.claim].kind != "price" or not claims[price.claim].usable:
            found.append(f"{place}.claim: not a published, usable price; take the row out")
        elif price.option not in claims[price.claim].options:
            found.append(f"{place}.option: the claim is not about '{price.option}'; correct one of them")
    for conflict in raw.conflicts:
        text("conflict", conflict.id, "theme", f"theme.{conflict.theme}")
        said_by = [one for side in conflict.sides for one in side.claims]
        known("conflict", conflict.id, "sides", said_by, claims, "claims/")
    if not raw.lost & {"claim", "conflict"}:
        found += _uncovered(raw)
    for number, floor in enumerate(raw.floor, start=1):
        for name, given in floor.answers.items():
            lines = _answer_problems(name, given, questions, raw)
            found += (f"floor.yaml: entry {number}.answers: {line}" for line in lines)
    if not raw.lost & {"change", "question"}:
        found += upkeep.log_problems(raw, faulty)
    if "text" not in raw.lost:
        found += _text_problems(raw)
    return found


def _screen_problems(raw: Raw, questions: Mapping[str, Question]) -> Iterator[str]:
    """Yield one line for each question that a patient at a tablet would not be asked, or not in a way that works."""
    place_of: dict[str, int] = {}
    for place, screen in enumerate(raw.screens):
        if len(screen.questions) > MOST_ON_A_SCREEN:
            yield f"tablet.yaml: {screen.id}: has more than {MOST_ON_A_SCREEN} questions; divide it"
        for name in screen.questions:
            if name in raw.unreadable:
                continue
            if name not in questions:
                yield f"tablet.yaml: {screen.id}: question '{name}' is not listed in questions.yaml; correct it"
            elif questions[name].mode == "together":
                yield f"tablet.yaml: {screen.id}: question '{name}' is not for a patient alone; take it out"
            elif name in place_of:
                yield f"tablet.yaml: {screen.id}: question '{name}' stands on a screen already; keep one"
            else:
                place_of[name] = place
    for name, question in questions.items():
        if question.mode == "together" or name in raw.unreadable:
            continue
        if name not in place_of:
            yield f"tablet.yaml: question '{name}' is on no screen; add it to one"
            continue
        for gate in question.asked_when.questions() if question.asked_when else ():
            if place_of.get(gate, -1) >= place_of[name]:
                yield (
                    f"tablet.yaml: question '{name}' has to stand on a later screen than '{gate}', which decides"
                    " whether it is asked; move it"
                )


def _ends(value: Amount | None) -> set[Decimal]:
    """Return the figures of a claim at which a range may end: never a middle of what it gives."""
    if value is None:
        return set()
    ends = {one for one in (value.low, value.high) if one is not None}
    if not ends and value.typical is not None:
        ends = {value.typical}
    return ends | {months for one in ends if (months := in_months(one, value.unit)) is not None}


_SAME_SPAN: dict[str, EffectPart] = {"fast_result": "visible", "lasting_result": "lasts"}
"""The criteria whose figures say the same as a part of the chart of months."""
_OWN_VIEW = ("judgement", "estimate")


def _effect_problems(effect: EffectSpan, raw: Raw, claims: dict[str, Claim]) -> Iterator[tuple[EffectPart, str]]:
    """Yield one line for each figure that no source gives, or that the comparison at a glance gives otherwise."""
    for part in EFFECT_PARTS:
        ids = effect.sources.get(part, ())
        own = all(one in claims and claims[one].kind in _OWN_VIEW for one in ids)
        if own and any(end is not None for end in effect.ends(part)):
            yield part, "no source gives a figure, only our own view; leave both ends null"
    for criterion in raw.criteria:
        cell = (criterion.options or {}).get(effect.option)
        if criterion.id not in _SAME_SPAN or cell is None:
            continue
        part = _SAME_SPAN[criterion.id]
        for _, reading in cell.readings():
            for here, there in zip(effect.ends(part), (reading.low, reading.high), strict=True):
                if here is not None and there is not None and here != there:
                    yield part, f"says {here} where priorities.yaml says {there} ({criterion.id}); give one figure"


_POINTS: dict[str, EffectPart] = {
    "full_result": "full",
    "full_judged": "full",
    "effect_fades": "lasts",
    "loss_again": "lasts",
}
"""The points of a course whose months are those of a part of the chart of months."""


def _milestone_problems(protocol: Protocol, raw: Raw) -> Iterator[tuple[str, str]]:
    """Yield one line for each point of a course that the chart of months dates otherwise."""
    effect = next((effect for effect in raw.effects if effect.option == protocol.option), None)
    if effect is None:
        return
    for one in (*protocol.milestones, *protocol.shown):
        part = _POINTS.get(one.name)
        if part is None:
            continue
        low, high = effect.ends(part)
        if low != one.earliest or high != one.latest:
            yield one.name, f"gives other months than effects.yaml for {part}; give one pair of figures"
    if any(one.name == "full_effect" for one in protocol.undated) and effect.ends("full")[0] is not None:
        yield "undated.full_effect", "is dated in effects.yaml (full); give the same months under shown"


def _uncountable(options: Mapping[OptionId, Performance]) -> Iterator[tuple[OptionId, str]]:
    """Yield one line for each option whose days to keep free cannot be counted on a calendar."""
    for option, reads in options.items():
        if reads.cases:
            yield option, "depends on answers, but Timeline counts with the same days for everybody; take the cases out"
        if (reads.low is None) != (reads.high is None):
            yield option, "has one end only, but Timeline counts with both; give the other or none"
        if any(end is not None and (end != int(end) or end < 0) for end in (reads.low, reads.high)):
            yield option, "is no whole number of days; Timeline counts whole days"


def _criterion_problems(
    criterion: Criterion,
    raw: Raw,
    claims: dict[str, Claim],
    usable: Callable[..., None],
    text: Callable[..., None],
    condition: Callable[..., None],
    say: Callable[..., None],
) -> None:
    name = criterion.id
    for part in ("", ".means"):
        text("criterion", name, "id", f"priority.{name}{part}")
    if criterion.row != "cost" and "row" not in raw.lost and criterion.row not in {row.id for row in raw.rows}:
        say("criterion", name, "row", f"'{criterion.row}' is no row of comparison.yaml; correct it")
    if criterion.scale is None or criterion.options is None:
        return
    scale = criterion.scale
    for end, it in (("low", scale.low), ("high", scale.high)):
        usable("criterion", name, f"scale.{end}", it.sources)
        text("criterion", name, f"scale.{end}.note", it.note)
        if it.note is None and criterion.unit != "surgery" and not _reads(it.value, it.sources, claims):
            say("criterion", name, f"scale.{end}", f"{it.value} is no end of what its claims give; correct it")
    if name == DAYS_OFF:
        for option, line in _uncountable(criterion.options):
            say("criterion", name, f"options.{option}", line)
    for option in ALL_OPTIONS:
        field = f"options.{option}"
        if option not in criterion.options:
            say("criterion", name, field, "is missing; {} says that no source was found")
            continue
        for number, case in enumerate(criterion.options[option].cases, start=1):
            condition("criterion", name, f"{field}.cases.{number}.when", case.when)
            text("criterion", name, f"{field}.cases.{number}.says", case.says)
        for place, one in criterion.options[option].readings():
            here = f"{field}{place}"
            usable("criterion", name, here, one.claims())
            for part in ("note", "read", "low_counts", "high_counts"):
                key: str | None = getattr(one, part)
                text("criterion", name, f"{here}.{part}", key)
            if one.none:
                text("criterion", name, f"{here}.none", f"priority.none.{name}")
            for value in (one.low, one.high):
                if value is not None and not scale.low.value <= value <= scale.high.value:
                    say("criterion", name, here, f"{value} lies outside the scale; widen the scale or correct it")
            for line in _performance_problems(criterion, one, claims):
                say("criterion", name, here, line)


def _reads(value: Decimal, ids: Iterable[str], claims: dict[str, Claim]) -> bool:
    known = [claims[one] for one in ids if one in claims]
    return not known or any(value in _ends(claim.value) for claim in known)


def _performance_problems(criterion: Criterion, one: Performance, claims: dict[str, Claim]) -> Iterator[str]:
    """Yield one line for each end that is not what its claims give."""
    if criterion.unit == "surgery":
        return
    if one.sampled:
        value = next((claims[claim].value for claim in one.claims() if claim in claims), None)
        people = (value.details or {}).get("n") if value is not None else None
        if value is None or value.typical is None or people is None:
            yield "sampled, but its claim gives no share with the number of people (n); leave sampled out"
        elif (one.low, one.high) != (wanted := shares.interval(value.typical, int(people))):
            yield f"the 95 % interval of its claim is {wanted[0]} to {wanted[1]}; correct the ends"
        return
    for end, value_there, ids in (("low", one.low, one.low_from), ("high", one.high, one.high_from)):
        if value_there is None:
            continue
        if criterion.unit == "certainty":
            if any(claims[claim].topic != "certainty" for claim in ids if claim in claims):
                yield f"{end}: a claim that is not about certainty is no ground for it; name another"
        elif len(ids) == 1 and one.read is None and not _reads(value_there, ids, claims):
            yield f"{end}: {value_there} is no end of what '{ids[0]}' gives; correct it or say in read how it was read"


def _share_problems(
    share: OutcomeShare,
    claims: dict[str, Claim],
    usable: Callable[..., None],
    text: Callable[..., None],
    say: Callable[..., None],
) -> None:
    text("share", share.id, "id", f"icons.outcome.{share.id}")
    text("share", share.id, "id", f"said.icons.{share.id}")
    for option in ALL_OPTIONS:
        field = f"options.{option}"
        if option not in share.options:
            say("share", share.id, field, "is missing; {} says that no number was found")
            continue
        one = share.options[option]
        if one.claim is None:
            continue
        usable("share", share.id, field, (one.claim,))
        text("share", share.id, field, one.group)
        text("share", share.id, field, one.had)
        claim = claims.get(one.claim)
        if claim is None:
            continue
        if one.compared and option != "no_treatment":
            say("share", share.id, field, "the other group of a study shows no option but no_treatment; move it there")
        elif not one.compared and option not in claim.options:
            say("share", share.id, field, f"'{claim.id}' is not about this option; name another")
        elif one.group is None:
            if "period" in one.lacks and shares.period(claim.value) is not None:
                say("share", share.id, field, f"'{claim.id}' has a period; take it out of lacks")
        else:
            for lacking in shares.lacks(claim.value):
                say("share", share.id, field, f"'{claim.id}' gives no {lacking}; say so in lacks, without a group")
            if one.compared and shares.against(claim.value) is None:
                say("share", share.id, field, f"'{claim.id}' does not count the other group; take compared out")


def _uncovered(raw: Raw) -> Iterator[str]:
    """Yield one line for each two claims that disagree without an entry that says what it means."""
    told: set[tuple[str, str]] = set()
    for claim in raw.claims:
        for other in (*claim.conflicts_with, *claim.contradicted_by):
            pair = (min(claim.id, other), max(claim.id, other))
            if pair in told or other in raw.unreadable:
                continue
            told.add(pair)
            if not any(conflict.parts(*pair) for conflict in raw.conflicts):
                yield (
                    f"conflicts.yaml: no entry has '{pair[0]}' and '{pair[1]}' on different sides, although they"
                    " disagree; add one"
                )


def _answer_problems(
    name: str, given: int | str | tuple[str, ...], questions: dict[str, Question], raw: Raw
) -> Iterator[str]:
    question = questions.get(name)
    if question is None:
        if name not in raw.unreadable and "question" not in raw.lost:
            yield f"question '{name}' is not listed in questions.yaml; correct it"
    elif given in ("unknown", "declined"):
        return
    else:
        is_list = isinstance(given, tuple)
        if question.type != "integer" and is_list != (question.type == "multi"):
            yield f"question '{name}' takes {'a list' if question.type == 'multi' else 'one value'}; write it so"
        yield from _no_answer(question, given if isinstance(given, tuple) else [given])


def _claim_problems(
    claim: Claim,
    claims: dict[str, Claim],
    sources: set[str],
    known: Callable[..., None],
    say: Callable[..., None],
) -> None:
    known("claim", claim.id, "citations", [c.source for c in claim.citations], sources, "sources.yaml")
    links = {
        "conflicts_with": claim.conflicts_with,
        "supported_by": claim.supported_by,
        "contradicted_by": claim.contradicted_by,
        "qualified_by": claim.qualified_by,
        "based_on": claim.based_on,
    }
    for field, ids in links.items():
        known("claim", claim.id, field, ids, claims, "claims/")
    for other in claim.conflicts_with:
        if other in claims and claim.id not in claims[other].conflicts_with:
            say("claim", claim.id, "conflicts_with", f"'{other}' does not name it back; add '{claim.id}' there")
    try:
        date.fromisoformat(claim.checked_on)
    except ValueError:
        say("claim", claim.id, "checked_on", "not a day; write it as YYYY-MM-DD")


def _text_problems(raw: Raw) -> Iterator[str]:
    english = raw.texts.get("en", {})
    for lang in LANGS:
        texts = raw.texts.get(lang, {})
        for key in sorted(english.keys() - texts.keys() - raw.unreadable):
            yield f"i18n/{lang}: {key}: is missing; add it"
        for key in sorted(texts.keys() - english.keys() - raw.unreadable):
            yield f"i18n/{lang}: {key}: is not in English; add it there or remove it"
        for key in sorted(english.keys() & texts.keys()):
            wanted, given = (set(_PLACEHOLDER.findall(text)) for text in (english[key], texts[key]))
            if wanted != given:
                yield f"i18n/{lang}: {key}: has placeholders {sorted(given)}, English {sorted(wanted)}; make them alike"
