"""Searches as `qstar collect` keeps them, of graphs that are known beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lean_env.types import Accepted, Theorem
from prover.datasets.records import SCHEMA, Search, record_search
from prover.datasets.store import KIND, SearchStore
from prover.graph.extraction import least_proof
from prover.graph.store import ProofGraph
from prover.result import SearchResult
from prover.runs.manifest import Manifest
from prover.types import NodeStatus, StopReason, TheoremStatus
from tests.support.synthetic import SyntheticEnvironment, SyntheticPolicy, Table, state

SETTINGS = {
    "suite": {"name": "some", "variant": "some statements", "digest": "0"},
    "lean": {"kind": "embedded", "version": "4"},
    "search": "bestfirst",
    "shard": "1/1",
}
"""What manifests of collections say."""

MANIFEST = Manifest(kind=KIND, schema=SCHEMA, settings=SETTINGS, facts={})

STATEMENTS = (
    "theorem a (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
    "theorem b (p q r : Prop) : (p ∧ q → r) ↔ (p → q → r)",
    "theorem c (n : Nat) : 2 * (List.range (n + 1)).foldl (· + ·) 0 = n * (n + 1)",
    "theorem d (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n + 1) : ∃ k, ∀ n, f n = n + k",
    "theorem e : 1 = 2",
)
"""Some are proved within a few tactics, the last one never."""


def search_of(name: str, table: Table, *, open: frozenset[int] | set[int] = frozenset()) -> Search:
    """All that can be reached from state 0, every tactic run; the states `open` stay so."""
    graph = ProofGraph(state(0))
    env, policy = SyntheticEnvironment(table), SyntheticPolicy(table)
    for node in graph.nodes:  # grows while we go
        for proposal in policy.tactics(int(node.state.key)):
            graph.add(node, proposal, env._one(node.state, proposal.tactic))
    for node in graph.nodes:
        if int(node.state.key) not in open:
            graph.exhaust(node)
    return recorded(name, graph)


def recorded(name: str, graph: ProofGraph) -> Search:
    proved = graph.root.status is NodeStatus.PROVED
    tactics = [e.proposal.tactic for e in least_proof(graph.root).edges()] if proved else []
    result = SearchResult(
        theorem=Theorem(statement=graph.root.state.theorem.statement, name=name),
        status=TheoremStatus.PROVED if proved else TheoremStatus.FAILED,
        stop=StopReason.PROVED if proved else StopReason.EXHAUSTED,
        proof=f"theorem t : True := by {'; '.join(tactics)}" if proved else "",
        tactics=tuple(tactics),
        verdict=Accepted(()) if proved else None,
    )
    return record_search(result, graph, id=name, run="r", split="train")


def stored(searches: Sequence[Search], folder: Path) -> Path:
    folder.mkdir(parents=True)
    MANIFEST.write(folder)
    store = SearchStore(folder)
    for search in searches:
        store.append(search)
    store.seal()
    return folder
