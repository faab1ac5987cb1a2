"""A tap on the Timeline page draws what it changes and not the page; the next one does not undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

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
def test_a_tap_draws_less_than_a_third_of_the_page(tab: Page, server: Server) -> None:
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
    assert {name: count for name, count in drawn.items() if count > page / 3} == {}, (page, drawn)
    # Another protocol is another plan, with more to say or less: only what surrounds it stands still.
    other = counter.during(lambda: reader.pick("timeline.protocol", reader.t("protocol.prp_standard")))
    page = counter.during(lambda: reader.tap(tab.locator("label").filter(has_text=reader.t("plain"))))
    assert other < page * 0.8, (page, other)


class Screen:
    """A browser on a slow line: with each tap it sends what all its controls show, as far as it has heard of them."""

    def __init__(self, link: ClientConnection) -> None:
        self._link = link
        self.controls: dict[str, tuple[str, Any]] = {}
        self.shows: dict[str, WidgetState] = {}

    def run(self, fragment: str = "") -> None:
        """Ask for a run and listen until it has ended."""
        message = BackMsg()
        ask = message.rerun_script
        ask.query_string, ask.page_name, ask.fragment_id = "lang=en", "timeline", fragment
        ask.widget_states.widgets.extend(self.shows.values())
        self._link.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self._link.recv(timeout=60, decode=False))
            kind = answer.WhichOneof("type")
            if kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                element = answer.delta.new_element
                drawn = getattr(element, element.WhichOneof("type"))
                self._keep(answer.delta.fragment_id, drawn)
            elif kind == "delta" and answer.delta.add_block.WhichOneof("type") == "expandable":
                self._keep(answer.delta.fragment_id, answer.delta.add_block.expandable)

    def _keep(self, fragment: str, drawn: Any) -> None:
        if str(getattr(drawn, "id", "")).startswith("$$"):
            self.controls[drawn.id.split("-", 2)[2]] = (fragment, drawn)

    def set(self, key: str, *values: str) -> str:
        """Let a control show something else; return the fragment that holds it."""
        fragment, drawn = self.controls[key]
        self.shows[drawn.id] = WidgetState(id=drawn.id)
        self.shows[drawn.id].string_array_value.data.extend(values)
        return fragment

    def turn(self, key: str, *, on: bool) -> str:
        fragment, drawn = self.controls[key]
        self.shows[drawn.id] = WidgetState(id=drawn.id, bool_value=on)
        return fragment

    def named(self, key: str) -> Any:
        (found,) = (drawn for name, (_, drawn) in self.controls.items() if name.startswith(key))
        return found


@pytest.fixture
def screen(server: Server) -> Iterator[Screen]:
    """Timeline with a protocol."""
    line = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    subprotocols, origin = [Subprotocol("streamlit")], Origin(server.address)
    with connect(line, subprotocols=subprotocols, origin=origin, max_size=None) as link:
        one = Screen(link)
        one.run()
        one.run(one.set("timeline.protocol", one.named("timeline.protocol").options[0].content))
        yield one


def test_a_tap_still_draws_what_it_changes_when_other_pieces_have_gone(screen: Screen) -> None:
    old = list(screen.named("timeline.box").default)
    screen.run(screen.turn("timeline.second.on", on=True))
    screen.run(screen.set("timeline.second.protocol", screen.named("timeline.second.protocol").options[3].content))
    screen.run(screen.turn("timeline.second.on", on=False))
    screen.run(screen.set("timeline.view", screen.named("timeline.view").options[1].content))
    fragment = screen.set("timeline.quick.0", screen.named("timeline.quick").options[2].content)
    screen.controls = {name: one for name, one in screen.controls.items() if "box" not in name}
    screen.run(fragment)
    assert list(screen.named("timeline.box").default) != old


@pytest.mark.parametrize(
    ("fold", "inside"),
    [
        ("timeline.life.open", "timeline.tolerance"),
        ("timeline.own.open", "timeline.own.add"),
        ("timeline.edit.open", "timeline.edit.session"),
        ("timeline.files.open", "timeline.hour"),
    ],
)
def test_a_fold_that_is_opened_while_a_day_is_typed_is_filled(screen: Screen, fold: str, inside: str) -> None:
    # The field is left by the tap on the fold: one message, which names the fragment of the field alone.
    box = screen.named("timeline.box")
    screen.turn(fold, on=True)
    screen.run(screen.set("timeline.box.0", "2027-01-05"))
    assert [name for name in screen.controls if name.startswith(inside)]
    assert list(box.default) != ["2027-01-05"]


def test_a_choice_in_the_form_of_a_session_is_drawn_when_a_typed_place_comes_with_it(screen: Screen) -> None:
    for fold in ("timeline.edit.open", "timeline.files.open"):
        screen.run(screen.turn(fold, on=True))
    place = screen.controls["timeline.place"]
    screen.shows[place[1].id] = WidgetState(id=place[1].id, string_value="Main street 1")
    what = screen.named("timeline.edit.first").id.split("-", 2)[2]
    screen.set(what, screen.named(what).options[0].content)
    assert "timeline.edit.apply" not in screen.controls
    screen.run(place[0])
    assert "timeline.edit.apply" in screen.controls


def test_a_tap_that_was_on_its_way_does_not_bring_the_old_first_day_back(screen: Screen) -> None:
    old = screen.named("timeline.box")
    screen.set("timeline.box.0", *old.default)
    fragment = screen.set("timeline.quick.0", screen.named("timeline.quick").options[2].content)
    screen.controls = {name: one for name, one in screen.controls.items() if "box" not in name}
    screen.run(fragment)
    chosen = list(screen.named("timeline.box").default)
    assert chosen != list(old.default)
    # The next tap: the browser has not heard yet what became of the box.
    screen.run(screen.set("timeline.horizon", screen.named("timeline.horizon").options[1].content))
    screen.shows.clear()
    screen.controls.clear()
    screen.run()
    assert list(screen.named("timeline.box").default) == chosen
