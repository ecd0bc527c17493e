"""Tactics that name lemmas of Lean's library: those that fit the goal, by the symbols of both.

Which fit is found by `prover.models.premises`.  Weights are a person's guesses; which of these
tactics help is for a trained step scorer to say.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from math import log
from pathlib import Path

from lean_env.types import ProofState, Theorem
from prover.models.background import BackgroundLoad
from prover.models.premises import PremiseIndex
from prover.policies.tactic_families.view import View, WeightedTactics
from prover.types import Proposal

FILE = Path(__file__).with_name("library.tsv.gz")
"""Lemmas in the order in which Lean has them: `# Module`, then its lines `name⇥statement`.  Made by
`tools/library_lemmas.py`."""

MOST = 8
"""How many lemmas are named in one state."""

_IMPORT = re.compile(r"^(?:public )?(?:meta )?import (?:all )?(?!Init\b)\S", re.MULTILINE)

_MADE_OF_OTHERS = (
    "Array ", "Vector ", "BitVec ", "Fin ", "Subarray ", "Option ", "Subtype ",
    "Int8", "Int16", "Int32", "Int64", "ISize", "UInt8", "UInt16", "UInt32", "UInt64", "USize",
    "String", "Char", "ByteArray", "Std.",
)  # fmt: skip
"""Types whose lemmas rest on those of what they are made of."""


class Library:
    """Lemmas of Init and Std, names and statements, and which of them a theorem may use."""

    def __init__(self, modules: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        lemmas: list[tuple[str, str]] = []
        self._begins: dict[str, int] = {}
        self._init = 0
        for module, found in modules:
            self._begins |= {name: len(lemmas) for name, _ in found}
            lemmas += found
            if not module.startswith("Std"):
                self._init = len(lemmas)
        self.lemmas: Sequence[tuple[str, str]] = lemmas
        self._premises = PremiseIndex(lemmas)

    @classmethod
    def load(cls, file: Path = FILE) -> Library:
        modules: list[tuple[str, list[tuple[str, str]]]] = []
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            name, _, statement = line.partition("\t")
            if name.startswith("# "):
                modules.append((name[2:], []))
            else:
                modules[-1][1].append((name, statement))
        return cls(modules)

    def retrieve(self, state: ProofState, k: int) -> list[str]:
        """The names of the `k` best, best first."""
        return self._premises.retrieve(state, k, among=self.reach(state.theorem))

    def reach(self, theorem: Theorem) -> int:
        """How many of the lemmas, in their order, it may use: those that its header imports; of a
        theorem of the library those of earlier modules."""
        if theorem.before:
            return self._begins.get(theorem.before, 0)
        return len(self.lemmas) if _imports_more(theorem.header) else self._init


@lru_cache(maxsize=64)
def _imports_more(header: str) -> bool:
    """Whether it imports anything beside parts of Init."""
    return _IMPORT.search(header) is not None


class Lemmas:
    """The same proposals for the same state, in about a millisecond."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [self.tactics(state)[:k] for state in states]

    def tactics(self, state: ProofState) -> list[Proposal]:
        """All of them, most probable first."""
        names = self._library.retrieve(state, MOST)
        weights = dict(_tactics(View(state), names)) if names else {}
        total = sum(weights.values())
        ranked = sorted(weights.items(), key=lambda item: -item[1])
        return [Proposal(tactic, log(weight / total), "lemmas") for tactic, weight in ranked]


@cache
def library_load() -> BackgroundLoad[Library]:
    """What comes with the package, the same for all who ask.  Takes about a second."""
    return BackgroundLoad(Library.load)


def _tactics(view: View, names: Sequence[str]) -> WeightedTactics:
    lemmas = ", ".join(names)
    close = "first " + " ".join(f"| apply {name} <;> assumption" for name in names)
    yield close, 6.0  # all of them in one call
    yield f"simp_all [{lemmas}]", 1.5
    yield f"simp [{lemmas}]", 1.0
    for rank, name in enumerate(names):
        favour = 1 / (1 + 0.5 * rank)
        yield f"apply {name}", 1.0 * favour
        if view.shape not in ("∀", "→"):
            yield f"rw [{name}]", 1.0 * favour
    for begin in _taken_apart(view):
        yield f"{begin} <;> simp_all [{lemmas}]", 1.0
        yield f"{begin} <;> {close}", 1.0


def _taken_apart(view: View) -> Iterator[str]:
    """Into what their types are made of: the latest three variables at once; and a list by
    induction."""
    made = [v for v in view.variables if v.type.startswith(_MADE_OF_OTHERS) and v.value is None]
    if made:
        yield " <;> ".join(f"cases {v.name}" for v in made[-3:])
    lists = [v for v in view.variables if v.type.startswith("List ") and v.value is None]
    if lists:
        yield f"induction {lists[-1].name}"
