"""Generation of distinct tactics with the network: beam search, plain or stochastic.

Plain beam search returns the most probable tactics it finds.  Stochastic beam search (Kool, van
Hoof & Welling, arXiv 1903.06059) samples without replacement: each beam carries its logprob φ
perturbed by Gumbel noise, and the noise of its children is drawn conditional on their maximum being
the beam's own.  Keeping the k largest at each step is then equivalent to perturbing all possible
tactics and taking the k largest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from prover.models.network import ProofNetwork

MASKED_LOGPROB = -1e9
"""The logprob of an empty beam slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedTactic:
    """A tactic that the network generated.

    Attributes:
        tokens: Its tokens, without `<end>`.
        logprob: Natural logarithm of its probability, `<end>` included.
        q: Q(s, a), in steps to go.
    """

    tokens: tuple[int, ...]
    logprob: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedState:
    """What decoding one prompt gives: V(s) in steps to go, and distinct tactics, best first."""

    value: float
    tactics: list[GeneratedTactic]


@torch.inference_mode()
def decode(
    network: ProofNetwork,
    prompts: Sequence[Sequence[int]],
    k: int,
    *,
    end: int,
    longest: int,
    noise: torch.Generator | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[DecodedState]:
    """Generate distinct tactics for a batch of prompts.

    Args:
        network: The network.
        prompts: Token ids of each prompt, see `PromptEncoder.prompt`.
        k: Beam width, and the largest number of tactics for a prompt.
        end: Token id of `<end>`.
        longest: The largest number of tokens of a tactic, without `<end>`.
        noise: Samples without replacement with this generator; None for plain beam search.
        cancelled: Asked before each step; when true, the tactics finished so far are returned.

    Returns:
        One entry for each prompt, in order.
    """
    beams = _Beams(network, prompts, k, noise)
    finished: list[list[tuple[float, GeneratedTactic]]] = [[] for _ in prompts]
    for step in range(longest + 1):
        if not beams.alive or cancelled():
            break
        beams.extend(end, last=step == longest, finished=finished)
    found = []
    for value, tactics in zip(beams.values, finished, strict=True):
        tactics.sort(key=lambda t: -t[0])
        found.append(DecodedState(value=value, tactics=[t for _, t in tactics[:k]]))
    return found


class _Beams:
    """The beams of B states: one for each at first, b ≤ k of them later.

    Attributes:
        values: V(s) of each state, in steps to go.
        phi: (B, b) Logprob of each beam.
        score: (B, b) The same, perturbed by Gumbel noise when sampling.
        tokens: (B, b, n) The n tokens of each beam.
        next: (B, b, vocabulary) Logprobs of the next token.
        q: (B, b) Q of each beam as it is, in steps to go.
    """

    def __init__(
        self,
        network: ProofNetwork,
        prompts: Sequence[Sequence[int]],
        k: int,
        noise: torch.Generator | None,
    ) -> None:
        from transformers import DynamicCache

        self._network, self._noise, self._k = network, noise, k
        device, count = network.device, len(prompts)
        lengths = torch.tensor([len(p) for p in prompts], device=device)
        width = int(lengths.max())
        padded = [[*p, *([0] * (width - len(p)))] for p in prompts]
        self._attention_mask = (torch.arange(width, device=device) < lengths[:, None]).long()
        self._cache: Any = DynamicCache()
        hidden = network.hidden(
            input_ids=torch.tensor(padded, device=device),
            attention_mask=self._attention_mask,
            position_ids=torch.arange(width, device=device).expand(count, -1),
            past_key_values=self._cache,
            use_cache=True,
        )[torch.arange(count, device=device), lengths - 1]
        self.values: list[float] = network.value_bins.steps_to_go(
            network.value_head(hidden)
        ).tolist()
        self._positions, self._width = lengths, 1
        self.phi = torch.zeros(count, 1, device=device)
        self.score = self.phi.clone()
        self.tokens = torch.empty(count, 1, 0, dtype=torch.long, device=device)
        self._predict(hidden)

    def _predict(self, hidden: Tensor) -> None:
        """Set `next` and `q` from the last hidden states of the beams, of shape (B·b, width)."""
        self.next = self._network.next_token_logprobs(hidden).view(*self.phi.shape, -1)
        self.q = self._network.value_bins.steps_to_go(self._network.q_head(hidden)).view(
            self.phi.shape
        )

    @property
    def alive(self) -> bool:
        """Whether any beam is left to extend."""
        return bool((self.score > MASKED_LOGPROB / 2).any())

    def extend(
        self, end: int, *, last: bool, finished: list[list[tuple[float, GeneratedTactic]]]
    ) -> None:
        """Extend the beams by one token and keep the k best of each state.

        Args:
            end: Token id of `<end>`.
            last: Whether this is the last step, at which beams can only end.
            finished: Receives the score and the tactic of beams that end, for each state; they
                keep a place among the k.
        """
        phi = self.phi[..., None] + self.next
        score = gumbel_perturb(phi, self.score, self._noise) if self._noise else phi
        score = score.masked_fill(self.score[..., None] < MASKED_LOGPROB / 2, MASKED_LOGPROB)
        self._collect(phi[..., end], score[..., end], finished)
        score[..., end] = MASKED_LOGPROB
        if last:
            self.score.fill_(MASKED_LOGPROB)
            return
        size = score.shape[-1]
        best, index = score.flatten(1).topk(self._k, dim=1)
        thresholds = [
            sorted([*scores, *(s for s, _ in tactics)], reverse=True)[self._k - 1]
            for scores, tactics in zip(best.tolist(), finished, strict=True)
        ]
        alive = (best >= torch.tensor(thresholds, device=best.device)[:, None]) & (
            best > MASKED_LOGPROB / 2
        )
        width = int(alive.sum(1).max())  # sorted: columns beyond have no live beam in any row
        if not width:
            self.score.fill_(MASKED_LOGPROB)
            return
        best, index, alive = best[:, :width], index[:, :width], alive[:, :width]
        parent, token = index // size, index % size
        self.phi = phi.flatten(1).gather(1, index)
        self.score = best.masked_fill(~alive, MASKED_LOGPROB)
        prefix = self.tokens.gather(1, parent[..., None].expand(-1, -1, self.tokens.shape[-1]))
        self.tokens = torch.cat([prefix, token[..., None]], dim=2)
        self._forward(parent, token)

    def _collect(
        self, phi: Tensor, score: Tensor, finished: list[list[tuple[float, GeneratedTactic]]]
    ) -> None:
        """Add the beams that end now to `finished`; the empty tactic is left out."""
        if not self.tokens.shape[-1]:
            return
        for i, j in (score > MASKED_LOGPROB / 2).nonzero().tolist():
            tactic = GeneratedTactic(
                tokens=tuple(self.tokens[i, j].tolist()),
                logprob=float(phi[i, j]),
                q=float(self.q[i, j]),
            )
            finished[i].append((float(score[i, j]), tactic))

    def _forward(self, parent: Tensor, token: Tensor) -> None:
        """Run the network on the new token of each beam, with its parent's key-value cache."""
        rows = torch.arange(len(parent), device=parent.device)[:, None] * self._width + parent
        self._width, rows = parent.shape[1], rows.flatten()
        self._cache.batch_select_indices(rows)
        self._positions = self._positions[rows]
        mask = self._attention_mask
        self._attention_mask = torch.cat([mask[rows], mask.new_ones(len(rows), 1)], dim=1)
        hidden = self._network.hidden(
            input_ids=token.reshape(-1, 1),
            attention_mask=self._attention_mask,
            position_ids=self._positions[:, None],
            past_key_values=self._cache,
            use_cache=True,
        )[:, 0]
        self._positions = self._positions + 1
        self._predict(hidden)


def gumbel_perturb(phi: Tensor, greatest: Tensor, noise: torch.Generator) -> Tensor:
    """Add Gumbel noise to φ, conditional on the maximum over each beam's children.

    The numerically stable form of Kool et al., arXiv 1903.06059, appendix B.3.

    Args:
        phi: (B, b, vocabulary) Logprobs of the children.
        greatest: (B, b) The maximum of the perturbed logprobs of each beam's children.
        noise: Source of randomness.

    Returns:
        (B, b, vocabulary) Perturbed logprobs.
    """
    uniform = torch.rand(phi.shape, generator=noise, device=phi.device).clamp(1e-20, 1 - 1e-7)
    free = phi - (-uniform.log()).log()
    most = free.amax(-1, keepdim=True)
    v = greatest[..., None] - free + torch.log1p(-(free - most).exp().clamp(max=1.0))
    return greatest[..., None] - v.clamp(min=0.0) - torch.log1p((-v.abs()).exp())
