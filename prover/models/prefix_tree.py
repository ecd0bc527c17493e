"""A prompt and many tactics in one row of a batch, as a prefix tree with tree attention.

The tactics follow the prompt as a trie: common prefixes are stored once.  Each token attends to the
prompt and to its ancestors in the trie only, and its position is its depth below the prompt.  So
the network reads a prompt once, however many tactics are trained on or scored, and of 60 tactics
with 500 tokens only some 300.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

A = TypeVar("A")
B = TypeVar("B")

PromptWithTactics = tuple[Sequence[int], Sequence[Sequence[int]]]
"""The tokens of a prompt, and of each tactic, at least one, without `<end>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBatch(Generic[A]):
    """B rows of T tokens, with M tactics in all, whose N labels are predicted at S places.

    The arrays, of type `A`, are NumPy's as `pack_batch` makes them, or tensors.

    Attributes:
        tokens: (B, T) Token ids.
        positions: (B, T) Position ids.
        visible: (B, T, T) Whether the token of the second axis attends to that of the third.
        prompt_ends: (B) Index of each prompt's last token.
        tactic_rows: (M) Row of each tactic.
        tactic_ends: (M) Index of each tactic's last token in its row.
        label_rows: (S) Row of each place at which tokens are predicted.
        label_places: (S) Index of that place in its row.
        labels: (N) Token ids to predict, `<end>` included.
        label_sources: (N) Which of the S places predicts each label.
        label_tactics: (N) Which of the M tactics each label is part of.
    """

    tokens: A
    positions: A
    visible: A
    prompt_ends: A
    tactic_rows: A
    tactic_ends: A
    label_rows: A
    label_places: A
    labels: A
    label_sources: A
    label_tactics: A

    def map(self, change: Callable[[A], B]) -> PackedBatch[B]:
        """Apply a function to each array."""
        return PackedBatch(**{f.name: change(getattr(self, f.name)) for f in fields(self)})


@dataclass(slots=True)
class _Tree:
    """One row: the prompt and, behind it, the trie of its tactics.

    Attributes:
        tokens: As in `PackedBatch`.
        positions: As in `PackedBatch`.
        seen: For each token after the prompt, the indices of the tactic tokens it attends to.
        paths: For each tactic, the indices of its tokens, starting with the prompt's last one.
    """

    tokens: list[int]
    positions: list[int]
    seen: list[list[int]]
    paths: list[list[int]]


def _build_tree(prompt: Sequence[int], tactics: Sequence[Sequence[int]]) -> _Tree:
    end = len(prompt) - 1
    tree = _Tree(list(prompt), list(range(len(prompt))), [], [])
    after: dict[tuple[int, int], int] = {}  # (place, next token) to the place of that token
    own: dict[int, list[int]] = {end: []}  # the tactic tokens that each place attends to
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


def pack_batch(rows: Sequence[PromptWithTactics], pad: int, end: int) -> PackedBatch[NDArray[Any]]:
    """Pack prompts with their tactics into arrays, padded on the right.

    Args:
        rows: Each prompt with its tactics.
        pad: Token id of padding.
        end: Token id of `<end>`, which is predicted after each tactic.
    """
    trees = [_build_tree(prompt, tactics) for prompt, tactics in rows]
    width = max(len(tree.tokens) for tree in trees)
    # each token attends to itself, padding too: a row of masked scores would be nan
    visible = np.tile(np.eye(width, dtype=np.bool_), (len(rows), 1, 1))
    sources: dict[tuple[int, int], int] = {}
    labels: list[tuple[int, int, int]] = []
    ends: list[tuple[int, int]] = []
    for i, ((prompt, tactics), tree) in enumerate(zip(rows, trees, strict=True)):
        first = len(prompt)
        visible[i, :first, :first] = np.tri(first, dtype=np.bool_)
        visible[i, first : len(tree.tokens), :first] = True
        pairs = [(first + n, place) for n, places in enumerate(tree.seen) for place in places]
        if pairs:
            seeing, seen = np.array(pairs).T
            visible[i, seeing, seen] = True
        for tactic, path in zip(tactics, tree.paths, strict=True):
            for place, label in zip(path, [*tactic, end], strict=True):
                source = sources.setdefault((i, place), len(sources))
                labels.append((label, source, len(ends)))
            ends.append((i, path[-1]))

    def filled(lists: list[list[int]], filler: int) -> NDArray[np.int64]:
        return np.array([row + [filler] * (width - len(row)) for row in lists], dtype=np.int64)

    where = np.array(ends, dtype=np.int64).reshape(-1, 2)
    places = np.array(list(sources), dtype=np.int64).reshape(-1, 2)
    label_table = np.array(labels, dtype=np.int64).reshape(-1, 3)
    return PackedBatch(
        tokens=filled([tree.tokens for tree in trees], pad),
        positions=filled([tree.positions for tree in trees], 0),
        visible=visible,
        prompt_ends=np.array([len(prompt) - 1 for prompt, _ in rows], dtype=np.int64),
        tactic_rows=where[:, 0],
        tactic_ends=where[:, 1],
        label_rows=places[:, 0],
        label_places=places[:, 1],
        labels=label_table[:, 0],
        label_sources=label_table[:, 1],
        label_tactics=label_table[:, 2],
    )
