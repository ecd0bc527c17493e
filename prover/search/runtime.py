"""What all searches share: asking policy, value and Lean, and keeping the Lean workers busy.

Every answer is recorded in the proof graph and counted in the budget here, so that an algorithm
only decides what to ask next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from lean_env.types import ProofState, Rejected, Transition
from prover.graph.store import Edge, Node
from prover.search.usage import metered
from prover.types import (
    FailedProof,
    IncrementalPolicy,
    NodeStatus,
    Policy,
    Problem,
    Proposal,
    RepairingPolicy,
    StepScorer,
    StopReason,
)

# Jobs

LETS_JOBS_FINISH = (
    StopReason.LEAN_CALLS,
    StopReason.EXPANSIONS,
    StopReason.TOKENS,
    StopReason.MEMORY,
)
"""After these, running jobs are completed: what they use was counted when they began."""

NextJob = Callable[[], Coroutine[None, None, None] | None]
"""Returns the best job, or None while everything that can be done is already running."""


async def run_jobs(
    problem: Problem, next_job: NextJob, *, stop_at_proof: bool = True
) -> StopReason:
    """Run jobs until the search is over.

    With one worker jobs run one after another, so that the search is reproducible.  With several,
    twice as many jobs as workers run concurrently: while one waits for the policy, or for the
    worker that holds its state, Lean has work.

    Args:
        problem: What is searched.
        next_job: Gives the next job to run.
        stop_at_proof: Whether the search is over when the root is proved.

    Returns:
        Why the search ended.  `PROVED` whenever the root is proved by then, whatever ended it.
    """
    run = _one_by_one if problem.workers == 1 else _concurrently
    stop = await run(problem, next_job, stop_at_proof)
    if problem.graph.root.status is NodeStatus.PROVED:
        return StopReason.PROVED
    return stop or StopReason.EXHAUSTED


async def _one_by_one(
    problem: Problem, next_job: NextJob, stop_at_proof: bool
) -> StopReason | None:
    while (stop := stop_reason(problem, stop_at_proof)) is None and (job := next_job()) is not None:
        await job
    return stop


async def _concurrently(
    problem: Problem, next_job: NextJob, stop_at_proof: bool
) -> StopReason | None:
    slots = 2 * problem.workers
    running: set[asyncio.Task[None]] = set()
    try:
        while (stop := stop_reason(problem, stop_at_proof)) is None or (
            stop in LETS_JOBS_FINISH and running
        ):
            while stop is None and len(running) < slots and (job := next_job()) is not None:
                running.add(asyncio.create_task(job))
            if not running:
                break
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return stop


async def run_steps(
    problem: Problem, step: Callable[[], Coroutine[None, None, None]]
) -> StopReason:
    """Take one step after another until the search is over.

    For algorithms that plan anew after each answer.  One step may run tactics of several states.
    """
    while (stop := stop_reason(problem)) is None:
        await step()
    return stop


def stop_reason(problem: Problem, stop_at_proof: bool = True) -> StopReason | None:
    """Why the search is over, None if it is not."""
    status = problem.graph.root.status
    if status is NodeStatus.PROVED and stop_at_proof:
        return StopReason.PROVED
    if status is NodeStatus.FAILED:
        return StopReason.EXHAUSTED
    return problem.budget.exceeded(problem.graph.bytes)


# Policy and values


async def propose(problem: Problem, nodes: Sequence[Node], k: int) -> list[list[Proposal]]:
    """Ask the policy for tactics.

    Args:
        problem: What is searched.
        nodes: The states to ask for.
        k: How many tactics to ask for, those that were run already included.

    Returns:
        For each node the tactics that were not run on it yet.  When the budget ends first there are
        fewer lists than nodes: those of the first nodes, or none.
    """
    nodes = nodes[: problem.budget.take_expansions(len(nodes))]
    found = await _ask(problem, _propose(problem, nodes, k))
    return [_not_run(node, proposals) for node, proposals in zip(nodes, found, strict=bool(found))]


async def _propose(problem: Problem, nodes: Sequence[Node], k: int) -> list[list[Proposal]]:
    return await problem.policy.propose([node.state for node in nodes], k)


async def repair(problem: Problem, failed: Sequence[FailedProof], k: int) -> list[list[Proposal]]:
    """Ask the policy for corrections of whole proofs.

    Args:
        problem: What is searched.
        failed: The proofs, with their errors.
        k: How many corrections of each.

    Returns:
        The corrections of each proof; nothing if the policy repairs none, or the budget ends first.
    """
    if not isinstance(problem.policy, RepairingPolicy):
        return []
    return await _ask(problem, _repair(problem.policy, failed, k))


async def _ask(
    problem: Problem, call: Coroutine[None, None, list[list[Proposal]]]
) -> list[list[Proposal]]:
    """Await the policy, and count what its models write, also where no tactic comes of it.

    Returns:
        What the policy proposes; nothing if the budget ends first.
    """
    with problem.budget.policy_time, metered() as usage:
        found = await problem.budget.wait_for(call)
    proposed = sum([p.tokens for proposals in found or [] for p in proposals])
    problem.budget.add_tokens(max(usage.tokens, proposed))
    return found or []


async def _repair(
    policy: RepairingPolicy, failed: Sequence[FailedProof], k: int
) -> list[list[Proposal]]:
    return await policy.repair(failed, k)


def _not_run(node: Node, proposals: Sequence[Proposal]) -> list[Proposal]:
    known = {edge.proposal.tactic for edge in node.edges}
    return [p for p in proposals if p.tactic not in known]


def has_more_later(policy: Policy, state: ProofState) -> bool:
    """Whether the policy's last answer for `state` was incomplete."""
    return isinstance(policy, IncrementalPolicy) and policy.has_more_later(state)


