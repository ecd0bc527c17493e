"""Training data in any form: collections, releases, LeanDojo Benchmark, traced repositories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from prover.datasets import store
from prover.datasets.formats import lean_dojo_benchmark, lean_dojo_repository, release
from prover.datasets.records import Search


class _Format(NamedTuple):
    """How to recognize, read and hash a folder in a format of `prover.datasets.formats`."""

    matches: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Search]]
    digest: Callable[[Path], str]


_FORMATS = (
    _Format(release.is_release, release.read_release, release.release_digest),
    _Format(
        lean_dojo_benchmark.is_benchmark,
        lean_dojo_benchmark.read_benchmark,
        lean_dojo_benchmark.benchmark_digest,
    ),
    _Format(
        lean_dojo_repository.is_traced_repository,
        lean_dojo_repository.read_traced_repository,
        lean_dojo_repository.repository_digest,
    ),
)


def searches(folder: Path) -> Iterator[Search]:
    """Read the searches that may be trained on.

    Args:
        folder: A collection, a release, LeanDojo Benchmark or a traced repository.

    Returns:
        The searches of the train split; all searches if there are no splits.

    Raises:
        BadInput: `folder` is none of these, or damaged.
    """
    format = _format_of(folder)
    found = format.read(folder) if format else store.read_searches(folder)
    return (search for search in found if search.split in ("", release.SPLIT))


def digest(folder: Path) -> str:
    """Hash the settings of a collection, or the files of data in another format.

    Raises:
        BadInput: `folder` holds no proof data.
    """
    format = _format_of(folder)
    return format.digest(folder) if format else store.read_data_manifest(folder).digest


def splits(folder: Path) -> set[str]:
    """Collect the names of the splits that the searches in `folder` are of.

    Raises:
        BadInput: `folder` holds no proof data, or is damaged.
    """
    if _format_of(folder):
        return {release.SPLIT}
    parts = store.read_tables(folder, {"searches": ["split"]})
    return {str(split) for part in parts for split in part["searches"]["split"].to_pylist()}


def _format_of(folder: Path) -> _Format | None:
    return next((format for format in _FORMATS if format.matches(folder)), None)
