"""The graph for other tools: plain data for JSON, networkx, GraphML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lean_env.types import Applied
from prover.graph.store import Edge, Node, ProofGraph

if TYPE_CHECKING:
    import networkx

Record = dict[str, Any]


def to_dict(graph: ProofGraph) -> Record:
    """All nodes and edges as values that `json.dumps` takes; unproved nodes have cost None."""
    return {
        "root": graph.root.id,
        "nodes": [_node_record(node) for node in graph.nodes],
        "edges": [_edge_record(edge) for edge in graph.edges],
    }


def to_networkx(graph: ProofGraph) -> networkx.DiGraph[str]:
    """A bipartite graph: states `s0, s1, …` and tactics `t0, t1, …` with their records as data.

    A child that a tactic leaves twice is one arc with `times` 2.
    """
    import networkx

    result: networkx.DiGraph[str] = networkx.DiGraph(root=f"s{graph.root.id}")
    for node in graph.nodes:
        result.add_node(f"s{node.id}", kind="state", **_node_record(node))
    for edge in graph.edges:
        result.add_node(f"t{edge.id}", kind="tactic", **_edge_record(edge))
        result.add_edge(f"s{edge.parent.id}", f"t{edge.id}")
        for child in dict.fromkeys(edge.children):
            result.add_edge(f"t{edge.id}", f"s{child.id}", times=edge.children.count(child))
    return result


def _node_record(node: Node) -> Record:
    return {
        "key": node.state.key,
        "text": node.state.text,
        "status": str(node.status),
        "cost": node.cost if node.best else None,
        "best": node.best.id if node.best else None,
        "exhausted": node.exhausted,
    }


def _edge_record(edge: Edge) -> Record:
    proposal, transition = edge.proposal, edge.transition
    record: Record = {
        "parent": edge.parent.id,
        "tactic": proposal.tactic,
        "logprob": proposal.logprob,
        "source": proposal.source,
        "cost": edge.cost,
        "status": str(edge.status),
        "children": [child.id for child in edge.children],
        "seconds": transition.seconds,
    }
    if isinstance(transition, Applied):
        return record | {"messages": list(transition.messages)}
    return record | {"reason": str(transition.reason), "message": transition.message}


def to_graphml(graph: ProofGraph) -> str:
    """The graph of `to_networkx` for other programs; lists are JSON, what is None is left out."""
    import networkx

    drawn = to_networkx(graph)
    for data in [d for _, d in drawn.nodes(data=True)] + [d for *_, d in drawn.edges(data=True)]:
        for name, value in list(data.items()):
            if value is None:
                del data[name]
            elif isinstance(value, list):
                data[name] = json.dumps(value, ensure_ascii=False)
    return "\n".join(networkx.generate_graphml(drawn)) + "\n"
