"""The main path: search, verify, and only then call it proved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

from lean_env.errors import BadInput, InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.types import (
    STANDARD_AXIOMS,
    Accepted,
    Environment,
    RefusalReason,
    Refused,
    Rejected,
    RejectionReason,
    Theorem,
    Undecided,
    Verdict,
)
from prover.graph.extraction import edge_to_retract, least_proof
from prover.graph.script import scripts
from prover.graph.store import Cost, ProofGraph, unit_cost
from prover.problems.names import explained, require_declared
from prover.proofs.first_combinators import resolve_first_combinators
from prover.proofs.shorten import polish
from prover.result import SearchResult
from prover.search.budget import BudgetTracker
from prover.types import (
    Budget,
    Policy,
    Problem,
    SearchAlgorithm,
    StepScorer,
    StopReason,
    TheoremStatus,
    ValueFunction,
)
from prover.values.heuristic import Constant


async def prove(
    theorem: Theorem,
    *,
    env: Environment,
    verifier: Verifier,
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
    strict_names: bool = False,
    keep_graph: bool = False,
    on_progress: Callable[[Problem], None] | None = None,
    on_end: Callable[[Problem, SearchResult], None] | None = None,
    cancel: asyncio.Event | None = None,
) -> SearchResult:
    """Search for a proof of `theorem` until the gate accepts one or the budget ends.

    `value` is 0 everywhere when left out.  `saved` is the graph of an earlier search to go on with.
    `polished`: shorten the proof.  `on_end` sees the graph before it is gone; with `keep_graph` the
    result holds it.  With `strict_names` a statement is refused in which Lean takes an unknown name
    of more than a letter for a variable.  Setting `cancel` ends the search with what it has.
    Raises `BadInput` when Lean does not elaborate the theorem, `BrokenEnvironment` when a machine
    cannot be brought to work.
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
        result = await _search_and_verify(theorem, problem, algorithm, verifier)
        if polished and result.status is TheoremStatus.PROVED:
            result = await polish(result, problem, verifier)
        if on_end:
            on_end(problem, result)
        result = replace(result, auto_bound=root.auto_bound)
        return replace(result, graph=graph) if keep_graph else result
    finally:
        if watcher:
            watcher.cancel()
        await env.release([root, *(node.state for node in graph.nodes)])  # a saved root is another


async def _search_and_verify(
    theorem: Theorem, problem: Problem, algorithm: SearchAlgorithm, verifier: Verifier
) -> SearchResult:
    """When the gate refuses a proof, one of its tactics is struck out and the search goes on."""
    graph, tracker = problem.graph, problem.budget
    verdict: Verdict | None = None
    while (stop := await algorithm.search(problem)) is StopReason.PROVED:
        proof = least_proof(graph.root)
        with tracker.lean_time:
            spelling = await resolve_first_combinators(proof, problem.env)
        for found in scripts(proof, spelling):
            with tracker.lean_time:
                checked = await verifier.verify(theorem, found.text)
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
            if theorem.sorry_index is not None and _rests_on_its_sorries(verdict):
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


def _rests_on_its_sorries(verdict: Verdict) -> bool:
    """Nothing but a `sorry` keeps the gate from accepting the declaration.  Whether that is one of
    its own, the gate says once none of these is left."""
    return (
        isinstance(verdict, Refused)
        and verdict.reason is RefusalReason.SORRY
        and set(verdict.axioms) <= {"sorryAx", *STANDARD_AXIOMS}
    )


async def _cancel(tracker: BudgetTracker, event: asyncio.Event) -> None:
    await event.wait()
    tracker.cancel()
