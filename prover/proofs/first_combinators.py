"""Replace `first | a | b` in a proof by the alternative that succeeded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from lean_env.errors import BrokenEnvironment
from lean_env.types import Applied, Environment, Tactic
from prover.graph.extraction import Proof
from prover.graph.script import Spelling, as_suggested
from prover.graph.store import Edge

_FIRST = "first | "


def alternatives(tactic: Tactic) -> Sequence[Tactic]:
    """The alternatives of a `first` on one line; empty for any other tactic.

    An alternative that itself contains `|` is split as well; Lean rejects its parts.
    """
    if not tactic.startswith(_FIRST) or "\n" in tactic:
        return ()
    return tactic.removeprefix(_FIRST).split(" | ")


async def resolve_first_combinators(proof: Proof, env: Environment) -> Spelling:
    """Find the alternative with which each `first` of a proof closed its state.

    Runs alternatives in Lean outside of the search's budget.  Where Lean breaks down, the tactic
    stays as it ran.

    Returns:
        How the tactics of `proof` are to be written.
    """
    chosen: dict[int, Tactic] = {}
    for edge in {edge.id: edge for edge in proof.edges()}.values():
        if isinstance(edge.transition, Applied) and edge.transition.closed:
            with suppress(BrokenEnvironment):
                for choice in alternatives(edge.proposal.tactic):
                    if await _closes(env, edge, choice):
                        chosen[edge.id] = choice
                        break

    def spelling(edge: Edge) -> Tactic:
        return chosen.get(edge.id) or as_suggested(edge)

    return spelling


async def _closes(env: Environment, edge: Edge, tactic: Tactic) -> bool:
    ((answer,),) = await env.step([(edge.parent.state, [tactic])])
    if not isinstance(answer, Applied):
        return False
    await env.release(answer.states)
    return answer.closed
