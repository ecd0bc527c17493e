"""False statements: small counterexamples from Lean, and the proof of the negation from them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from lean_env.errors import BadInput
from lean_env.gate.gate import Gate
from lean_env.types import (
    Applied,
    Argument,
    ArgumentKind,
    Environment,
    ProofState,
    Refutation,
    RefutingEnvironment,
    Rejected,
    Tactic,
    Theorem,
)
from prover.graph.store import ProofGraph
from prover.problems.negation import negation
from prover.problems.read import declared_name
from prover.result import SearchResult
from prover.types import Stats, StopReason, TheoremStatus

SECONDS = 0.25
"""How long Lean looks for a counterexample, before a search that may take longer."""

SHARE = 0.25
"""How much of the time for a search that may be at most."""

PROOF_SECONDS = 2.0
"""How long proofs of the negation are tried."""

_FALSE = re.compile(r"proved that the proposition\b.*\bis false", re.DOTALL)
_SIMPLE = re.compile(r"\w+|\"[^\"]*\"|\[[^\[\]]*\]")
_NAME = re.compile(r"[^\W\d][\w'.]*")


async def refute(
    theorem: Theorem,
    root: ProofState,
    env: Environment,
    verifier: Gate,
    seconds: float | None,
) -> SearchResult | None:
    """Look for a counterexample and prove from it that a theorem is false.

    Args:
        theorem: The theorem.
        root: Its first state.
        env: Finds values and runs tactics.
        verifier: Decides whether the negation is proved.
        seconds: The time for the search that comes after this; None means that it has no limit.

    Returns:
        The verified result; None where there is none, for whatever reason.

    Raises:
        BrokenEnvironment: Lean does not work.
    """
    if not isinstance(env, RefutingEnvironment) or not _is_of_theorem(theorem):
        return None
    limit = SECONDS if seconds is None else min(SECONDS, SHARE * seconds)
    found = await env.refute(root, limit)
    return None if found.counterexample is None else await _verified(theorem, found, env, verifier)


async def refute_evaluated(
    theorem: Theorem, graph: ProofGraph, env: Environment, verifier: Gate
) -> SearchResult | None:
    """Prove the negation of a theorem whose goal is false as `decide` has said in a search.

    Args:
        theorem: The theorem.
        graph: The graph of the search.
        env: Runs tactics.
        verifier: Decides whether the negation is proved.

    Returns:
        The verified result; None where there is none, for whatever reason.

    Raises:
        BrokenEnvironment: Lean does not work.
    """
    root = graph.root.state
    if not _is_of_theorem(theorem) or any(goal.hypotheses for goal in root.goals):
        return None
    said = [
        e.transition for e in graph.root.edges if e.proposal.tactic in ("decide", "decide +kernel")
    ]
    if not any(isinstance(t, Rejected) and _FALSE.search(t.message) for t in said):
        return None
    found = Refutation(counterexample=(), claim=root.goals[0].target)
    return await _verified(theorem, found, env, verifier)


def _is_of_theorem(theorem: Theorem) -> bool:
    """Not of the library, all of whose theorems are true, nor one `sorry` of several."""
    return not (theorem.before or theorem.together or theorem.sorry_index is not None)


async def _verified(
    theorem: Theorem, found: Refutation, env: Environment, verifier: Gate
) -> SearchResult | None:
    """The negation, proved with the values that were found, if the gate accepts that."""
    began = monotonic()
    try:
        denials = await _denials(theorem, found, env)
    except BadInput:
        return None  # as when the `sorry` is only a part of the proof
    try:
        async with asyncio.timeout(PROOF_SECONDS):
            proof = await _first_proof(denials[0].state, found, env)
    except TimeoutError:
        return None
    finally:
        await env.release([denial.state for denial in denials])
    if proof is None:
        return None
    for denial in denials:
        checked = await verifier.verify(denial.theorem, proof)
        if checked.verdict.ok:
            spent = monotonic() - began
            return SearchResult(
                theorem=theorem,
                status=TheoremStatus.DISPROVED,
                stop=StopReason.PROVED,
                proof=checked.declaration,
                tactics=(proof,),
                verdict=checked.verdict,
                stats=Stats(seconds=spent, lean_seconds=spent),
                counterexample=tuple(
                    (argument.name, argument.value)
                    for argument in found.counterexample or ()
                    if argument.kind is ArgumentKind.VALUE
                ),
            )
    return None


@dataclass(frozen=True, slots=True)
class _Denial:
    """A statement of the negation, and its first state."""

    theorem: Theorem
    state: ProofState


async def _denials(theorem: Theorem, found: Refutation, env: Environment) -> list[_Denial]:
    """The negation spelled out, if Lean reads it as the same proposition; and as Lean has it."""
    implicit = negation(theorem, levels=found.levels)
    denials = [_Denial(implicit, await env.start(implicit))]
    name = declared_name(theorem.statement)
    if not _NAME.fullmatch(name):
        return denials
    named = f"not_{name.replace('.', '_')}"
    spelled = Theorem(
        statement=f"theorem {named} : ¬ ({found.claim})", header=implicit.header, name=implicit.name
    )
    try:
        state = await env.start(spelled)
    except BadInput:
        return denials
    if state.key == denials[0].state.key:
        return [_Denial(spelled, state), *denials]
    await env.release([state])
    return denials


async def _first_proof(state: ProofState, found: Refutation, env: Environment) -> Tactic | None:
    """The first proof of the negation that works in Lean."""
    for proof in proofs(found.counterexample or (), found.definitions):
        [[transition]] = await env.step([(state, [proof])])
        if isinstance(transition, Applied) and not transition.states:
            return proof
    return None


def proofs(arguments: Sequence[Argument], definitions: Sequence[str]) -> Iterator[str]:
    """Proofs of a negation from a counterexample, the plainest first.

    Args:
        arguments: What the theorem is applied to.
        definitions: What may have to be unfolded to decide hypotheses and conclusion.

    Yields:
        Tactics for the negation.
    """
    head = "h" if all(argument.explicit for argument in arguments) else "@h"
    simp = f"simp +decide [{', '.join(definitions)}]" if definitions else "simp +decide"
    closers = ["decide", "omega", simp]
    if definitions:
        closers.append(f"simp only [{', '.join(definitions)}]; decide")
    closers += ["decide +kernel", "intro ⟨_, h⟩; omega"]
    closers.append(
        "first | " + " | ".join(f"({closer})" for closer in (*closers, "exact ⟨_, rfl⟩"))
    )
    for closer in closers:
        applied = " ".join([head, *(_text(argument, closer) for argument in arguments)])
        fact = f"({applied})" if arguments else "h"
        yield f"intro h\nexact absurd {fact} (by {closer})"


def _text(argument: Argument, closer: str) -> str:
    match argument.kind:
        case ArgumentKind.VALUE:
            value = argument.value
            return value if _SIMPLE.fullmatch(value) else f"({value})"
        case ArgumentKind.PROOF:
            return f"(by {closer})"
        case ArgumentKind.INSTANCE:
            return "inferInstance"
