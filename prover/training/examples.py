"""What the network is taught of one state: its cost-to-go, and of tactics whether they help."""

from __future__ import annotations

from dataclasses import dataclass

from lean_env.types import ProofState, Tactic


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticTarget:
    """A tactic on the example's state.

    `weight` is that of its logprob in the policy's loss, 0 where it is not to be imitated.  `cost`
    is what Q(s, a) ought to be, None where nobody knows; the tactic stands for `share` of its kind
    there.  `children` are the states that it leaves.  `better`: it is preferred to all tactics of
    the example that are `worse`.
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
    """`value` is what V(s) ought to be, None where nobody knows; there the state stands for `share`
    of its kind.  `depth` is the number of tactics that lead to it; `theorem` names what was being
    proved."""

    state: ProofState
    theorem: str
    tactics: tuple[TacticTarget, ...]
    value: float | None = None
    share: float = 1.0
    depth: int = 0
