"""One view per page."""
