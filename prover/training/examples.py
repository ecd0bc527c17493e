"""Training examples: a state with targets for V, and tactics with targets for policy and Q."""

from __future__ import annotations

from dataclasses import dataclass

from lean_env.types import ProofState, Tactic


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticTarget:
    """A tactic on the example's state, with its targets.

    Attributes:
        tactic: The tactic.
        weight: Weight of its logprob in the policy loss; 0 if it is not to be imitated.
        cost: Target of Q(s, a) in steps; None if unknown.
        share: Weight in the loss of Q: how many tactics of its kind it represents.
        children: The states that it leaves.
        preferred: Whether it is preferred to all dispreferred tactics of the example.
        dispreferred: The other side of a preference pair.
    """

    tactic: Tactic
    weight: float = 0.0
    cost: float | None = None
    share: float = 1.0
    children: tuple[ProofState, ...] = ()
    preferred: bool = False
    dispreferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExample:
    """A state with its targets.

    Attributes:
        state: The proof state.
        theorem: Id of the search that it is from.
        tactics: Tactics on it, with their targets.
        value: Target of V(s) in steps; None if unknown.
        share: Weight in the loss of V: how many states of its kind it represents.
        depth: Least number of tactics from the root to the state.
    """

    state: ProofState
    theorem: str
    tactics: tuple[TacticTarget, ...]
    value: float | None = None
    share: float = 1.0
    depth: int = 0
