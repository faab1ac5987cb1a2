"""Summary: what was said, what is open, what to ask."""

from mesodash.ui import shell
from mesodash.ui.views import summary

shell.show(summary.show)
