"""A finished search in a file: its proof graph and what became of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lean_env.errors import BadInput
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.types import Problem, SearchResult, Stats, Status, Stop

SUFFIX = ".trace.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    name: str
    search: str
    graph: ProofGraph
    status: Status
    stop: Stop
    proof: str
    stats: Stats


def path_for(folder: Path, name: str) -> Path:
    """Where the trace of the theorem of that name goes."""
    return folder / (re.sub(r"[^\w.-]", "_", name or "theorem") + SUFFIX)


def write(folder: Path, search: str, problem: Problem, result: SearchResult) -> Path:
    """Write the trace of a search, in place of an earlier one of the same theorem."""
    record = {
        "name": result.theorem.name,
        "search": search,
        "status": result.status,
        "stop": result.stop,
        "proof": result.proof,
        "stats": asdict(result.stats),
        "graph": dump(problem.graph),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = path_for(folder, result.theorem.name)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    new.replace(path)
    return path


def read(path: Path) -> Trace:
    """Raises `BadInput` when the file is not there or is no trace."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Trace(
            name=record["name"],
            search=record["search"],
            graph=load(record["graph"]),
            status=Status(record["status"]),
            stop=Stop(record["stop"]),
            proof=record["proof"],
            stats=Stats(**record["stats"]),
        )
    except FileNotFoundError:
        raise BadInput("no such file", where=str(path)) from None
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
