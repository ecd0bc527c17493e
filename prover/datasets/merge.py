"""Merging of several folders of proof data into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lean_env.errors import BadInput
from prover.datasets.store import SearchStore, read_data_manifest, read_searches
from prover.runs.files import require_empty
from prover.runs.ledger import exclusive, open_run
from prover.runs.manifest import Manifest, environment_facts


def merge(folders: Sequence[Path], out: Path) -> int:
    """Write every search of `folders`, without duplicates, to a new folder.

    Args:
        folders: Folders of proof data; at least one.
        out: The folder to create.

    Returns:
        The number of searches written.

    Raises:
        BadInput: The folders are of different suites or versions of Lean, one of them cannot be
            read or is being written, or `out` has content.
    """
    manifests = [read_data_manifest(folder) for folder in folders]
    for folder, manifest in zip(folders, manifests, strict=True):
        for name in ("suite", "lean"):
            first, other = manifests[0].settings[name], manifest.settings[name]
            if _same(first) != _same(other):
                raise BadInput(f"{name} is {other}, but {first} in {folders[0]}", where=str(folder))
    require_empty(out)
    with open_run(out, _manifest(manifests), resume=False) as ledger:
        store, seen = SearchStore(out), set()
        for folder in folders:
            with exclusive(folder):
                for search in read_searches(folder):
                    if (search.id, search.run) not in seen:
                        seen.add((search.id, search.run))
                        store.append(search)
                        ledger.append({"id": f"{search.id}@{search.run}", "from": str(folder)})
        store.seal()
    return len(seen)


def _same(setting: object) -> object:
    """Drop the digest from a suite, so that different parts of a suite are equal."""
    if isinstance(setting, dict):
        return {name: value for name, value in setting.items() if name != "digest"}
    return setting


def _manifest(manifests: Sequence[Manifest]) -> Manifest:
    """Make a manifest with the settings that all share, and lists of those that differ."""
    shared = dict(manifests[0].settings)
    for name, value in manifests[0].settings.items():
        if any(manifest.settings.get(name) != value for manifest in manifests):
            shared[name] = [manifest.settings.get(name) for manifest in manifests]
    if isinstance(shared["suite"], list):
        shared["suite"] = manifests[0].settings["suite"]
    merged = [manifest.digest for manifest in manifests]
    return replace(manifests[0], settings=shared | {"merged": merged}, facts=environment_facts())
