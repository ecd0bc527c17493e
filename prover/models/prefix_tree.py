"""A state and many tactics for it in one row.

Behind the prompt stand the tactics as a tree: those that begin alike share their beginning.  Each
token sees the prompt and what leads to it, nothing beside that, and its position is its distance
from there.  So the network reads a prompt once, however many tactics are trained on or scored, and
of 60 tactics with 500 tokens only some 300.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

PromptWithTactics = tuple[Sequence[int], Sequence[Sequence[int]]]
"""The tokens of a prompt, and of each tactic, at least one, without `<end>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBatch:
    """B rows of T tokens, with M tactics in all, which have N tokens to be foretold, at S places.

    `tokens`, `positions` (B, T).  `visible` (B, T, T): which tokens (last) each one sees.
    `asked` (B): where each prompt ends.  `tactic_rows`, `tactic_ends` (M): where each tactic ends.
    `label_rows`, `label_places` (S): where something is foretold.  `labels` (N) are the tokens to
    be foretold, `<end>` included, at place number `label_sources`, as part of `label_tactics`.
    """

    tokens: Tensor
    positions: Tensor
    visible: Tensor
    asked: Tensor
    tactic_rows: Tensor
    tactic_ends: Tensor
    label_rows: Tensor
    label_places: Tensor
    labels: Tensor
    label_sources: Tensor
    label_tactics: Tensor

    def to(self, device: torch.device) -> PackedBatch:
        return PackedBatch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def mask(self, dtype: torch.dtype) -> Tensor:
        """What is added to attention scores: 0 where a token sees another.  (B, 1, T, T)"""
        import torch

        away = torch.finfo(dtype).min
        hidden = torch.zeros_like(self.visible, dtype=dtype).masked_fill(~self.visible, away)
        return hidden[:, None]


@dataclass(slots=True)
class _Tree:
    """One row: the prompt and, behind it, the trie of its tactics.

    `tokens` and `positions` as in `PackedBatch`.  `seen` has, for each token behind the prompt, the
    places of the tactic tokens that it sees.  `paths` has, for each tactic, the places of its
    tokens, beginning with the prompt's last token.
    """

    tokens: list[int]
    positions: list[int]
    seen: list[list[int]]
    paths: list[list[int]]


def _grow(prompt: Sequence[int], tactics: Sequence[Sequence[int]]) -> _Tree:
    end = len(prompt) - 1
    tree = _Tree(list(prompt), list(range(len(prompt))), [], [])
    after: dict[tuple[int, int], int] = {}  # a place and the token behind it: the place of that
    own: dict[int, list[int]] = {end: []}  # the places of tactics that a place sees
    for tactic in tactics:
        path = [end]
        for token in tactic:
            place = after.get((path[-1], token))
            if place is None:
                place = after[path[-1], token] = len(tree.tokens)
                own[place] = [*own[path[-1]], place]
                tree.seen.append(own[place])
                tree.tokens.append(token)
                tree.positions.append(end + len(path))
            path.append(place)
        tree.paths.append(path)
    return tree


def pack_batch(rows: Sequence[PromptWithTactics], pad: int, end: int) -> PackedBatch:
    """Rows as tensors, padded at their ends."""
    import torch

    trees = [_grow(prompt, tactics) for prompt, tactics in rows]
    width = max(len(tree.tokens) for tree in trees)
    visible = torch.eye(width, dtype=torch.bool).repeat(len(rows), 1, 1)  # no token sees nothing
    sources: dict[tuple[int, int], int] = {}
    labels: list[tuple[int, int, int]] = []
    ends: list[tuple[int, int]] = []
    for i, ((prompt, tactics), tree) in enumerate(zip(rows, trees, strict=True)):
        first = len(prompt)
        visible[i, :first, :first] = torch.ones(first, first, dtype=torch.bool).tril()
        visible[i, first : len(tree.tokens), :first] = True
        pairs = [(first + n, place) for n, places in enumerate(tree.seen) for place in places]
        if pairs:
            seeing, seen = torch.tensor(pairs).unbind(1)
            visible[i, seeing, seen] = True
        for tactic, path in zip(tactics, tree.paths, strict=True):
            for place, label in zip(path, [*tactic, end], strict=True):
                source = sources.setdefault((i, place), len(sources))
                labels.append((label, source, len(ends)))
            ends.append((i, path[-1]))

    def filled(lists: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([row + [filler] * (width - len(row)) for row in lists])

    where = torch.tensor(ends, dtype=torch.long).reshape(-1, 2)
    places = torch.tensor(list(sources), dtype=torch.long).reshape(-1, 2)
    told = torch.tensor(labels, dtype=torch.long).reshape(-1, 3)
    return PackedBatch(
        tokens=filled([tree.tokens for tree in trees], pad),
        positions=filled([tree.positions for tree in trees], 0),
        visible=visible,
        asked=torch.tensor([len(prompt) - 1 for prompt, _ in rows]),
        tactic_rows=where[:, 0],
        tactic_ends=where[:, 1],
        label_rows=places[:, 0],
        label_places=places[:, 1],
        labels=told[:, 0],
        label_sources=told[:, 1],
        label_tactics=told[:, 2],
    )
