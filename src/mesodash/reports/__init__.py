"""Take-home formats: plain values in, bytes or JSON-ready values out."""
