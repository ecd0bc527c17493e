"""One loaded model for a policy, a value and a step scorer.

What it finds out about a state is remembered: tactics come with V(s) and their Q(s, a), so that who
asks for these later is answered without another pass.  The network runs in a thread of its own;
Lean and the event loop go on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Event

import torch

from lean_env.types import ProofState, Tactic
from prover.models import checkpoint
from prover.models.checkpoint import Checkpoint
from prover.models.decoding import decode
from prover.models.prefix_tree import pack_batch
from prover.policies.ranking import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceConfig:
    """At most `samples` tactics a state, `batch` states at a time.  `sampled`: without replacement,
    repeatable by `seed`; otherwise the most probable ones.  `premises` lemmas are in the prompt.
    `remembered` is for how many states the answers are kept.  `threads` of the processor compute:
    the others are for Lean."""

    samples: int = 16
    batch: int = 8
    sampled: bool = False
    seed: int = 0
    premises: int = 8
    remembered: int = 20_000
    threads: int = 1


@dataclass(frozen=True, slots=True)
class TacticScore:
    """What the network thinks of a tactic: its logprob, and Q(s, a)."""

    logprob: float
    q: float


@dataclass(slots=True)
class CachedState:
    """What was found out about a state.  `spoken` are tactics of the model's own, made when `asked`
    were wanted."""

    prompt: list[int]
    value: float | None = None
    judged: dict[Tactic, TacticScore] = field(default_factory=dict)
    spoken: dict[Tactic, Sample] = field(default_factory=dict)
    asked: int = 0


class ProofModel:
    def __init__(self, model: Checkpoint, generation: InferenceConfig, name: str) -> None:
        self.name, self._model, self._generation = name, model, generation
        self._thread = ThreadPoolExecutor(
            max_workers=1,
            thread_name_prefix="model",
            initializer=torch.set_num_threads,  # of this thread: trainings keep theirs
            initargs=(generation.threads,),
        )
        self._known: OrderedDict[str, CachedState] = OrderedDict()
        self._noise: torch.Generator | None = None
        if generation.sampled:
            self._noise = torch.Generator(model.network.device).manual_seed(generation.seed)

    @staticmethod
    @lru_cache(maxsize=4)
    def shared(folder: Path, generation: InferenceConfig) -> ProofModel:
        """As `load`, but one model for all who ask for the same."""
        return ProofModel.load(folder, generation)

    @classmethod
    def load(cls, folder: Path, generation: InferenceConfig | None = None) -> ProofModel:
        """Raises `BadInput` when there is no model in `folder`."""
        model = checkpoint.load(folder)
        return cls(model, generation or InferenceConfig(), folder.resolve().name)

    async def values(self, states: Sequence[ProofState]) -> list[float]:
        """V(s) of each state."""
        known = await self._each(states, self._find_values)
        return [k.value for k in known if k.value is not None]

    async def generate(self, states: Sequence[ProofState], k: int) -> list[list[Sample]]:
        """Up to `k` distinct tactics for each state, most probable first."""
        count = min(k, self._generation.samples)
        known = await self._each(states, lambda new, off: self._find_tactics(new, count, off))
        return [sorted(a.spoken.values(), key=lambda s: -s.logprob)[:k] for a in known]

    async def score_tactics(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[TacticScore]]:
        """What the network thinks of tactics, whoever proposed them."""
        wanted: dict[str, list[Tactic]] = {}
        for state, ts in zip(states, tactics, strict=True):
            wanted.setdefault(state.text, []).extend(ts)
        known = await self._each(states, lambda new, off: self._find_judged(new, wanted))
        return [[answer.judged[t] for t in ts] for answer, ts in zip(known, tactics, strict=True)]

    async def _each(
        self, states: Sequence[ProofState], find: Callable[[dict[str, CachedState], Event], None]
    ) -> list[CachedState]:
        """What is known of each state after `find` has added to it, batch by batch."""
        loop, unwanted = asyncio.get_running_loop(), Event()
        known = {state.text: self._recall(state) for state in states}
        texts = list(known)
        size = self._generation.batch
        try:
            for i in range(0, len(texts), size):
                part = {text: known[text] for text in texts[i : i + size]}
                await loop.run_in_executor(self._thread, find, part, unwanted)
        finally:
            unwanted.set()  # a cancelled call does not keep the thread from the next one
        return [known[state.text] for state in states]

    def _recall(self, state: ProofState) -> CachedState:
        text = state.text
        known = self._known.pop(text, None)
        if known is None:
            names = self._model.premises.retrieve(state, self._generation.premises)
            known = CachedState(self._model.encoder.prompt(state, names))
        self._known[text] = known
        if len(self._known) > self._generation.remembered:
            self._known.popitem(last=False)
        return known

    def _find_values(self, states: dict[str, CachedState], unwanted: Event) -> None:
        new = [known for known in states.values() if known.value is None]
        if new:
            self._read(new, [[]] * len(new))

    def _find_tactics(self, states: dict[str, CachedState], k: int, unwanted: Event) -> None:
        new = [known for known in states.values() if known.asked < k]
        if not new:
            return
        encoder = self._model.encoder
        found = decode(
            self._model.network,
            [known.prompt for known in new],
            k,
            end=encoder.end,
            longest=encoder.lengths.tactic,
            noise=self._noise,
            unwanted=unwanted.is_set,
        )
        if unwanted.is_set():
            return
        for known, answer in zip(new, found, strict=True):
            known.value, known.asked = answer.value, k
            for spoken in answer.tactics:
                tactic = encoder.decode(spoken.tokens)
                if encoder.tactic(tactic) == list(spoken.tokens):  # else an odd spelling of another
                    sample = Sample(tactic, spoken.logprob, len(spoken.tokens) + 1)
                    known.spoken.setdefault(tactic, sample)
                    known.judged.setdefault(tactic, TacticScore(spoken.logprob, spoken.q))

    def _find_judged(self, states: dict[str, CachedState], wanted: dict[str, list[Tactic]]) -> None:
        new = [
            (k, [t for t in dict.fromkeys(wanted[text]) if t not in k.judged])
            for text, k in states.items()
        ]
        new = [(known, tactics) for known, tactics in new if tactics]
        if new:
            self._read([known for known, _ in new], [tactics for _, tactics in new])

    @torch.inference_mode()
    def _read(self, states: Sequence[CachedState], tactics: Sequence[Sequence[Tactic]]) -> None:
        network, encoder = self._model.network, self._model.encoder
        rows = [
            (known.prompt, [encoder.tactic(t) for t in ts])
            for known, ts in zip(states, tactics, strict=True)
        ]
        output = network(pack_batch(rows, encoder.pad, encoder.end).to(network.device))
        values = network.value_bins.steps_to_go(output.value).tolist()
        judged = zip(
            output.logprobs.tolist(), network.value_bins.steps_to_go(output.q).tolist(), strict=True
        )
        for known, value, ts in zip(states, values, tactics, strict=True):
            known.value = value
            known.judged.update((t, TacticScore(*next(judged))) for t in ts)
