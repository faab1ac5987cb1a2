"""Check: the eligibility questionnaire."""

from mesodash.ui import shell
from mesodash.ui.views import check

shell.show(check.show)
