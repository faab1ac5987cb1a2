"""The settings of Compare, Timeline and Costs that a saved consultation holds, each with what it may be.

Whatever is not listed here never gets into a file, and a file that names it is refused.
"""

from __future__ import annotations

import functools
from zoneinfo import available_timezones

from mesodash.domain.closures import places
from mesodash.domain.collisions import ACTIVITIES
from mesodash.domain.cost import MOST_HORIZON_YEARS, MOST_INTERVAL_DAYS, MOST_MAINTENANCE_MONTHS, MOST_SESSIONS
from mesodash.domain.price_list import CURRENCIES
from mesodash.domain.priorities import MOST_POINTS, SPREADS
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import ALL_OPTIONS, CONTEXT_OPTIONS, REGIONS
from mesodash.reports.calendar import LENGTHS
from mesodash.reports.consultation import Choice
from mesodash.ui import estimates, plans
from mesodash.ui.parts import decision, priorities

_FLAG = Choice("flag")
_DAY = Choice("day")
_AMOUNT = Choice("amount")
_NAME = Choice("text", high=plans.LONGEST_NAME)
_MARKS = Choice(
    "rows",
    high=plans.MOST_MARKS,
    fields=(
        ("session", Choice("whole", low=1, high=plans.MOST_MARKS)),
        ("state", Choice("token", plans.MARK_STATES)),
        ("was", _DAY),
        ("day", _DAY),
        ("later", Choice("token", plans.LATER)),
    ),
    optional=("day",),
)
_LIFE = {
    "timeline.avoid": Choice("rows", high=plans.MOST_ROWS, fields=(("first", _DAY), ("last", _DAY), ("name", _NAME))),
    "timeline.closed": Choice("tokens", plans.WEEKDAYS),
    "timeline.country": Choice("token", tuple(places())),
    "timeline.subdivision": Choice("token", tuple({region for regions in places().values() for region in regions})),
    "timeline.tolerance": Choice("whole", low=0, high=plans.MOST_TOLERANCE),
    "timeline.own": Choice(
        "rows",
        high=plans.MOST_ROWS,
        fields=(("activity", Choice("token", tuple(ACTIVITIES))), ("first", _DAY), ("last", _DAY), ("name", _NAME)),
    ),
    "timeline.unstated": Choice("whole", low=0, high=plans.MOST_TOLERANCE),
}
_CALENDAR = {
    "timeline.view": Choice("token", plans.VIEWS),
    "timeline.zoom": Choice("token", plans.ZOOMS),
    "timeline.step": Choice("whole", low=0, high=plans.MOST_STEPS),
    "timeline.month": Choice("whole", low=0, high=plans.MOST_STEPS),
    "timeline.after.plan": Choice("token", plans.PLANS),
    "timeline.calendar": Choice("token", plans.CONTENTS),
    "timeline.hour": Choice("token", plans.HOURS),
    "timeline.minute": Choice("token", plans.MINUTES),
    "timeline.minutes": Choice("token", LENGTHS),
    "timeline.zone": Choice("token", tuple(sorted(available_timezones()))),
    "timeline.place": Choice("text", high=plans.LONGEST_PLACE),
    "timeline.salt": Choice("text", high=32, shape="[0-9a-f]{32}"),
}
_PARTS = {
    f"{part}.open.kept": _FLAG
    for part in ("timeline.life", "timeline.own", "timeline.edit", "timeline.files", "costs.assumed")
}
"""Which parts are open. What stands in the form of a session and was not applied is like a half-typed field."""
_MOST_FIGURE = 999
"""As the fields on Timeline take it; what a protocol does not allow is said there."""


@functools.lru_cache(maxsize=4)
def allowed(knowledge: KnowledgeBase) -> dict[str, Choice]:
    """Return every setting by the key under which its page keeps it."""
    found = {"compare.context": Choice("tokens", CONTEXT_OPTIONS)}
    found |= _of_compare(knowledge)
    protocols = Choice("token", tuple(knowledge.protocols))
    for which in plans.PLANS:
        found[plans.key(which, "protocol")] = protocols
        found[plans.key(which, "start")] = _DAY
        for one in knowledge.protocols.values():
            for figure in plans.takes(one):
                found[plans.figure_key(which, one.id, figure)] = Choice("whole", low=0, high=_MOST_FIGURE)
            found[plans.marks_key(which, one.id)] = _MARKS
    found[plans.key("first", "horizon")] = Choice("token", plans.HORIZONS)
    for place, which in enumerate(plans.PLANS[1:], 1):
        found[plans.key(which, "on")] = _FLAG
        found[plans.key(which, "apart")] = _FLAG
        found[plans.key(which, "follows")] = Choice("token", (plans.OWN_DAY, *plans.PLANS[:place]))
        found[plans.key(which, "gap")] = Choice("whole", low=0, high=plans.MOST_GAP)
        found[plans.key(which, "gap_unit")] = Choice("token", plans.GAPS)
    found |= _LIFE | _CALENDAR | _PARTS
    found["timeline.edit.which"] = Choice("token", plans.PLANS)
    for which in plans.PLANS:
        found[plans.key(which, "after")] = Choice("whole", low=1, high=plans.MOST_MARKS)
        found[f"timeline.edit.session.{which}"] = Choice("whole", low=1, high=plans.MOST_MARKS)
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
        found[estimates.key(option, "repeat")] = _FLAG
        found[estimates.key(option, "currency")] = Choice("token", CURRENCIES)
        found[estimates.key(option, "interval")] = Choice("whole", low=1, high=MOST_INTERVAL_DAYS)
        found[estimates.key(option, "discount")] = _AMOUNT
        for factor in ("sessions", "price", "months", "duration", "grafts"):
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
