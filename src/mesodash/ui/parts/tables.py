"""Tables that become cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, labels: Sequence[str] | None = None
) -> str:
    """Return a table, the first cell of each row its heading. On a phone each row becomes a card.

    The roles are repeated because a browser forgets them for cells that are drawn as blocks.

    Args:
        caption, heads, rows: Markup, its variable parts escaped; each row has as many cells as `heads`.
        labels: What stands before each cell on a card, where a head is too short to be understood there.
    """
    top = "".join(f"<th scope='col' role='columnheader'>{head}</th>" for head in heads)
    body = "".join(
        f"<tr role='row'><th scope='row' role='rowheader'>{first}</th>"
        + "".join(
            f"<td role='cell'><span class='cards-label' aria-hidden='true'>{head}</span>{cell}</td>"
            for head, cell in zip((labels or heads)[1:], cells, strict=True)
        )
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f"<table class='cards' role='table'><caption>{caption}</caption><thead role='rowgroup'><tr role='row'>{top}"
        f"</tr></thead><tbody role='rowgroup'>{body}</tbody></table>"
    )
