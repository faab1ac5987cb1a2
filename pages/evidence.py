"""Page: all statements with their sources and conflicts."""

from mesodash.ui import shell
from mesodash.ui.views import evidence

shell.show(evidence.show)
