"""Tables that become cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    labels: Sequence[str] | None = None,
    options: Sequence[str] | None = None,
    needs: Sequence[Sequence[str]] | None = None,
) -> str:
    """Return a table, the first cell of each row its heading. On a phone each row becomes a card.

    The roles are repeated because a browser forgets them for cells that are drawn as blocks.

    Args:
        caption, heads, rows: Markup, its variable parts escaped; each row has as many cells as `heads`.
        labels: What stands before each cell on a card, where a head is too short to be understood there.
        options: The option that each row is about, where a page may hide it.
        needs: The options of which one at least has to be shown for each row.
    """
    top = "".join(f"<th scope='col' role='columnheader'>{head}</th>" for head in heads)
    about = [f" data-option='{option}'" for option in options] if options else [""] * len(rows)
    if needs:
        about = [f"{one} data-needs='{' '.join(wanted)}'" for one, wanted in zip(about, needs, strict=True)]
    body = "".join(
        f"<tr role='row'{option}><th scope='row' role='rowheader'>{first}</th>"
        + "".join(
            f"<td role='cell'><span class='cards-label' aria-hidden='true'>{head}</span>{cell}</td>"
            for head, cell in zip((labels or heads)[1:], cells, strict=True)
        )
        + "</tr>"
        for option, (first, *cells) in zip(about, rows, strict=True)
    )
    return (
        f"<table class='cards' role='table'><caption>{caption}</caption><thead role='rowgroup'><tr role='row'>{top}"
        f"</tr></thead><tbody role='rowgroup'>{body}</tbody></table>"
    )
