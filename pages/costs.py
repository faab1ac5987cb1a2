"""Costs: a range and its causes."""

from mesodash.ui import shell
from mesodash.ui.views import costs

shell.show(costs.show)
