"""A search as one self-contained HTML page: tree, map, states, tactics, scores, times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files
from typing import Any

from lean_env.types import Rejected
from prover.graph.extraction import node_depths, proof_edges
from prover.graph.store import Edge, Node
from prover.tracing.analysis import BudgetShare, by_depth, by_outcome, by_tactic, explain_nodes
from prover.tracing.trace import Trace


def page(trace: Trace) -> str:
    """Render a trace as HTML with scripts and style inlined.

    The data is embedded as escaped JSON, so that the text of a goal is never read as markup.
    """
    template = files("prover.tracing").joinpath("page.html").read_text(encoding="utf-8")
    filled = {
        "TITLE": escape(trace.name or "theorem"),
        "DATA": json.dumps(_data(trace), ensure_ascii=False).replace("<", "\\u003c"),
    }
    for word, value in filled.items():
        template = template.replace(f"%{word}%", value, 1)
    return template


def _data(trace: Trace) -> dict[str, Any]:
    graph = trace.graph
    proof, depths, why = proof_edges(graph), node_depths(graph), explain_nodes(graph)
    return {
        "name": trace.name,
        "search": trace.search,
        "status": trace.status,
        "stop": trace.stop,
        "proof": trace.proof,
        "stats": asdict(trace.stats),
        "statement": graph.root.state.theorem.statement,
        "shares": {
            "by outcome": _shares(by_outcome(graph)),
            "by tactic": _shares(by_tactic(graph)),
            "by depth": _shares(by_depth(graph)),
        },
        "nodes": [_node(node, depths[node.id], why[node.id]) for node in graph.nodes],
        "edges": [_edge(edge, edge.id in proof) for edge in graph.edges],
    }


def _shares(found: Sequence[BudgetShare]) -> list[list[object]]:
    return [[s.group, s.tactics, round(s.seconds, 3)] for s in found[:25]]


def _node(node: Node, depth: int, reason: str) -> dict[str, object]:
    return {
        "text": node.state.text,
        "status": node.status,
        "priority": node.priority,
        "cost": node.cost if node.best else None,
        "depth": depth,
        "why": reason,
        "edges": [edge.id for edge in node.edges],
    }


def _edge(edge: Edge, on_proof: bool) -> dict[str, object]:
    transition = edge.transition
    record: dict[str, object] = {
        "tactic": edge.proposal.tactic,
        "source": edge.proposal.source,
        "logprob": round(edge.proposal.logprob, 3),
        "ms": round(transition.seconds * 1000, 1),
        "status": edge.status,
        "children": [child.id for child in edge.children],
        "proof": on_proof,
    }
    if isinstance(transition, Rejected):
        record |= {"reason": transition.reason, "message": transition.message[:600]}
    return record
