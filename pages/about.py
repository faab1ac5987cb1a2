"""Page: what mesodash is, how its content came about, and how good it is."""

from mesodash.ui import shell
from mesodash.ui.views import about

shell.show(about.show)
