"""Functions that build plotly figures from plain values."""
