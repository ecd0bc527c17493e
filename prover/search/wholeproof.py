"""Whole proofs, repaired in rounds, then a search for what they leave open.

    k proofs of the theorem from the policy
    for r rounds:
        Lean checks all of them; a proof that it accepts ends the search
        those that fail become part of the proof graph as far as they go
        k corrections of each failed proof, given its errors, from the policy
    a tactic search continues with the graph

The policy may be a mixture: tactics of others count as proofs of one line, and the tactic search at
the end calls all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from lean_env.types import Rejected
from prover.search.best_first import BestFirst
from prover.search.proof_replay import replay_proof
from prover.search.runtime import propose, repair, run_tactics, stop_reason
from prover.types import (
    FailedProof,
    NodeStatus,
    Problem,
    ProofError,
    Proposal,
    SearchAlgorithm,
    StopReason,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeProof:
    """Whole proofs with repair; see the module.

    Attributes:
        proofs: k, how many proofs are asked for, and how many corrections of each failed one.
        repaired: How many failed proofs of a round are corrected, those with the fewest errors.
        rounds: r, how many rounds of corrections.
        then: Searches for what the proofs leave open.
    """

    proofs: int = 8
    repaired: int = 4
    rounds: int = 2
    then: SearchAlgorithm = field(default_factory=BestFirst)

    async def search(self, problem: Problem) -> StopReason:
        """Ask for proofs, check and repair them, then search by tactics."""
        root = problem.graph.root
        [proposals] = await propose(problem, [root], self.proofs) or [[]]
        attempts: list[tuple[Proposal, FailedProof | None]] = [(p, None) for p in proposals]
        for _ in range(self.rounds + 1):
            if not attempts or stop_reason(problem):
                break
            failed = sorted(await _check(problem, attempts), key=lambda f: len(f.errors))
            worth = failed[: self.repaired]
            if root.status is not NodeStatus.OPEN or not worth:
                break
            corrections = await repair(problem, worth, self.proofs)
            attempts = [
                (proposal, before)
                for before, found in zip(worth, corrections, strict=False)
                for proposal in found
            ]
        if over := stop_reason(problem):
            return over
        return await self.then.search(problem)


async def _check(
    problem: Problem, attempts: Sequence[tuple[Proposal, FailedProof | None]]
) -> list[FailedProof]:
    """Run proofs on the root, all at once; replay those that fail, until one is accepted."""
    root = problem.graph.root
    known = {edge.proposal.tactic for edge in root.edges}
    before = {proposal.tactic: repaired for proposal, repaired in attempts}
    new = {p.tactic: p for p, _ in attempts if p.tactic not in known}
    edges = await run_tactics(problem, [(root, list(new.values()))])
    rejected = [(edge, edge.transition) for edge in edges if isinstance(edge.transition, Rejected)]
    if root.status is not NodeStatus.OPEN:
        return []
    errors = await asyncio.gather(
        *(replay_proof(problem, root, edge.proposal) for edge, _ in rejected)
    )
    return [
        FailedProof(
            state=root.state,
            proposal=edge.proposal,
            errors=found or (ProofError(1, 1, why.message),),
            before=before[edge.proposal.tactic],
        )
        for (edge, why), found in zip(rejected, errors, strict=True)
    ]
