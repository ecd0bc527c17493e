"""The losses.  Each takes what the network reads in a batch, and gives named parts; what is made
small is the sum of their means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from prover.models.network import NetworkOutput
from prover.models.value_bins import ValueBins
from prover.training.batches import Batch


class LossTerm(NamedTuple):
    """A part of a loss: the sum of losses times their weights, and that of the weights."""

    total: Tensor
    weight: Tensor

    def mean(self) -> Tensor:
        """0 where nothing counts."""
        return self.total / self.weight.clamp(min=1e-6)


LossTerms = dict[str, LossTerm]
Objective = Callable[[NetworkOutput, Batch, ValueBins], LossTerms]


def joint_loss(output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
    """Imitation of tactics by their weights, cross-entropy of V and Q against the bins of their
    targets, and the order of Q among the tactics of a state; what has no target does not count."""
    rows = len(batch.values)
    return {
        "policy": _part(-output.logprobs, batch.policy_weights),
        "value": _bins(output.value[:rows], batch.values, batch.value_weights, value_bins),
        "q": _bins(output.q, batch.costs, batch.q_weights, value_bins),
        "order": _order(value_bins.steps_to_go(output.q), batch, value_bins.cap),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DPO:
    """Direct preference optimization (Rafailov et al., arXiv 2305.18290):

        -log σ(β (log π(a)/π₀(a) - log π(b)/π₀(b)))        for a preferred to b

    with π₀ the policy at the beginning, `reference`.  V and Q are kept up beside it.
    """

    reference: Callable[[Batch], Tensor]
    beta: float = 0.1

    def __call__(self, output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
        parts = joint_loss(output, batch, value_bins)
        gain = self.beta * (output.logprobs - self.reference(batch))
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

    Differences from the paper: Q is fitted by cross-entropy against bins, as in `joint_loss`,
    not by squared error. Q in the terms of V and of imitation is the network's own, without
    gradient, not that of a lagging copy. In the third line b ranges over the tactics known for
    s, not over all there are, and a over tactics of proofs, since the data hold rejected
    tactics too; these are not imitated either. The paper shifts a policy by β (Q - V) when it
    decodes; the fourth line trains one instead, as IQL's extraction does (Kostrikov et al.,
    arXiv 2110.06169). Imitation weights are cut at `most`, and V's term is divided by the cap
    so that it counts no more than the others.
    """

    expectile: float = 0.8
    cql: float = 0.1
    beta: float = 0.5
    most: float = 10.0

    def __call__(self, output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
        rows = len(batch.values)
        value, q = value_bins.expected_cost(output.value), value_bins.expected_cost(output.q)
        tactics, below = batch.child_rows.unbind(1)
        sums = torch.ones_like(q).index_add(0, tactics, value.detach()[below])
        dead = batch.costs >= value_bins.cap
        target = torch.where(dead, torch.full_like(q, value_bins.cap), sums)

        own = value[:rows][batch.packed.tactic_rows]
        gap = own - q.detach()
        side = torch.where(gap > 0, self.expectile, 1 - self.expectile)

        chosen = batch.policy_weights > 0
        scores = torch.full((rows,), -torch.inf, device=q.device)
        scores = _logsumexp(-q, batch.packed.tactic_rows, scores)
        conservative = (scores[batch.packed.tactic_rows] + q)[chosen]
        weight = (self.beta * gap.detach()).exp().clamp(max=self.most) * (~dead)
        return {
            "policy": _part(-output.logprobs, weight),
            "value": _part(side * gap**2 / value_bins.cap, torch.ones_like(gap)),
            "q": _bins(output.q, target, batch.q_weights, value_bins),
            "conservative": _part(self.cql * conservative, torch.ones_like(conservative)),
        }


def _part(losses: Tensor, weights: Tensor) -> LossTerm:
    return LossTerm((losses * weights).sum(), weights.sum())


def _bins(logits: Tensor, costs: Tensor, weights: Tensor, value_bins: ValueBins) -> LossTerm:
    known = ~costs.isnan()
    target = value_bins.two_hot(costs.nan_to_num(1.0))
    losses = -(target * logits.float().log_softmax(-1)).sum(-1)
    return _part(losses, weights * known)


def _order(q: Tensor, batch: Batch, cap: float) -> LossTerm:
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
