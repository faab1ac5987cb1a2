"""The script that runs for every visitor on every rerun."""

from mesodash.ui import shell

shell.run()
