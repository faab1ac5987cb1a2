"""One file per step: m0001, m0002 and so on. A step that was published is never changed."""
