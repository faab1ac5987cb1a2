"""Start: the decision and the options."""

from mesodash.ui import shell
from mesodash.ui.views import start

shell.show(start.show)
