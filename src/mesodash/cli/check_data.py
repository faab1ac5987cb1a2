"""`check-data`: whether a folder of data holds together, and what it holds."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from mesodash.cli import floor
from mesodash.cli.options import Answer, Command, as_text, option
from mesodash.errors import InputError
from mesodash.knowledge.base import LISTS, digest, read_all, version
from mesodash.paths import DATA


def check(name: str, *, ids: bool = False) -> dict[str, object]:
    """Return what the folder `name` holds: counts per kind, version and hash, with `ids` the id of each claim too.

    Everything is read afresh; nothing compiled is trusted.

    Raises:
        KnowledgeError: the files do not hold together.
        InputError: the folder cannot be read.
    """
    data = Path(name)
    try:
        # pathlib reads an empty name as the current folder.
        if not name or not data.is_dir():
            raise InputError("error.not_a_folder", field="data", shown=name)
        parts = read_all(data, also=floor.problems)
        content_hash = digest(data)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, csv.Error):
        # Any bytes may stand in a folder that someone names, and not every way to be unreadable has its own message.
        raise InputError("error.not_readable_data", field="data", shown=name) from None
    return {
        "counts": {**{kind: len(parts[kind]) for kind in LISTS}, "texts": len(parts["texts.en"])},
        "content_version": version(parts["content"], content_hash),
        "content_hash": content_hash,
    } | ({"claims": [claim.id for claim in parts["claims"]]} if ids else {})


@click.command(cls=Command, help="Check that the knowledge base holds together, and count what it holds.")
@option("--data", "DIR", "Folder to check instead of the one the pages use.")
@click.option("--ids", is_flag=True, help="List the id of each claim too.")
def command(data: str | None, ids: bool) -> Answer:
    yield as_text(check(str(DATA) if data is None else data, ids=ids))
