"""Premise retrieval: the lemmas that share the most informative symbols with a goal.

A statement is a bag of symbols: the parts of its identifiers, and its operators.  Lemmas are ranked
by BM25 (Robertson & Zaragoza 2009): rare symbols count most, long statements less.  The names of
the best go into the network's prompt, so that it can write `rw [Nat.add_comm]` without having
memorized the lemma.
"""

from __future__ import annotations

import gzip
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

from lean_env.types import ProofState

FILE = "premises.tsv.gz"

SYMBOL = re.compile(r"[^\W\d][\w'!?]*|[^\s\w()\[\]{},.:⟨⟩]+")

SATURATION, LENGTH = 1.2, 0.75
"""k1 and b of BM25, at their usual values."""


def symbols(text: str) -> list[str]:
    """Split a printed statement into symbols; one-letter names, being variables, are dropped."""
    return [s for s in SYMBOL.findall(text) if len(s) > 1 or not (s.isalpha() and s.isascii())]


class PremiseIndex:
    """An inverted index from symbols to lemmas, given as pairs of name and printed statement."""

    def __init__(self, lemmas: Iterable[tuple[str, str]]) -> None:
        self._lemmas = list(lemmas)
        import numpy as np  # late: slow to import, and not needed without lemmas

        where: dict[str, array[int]] = defaultdict(lambda: array("l"))
        counts = []
        for i, (name, statement) in enumerate(self._lemmas):
            bag = set(symbols(f"{name} {statement}"))
            counts.append(len(bag))
            for symbol in bag:
                where[symbol].append(i)
        self._where = {symbol: np.array(found) for symbol, found in where.items()}
        length = np.array(counts) / max(sum(counts) / max(len(counts), 1), 1)
        self._weight = (SATURATION + 1) / (1 + SATURATION * (1 - LENGTH + LENGTH * length))

    def __len__(self) -> int:
        return len(self._lemmas)

    def retrieve(self, state: ProofState, k: int, among: int | None = None) -> list[str]:
        """Rank lemmas by BM25 against the first goal's target and propositional hypotheses.

        Args:
            state: The proof state; the theorem that it is part of is never retrieved.
            k: The largest number of lemmas.
            among: Restricts the search to the first `among` lemmas.

        Returns:
            Names of lemmas with at least one symbol in common with the goal, best first.
        """
        import numpy as np

        goal = state.goals[0]
        text = " ".join([goal.target, *(h.type for h in goal.hypotheses if h.is_prop)])
        scores = np.zeros(len(self))
        for symbol in sorted(set(symbols(text))):
            where = self._where.get(symbol)
            if where is not None:
                rarity = log(1 + (len(self) - len(where) + 0.5) / (len(where) + 0.5))
                scores[where] += rarity * self._weight[where]
        scores = scores[:among]
        best = np.argsort(-scores, kind="stable")[: k + 1]
        names = [self._lemmas[i][0] for i in best if scores[i] > 0]
        return [name for name in names if name != state.theorem.name][:k]

    def save(self, folder: Path) -> None:
        """Write the lemmas, if there are any, as gzipped tab-separated lines."""
        if self._lemmas:
            lines = (f"{name}\t{' '.join(text.split())}\n" for name, text in self._lemmas)
            data = "".join(lines).encode()
            (folder / FILE).write_bytes(gzip.compress(data, mtime=0))

    @classmethod
    def load(cls, folder: Path) -> PremiseIndex:
        """Read what `save` wrote to `folder`; an empty index if there is no file."""
        if not (folder / FILE).exists():
            return NO_PREMISES
        text = gzip.decompress((folder / FILE).read_bytes()).decode()
        rows: Sequence[Sequence[str]] = [line.split("\t", 1) for line in text.splitlines()]
        return cls((name, statement) for name, statement in rows)


NO_PREMISES = PremiseIndex(())
