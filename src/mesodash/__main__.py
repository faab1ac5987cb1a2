"""`python -m mesodash COMMAND`: the headless commands."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from mesodash.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