def policy_has_no_more(
    problem: Problem, node: Node, proposals: Sequence[Proposal], wanted: int
) -> bool:
    """Whether the policy gave all tactics that it has for `node`.

    Args:
        problem: What is searched.
        node: The state.
        proposals: What `propose` returned for it.
        wanted: The `k` that `propose` was given.
    """
    few = not proposals or len(proposals) + len(node.edges) < wanted
    return few and not has_more_later(problem.policy, node.state)


async def evaluate(problem: Problem, nodes: Sequence[Node]) -> list[float]:
    """V(s) of each node, its estimated cost-to-go in tactics; 0 when it is proved."""
    unknown = [node for node in nodes if node.status is not NodeStatus.PROVED]
    if not unknown:
        return [0.0] * len(nodes)
    with problem.budget.policy_time:
        values = await problem.value.cost_to_go([node.state for node in unknown])
    for node, value in zip(unknown, values, strict=True):
        node.value = value
    known = dict(zip([node.id for node in unknown], values, strict=True))
    return [known.get(node.id, 0.0) for node in nodes]


async def score(
    problem: Problem, scorer: StepScorer, node: Node, proposals: Sequence[Proposal]
) -> list[float]:
    """Q(s, a), in tactics to the end of the proof, of tactics that have not run on `node`."""
    if not proposals:
        return []
    tactics = [p.tactic for p in proposals]
    with problem.budget.policy_time:
        q = await scorer.score(node.state, tactics)
    node.scores.update(zip(tactics, q, strict=True))
    return q


# Lean


async def run_tactics(
    problem: Problem, work: Sequence[tuple[Node, Sequence[Proposal]]]
) -> list[Edge]:
    """Run tactics in Lean, each on its node, and add them to the graph.

    Returns:
        The new edges in the order of `work`; fewer than tactics when the budget ends first.
    """
    graph, budget = problem.graph, problem.budget
    allowed = []
    for node, proposals in work:
        granted = proposals[: budget.take_lean_calls(len(proposals))]
        if granted:
            allowed.append((node, granted))
    if not allowed:
        return []
    with budget.lean_time:
        answers = await budget.wait_for(
            problem.env.step([(n.state, [p.tactic for p in ps]) for n, ps in allowed])
        )
    if answers is None:
        return []
    edges: list[Edge] = []
    copies: list[ProofState] = []
    for (node, proposals), transitions in zip(allowed, answers, strict=True):
        for proposal, transition in zip(proposals, transitions, strict=True):
            edge = graph.add(node, proposal, transition)
            edges.append(edge)
            copies += _copies(transition, edge)
    await _release(problem, copies)
    if problem.on_progress:
        problem.on_progress(problem)
    return edges


def _copies(transition: Transition, edge: Edge) -> list[ProofState]:
    """The states that were met before, which Lean thus holds twice."""
    if isinstance(transition, Rejected):
        return []
    return [s for s, c in zip(transition.states, edge.children, strict=True) if s is not c.state]


async def _release(problem: Problem, copies: list[ProofState]) -> None:
    """Let Lean forget what will not be run again: `copies`, and the states of settled nodes."""
    settled, problem.graph.settled = problem.graph.settled, []
    states = copies + [node.state for node in settled]
    if states:
        await problem.env.release(states)
