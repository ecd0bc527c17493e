"""A state and many tactics for it in one row.

Each tactic sees the prompt and itself, not the tactics beside it, and its positions go on from the
prompt's.  So the network reads a prompt once, however many tactics are trained on or scored: with
64 tactics a state that is an order of magnitude less work than a row for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Row = tuple[Sequence[int], Sequence[Sequence[int]]]
"""The tokens of a prompt, and of each tactic, at least one, without `<end>`."""

NOTHING = -1
"""The segment of padding; 0 is that of the prompt, i + 1 that of tactic i."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """B rows of T tokens, with M tactics in all, which have N tokens to be foretold.

    `tokens`, `positions`, `segments` (B, T).  `asked` (B): where each prompt ends.
    `tactic_rows`, `tactic_ends` (M): where each tactic ends.
    `labels` (N) are the tokens to be foretold, `<end>` included, at `label_rows`, `label_places`,
    as part of tactic `label_tactics`.
    """

    tokens: Tensor
    positions: Tensor
    segments: Tensor
    asked: Tensor
    tactic_rows: Tensor
    tactic_ends: Tensor
    labels: Tensor
    label_rows: Tensor
    label_places: Tensor
    label_tactics: Tensor

    def to(self, device: torch.device) -> Packed:
        return Packed(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def mask(self, dtype: torch.dtype) -> Tensor:
        """What is added to attention scores: 0 where a token sees another.  (B, 1, T, T)"""
        import torch

        seen, seeing = self.segments[:, None, :], self.segments[:, :, None]
        length = self.tokens.shape[1]
        earlier = torch.ones(length, length, dtype=torch.bool, device=seen.device).tril()
        visible = earlier & (
            (seen == 0) | (seen == seeing)
        )  # padding sees padding: no row is empty
        away = torch.finfo(dtype).min
        return torch.zeros_like(visible, dtype=dtype).masked_fill(~visible, away)[:, None]


def pack(rows: Sequence[Row], pad: int, end: int) -> Packed:
    """Rows as tensors, padded at their ends."""
    import torch

    tokens: list[list[int]] = []
    positions: list[list[int]] = []
    segments: list[list[int]] = []
    ends: list[tuple[int, int]] = []
    labels: list[tuple[int, int, int, int]] = []
    for i, (prompt, tactics) in enumerate(rows):
        row, place, segment = list(prompt), list(range(len(prompt))), [0] * len(prompt)
        for j, tactic in enumerate(tactics):
            start = len(row)
            sources = [len(prompt) - 1, *range(start, start + len(tactic))]
            labels += [
                (label, i, source, len(ends))
                for label, source in zip([*tactic, end], sources, strict=True)
            ]
            ends.append((i, sources[-1]))
            row += tactic
            place += range(len(prompt), len(prompt) + len(tactic))
            segment += [j + 1] * len(tactic)
        tokens.append(row)
        positions.append(place)
        segments.append(segment)
    width = max(map(len, tokens))

    def filled(lists: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([row + [filler] * (width - len(row)) for row in lists])

    where = torch.tensor(ends, dtype=torch.long).reshape(-1, 2)
    told = torch.tensor(labels, dtype=torch.long).reshape(-1, 4)
    return Packed(
        tokens=filled(tokens, pad),
        positions=filled(positions, 0),
        segments=filled(segments, NOTHING),
        asked=torch.tensor([len(prompt) - 1 for prompt, _ in rows]),
        tactic_rows=where[:, 0],
        tactic_ends=where[:, 1],
        labels=told[:, 0],
        label_rows=told[:, 1],
        label_places=told[:, 2],
        label_tactics=told[:, 3],
    )
