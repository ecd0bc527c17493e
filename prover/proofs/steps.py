"""A proof as steps that Lean confirmed, in the form in which a person would take them.

Chains `a <;> b` are divided into their branches, case distinctions get named arms, and successive
`intro`s are merged.  A rewriting is kept only if Lean leaves the same states after it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from lean_env.errors import BrokenEnvironment
from lean_env.types import Applied, Environment, Goal, ProofState, Tactic
from prover.graph.extraction import Proof
from prover.graph.script import Spelling
from prover.proofs.readable_names import constructor_names
from prover.proofs.tactic_text import split_chain, split_sequence

MOST_BRANCHES = 3
"""A chain that makes more branches stays a chain."""

MOST_CHARACTERS = 60
"""What follows the first `<;>` may be so long to be written once for each of several branches."""

INTRO = re.compile(r"intro (?P<names>[\w'✝ ]+)")
_ELIMINATION = re.compile(r"(?P<word>cases|induction) (?P<target>[^\n]*)")


@dataclass(frozen=True, slots=True)
class Step:
    """A tactic with a proof of each state that it leaves.

    Attributes:
        state: The state in which the tactic runs.
        tactic: The tactic.
        applied: Lean's response.
        parts: Proofs of `applied.states`, which may have other names of hypotheses than the states
            for which they were found.
    """

    state: ProofState
    tactic: Tactic
    applied: Applied
    parts: tuple[Step, ...]

    @property
    def positions(self) -> tuple[tuple[int, ...], ...]:
        """As `Applied.positions`, filled in where each state is one goal."""
        return self.applied.positions or tuple((i,) for i in range(len(self.applied.states)))


class Rewriter:
    """Rewrites proofs by running tactics in Lean, outside of any search's budget."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._made: list[ProofState] = []

    async def steps(self, proof: Proof, spelling: Spelling) -> Step:
        """Rewrite a proof from its leaves to its root.

        Args:
            proof: The proof.
            spelling: How each of its tactics is written.

        Raises:
            BrokenEnvironment: Lean does not work.
        """
        parts = tuple([await self.steps(part, spelling) for part in proof.subproofs])
        state, tactic = proof.edge.parent.state, spelling(proof.edge)
        return await self._rewritten(Step(state, tactic, proof.applied, parts))

    async def release(self) -> None:
        """Release the states that were made on the way."""
        with suppress(BrokenEnvironment):
            await self._env.release(self._made)
        self._made = []

    async def _rewritten(self, step: Step) -> Step:
        step = await self._in_sequence(step)
        step = await self._in_branches(step)
        return _with_one_intro(await self._with_arms(step))

    async def _run(self, state: ProofState, tactic: Tactic) -> Applied | None:
        ((answer,),) = await self._env.step([(state, [tactic])])
        if not isinstance(answer, Applied):
            return None
        self._made += answer.states
        return answer

    async def _in_sequence(self, step: Step) -> Step:
        """`a; b` as two steps, if `a` leaves one state."""
        first, *rest = split_sequence(step.tactic)
        applied = await self._run(step.state, first) if rest else None
        if applied is None or len(applied.states) != 1:
            return step
        following = Step(applied.states[0], "; ".join(rest), step.applied, step.parts)
        return Step(step.state, first, applied, (await self._rewritten(following),))

    async def _in_branches(self, step: Step) -> Step:
        """`a <;> b` as a step with branches, if they are few and short."""
        first, *rest = split_chain(step.tactic)
        applied = await self._run(step.state, first) if rest else None
        if applied is None or not _separate(applied) or not _separate(step.applied):
            return step
        several = len(applied.states) > 1
        if len(applied.states) > MOST_BRANCHES or (several and _length(rest) > MOST_CHARACTERS):
            return step
        order = sorted(range(len(step.parts)), key=lambda i: step.positions[i])
        open_parts = deque((step.applied.states[i].key, step.parts[i]) for i in order)
        branches = [await self._branch(state, rest, open_parts) for state in applied.states]
        if open_parts or None in branches:
            return step
        parts = tuple(branch for branch in branches if branch)
        return Step(step.state, first, applied, parts)

    async def _branch(
        self, state: ProofState, chain: Sequence[Tactic], open_parts: deque[tuple[str, Step]]
    ) -> Step | None:
        """What a chain does on one branch.

        Args:
            state: The state of the branch.
            chain: The tactics that follow in the chain.
            open_parts: Keys and proofs of the states that the whole chain left; those of this
                branch are removed.

        Returns:
            The proof of the branch; None if it does not end in the states that the chain left.
        """
        if not chain:
            key, part = open_parts.popleft() if open_parts else ("", None)
            return part if key == state.key else None
        tactic = chain[0].removeprefix("try ")
        applied = await self._run(state, tactic)
        if applied is None:  # `try`, or no progress, as where `simp_all` leaves the goal as it is
            return await self._branch(state, chain[1:], open_parts)
        if not _separate(applied):
            return None
        parts = [await self._branch(left, chain[1:], open_parts) for left in applied.states]
        if None in parts:
            return None
        proof = Step(state, tactic, applied, tuple(part for part in parts if part))
        return await self._rewritten(proof)

    async def _with_arms(self, step: Step) -> Step:
        """`cases x` and `induction x` with an arm for each case, or `obtain` if there is one."""
        match = _ELIMINATION.fullmatch(step.tactic)
        if not match or " with" in match["target"] or not step.parts or _renames(step):
            return step
        if not _separate(step.applied) or not _separate_goals(step.state):
            return step
        before = step.state.goals[0]
        goals = [state.goals[0] for state in step.applied.states]
        eliminated = match["target"].split(" : ")[-1].split(" ")[0]
        only, induction = len(goals) == 1, match["word"] == "induction"
        names = [
            constructor_names(before, goal, eliminated, only=only, induction=induction)
            for goal in goals
        ]
        without_data = [[name for name in new if name.startswith(("h", "ih"))] for new in names]
        for new in (names, without_data):  # of implicit fields an arm does not take names
            candidate = _arms(match["word"], match["target"], goals, new)
            applied = await self._run(step.state, candidate) if candidate else None
            if applied and _keys(applied) == _keys(step.applied):
                return Step(step.state, candidate, applied, step.parts)
        return step


