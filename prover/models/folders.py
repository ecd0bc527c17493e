"""A model's folder and its digest; free of torch, so that looking for a model is cheap."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

SETTINGS_FILE = "qstar.json"
"""The file that makes a folder a model."""

MODEL = "model"
"""The subfolder in which a training keeps its model."""


def model_folder(folder: Path) -> Path:
    """Return `folder`, or its subfolder `model` if `folder` is the output of a training."""
    inner = folder / MODEL
    trained = any((place / SETTINGS_FILE).exists() for place in (inner, aside(inner)))
    return inner if trained and not (folder / SETTINGS_FILE).exists() else folder


def aside(folder: Path) -> Path:
    """Return the path to which the old model is moved while a new one replaces it."""
    return folder.parent / f".old-{folder.name}"


def weights_digest(folder: Path) -> str:
    """Hash a model's safetensors files, independent of its path and its model card."""
    found = sha256()
    for file in sorted(model_folder(folder).glob("*.safetensors")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
