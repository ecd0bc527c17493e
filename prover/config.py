"""The settings of a prover, and the parts that they name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lean_env.errors import BadInput
from prover.types import Budget, Policy, SearchAlgorithm
from prover.value import catalog as values

SEARCHES = (
    "bestfirst", "astar", "qstar", "mcts", "rmax", "beam", "bestofn", "mpc", "portfolio",
)  # fmt: skip
POLICIES = ("portfolio", "model:DIR", "sample:DIR", "hf:PATH_OR_NAME", "openai:URL#MODEL")


class LeanChoice(StrEnum):
    """What `--lean` takes."""

    AUTO = "auto"
    NATIVE = "native"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to prove.  `seconds` and `lean_calls` limit each theorem; None means no limit, and for
    `workers` as many as the work and the machine allow.  `polish` shortens proofs, `disprove` tries
    the negation as well, and `trace` is a folder for what `qstar explain` explains.

    Raises `BadInput` for what cannot be.
    """

    search: str = "bestfirst"
    policy: str = "portfolio"
    value: str = "constant"
    seconds: float | None = 60.0
    lean_calls: int | None = None
    workers: int | None = None
    seed: int = 0
    polish: bool = False
    disprove: bool = False
    trace: Path | None = None

    def __post_init__(self) -> None:
        if self.search not in SEARCHES:
            raise BadInput(
                f"there is no search `{self.search}`",
                where="--search",
                remedy=f"choose one of: {', '.join(SEARCHES)}",
            )
        if self.seconds is not None and not self.seconds > 0:
            raise BadInput(f"{self.seconds} is not a number above 0", where="--timeout")
        self.policies()
        values.find(self.value)

    @property
    def budget(self) -> Budget:
        return Budget(seconds=self.seconds, lean_calls=self.lean_calls)

    def policies(self) -> list[tuple[str, str]]:
        """The parts of `policy`: their kinds, and what follows the colon."""
        parts = [part.strip().partition(":") for part in self.policy.split(",")]
        for kind, _, argument in parts:
            url, _, model = argument.partition("#")
            right = {"portfolio": not argument, "openai": url and model}
            if not right.get(kind, argument if kind in ("model", "sample", "hf") else ""):
                raise BadInput(
                    f"`{kind}{':' if argument else ''}{argument}` is not a policy",
                    where="--policy",
                    remedy=f"choose among {', '.join(POLICIES)}; several with commas between",
                )
        return [(kind, argument) for kind, _, argument in parts]

    def make_policy(self) -> Policy:
        """Loads models: takes its time.  Raises `BadInput` when there is no such model."""
        from prover.policy.mixture import Mixture

        parts = [self._part(kind, argument) for kind, argument in self.policies()]
        return parts[0] if len(parts) == 1 else Mixture([(part, 1.0) for part in parts])

    def _part(self, kind: str, argument: str) -> Policy:
        if kind == "hf":
            from prover.policy.hf import Generation, HuggingFace

            return HuggingFace.from_pretrained(argument, generation=Generation(seed=self.seed))
        if kind in ("model", "sample"):
            from prover.policy.learned import Learned

            return Learned.load(argument, seed=self.seed if kind == "sample" else None)
        if kind == "openai":
            from prover.policy.openai import Endpoint, OpenAI

            url, _, model = argument.partition("#")
            key = os.environ.get(
                "OPENAI_API_KEY"
            )  # a secret: no setting, settings are written down
            return OpenAI(Endpoint(url=url, model=model, key=key))
        from prover.policy.portfolio import Portfolio

        return Portfolio()

    def make_guide(self) -> values.Guide:
        """Loads models: takes its time.  Raises `BadInput` when there is no such model."""
        return values.find(self.value)()

    def make_search(self) -> SearchAlgorithm:
        from prover.search.catalog import SEARCHES as known

        return known[self.search]()
