"""What all searches do with Lean, the policy and the value: ask, and record in the graph."""

from __future__ import annotations

from collections.abc import Sequence

from lean_env.types import ProofState, Rejected, Transition
from prover.graph.store import Edge, Node
from prover.types import Growing, Policy, Problem, Proposal, Status, StepScorer, Stop


def ended(problem: Problem, stop_at_proof: bool = True) -> Stop | None:
    """Why the search is over, if it is."""
    status = problem.graph.root.status
    if status is Status.PROVED and stop_at_proof:
        return Stop.PROVED
    if status is Status.FAILED:
        return Stop.EXHAUSTED
    return problem.meter.ended(problem.graph.bytes)


async def propose(problem: Problem, nodes: Sequence[Node], k: int) -> list[list[Proposal]]:
    """Up to `k` tactics for each node that were not run on it yet.

    Fewer lists than nodes when the budget ends first: for the first nodes, or none.
    """
    nodes = nodes[: problem.meter.take_expansions(len(nodes))]
    with problem.meter.policy:
        found = await problem.meter.wait(_propose(problem, nodes, k))
    if found is None:
        return []
    problem.meter.add_tokens(sum([p.tokens for proposals in found for p in proposals]))
    return [_not_run(node, proposals) for node, proposals in zip(nodes, found, strict=True)]


async def _propose(problem: Problem, nodes: Sequence[Node], k: int) -> list[list[Proposal]]:
    return await problem.policy.propose([node.state for node in nodes], k)


def _not_run(node: Node, proposals: Sequence[Proposal]) -> list[Proposal]:
    known = {edge.proposal.tactic for edge in node.edges}
    return [p for p in proposals if p.tactic not in known]


def unfinished(policy: Policy, state: ProofState) -> bool:
    return isinstance(policy, Growing) and policy.unfinished(state)


def no_more(problem: Problem, node: Node, proposals: Sequence[Proposal], wanted: int) -> bool:
    """Whether a policy that was asked for `wanted` tactics, and has given `proposals` beside those
    that were run, has no others for `node`."""
    few = not proposals or len(proposals) + len(node.edges) < wanted
    return few and not unfinished(problem.policy, node.state)


async def evaluate(problem: Problem, nodes: Sequence[Node]) -> list[float]:
    """Cost-to-go of each node: 0 when it is proved."""
    unknown = [node for node in nodes if node.status is not Status.PROVED]
    if not unknown:
        return [0.0] * len(nodes)
    with problem.meter.policy:
        figures = await problem.value.cost_to_go([node.state for node in unknown])
    for node, figure in zip(unknown, figures, strict=True):
        node.value = figure
    known = dict(zip([node.id for node in unknown], figures, strict=True))
    return [known.get(node.id, 0.0) for node in nodes]


async def score(
    problem: Problem, scorer: StepScorer, node: Node, proposals: Sequence[Proposal]
) -> list[float]:
    """Q(s, a) of each tactic, on a state on which they have not run."""
    if not proposals:
        return []
    tactics = [p.tactic for p in proposals]
    with problem.meter.policy:
        figures = await scorer.score(node.state, tactics)
    node.scores.update(zip(tactics, figures, strict=True))
    return figures


async def run(problem: Problem, work: Sequence[tuple[Node, Sequence[Proposal]]]) -> list[Edge]:
    """Run tactics in Lean, each on its node, and add them to the graph.

    Returns the new edges in order: fewer than asked for when the budget ends first.
    """
    graph, meter = problem.graph, problem.meter
    allowed = []
    for node, proposals in work:
        granted = proposals[: meter.take_lean_calls(len(proposals))]
        if granted:
            allowed.append((node, granted))
    if not allowed:
        return []
    with meter.lean:
        answers = await meter.wait(
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
    """The states that were met before."""
    if isinstance(transition, Rejected):
        return []
    return [s for s, c in zip(transition.states, edge.children, strict=True) if s is not c.state]


async def _release(problem: Problem, copies: list[ProofState]) -> None:
    """Let Lean forget what will not be run again: `copies`, and the states of settled nodes."""
    settled, problem.graph.settled = problem.graph.settled, []
    states = copies + [node.state for node in settled]
    if states:
        await problem.env.release(states)
