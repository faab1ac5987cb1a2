"""What one tap costs beside a full run of the same page in the same state.

In each case a session is brought to a state by taps, then taps and full runs take turns, so that both meet the same
machine. Prints the median milliseconds until the script has finished of a full run and of the tap, and the tap's share:
of all, of what is above the framework's floor (an empty page and a control in an empty fragment, in the same run), of
the processor time, and of the kilobytes.

`python bench/taps.py [page ...] [--list] [--only words]`: `--list` names the controls of a case's page as it stands
when it is set up; `--only` takes taps whose key holds these words. TURNS=40 sets how often each is taken.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client import ROOT, Run, Server, Visitor, empty_app, serve, visit

TURNS = int(os.environ.get("TURNS", "20"))

Tap = tuple[str, Any]
Turn = tuple[str, list[Any]]
"""A control's key, or what it begins with, and the values that it takes in turn."""

CHECK: list[Tap] = [
    ("answers.sex", 0),
    ("answers.age_years", 34),
    ("answers.diagnosis", 0),
    ("answers.pregnant", 1),
    ("answers.blood_thinner", 0),
]
"""Answers on Check; those that the page does not ask are passed over."""

CASES: dict[str, tuple[str, list[Tap], list[Turn]]] = {
    "compare": (
        "compare",
        [("compare.order", [0, 3, 6])],
        [
            ("compare.context", [[0], [0, 1], []]),
            ("compare.order", [[0, 3, 6], [0, 3], [3, 0, 6, 1]]),
            ("compare.mode", [1, 0]),
            ("compare.differences", [True, False]),
            ("compare.pair", [[0, 2], [1, 2]]),
            ("compare.open", [True, False]),
            ("compare.sure.before.know", [0, 1]),
            ("compare.sure.after.know", [0, 1]),
            ("compare.leaning", [0, 1]),
        ],
    ),
    "timeline": (
        "timeline",
        [("timeline.protocol", 0)],
        [
            ("timeline.box", ["2026/12/07", "2027/01/11"]),
            ("timeline.four_fortnightly.sessions", [5, 4]),
            ("timeline.four_fortnightly.interval_days", [21, 14]),
            ("timeline.four_fortnightly.maintenance_months", [4, 3]),
            ("timeline.zoom", [1, 2, 0]),
            ("timeline.horizon", [1, 2, 0]),
            ("timeline.after", [2, 1]),
            ("timeline.life.open", [True, False]),
            ("timeline.own.open", [True, False]),
            ("timeline.edit.open", [True, False]),
            ("timeline.files.open", [True, False]),
            ("timeline.view", [1, 2, 0]),
        ],
    ),
    "timeline, two plans": (
        "timeline",
        [("timeline.protocol", 0), ("timeline.second.on", True), ("timeline.second.protocol", 2)],
        [
            ("timeline.box", ["2026/12/07", "2027/01/11"]),
            ("timeline.four_fortnightly.sessions", [5, 4]),
            ("timeline.zoom", [1, 2, 0]),
            ("timeline.horizon", [1, 2, 0]),
            ("timeline.view", [1, 2, 0]),
        ],
    ),
    "costs, the sum": (
        "costs",
        [("costs.region", 0), ("costs.option", 0)],
        [
            ("costs.region", [1, 0]),
            ("costs.option", [1, 0]),
            ("costs.years", [5, 6]),
            ("costs.context", [True, False]),
            ("costs.view", [1, 0]),
            ("costs.mesotherapy.sessions.high.0", [8, 9]),
            ("costs.mesotherapy.maintenance.0", [False, True]),
            ("costs.grid", [True, False]),
        ],
    ),
    "costs, why": (
        "costs",
        [("costs.region", 0), ("costs.option", 0), ("costs.view", 1)],
        [
            ("costs.region", [1, 0]),
            ("costs.years", [5, 6]),
            ("costs.measure", [1, 0]),
            ("costs.mesotherapy.try.sessions", [0, 1]),
        ],
    ),
    "costs, the years": (
        "costs",
        [("costs.region", 0), ("costs.option", 0), ("costs.view", 2)],
        [("costs.region", [1, 0]), ("costs.option", [1, 0]), ("costs.years", [5, 6]), ("costs.context", [True, False])],
    ),
    "costs, the list": (
        "costs",
        [("costs.region", 0), ("costs.option", 0), ("costs.view", 3)],
        [("costs.region", [1, 0]), ("costs.edit.option", [0, 1])],
    ),
}


