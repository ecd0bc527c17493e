"""The losses.  Each takes what the network reads in a batch, and gives named parts; what is made
small is the sum of their means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from prover.models.network import Reading
from prover.models.support import Support
from prover.training.batches import Batch


class Part(NamedTuple):
    """A part of a loss: the sum of losses times their weights, and that of the weights."""

    total: Tensor
    weight: Tensor

    def mean(self) -> Tensor:
        """0 where nothing counts."""
        return self.total / self.weight.clamp(min=1e-6)


Parts = dict[str, Part]
Objective = Callable[[Reading, Batch, Support], Parts]


def joint(reading: Reading, batch: Batch, support: Support) -> Parts:
    """Imitation of tactics by their weights, cross-entropy of V and Q against the bins of their
    targets, and the order of Q among the tactics of a state; what has no target does not count."""
    rows = len(batch.values)
    return {
        "policy": _part(-reading.logprobs, batch.weights),
        "value": _bins(reading.value[:rows], batch.values, batch.likes, support),
        "q": _bins(reading.q, batch.costs, batch.shares, support),
        "order": _order(support.to_go(reading.q), batch, support.cap),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DPO:
    """Direct preference optimization (Rafailov et al., arXiv 2305.18290):

        -log σ(β (log π(a)/π₀(a) - log π(b)/π₀(b)))        for a preferred to b

    with π₀ the policy at the beginning, `reference`.  V and Q are kept up beside it.
    """

    reference: Callable[[Batch], Tensor]
    beta: float = 0.1

    def __call__(self, reading: Reading, batch: Batch, support: Support) -> Parts:
        parts = joint(reading, batch, support)
        gain = self.beta * (reading.logprobs - self.reference(batch))
        better, worse = batch.pairs.unbind(1)
        losses = -logsigmoid(gain[better] - gain[worse])
        parts["policy"] = _part(losses, torch.ones_like(losses))
        return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ILQL:
    """Implicit Q-learning for language (Snell et al., arXiv 2206.11871), for costs instead of
    rewards, and for tactics that leave several states:

        Q(s, a) → 1 + Σ V(s')                         what Lean rejects costs the cap
        V(s) → the `expectile` of Q(s, ·) on the side of the least
        `cql`·(log Σ_b exp(-Q(s, b)) + Q(s, a))       the tactics of proofs before all others
        exp(β (V(s) - Q(s, a)))·(-log π(a | s))       imitation, the more the better the tactic

    Where this differs from the paper: Q is fitted by cross-entropy against bins, as in `joint`, not
    by squares.  Q in the parts of V and of imitation is the network's own, without gradient, not a
    lagging copy's.  In the third line b is any tactic known for s, not any at all, and a one of a
    proof, for the data holds rejected ones, too; these are not imitated either.  The paper shifts a
    policy by β (Q - V) when it speaks; the fourth line trains one instead, as IQL's extraction does
    (Kostrikov et al., arXiv 2110.06169).  Weights of imitation end at `most`, and V's part is
    divided by the cap, to count no more than the others.
    """

    expectile: float = 0.8
    cql: float = 0.1
    beta: float = 0.5
    most: float = 10.0

    def __call__(self, reading: Reading, batch: Batch, support: Support) -> Parts:
        rows = len(batch.values)
        value, q = support.mean(reading.value), support.mean(reading.q)
        tactics, below = batch.links.unbind(1)
        sums = torch.ones_like(q).index_add(0, tactics, value.detach()[below])
        dead = batch.costs >= support.cap
        target = torch.where(dead, torch.full_like(q, support.cap), sums)

        own = value[:rows][batch.packed.tactic_rows]
        gap = own - q.detach()
        side = torch.where(gap > 0, self.expectile, 1 - self.expectile)

        chosen = batch.weights > 0
        scores = torch.full((rows,), -torch.inf, device=q.device)
        scores = _logsumexp(-q, batch.packed.tactic_rows, scores)
        conservative = (scores[batch.packed.tactic_rows] + q)[chosen]
        weight = (self.beta * gap.detach()).exp().clamp(max=self.most) * (~dead)
        return {
            "policy": _part(-reading.logprobs, weight),
            "value": _part(side * gap**2 / support.cap, torch.ones_like(gap)),
            "q": _bins(reading.q, target, batch.shares, support),
            "conservative": _part(self.cql * conservative, torch.ones_like(conservative)),
        }


def _part(losses: Tensor, weights: Tensor) -> Part:
    return Part((losses * weights).sum(), weights.sum())


def _bins(logits: Tensor, costs: Tensor, weights: Tensor, support: Support) -> Part:
    known = ~costs.isnan()
    target = support.spread(costs.nan_to_num(1.0))
    losses = -(target * logits.float().log_softmax(-1)).sum(-1)
    return _part(losses, weights * known)


def _order(q: Tensor, batch: Batch, cap: float) -> Part:
    """-log of the chance that a tactic of least cost comes first, under softmax(-Q) over those of
    its state, Q as a search counts it.  After the top-one loss of ListNet (Cao et al. 2007), with
    the chances of equally good tactics added.

    Most tactics lead nowhere, so that Q fits its bins well before it tells the few others apart.
    """
    groups, known = batch.packed.tactic_rows, ~batch.costs.isnan()
    nothing = torch.full((len(batch.values),), torch.inf, device=q.device)
    costs = batch.costs.nan_to_num(torch.inf)
    least = nothing.scatter_reduce(0, groups, costs, "amin")
    hopeful = least < cap
    best = known & hopeful[groups] & (costs == least[groups])
    all_of_them = _logsumexp(-q[known], groups[known], -nothing)
    first = _logsumexp(-q[best], groups[best], -nothing)
    lost = (all_of_them - first)[hopeful]
    return _part(lost, torch.ones_like(lost))


def _logsumexp(figures: Tensor, groups: Tensor, start: Tensor) -> Tensor:
    """log Σ exp of the figures of each group."""
    most = start.scatter_reduce(0, groups, figures.detach(), "amax")
    return most + torch.zeros_like(most).index_add(0, groups, (figures - most[groups]).exp()).log()
