"""A sum in words, what it counts, and why it stays open, wherever it stands beside other sums."""

from __future__ import annotations

from typing import Literal

from mesodash.domain.cost import Estimate, as_shown
from mesodash.knowledge.records import OptionId
from mesodash.ui import estimates
from mesodash.ui.frame import Frame


def counts(now: Frame, option: OptionId) -> Literal["one_course", "grafts_counted", "one_operation"] | None:
    """Return what the sum of an option counts, where others may count otherwise."""
    if estimates.of_course_alone(now, (option,)):
        return "one_course"
    if estimates.by_graft(now, option):
        return "grafts_counted"
    return "one_operation" if estimates.of_one_operation(now, option) else None


def counted(now: Frame, option: OptionId, words: str) -> str:
    """Return `words` with what the sum counts, where others may count otherwise."""
    what = counts(now, option)
    return words if what is None else now.t(f"costs.{what}", name=words)


def amount(now: Frame, result: Estimate) -> str:
    """Return the range of a sum as the Costs page has it: with cents where its parts do not add up without them."""
    shown, small = as_shown(result)
    return now.t.money_range(shown.low, shown.high, shown.currency, cents=small)


def still_open(now: Frame, option: OptionId) -> str:
    """Return in a few words why an option has no sum: what the reader did not choose is no unknown price."""
    return now.t(f"sum_open.{estimates.reading(now, option).gap}")
