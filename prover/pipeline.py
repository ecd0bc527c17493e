"""The main path: search, verify, and only then report a theorem as proved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

from lean_env.errors import BadInput, InvalidStatement
from lean_env.gate.gate import Gate
from lean_env.types import (
    Accepted,
    Environment,
    Refused,
    Rejected,
    RejectionReason,
    Theorem,
    Undecided,
    Verdict,
)
from prover.graph.extraction import edge_to_retract, least_proof
from prover.graph.store import Cost, ProofGraph, unit_cost
from prover.problems.names import explained, require_declared
from prover.problems.refutation import refute, refute_evaluated
from prover.proofs.shorten import polish
from prover.proofs.written import is_part_of_several, verified_text
from prover.result import SearchResult
from prover.search.budget import BudgetTracker
from prover.types import (
    Budget,
    Policy,
    Problem,
    SearchAlgorithm,
    StepScorer,
    StopReason,
    Style,
    TheoremStatus,
    ValueFunction,
)
from prover.values.heuristic import Constant


async def prove(
    theorem: Theorem,
    *,
    env: Environment,
    verifier: Gate,
    policy: Policy,
    algorithm: SearchAlgorithm,
    value: ValueFunction | None = None,
    scorer: StepScorer | None = None,
    budget: Budget | None = None,
    cost: Cost = unit_cost,
    seed: int = 0,
    workers: int = 1,
    saved: ProofGraph | None = None,
    polished: bool = False,
    style: Style = Style.COMPACT,
    refuting: bool = False,
    strict_names: bool = False,
    keep_graph: bool = False,
    on_progress: Callable[[Problem], None] | None = None,
    on_end: Callable[[Problem, SearchResult], None] | None = None,
    cancel: asyncio.Event | None = None,
) -> SearchResult:
    """Search for a proof until the verifier accepts one or the budget ends.

    Args:
        theorem: The theorem.
        env: Runs tactics.
        verifier: Decides whether a proof is accepted.
        policy: Proposes tactics.
        algorithm: The search algorithm.
        value: V(s); 0 everywhere by default.
        scorer: Q(s, a), if there is one.
        budget: The limits; `Budget()` by default.
        cost: What a tactic adds to the cost of a proof.
        seed: Of the search's randomness.
        workers: How many tactics Lean can run at the same time.
        saved: The graph of an earlier search to continue.
        polished: Whether to shorten the proof.
        style: How the proof is written.
        refuting: Whether to look for a small counterexample before the search.
        strict_names: Whether to refuse a statement in which Lean binds an undeclared name of more
            than a letter as a variable.
        keep_graph: Whether the result holds the proof graph.
        on_progress: Called after each response of Lean.
        on_end: Called with the problem and the result before states are released.
        cancel: Setting it ends the search with the results so far.

    Raises:
        BadInput: Lean does not elaborate the theorem, or `saved` is of another theorem.
        BrokenEnvironment: Lean does not work.
    """
    try:
        root = await env.start(theorem)
    except InvalidStatement as error:
        raise explained(error, theorem) from error
    graph = saved or ProofGraph(root, cost)
    tracker = BudgetTracker(budget or Budget())  # from here on: starting Lean is not searching
    problem = Problem(
        graph=graph,
        env=env,
        policy=policy,
        value=value or Constant(),
        budget=tracker,
        scorer=scorer,
        rng=Random(seed),
        workers=workers,
        on_progress=on_progress,
    )
    watcher = asyncio.create_task(_cancel(tracker, cancel)) if cancel else None
    try:
        if strict_names:
            require_declared(theorem, root.auto_bound)
        if graph.root.state != root:
            raise BadInput("the saved search is of another theorem", where=theorem.name)
        refuted = None
        if refuting:
            refuted = await refute(theorem, root, env, verifier, tracker.limits.seconds)
        result = refuted or await _search_and_verify(theorem, problem, algorithm, verifier, style)
        if refuting and result.status in (TheoremStatus.OPEN, TheoremStatus.FAILED):
            result = await refute_evaluated(theorem, graph, env, verifier) or result
        if polished and result.status is TheoremStatus.PROVED:
            result = await polish(result, problem, verifier, style)
        if on_end:
            on_end(problem, result)
        result = replace(result, auto_bound=root.auto_bound)
        return replace(result, graph=graph) if keep_graph else result
    finally:
        if watcher:
            watcher.cancel()
        await env.release([root, *(node.state for node in graph.nodes)])  # a saved root is another


async def _search_and_verify(
    theorem: Theorem,
    problem: Problem,
    algorithm: SearchAlgorithm,
    verifier: Gate,
    style: Style,
) -> SearchResult:
    """Search; when the verifier refuses a proof, retract one of its tactics and continue."""
    graph, tracker = problem.graph, problem.budget
    verdict: Verdict | None = None
    while (stop := await algorithm.search(problem)) is StopReason.PROVED:
        proof = least_proof(graph.root)
        with tracker.lean_time:
            found, checked = await verified_text(proof, theorem, problem.env, verifier, style)
        verdict = checked.verdict
        if isinstance(verdict, Accepted):
            return SearchResult(
                theorem=theorem,
                status=TheoremStatus.PROVED,
                stop=stop,
                proof=checked.declaration,
                tactics=found.tactics,
                verdict=verdict,
                stats=tracker.stats,
            )
        if isinstance(verdict, Undecided) and verdict.no_gate:
            return SearchResult(
                theorem=theorem,
                status=TheoremStatus.OPEN,
                stop=StopReason.UNVERIFIED,
                unverified=checked.declaration,
                tactics=found.tactics,
                verdict=verdict,
                stats=tracker.stats,
            )
        if is_part_of_several(theorem, verdict):
            return SearchResult(
                theorem=theorem,
                status=TheoremStatus.OPEN,
                stop=stop,
                partial=checked.declaration,
                tactics=found.tactics,
                verdict=verdict,
                stats=tracker.stats,
            )
        assert isinstance(verdict, Refused | Undecided)
        why = f"the proof was not accepted: {verdict.message}"
        graph.retract(edge_to_retract(proof), Rejected(RejectionReason.ERROR, why))
        if over := tracker.exceeded():
            stop = over
            break
    status = TheoremStatus.FAILED if stop is StopReason.EXHAUSTED else TheoremStatus.OPEN
    return SearchResult(
        theorem=theorem, status=status, stop=stop, verdict=verdict, stats=tracker.stats
    )


async def _cancel(tracker: BudgetTracker, event: asyncio.Event) -> None:
    await event.wait()
    tracker.cancel()
