"""mesodash: a decision-support dashboard about hair mesotherapy."""

__version__ = "0.1.0"
