"""The plans of Timeline beside the sum of Costs: whether both speak of the same course, and counting as a plan says."""

from __future__ import annotations

from dataclasses import dataclass

from mesodash.domain.cost import CostInputs
from mesodash.domain.replanning import Spacing
from mesodash.errors import InputError
from mesodash.knowledge.records import OptionId
from mesodash.ui import estimates, plans, state
from mesodash.ui.estimates import Schedule
from mesodash.ui.frame import Frame
from mesodash.ui.plans import Which


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan holds. `schedule` is None, and `fault` says why, where no sum can count it so.

    `left_out`: sessions of the course that were missed and are not made up. `moved`: those that were moved by hand.
    """

    which: Which
    schedule: Schedule | None
    fault: InputError | None
    left_out: int = 0
    moved: int = 0


def of(now: Frame, option: OptionId) -> tuple[Planned, ...]:
    """Return the plans of an option, whether their days can be worked out or not."""
    found = []
    for which in plans.PLANS:
        protocol = plans.protocol(now, which)
        if protocol is None or protocol.option != option:
            continue
        try:
            spacing = plans.spacing(which, protocol, now.today)
            marks = [mark for mark in plans.marks(which, protocol.id) if mark.session <= spacing.sessions]
            left_out = sum(mark.state == "missed" and mark.day is None and mark.later == "stay" for mark in marks)
            moved = sum(mark.state == "moved" for mark in marks)
            found.append(Planned(which, schedule(option, spacing), None, left_out, moved))
        except InputError as fault:
            found.append(Planned(which, None, fault))
    return tuple(found)


def schedule(option: OptionId, spacing: Spacing) -> Schedule:
    """Return how a plan spaces its sessions as a sum counts it; a span between maintenance sessions has both ends.

    Raises:
        InputError: The sum has no place for a figure of the plan.
    """
    sessions = (spacing.sessions, spacing.sessions)
    months = None if spacing.months is None else (spacing.months, spacing.latest_months or spacing.months)
    if months is not None and not estimates.takes_maintenance(option):
        raise InputError("costs.plan.no_maintenance", field="maintenance-months")
    # The domain judges whether a sum can hold these figures; prices play no part.
    nothing = estimates.NOTHING
    CostInputs(
        option=option,
        sessions=sessions,
        price=nothing,
        currency="EUR",
        interval_days=max(spacing.interval_days, 1),
        maintenance_months=months,
        maintenance_price=None if months is None else nothing,
    )
    return Schedule(sessions, spacing.interval_days if estimates.sets_interval(option, sessions) else None, months)


def agrees(now: Frame, option: OptionId, one: Planned) -> bool:
    """True if the sum of the option counts what a plan holds."""
    return one.schedule is not None and estimates.reading(now, option).schedule == one.schedule


def count(option: OptionId, wanted: Schedule) -> None:
    """Set the fields of the sum to what a plan holds; prices stay as they are."""
    fields: dict[str, object] = {"sessions.low": wanted.sessions[0], "sessions.high": wanted.sessions[1]}
    if wanted.interval_days is not None:
        fields["interval"] = wanted.interval_days
    fields |= {"maintenance": wanted.months is not None, "repeat": False}
    if wanted.months is not None:
        fields |= {"months.low": wanted.months[0], "months.high": wanted.months[1]}
    for field, value in fields.items():
        state.put(estimates.key(option, field), value)
    # The browser sends what each control shows with every tap: after two quick ones that would be what it showed before
    # the first, taken for a choice. So they get new names.
    state.put(_turn(option), state.get(_turn(option), 0) + 1)


def control(option: OptionId, setting: str) -> str:
    """Return the present name of the control of a setting that a plan can set too."""
    return f"{estimates.key(option, setting)}.{state.get(_turn(option), 0)}"


def _turn(option: OptionId) -> str:
    return estimates.key(option, "turn")
