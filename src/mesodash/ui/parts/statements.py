"""Statements with their certainty and source. Whatever is drawn here has a claim behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim, Side, Source
from mesodash.ui.frame import Frame, kept_for_everyone
from mesodash.ui.parts import html

_BRACKETS = re.compile(r"(?: \d+)?\(.*|\s+\(.*")
"""What a name says in brackets and after them, with the volume of a journal before them."""

_NUMBERED = re.compile(r" (?=\d+$)")


def founding_name(t: Words, source: str) -> str:
    """Return the name of a founding text by the id of its source."""
    return t(f"founding_text.{source.rpartition('-')[2]}")


def own_name(t: Words, source: Source) -> str | None:
    """Return the name that we give to a founding text or to our own judgement; None for a publication."""
    if source.kind == "own_judgement":
        return t("source_kind.own_judgement")
    return founding_name(t, source.id) if source.kind == "founding_text" else None


def certainty_words(t: Words, claim: Claim) -> str:
    """Return the fixed words for how sure a statement is; our own judgement and unchecked figures say so."""
    if claim.kind in ("precaution", "judgement", "estimate"):
        own = "precaution" if claim.kind == "precaution" else "judgement"
        words = t(f"certainty.{own}")
        if claim.certainty == "not_graded":
            return words
        return t("certainty.rated_by", certainty=t(f"certainty.{claim.certainty}"), whose=words)
    if claim.certainty == "not_graded" and claim.kind in ("price", "consumer_estimate"):
        return t(f"certainty.{claim.kind}")
    words = t(f"certainty.{claim.certainty}")
    return words if claim.verified else f"{words}, {t('mark.unverified')}"


def source_words(knowledge: KnowledgeBase, t: Words, claim: Claim) -> list[str]:
    """Return one line per citation: who says it, where, and how it was read."""
    lines = []
    for citation in claim.citations:
        source = knowledge.sources[citation.source]
        own = own_name(t, source)
        if own is not None:
            place = t("locator.paragraph", number=citation.paragraph) if citation.paragraph else ""
            lines.append(", ".join(part for part in (own, place) if part))
            continue
        year = str(source.year) if source.year else t("source.no_year")
        parts = [part for part in (source.authors, source.title, source.site, year) if part]
        if source.doi:
            parts.append(f"doi {source.doi}")
        elif source.pmid:
            parts.append(f"PMID {source.pmid}")
        lines.append(", ".join(parts) + f" ({t('read_as.' + citation.read_as)})")
    return lines


def said(now: Frame, claim: Claim) -> str:
    """Return what a claim says at the reader's level."""
    return (claim.plain if now.plain and claim.plain else claim.statement)[now.lang]


def who(knowledge: KnowledgeBase, t: Words, claim: Claim, *, year: bool = True) -> str:
    """Return the sources of a claim in a few words, with the year they give; the card has the whole reference.

    Nothing in them is in brackets, because they stand in brackets themselves.
    """
    names = []
    for citation in claim.citations:
        source = knowledge.sources[citation.source]
        own = own_name(t, source)
        name = own or source.site or (source.authors or source.title).partition(",")[0]
        # The number of a text stays on the line of its name.
        name = _NUMBERED.sub("\N{NO-BREAK SPACE}", _BRACKETS.sub("", name))
        names.append(f"{name}, {source.year or t('source.no_year')}" if year and own is None else name)
    return t.parted(dict.fromkeys(names))


def _others(now: Frame, title: str, ids: Iterable[str]) -> str:
    """Return what other claims say, each with who says it; nothing where there is none that can be used."""
    claims = [now.knowledge.claims[one] for one in dict.fromkeys(ids)]
    items = "".join(
        f'<li data-claim="{html.text(claim.id)}">{html.text(said(now, claim))}'
        f" <span class='who'>{html.text(who(now.knowledge, now.t, claim))}</span></li>"
        for claim in claims
        if claim.usable
    )
    return f"<p class='disagree'>{html.text(now.t(title))}</p><ul>{items}</ul>" if items else ""


