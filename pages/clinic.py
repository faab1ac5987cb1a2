"""Clinic: passphrase, settings, tablets, where the data lies, the log."""

from mesodash.ui import shell
from mesodash.ui.views import clinic

shell.show(clinic.show)
