"""A figure that is already in the words of the charting library."""

from __future__ import annotations

from plotly.basedatatypes import BaseFigure


class Plain(BaseFigure):  # type: ignore[misc]  # the library has no types
    """A figure that is handed on as it is.

    The library's own figure looks through every value and copies all of it twice, which takes longer than the rest of
    a page. What our charts make is looked through by their tests.
    """

    def __init__(self, data: list[dict[str, object]], layout: dict[str, object]) -> None:
        self._spec = {"data": data, "layout": layout}

    def to_dict(self) -> dict[str, object]:
        """Return what is sent to the browser."""
        return dict(self._spec)
