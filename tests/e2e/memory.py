"""What a running process holds in its memory."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy

SCRUBBED = {
    "PYTHONMALLOC": "malloc",
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}
"""Surroundings in which a process overwrites memory that it gives back: what is found then is still held.

Small pieces that are given back wait in a cache of each thread, where they are not overwritten; so there is none.
"""

_ID = len("$$ID--") + 32
"""Characters that the framework puts before the key of a control."""


def pieces(pid: int) -> Iterator[bytes]:
    """Give the writable memory of a process, piece by piece."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(one, 16) for one in place.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except (OSError, ValueError):
                continue


def count(pid: int, *words: bytes) -> list[int]:
    """Return how often each of `words` stands in the writable memory of a process."""
    found = [0] * len(words)
    for held in pieces(pid):
        for place, one in enumerate(words):
            found[place] += _count(held, one)
    return found


def _count(held: bytes, words: bytes) -> int:
    if b"\0" not in words:
        return held.count(words)
    # A value among others: where each begins is a multiple of eight. Bytes alone are slow to find among so many zeros.
    places = numpy.frombuffer(held, "<u8") == int.from_bytes(words[:8], "little")
    return sum(held.startswith(words, 8 * int(place)) for place in numpy.flatnonzero(places))


def number_forms(question: str, number: int) -> dict[str, bytes]:
    """Return the bytes as which the answer to a question, a whole number from 64 to 8191, stands in a server's memory.

    "object" is any integer of this value, so a few are always there; each of the others is that answer alone, but for
    "drawn", which is any such float.
    """
    key = f"answers.{question}"
    doubled = 2 * number
    return {
        # What a browser sends: field 5 of WidgetState, a signed number.
        "sent": key.encode() + bytes([5 << 3, doubled & 0x7F | 0x80, doubled >> 7]),
        # The same message once it is read: how long its id is, where that is, and the number.
        "read": struct.pack("<Qq", _ID + len(key), number),
        # The session's own: an object without what differs in each process.
        "object": ctypes.string_at(id(number), sys.getsizeof(number))[2 * ctypes.sizeof(ctypes.c_void_p) :],
        # What the page is told when it draws a field that was filled in before, until it is sent.
        "drawn": struct.pack("<d", number),
        # What is sealed for a hand-over.
        "handed over": f'"{question}": {number}'.encode(),
        "written": f"'{question}': {number}".encode(),
    }


def choice_forms(question: str, words: str) -> dict[str, bytes]:
    """Return the bytes as which a choice, by its words on the screen, stands there when a browser sends it.

    The session then holds one of the knowledge's own tokens, which is always there.
    """
    said = words.encode()
    return {"chosen": f"answers.{question}".encode() + bytes([9 << 3 | 2, len(said) + 2, 1 << 3 | 2, len(said)]) + said}
