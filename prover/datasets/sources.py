"""What can be trained on: collections, their releases, LeanDojo Benchmark, traced repositories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from prover.datasets import store
from prover.datasets.formats import lean_dojo_benchmark, lean_dojo_repository, release
from prover.datasets.records import Search


class _Form(NamedTuple):
    """Of data that others can have made too."""

    is_here: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Search]]
    digest: Callable[[Path], str]


_FORMS = (
    _Form(release.is_release, release.read_release, release.release_digest),
    _Form(
        lean_dojo_benchmark.is_benchmark,
        lean_dojo_benchmark.read_benchmark,
        lean_dojo_benchmark.benchmark_digest,
    ),
    _Form(
        lean_dojo_repository.is_traced_repository,
        lean_dojo_repository.read_traced_repository,
        lean_dojo_repository.repository_digest,
    ),
)


def searches(folder: Path) -> Iterator[Search]:
    """Those of the train split of a collection, a release, LeanDojo Benchmark or a traced
    repository; all of a collection without splits.  Raises `BadInput` when `folder` is none of
    these, or damaged."""
    form = _form_of(folder)
    found = form.read(folder) if form else store.read_searches(folder)
    return (search for search in found if search.split in ("", release.SPLIT))


def digest(folder: Path) -> str:
    """Of the settings of a collection, or of what the others hold.  Raises `BadInput`."""
    form = _form_of(folder)
    return form.digest(folder) if form else store.read_data_manifest(folder).digest


def splits(folder: Path) -> set[str]:
    """Those of the searches in `folder`.  Raises `BadInput`."""
    if _form_of(folder):
        return {release.SPLIT}
    parts = store.read_tables(folder, {"searches": ["split"]})
    return {str(split) for part in parts for split in part["searches"]["split"].to_pylist()}


def _form_of(folder: Path) -> _Form | None:
    return next((form for form in _FORMS if form.is_here(folder)), None)
