"""The settings of a prover, and the parts that they name."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lean_env.errors import BadInput
from prover.models import shipped
from prover.types import Budget, Policy, SearchAlgorithm
from prover.values import registry as values

if TYPE_CHECKING:
    from prover.policies.late import Joiner
    from prover.policies.mixture import Part

SEARCHES = (
    "bestfirst", "astar", "qstar", "mcts", "rmax", "beam", "bestofn", "mpc", "portfolio",
)  # fmt: skip
DEFAULT = "default"
POLICIES = (
    "portfolio",
    "lemmas",
    "shipped",
    "model:DIR",
    "sample:DIR",
    "hf:PATH_OR_NAME",
    "openai:URL#MODEL",
)
POLICY = "portfolio,lemmas"
"""Who proposes by default."""

WITH_MODEL = ("qstar", POLICY, "shipped")
WITHOUT = ("bestfirst", POLICY, "constant")
"""The default search, policy and value."""

LATE = ("lemmas", "shipped")
"""Policies that others need not wait for."""

LEMMAS = 0.5
"""The weight of `lemmas` in a mixture, where each other policy has 1."""


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

    By default the portfolio proposes, and tactics with lemmas that fit.  The search is Q*, guided
    by the model that comes with the package, if one does that was promoted; else it is best-first.
    Lemmas and model load while searches are under way and join them late, unless `wait_for_model`:
    only then does the same seed mean the same search.

    Raises `BadInput` for what cannot be.
    """

    search: str = DEFAULT
    policy: str = DEFAULT
    value: str = DEFAULT
    seconds: float | None = 60.0
    lean_calls: int | None = None
    workers: int | None = None
    seed: int = 0
    polish: bool = False
    disprove: bool = False
    trace: Path | None = None
    wait_for_model: bool = False

    def __post_init__(self) -> None:
        with_model = self.policy == DEFAULT and shipped.is_promoted()
        search, policy, value = WITH_MODEL if with_model else WITHOUT
        for name, default in (("search", search), ("policy", policy), ("value", value)):
            if getattr(self, name) == DEFAULT:
                object.__setattr__(self, name, default)  # manifests say what that was
        if self.search not in SEARCHES:
            raise BadInput(
                f"there is no search `{self.search}`",
                where="--search",
                remedy=f"choose one of: {', '.join(SEARCHES)}",
            )
        if self.seconds is not None and not self.seconds > 0:
            raise BadInput(
                f"{self.seconds} is not a number above 0",
                where="--timeout",
                remedy="give seconds, like 60",
            )
        self.policies()
        values.find(self.value)

    @property
    def budget(self) -> Budget:
        return Budget(seconds=self.seconds, lean_calls=self.lean_calls)

    @property
    def deciding(self) -> dict[str, Any]:
        """Those that decide what comes out, for manifests; not those on which only times depend."""
        aside = {"workers", "trace", "wait_for_model"}
        kept = {name: value for name, value in asdict(self).items() if name not in aside}
        return kept | {"weights": self._weights()}

    def _weights(self) -> list[str]:
        """A hash of each model that takes part: what a name or a folder stands for may change."""
        folders = [
            Path(argument or shipped.FOLDER)
            for kind, argument in (*self.policies(), *values.parts(self.value))
            if kind in ("shipped", "model", "sample", "learned")
        ]
        return [shipped.weights_digest(folder) for folder in dict.fromkeys(folders)]

    def policies(self) -> list[tuple[str, str]]:
        """The parts of `policy`: their kinds, and what follows the colon."""
        parts = [part.strip().partition(":") for part in self.policy.split(",")]
        for kind, _, argument in parts:
            url, _, model = argument.partition("#")
            alone = not argument
            right = {"portfolio": alone, "lemmas": alone, "shipped": alone, "openai": url and model}
            if not right.get(kind, argument if kind in ("model", "sample", "hf") else ""):
                raise BadInput(
                    f"`{kind}{':' if argument else ''}{argument}` is not a policy",
                    where="--policy",
                    remedy=f"choose among {', '.join(POLICIES)}; several with commas between",
                )
        named = [(kind, argument) for kind, _, argument in parts]
        if twice := [kind for (kind, argument), n in Counter(named).items() if n > 1]:
            raise BadInput(
                f"`{twice[0]}` is named twice", where="--policy", remedy="leave one of them out"
            )
        return named

    def make_policy(self) -> Policy:
        """Loads models: takes its time.  Raises `BadInput` when there is no such model."""
        from prover.policies.late import Late
        from prover.policies.mixture import Mixture

        named = self.policies()
        late = [] if self.wait_for_model else [part for part in named if part[0] in LATE]
        if len(late) == len(named):
            late = late[1:]  # somebody has to begin
        parts = [self._part(*part) for part in named if part not in late]
        if late:
            return Late(parts, [_joiner(kind) for kind, _ in late])
        return parts[0][0] if len(parts) == 1 else Mixture(parts)

    def _part(self, kind: str, argument: str) -> Part:
        if kind in LATE:
            loading, make = _joiner(kind)
            return make(loading.wait())
        return self._policy(kind, argument), 1.0

    def _policy(self, kind: str, argument: str) -> Policy:
        if kind == "hf":
            from prover.policies.huggingface import Generation, HuggingFace

            return HuggingFace.from_pretrained(argument, generation=Generation(seed=self.seed))
        if kind in ("model", "sample"):
            from prover.policies.learned import Learned

            return Learned.load(argument, seed=self.seed if kind == "sample" else None)
        if kind == "openai":
            from prover.policies.openai import Endpoint, OpenAI

            url, _, model = argument.partition("#")
            key = os.environ.get(
                "OPENAI_API_KEY"
            )  # a secret: no setting, settings are written down
            return OpenAI(Endpoint(url=url, model=model, key=key))
        from prover.policies.portfolio import Portfolio

        return Portfolio()

    def make_guide(self) -> values.Guide:
        """Loads models: takes its time.  Raises `BadInput` when there is no such model."""
        if self.value == "shipped" and not self.wait_for_model and self.policy != "shipped":
            from prover.values.late import LateScorer, LateValue

            model = shipped.shared_load()
            return values.Guide(value=LateValue(model), scorer=LateScorer(model))
        return values.find(self.value)()

    def make_search(self) -> SearchAlgorithm:
        from prover.search.registry import SEARCHES as known

        return known[self.search]()


def _joiner(kind: str) -> Joiner:
    if kind == "lemmas":
        from prover.policies import lemmas

        return lemmas.loading(), lambda library: (lemmas.Lemmas(library), LEMMAS)
    from prover.policies.learned import Learned

    return shipped.shared_load(), lambda model: (Learned(model), 1.0)
