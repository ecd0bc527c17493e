"""Batched, cached inference: one loaded model serves as policy, value and step scorer.

Results are cached by state: generating tactics also gives V(s) and their Q(s, a), so that later
requests for these need no further forward pass.  The network runs in a thread of its own, so that
Lean and the event loop continue meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from lean_env.errors import BadInput
from lean_env.types import ProofState, Tactic
from prover.models.decoding import decode
from prover.models.engine import ONNX_FILE, Engine, OnnxEngine, TorchEngine
from prover.models.folders import SETTINGS_FILE, model_folder, weights_digest
from prover.models.prefix_tree import pack_batch
from prover.models.premises import PremiseIndex
from prover.models.prompt import LengthLimits, PromptEncoder
from prover.policies.ranking import Sample

if TYPE_CHECKING:
    from prover.models.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceConfig:
    """How tactics are generated and how much is computed at a time.

    Attributes:
        samples: The largest number of tactics generated for a state.
        batch: Number of states in a forward pass.
        sampled: Sample without replacement, instead of taking the most probable tactics.
        seed: Seed of sampling.
        premises: Number of retrieved lemmas named in the prompt.
        remembered: Number of states in the cache.
        threads: CPU threads of the network; the other cores are for Lean.
    """

    samples: int = 16
    batch: int = 8
    sampled: bool = False
    seed: int = 0
    premises: int = 8
    remembered: int = 20_000
    threads: int = 1


@dataclass(frozen=True, slots=True)
class TacticScore:
    """The network's estimate for a tactic: logprob in nats, and Q(s, a) in steps to go."""

    logprob: float
    q: float


@dataclass(slots=True)
class CachedState:
    """What the network has computed for a state.

    Attributes:
        prompt: Token ids of the prompt.
        value: V(s), in steps to go.
        scores: Estimates for tactics, whoever proposed them.
        generated: The model's own tactics.
        generated_for: The `k` with which they were generated; 0 if they were not.
    """

    prompt: list[int]
    value: float | None = None
    scores: dict[Tactic, TacticScore] = field(default_factory=dict)
    generated: dict[Tactic, Sample] = field(default_factory=dict)
    generated_for: int = 0


@dataclass(frozen=True, slots=True)
class InferenceModel:
    """What inference needs of a model: the network, the prompt format, and the premises."""

    engine: Engine
    encoder: PromptEncoder
    premises: PremiseIndex


def from_checkpoint(model: Checkpoint, threads: int = 1) -> InferenceModel:
    """Use a network in memory, with torch."""
    return InferenceModel(TorchEngine(model.network, threads), model.encoder, model.premises)


