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

import numpy as np
from numpy.typing import NDArray

from prover.models.engine import Engine, Evaluation

Floats = NDArray[np.floating[Any]]

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


def decode(
    engine: Engine,
    prompts: Sequence[Sequence[int]],
    k: int,
    *,
    end: int,
    longest: int,
    noise: np.random.Generator | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[DecodedState]:
    """Generate distinct tactics for a batch of prompts.

    Args:
        engine: Computes the network.
        prompts: Token ids of each prompt, see `PromptEncoder.prompt`.
        k: Beam width, and the largest number of tactics for a prompt.
        end: Token id of `<end>`.
        longest: The largest number of tokens of a tactic, without `<end>`.
        noise: Samples without replacement with this generator; None for plain beam search.
        cancelled: Asked before each step; when true, the tactics finished so far are returned.

    Returns:
        One entry for each prompt, in order.
    """
    beams = _Beams(engine, prompts, k, noise)
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
        engine: Engine,
        prompts: Sequence[Sequence[int]],
        k: int,
        noise: np.random.Generator | None,
    ) -> None:
        self._engine, self._noise, self._k = engine, noise, k
        count = len(prompts)
        lengths = np.array([len(p) for p in prompts], dtype=np.int64)
        width = int(lengths.max())
        places = np.arange(width)
        self._visible = places < lengths[:, None]  # (rows, tokens so far): not padding
        found = engine.evaluate(
            np.array([[*p, *([0] * (width - len(p)))] for p in prompts], dtype=np.int64),
            np.tile(np.tri(width, dtype=np.bool_), (count, 1, 1)),
            np.tile(places, (count, 1)),
            np.arange(count) * width + lengths - 1,
        )
        self.values: list[float] = found.value.tolist()
        self._positions, self._width, self._cache = lengths, 1, found.cache
        self.phi: Floats = np.zeros((count, 1))
        self.score: Floats = self.phi.copy()
        self.tokens = np.empty((count, 1, 0), dtype=np.int64)
        self._predict(found)

    def _predict(self, found: Evaluation) -> None:
        """Set `next` and `q` from the evaluation of the beams' last tokens."""
        self.next = found.logprobs.reshape(*self.phi.shape, -1)
        self.q = found.q.reshape(self.phi.shape)

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
        score = gumbel_perturb(phi, self.score, self._noise) if self._noise else phi.copy()
        score[self.score < MASKED_LOGPROB / 2] = MASKED_LOGPROB
        self._collect(phi[..., end], score[..., end], finished)
        score[..., end] = MASKED_LOGPROB
        if last:
            self.score.fill(MASKED_LOGPROB)
            return
        size = score.shape[-1]
        flat = score.reshape(len(score), -1)
        index, best = _largest(flat, self._k)
        thresholds = [
            sorted([*scores, *(s for s, _ in tactics)], reverse=True)[: self._k][-1]
            for scores, tactics in zip(best.tolist(), finished, strict=True)
        ]
        alive = (best >= np.array(thresholds)[:, None]) & (best > MASKED_LOGPROB / 2)
        width = int(alive.sum(1).max())  # sorted: columns beyond have no live beam in any row
        if not width:
            self.score.fill(MASKED_LOGPROB)
            return
        best, index, alive = best[:, :width], index[:, :width], alive[:, :width]
        parent, token = index // size, index % size
        self.phi = np.take_along_axis(phi.reshape(len(phi), -1), index, axis=1)
        self.score = np.where(alive, best, MASKED_LOGPROB)
        prefix = np.take_along_axis(self.tokens, parent[..., None], axis=1)
        self.tokens = np.concatenate([prefix, token[..., None]], axis=2)
        self._forward(parent, token)

    def _collect(
        self, phi: Floats, score: Floats, finished: list[list[tuple[float, GeneratedTactic]]]
    ) -> None:
        """Add the beams that end now to `finished`; the empty tactic is left out."""
        if not self.tokens.shape[-1]:
            return
        for i, j in np.argwhere(score > MASKED_LOGPROB / 2).tolist():
            tactic = GeneratedTactic(
                tokens=tuple(self.tokens[i, j].tolist()),
                logprob=float(phi[i, j]),
                q=float(self.q[i, j]),
            )
            finished[i].append((float(score[i, j]), tactic))

    def _forward(self, parent: NDArray[np.int64], token: NDArray[np.int64]) -> None:
        """Run the network on the new token of each beam, with its parent's key-value cache."""
        rows = (np.arange(len(parent))[:, None] * self._width + parent).flatten()
        self._width = parent.shape[1]
        self._positions = self._positions[rows]
        old = self._visible[rows]
        self._visible = np.concatenate([old, np.ones((len(rows), 1), dtype=np.bool_)], axis=1)
        found = self._engine.evaluate(
            token.reshape(-1, 1),
            self._visible[:, None],
            self._positions[:, None],
            np.arange(len(rows)),
            self._engine.select(self._cache, rows),
        )
        self._cache = found.cache
        self._positions = self._positions + 1
        self._predict(found)


def _largest(rows: Floats, k: int) -> tuple[NDArray[np.int64], Floats]:
    """Find the k largest numbers of each row: their indices and they themselves, in order."""
    k = min(k, rows.shape[1])
    index = np.argpartition(-rows, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(rows, index, axis=1), axis=1, kind="stable")
    index = np.take_along_axis(index, order, axis=1)
    return index, np.take_along_axis(rows, index, axis=1)


def gumbel_perturb(phi: Floats, greatest: Floats, noise: np.random.Generator) -> Floats:
    """Add Gumbel noise to φ, conditional on the maximum over each beam's children.

    The numerically stable form of Kool et al., arXiv 1903.06059, appendix B.3.

    Args:
        phi: (B, b, vocabulary) Logprobs of the children.
        greatest: (B, b) The maximum of the perturbed logprobs of each beam's children.
        noise: Source of randomness.

    Returns:
        (B, b, vocabulary) Perturbed logprobs.
    """
    free = phi + noise.gumbel(size=phi.shape)
    most = free.max(-1, keepdims=True)
    with np.errstate(divide="ignore"):  # the logarithm of 0, at the maximum itself
        v = greatest[..., None] - free + np.log1p(-np.exp(free - most))
        result: Floats = greatest[..., None] - np.maximum(v, 0.0) - np.log1p(np.exp(-np.abs(v)))
    return result
