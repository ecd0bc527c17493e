"""Policies, values and searches by name, as options and parameters take them.

`--help`, the documentation, error messages and `prover.config.Settings` all read these tables.
Another package adds to them through entry points that name a `Component`:

    [project.entry-points."qstar.policies"]      # or qstar.values, qstar.searches
    mine = "my_package:component"

A name followed by a colon and an argument, like `hf:org/model`, is how a component with an
`argument` is written.  Nothing heavy is imported before a component is made.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from lean_env.errors import BadInput
from prover.errors import BadParameter
from prover.models import shipped
from prover.types import Guide, Policy, SearchAlgorithm

if TYPE_CHECKING:
    from prover.models.inference import ProofModel
    from prover.policies.llm.template import Premises, Template

T = TypeVar("T")
Named: TypeAlias = tuple[str, str]
"""A component's name and its argument, which is empty where it takes none."""

GROUPS = {"policy": "qstar.policies", "value": "qstar.values", "search": "qstar.searches"}
"""The entry-point group of each parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Generic[T]):
    """A policy, a value or a search that can be named.

    Attributes:
        make: Makes it from its argument (empty if it takes none) and the seed of the search.  May
            load models; raises `BadInput` when there is none.
        help: What it does, in a few words.
        argument: What follows the colon, like `DIR`; empty if nothing may follow.  If it contains
            `#` or `@`, neither side of it may be empty.
    """

    make: Callable[[str, int], T]
    help: str
    argument: str = ""

    def accepts(self, argument: str) -> bool:
        """Whether `argument` has the form of `self.argument`."""
        for mark in "#@":
            if mark in self.argument:
                before, _, after = argument.partition(mark)
                return bool(before and after)
        return bool(argument) == bool(self.argument)


def policies() -> Mapping[str, Component[Policy]]:
    """All policies by name: those of this package, then those of installed packages."""
    return with_installed("policy", POLICIES)


def values() -> Mapping[str, Component[Guide]]:
    """All values by name: those of this package, then those of installed packages."""
    return with_installed("value", VALUES)


def searches() -> Mapping[str, Component[SearchAlgorithm]]:
    """All searches by name: those of this package, then those of installed packages."""
    return with_installed("search", SEARCHES)


def forms(components: Mapping[str, Component[Any]]) -> list[str]:
    """How each component is written, like `portfolio` or `hf:PATH_OR_NAME`."""
    return [f"{n}:{c.argument}" if c.argument else n for n, c in components.items()]


def describe(components: Mapping[str, Component[Any]]) -> str:
    """All components in one line, each with its help: for `--help` and the documentation."""
    pairs = zip(forms(components), components.values(), strict=True)
    return ", ".join(f"{form} ({component.help})" for form, component in pairs)


def parse(parameter: str, text: str, own: Mapping[str, Component[T]]) -> list[Named]:
    """The components that `text` names, separated by commas.

    Args:
        parameter: "policy" or "value".
        text: The names, with their arguments.
        own: The components of this package.

    Raises:
        BadParameter: One of them does not exist, lacks its argument, or is named twice.
    """
    named = [_named(part.strip()) for part in text.split(",")]
    for name, argument in named:
        component = find(parameter, name, own)
        if component is None or not component.accepts(argument):
            known = forms(with_installed(parameter, own))
            raise BadParameter(
                f"`{name}{':' if argument else ''}{argument}` is not a {parameter}",
                where=parameter,
                remedy=f"choose among {', '.join(known)}; several with commas between",
            )
    if twice := [pair for pair, n in Counter(named).items() if n > 1]:
        raise BadParameter(
            f"`{twice[0][0]}` is named twice", where=parameter, remedy="leave one of them out"
        )
    return named


def _named(part: str) -> Named:
    """A name and its argument; `NAME@URL` is short for `served:NAME@URL`."""
    name, _, argument = part.partition(":")
    return ("served", part) if "@" in name else (name, argument)


def find(parameter: str, name: str, own: Mapping[str, Component[T]]) -> Component[T] | None:
    """The component of that name; installed packages are asked only for what is not in `own`."""
    return own.get(name) or with_installed(parameter, own).get(name)


def find_search(name: str) -> Component[SearchAlgorithm]:
    """The search of that name.

    Raises:
        BadParameter: There is none, or it was renamed.
    """
    if search := find("search", name, SEARCHES):
        return search
    message = f"there is no search `{name}`"
    if name in RENAMED_SEARCHES:
        message += f": it is called `{RENAMED_SEARCHES[name]}` now"
    known = ", ".join(searches())
    raise BadParameter(message, where="search", remedy=f"choose one of: {known}")


def with_installed(parameter: str, own: Mapping[str, Component[T]]) -> Mapping[str, Component[T]]:
    """`own`, and the components of other packages, which cannot replace any of them."""
    from importlib.metadata import entry_points

    found, group = dict(own), GROUPS[parameter]
    for entry in entry_points(group=group):
        if entry.name in own:
            continue
        component = entry.load()
        if not isinstance(component, Component):
            raise BadInput(
                f"the entry point `{entry.name}` is not a prover.registry.Component",
                where=f"{entry.value} ({group})",
                remedy="correct or uninstall the package that declares it",
            )
        found[entry.name] = component
    return found


# Policies


def _portfolio(_argument: str, _seed: int) -> Policy:
    from prover.policies.portfolio import Portfolio

    return Portfolio()


def _lemmas(_argument: str, _seed: int) -> Policy:
    from prover.policies import lemmas

    return lemmas.Lemmas(lemmas.library_load().wait())


def _shipped_policy(_argument: str, _seed: int) -> Policy:
    from prover.policies.learned import LearnedPolicy

    return LearnedPolicy(shipped.shared_load().wait())


def _model(folder: str, _seed: int) -> Policy:
    from prover.policies.learned import LearnedPolicy

    return LearnedPolicy.load(folder, seed=None)


def _sample(folder: str, seed: int) -> Policy:
    from prover.policies.learned import LearnedPolicy

    return LearnedPolicy.load(folder, seed=seed)


def _template(name: str) -> tuple[Template, Premises | None]:
    """The template of a published model, and lemmas for it if it is shown any."""
    from prover.policies.llm.published import MODELS
    from prover.policies.llm.template import StepTemplate

    if name not in MODELS:
        raise BadParameter(
            f"there is no template `{name}`",
            where="policy",
            remedy=f"choose one of: {', '.join(MODELS)}",
        )
    template = MODELS[name].template
    if not (isinstance(template, StepTemplate) and template.premise_bytes):
        return template, None
    from prover.policies import lemmas

    return template, lemmas.library_load().wait().premises


def _hugging_face(argument: str, seed: int) -> Policy:
    from prover.policies.huggingface import Generation, HuggingFace
    from prover.policies.llm.published import find

    path, _, name = argument.partition("#")
    name = name or find(path) or ""
    template, premises = _template(name) if name else (None, None)
    return HuggingFace.from_pretrained(
        path, template=template, generation=Generation(seed=seed), premises=premises
    )


def _openai(address: str, _seed: int) -> Policy:
    from prover.policies.llm.published import CHAT, find

    url, _, model = address.partition("#")
    return _at_endpoint(find(model) or CHAT, url, model)


def _served(argument: str, _seed: int) -> Policy:
    name, _, address = argument.partition("@")
    url, _, model = address.partition("#")
    return _at_endpoint(name, url, model)


def _at_endpoint(name: str, url: str, model: str) -> Policy:
    from prover.policies.llm.client import Endpoint
    from prover.policies.llm.openai import OpenAI

    template, premises = _template(name)
    key = os.environ.get("OPENAI_API_KEY")  # a secret: no setting, because settings are stored
    timeout = 60.0 if template.max_tokens <= 512 else 600.0
    return OpenAI(Endpoint(url=url, model=model, key=key, timeout=timeout), template, premises)


def _copilot(address: str, _seed: int) -> Policy:
    from prover.policies.llm.copilot import LeanCopilot

    url, _, model = address.partition("#")
    return LeanCopilot(url, model)


POLICIES: dict[str, Component[Policy]] = {
    "portfolio": Component(
        make=_portfolio, help="Lean's automation, and structural tactics made from the goal"
    ),
    "lemmas": Component(make=_lemmas, help="tactics that name lemmas of Lean's library that fit"),
    "shipped": Component(make=_shipped_policy, help="the model that comes with the package"),
    "model": Component(make=_model, help="a model trained with qstar train", argument="DIR"),
    "sample": Component(
        make=_sample, help="the same, sampled: varies with the seed", argument="DIR"
    ),
    "hf": Component(make=_hugging_face, help="any Hugging Face model", argument="PATH_OR_NAME"),
    "openai": Component(make=_openai, help="any OpenAI-compatible endpoint", argument="URL#MODEL"),
    "served": Component(
        make=_served,
        help="a public prover behind such an endpoint, also written NAME@URL",
        argument="NAME@URL",
    ),
    "copilot": Component(
        make=_copilot, help="a server with LeanCopilot's protocol", argument="URL#MODEL"
    ),
}
"""The policies of this package."""


# Values


def _guide_of(model: ProofModel) -> Guide:
    from prover.values.learned import LearnedScorer, LearnedValue

    return Guide(value=LearnedValue(model), scorer=LearnedScorer(model))


def _constant(_argument: str, _seed: int) -> Guide:
    from prover.values.heuristic import Constant

    return Guide(value=Constant())


def _size(_argument: str, _seed: int) -> Guide:
    from prover.values.heuristic import GoalSize

    return Guide(value=GoalSize())


def _shipped_value(_argument: str, _seed: int) -> Guide:
    return _guide_of(shipped.load_model())


def _learned(folder: str, _seed: int) -> Guide:
    from prover.models.inference import InferenceConfig, ProofModel

    return _guide_of(ProofModel.shared(Path(folder), InferenceConfig()))


VALUES: dict[str, Component[Guide]] = {
    "constant": Component(make=_constant, help="no guidance"),
    "size": Component(make=_size, help="of the goals"),
    "learned": Component(make=_learned, help="a model trained with qstar train", argument="DIR"),
    "shipped": Component(make=_shipped_value, help="the model that comes with the package"),
}
"""The values of this package."""


def mean_guide(guides: Sequence[Guide]) -> Guide:
    """The mean of several guides; its Q is the mean of those that have one."""
    from prover.values.combined import ScorerEnsemble, ValueEnsemble

    if len(guides) == 1:
        return guides[0]
    scorers = [guide.scorer for guide in guides if guide.scorer]
    return Guide(
        value=ValueEnsemble(members=[guide.value for guide in guides]),
        scorer=ScorerEnsemble(members=scorers) if scorers else None,
    )


# Searches

PRIOR_WEIGHT = 0.5
"""Of the policy beside Q.  0, 0.5 and 1 were compared with shipped models, on valid splits alone
(miniF2F core, library)."""


def _best_first(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.best_first import BestFirst

    return BestFirst()


def _a_star(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.best_first import AStar

    return AStar()


def _q_star(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.best_first import QStar

    return QStar(prior_weight=PRIOR_WEIGHT)


def _mcts(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.mcts import MCTS

    return MCTS()


def _rmax(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.experimental.rmax import RMaxTS

    return RMaxTS()


def _beam(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.experimental.beam import Beam

    return Beam()


def _best_of_n(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.experimental.best_of_n import BestOfN

    return BestOfN()


def _mpc(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.experimental.mpc import MPC

    return MPC()


def _whole_proof(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.wholeproof import WholeProof

    return WholeProof()


def _race(_argument: str, _seed: int) -> SearchAlgorithm:
    from prover.search.best_first import BestFirst, QStar
    from prover.search.experimental.rmax import RMaxTS
    from prover.search.race import Race

    return Race(searches=(BestFirst(), QStar(prior_weight=PRIOR_WEIGHT), RMaxTS()))


SEARCHES: dict[str, Component[SearchAlgorithm]] = {
    "bestfirst": Component(make=_best_first, help="by the policy's probabilities"),
    "astar": Component(make=_a_star, help="weighted A*"),
    "qstar": Component(make=_q_star, help="A* without expansions"),
    "mcts": Component(make=_mcts, help="Monte Carlo tree search, as AlphaProof does it"),
    "rmax": Component(make=_rmax, help="experimental: tree search that is rewarded for novelty"),
    "beam": Component(make=_beam, help="experimental: beam search"),
    "bestofn": Component(make=_best_of_n, help="experimental: sampled rollouts, the best first"),
    "mpc": Component(make=_mpc, help="experimental: looks ahead a few steps, commits to one"),
    "wholeproof": Component(
        make=_whole_proof, help="whole proofs, repaired in rounds, then bestfirst for what is open"
    ),
    "race": Component(make=_race, help="bestfirst, qstar and rmax in turn, on one graph"),
}
"""The searches of this package."""

RENAMED_SEARCHES = {"portfolio": "race"}
"""Former names, for the message that gives the present one."""
