"""Prove a theorem or its negation, whichever comes first."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from lean_env.errors import BadInput
from lean_env.types import Theorem
from prover.problems.read import declared_name
from prover.result import SearchResult
from prover.types import TheoremStatus

T = TypeVar("T")

CLAIM, DENIAL = "qstar_claim", "qstar_denial"

_SETTLED = (TheoremStatus.PROVED, TheoremStatus.DISPROVED)

Prove = Callable[[Theorem, asyncio.Event], Awaitable[SearchResult]]
"""Search for a proof until one is found, the budget ends or the event is set."""


def negation_name(name: str) -> str:
    """The display name of the negation of the theorem `name`."""
    return f"¬ {name}"


def negation(theorem: Theorem, levels: int = 0) -> Theorem:
    """The negation of a theorem, universally closed over its variables.

    The theorem itself is put in the header with `sorry`, so that Lean elaborates its type.  A proof
    of the negation that used it would depend on `sorryAx` and be refused by the verifier.

    Args:
        theorem: The theorem.
        levels: How many universe levels it has, if they are to be 0 in the negation.

    Returns:
        The negation.
    """
    statement = theorem.statement.strip()
    name = declared_name(statement)
    if name == "example":
        statement = re.sub(r"\bexample\b", f"theorem {CLAIM}", statement, count=1)
        name = CLAIM
    if not re.search(r"\bsorry\b", statement):
        statement = re.sub(r":=(\s*by)?\s*$", "", statement).rstrip() + " := sorry"
    header = f"{theorem.header.rstrip()}\n\n{statement}\n"
    universes = f".{{{', '.join(['0'] * levels)}}}" if levels else ""
    denial = f"theorem {DENIAL} : ¬ (type_of% @{name}{universes})"
    return Theorem(statement=denial, header=header, name=negation_name(theorem.name or name))


async def prove_or_disprove(
    theorem: Theorem,
    prove: Prove,
    cancel: asyncio.Event | None = None,
    notice: Callable[[str], None] = lambda _: None,
) -> SearchResult:
    """Search for a proof of a theorem and of its negation at the same time.

    The first success ends the other search.  A negation that Lean does not elaborate is not tried.

    Args:
        theorem: The theorem.
        prove: Searches for a proof of one of the two.
        cancel: Setting it ends both searches.
        notice: Called with the reason when the negation was not tried and there is no proof.

    Returns:
        The result for `theorem`; if its negation was proved, `DISPROVED` with that proof.

    Raises:
        BadInput: Lean does not elaborate the theorem.
    """
    ends, denial = asyncio.Event(), negation(theorem)
    searches = (
        asyncio.create_task(_first(prove(theorem, ends), ends)),
        asyncio.create_task(_first(_tried(denial, prove, ends), ends)),
    )
    relay = asyncio.create_task(_relay(cancel, ends)) if cancel else None
    try:
        proof, disproof = await asyncio.gather(*searches)
    finally:
        for task in (*searches, relay):
            if task is not None:
                task.cancel()
    if proof.status in _SETTLED:
        return proof
    if isinstance(disproof, BadInput):
        why = disproof.message.partition("\n")[0]
        notice(f"{denial.name}: not tried, Lean does not take it: {why}")
        return proof
    if disproof.status is not TheoremStatus.PROVED:
        return proof
    return replace(disproof, theorem=theorem, status=TheoremStatus.DISPROVED)


async def _first(search: Awaitable[T], ends: asyncio.Event) -> T:
    """The result of a search, which ends the other one if it settles the theorem."""
    result = await search
    if isinstance(result, SearchResult) and result.status in _SETTLED:
        ends.set()
    return result


async def _tried(theorem: Theorem, prove: Prove, ends: asyncio.Event) -> SearchResult | BadInput:
    try:
        return await prove(theorem, ends)
    except BadInput as error:
        return error  # for instance a claim whose universes a denial would have to choose


async def _relay(cancel: asyncio.Event, ends: asyncio.Event) -> None:
    await cancel.wait()
    ends.set()
