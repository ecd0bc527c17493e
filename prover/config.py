"""The settings of a prover, and the policy, value and search that they describe."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from lean_env.types import Kernels
from prover import registry
from prover.errors import BadParameter
from prover.models import shipped
from prover.models.folders import weights_digest
from prover.registry import Named
from prover.types import Budget, Guide, Policy, SearchAlgorithm, StepScorer, Style, ValueFunction

if TYPE_CHECKING:
    from prover.policies.lazy import LazyPart
    from prover.policies.mixture import WeightedPolicy

DEFAULT = "default"
POLICY = "portfolio,lemmas"
"""The default policy."""

WITH_MODEL = ("qstar", POLICY, "shipped")
WITHOUT_MODEL = ("bestfirst", POLICY, "constant")
"""The default search, policy and value."""

LOADED_LAZILY = ("lemmas", "shipped")
"""Policies that load while searches are under way with the others."""

LEMMAS_WEIGHT = 0.5
"""The weight of `lemmas` in a mixture, where each other policy has 1."""

MODELS = ("shipped", "model", "sample", "learned")
"""Policies and values that are a model, with its folder as argument."""


class LeanChoice(StrEnum):
    """What `--lean` takes."""

    AUTO = "auto"
    NATIVE = "native"
    REPL = "repl"
    EMBEDDED = "embedded"


class Parameters(TypedDict, total=False):
    """The fields of `Settings` as keyword arguments."""

    search: str | SearchAlgorithm
    policy: str | Policy
    value: str | ValueFunction | Guide
    timeout: float | None
    max_lean_calls: int | None
    max_tokens: int | None
    workers: int | None
    seed: int
    polish: bool
    style: Style
    disprove: bool
    refute: bool
    trace: Path | None
    wait_for_model: bool
    kernels: Kernels


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to prove: the parameters of `prover.Prover`, with the names of the command's options.

    By default the portfolio proposes, and tactics with lemmas that fit.  The search is Q*, guided
    by the model that comes with the package, if one does that was promoted; else it is best-first.
    Lemmas and model load while searches are under way and join them late, unless `wait_for_model`:
    only then does the same seed mean the same search.

    Attributes:
        search: A name from `prover.registry.searches`, or an object with the protocol
            `SearchAlgorithm`.
        policy: Names from `prover.registry.policies`, separated by commas, or a `Policy`.
        value: Names from `prover.registry.values`, separated by commas, a `ValueFunction`, which
            serves as step scorer as well if it has the method `score`, or a `Guide`.
        timeout: Seconds for each theorem; None means no limit.
        max_lean_calls: Tactics that Lean may run for each theorem; None means no limit.
        max_tokens: Tokens that models may write for each theorem; None means no limit.
        workers: Lean processes; None means as many as the work and the machine allow.
        seed: Of everything that is sampled.
        polish: Whether to shorten proofs.
        style: How proofs are written.
        disprove: Whether to search for a proof of the negation as well.
        refute: Whether to look for a small counterexample before the search.
        trace: A folder for what `qstar explain` explains.
        wait_for_model: Whether to load all models before searching.
        kernels: Which kernels have to accept a proof.

    Raises:
        BadParameter: A parameter has a value that cannot be used.
    """

    search: str | SearchAlgorithm = DEFAULT
    policy: str | Policy = DEFAULT
    value: str | ValueFunction | Guide = DEFAULT
    timeout: float | None = 60.0
    max_lean_calls: int | None = None
    max_tokens: int | None = None
    workers: int | None = None
    seed: int = 0
    polish: bool = False
    style: Style = Style.READABLE
    disprove: bool = False
    refute: bool = False
    trace: Path | None = None
    wait_for_model: bool = False
    kernels: Kernels = Kernels.BOTH

    def __post_init__(self) -> None:
        with_model = self.policy == DEFAULT and shipped.is_promoted()
        search, policy, value = WITH_MODEL if with_model else WITHOUT_MODEL
        for name, default in (("search", search), ("policy", policy), ("value", value)):
            if getattr(self, name) == DEFAULT:
                object.__setattr__(self, name, default)  # manifests say what that was
        if isinstance(self.search, str):
            registry.find_search(self.search)
        else:
            _check("search", self.search, "search")
        if self.timeout is not None and not self.timeout > 0:
            raise BadParameter(
                f"{self.timeout} is not a number above 0",
                where="timeout",
                remedy="give seconds, like 60",
            )
        self.named_policies()
        self.named_values()

    @property
    def budget(self) -> Budget:
        """The limits of one search."""
        return Budget(seconds=self.timeout, lean_calls=self.max_lean_calls, tokens=self.max_tokens)

    @property
    def recorded(self) -> dict[str, Any]:
        """The settings that results depend on, as manifests record them.

        Those on which only times or the layout of proofs depend are left out.  Limits have the
        names under which manifests have always stored them, so that older runs can be resumed.
        """
        aside = {"refute", "workers", "trace", "wait_for_model", "style"}
        stored = {"timeout": "seconds", "max_lean_calls": "lean_calls"}
        kept = {
            stored.get(f.name, f.name): _name_of(getattr(self, f.name))
            for f in fields(self)
            if f.name not in aside
        }
        return kept | {"weights": self._weights()}

    @property
    def search_name(self) -> str:
        """The name of the search; for an object its class."""
        return str(_name_of(self.search))

    @property
    def policy_name(self) -> str:
        """The names of the policies; for an object its class."""
        return str(_name_of(self.policy))

    @property
    def value_name(self) -> str:
        """The names of the values; for an object its class."""
        return str(_name_of(self.value))

    def _weights(self) -> list[str]:
        """A hash of each model that takes part: what a name or a folder stands for may change."""
        folders = [
            Path(argument or shipped.FOLDER)
            for name, argument in (*self.named_policies(), *self.named_values())
            if name in MODELS
        ]
        return [weights_digest(folder) for folder in dict.fromkeys(folders)]

    def named_policies(self) -> list[Named]:
        """Names and arguments of the policies; none if `policy` is an object."""
        if isinstance(self.policy, str):
            return registry.parse("policy", self.policy, registry.POLICIES)
        _check("policy", self.policy, "propose")
        return []

    def named_values(self) -> list[Named]:
        """Names and arguments of the values; none if `value` is an object."""
        if isinstance(self.value, str):
            return registry.parse("value", self.value, registry.VALUES)
        if not isinstance(self.value, Guide):
            _check("value", self.value, "cost_to_go")
        return []

    def make_policy(self) -> Policy:
        """The policy.  Loads models, which takes its time.

        Raises:
            BadInput: There is no such model.
        """
        from prover.policies.lazy import LazyPolicy
        from prover.policies.mixture import Mixture

        if not isinstance(self.policy, str):
            return self.policy
        named = self.named_policies()
        late = [] if self.wait_for_model else [part for part in named if part[0] in LOADED_LAZILY]
        if len(late) == len(named):
            late = late[1:]  # somebody has to begin
        parts = [self._part(*part) for part in named if part not in late]
        if late:
            return LazyPolicy(parts, [_lazy_part(name) for name, _ in late])
        return parts[0][0] if len(parts) == 1 else Mixture(parts)

    def _part(self, name: str, argument: str) -> WeightedPolicy:
        component = registry.find("policy", name, registry.POLICIES)
        assert component is not None  # `named_policies` has looked
        return component.make(argument, self.seed), LEMMAS_WEIGHT if name == "lemmas" else 1.0

    def make_guide(self) -> Guide:
        """The value and the step scorer.  Loads models, which takes its time.

        Raises:
            BadInput: There is no such model.
        """
        if isinstance(self.value, Guide):
            return self.value
        if not isinstance(self.value, str):
            scorer = self.value if isinstance(self.value, StepScorer) else None
            return Guide(value=self.value, scorer=scorer)
        if self.value == "shipped" and not self.wait_for_model and self.policy != "shipped":
            from prover.values.lazy import LazyScorer, LazyValue

            model = shipped.shared_load()
            return Guide(value=LazyValue(model), scorer=LazyScorer(model))
        named = [
            (registry.find("value", name, registry.VALUES), argument)
            for name, argument in self.named_values()
        ]
        return registry.mean_guide([c.make(argument, self.seed) for c, argument in named if c])

    def make_search(self) -> SearchAlgorithm:
        """Create the search algorithm that `search` names."""
        if isinstance(self.search, str):
            return registry.find_search(self.search).make("", self.seed)
        return self.search


def _check(parameter: str, given: object, method: str) -> None:
    if not callable(getattr(given, method, None)):
        raise BadParameter(
            f"{type(given).__name__} has no method `{method}`",
            where=parameter,
            remedy=f"give a name, or an object that fulfils the protocol of a {parameter} in "
            "prover.types",
        )


def _name_of(given: object) -> object:
    """What a manifest has of a setting."""
    plain = given is None or isinstance(given, str | int | float | Path)
    return given if plain else f"{type(given).__module__}.{type(given).__qualname__}"


def _lazy_part(name: str) -> LazyPart:
    if name == "lemmas":
        from prover.policies import lemmas

        return lemmas.library_load(), lambda library: (lemmas.Lemmas(library), LEMMAS_WEIGHT)
    from prover.policies.learned import LearnedPolicy

    return shipped.shared_load(), lambda model: (LearnedPolicy(model), 1.0)
