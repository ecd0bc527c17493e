"""Puts a whole proof into the proof graph, tactic by tactic, as far as Lean accepts it.

A tactic that fails as a whole is divided: Lean runs it with `?_` in place of the proofs inside it,
and each of these is then replayed by itself.  So what is good in a proof becomes part of the graph,
and each place where it fails is an open state there, which any search can continue with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lean_env.types import Applied, Rejected
from prover.graph.store import Edge, Node
from prover.search.proof_script import Block, Step, steps
from prover.search.runtime import run_tactics
from prover.types import NodeStatus, Problem, ProofError, Proposal


async def replay_proof(problem: Problem, node: Node, proof: Proposal) -> tuple[ProofError, ...]:
    """Replay a proof of a state.

    Args:
        problem: What is searched; its graph gets the tactics.
        node: The state.
        proof: The proof, a block of tactics.

    Returns:
        What is wrong with it, in the order of the text: the first failure of each block, and the
        goals that blocks leave open.
    """
    found = _Replay(problem, replace(proof, logprob=0.0, tokens=0))
    await found.block(node, Block(proof.tactic, 1))
    return tuple(sorted(found.errors, key=lambda error: error.first_line))


class _Replay:
    """One proof being replayed; `proof` is the pattern of the proposals for its tactics."""

    def __init__(self, problem: Problem, proof: Proposal) -> None:
        self._problem, self._proof = problem, proof
        self.errors: list[ProofError] = []
        self._over = False  # the budget has ended

    async def block(self, node: Node, block: Block) -> None:
        """Run tactics one after the other, each on the first goal that is left."""
        goals, failed = [node], False
        found = steps(block)
        for step in found:
            goals = [goal for goal in goals if goal.status is NodeStatus.OPEN]
            if not goals or self._over:
                return
            left = await self._step(goals, step, report=not failed)
            failed, goals = failed or left is None, goals if left is None else left
        open_goals = [goal for goal in goals if goal.status is NodeStatus.OPEN]
        if open_goals and found and not failed and not self._over:
            text = "\n\n".join(goal.state.text for goal in open_goals)
            last = found[-1].last_line
            self.errors.append(ProofError(last, last, f"unsolved goals\n{text}", text))

    async def _step(self, goals: Sequence[Node], step: Step, *, report: bool) -> list[Node] | None:
        """Run a tactic on the first of `goals`.

        Returns:
            The goals that are left, without those that became holes; None if the tactic failed.
        """
        if step.focus:
            return await self._focus(goals, step)
        first, *others = goals
        whole = await self._run(first, step.text)
        if whole and isinstance(whole.transition, Applied):
            return [*_in_order(whole), *others]
        if step.bodies and (divided := await self._divide(first, step)) is not None:
            return [*divided, *others]
        if report and whole and isinstance(whole.transition, Rejected):
            place = step.first_line, step.last_line
            self.errors.append(ProofError(*place, whole.transition.message, first.state.text))
        return None

    async def _focus(self, goals: Sequence[Node], step: Step) -> list[Node]:
        """A block for one goal: the first, or the one with the tag after `case`."""
        word, *names = step.focus.removesuffix("=>").split()
        tag = names.pop(0) if word == "case" and names else ""
        named = [g for g in goals if tag and g.state.goals[0].case.split(".")[-1] == tag]
        goal = (named or list(goals))[0]
        start = goal
        if word in ("case", "next") and names:
            renamed = await self._run(goal, f"rename_i {' '.join(names)}")
            start = renamed.children[0] if renamed and renamed.children else goal
        await self.block(start, step.bodies[0])
        return [other for other in goals if other is not goal]

    async def _divide(self, node: Node, step: Step) -> list[Node] | None:
        """Run a tactic without the proofs inside it, then each of these on its own state.

        Returns:
            The goals that the tactic leaves; None if Lean rejects it even so.
        """
        edge = await self._run(node, step.head)
        if step.arms and edge and not edge.children:
            edge = await self._run(node, f"{step.head}\n| _ => ?_")  # a case may be missing
        if edge is None or len(edge.children) < len(step.bodies):
            return None
        children = _in_order(edge)
        if not step.arms:  # Lean lists what follows first, but for `obtain`
            proof = 0 if step.text.startswith("obtain") else len(children) - 1
            await self.block(children[proof], step.bodies[0])
            return children[:proof] + children[proof + 1 :]
        for child, body in zip(children, step.bodies, strict=False):
            await self.block(child, body)
        for missing in children[len(step.bodies) :]:
            text = missing.state.text
            self.errors.append(
                ProofError(step.last_line, step.last_line, f"missing case\n{text}", text)
            )
        return []

    async def _run(self, node: Node, tactic: str) -> Edge | None:
        """Run a tactic on a state, unless it was already; None if it cannot be run."""
        known = next((edge for edge in node.edges if edge.proposal.tactic == tactic), None)
        if known or node.exhausted:
            return known
        edges = await run_tactics(self._problem, [(node, [replace(self._proof, tactic=tactic)])])
        self._over = not edges
        return edges[0] if edges else None


def _in_order(edge: Edge) -> list[Node]:
    """The states that a tactic leaves, in the order of their first goals."""
    positions = edge.transition.positions if isinstance(edge.transition, Applied) else ()
    if len(positions) != len(edge.children):
        return list(edge.children)
    pairs = zip(positions, edge.children, strict=True)
    return [child for _, child in sorted(pairs, key=lambda pair: pair[0])]
