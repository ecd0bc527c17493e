"""Tactics that name lemmas of Lean's library whose symbols fit those of the goal.

`prover.models.premises` ranks the lemmas.  The weights of the tactics are set by hand.
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

PREMISES = 32
"""How many lemmas a model is offered."""

_IMPORT = re.compile(r"^(?:public )?(?:meta )?import (?:all )?(?!Init\b)\S", re.MULTILINE)

_MADE_OF_OTHERS = (
    "Array ", "Vector ", "BitVec ", "Fin ", "Subarray ", "Option ", "Subtype ",
    "Int8", "Int16", "Int32", "Int64", "ISize", "UInt8", "UInt16", "UInt32", "UInt64", "USize",
    "String", "Char", "ByteArray", "Std.",
)  # fmt: skip
"""Types whose lemmas rest on those of what they are made of."""


class Library:
    """The names and statements of the lemmas of Init and Std, and which a theorem may use."""

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
        self._statements = dict(lemmas)

    @classmethod
    def load(cls, file: Path = FILE) -> Library:
        """Read the compressed list of lemmas that comes with the package."""
        modules: list[tuple[str, list[tuple[str, str]]]] = []
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            name, _, statement = line.partition("\t")
            if name.startswith("# "):
                modules.append((name[2:], []))
            else:
                modules[-1][1].append((name, statement))
        return cls(modules)

    def retrieve(self, state: ProofState, k: int) -> list[str]:
        """The names of the `k` lemmas that fit the state best, best first."""
        return self._premises.retrieve(state, k, among=self.reach(state.theorem))

    def premises(self, state: ProofState) -> list[tuple[str, str]]:
        """Names and statements of the lemmas that fit the state best, for models that read them."""
        return [(name, self._statements[name]) for name in self.retrieve(state, PREMISES)]

    def reach(self, theorem: Theorem) -> int:
        """How many of the lemmas, in their order, a theorem may use.

        These are the lemmas that its header imports; for a theorem of the library itself, those of
        earlier modules.
        """
        if theorem.before:
            return self._begins.get(theorem.before, 0)
        return len(self.lemmas) if _imports_more(theorem.header) else self._init


@lru_cache(maxsize=64)
def _imports_more(header: str) -> bool:
    """Whether it imports anything beside parts of Init."""
    return _IMPORT.search(header) is not None


class Lemmas:
    """Proposes tactics with retrieved lemmas: deterministic, in about a millisecond per state."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        return [self.tactics(state)[:k] for state in states]

    def tactics(self, state: ProofState) -> list[Proposal]:
        """All tactics for a state, most probable first."""
        names = self._library.retrieve(state, MOST)
        weights = dict(_tactics(View(state), names)) if names else {}
        total = sum(weights.values())
        ranked = sorted(weights.items(), key=lambda item: -item[1])
        return [Proposal(tactic, log(weight / total), "lemmas") for tactic, weight in ranked]


@cache
def library_load() -> BackgroundLoad[Library]:
    """The shared background load of the library, which takes about a second."""
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
    """Case splits of the last three variables of composite types, and induction on a list."""
    made = [v for v in view.variables if v.type.startswith(_MADE_OF_OTHERS) and v.value is None]
    if made:
        yield " <;> ".join(f"cases {v.name}" for v in made[-3:])
    lists = [v for v in view.variables if v.type.startswith("List ") and v.value is None]
    if lists:
        yield f"induction {lists[-1].name}"
