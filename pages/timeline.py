"""Timeline: the course with real dates."""

from mesodash.ui import shell
from mesodash.ui.views import timeline

shell.show(timeline.show)
