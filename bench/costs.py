"""What a tap on the Costs page takes beside a full rerun of the page, in one browser: time, server CPU and bytes.

Prints for each part of the page the medians of a full rerun and of taps in it, and their ratio. Start the app first:
`python bench/costs.py 8501 PID`, with the id of the server's process.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import psutil
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e import chromium

TAPS = 12


class Line:
    """The page's connection: when the last run ended, and how many bytes came in."""

    def __init__(self, tab: Page) -> None:
        self.ended = 0.0
        self.taken = 0
        tab.on("websocket", lambda socket: socket.on("framereceived", self._frame))

    def _frame(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        self.taken += len(frame)
        message = ForwardMsg.FromString(frame)
        finished = message.WhichOneof("type") == "script_finished"
        if finished and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.ended = time.perf_counter()


def measured(
    tab: Page, line: Line, server: psutil.Process, taps: list[Callable[[], None]]
) -> tuple[float, float, float]:
    """Return medians: milliseconds until the run ended, milliseconds of CPU (a mean), kilobytes received."""
    times, sizes = [], []
    before = sum(server.cpu_times()[:2])
    for number in range(TAPS):
        line.taken, line.ended = 0, 0.0
        start = time.perf_counter()
        taps[number % len(taps)]()
        while not line.ended and time.perf_counter() < start + 10:
            tab.wait_for_timeout(1)
        times.append((line.ended - start) * 1000)
        tab.wait_for_timeout(150)
        sizes.append(line.taken / 1000)
    used = (sum(server.cpu_times()[:2]) - before) * 1000 / TAPS
    return statistics.median(times), used, statistics.median(sizes)


def main() -> None:
    port, pid = sys.argv[1:3]
    server = psutil.Process(int(pid))
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        tab = browser.new_page(viewport={"width": 1280, "height": 2400})
        line = Line(tab)
        tab.goto(f"http://127.0.0.1:{port}/costs?lang=en")

        def choose(name: str) -> Callable[[], None]:
            return lambda: tab.get_by_role("radio", name=name, exact=True).last.click()

        def step(name: str) -> Callable[[], None]:
            # The first of each is that of the years, which stand above all parts.
            return lambda: tab.get_by_role("button", name=name).nth(1).click()

        def settled(name: str) -> None:
            choose(name)()
            tab.wait_for_timeout(900)

        for name in ("United States", "PRP"):
            settled(name)
        plain = tab.get_by_text("Plain words", exact=True)
        parts: dict[str, list[Callable[[], None]]] = {
            "The sum": [step("Increment"), step("Decrement")],
            "Why so wide": [choose("4 sessions"), choose("5 sessions")],
            "Over the years": [choose("Germany"), choose("United States")],
            "Clinic's prices": [choose("Mesotherapy"), choose("Finasteride")],
        }
        print(f"{'':<18}{'full ms':>9}{'cpu':>7}{'kB':>7}{'tap ms':>9}{'cpu':>7}{'kB':>7}{'ms':>7}{'cpu':>7}{'kB':>7}")
        for name, taps in parts.items():
            settled(name)
            full = measured(tab, line, server, [plain.click])
            part = measured(tab, line, server, taps)
            ratios = "".join(f"{one / other:>7.2f}" for one, other in zip(part, full, strict=True))
            figures = "".join(
                f"{one:>{9 if place == 0 else 7}.1f}" for three in (full, part) for place, one in enumerate(three)
            )
            print(f"{name:<18}{figures}{ratios}")
        browser.close()


if __name__ == "__main__":
    main()
