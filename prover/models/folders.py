"""Where the files of a model lie; without torch, so that looking costs nothing."""

from __future__ import annotations

from pathlib import Path

SETTINGS_FILE = "qstar.json"
"""The file that makes a folder a model."""

MODEL = "model"
"""The subfolder in which a training keeps its model."""


def model_folder(folder: Path) -> Path:
    """`folder`, or its subfolder `model` where `folder` is what a training wrote."""
    inner = folder / MODEL
    written = any((place / SETTINGS_FILE).exists() for place in (inner, aside(inner)))
    return inner if written and not (folder / SETTINGS_FILE).exists() else folder


def aside(folder: Path) -> Path:
    """Where the old model is while the new one comes into its place."""
    return folder.parent / f".old-{folder.name}"
