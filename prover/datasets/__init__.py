"""Proof data: whole searches, with every tactic that was tried and Lean's response to it.

Example::

    from prover.datasets.store import read_searches

    for search in read_searches(Path("runs/train")):
        search.theorem, search.status, search.proof
        for edge in search.edges:
            state = search.states[edge.state]
            state.text, edge.tactic, edge.applied, edge.message, edge.on_proof
        graph = search.graph()
"""
