"""Finds a browser for the tests; run as a program, it installs Debian's Chromium where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def find() -> str | None:
    """Return the path of a Chromium-like browser, or None. MESODASH_CHROMIUM names one that lies elsewhere."""
    named = os.environ.get("MESODASH_CHROMIUM")
    return named if named else next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    if find():
        return 0
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if may_install:
        print("Installing Chromium for the browser tests (once) ...", flush=True)
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, **quiet)
        if find():
            return 0
    print(
        "No Chromium for the browser tests was found, and it could not be installed. Install it (Debian: apt-get"
        " install chromium) or name it: MESODASH_CHROMIUM=/path/to/chromium make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