def _renames(step: Step) -> bool:
    """Whether a tactic after a step gives hypotheses names by themselves."""
    return any("rename_i" in part.tactic or _renames(part) for part in step.parts)


def _arms(word: str, target: str, goals: Sequence[Goal], names: Sequence[Sequence[str]]) -> Tactic:
    """The elimination with names for what each case brings; empty if there is no better form."""
    if len(goals) == 1 and " using " not in target and " generalizing " not in target:
        return f"obtain ⟨{', '.join(names[0])}⟩ := {target}" if names[0] else ""
    tags = [goal.case.rpartition(".")[2] for goal in goals]
    if len(goals) == 1 or not all(tags):
        return ""
    arms = [" ".join([tag, *new]) for tag, new in zip(tags, names, strict=True)]
    return f"{word} {target} with" + "".join(f"\n| {arm} => ?_" for arm in arms)


def _with_one_intro(step: Step) -> Step:
    """`intro a` followed by `intro b` as `intro a b`."""
    if len(step.parts) != 1 or not (first := INTRO.fullmatch(step.tactic)):
        return step
    (following,) = step.parts
    second = INTRO.fullmatch(following.tactic)
    if not second or not _same_names(step.applied.states[0], following.state):
        return step
    merged = f"intro {first['names']} {second['names']}"
    return replace(step, tactic=merged, applied=following.applied, parts=following.parts)


def _same_names(a: ProofState, b: ProofState) -> bool:
    return [h.name for goal in a.goals for h in goal.hypotheses] == [
        h.name for goal in b.goals for h in goal.hypotheses
    ]


def _separate(applied: Applied) -> bool:
    """Whether each state that is left is one goal."""
    return all(len(state.goals) == 1 for state in applied.states)


def _separate_goals(state: ProofState) -> bool:
    return len(state.goals) == 1


def _length(chain: Sequence[Tactic]) -> int:
    return len(" <;> ".join(chain))


def _keys(applied: Applied) -> list[str]:
    return [state.key for state in applied.states]
