"""Locked: nothing opens before a passphrase is set, or while the store cannot be read."""

from mesodash.ui import shell
from mesodash.ui.views import locked

shell.show(locked.show)
