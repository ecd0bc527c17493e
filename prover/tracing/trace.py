"""A finished search in a file: its proof graph and what became of it."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lean_env.errors import BadInput
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.result import SearchResult
from prover.runs.files import reporting_disk_errors
from prover.types import Problem, Stats, StopReason, TheoremStatus

SUFFIX = ".trace.json"

NAME_BYTES = 200
"""A longer name of a theorem is cut for its file: with what is put to it that has 255 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    name: str
    search: str
    graph: ProofGraph
    status: TheoremStatus
    stop: StopReason
    proof: str
    stats: Stats


def path_for(folder: Path, name: str) -> Path:
    """Where the trace of the theorem of that name goes: under that name if a file can have it,
    else under one like it that no other theorem's trace has."""
    safe = re.sub(r"[^\w.-]", "_", name or "theorem")
    if (name and safe != name) or len(safe.encode()) > NAME_BYTES:
        cut = safe.encode()[:NAME_BYTES].decode(errors="ignore")
        safe = f"{cut}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return folder / (safe + SUFFIX)


def prepare(folder: Path) -> None:
    """Make the folder for traces.  Raises `BadInput` when none can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadInput(
            f"no traces can be written here: {error.strerror or error}",
            where=str(folder),
            remedy="choose another folder: --trace DIR",
        ) from error


def write(folder: Path, search: str, problem: Problem, result: SearchResult) -> Path:
    """Write the trace of a search, in place of an earlier one of the same theorem.

    Raises `BrokenEnvironment` when that cannot be; an earlier one is then left as it was.
    """
    record = {
        "name": result.theorem.name,
        "search": search,
        "status": result.status,
        "stop": result.stop,
        "proof": result.proof,
        "stats": asdict(result.stats),
        "graph": dump(problem.graph),
    }
    path = path_for(folder, result.theorem.name)
    new = path.with_suffix(".new")
    with reporting_disk_errors(path):
        try:
            new.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    return path


def read(path: Path) -> Trace:
    """Raises `BadInput` when the file is not there, cannot be read or is no trace."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Trace(
            name=record["name"],
            search=record["search"],
            graph=load(record["graph"]),
            status=TheoremStatus(record["status"]),
            stop=StopReason(record["stop"]),
            proof=record["proof"],
            stats=Stats(**record["stats"]),
        )
    except FileNotFoundError:
        raise BadInput("no such file", where=str(path)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"not a trace of this version of qstar ({type(error).__name__}: {error})",
            where=str(path),
            remedy="write it anew with: qstar prove --trace DIR",
        ) from None


def read_all(folder: Path) -> Iterator[tuple[Path, Trace]]:
    """All traces of a folder, by name.  Raises `BadInput` when there is none."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise BadInput(
            "no traces here",
            where=str(folder),
            remedy="qstar prove --trace DIR writes them",
        )
    for path in paths:
        yield path, read(path)
