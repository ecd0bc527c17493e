"""Declarations with several `sorry`s, as sketches of proofs have them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from lean_env.errors import BadInput, InvalidStatement
from lean_env.types import Theorem
from prover.problems.source import without_comments
from prover.result import HoleResult, SearchResult
from prover.search.budget import remaining
from prover.types import Budget, Stats, StopReason, TheoremStatus

NUMBERED = ", sorry "
"""Between the name of a theorem and the number of its `sorry` that a search is for."""


def without_number(name: str) -> str:
    """The name of the theorem that a search, perhaps for one of its `sorry`s, belongs to."""
    return name.partition(NUMBERED)[0]


_HOLE = re.compile(r"\b(?:sorry|admit)\b")


def hole_lines(declaration: str) -> list[int]:
    """The line of each `sorry` of a declaration, from 1, as far as its text tells."""
    code = without_comments(declaration)
    return [code.count("\n", 0, found.start()) + 1 for found in _HOLE.finditer(code)]


async def prove_each_sorry(
    theorem: Theorem,
    sorries: int,
    budget: Budget,
    prove: Callable[[Theorem, Budget], Awaitable[SearchResult]],
    *,
    line: int | None = None,
) -> SearchResult:
    """Prove the `sorry`s of a declaration one after the other.

    Args:
        theorem: The declaration.
        sorries: How many `sorry`s it has.
        budget: For all of them; each may use an equal share of what is left.
        prove: Proves the `sorry` that `Theorem.sorry_index` names.
        line: Only those in this line of the declaration, from 1, are to be proved.

    Returns:
        `PROVED` once the verifier has accepted the whole declaration; else the result of the last
        search that failed, with the declaration as far as it is proved in `partial`.

    Raises:
        InvalidStatement: None of the `sorry`s can be searched for.
        BadInput, BrokenEnvironment: As `prove` raises them.
    """
    lines = hole_lines(theorem.statement)
    if len(lines) != sorries:
        lines, line = [1] * sorries, None  # a macro or a `stop` is among them
    sketch = _Sketch(theorem)
    for number, where in enumerate(lines):
        if line not in (None, where):
            sketch.leave(HoleResult(where, False, "it was not selected"))
            continue
        last = number == sorries - 1 and sketch.index == 0  # the gate has to accept the whole
        claim = replace(
            sketch.declaration,
            sorry_index=None if last else sketch.index,
            name=f"{theorem.name}{NUMBERED}{number + 1}",
        )
        try:
            result = await prove(claim, _share(budget, sketch.stats, sorries - number))
        except InvalidStatement as error:
            sketch.refuse(error, where)
            continue
        sketch.add(result, where)
        if result.stop is StopReason.CANCELLED:
            break
    return sketch.result()


class _Sketch:
    """A declaration whose `sorry`s are being proved.

    Attributes:
        declaration: It, with the proofs so far in the place of their `sorry`s.
        index: The number of its `sorry`s that were passed by.
        stats: What all searches used.
    """

    def __init__(self, theorem: Theorem) -> None:
        self.declaration, self.index, self.stats = theorem, 0, Stats()
        self._theorem = theorem
        self._holes: list[HoleResult] = []
        self._tactics: tuple[str, ...] = ()
        self._last: SearchResult | None = None
        self._refusal: InvalidStatement | None = None

    def leave(self, hole: HoleResult) -> None:
        """Pass a `sorry` by."""
        self._holes.append(hole)
        self.index += 1

    def refuse(self, error: InvalidStatement, line: int) -> None:
        """Pass a `sorry` by that cannot be searched for."""
        self._refusal = self._refusal or error
        self.leave(HoleResult(line, False, error.message))

    def add(self, result: SearchResult, line: int) -> None:
        """Take what a search for a `sorry` has found."""
        self.stats += result.stats
        proved = result.status is TheoremStatus.PROVED
        if proved or result.partial:
            self._holes.append(HoleResult(line, True))
            self._tactics += result.tactics
            if result.partial:
                self.declaration = replace(self.declaration, statement=result.partial)
        else:
            self.leave(HoleResult(line, False, str(result.stop)))
        if proved or self._last is None or not result.partial:
            self._last = result

    def result(self) -> SearchResult:
        """The outcome for the whole declaration."""
        if self._last is None:
            raise self._refusal or BadInput(
                "none of its `sorry`s is in the line that was asked for", where=self._theorem.name
            )
        proved = self._last.status is TheoremStatus.PROVED
        changed = not proved and self.declaration is not self._theorem
        return replace(
            self._last,
            theorem=self._theorem,
            tactics=self._tactics if proved else (),
            partial=self.declaration.statement if changed else "",
            holes=tuple(self._holes),
            stats=self.stats,
        )


def _share(budget: Budget, used: Stats, left: int) -> Budget:
    """An equal share of what is left of a budget."""
    rest = remaining(budget, used)
    return replace(
        rest,
        seconds=None if rest.seconds is None else rest.seconds / left,
        lean_calls=None if rest.lean_calls is None else max(rest.lean_calls // left, 1),
    )
