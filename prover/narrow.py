"""What `first | a | b` did, written out: a proof is to name the lemma that it uses."""

from __future__ import annotations

from collections.abc import Sequence

from lean_env.types import Applied, Environment, Tactic
from prover.graph.extraction import Proof
from prover.graph.script import Spelling, as_suggested
from prover.graph.store import Edge

_FIRST = "first | "


def alternatives(tactic: Tactic) -> Sequence[Tactic]:
    """Those of a `first` that stands alone on one line; empty for all else."""
    if not tactic.startswith(_FIRST) or "\n" in tactic:
        return ()
    return tactic.removeprefix(_FIRST).split(" | ")


async def narrowed(proof: Proof, env: Environment) -> Spelling:
    """How the tactics of `proof` are to be written: of a `first` that closes its state, the first
    alternative that does so alone.  It is asked of Lean beside the search's budget, as the gate is.
    """
    chosen: dict[int, Tactic] = {}
    for edge in proof.edges():
        choices = alternatives(edge.proposal.tactic)
        if choices and isinstance(edge.transition, Applied) and not edge.transition.states:
            (answers,) = await env.step([(edge.parent.state, choices)])
            closing = (
                choice
                for choice, answer in zip(choices, answers, strict=True)
                if isinstance(answer, Applied) and not answer.states
            )
            chosen[edge.id] = next(closing, edge.proposal.tactic)

    def spelling(edge: Edge) -> Tactic:
        return chosen.get(edge.id) or as_suggested(edge)

    return spelling
