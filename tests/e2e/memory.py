"""What a running process holds in its memory."""

from __future__ import annotations

from pathlib import Path

SCRUBBED = {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "165"}
"""Surroundings in which a process overwrites memory that it gives back: what is found then is still held."""


def count(pid: int, words: str) -> int:
    """Return how often `words` (in ASCII) stand in the writable memory of a process."""
    found = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(one, 16) for one in place.split("-"))
            try:
                memory.seek(start)
                held = memory.read(end - start)
            except (OSError, ValueError):
                continue
            found += held.count(words.encode("ascii"))
    return found
