"""`python -m mesodash COMMAND`: the headless commands."""

from __future__ import annotations

import gc
import sys

if __name__ == "__main__":
    # Decoding the knowledge makes many objects that all stay; looking for rubbish among them took a tenth of the time.
    gc.set_threshold(200_000)
    try:
        from mesodash.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
