"""Page: answers handed over from tablets, and consultations that the clinic keeps."""

from mesodash.ui import shell
from mesodash.ui.views import inbox

shell.show(inbox.show)
