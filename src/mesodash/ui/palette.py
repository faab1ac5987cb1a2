"""One colour and one marker per option, told apart by colour-blind people too."""

from __future__ import annotations

from typing import Literal

from mesodash.knowledge.records import OptionId

Theme = Literal["light", "dark"]

COLOURS: dict[Theme, dict[OptionId, str]] = {
    "light": {
        "mesotherapy": "#0A8498",
        "prp": "#4E192D",
        "transplant": "#0C1BBB",
        "no_treatment": "#858E72",
        "minoxidil_topical": "#B47618",
        "finasteride_oral": "#71309B",
        "microneedling": "#104D04",
    },
    "dark": {
        "mesotherapy": "#83ECFB",
        "prp": "#FA4F6C",
        "transplant": "#8AA2DF",
        "no_treatment": "#BAB7AE",
        "minoxidil_topical": "#DBA24C",
        "finasteride_oral": "#B661F2",
        "microneedling": "#CFF9A1",
    },
}

MARKERS: dict[OptionId, str] = {
    "mesotherapy": "circle",
    "prp": "diamond",
    "transplant": "square",
    "no_treatment": "cross",
    "minoxidil_topical": "triangle-up",
    "finasteride_oral": "triangle-down",
    "microneedling": "star",
}

GLYPHS: dict[str, tuple[str, str]] = {
    "circle": ("●", "○"),
    "diamond": ("◆", "◇"),
    "square": ("■", "□"),
    "cross": ("✚", "✛"),
    "triangle-up": ("▲", "△"),
    "triangle-down": ("▼", "▽"),
    "star": ("★", "☆"),
}
"""Each marker as a letter, filled and open."""

TEXT: dict[Theme, str] = {"light": "#1B2A2F", "dark": "#E9EFF0"}
GRID: dict[Theme, str] = {"light": "#D5DEE0", "dark": "#38444A"}
PAGE: dict[Theme, str] = {"light": "#FFFFFF", "dark": "#14181B"}
