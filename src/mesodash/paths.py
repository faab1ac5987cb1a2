"""Where the knowledge, the pages and the compiled knowledge are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
PAGES = ROOT / "pages"
COMPILED = ROOT / ".cache" / "knowledge"
