"""Training data from a release, which `qstar export --format hf` wrote.

The edges of a state are rebuilt from its rows.  An equal tactic on an equal state has one row, that
of the first theorem: so all rows of a state are used, whatever theorem they are of, and a rebuilt
search may contain more than the original one.  It differs in what an export omits:

* states with the same text are one; rows that were dropped as duplicates of a state with other
  variable names, or in another split, are missing;
* states on which nothing was run count as open, even if there was nothing left to try;
* messages are cut; sources of tactics and times of searches are missing;
* headers and statements of theorems without a proof are missing, as are separate hypotheses:
  premises are retrieved by the target alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lean_env.errors import BadInput
from lean_env.types import (
    Accepted,
    Applied,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Theorem,
    Transition,
)
from prover.datasets.formats.printed_goals import parse_printed_goals
from prover.datasets.records import Search, record_search
from prover.graph.store import Node, ProofGraph
from prover.result import SearchResult
from prover.types import Proposal, StopReason, TheoremStatus

Row = Mapping[str, Any]

SPLIT = "train"
"""The only split that is trained on: the others are for measuring."""

TACTICS = (
    "theorem", "state", "tactic", "outcome", "depth", "next_states", "message", "state_failed",
    "logprob", "q", "value", "ms",
)  # fmt: skip
PROOFS = ("theorem", "group", "header", "statement", "out_of_reach", "proof", "tactics", "axioms")


def is_release(folder: Path) -> bool:
    """Check whether `folder` is an export in the `hf` format."""
    return (folder / "tactics").is_dir()


def release_digest(folder: Path) -> str:
    """Hash the files of the train split."""
    found = hashlib.sha256()
    for file in _files(folder):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def read_release(folder: Path) -> Iterator[Search]:
    """Rebuild the searches of the train split.

    Raises:
        BadInput: Its files cannot be read.
    """
    tactics, proofs = (
        _rows(file, columns)
        for file, columns in zip(_files(folder), (TACTICS, PROOFS), strict=True)
    )
    run, proved = release_digest(folder), {row["theorem"]: row for row in proofs}
    of_library = all(row["out_of_reach"] == id for id, row in proved.items())
    by_state: defaultdict[str, list[Row]] = defaultdict(list)
    roots: dict[str, str] = {}
    for row in tactics:
        by_state[row["state"]].append(row)
        if row["depth"] == 0:
            roots.setdefault(row["theorem"], row["state"])
    try:
        for id, text in roots.items():
            proof = proved.get(id, {})
            theorem = _theorem(id, proof, id if of_library else "")
            result = _result(theorem, proof)
            graph = _graph(ProofState(text, theorem, parse_printed_goals(text)), by_state)
            group = proof.get("group", "")
            yield record_search(result, graph, id=id, run=run, split=SPLIT, group=group)
    except ValueError as error:
        raise BadInput(str(error), where=str(folder)) from None


def read_proofs(folder: Path) -> Iterator[tuple[str, Theorem, str]]:
    """Read id, theorem and verified proof of the proved theorems of all splits.

    Raises:
        BadInput: A file cannot be read.
    """
    for file in sorted((folder / "proofs").glob("*.parquet")):
        for row in _rows(file, PROOFS):
            yield row["theorem"], _theorem(row["theorem"], row, ""), row["proof"]


def _theorem(id: str, proof: Row, out_of_reach: str) -> Theorem:
    """Rebuild a theorem from the row of its proof, which is empty if there is none."""
    return Theorem(
        statement=proof.get("statement", ""),
        header=proof.get("header", ""),
        name=id,
        before=proof.get("out_of_reach", out_of_reach),
    )


def _files(folder: Path) -> list[Path]:
    files = [folder / name / f"{SPLIT}.parquet" for name in ("tactics", "proofs")]
    for file in files:
        if not file.is_file():
            raise BadInput("no such file", where=str(file), remedy="`qstar export` writes it")
    return files


def _rows(file: Path, columns: Sequence[str]) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_table(file, columns=list(columns)).select(columns).to_pylist())
    except (OSError, KeyError, pa.ArrowException) as error:
        raise BadInput(f"cannot be read: {error}", where=str(file)) from None


def _result(theorem: Theorem, proof: Row) -> SearchResult:
    if not proof:
        return SearchResult(theorem=theorem, status=TheoremStatus.OPEN, stop=StopReason.LEAN_CALLS)
    return SearchResult(
        theorem=theorem,
        status=TheoremStatus.PROVED,
        stop=StopReason.PROVED,
        proof=proof["proof"],
        tactics=tuple(proof["tactics"]),
        verdict=Accepted(tuple(proof["axioms"])),
    )


def _graph(root: ProofState, by_state: Mapping[str, Sequence[Row]]) -> ProofGraph:
    """Rebuild the part of the proof graph that the rows connect to the root."""
    graph = ProofGraph(root)
    for node in graph.nodes:  # grows while we go
        rows: dict[str, Row] = {}
        for row in sorted(
            by_state.get(node.state.text, ()), key=lambda row: row["theorem"] != root.theorem.name
        ):
            rows.setdefault(row["tactic"], row)
        for row in rows.values():
            node.value = row["value"] if node.value is None else node.value
            if row["q"] is not None:
                node.scores[row["tactic"]] = row["q"]
            graph.add(node, Proposal(row["tactic"], row["logprob"]), _transition(node, row))
    for node in graph.nodes:
        if any(row["state_failed"] for row in by_state.get(node.state.text, ())):
            graph.exhaust(node)
    return graph


def _transition(node: Node, row: Row) -> Transition:
    if row["outcome"] != "applied":
        return Rejected(RejectionReason(row["outcome"]), row["message"], row["ms"] / 1000)
    theorem = node.state.theorem
    texts = row["next_states"]
    states = [
        ProofState(text, theorem, parse_printed_goals(text), Origin(node.state, row["tactic"], i))
        for i, text in enumerate(texts)
    ]
    positions = tuple((i,) for i in range(len(states)))
    return Applied(tuple(states), positions, seconds=row["ms"] / 1000)
