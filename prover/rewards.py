"""Lean's verdict as a reward, for trainers with the interface of TRL's GRPOTrainer.

    with Prover(Settings(workers=2)) as prover:
        rewards = [ProofReward(prover), StepReward(prover)]
        GRPOTrainer(model, reward_funcs=rewards, train_dataset=dataset, …).train()

Rows of the data set have a `statement`, and optionally a `header`.  A completion is a block of
tactics: by itself, in a code block, or after the theorem.  All Lean processes work on a batch, and
equal completions are checked once.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from lean_env.errors import LeanProcessError
from lean_env.types import Applied, Rejected, RejectionReason, Tactic, Theorem, Undecided
from prover import session
from prover.api import Prover
from prover.graph.store import Edge, ProofGraph
from prover.problems.read import declared_name
from prover.proofs.replay import Replay, Step, replay, split_tactics
from prover.types import NodeStatus, Proposal

Completion: TypeAlias = str | Sequence[Mapping[str, Any]]
"""A text, or the messages of a chat."""

Rewards: TypeAlias = list[float | None]
"""One reward per completion; None where Lean could not decide, so that it is left out."""

OPEN_STEP = 0.25
"""The credit of a tactic that Lean accepts and that is not known to lead to a proof."""

MAX_GRAPHS = 256
"""How many proof graphs a `StepReward` keeps."""

_FENCED = re.compile(r"```(?:\w+)?\n(.*?)(?:```|\Z)", re.DOTALL)
_BEGIN = re.compile(r":=\s*by\b[ ]?")


class LeanReward(ABC):
    """A reward function that works on a batch theorem by theorem."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover

    def __call__(
        self,
        prompts: Sequence[object],  # noqa: ARG002  trainers pass it by name
        completions: Sequence[Completion],
        *,
        statement: Sequence[str],
        header: Sequence[str] | None = None,
        **_others: object,
    ) -> Rewards:
        """Compute the rewards of a batch.

        Args:
            prompts: Not used; trainers pass it.
            completions: The model's answers.
            statement: The theorem of each answer.
            header: The header of each theorem.
            **_others: Further columns of the data set.

        Returns:
            One reward per completion, None where Lean could not decide.

        Raises:
            BadInput: Lean does not elaborate a statement.
        """
        theorems = [
            Theorem(statement=text, header=before or "")
            for text, before in zip(statement, header or [""] * len(statement), strict=True)
        ]
        scripts = [script_of(completion) for completion in completions]
        return self._prover.run(lambda prover: self._all(prover, theorems, scripts))

    async def _all(
        self, prover: session.ProverSession, theorems: Sequence[Theorem], scripts: Sequence[str]
    ) -> Rewards:
        """Rate each distinct pair of theorem and script once, all theorems concurrently."""
        wanted: dict[Theorem, dict[str, None]] = {}
        for theorem, script in zip(theorems, scripts, strict=True):
            wanted.setdefault(theorem, {})[script] = None
        found = await asyncio.gather(*(self.rate(prover, t, list(s)) for t, s in wanted.items()))
        rewards = {
            (theorem, script): reward
            for (theorem, each), rated in zip(wanted.items(), found, strict=True)
            for script, reward in zip(each, rated, strict=True)
        }
        return [rewards[pair] for pair in zip(theorems, scripts, strict=True)]

    @abstractmethod
    async def rate(
        self, prover: session.ProverSession, theorem: Theorem, scripts: Sequence[str]
    ) -> Rewards:
        """Compute the rewards of distinct scripts for one theorem, in their order."""


class ProofReward(LeanReward):
    """1 for a completion that proves its theorem, as the verifier decides; 0 for any other."""

    __name__ = "proof_reward"

    async def rate(
        self, prover: session.ProverSession, theorem: Theorem, scripts: Sequence[str]
    ) -> Rewards:
        """Run the scripts in the pool, and verify those that close the theorem."""
        state = await prover.pool.start(theorem)
        [outcomes] = await prover.pool.step([(state, scripts)])
        left = [s for o in outcomes if isinstance(o, Applied) for s in o.states]
        await prover.pool.release([state, *left])
        rewards: Rewards = []
        for script, outcome in zip(scripts, outcomes, strict=True):
            closed = isinstance(outcome, Applied) and outcome.closed
            accepted = await _accepted(prover, theorem, script) if closed else False
            rewards.append(None if accepted is None else float(accepted))
        return rewards


