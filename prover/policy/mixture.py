"""Several policies as one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

from lean_env.types import ProofState
from prover.types import Policy, Proposal


class Mixture:
    """P(a | s) = Σ wᵢ Pᵢ(a | s), with weights that sum to 1.  Policies are asked at the same time.

    A tactic that several propose is one proposal; its source is the one that contributes most.
    """

    def __init__(self, parts: Sequence[tuple[Policy, float]]) -> None:
        if not parts or any(weight <= 0 for _, weight in parts):
            raise ValueError("a mixture needs policies with positive weights")
        total = sum(weight for _, weight in parts)
        self._policies = [policy for policy, _ in parts]
        self._logweights = [log(weight / total) for _, weight in parts]

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        answers = await asyncio.gather(*(policy.propose(states, k) for policy in self._policies))
        return [self._mix(parts)[:k] for parts in zip(*answers, strict=True)]

    def _mix(self, parts: Sequence[Sequence[Proposal]]) -> list[Proposal]:
        mixed: dict[str, Proposal] = {}
        for logweight, proposals in zip(self._logweights, parts, strict=True):
            for p in proposals:
                part = replace(p, logprob=p.logprob + logweight)
                known = mixed.get(p.tactic)
                mixed[p.tactic] = part if known is None else _add(known, part)
        return sorted(mixed.values(), key=lambda p: -p.logprob)


def _add(a: Proposal, b: Proposal) -> Proposal:
    likelier, other = (a, b) if a.logprob >= b.logprob else (b, a)
    more = log(1 + exp(other.logprob - likelier.logprob))
    logprob = min(likelier.logprob + more, 0.0)
    return replace(likelier, logprob=logprob, tokens=a.tokens + b.tokens)
