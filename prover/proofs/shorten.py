"""Shorten a proof: drop steps and merge steps, and let Lean check the result.

All attempts are added to the proof graph, whose least proof thus gets shorter.  The verifier checks
each shorter proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lean_env.errors import BrokenEnvironment
from lean_env.gate.gate import Gate
from lean_env.types import Accepted, Rejected, RejectionReason, Tactic
from prover.graph.extraction import Proof, least_proof
from prover.graph.store import Edge, Node
from prover.proofs.steps import INTRO
from prover.proofs.written import verified_text
from prover.result import SearchResult
from prover.search.runtime import run_tactics
from prover.types import Budget, NodeStatus, Problem, Proposal, Style

JOINED = re.compile(
    r"(?P<word>rw|simp|simp only) \[(?P<list>[^\[\]]*)\](?P<rest>( at [^\[\];\n]*)?)"
)


async def polish(
    result: SearchResult,
    problem: Problem,
    verifier: Gate,
    style: Style = Style.COMPACT,
    *,
    lean_calls: int = 500,
) -> SearchResult:
    """Try to find a proof with fewer tactics.

    Cancelling the search ends this as well.

    Args:
        result: A proof that the verifier accepted.
        problem: The problem whose search found it.
        verifier: Checks each shorter proof.
        style: How shorter proofs are written.
        lean_calls: How many tactics may run beyond the search's budget.  The time is limited to as
            many seconds as that budget has.

    Returns:
        `result`, or the same with a shorter proof that the verifier accepted.
    """
    budget = Budget(seconds=problem.budget.limits.seconds, lean_calls=lean_calls)
    trial = replace(problem, budget=problem.budget.restarted(budget))
    graph = problem.graph
    while trial.budget.exceeded() is None:
        before, known = graph.root.cost, len(graph.edges)
        try:
            await _shorten(trial)
        except BrokenEnvironment:
            break  # there is a proof
        if not graph.root.cost < before:
            break
        proof = least_proof(graph.root)
        shorter, checked = await verified_text(proof, result.theorem, problem.env, verifier, style)
        verdict = checked.verdict
        if isinstance(verdict, Accepted):
            proved, tactics = checked.declaration, shorter.tactics
            result = replace(result, proof=proved, tactics=tactics, verdict=verdict)
        else:
            _take_back(problem, known, f"the proof was not accepted: {verdict.message}")
    return result


async def _shorten(problem: Problem) -> None:
    """Try, from the root downward, until the root's proof is shorter or all is tried."""
    root = problem.graph.root
    before = root.cost
    for proof in _parts(least_proof(root)):
        tactics = [edge.proposal.tactic for edge in proof.edges()]
        for attempt in _attempts(proof, tactics):
            await _replay(problem, proof.edge.parent, attempt)
            if root.cost < before or problem.budget.exceeded():
                return


def _take_back(problem: Problem, known: int, why: str) -> None:
    """Retract what was tried since there were `known` edges."""
    for edge in problem.graph.edges[known:]:
        if edge.status is not NodeStatus.FAILED:
            problem.graph.retract(edge, Rejected(RejectionReason.ERROR, why))


def _parts(proof: Proof) -> Iterator[Proof]:
    yield proof
    for part in proof.subproofs:
        yield from _parts(part)


def _attempts(proof: Proof, tactics: Sequence[Tactic]) -> Iterator[Sequence[Tactic]]:
    """Other tactics for the state that `proof` proves with `tactics`."""
    for skipped in range(1, len(tactics)):
        yield tactics[skipped:]
    if len(proof.subproofs) > 1:
        for following in dict.fromkeys(part.edge.proposal.tactic for part in proof.subproofs):
            yield [f"{tactics[0]} <;> {following}", *tactics[1:]]
    if len(tactics) > 1 and (merged := merge(tactics[0], tactics[1])):
        yield [merged, *tactics[2:]]


def merge(first: Tactic, second: Tactic) -> Tactic | None:
    """One tactic that may do the same as two in sequence; None if there is no rule for them."""
    a, b = JOINED.fullmatch(first), JOINED.fullmatch(second)
    if a and b and (a["word"], a["rest"]) == (b["word"], b["rest"]):
        return f"{a['word']} [{a['list']}, {b['list']}]{a['rest']}"
    a, b = INTRO.fullmatch(first), INTRO.fullmatch(second)
    if a and b:
        return f"intro {a['names']} {b['names']}"
    return None


async def _replay(problem: Problem, node: Node, tactics: Sequence[Tactic]) -> None:
    """Run each tactic on the first open state, skipping those that do not apply.

    Ends when no state is left but proved ones, or when the first tactic does not apply.
    """
    todo = [node]
    first = True
    for tactic in tactics:
        while todo and not first and todo[-1].status is NodeStatus.PROVED:
            todo.pop()
        if not todo:
            return
        edge = await _try(problem, todo[-1], tactic)
        if edge is not None and edge.status is not NodeStatus.FAILED:
            todo.pop()
            todo += reversed(edge.children)
            first = False
        elif first:
            return


async def _try(problem: Problem, node: Node, tactic: Tactic) -> Edge | None:
    """The edge of a tactic: run now, unless it was run before."""
    for edge in node.edges:
        if edge.proposal.tactic == tactic:
            return edge
    if node.status is NodeStatus.FAILED:
        return None
    problem.graph.reopen(node)
    edges = await run_tactics(problem, [(node, [Proposal(tactic, 0.0, "polish")])])
    return edges[0] if edges else None
