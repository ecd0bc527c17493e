"""Calibration of V and Q on held-out searches, and how well they separate provable states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import torch

from prover.models.network import ProofNetwork
from prover.models.prompt import PromptEncoder
from prover.training.batches import TokenizedExample, collate

MAX_DEPTH = 4
"""Deeper states are reported together with those at this depth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A prediction with its target.

    Attributes:
        of: "value" for V, "q" for Q.
        depth: Number of tactics from the root to the state, at most `MAX_DEPTH`.
        predicted: Expected cost under the network, in steps.
        actual: Target from the proof graph, in steps; the cap if not provable.
    """

    of: str
    depth: int
    predicted: float
    actual: float


@torch.inference_mode()
def predictions(
    network: ProofNetwork, encoder: PromptEncoder, examples: Sequence[TokenizedExample]
) -> list[Prediction]:
    """Predict the expected cost of every state and tactic of `examples` that has a target.

    Returns:
        For each example V first, then Q of its tactics.
    """
    found: list[Prediction] = []
    network.eval()
    for start in range(0, len(examples), 8):
        part = examples[start : start + 8]
        batch = collate(part, encoder).to(network.device)
        output = network(batch.packed)
        values = network.value_bins.expected_cost(output.value[: len(part)]).tolist()
        q = iter(network.value_bins.expected_cost(output.q).tolist())
        for tokenized, value in zip(part, values, strict=True):
            example = tokenized.example
            targets = [("value", value, example.value)]
            targets += [("q", next(q), target.cost) for target in example.tactics]
            found += [
                Prediction(of=of, depth=min(example.depth, MAX_DEPTH), predicted=p, actual=actual)
                for of, p, actual in targets
                if actual is not None
            ]
    return found


@torch.inference_mode()
def imitation_loss(
    network: ProofNetwork, encoder: PromptEncoder, examples: Sequence[TokenizedExample]
) -> float | None:
    """Compute the policy's mean negative logprob of the tactics that have a policy weight.

    It is measured in the same way for all kinds of training, to show what each does to the policy.

    Returns:
        Nats per tactic; None if no tactic has a weight.
    """
    losses: list[float] = []
    network.eval()
    for start in range(0, len(examples), 8):
        batch = collate(examples[start : start + 8], encoder).to(network.device)
        logprobs = network(batch.packed).logprobs
        losses += (-logprobs[batch.policy_weights > 0]).tolist()
    return fmean(losses) if losses else None


def calibration_report(found: Iterable[Prediction], cap: float) -> dict[str, Any]:
    """Summarize predictions of V and of Q.

    Args:
        found: The predictions.
        cap: The cost that stands for not provable.

    Returns:
        For each of `value` and `q` that has predictions: their count, mean absolute error in steps,
        area under the ROC curve of provable against not provable, and mean predictions by depth and
        by actual steps.
    """
    result: dict[str, Any] = {}
    for of in ("value", "q"):
        own = [p for p in found if p.of == of]
        if own:
            result[of] = {
                "count": len(own),
                "mean_error": fmean(abs(p.predicted - p.actual) for p in own),
                "auc": _auc(own, cap),
                "by_depth": _rows(own, "depth"),
                "by_steps": _rows(own, "actual"),
            }
    return result


def _rows(found: Iterable[Prediction], by: str) -> list[dict[str, float]]:
    groups: defaultdict[float, list[Prediction]] = defaultdict(list)
    for prediction in found:
        groups[round(asdict(prediction)[by])].append(prediction)
    return [
        {
            by: key,
            "count": len(group),
            "predicted": fmean(p.predicted for p in group),
            "actual": fmean(p.actual for p in group),
        }
        for key, group in sorted(groups.items())
    ]


def _auc(found: Sequence[Prediction], cap: float) -> float | None:
    """Compute the chance that a provable item is predicted to cost less than an unprovable one.

    This is Mann and Whitney's U divided by the number of pairs; None if there is only one kind.
    """
    from scipy.stats import rankdata

    good = [p.actual < cap for p in found]
    ranks = rankdata([p.predicted for p in found])
    n, m = good.count(False), good.count(True)
    if not n or not m:
        return None
    above = sum(float(r) for r, provable in zip(ranks, good, strict=True) if not provable)
    return (above - n * (n + 1) / 2) / (n * m)
