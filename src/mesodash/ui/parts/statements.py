"""Statements with their certainty and source. Whatever is drawn here has a claim behind it."""

from __future__ import annotations

from collections.abc import Iterable

from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import Claim
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html


def certainty_words(t: Words, claim: Claim) -> str:
    """Return the fixed words for how sure a statement is; our own judgement and unchecked figures say so."""
    if claim.kind in ("precaution", "judgement", "estimate"):
        own = "precaution" if claim.kind == "precaution" else "judgement"
        words = t(f"certainty.{own}")
        if claim.certainty == "not_graded":
            return words
        return t("pair", name=words, value=t(f"certainty.{claim.certainty}"))
    if claim.certainty == "not_graded" and claim.kind in ("price", "consumer_estimate"):
        return t(f"certainty.{claim.kind}")
    words = t(f"certainty.{claim.certainty}")
    return words if claim.verified else f"{words}, {t('mark.unverified')}"


def source_words(knowledge: KnowledgeBase, t: Words, claim: Claim) -> list[str]:
    """Return one line per citation: who says it, where, and how it was read."""
    lines = []
    for citation in claim.citations:
        source = knowledge.sources[citation.source]
        if source.kind == "own_judgement":
            lines.append(t("source_kind.own_judgement"))
            continue
        if source.kind == "founding_text":
            name = t(f"founding_text.{source.id.rpartition('-')[2]}")
            place = t("locator.paragraph", number=citation.paragraph) if citation.paragraph else ""
            lines.append(", ".join(part for part in (name, place) if part))
            continue
        year = str(source.year) if source.year else t("source.no_year")
        parts = [part for part in (source.authors, source.title, source.site, year) if part]
        if source.doi:
            parts.append(f"doi {source.doi}")
        elif source.pmid:
            parts.append(f"PMID {source.pmid}")
        lines.append(", ".join(parts) + f" ({t('read_as.' + citation.read_as)})")
    return lines


def card(now: Frame, ids: Iterable[str]) -> str:
    """Return a list of claims with certainty, source and the claims that disagree."""
    items = []
    for one in ids:
        claim = now.knowledge.claims[one]
        lines = "".join(f"<li>{html.text(line)}</li>" for line in source_words(now.knowledge, now.t, claim))
        against = [
            other for other in (*claim.conflicts_with, *claim.contradicted_by) if now.knowledge.claims[other].usable
        ]
        disagree = (
            f"<p class='disagree'>{html.text(now.t('source.disagrees'))}</p><ul>"
            + "".join(f"<li>{html.text(now.knowledge.claims[other].statement[now.lang])}</li>" for other in against)
            + "</ul>"
            if against
            else ""
        )
        sure = now.t("pair", name=now.t("source.certainty"), value=certainty_words(now.t, claim))
        items.append(
            f'<li data-claim="{html.text(one)}"><p>{html.text(claim.statement[now.lang])}</p>'
            f"<p class='sure'>{html.text(sure)}</p>"
            f"<ul class='where'>{lines}</ul>{disagree}</li>"
        )
    return f"<ul class='card'>{''.join(items)}</ul>"


def sources(now: Frame, ids: Iterable[str], *, label: str | None = None) -> str:
    """Return a fold-out with the sources of a statement; it opens with one tap and needs no rerun.

    Args:
        label: How sure the statement is, to be read without opening.
    """
    summary = html.text(now.t("source.label", certainty=label) if label else now.t("source.open"))
    return f"<details class='sources'><summary>{summary}</summary>{card(now, ids)}</details>"


def statement(now: Frame, one: str) -> str:
    """Return one claim as a sentence with its certainty and its fold-out source."""
    claim = now.knowledge.claims[one]
    return (
        f"<div class='statement' data-claim='{html.text(one)}'><p>{html.text(claim.statement[now.lang])}</p>"
        f"{sources(now, [one], label=certainty_words(now.t, claim))}</div>"
    )


def sourced(now: Frame, sentence: str, ids: Iterable[str], certainty: str) -> str:
    """Return a sentence of ours that sums up claims, with how sure they are and a fold-out of them."""
    ids = tuple(ids)
    return (
        f"<div class='statement' data-claim='{html.text(' '.join(ids))}'><p>{html.text(sentence)}</p>"
        f"{sources(now, ids, label=certainty)}</div>"
    )
