"""What the signs of the charts mean, each word beside its sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mesodash.domain.timeline import Timeline, limits
from mesodash.knowledge.records import OptionId
from mesodash.ui import plans
from mesodash.ui.charts import timeline as charts
from mesodash.ui.frame import Frame
from mesodash.ui.palette import COLOURS, GLYPHS, MARKERS
from mesodash.ui.parts import html
from mesodash.ui.planning.board import say


def glyph(now: Frame, option: OptionId, *, maintenance: bool) -> str:
    """Return the shape of an option's sessions as markup, in its colour."""
    shape = GLYPHS[MARKERS[option]][maintenance]
    return f"<span style='color:{COLOURS[now.theme][option]}' aria-hidden='true'>{shape}</span>"


def months(now: Frame, shown: Sequence[charts.Plan], timelines: Sequence[Timeline], goes_on: bool) -> None:
    """Draw what the signs of the chart over months mean, as far as it has them.

    Args:
        goes_on: Something lies outside of what is drawn.
    """
    lanes = [lane for plan in shown for lane in plan.lanes]
    looks = {lane.stretch.look for lane in lanes if lane.stretch is not None}
    windows = [window for lane in lanes for window in lane.windows]
    signs = [
        *_sessions(now, shown),
        ("least", "", "key.least", any(window.least is not None for window in windows)),
        ("hatched", "", "key.most", any(window.least != window.most for window in windows)),
        ("hatched", "", "key.span", "hatched" in looks),
        ("day", "", "key.day", any(dot.look == "bar" for lane in lanes for dot in lane.dots)),
        ("about", "", "key.about", "about" in looks),
        ("unknown", "", "key.unknown", any(lane.unknown for lane in lanes)),
        ("beyond", "►", "key.beyond", goes_on),
    ]
    unsettled = any(
        limits(event, now.knowledge.claims) for one in timelines for event in one.events if event.kind == "milestone"
    )
    dated = sum(rule.most_days is not None for one in timelines for rule in plans.rules_of(now, one.option))
    narrow = sum(bool(lane.windows) for lane in lanes) < dated
    said = [("key.disputed", unsettled), ("legend", True), ("legend.days", narrow)]
    hint = " ".join(say(now, words) for words, there in said if there)
    html.block(_list(now, signs) + f"<p class='hint'>{hint}</p>")


def days(now: Frame, rests: Iterable[charts.Rest]) -> None:
    """Draw what the signs of the charts of the days after a session mean, as far as they have them."""
    rests = list(rests)
    dated = [one for one in rests if one.most is not None]
    signs = [
        ("least", "", "after.key.least", any(one.least is not None for one in dated)),
        ("hatched", "", "after.key.most", any(one.least != one.most for one in dated)),
        ("less", "", "after.key.less", any(one.less for one in rests)),
        ("unknown", "", "after.key.unknown", any(one.most is None for one in rests)),
    ]
    html.block(_list(now, signs))


def _sessions(now: Frame, shown: Sequence[charts.Plan]) -> list[tuple[str, str, str, bool]]:
    signs = []
    for name, look in (("course", "full"), ("procedure", "full"), ("maintenance", "hollow")):
        options = dict.fromkeys(
            plan.option
            for plan in shown
            if any(dot.look == look for lane in plan.lanes for dot in lane.dots)
            and (look == "hollow" or (plan.option == "transplant") == (name == "procedure"))
        )
        shapes = "".join(glyph(now, option, maintenance=look == "hollow") for option in options)
        signs.append((name, shapes, f"sign.{name}", bool(options)))
    return signs


def _list(now: Frame, signs: Iterable[tuple[str, str, str, bool]]) -> str:
    """Return the signs that a chart has; each gives its look, markup inside of it, its words, whether it is there."""
    items = "".join(
        f"<li><span class='tl-key-sign tl-key-{look}' aria-hidden='true'>{inside}</span>{say(now, words)}</li>"
        for look, inside, words, has in signs
        if has
    )
    return f"<ul class='tl-key'>{items}</ul>"
