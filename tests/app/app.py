"""Opening the app without a browser."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from mesodash.i18n import Words
from mesodash.paths import ROOT

MAIN = ROOT / "src" / "mesodash" / "ui" / "main.py"
LANGUAGES = ("en", "de", "fr")
PAGES = ("start", "check", "compare", "timeline", "costs", "summary", "evidence", "about", "inbox", "clinic")


def open_page(name: str, lang: str = "en", **state: Any) -> AppTest:
    """Return the app on one page. `state` sets session values before the first run, dots written as two underscores."""
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["lang"] = lang
    for key, value in state.items():
        app.session_state[key.replace("__", ".")] = value
    app.run()
    if name != "start":
        go(app, name)
    return app


def go(app: AppTest, name: str) -> AppTest:
    app.switch_page(f"../../../pages/{name}.py").run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def hiding(app: AppTest) -> str:
    """Return the style sheet of Compare that leaves out what is not wanted now."""
    bodies = [str(element.proto.body) for element in app.get("html")]
    (css,) = [body for body in bodies if body.startswith("<style>:root { --options")]
    return css


def shown(app: AppTest) -> str:
    """Return all our own HTML of the page, one string, without the soft hyphens that nobody reads."""
    blocks = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(block for block in blocks if not block.startswith("<style")).replace("\u00ad", "")


def unsettled_result(t: Words) -> str:
    """Return a first result of mesotherapy as it is said everywhere, with the months that another clinic names."""
    others = t("timeline.limit.clinic", when=t.months(Decimal(2), Decimal(3), form="after"))
    return t("timeline.disputed", what=t("milestone.first_visible_result"), others=others)
