"""What guides a search, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lean_env.errors import BadInput
from prover.models import shipped
from prover.types import StepScorer, ValueFunction
from prover.values.heuristic import Constant, GoalSize

if TYPE_CHECKING:
    from prover.models.inference import ProofModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """V(s), and Q(s, a) where there is one: without it searches go by V and the policy."""

    value: ValueFunction
    scorer: StepScorer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`argument` says what follows the name and a colon; nothing does when it is empty.

    `make` is given that text.  It may load models, and raises `BadInput` when there is none.
    """

    make: Callable[[str], Guide]
    argument: str = ""


def _learned(model: ProofModel) -> Guide:
    from prover.values.learned import LearnedScorer, LearnedValue

    return Guide(value=LearnedValue(model), scorer=LearnedScorer(model))


def _learned_from(folder: str) -> Guide:
    from prover.models.inference import InferenceConfig, ProofModel

    return _learned(ProofModel.shared(Path(folder), InferenceConfig()))


VALUES: dict[str, Kind] = {
    "constant": Kind(make=lambda _: Guide(value=Constant())),
    "size": Kind(make=lambda _: Guide(value=GoalSize())),
    "learned": Kind(make=_learned_from, argument="DIR"),
    "shipped": Kind(make=lambda _: _learned(shipped.load_model())),
}


def names() -> list[str]:
    """How each value is written, `size` for instance."""
    return [f"{name}:{kind.argument}" if kind.argument else name for name, kind in VALUES.items()]


def find(text: str) -> Callable[[], Guide]:
    """What makes the guide that `text` names; of several with commas between, their mean.  Raises
    `BadInput` when it names none."""
    found = [_one(kind, argument) for kind, argument in parts(text)]
    return found[0] if len(found) == 1 else lambda: _mean([make() for make in found])


def parts(text: str) -> list[tuple[str, str]]:
    """The values that `text` names: their kinds, and what follows the colon."""
    found = [part.strip().partition(":") for part in text.split(",")]
    return [(kind, argument) for kind, _, argument in found]


def _mean(guides: Sequence[Guide]) -> Guide:
    """Q is that of the guides that have one."""
    from prover.values.combined import Ensemble, ScorerEnsemble

    scorers = [guide.scorer for guide in guides if guide.scorer]
    return Guide(
        value=Ensemble(members=[guide.value for guide in guides]),
        scorer=ScorerEnsemble(members=scorers) if scorers else None,
    )


def _one(name: str, argument: str) -> Callable[[], Guide]:
    kind = VALUES.get(name)
    if kind is None or bool(argument) != bool(kind.argument):
        raise BadInput(
            f"`{name}{':' if argument else ''}{argument}` is not a value",
            where="--value",
            remedy=f"choose among {', '.join(names())}; several with commas between",
        )
    return lambda: kind.make(argument)
