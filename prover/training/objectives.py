"""Training objectives: each computes named loss terms from the network's output for a batch.

The sum of the means of the terms is minimized.
"""

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
    """A term of a loss: the weighted sum of losses, and the sum of the weights (both scalars)."""

    total: Tensor
    weight: Tensor

    def mean(self) -> Tensor:
        """Compute the weighted mean; 0 if all weights are 0."""
        return self.total / self.weight.clamp(min=1e-6)


LossTerms = dict[str, LossTerm]
Objective = Callable[[NetworkOutput, Batch, ValueBins], LossTerms]


def joint_loss(output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
    """Compute the loss of policy, V and Q together; what has no target does not count.

    Args:
        output: The network's output for `batch.packed`.
        batch: Examples with their targets.
        value_bins: Bins of the value heads.

    Returns:
        `policy`: weighted negative logprob of tactics.  `value`, `q`: cross-entropy against the
        two-hot bins of the targets.  `order`: ranking loss of Q among the tactics of a state.
    """
    rows = len(batch.values)
    return {
        "policy": _term(-output.logprobs, batch.policy_weights),
        "value": _bins(output.value[:rows], batch.values, batch.value_weights, value_bins),
        "q": _bins(output.q, batch.costs, batch.q_weights, value_bins),
        "order": _order(value_bins.steps_to_go(output.q), batch, value_bins.cap),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DPO:
    """Direct preference optimization (DPO; Rafailov et al., arXiv 2305.18290).

        -log σ(β (log π(a)/π₀(a) - log π(b)/π₀(b)))        for a preferred to b

    V and Q are trained along with it, as in `joint_loss`.

    Attributes:
        reference: Computes log π₀ of a batch's tactics (M), with π₀ the initial policy.
        beta: β, the strength of the pull towards π₀.
    """

    reference: Callable[[Batch], Tensor]
    beta: float = 0.1

    def __call__(self, output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
        """Compute `joint_loss` with its policy term replaced by the preference loss."""
        terms = joint_loss(output, batch, value_bins)
        gain = self.beta * (output.logprobs - self.reference(batch))
        better, worse = batch.pairs.unbind(1)
        losses = -logsigmoid(gain[better] - gain[worse])
        terms["policy"] = _term(losses, torch.ones_like(losses))
        return terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ILQL:
    """Implicit Q-learning for language models (ILQL; Snell et al., arXiv 2206.11871).

    For costs instead of rewards, and for tactics that leave several states:

        Q(s, a) → 1 + Σ V(s')                         rejected tactics cost the cap
        V(s) → the `expectile` of Q(s, ·) towards the least cost
        `cql`·(log Σ_b exp(-Q(s, b)) + Q(s, a))       tactics of proofs above all others
        exp(β (V(s) - Q(s, a)))·(-log π(a | s))       advantage-weighted imitation

    Differences from the paper: Q is fitted by cross-entropy against bins, as in `joint_loss`,
    not by squared error. Q in the terms of V and of imitation is the network's own, without
    gradient, not that of a lagging copy. In the third line b ranges over the tactics known for
    s, not over all there are, and a over tactics of proofs, since the data hold rejected
    tactics too; these are not imitated either. The paper shifts a policy by β (Q - V) when it
    decodes; the fourth line trains one instead, as IQL's extraction does (Kostrikov et al.,
    arXiv 2110.06169). Imitation weights are clipped at `most`, and V's term is divided by the cap
    so that it counts no more than the others.

    Attributes:
        expectile: Weight of errors where V exceeds Q; 1 minus it weighs the others.
        cql: Weight of the conservative term.
        beta: β, how strongly imitation prefers better tactics.
        most: Largest imitation weight.
    """

    expectile: float = 0.8
    cql: float = 0.1
    beta: float = 0.5
    most: float = 10.0

    def __call__(self, output: NetworkOutput, batch: Batch, value_bins: ValueBins) -> LossTerms:
        """Compute the terms `policy`, `value`, `q` and `conservative`."""
        rows = len(batch.values)
        value, q = value_bins.expected_cost(output.value), value_bins.expected_cost(output.q)
        tactics, below = batch.child_rows.unbind(1)
        sums = torch.ones_like(q).index_add(0, tactics, value.detach()[below])
        dead_end = batch.costs >= value_bins.cap
        target = torch.where(dead_end, torch.full_like(q, value_bins.cap), sums)

        own = value[:rows][batch.packed.tactic_rows]
        gap = own - q.detach()
        side = torch.where(gap > 0, self.expectile, 1 - self.expectile)

        chosen = batch.policy_weights > 0
        scores = torch.full((rows,), -torch.inf, device=q.device)
        scores = _logsumexp(-q, batch.packed.tactic_rows, scores)
        conservative = (scores[batch.packed.tactic_rows] + q)[chosen]
        weight = (self.beta * gap.detach()).exp().clamp(max=self.most) * (~dead_end)
        return {
            "policy": _term(-output.logprobs, weight),
            "value": _term(side * gap**2 / value_bins.cap, torch.ones_like(gap)),
            "q": _bins(output.q, target, batch.q_weights, value_bins),
            "conservative": _term(self.cql * conservative, torch.ones_like(conservative)),
        }


def _term(losses: Tensor, weights: Tensor) -> LossTerm:
    return LossTerm((losses * weights).sum(), weights.sum())


def _bins(logits: Tensor, costs: Tensor, weights: Tensor, value_bins: ValueBins) -> LossTerm:
    """Cross-entropy of (n, bins) logits against the two-hot bins of (n) costs, nan left out."""
    known = ~costs.isnan()
    target = value_bins.two_hot(costs.nan_to_num(1.0))
    losses = -(target * logits.float().log_softmax(-1)).sum(-1)
    return _term(losses, weights * known)


def _order(q: Tensor, batch: Batch, cap: float) -> LossTerm:
    """Ranking loss: -log of the probability that softmax(-Q) picks a tactic of least cost.

    The softmax is over the tactics of a state with a target, and Q is `ValueBins.steps_to_go`.
    After the top-one loss of ListNet (Cao et al. 2007), with the probabilities of equally good
    tactics added up.  It is needed because most tactics are dead ends, so that the bins of Q are
    fitted well before Q separates the few others.
    """
    groups, known = batch.packed.tactic_rows, ~batch.costs.isnan()
    nothing = torch.full((len(batch.values),), torch.inf, device=q.device)
    costs = batch.costs.nan_to_num(torch.inf)
    least = nothing.scatter_reduce(0, groups, costs, "amin")
    hopeful = least < cap
    best = known & hopeful[groups] & (costs == least[groups])
    all_of_them = _logsumexp(-q[known], groups[known], -nothing)
    first = _logsumexp(-q[best], groups[best], -nothing)
    losses = (all_of_them - first)[hopeful]
    return _term(losses, torch.ones_like(losses))


def _logsumexp(values: Tensor, groups: Tensor, start: Tensor) -> Tensor:
    """Compute log Σ exp of the values of each group; `start` holds -inf for each group."""
    most = start.scatter_reduce(0, groups, values.detach(), "amax")
    return most + torch.zeros_like(most).index_add(0, groups, (values - most[groups]).exp()).log()
