"""Steps-to-go as a distribution over bins, and back.

The bins stand for 1, 2, …, n steps; the last one for "not provable within the budget", which costs
`cap`.  A categorical head trained with cross-entropy on them is steadier than a regression to the
number (Bellemare et al., arXiv 1707.06887; Farebrother et al., arXiv 2403.03950), and says how sure
it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBins:
    """`steps` bins for 1 to `steps` steps, one more for what costs `cap`."""

    steps: int = 15
    cap: float = 32.0

    def __post_init__(self) -> None:
        if not 1 <= self.steps < self.cap:
            raise ValueError(f"{self.steps} steps do not lie between 1 and the cap {self.cap}")

    @property
    def count(self) -> int:
        return self.steps + 1

    def costs(self) -> Tensor:
        """What each bin costs.  (bins)"""
        import torch

        return torch.tensor([*range(1, self.steps + 1), self.cap], dtype=torch.float32)

    def two_hot(self, costs: Tensor) -> Tensor:
        """Each cost as weights on its two neighbouring bins whose mean is the cost, held between 1
        and `cap`.  (n) to (n, bins)"""
        import torch
        from torch.nn.functional import one_hot

        points = self.costs().to(costs.device)
        costs = costs.clamp(1.0, self.cap)
        above = torch.searchsorted(points, costs).clamp(min=1)
        low, high = points[above - 1], points[above]
        share = ((costs - low) / (high - low))[:, None]
        left, right = one_hot(above - 1, self.count), one_hot(above, self.count)
        return left * (1 - share) + right * share

    def expected_cost(self, logits: Tensor) -> Tensor:
        """The expected cost.  (…, bins) to (…)"""
        return logits.float().softmax(-1) @ self.costs().to(logits.device)

    def steps_to_go(self, logits: Tensor) -> Tensor:
        """What is left to do, as a search counts it: the expected steps of a proof, if there is
        one, and the surprise, in nats, that there is one.  (…, bins) to (…)

            E[steps | provable] - log P(provable)

        `cap` does not count, so that a step weighs the same in hopeful states and in doubtful ones;
        and where several states must be proved, adding up multiplies their probabilities.
        """
        logits = logits.float()
        provable = logits[..., :-1]
        steps = provable.softmax(-1) @ self.costs()[:-1].to(logits.device)
        return steps + logits.logsumexp(-1) - provable.logsumexp(-1)
