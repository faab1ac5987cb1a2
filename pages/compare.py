"""Compare: the options side by side."""

from mesodash.ui import shell
from mesodash.ui.views import compare

shell.show(compare.show)
