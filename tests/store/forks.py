"""A program that loads the store once and then forks whenever a line asks for it, so that processes begin at once.

Lines on standard input: `save` makes one child that saves without end and says each id that was acknowledged;
`die NUMBER` makes one child that opens the store and is killed after its NUMBER-th change, or before its commit;
`together COUNT WHAT CODE` makes COUNT children that all wait, begin at the same moment, and say how it ended. A line
may end in surroundings, as MESODASH_DATA=VALUE.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count

# Loaded here so that no child has to.
import alembic.command  # noqa: F401
import psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401
from sqlalchemy import Engine, event

from mesodash.errors import StoreError
from mesodash.store import codes
from mesodash.store.database import the_store

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


def die_while_opening(number: int) -> None:
    """Open the store and say so, unless `number` statements that change something, or commits, are reached first."""
    moments = count(1)

    def one_more(*given: object) -> None:
        statement = str(given[2]).split() if given[2:] else ["COMMIT"]
        if statement[0] in ("CREATE", "INSERT", "COMMIT") and next(moments) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("after_cursor_execute", "commit"):
        event.listen(Engine, moment, one_more)
    the_store()
    say("opened")
    os._exit(0)


def one_of_many(what: str, code: str, client: str, wait: Callable[[], None]) -> str:
    """Do one thing after `wait`; return how it ended."""
    try:
        if what == "open":
            wait()
            the_store()
            return "got"
        store = the_store()
        wait()
        store.handovers.take(code if what == "take" else codes.new_code(), client=client, now=NOW)
        return "got"
    except StoreError as error:
        return error.key
    except Exception as error:
        return type(error).__name__


def together(size: int, what: str, code: str) -> None:
    hold, let_go = os.pipe()
    ready, tell = os.pipe()
    children = []
    for number in range(size):
        child = os.fork()
        if child == 0:
            os.close(let_go)

            def wait() -> None:
                os.write(tell, b"r")
                os.read(hold, 1)

            # Those who guess are one client.
            say("ended", one_of_many(what, code, "one" if what == "guess" else f"client {number}", wait))
            os._exit(0)
        children.append(child)
    for _ in range(size):
        os.read(ready, 1)
    for end in (let_go, hold, ready, tell):
        os.close(end)
    for child in children:
        os.waitpid(child, 0)
    say("done")


def main() -> None:
    say("loaded")
    for line in sys.stdin:
        words = [one for one in line.split() if not one.startswith("MESODASH_")]
        os.environ.update(one.split("=", 1) for one in line.split() if one.startswith("MESODASH_"))
        if words[0] in ("save", "die"):
            child = os.fork()
            if child == 0:
                save_without_end() if words[0] == "save" else die_while_opening(int(words[1]))
            say("child", child)
            os.waitpid(child, 0)
            say("gone", child)
        else:
            together(int(words[1]), words[2], words[3])


if __name__ == "__main__":
    main()
