"""What every view is given."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Concatenate, ParamSpec

from mesodash.domain.eligibility import Assessment
from mesodash.domain.truth import Value
from mesodash.i18n import Words
from mesodash.knowledge import KnowledgeBase, load
from mesodash.knowledge.records import Lang
from mesodash.ui.palette import Theme

_P = ParamSpec("_P")


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


def kept_for_everyone(draw: Callable[Concatenate[Frame, _P], str]) -> Callable[Concatenate[Frame, _P], str]:
    """Make a function draw its markup once per language, reading level and colours.

    Only for what is made of content alone: the answers, the assessment and the day are not given to `draw`. Its other
    arguments can be hashed.
    """

    @functools.lru_cache(maxsize=2048)
    def drawn(base: KnowledgeBase, lang: Lang, theme: Theme, plain: bool, args: Any, named: Any) -> str:
        nobody = Assessment((), {}, (), ())
        return draw(Frame(base, Words(base, lang), lang, theme, plain, {}, nobody, date.min), *args, **dict(named))

    @functools.wraps(draw)
    def keeping(now: Frame, /, *args: _P.args, **kwargs: _P.kwargs) -> str:
        return drawn(now.knowledge, now.lang, now.theme, now.plain, args, tuple(kwargs.items()))

    return keeping
