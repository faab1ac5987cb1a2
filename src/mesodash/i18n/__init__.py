"""Texts, numbers, dates and money in the reader's language."""

from mesodash.i18n.words import Words

__all__ = ["Words"]
