"""What lies in a folder, for the page: traces of searches and proof data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from lean_env.errors import BadInput
from prover.datasets.records import Search
from prover.datasets.store import KIND, find_searches, read_data_manifest, read_searches
from prover.runs.manifest import MANIFEST_FILE
from prover.server.request_limits import RequestRefused
from prover.tracing.trace import SUFFIX, Trace, read
from prover.tracing.view import search_view

DEPTH = 4
"""How many folders deep runs and traces are looked for."""


class Folder:
    """A folder that the page may read.

    Attributes:
        root: The folder; nothing outside of it is read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def inside(self, path: str) -> Path:
        """Resolve a path that a client names, relative to the folder.

        Raises:
            RequestRefused: It is not inside, or there is nothing.
        """
        found = (self.root / path).resolve()
        if not found.is_relative_to(self.root) or not found.exists():
            raise RequestRefused(404, f"there is no {path} in this folder")
        return found

    def name(self, path: Path) -> str:
        """Name a path inside the folder as clients do; `.` is the folder itself."""
        return path.relative_to(self.root).as_posix()

    def files(self, pattern: str) -> Iterator[Path]:
        """Find files by a pattern of their names, sorted, at most `DEPTH` folders deep."""
        for depth in range(DEPTH):
            yield from sorted(self.root.glob("*/" * depth + pattern))

    def manifests(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Find the runs: each folder with a manifest, and what it says."""
        for file in self.files(MANIFEST_FILE):
            try:
                manifest = json.loads(file.read_text("utf-8"))
            except (OSError, ValueError):
                continue  # of something else, or being written
            if isinstance(manifest, dict) and {"kind", "settings", "facts"} <= manifest.keys():
                yield file.parent, manifest


def folder_routes(folder: Folder) -> APIRouter:
    """Make the endpoints for traces and proof data of a folder."""
    router = APIRouter(prefix="/v1", tags=["folder"])

    @router.get("/traces")
    def traces() -> list[str]:
        """List the trace files."""
        return [folder.name(path) for path in folder.files(f"*{SUFFIX}")]

    @router.get("/traces/search")
    def trace(path: str) -> dict[str, Any]:
        """Return the search that a trace file holds."""
        if not path.endswith(SUFFIX):
            raise BadInput("not the name of a trace file", where=path)
        return search_view(read(folder.inside(path)))

    @router.get("/data")
    def collections() -> list[dict[str, Any]]:
        """List the folders of proof data."""
        return [
            {"path": folder.name(path), "began": manifest["facts"].get("began", "")}
            for path, manifest in folder.manifests()
            if manifest["kind"] == KIND
        ]

    @router.get("/data/searches")
    def searches(path: str) -> list[dict[str, Any]]:
        """List the searches of a folder of proof data."""
        return [_row(search) for search in read_searches(folder.inside(path))]

    @router.get("/data/search")
    def search(path: str, id: str) -> list[dict[str, Any]]:
        """Return all searches of a theorem in a folder of proof data."""
        inside = folder.inside(path)
        algorithm = str(read_data_manifest(inside).settings["search"])
        return [_view(found, algorithm) for found in find_searches(inside, id)]

    return router


def _row(search: Search) -> dict[str, Any]:
    return {
        "id": search.id,
        "group": search.group,
        "namespace": search.id.rpartition(".")[0],
        "status": search.status,
        "stop": search.stop,
        "lean_calls": search.stats.lean_calls,
        "seconds": round(search.stats.seconds, 2),
        "states": len(search.states),
        "tactics": list(search.tactics),
    }


def _view(search: Search, algorithm: str) -> dict[str, Any]:
    return search_view(
        Trace(
            name=search.id,
            search=algorithm,
            graph=search.graph(),
            status=search.status,
            stop=search.stop,
            proof=search.proof,
            stats=search.stats,
        )
    )
