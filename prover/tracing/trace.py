"""Trace files: a finished search with its proof graph and its outcome, as JSON."""

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
"""Longest theorem name, in UTF-8 bytes, that names a file: with hash and suffix 255 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a trace file holds.

    Attributes:
        name: The theorem's name.
        search: The search algorithm's name.
        graph: The proof graph at the end of the search.
        status: Whether the theorem was proved, disproved or neither.
        stop: Why the search ended.
        proof: The verified declaration; empty if there is none.
        stats: What the search used.
    """

    name: str
    search: str
    graph: ProofGraph
    status: TheoremStatus
    stop: StopReason
    proof: str
    stats: Stats


def path_for(folder: Path, name: str) -> Path:
    """Return the path of a theorem's trace file.

    Args:
        folder: The folder of traces.
        name: The theorem's name.  If it is not a safe or short enough file name, a sanitized name
            with a hash is used, which is different for each theorem.
    """
    safe = re.sub(r"[^\w.-]", "_", name or "theorem")
    if (name and safe != name) or len(safe.encode()) > NAME_BYTES:
        cut = safe.encode()[:NAME_BYTES].decode(errors="ignore")
        safe = f"{cut}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return folder / (safe + SUFFIX)


def prepare(folder: Path) -> None:
    """Create the folder for traces and check that files can be written there.

    Raises:
        BadInput: They cannot.
    """
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
    """Write the trace of a search atomically, replacing an earlier one of the same theorem.

    Args:
        folder: The folder of traces; see `prepare`.
        search: The search algorithm's name.
        problem: The search, with its proof graph.
        result: How it ended.

    Returns:
        The path of the file.

    Raises:
        BrokenEnvironment: It could not be written; an earlier trace is then unchanged.
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
    """Read a trace file.

    Raises:
        BadInput: The file does not exist, cannot be read, or is not a trace of this version.
    """
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
    """Read all traces of a folder, sorted by file name.

    Yields:
        The path of each file, and its trace.

    Raises:
        BadInput: There are no traces in the folder, or one cannot be read.
    """
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise BadInput(
            "no traces here",
            where=str(folder),
            remedy="qstar prove --trace DIR writes them",
        )
    for path in paths:
        yield path, read(path)
