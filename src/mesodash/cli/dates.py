"""The events of a timeline as a CSV table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

from mesodash.domain.timeline import Event, Timeline

COLUMNS = (
    "kind",
    "id",
    "session",
    "from",
    "to_least",
    "to_most",
    "aimed",
    "aimed_latest",
    "moved_days",
    "conflict",
    "text",
)


def as_csv(timeline: Timeline, summary: Callable[[Event], str]) -> str:
    """Return one row per event in the order of the timeline, ISO dates, an empty cell for what is not known.

    `id` is the phase of a session, the aftercare rule or the milestone; `session` the number of a session or of the one
    that aftercare follows. A milestone lies between `from` and `to_most`.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for event in timeline.events:
        table.writerow([*_cells(event), summary(event)])
    return out.getvalue()


def _cells(event: Event) -> list[str | int]:
    if event.kind == "session":
        return [
            event.kind,
            event.phase,
            event.index,
            event.date.isoformat(),
            "",
            "",
            event.aimed.isoformat(),
            _day(None if event.latest is None else event.latest.aimed),
            event.moved_days,
            event.conflict or "",
        ]
    if event.kind == "aftercare":
        begins, to_least, to_most = event.begins.isoformat(), _day(event.to_least), _day(event.to_most)
        return [event.kind, event.rule, event.session, begins, to_least, to_most, "", "", "", ""]
    return [event.kind, event.name, "", event.earliest.isoformat(), "", event.latest.isoformat(), "", "", "", ""]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
