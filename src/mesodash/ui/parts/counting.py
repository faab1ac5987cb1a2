"""What a sum counts, in words, wherever it stands beside other sums."""

from __future__ import annotations

from mesodash.knowledge.records import OptionId
from mesodash.ui import estimates
from mesodash.ui.frame import Frame


def counted(now: Frame, option: OptionId, words: str) -> str:
    """Return `words` with what the sum counts, where others may count otherwise: a course, an operation, grafts."""
    if estimates.of_course_alone(now, (option,)):
        return now.t("costs.one_course", name=words)
    if estimates.by_graft(now, option):
        return now.t("costs.grafts_counted", name=words)
    return now.t("costs.one_operation", name=words) if estimates.of_one_operation(now, option) else words
