"""A tap on the Timeline page draws its own part again and not the page; two quick taps do not undo each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.reader import Reader
from tests.e2e.serving import Server

pytestmark = pytest.mark.slow


class Counter:
    """Counts the pieces that the server sends to a tab: drawn anew, or named as already known."""

    def __init__(self, tab: Page) -> None:
        self.pieces = 0
        tab.on("websocket", lambda line: line.on("framereceived", self._heard))

    def _heard(self, frame: Any) -> None:
        if isinstance(frame, bytes):
            self.pieces += ForwardMsg.FromString(frame).WhichOneof("type") in ("delta", "ref_hash")

    def during(self, act: Callable[[], None]) -> int:
        before = self.pieces
        act()
        return self.pieces - before


@pytest.mark.long
def test_a_tap_that_moves_no_date_draws_less_than_a_third_of_the_page_and_any_other_less_than_two(
    tab: Page, server: Server
) -> None:
    counter = Counter(tab)
    reader = Reader(tab, server.address)
    reader.open("timeline")
    reader.pick("timeline.protocol", reader.t("protocol.four_fortnightly"))
    reader.sees_dates()
    page = counter.during(lambda: reader.tap(tab.locator("label").filter(has_text=reader.t("plain"))))
    taps: dict[str, Callable[[], None]] = {
        "zoom": lambda: reader.pick("timeline.zoom", reader.t("timeline.zoom.half")),
        "view": lambda: reader.pick("timeline.view", reader.t("timeline.view.months")),
        "month": lambda: reader.tap(tab.get_by_role("button", name=reader.t("timeline.month.later"))),
        "first day": lambda: reader.pick("timeline.quick", reader.t("timeline.quick.4")),
        "horizon": lambda: reader.pick("timeline.horizon", reader.t("timeline.months", number=12)),
        "own plans": lambda: reader.tap(tab.get_by_text(reader.t("timeline.mine"))),
    }
    drawn = {name: counter.during(act) for name, act in taps.items()}
    assert page > 40, page
    moving = ("first day", "horizon")
    much = {name: count for name, count in drawn.items() if count > page * (0.6 if name in moving else 0.3)}
    assert much == {}, (page, drawn)


@pytest.mark.long
def test_two_quick_taps_keep_the_first_day_that_was_chosen(tab: Page, server: Server) -> None:
    reader = Reader(tab, server.address)
    reader.open("timeline")
    reader.pick("timeline.protocol", reader.t("protocol.four_fortnightly"))
    reader.sees_dates()
    chosen = tab.locator(".tl-day").first
    before = chosen.inner_text()
    # Neither tap waits for the answer to the other.
    reader.row("timeline.quick").get_by_role("radio", name=reader.t("timeline.quick.4")).click()
    reader.row("timeline.horizon").get_by_role("radio", name=reader.t("timeline.months", number=12)).click()
    expect(chosen).not_to_have_text(before)
    reader.sees_picked("timeline.horizon", reader.t("timeline.months", number=12))
    after = chosen.inner_text()
    with reader.heard():
        reader.row("timeline.horizon").get_by_role("radio", name=reader.t("timeline.months", number=36)).click()
    expect(chosen).to_have_text(after)
    reader.sees_picked("timeline.quick", reader.t("timeline.quick.4"))
