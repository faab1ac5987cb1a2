"""What a running server does by itself: it opens the store, notes its start, and erases what has come to its end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool

from mesodash.errors import StoreError
from mesodash.store.database import the_store

EVERY_SECONDS = 60


async def keep_up() -> None:
    """Tidy the store every minute, until cancelled."""
    started = False
    while True:
        started = await run_in_threadpool(_tidy, started)
        await asyncio.sleep(EVERY_SECONDS)


def _tidy(started: bool) -> bool:
    """Return whether the start of this server is noted. A store that fails is tried again; the pages say what it is."""
    now = datetime.now(UTC)
    try:
        store = the_store()
        if not started:
            store.audit.record("start", mode="server", lang="-", now=now)
        store.tidy(now)
    except StoreError:
        return started
    return True
