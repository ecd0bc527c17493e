"""Steps-to-go as a categorical distribution over bins, and back.

There are bins for 1, 2, …, n steps, and a last one for "not provable within the budget", which
costs `cap`.  Targets are two-hot, as the projection of C51 (Bellemare et al., arXiv 1707.06887) and
the two-hot variant in Farebrother et al. (arXiv 2403.03950), who found cross-entropy on bins to
train better than regression to a number.  The distribution also gives the probability that a
state is provable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBins:
    """The support of the value heads: `steps` + 1 bins.

    Attributes:
        steps: Number of bins for 1 to `steps` steps.
        cap: Cost, in steps, of the last bin: not provable.
    """

    steps: int = 15
    cap: float = 32.0

    def __post_init__(self) -> None:
        if not 1 <= self.steps < self.cap:
            raise ValueError(f"{self.steps} steps do not lie between 1 and the cap {self.cap}")

    @property
    def count(self) -> int:
        """The number of bins, the one for "not provable" included."""
        return self.steps + 1

    def costs(self) -> Tensor:
        """Return the cost of each bin in steps, of shape (bins)."""
        import torch

        return torch.tensor([*range(1, self.steps + 1), self.cap], dtype=torch.float32)

    def two_hot(self, costs: Tensor) -> Tensor:
        """Project costs onto bins: weights on the two neighbouring bins whose mean is the cost.

        Args:
            costs: (n) Costs in steps; clamped to [1, `cap`].

        Returns:
            (n, bins) Rows that sum to 1.
        """
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
        """Compute the expected cost of the distribution, the unprovable bin at `cap`.

        Args:
            logits: (…, bins) Output of a value head.

        Returns:
            (…) Expected cost in steps.
        """
        return logits.float().softmax(-1) @ self.costs().to(logits.device)

    def steps_to_go(self, logits: Tensor) -> Tensor:
        """Compute the cost-to-go that searches use.

            E[steps | provable] - log P(provable)

        Unlike in `expected_cost`, `cap` has no influence, so that a step weighs the same in states
        that are likely and unlikely to be provable; and the sum over several states that must all
        be proved multiplies their probabilities.

        Args:
            logits: (…, bins) Output of a value head.

        Returns:
            (…) Steps, plus the negative log-probability of provability in nats.
        """
        logits = logits.float()
        provable = logits[..., :-1]
        steps = provable.softmax(-1) @ self.costs()[:-1].to(logits.device)
        return steps + logits.logsumexp(-1) - provable.logsumexp(-1)
