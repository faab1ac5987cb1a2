"""Disagreements between sources, as they are told on every page."""

from __future__ import annotations

from collections.abc import Iterable

from mesodash.knowledge.records import Conflict, Side
from mesodash.ui.frame import Frame
from mesodash.ui.parts import html, statements


def touching(now: Frame, ids: Iterable[str], *, whole: bool = False) -> tuple[Conflict, ...]:
    """Return the conflicts between usable claims that some claims are a side of, each once; with `whole` all."""
    found = {conflict.id: conflict for one in ids for conflict in now.knowledge.conflicts_of.get(one, ())}
    return tuple(conflict for conflict in found.values() if whole or len(_usable(now, conflict)) > 1)


def _usable(now: Frame, conflict: Conflict) -> tuple[Side, ...]:
    return tuple(side for side in conflict.sides if any(now.knowledge.claims[one].usable for one in side.claims))


def fold(now: Frame, ids: Iterable[str], *, whole: bool = False) -> str:
    """Return a fold-out for each conflict that some claims are a side of; nothing where they are in none."""
    return "".join(
        f"<details class='sources conflict-fold'><summary>"
        f"{html.text(now.t('conflict.open', question=conflict.title[now.lang]))}</summary>"
        f"{body(now, conflict, whole=whole)}</details>"
        for conflict in touching(now, ids, whole=whole)
    )


def body(now: Frame, conflict: Conflict, *, whole: bool = False) -> str:
    """Return the sides with who says them, what it means and what mesodash does with it.

    Args:
        whole: Show the sides that rest on unusable statements too; they belong on Evidence alone.
    """
    t = now.t
    sides = "".join(_side(now, side) for side in (conflict.sides if whole else _usable(now, conflict)))
    return (
        f"<div class='conflict' data-conflict='{html.text(conflict.id)}'><ul class='conflict-sides'>{sides}</ul>"
        f"<p><b>{html.text(t('conflict.means'))}</b> {html.text(conflict.means[now.lang])}</p>"
        f"<p><b>{html.text(t('conflict.done.' + conflict.handling))}</b> {html.text(conflict.done[now.lang])}</p></div>"
    )


def _side(now: Frame, side: Side) -> str:
    claims = [now.knowledge.claims[one] for one in side.claims]
    who = now.t.parted(dict.fromkeys(statements.who(now.knowledge, now.t, claim) for claim in claims))
    return f"<li>{statements.side(now, side)}<p class='who'>{html.text(now.t('conflict.who', who=who))}</p></li>"
