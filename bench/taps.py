"""What one tap costs beside a full run of the same page in the same state.

In each case a session is brought to a state by taps, then taps and full runs take turns, so that both meet the same
machine. Prints per tap the median milliseconds until the script has finished, the processor time, and the kilobytes
sent, each as the share of the full run's.

`python bench/taps.py [page ...] [--list] [--only words]`: `--list` names the controls of a case's page as it stands
when it is set up; `--only` takes taps whose key holds these words. TURNS=40 sets how often each is taken.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from client import ROOT, Run, Server, Visitor, serve, visit

TURNS = int(os.environ.get("TURNS", "20"))

Tap = tuple[str, Any]
Turn = tuple[str, list[Any]]
"""A control's key and the values that it takes in turn."""

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
            ("timeline.box.0", ["2026/12/07", "2027/01/11"]),
            ("timeline.quick.0", [0, 1]),
            ("timeline.four_fortnightly.sessions", [5, 4]),
            ("timeline.four_fortnightly.interval_days", [21, 14]),
            ("timeline.four_fortnightly.maintenance_months", [4, 3]),
            ("timeline.view", [1, 2, 0]),
            ("timeline.zoom", [1, 2, 0]),
            ("timeline.horizon", [1, 2, 0]),
            ("timeline.after", [2, 1]),
            ("timeline.life.open", [True, False]),
            ("timeline.own.open", [True, False]),
            ("timeline.edit.open", [True, False]),
            ("timeline.files.open", [True, False]),
        ],
    ),
    "timeline, two plans": (
        "timeline",
        [("timeline.protocol", 0), ("timeline.second.on", True), ("timeline.second.protocol", 2)],
        [
            ("timeline.box.0", ["2026/12/07", "2027/01/11"]),
            ("timeline.four_fortnightly.sessions", [5, 4]),
            ("timeline.view", [1, 2, 0]),
            ("timeline.zoom", [1, 2, 0]),
            ("timeline.horizon", [1, 2, 0]),
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
            ("costs.mesotherapy.sessions.high", [8, 9]),
            ("costs.mesotherapy.maintenance", [False, True]),
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


async def measure(server: Server, case: str, only: str, names: bool) -> None:
    page, set_up, taps = CASES[case]
    async with visit(server) as one:
        await one.open("check")
        await settle(one, CHECK)
        await one.open(page)
        await settle(one, set_up)
        if names:
            print(case)
            await one.run()
            for key, (fragment, drawn) in one.controls.items():
                print(f"  {type(drawn).__name__:<15}{fragment[:8]:<10}{key}")
            return
        print(case)
        for key, values in taps:
            if only in key:
                await _turns(server, one, key, values)


async def settle(one: Visitor, taps: list[Tap]) -> None:
    for key, value in taps:
        if key in one.controls:
            await one.tap(key, value)
            await one.run()


async def _turns(server: Server, one: Visitor, key: str, values: list[Any]) -> None:
    if key not in one.controls:
        print(f"  {key:<42} is not on the page")
        return
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
    tap_ms = statistics.median(run.milliseconds for run in taps)
    full_ms = statistics.median(run.milliseconds for run in runs)
    sizes = [statistics.mean(run.size for run in both) / 1000 for both in (taps, runs)]
    print(
        f"  {key:<42}{full_ms:>8.1f}{tap_ms:>8.1f}{tap_ms / full_ms:>7.2f}"
        f"{used[0] / used[1]:>7.2f}{sizes[0]:>8.1f}{sizes[0] / sizes[1]:>7.2f}",
        flush=True,
    )


def main() -> None:
    words = sys.argv[1:]
    only = words.pop(words.index("--only") + 1) if "--only" in words else ""
    asked = [word for word in words if not word.startswith("--")]
    with tempfile.TemporaryDirectory() as data, serve(ROOT, Path(data)) as server:
        if "--list" not in words:
            print(f"{'tap':<44}{'full ms':>8}{'tap ms':>8}{'share':>7}{'cpu':>7}{'kB':>8}{'share':>7}")
        for case, (page, *_) in CASES.items():
            if not asked or page in asked:
                asyncio.run(measure(server, case, only, "--list" in words))


if __name__ == "__main__":
    main()
