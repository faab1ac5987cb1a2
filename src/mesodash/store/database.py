"""The clinic's store: one per process for each place, opened when first asked for."""

from __future__ import annotations

import atexit
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from mesodash.store import place as places
from mesodash.store.place import Place

if TYPE_CHECKING:
    from mesodash.store.opened import Store

_MOST = 4
"""Stores kept open at once. A process has one; a test run moves from folder to folder."""
_open: OrderedDict[Place, Store] = OrderedDict()
_lock = threading.Lock()


def the_store() -> Store:
    """Return the store of the place that the environment names now; the first time it is opened and brought up to date.

    Raises:
        StoreError: it cannot be opened; the next call tries again.
    """
    place = places.here()
    with _lock:
        if place in _open:
            _open.move_to_end(place)
            return _open[place]
    # The database's library takes its time to load; commands that keep nothing never load it.
    from mesodash.store.opened import Store

    made = Store(place)
    with _lock:
        kept = _open.setdefault(place, made)
        leaving = [] if kept is made else [made]
        while len(_open) > _MOST:
            leaving.append(_open.popitem(last=False)[1])
    for one in leaving:
        one.close()
    return kept


def close_stores() -> None:
    """Close every connection; the next call of `the_store` opens anew."""
    with _lock:
        leaving = list(_open.values())
        _open.clear()
    for one in leaving:
        one.close()


atexit.register(close_stores)
