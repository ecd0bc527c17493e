"""Tokenized examples, and batches of tensors with about equal numbers of tokens."""

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
"""Retrieves the names of lemmas for a state's prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedExample:
    """An example with its token ids.

    Attributes:
        example: The example.
        row: Token ids of its prompt and its tactics.
        children: For each tactic, prompts of the states that it leaves; empty if not needed.
    """

    example: TrainingExample
    row: PromptWithTactics
    children: tuple[tuple[list[int], ...], ...]

    @property
    def tokens(self) -> int:
        """The number of tokens in all, prefix sharing not counted."""
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

    packed: PackedBatch[Tensor]
    values: Tensor
    value_weights: Tensor
    costs: Tensor
    policy_weights: Tensor
    q_weights: Tensor
    pairs: Tensor
    child_rows: Tensor

    def to(self, device: torch.device) -> Batch:
        """Copy all tensors to `device`."""
        packed = self.packed.map(lambda tensor: tensor.to(device))
        own = [f.name for f in fields(self) if f.name != "packed"]
        return Batch(packed=packed, **{name: getattr(self, name).to(device) for name in own})


def tokenize(
    example: TrainingExample, encoder: PromptEncoder, names: PremiseRetriever, *, children: bool
) -> TokenizedExample:
    """Encode an example.

    A tactic that exceeds the length limit has a target for Q, but none for the policy.

    Args:
        example: The example.
        encoder: Tokenizer and length limits.
        names: Retrieves the premises of prompts.
        children: Whether to encode the states that tactics leave, too.
    """
    targets = [
        _without_policy(target) if encoder.truncates(target.tactic) else target
        for target in example.tactics
    ]
    example = replace(example, tactics=tuple(targets))
    tactics = [encoder.tactic(target.tactic) for target in example.tactics]
    below: list[tuple[list[int], ...]] = []
    if children:
        below = [tuple(encoder.prompt(s, names(s)) for s in t.children) for t in example.tactics]
    row = (encoder.prompt(example.state, names(example.state)), tactics)
    return TokenizedExample(example=example, row=row, children=tuple(below))


def _without_policy(target: TacticTarget) -> TacticTarget:
    return replace(target, weight=0.0, preferred=False, dispreferred=False)


def make_batches(
    examples: Sequence[TokenizedExample], tokens: int, rng: Random
) -> list[list[TokenizedExample]]:
    """Split examples into batches in random order, similar lengths together to limit padding.

    Args:
        examples: All examples.
        tokens: Approximate number of tokens in a batch; a longer example is a batch by itself.
        rng: Decides the order.
    """
    order = list(examples)
    rng.shuffle(order)
    size = 64
    found: list[list[TokenizedExample]] = []
    for start in range(0, len(order), size * 8):
        pool = sorted(order[start : start + size * 8], key=lambda w: w.tokens)
        batch: list[TokenizedExample] = []
        for example in pool:
            if batch and (len(batch) + 1) * example.tokens > tokens:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    rng.shuffle(found)
    return found


def collate(batch: Sequence[TokenizedExample], encoder: PromptEncoder) -> Batch:
    """Convert tokenized examples to tensors; see `Batch` for the shapes."""
    rows = [tokenized.row for tokenized in batch]
    links: list[tuple[int, int]] = []
    pairs: list[tuple[int, int]] = []
    first = 0
    for tokenized in batch:
        for i, states in enumerate(tokenized.children):
            for child in states:
                links.append((first + i, len(rows)))
                rows.append((child, []))
        targets = list(enumerate(tokenized.example.tactics, start=first))
        pairs += [(i, j) for i, a in targets if a.preferred for j, b in targets if b.dispreferred]
        first += len(targets)
    tactics = [target for tokenized in batch for target in tokenized.example.tactics]

    def floats(values: Sequence[float | None]) -> Tensor:
        return torch.tensor([nan if x is None else x for x in values], dtype=torch.float32)

    return Batch(
        packed=pack_batch(rows, encoder.pad, encoder.end).map(torch.from_numpy),
        values=floats([tokenized.example.value for tokenized in batch]),
        value_weights=floats([tokenized.example.share for tokenized in batch]),
        costs=floats([t.cost for t in tactics]),
        policy_weights=floats([t.weight for t in tactics]),
        q_weights=floats([t.share for t in tactics]),
        pairs=torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
        child_rows=torch.tensor(links, dtype=torch.long).reshape(-1, 2),
    )
