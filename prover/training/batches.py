"""Lessons as tensors, in batches of about equal numbers of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from math import nan
from random import Random

import torch
from torch import Tensor

from lean_env.types import ProofState
from prover.models.packing import Packed, Row, pack
from prover.models.prompt import Writer
from prover.training.lessons import Lesson, Taught

Names = Callable[[ProofState], Sequence[str]]
"""The premises that a state's prompt has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A lesson as token numbers, and those of the states that its tactics leave, if wanted."""

    lesson: Lesson
    row: Row
    children: tuple[tuple[list[int], ...], ...]

    @property
    def tokens(self) -> int:
        prompt, tactics = self.row
        below = sum(len(child) for states in self.children for child in states)
        return len(prompt) + sum(map(len, tactics)) + below


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """B lessons with M tactics: rows 0 to B - 1 of `packed`; the rows after them are children.

    `values` and, as `likes`, the lessons' shares (B), `costs`, `weights`, `shares` (M) as in
    `Lesson` and `Taught`, nan where nobody knows.  `pairs` (P, 2): which tactic is preferred to
    which.  `links` (K, 2): tactic, and the row of a state that it leaves.
    """

    packed: Packed
    values: Tensor
    likes: Tensor
    costs: Tensor
    weights: Tensor
    shares: Tensor
    pairs: Tensor
    links: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def write(lesson: Lesson, writer: Writer, names: Names, *, children: bool) -> Written:
    """Of a tactic that is too long to be written whole, Q is taught, but not to say it."""
    whole = [t if not writer.cuts(t.tactic) else _unsaid(t) for t in lesson.tactics]
    lesson = replace(lesson, tactics=tuple(whole))
    tactics = [writer.tactic(taught.tactic) for taught in lesson.tactics]
    below: list[tuple[list[int], ...]] = []
    if children:
        below = [tuple(writer.prompt(s, names(s)) for s in t.children) for t in lesson.tactics]
    row = (writer.prompt(lesson.state, names(lesson.state)), tactics)
    return Written(lesson=lesson, row=row, children=tuple(below))


def _unsaid(taught: Taught) -> Taught:
    return replace(taught, weight=0.0, better=False, worse=False)


def batches(lessons: Sequence[Written], tokens: int, rng: Random) -> list[list[Written]]:
    """All lessons in random order, those of like length together: little is padding.  A batch has
    about `tokens` tokens, at least one lesson."""
    order = list(lessons)
    rng.shuffle(order)
    size = 64
    found: list[list[Written]] = []
    for start in range(0, len(order), size * 8):
        pool = sorted(order[start : start + size * 8], key=lambda w: w.tokens)
        batch: list[Written] = []
        for written in pool:
            if batch and (len(batch) + 1) * written.tokens > tokens:
                found.append(batch)
                batch = []
            batch.append(written)
        found.append(batch)
    rng.shuffle(found)
    return found


def collate(batch: Sequence[Written], writer: Writer) -> Batch:
    rows = [written.row for written in batch]
    links: list[tuple[int, int]] = []
    pairs: list[tuple[int, int]] = []
    first = 0
    for written in batch:
        for i, states in enumerate(written.children):
            for child in states:
                links.append((first + i, len(rows)))
                rows.append((child, []))
        taught = list(enumerate(written.lesson.tactics, start=first))
        pairs += [(i, j) for i, a in taught if a.better for j, b in taught if b.worse]
        first += len(taught)
    tactics = [taught for written in batch for taught in written.lesson.tactics]

    def numbers(figures: Sequence[float | None]) -> Tensor:
        return torch.tensor([nan if x is None else x for x in figures], dtype=torch.float32)

    return Batch(
        packed=pack(rows, writer.pad, writer.end),
        values=numbers([written.lesson.value for written in batch]),
        likes=numbers([written.lesson.share for written in batch]),
        costs=numbers([t.cost for t in tactics]),
        weights=numbers([t.weight for t in tactics]),
        shares=numbers([t.share for t in tactics]),
        pairs=torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
        links=torch.tensor(links, dtype=torch.long).reshape(-1, 2),
    )
