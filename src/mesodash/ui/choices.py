"""The settings of Compare, Timeline and Costs that a saved consultation holds, each with what it may be.

Whatever is not listed here never gets into a file, and a file that names it is refused.
"""

from __future__ import annotations

import functools

from mesodash.domain.cost import MOST_HORIZON_YEARS, MOST_INTERVAL_DAYS, MOST_MAINTENANCE_MONTHS, MOST_SESSIONS
from mesodash.domain.priorities import MOST_POINTS, SPREADS
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import ALL_OPTIONS, CONTEXT_OPTIONS, REGIONS
from mesodash.reports.consultation import Choice
from mesodash.ui import estimates, plans
from mesodash.ui.parts import decision, priorities

_FLAG = Choice("flag")
_DAY = Choice("day")
_AMOUNT = Choice("amount")
_MOST_FIGURE = 999
"""As the fields on Timeline take it; what a protocol does not allow is said there."""


@functools.lru_cache(maxsize=4)
def allowed(knowledge: KnowledgeBase) -> dict[str, Choice]:
    """Return every setting by the key under which its page keeps it."""
    found = {"compare.context": Choice("tokens", CONTEXT_OPTIONS)}
    found |= _of_compare(knowledge)
    protocols = Choice("token", tuple(knowledge.protocols))
    for which in ("first", "second"):
        found[plans.key(which, "protocol")] = protocols
        found[plans.key(which, "start")] = _DAY
        for one in knowledge.protocols.values():
            for figure in plans.takes(one):
                found[plans.figure_key(which, one.id, figure)] = Choice("whole", low=0, high=_MOST_FIGURE)
    found[plans.key("first", "horizon")] = Choice("token", plans.HORIZONS)
    found[plans.key("second", "on")] = _FLAG
    found[plans.key("second", "apart")] = _FLAG
    found["costs.region"] = Choice("token", REGIONS)
    found["costs.option"] = Choice("token", ALL_OPTIONS)
    found["costs.context"] = _FLAG
    found["costs.years"] = Choice("whole", low=1, high=MOST_HORIZON_YEARS)
    found["costs.vat"] = _AMOUNT
    found["costs.grid"] = _FLAG
    found["costs.view"] = Choice("token", estimates.VIEWS)
    found["costs.measure"] = Choice("token", estimates.MEASURES)
    found[estimates.BASIS] = Choice("token", estimates.BASES)
    found[estimates.LIST] = Choice("prices")
    for option in ALL_OPTIONS:
        for setting, high in (("sessions", MOST_SESSIONS), ("months", MOST_MAINTENANCE_MONTHS)):
            for end in ("low", "high"):
                found[estimates.key(option, f"{setting}.{end}")] = Choice("whole", low=1, high=high)
        for setting in ("price", "after", "upfront"):
            for end in ("low", "high"):
                found[estimates.key(option, f"{setting}.{end}")] = _AMOUNT
        found[estimates.key(option, "maintenance")] = _FLAG
        found[estimates.key(option, "currency")] = Choice("token", estimates.CURRENCIES)
        found[estimates.key(option, "interval")] = Choice("whole", low=1, high=MOST_INTERVAL_DAYS)
        found[estimates.key(option, "discount")] = _AMOUNT
        for factor in ("sessions", "price", "months"):
            found[estimates.key(option, f"try.{factor}")] = Choice("token", estimates.TRIED)
        found[estimates.key(option, "discount_from")] = Choice("whole", low=1, high=MOST_SESSIONS)
    return found


def _of_compare(knowledge: KnowledgeBase) -> dict[str, Choice]:
    """Return what is said on Compare, but for the four questions of `decision`: these stay in the session."""
    criteria = tuple(knowledge.criteria)
    return {
        "compare.differences": _FLAG,
        "compare.pair": Choice("tokens", ALL_OPTIONS),
        priorities.MODE: Choice("token", priorities.MODES),
        priorities.ORDER: Choice("tokens", criteria),
        priorities.TIES: Choice("tokens", criteria),
        priorities.SPREAD: Choice("token", SPREADS),
        **{priorities.points_key(one): Choice("whole", low=0, high=MOST_POINTS) for one in criteria},
        decision.LEAN: Choice("token", decision.LEANINGS),
        decision.MISSING: Choice("tokens", decision.THINGS),
    }
