"""Page: a patient alone answers on a tablet."""

from mesodash.ui import shell
from mesodash.ui.views import tablet

shell.show(tablet.show)
