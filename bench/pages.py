"""Time from a request to the end of the run, per page, beside an empty app on the same server settings in the same run.

A websocket client asks for reruns as a browser does and reads until the script has finished. Prints milliseconds:
minimum, median, 95th percentile, the ratio of the medians to the empty app's, and the kilobytes sent per rerun.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from pathlib import Path

from client import ROOT, Server, empty_app, serve, visit

RERUNS = int(os.environ.get("RERUNS", "60"))
PAGES = ("", "check", "compare", "timeline", "costs", "summary", "evidence", "about", "inbox", "clinic")


async def reruns(server: Server, page: str) -> tuple[list[float], float]:
    """Return the milliseconds of each rerun and the mean kilobytes received."""
    async with visit(server) as one:
        runs = [await one.open(page) for _ in range(RERUNS + 5)]
    return [run.milliseconds for run in runs[5:]], statistics.mean(run.size for run in runs) / 1000


def line(name: str, times: list[float], kilobytes: float, floor: float) -> str:
    middle = statistics.median(times)
    late = statistics.quantiles(times, n=20)[-1]
    return f"{name:<12}{min(times):>8.1f}{middle:>8.1f}{late:>8.1f}{middle / floor:>8.1f}{kilobytes:>10.1f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as data:
        folder = Path(empty)
        empty_app(folder)
        with serve(folder, Path(data)) as bare, serve(ROOT, Path(data)) as ours:
            floor, kilobytes = asyncio.run(reruns(bare, ""))
            middle = statistics.median(floor)
            print(f"{'page':<12}{'min':>8}{'median':>8}{'p95':>8}{'ratio':>8}{'kB':>10}")
            print(line("(empty app)", floor, kilobytes, middle))
            for page in PAGES:
                times, kilobytes = asyncio.run(reruns(ours, page))
                print(line(page or "start", times, kilobytes, middle))


if __name__ == "__main__":
    main()
