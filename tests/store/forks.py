"""A program that loads the store once and then forks whenever a line asks for it, so that processes begin at once.

Lines on standard input: `save` makes one child that saves without end and says each id that was acknowledged;
`together COUNT WHAT CODE` makes COUNT children that all wait, begin at the same moment, and say how it ended.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from hashlib import sha256

# Loaded here so that no child has to.
import alembic.command  # noqa: F401
import psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401

from mesodash.errors import StoreError
from mesodash.store import codes
from mesodash.store.database import the_store
from mesodash.store.opened import Store

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def content(label: str) -> bytes:
    """Return what is saved under a label: enough for several pages of the database."""
    return sha256(label.encode()).digest() * 600


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def save_without_end() -> None:
    store, number = the_store(), 0
    while True:
        label = f"{os.getpid()}-{number}"
        try:
            say("saved", store.consultations.save(content(label), label=label, now=NOW, days=1), label)
        except StoreError:
            os._exit(1)
        number += 1


def ended(store: Store, what: str, code: str, client: str) -> str:
    try:
        if what == "take":
            store.handovers.take(code, client=client, now=NOW)
        elif what == "guess":
            store.handovers.take(codes.new_code(), client="one", now=NOW)
        return "got"
    except StoreError as error:
        return error.key


def together(count: int, what: str, code: str) -> None:
    hold, let_go = os.pipe()
    ready, tell = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            os.close(let_go)
            if what == "open":
                os.write(tell, b"r")
                os.read(hold, 1)
                store = the_store()
            else:
                store = the_store()
                os.write(tell, b"r")
                os.read(hold, 1)
            say("ended", ended(store, what, code, f"client {number}"))
            os._exit(0)
        children.append(child)
    for _ in range(count):
        os.read(ready, 1)
    for end in (let_go, hold, ready, tell):
        os.close(end)
    for child in children:
        os.waitpid(child, 0)
    say("done")


def main() -> None:
    say("loaded")
    for line in sys.stdin:
        words = line.split()
        if words[0] == "save":
            child = os.fork()
            if child == 0:
                save_without_end()
            say("child", child)
            os.waitpid(child, 0)
            say("gone", child)
        else:
            together(int(words[1]), words[2], words[3])


if __name__ == "__main__":
    main()
