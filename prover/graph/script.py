"""A proof tree as Lean text.

After a tactic that leaves one state its proof goes on below.  Several states of one goal each get a
bullet.  A state of several goals comes last, so that its tactics see no other goals than its own;
`rotate_left` brings it, and whatever a bullet has to stand before, to the front.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent, indent

from lean_env.types import Applied, Tactic
from prover.graph.extraction import Proof
from prover.graph.names import renaming
from prover.graph.store import Edge

SUGGESTING_TACTICS = ("exact?",)
"""Tactics that look for a lemma and close the goal with it."""

_SUGGESTION = re.compile(r"^\s*\[apply\] (.*(?:\n\s{4,}.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """A proof as Lean source.

    Attributes:
        text: What follows `by`, on lines of its own at any indentation.
        tactics: The tactics of the proof in the order in which they run, without bullets, rotations
            and renamings.
    """

    text: str
    tactics: tuple[Tactic, ...]


Spelling = Callable[[Edge], Tactic]
"""How the tactic of an edge is written in a script."""


def as_run(edge: Edge) -> Tactic:
    """The tactic as it was sent to Lean."""
    return edge.proposal.tactic


def as_suggested(edge: Edge) -> Tactic:
    """The tactic that Lean's message suggests in place of `exact?`, if there is exactly one."""
    tactic = edge.proposal.tactic
    if tactic.strip() in SUGGESTING_TACTICS and isinstance(edge.transition, Applied):
        found = [line for m in edge.transition.messages for line in _SUGGESTION.findall(m)]
        if len(found) == 1:
            return str(found[0])
    return tactic


def scripts(proof: Proof, spelling: Spelling = as_suggested) -> list[Script]:
    """The texts of a proof, the better one first.

    Args:
        proof: The proof.
        spelling: How each tactic is written; by default `exact?` is replaced by what it found.

    Returns:
        The proof with `spelling`, and with the tactics as they ran, because Lean cannot parse
        everything that it prints; one text if both are equal.
    """
    return list(dict.fromkeys([script(proof, spelling), script(proof)]))


def script(
    proof: Proof, spelling: Spelling = as_run, texts: Mapping[int, str] | None = None
) -> Script:
    """Write a proof as Lean source, with bullets, rotations and renamings where they are needed.

    Args:
        proof: The proof.
        spelling: How each tactic is written.
        texts: Sub-proofs that are written already, by the id of their first edge.
    """
    text = "\n".join(_lines(proof, spelling, texts or {}))
    return Script(text, tuple(spelling(edge) for edge in proof.edges()))


def _lines(proof: Proof, spelling: Spelling, texts: Mapping[int, str]) -> list[str]:
    """The proof as lines without a common indentation."""
    lines: list[str] = []
    while True:
        if proof.edge.id in texts:
            return lines + texts[proof.edge.id].split("\n")
        lines += dedent(spelling(proof.edge).strip("\n")).rstrip().split("\n")
        turns = running_order(proof.positions)
        if not turns:
            return lines
        for i, turn in turns[:-1]:
            lines += rotation(turn)
            lines += bullet(_rename(proof, i) + _lines(proof.subproofs[i], spelling, texts))
        last, turn = turns[-1]
        lines += rotation(turn)
        rest = _rename(proof, last)
        if len(turns) > 1 and len(proof.subproofs[last].goals) == 1:
            return lines + bullet(rest + _lines(proof.subproofs[last], spelling, texts))
        lines += rest
        proof = proof.subproofs[last]


def running_order(positions: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The order in which the states that a tactic left are proved.

    Args:
        positions: The positions of each state's goals among all goals that the tactic left.

    Returns:
        The index of each state, with the number of goals to rotate to the end before it.
    """
    goals = sorted(place for places in positions for place in places)
    order: list[tuple[int, int]] = []
    for i in sorted(range(len(positions)), key=lambda i: (len(positions[i]) > 1, positions[i])):
        turn = goals.index(positions[i][0])
        order.append((i, turn))
        goals = [place for place in goals[turn:] + goals[:turn] if place not in positions[i]]
    return order


def _rename(proof: Proof, i: int) -> list[str]:
    """Give state `i` after `proof`'s tactic the names that its sub-proof uses."""
    have, want = proof.applied.states[i].goals, proof.subproofs[i].goals
    if len(have) > 1:
        return []  # states of several goals are one node only when their names agree
    return renaming(have[0], want[0])


def rotation(turn: int) -> list[str]:
    """The tactic that moves the first `turn` goals to the end; none if that is 0."""
    if turn == 0:
        return []
    return ["rotate_left" if turn == 1 else f"rotate_left {turn}"]


def bullet(lines: list[str]) -> list[str]:
    """The lines under a `·`."""
    first, *rest = indent("\n".join(lines), "  ").split("\n")
    return ["· " + first[2:], *rest]
