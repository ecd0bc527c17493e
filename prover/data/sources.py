"""What can be trained on: collections, releases of them, and LeanDojo Benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prover.data import leandojo, release, store
from prover.data.records import Search


def searches(folder: Path) -> Iterator[Search]:
    """Those of a collection, or of the train split of a release or of LeanDojo Benchmark.  Raises
    `BadInput` when `folder` is none of these, or damaged."""
    if release.is_release(folder):
        return release.read_release(folder)
    if leandojo.is_benchmark(folder):
        return leandojo.read_benchmark(folder)
    return store.read(folder)


def digest(folder: Path) -> str:
    """Of the settings of a collection, or of the rows of the others.  Raises `BadInput`."""
    if release.is_release(folder):
        return release.digest_of(folder)
    if leandojo.is_benchmark(folder):
        return leandojo.digest_of(folder)
    return store.manifest_of(folder).digest


def splits(folder: Path) -> set[str]:
    """Those of the searches in `folder`.  Raises `BadInput`."""
    if release.is_release(folder) or leandojo.is_benchmark(folder):
        return {release.SPLIT}
    parts = store.tables(folder, {"searches": ["split"]})
    return {str(split) for part in parts for split in part["searches"]["split"].to_pylist()}
