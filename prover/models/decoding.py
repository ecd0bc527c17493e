"""Distinct tactics from the network: beam search, plain or stochastic.

Plain beam search gives the most probable tactics it can find.  Stochastic beam search (Kool, van
Hoof & Welling, arXiv 1903.06059) gives samples without replacement: each beam carries its logprob φ
perturbed by Gumbel noise, and the noise of its children is drawn such that their greatest is its
own.  Keeping the k greatest at each step then is the same as perturbing all tactics there are and
taking the k greatest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from prover.models.network import ProofNetwork

MASKED_LOGPROB = -1e9
"""The logprob of what is no beam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedTactic:
    """A tactic as tokens, without `<end>`; `logprob` with it.  `q` is the network's Q(s, a)."""

    tokens: tuple[int, ...]
    logprob: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedState:
    """V(s) of one state, and its tactics, best first."""

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
    unwanted: Callable[[], bool] = lambda: False,
) -> list[DecodedState]:
    """Up to `k` tactics of at most `longest` tokens for each prompt.

    With `noise` they are sampled without replacement.  When `unwanted` becomes true, what is there
    is returned.
    """
    beams = _Beams(network, prompts, k, noise)
    finished: list[list[tuple[float, GeneratedTactic]]] = [[] for _ in prompts]
    for step in range(longest + 1):
        if not beams.alive or unwanted():
            break
        beams.extend(end, last=step == longest, finished=finished)
    found = []
    for value, tactics in zip(beams.values, finished, strict=True):
        tactics.sort(key=lambda t: -t[0])
        found.append(DecodedState(value=value, tactics=[t for _, t in tactics[:k]]))
    return found


class _Beams:
    """At most k beams for each of B states: one at first, b of them now.

    `phi`, `score` (B, b): their logprobs, and the same perturbed.  `tokens` (B, b, n) is what they
    said.  `next` (B, b, vocabulary), `q` (B, b) is what the network foretells after it.
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
        self._seen = (torch.arange(width, device=device) < lengths[:, None]).long()
        self._cache: Any = DynamicCache()
        hidden = network.hidden(
            input_ids=torch.tensor(padded, device=device),
            attention_mask=self._seen,
            position_ids=torch.arange(width, device=device).expand(count, -1),
            past_key_values=self._cache,
            use_cache=True,
        )[torch.arange(count, device=device), lengths - 1]
        self.values: list[float] = network.value_bins.steps_to_go(
            network.value_head(hidden)
        ).tolist()
        self._places, self._width = lengths, 1
        self.phi = torch.zeros(count, 1, device=device)
        self.score = self.phi.clone()
        self.tokens = torch.empty(count, 1, 0, dtype=torch.long, device=device)
        self._foretell(hidden)

    def _foretell(self, hidden: Tensor) -> None:
        self.next = self._network.next_token_logprobs(hidden).view(*self.phi.shape, -1)
        self.q = self._network.value_bins.steps_to_go(self._network.q_head(hidden)).view(
            self.phi.shape
        )

    @property
    def alive(self) -> bool:
        return bool((self.score > MASKED_LOGPROB / 2).any())

    def extend(
        self, end: int, *, last: bool, finished: list[list[tuple[float, GeneratedTactic]]]
    ) -> None:
        """Give each beam its next token, keep the k best of each state, and let the network read
        them.  Those that end go to `finished` and hold a place among the k.  The `last` time
        nothing but an end is wanted."""
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
        bars = [
            sorted([*scores, *(s for s, _ in tactics)], reverse=True)[self._k - 1]
            for scores, tactics in zip(best.tolist(), finished, strict=True)
        ]
        alive = (best >= torch.tensor(bars, device=best.device)[:, None]) & (
            best > MASKED_LOGPROB / 2
        )
        width = int(alive.sum(1).max())  # the best come first: what is behind is dead everywhere
        if not width:
            self.score.fill_(MASKED_LOGPROB)
            return
        best, index, alive = best[:, :width], index[:, :width], alive[:, :width]
        parent, token = index // size, index % size
        self.phi = phi.flatten(1).gather(1, index)
        self.score = best.masked_fill(~alive, MASKED_LOGPROB)
        said = self.tokens.gather(1, parent[..., None].expand(-1, -1, self.tokens.shape[-1]))
        self.tokens = torch.cat([said, token[..., None]], dim=2)
        self._read(parent, token)

    def _collect(
        self, phi: Tensor, score: Tensor, finished: list[list[tuple[float, GeneratedTactic]]]
    ) -> None:
        """The beams that end now, with the empty one left out."""
        if not self.tokens.shape[-1]:
            return
        for i, j in (score > MASKED_LOGPROB / 2).nonzero().tolist():
            spoken = GeneratedTactic(
                tokens=tuple(self.tokens[i, j].tolist()),
                logprob=float(phi[i, j]),
                q=float(self.q[i, j]),
            )
            finished[i].append((float(score[i, j]), spoken))

    def _read(self, parent: Tensor, token: Tensor) -> None:
        """One more token of each beam, with its parent's past."""
        rows = torch.arange(len(parent), device=parent.device)[:, None] * self._width + parent
        self._width, rows = parent.shape[1], rows.flatten()
        self._cache.batch_select_indices(rows)
        self._places = self._places[rows]
        self._seen = torch.cat([self._seen[rows], self._seen.new_ones(len(rows), 1)], dim=1)
        hidden = self._network.hidden(
            input_ids=token.reshape(-1, 1),
            attention_mask=self._seen,
            position_ids=self._places[:, None],
            past_key_values=self._cache,
            use_cache=True,
        )[:, 0]
        self._places = self._places + 1
        self._foretell(hidden)


def gumbel_perturb(phi: Tensor, greatest: Tensor, noise: torch.Generator) -> Tensor:
    """φ with Gumbel noise, such that the greatest of each beam's children is `greatest` (Kool et
    al., appendix B.3, in its numerically stable form).  (B, k, vocabulary)"""
    uniform = torch.rand(phi.shape, generator=noise, device=phi.device).clamp(1e-20, 1 - 1e-7)
    free = phi - (-uniform.log()).log()
    most = free.amax(-1, keepdim=True)
    v = greatest[..., None] - free + torch.log1p(-(free - most).exp().clamp(max=1.0))
    return greatest[..., None] - v.clamp(min=0.0) - torch.log1p((-v.abs()).exp())
