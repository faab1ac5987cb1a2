"""The pieces of the Timeline page, each a fragment of its own: a change draws again what depends on it, and no more."""
