"""What can be trained on: collections, and releases of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prover.data import release, store
from prover.data.records import Search


def searches(folder: Path) -> Iterator[Search]:
    """Those of a collection, or of the train split of a release.  Raises `BadInput` when `folder`
    is neither, or damaged."""
    return release.read_release(folder) if release.is_release(folder) else store.read(folder)


def digest(folder: Path) -> str:
    """Of the settings of a collection, or of the rows of a release.  Raises `BadInput`."""
    if release.is_release(folder):
        return release.digest_of(folder)
    return store.manifest_of(folder).digest


def splits(folder: Path) -> set[str]:
    """Those of the searches in `folder`.  Raises `BadInput`."""
    if release.is_release(folder):
        return {release.SPLIT}
    parts = store.tables(folder, {"searches": ["split"]})
    return {str(split) for part in parts for split in part["searches"]["split"].to_pylist()}
