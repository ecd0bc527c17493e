"""Declarations with several `sorry`s, as sketches of proofs have them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from lean_env.types import Theorem
from prover.result import SearchResult
from prover.search.budget import remaining
from prover.types import Budget, Stats, StopReason, TheoremStatus

NUMBERED = ", sorry "
"""Between the name of a theorem and the number of its `sorry` that a search is for."""


def without_number(name: str) -> str:
    """The name of the theorem that a search, perhaps for one of its `sorry`s, belongs to."""
    return name.partition(NUMBERED)[0]


async def prove_each_sorry(
    theorem: Theorem,
    sorries: int,
    budget: Budget,
    prove: Callable[[Theorem, Budget], Awaitable[SearchResult]],
) -> SearchResult:
    """Prove the `sorry`s of a declaration one after the other.

    Args:
        theorem: The declaration.
        sorries: How many `sorry`s it has.
        budget: For all of them; each may use an equal share of what is left.
        prove: Proves the `sorry` that `Theorem.sorry_index` names; its errors are passed on.

    Returns:
        `PROVED` once the verifier has accepted the whole declaration; else the result of the last
        search that failed, with the declaration as far as it is proved in `partial`.
    """
    declaration, index, stats = theorem, 0, Stats()
    tactics: tuple[str, ...] = ()
    failed: SearchResult | None = None
    for number in range(1, sorries + 1):
        last = number == sorries and index == 0  # from here on the gate has to accept the whole
        claim = replace(
            declaration,
            sorry_index=None if last else index,
            name=f"{theorem.name}{NUMBERED}{number}",
        )
        result = await prove(claim, _share(budget, stats, sorries - number + 1))
        stats += result.stats
        if result.status is TheoremStatus.PROVED:
            return replace(
                result, theorem=theorem, tactics=(*tactics, *result.tactics), stats=stats
            )
        if result.partial:
            declaration = replace(declaration, statement=result.partial)
            tactics += result.tactics
        else:
            failed, index = result, index + 1
        if result.stop is StopReason.CANCELLED:
            break
    partial = declaration.statement if declaration is not theorem else ""
    return replace(failed or result, theorem=theorem, tactics=(), partial=partial, stats=stats)


def _share(budget: Budget, used: Stats, left: int) -> Budget:
    """An equal share of what is left of a budget."""
    rest = remaining(budget, used)
    return replace(
        rest,
        seconds=None if rest.seconds is None else rest.seconds / left,
        lean_calls=None if rest.lean_calls is None else max(rest.lean_calls // left, 1),
    )