class StepReward(LeanReward):
    """The share of a completion's tactics that are good.

    A tactic counts 1 when all states that it leaves are known to be provable, and `OPEN_STEP` when
    Lean accepts it and nothing more is known.  Each theorem has a proof graph to which every
    completion adds its steps, so a completion's proof gives credit to others with the same
    beginning.  If a completion closes the theorem, its last tactic counts only if the verifier
    accepts the proof.
    """

    __name__ = "step_reward"

    def __init__(self, prover: Prover) -> None:
        super().__init__(prover)
        self._graphs: dict[Theorem, ProofGraph] = {}  # the one used last is last

    async def rate(
        self, prover: session.ProverSession, theorem: Theorem, scripts: Sequence[str]
    ) -> Rewards:
        """Replay the scripts, add their steps to the theorem's graph, and rate the tactics."""
        root = await prover.pool.start(theorem)
        graph = self._graphs.pop(theorem, None) or ProofGraph(root)
        self._graphs[theorem] = graph
        if len(self._graphs) > MAX_GRAPHS:
            del self._graphs[next(iter(self._graphs))]
        written = [split_tactics(script) for script in scripts]
        walks = await asyncio.gather(*(replay(prover.pool, root, tactics) for tactics in written))
        paths = [[_edge(graph, step) for step in one.steps] for one in walks]
        ended = [_ends(one, tactics) for one, tactics in zip(walks, written, strict=True)]
        await prover.pool.release([root, *(state for one in walks for state in one.states)])
        for script, path, end in zip(scripts, paths, ended, strict=True):
            if end and await _accepted(prover, theorem, script) is False:
                graph.retract(
                    path[-1], Rejected(RejectionReason.ERROR, "the gate does not accept it")
                )
        return [_share(path, tactics) for path, tactics in zip(paths, written, strict=True)]


async def _accepted(prover: session.ProverSession, theorem: Theorem, script: str) -> bool | None:
    """Whether the verifier accepts a proof; None if it could not decide."""
    try:
        verdict = (await prover.verifier.verify(theorem, script)).verdict
    except LeanProcessError:
        return None
    return None if isinstance(verdict, Undecided) else verdict.ok


def _edge(graph: ProofGraph, step: Step) -> Edge:
    """The edge of a step, made if there is none."""
    node = graph.node(step.state)
    for edge in node.edges:
        if edge.proposal.tactic == step.tactic:
            return edge
    return graph.add(node, Proposal(step.tactic, 0.0), step.transition)


def _ends(walked: Replay, written: Sequence[Tactic]) -> bool:
    return bool(walked.steps) and not walked.open and len(walked.steps) == len(written)


def _share(path: Sequence[Edge], written: Sequence[Tactic]) -> float:
    """The mean credit of the written tactics; those not run, and those that lead back, count 0."""
    seen: set[int] = set()
    worth = 0.0
    for edge in path:
        seen.add(edge.parent.id)
        if any(child.id in seen for child in edge.children):
            continue
        if edge.status is NodeStatus.PROVED:
            worth += 1.0
        elif edge.status is NodeStatus.OPEN:
            worth += OPEN_STEP
    return worth / max(len(written), 1)


def script_of(completion: Completion) -> str:
    """The tactics in a model's answer.

    Taken from its last code block, if any, and from after `:= by` if the answer repeats the
    theorem.
    """
    if isinstance(completion, str):
        text = completion
    else:
        text = str(completion[-1]["content"]) if completion else ""
    blocks = _FENCED.findall(text)
    text = blocks[-1] if blocks else text
    if declared_name(text) and (begin := _BEGIN.search(text)):
        text = text[begin.end() :]
    return text.strip("\n").rstrip()
