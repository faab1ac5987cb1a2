"""What every view is given."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

from mesodash.domain.eligibility import Assessment
from mesodash.domain.truth import Value
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import Lang
from mesodash.ui.palette import Theme


@functools.cache
def knowledge() -> KnowledgeBase:
    """Return the knowledge the server was started with: a consultation never changes its grounds half-way."""
    return load()


@dataclass(frozen=True, slots=True)
class Frame:
    """One run of one page: the knowledge, the reader's words, what was answered and what follows from it.

    `plain`: statements are shown in their plain version, where they have one.
    """

    knowledge: KnowledgeBase
    t: Words
    lang: Lang
    theme: Theme
    plain: bool
    answers: dict[str, Value]
    assessment: Assessment
    today: date