def _entry(now: Frame, claim: Claim, linked: bool) -> str:
    t = now.t
    lines = "".join(f"<li>{html.text(line)}</li>" for line in source_words(now.knowledge, t, claim))
    sure = t("pair", name=t("source.certainty"), value=certainty_words(t, claim))
    why = f"<p>{html.text(claim.unusable_because[now.lang])}</p>" if claim.unusable_because else ""
    disagree = _others(now, "source.disagrees", (*claim.conflicts_with, *claim.contradicted_by))
    limits = _others(now, "source.limits", claim.qualified_by)
    titles = [conflict.title[now.lang] for conflict in now.knowledge.conflicts_of.get(claim.id, ())]
    open_questions = (
        f"<p class='where'>{html.text(t('source.conflicts', questions=t.list(titles)))}</p>" if titles else ""
    )
    checked = t("source.checked", date=t.day(date.fromisoformat(claim.checked_on), "long"))
    link = (
        f" <a href='evidence?lang={now.lang}&amp;claim={html.text(claim.id)}' target='_blank' rel='noopener'>"
        f"{html.text(t('source.all'))}</a>"
    )
    return (
        f'<li data-claim="{html.text(claim.id)}"><p>{html.text(said(now, claim))}</p>'
        f"<p class='sure'>{html.text(sure)}</p>{why}<ul class='where'>{lines}</ul>{disagree}{limits}{open_questions}"
        f"<p class='where'>{html.text(checked)}{link if linked else ''}</p></li>"
    )


def card(now: Frame, ids: Iterable[str], *, linked: bool = True) -> str:
    """Return a list of claims: what is said, how sure, by whom and where, who disagrees, when it was checked.

    Args:
        linked: With the way to Evidence; on a tablet there is no such page.
    """
    return _card(now, tuple(ids), linked)


@kept_for_everyone
def _card(now: Frame, ids: tuple[str, ...], linked: bool) -> str:
    entries = "".join(_entry(now, now.knowledge.claims[one], linked) for one in ids)
    return f"<ul class='card'>{entries}</ul>"


def sources(now: Frame, ids: Iterable[str], *, label: str | None = None, linked: bool = True) -> str:
    """Return a fold-out with the sources of a statement; it opens with one tap and needs no rerun.

    Args:
        label: How sure the statement is, to be read without opening.
    """
    summary = html.text(now.t("source.label", certainty=label) if label else now.t("source.open"))
    return f"<details class='sources'><summary>{summary}</summary>{card(now, ids, linked=linked)}</details>"


def statement(now: Frame, one: str) -> str:
    """Return one claim as a sentence with its certainty and its fold-out source."""
    claim = now.knowledge.claims[one]
    return (
        f"<div class='statement' data-claim='{html.text(one)}'><p>{html.text(said(now, claim))}</p>"
        f"{sources(now, [one], label=certainty_words(now.t, claim))}</div>"
    )


def sourced(now: Frame, key: str, ids: Iterable[str], *, linked: bool = True, **values: str | int) -> str:
    """Return a text of ours that sums up claims, with the certainty of each and a fold-out of them."""
    return _summed(now, now.t.said(key, **values), tuple(ids), linked=linked)


def side(now: Frame, one: Side) -> str:
    """Return what one side of a conflict says, with its claims."""
    return _summed(now, one.says[now.lang], one.claims)


def _summed(now: Frame, sentence: str, ids: tuple[str, ...], *, linked: bool = True) -> str:
    # A clinic's own statement is no surer for standing in one sentence with a health service.
    label = now.t.parted(dict.fromkeys(certainty_words(now.t, now.knowledge.claims[one]) for one in ids))
    return (
        f"<div class='statement' data-claim='{html.text(' '.join(ids))}'><p>{html.text(sentence)}</p>"
        f"{sources(now, ids, label=label, linked=linked)}</div>"
    )