@dataclass(frozen=True, slots=True)
class Turned:
    """Medians of taps and of the full runs between them: milliseconds, seconds of processor time, kilobytes."""

    full: float
    tap: float
    cpu_full: float
    cpu_tap: float
    size_full: float
    size_tap: float


def _heads() -> str:
    return f"{'tap':<44}{'full ms':>8}{'tap ms':>8}{'share':>7}{'above':>7}{'cpu':>7}{'kB':>8}{'share':>7}"


def _line(key: str, one: Turned, floor: Turned) -> str:
    above = (one.tap - floor.tap) / (one.full - floor.full)
    return (
        f"  {key:<42}{one.full:>8.1f}{one.tap:>8.1f}{one.tap / one.full:>7.2f}{max(above, 0):>7.2f}"
        f"{one.cpu_tap / one.cpu_full:>7.2f}{one.size_tap:>8.1f}{one.size_tap / one.size_full:>7.2f}"
    )


async def measure_floor(server: Server) -> Turned:
    async with visit(server) as one:
        await one.open("")
        found = await _turns(server, one, "tap", [True, False])
    print(f"  {'(an empty page and fragment)':<42}{found.full:>8.1f}{found.tap:>8.1f}{found.tap / found.full:>7.2f}")
    return found


async def measure(server: Server, case: str, only: str, floor: Turned | None) -> None:
    """Print a line per tap of a case; without a floor the names of its controls."""
    page, set_up, taps = CASES[case]
    print(case)
    async with visit(server) as one:
        await one.open("check")
        await _settle(one, CHECK)
        await one.open(page)
        await _settle(one, set_up)
        if floor is None:
            await one.run()
            for key, (fragment, drawn) in one.controls.items():
                print(f"  {type(drawn).__name__:<15}{fragment[:8]:<10}{key}")
            return
        for key, values in taps:
            if only not in key:
                continue
            if one.named(key) is None:
                print(f"  {key:<42} is not on the page")
            else:
                print(_line(key, await _turns(server, one, key, values), floor), flush=True)


async def _settle(one: Visitor, taps: list[Tap]) -> None:
    for key, value in taps:
        if one.named(key) is not None:
            await one.tap(key, value)
            await one.run()


async def _turns(server: Server, one: Visitor, key: str, values: list[Any]) -> Turned:
    taps: list[Run] = []
    runs: list[Run] = []
    used = [0.0, 0.0]
    for turn in range(TURNS + 2):
        before = server.cpu()
        tap = await one.tap(key, values[turn % len(values)])
        between = server.cpu()
        # A page may answer a tap by a full run.
        full = await one.run()
        if turn >= 2:
            used[0] += between - before
            used[1] += server.cpu() - between
            taps.append(tap)
            runs.append(full)
    sizes = [statistics.mean(run.size for run in both) / 1000 for both in (runs, taps)]
    times = [statistics.median(run.milliseconds for run in both) for both in (runs, taps)]
    return Turned(times[0], times[1], used[1], used[0], sizes[0], sizes[1])


def main() -> None:
    words = sys.argv[1:]
    only = words.pop(words.index("--only") + 1) if "--only" in words else ""
    names = "--list" in words
    asked = [word for word in words if not word.startswith("--")]
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as data:
        floor = None
        if not names:
            empty_app(Path(empty))
            print(_heads())
            with serve(Path(empty), Path(data)) as bare:
                floor = asyncio.run(measure_floor(bare))
        with serve(ROOT, Path(data)) as server:
            for case, (page, *_) in CASES.items():
                if not asked or page in asked:
                    asyncio.run(measure(server, case, only, floor))


if __name__ == "__main__":
    main()
