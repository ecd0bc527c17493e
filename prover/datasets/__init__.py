"""Proof data: every search kept whole, with each tactic that was tried and what Lean said.

from prover.datasets.store import read

for search in read(Path("runs/train")):
    search.theorem, search.status, search.proof
    for edge in search.edges:
        state = search.states[edge.state]
        state.text, edge.tactic, edge.applied, edge.message, edge.on_proof
    graph = search.graph()
"""
