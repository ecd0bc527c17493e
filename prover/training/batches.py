"""Examples as tensors, in batches of about equal numbers of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from math import nan
from random import Random

import torch
from torch import Tensor

from lean_env.types import ProofState
from prover.models.prefix_tree import PackedBatch, PromptWithTactics, pack_batch
from prover.models.prompt import PromptEncoder
from prover.training.examples import TacticTarget, TrainingExample

PremiseRetriever = Callable[[ProofState], Sequence[str]]
"""The premises that a state's prompt has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedExample:
    """A example as token numbers, and those of the states that its tactics leave, if wanted."""

    example: TrainingExample
    row: PromptWithTactics
    children: tuple[tuple[list[int], ...], ...]

    @property
    def tokens(self) -> int:
        prompt, tactics = self.row
        below = sum(len(child) for states in self.children for child in states)
        return len(prompt) + sum(map(len, tactics)) + below


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """B examples with M tactics in all, as tensors.

    Attributes:
        packed: Rows 0 to B - 1 are the examples, the rows after them the states that their tactics
            leave.
        values: (B) Target of V(s) in steps; nan where it is not known.
        value_weights: (B) How many states of its kind each stands for in the loss of V.
        costs: (M) Target of Q(s, a) in steps; nan where it is not known.
        policy_weights: (M) Weight of each tactic in the policy's loss; 0: not imitated.
        q_weights: (M) How many tactics of its kind each stands for in the loss of Q.
        pairs: (P, 2) Indices of tactics: the first is preferred to the second.
        child_rows: (K, 2) Index of a tactic, and the row of a state that it leaves.
    """

    packed: PackedBatch
    values: Tensor
    value_weights: Tensor
    costs: Tensor
    policy_weights: Tensor
    q_weights: Tensor
    pairs: Tensor
    child_rows: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def tokenize(
    example: TrainingExample, encoder: PromptEncoder, names: PremiseRetriever, *, children: bool
) -> TokenizedExample:
    """Of a tactic that is too long to be written whole, Q is taught, but not to say it."""
    whole = [t if not encoder.truncates(t.tactic) else _unsaid(t) for t in example.tactics]
    example = replace(example, tactics=tuple(whole))
    tactics = [encoder.tactic(taught.tactic) for taught in example.tactics]
    below: list[tuple[list[int], ...]] = []
    if children:
        below = [tuple(encoder.prompt(s, names(s)) for s in t.children) for t in example.tactics]
    row = (encoder.prompt(example.state, names(example.state)), tactics)
    return TokenizedExample(example=example, row=row, children=tuple(below))


def _unsaid(taught: TacticTarget) -> TacticTarget:
    return replace(taught, weight=0.0, preferred=False, dispreferred=False)


def make_batches(
    examples: Sequence[TokenizedExample], tokens: int, rng: Random
) -> list[list[TokenizedExample]]:
    """All examples in random order, those of like length together: little is padding.  A batch has
    about `tokens` tokens, at least one example."""
    order = list(examples)
    rng.shuffle(order)
    size = 64
    found: list[list[TokenizedExample]] = []
    for start in range(0, len(order), size * 8):
        pool = sorted(order[start : start + size * 8], key=lambda w: w.tokens)
        batch: list[TokenizedExample] = []
        for written in pool:
            if batch and (len(batch) + 1) * written.tokens > tokens:
                found.append(batch)
                batch = []
            batch.append(written)
        found.append(batch)
    rng.shuffle(found)
    return found


def collate(batch: Sequence[TokenizedExample], encoder: PromptEncoder) -> Batch:
    rows = [written.row for written in batch]
    links: list[tuple[int, int]] = []
    pairs: list[tuple[int, int]] = []
    first = 0
    for written in batch:
        for i, states in enumerate(written.children):
            for child in states:
                links.append((first + i, len(rows)))
                rows.append((child, []))
        taught = list(enumerate(written.example.tactics, start=first))
        pairs += [(i, j) for i, a in taught if a.preferred for j, b in taught if b.dispreferred]
        first += len(taught)
    tactics = [taught for written in batch for taught in written.example.tactics]

    def numbers(figures: Sequence[float | None]) -> Tensor:
        return torch.tensor([nan if x is None else x for x in figures], dtype=torch.float32)

    return Batch(
        packed=pack_batch(rows, encoder.pad, encoder.end),
        values=numbers([written.example.value for written in batch]),
        value_weights=numbers([written.example.share for written in batch]),
        costs=numbers([t.cost for t in tactics]),
        policy_weights=numbers([t.weight for t in tactics]),
        q_weights=numbers([t.share for t in tactics]),
        pairs=torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
        child_rows=torch.tensor(links, dtype=torch.long).reshape(-1, 2),
    )
