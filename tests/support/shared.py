"""Cases and data that lie beside the project for its developers; tests skip where they are not."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
"""The folder `shared` beside the checkout."""
