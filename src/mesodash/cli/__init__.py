"""Headless commands over the same functions as the pages."""