def load_model(folder: Path, threads: int = 1) -> InferenceModel:
    """Load a model: with onnxruntime if it was exported, else with torch.

    Args:
        folder: See `prover.models.checkpoint.load`.
        threads: CPU threads.

    Raises:
        BadInput: There is no model in `folder`, or it was exported from other weights.
    """
    place = model_folder(folder)
    file = place / ONNX_FILE
    if not file.exists():
        from prover.models import checkpoint

        return from_checkpoint(checkpoint.load(folder), threads)
    from tokenizers import Tokenizer

    engine = OnnxEngine(file, threads)
    if engine.weights != weights_digest(place):
        raise BadInput(
            "was exported from other weights than those beside it",
            where=str(file),
            remedy="delete it, or write it again with qstar train export",
        )
    try:
        settings = json.loads((place / SETTINGS_FILE).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
        encoder = PromptEncoder(tokenizer, LengthLimits(**settings["lengths"]))
    except Exception as error:  # the tokenizers library raises bare `Exception`
        raise BadInput(
            f"holds no model: {error}",
            where=str(folder),
            remedy="give a folder that `qstar train` has written",
        ) from error
    return InferenceModel(engine, encoder, PremiseIndex.load(place))


class ProofModel:
    """A model for asynchronous callers; requests for V, Q and tactics share one cache.

    Attributes:
        name: Name of the model's folder.
    """

    def __init__(self, model: InferenceModel, generation: InferenceConfig, name: str) -> None:
        self.name, self._model, self._generation = name, model, generation
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._known: OrderedDict[str, CachedState] = OrderedDict()
        self._noise = np.random.default_rng(generation.seed) if generation.sampled else None

    @staticmethod
    @lru_cache(maxsize=4)
    def shared(folder: Path, generation: InferenceConfig) -> ProofModel:
        """Load a model once for all callers with the same folder and configuration."""
        return ProofModel.load(folder, generation)

    @classmethod
    def load(cls, folder: Path, generation: InferenceConfig | None = None) -> ProofModel:
        """Load a model.

        Args:
            folder: See `prover.models.checkpoint.load`.
            generation: How tactics are generated.

        Raises:
            BadInput: There is no model in `folder`.
        """
        generation = generation or InferenceConfig()
        return cls(load_model(folder, generation.threads), generation, folder.resolve().name)

    async def values(self, states: Sequence[ProofState]) -> list[float]:
        """Compute V(s) of each state.

        Returns:
            Steps to go, see `ValueBins.steps_to_go`; in the order of `states`.
        """
        known = await self._each(states, self._find_values)
        return [k.value for k in known if k.value is not None]

    async def generate(self, states: Sequence[ProofState], k: int) -> list[list[Sample]]:
        """Generate tactics for each state.

        Args:
            states: The states.
            k: The largest number of tactics for a state; at most `InferenceConfig.samples` come.

        Returns:
            Distinct tactics for each state, most probable first.
        """
        count = min(k, self._generation.samples)
        known = await self._each(states, lambda new, stop: self._find_tactics(new, count, stop))
        return [sorted(a.generated.values(), key=lambda s: -s.logprob)[:k] for a in known]

    async def score_tactics(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[TacticScore]]:
        """Compute logprob and Q(s, a) of given tactics, whoever proposed them.

        Args:
            states: The states.
            tactics: The tactics on each of them.

        Returns:
            A score for each tactic of each state, in order.
        """
        wanted: dict[str, list[Tactic]] = {}
        for state, ts in zip(states, tactics, strict=True):
            wanted.setdefault(state.text, []).extend(ts)
        known = await self._each(states, lambda new, _: self._find_scores(new, wanted))
        return [[cached.scores[t] for t in ts] for cached, ts in zip(known, tactics, strict=True)]

    async def _each(
        self, states: Sequence[ProofState], find: Callable[[dict[str, CachedState], Event], None]
    ) -> list[CachedState]:
        """Run `find` on the cache entries of `states`, batch by batch, and return the entries."""
        loop, cancelled = asyncio.get_running_loop(), Event()
        known = {state.text: self._cached(state) for state in states}
        texts = list(known)
        size = self._generation.batch
        try:
            for i in range(0, len(texts), size):
                part = {text: known[text] for text in texts[i : i + size]}
                await loop.run_in_executor(self._thread, find, part, cancelled)
        finally:
            cancelled.set()  # a cancelled call does not keep the thread from the next one
        return [known[state.text] for state in states]

    def _cached(self, state: ProofState) -> CachedState:
        """The cache entry of a state, now the one used last."""
        text = state.text
        known = self._known.pop(text, None)
        if known is None:
            names = self._model.premises.retrieve(state, self._generation.premises)
            known = CachedState(self._model.encoder.prompt(state, names))
        self._known[text] = known
        if len(self._known) > self._generation.remembered:
            self._known.popitem(last=False)
        return known

    def _find_values(self, states: dict[str, CachedState], _: Event) -> None:
        new = [known for known in states.values() if known.value is None]
        if new:
            self._forward(new, [[]] * len(new))

    def _find_tactics(self, states: dict[str, CachedState], k: int, cancelled: Event) -> None:
        new = [known for known in states.values() if known.generated_for < k]
        if not new:
            return
        encoder = self._model.encoder
        found = decode(
            self._model.engine,
            [known.prompt for known in new],
            k,
            end=encoder.end,
            longest=encoder.lengths.tactic,
            noise=self._noise,
            cancelled=cancelled.is_set,
        )
        if cancelled.is_set():
            return
        for known, decoded in zip(new, found, strict=True):
            known.value, known.generated_for = decoded.value, k
            for generated in decoded.tactics:
                tokens = generated.tokens
                tactic = encoder.decode(tokens)
                if encoder.tactic(tactic) == list(tokens):  # else another tokenization of a tactic
                    sample = Sample(tactic, generated.logprob, len(tokens) + 1)
                    known.generated.setdefault(tactic, sample)
                    known.scores.setdefault(tactic, TacticScore(generated.logprob, generated.q))

    def _find_scores(self, states: dict[str, CachedState], wanted: dict[str, list[Tactic]]) -> None:
        new = [
            (k, [t for t in dict.fromkeys(wanted[text]) if t not in k.scores])
            for text, k in states.items()
        ]
        new = [(known, tactics) for known, tactics in new if tactics]
        if new:
            self._forward([known for known, _ in new], [tactics for _, tactics in new])

    def _forward(self, states: Sequence[CachedState], tactics: Sequence[Sequence[Tactic]]) -> None:
        """Compute V of the states and scores of the tactics on each in one pass."""
        engine, encoder = self._model.engine, self._model.encoder
        rows = [
            (known.prompt, [encoder.tactic(t) for t in ts])
            for known, ts in zip(states, tactics, strict=True)
        ]
        packed = pack_batch(rows, encoder.pad, encoder.end)
        count, width = packed.tokens.shape
        prompt_ends = np.arange(count) * width + packed.prompt_ends
        sources = packed.label_rows * width + packed.label_places
        found = engine.evaluate(
            packed.tokens,
            packed.visible,
            packed.positions,
            np.concatenate([prompt_ends, sources]),
        )
        at_sources = count + packed.label_sources  # where each label is predicted
        logprobs = np.bincount(
            packed.label_tactics,
            weights=found.logprobs[at_sources, packed.labels],
            minlength=len(packed.tactic_rows),
        )
        last = np.searchsorted(packed.label_tactics, np.arange(len(logprobs)), side="right") - 1
        ends = at_sources[last]  # where each tactic's `<end>` is predicted
        scores = zip(logprobs.tolist(), found.q[ends].tolist(), strict=True)
        for known, value, ts in zip(states, found.value[:count].tolist(), tactics, strict=True):
            known.value = value
            known.scores.update((t, TacticScore(*next(scores))) for t in ts)
