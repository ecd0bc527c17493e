"""Several policies as one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import exp, log
from time import monotonic
from typing import Protocol, TypeAlias, runtime_checkable

from lean_env.errors import BrokenEnvironment
from lean_env.types import ProofState, Tactic
from prover.types import FailedProof, Policy, Proposal, RepairingPolicy

logger = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds for which a policy that cannot be used is not called."""


@runtime_checkable
class ScoringPolicy(Protocol):
    """A policy that can compute the probability of any tactic, also of those of others."""

    async def logprobs(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[float]]:
        """Compute log P(a | s) of each tactic, one list per state in the order of `tactics`."""
        ...


WeightedPolicy: TypeAlias = tuple[Policy, float]
"""A policy and its weight."""


class Mixture:
    """The mixture P(a | s) = Σ wᵢ Pᵢ(a | s), with weights that are scaled to sum to 1.

    The policies are called concurrently.  A tactic that several propose becomes one proposal, with
    the source that contributes most.  A `ScoringPolicy` also computes the probabilities of the
    others' tactics; for any other policy they have probability 0.

    While another one works, a policy that cannot be used, such as a server that has ended, is left
    out with a warning, and called again after a minute.
    """

    def __init__(self, parts: Sequence[WeightedPolicy]) -> None:
        if not parts or any(weight <= 0 for _, weight in parts):
            raise ValueError("a mixture needs policies with positive weights")
        total = sum(weight for _, weight in parts)
        self._policies = [policy for policy, _ in parts]
        self._logweights = [log(weight / total) for _, weight in parts]
        self._broken: dict[int, tuple[float, BrokenEnvironment]] = {}  # until when, and why

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`.

        Raises:
            BrokenEnvironment: None of the policies can be used.
        """
        calls = [self._proposals(i, states, k) for i in range(len(self._policies))]
        outcomes = await asyncio.gather(*calls)
        errors = [o for o in outcomes if isinstance(o, BrokenEnvironment)]
        if len(errors) == len(outcomes):
            raise errors[0]
        nothing: list[list[Proposal]] = [[] for _ in states]
        answers = [nothing if isinstance(o, BrokenEnvironment) else o for o in outcomes]
        for policy, own in zip(self._policies, answers, strict=True):
            if isinstance(policy, ScoringPolicy):
                await _add_others(policy, own, states, answers)
        return [self._mix(parts)[:k] for parts in zip(*answers, strict=True)]

    async def _proposals(
        self, i: int, states: Sequence[ProofState], k: int
    ) -> list[list[Proposal]] | BrokenEnvironment:
        """What policy `i` proposes, or why it cannot be used."""
        until, error = self._broken.get(i, (0.0, None))
        if error and monotonic() < until:
            return error
        try:
            found = await self._policies[i].propose(states, k)
        except BrokenEnvironment as error:
            if len(self._policies) > 1:
                logger.warning("going on without one policy: %s  %s", error, error.remedy)
            self._broken[i] = monotonic() + PAUSE, error
            return error
        self._broken.pop(i, None)
        return found

    async def repair(self, failed: Sequence[FailedProof], k: int) -> list[list[Proposal]]:
        """Propose corrections of failed proofs; see `prover.types.RepairingPolicy`."""
        repairing = [p for p in self._policies if isinstance(p, RepairingPolicy)]
        answers = await asyncio.gather(*(policy.repair(failed, k) for policy in repairing))
        found = [list(chain(*parts))[:k] for parts in zip(*answers, strict=True)]
        return found or [[] for _ in failed]

    def _mix(self, parts: Sequence[Sequence[Proposal]]) -> list[Proposal]:
        mixed: dict[str, Proposal] = {}
        for logweight, proposals in zip(self._logweights, parts, strict=True):
            for p in proposals:
                part = replace(p, logprob=p.logprob + logweight)
                known = mixed.get(p.tactic)
                mixed[p.tactic] = part if known is None else _add(known, part)
        return sorted(mixed.values(), key=lambda p: -p.logprob)


async def _add_others(
    scorer: ScoringPolicy,
    own: list[list[Proposal]],
    states: Sequence[ProofState],
    answers: Sequence[Sequence[Sequence[Proposal]]],
) -> None:
    """Add the tactics of the other `answers` to `own`, with the logprobs of `scorer`.

    They keep their sources.
    """
    others: list[dict[Tactic, str]] = []
    for i, proposals in enumerate(own):
        known = {p.tactic for p in proposals}
        found = {p.tactic: p.source for answer in answers for p in answer[i]}
        others.append({t: source for t, source in found.items() if t not in known})
    logprobs = await scorer.logprobs(states, [list(found) for found in others])
    for proposals, found, row in zip(own, others, logprobs, strict=True):
        pairs = zip(found.items(), row, strict=True)
        proposals += [Proposal(t, logprob, source) for (t, source), logprob in pairs]


def _add(a: Proposal, b: Proposal) -> Proposal:
    likelier, other = (a, b) if a.logprob >= b.logprob else (b, a)
    more = log(1 + exp(other.logprob - likelier.logprob))
    logprob = min(likelier.logprob + more, 0.0)
    return replace(likelier, logprob=logprob, tokens=a.tokens + b.tokens)
