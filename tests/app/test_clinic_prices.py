"""A price list that the clinic keeps: every new consultation begins with it, an opened one keeps its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mesodash.store.database import close_stores
from mesodash.ui import estimates
from tests.app.app import open_page, shown
from tests.app.test_costs_parts import LISTED, TEXTS
from tests.app.test_saved import a_file, upload

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MESODASH_DATA", str(tmp_path))
    yield
    close_stores()


def test_a_new_consultation_begins_with_the_list_that_the_clinic_keeps_until_it_does_not() -> None:
    first = open_page("costs", **{estimates.LIST: LISTED, "costs__view": "list"})
    assert TEXTS["en"]["prices.kept.none"] in shown(first)
    first.button(key="prices.keep").click().run()
    assert TEXTS["en"]["prices.kept.this"] in shown(first)

    second = open_page("costs", costs__view="list")
    assert second.session_state[estimates.LIST] == LISTED
    second.button(key="prices.forget").click().run()
    assert TEXTS["en"]["prices.kept.none"] in shown(second)
    assert estimates.LIST not in open_page("costs", costs__view="list").session_state


def test_a_consultation_that_was_saved_without_a_list_opens_without_one() -> None:
    open_page("costs", **{estimates.LIST: LISTED, "costs__view": "list"}).button(key="prices.keep").click().run()
    app = upload(open_page("start"), a_file())
    app.switch_page("../../../pages/costs.py").run()
    assert estimates.LIST not in app.session_state
