"""Pure functions over the knowledge base: no language, no clock, no files."""
