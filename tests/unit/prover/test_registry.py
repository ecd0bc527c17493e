"""Policies, values and searches by name, also those of other packages, and as objects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from lean_env.types import Accepted, ProofState, Theorem
from prover import registry
from prover.config import Settings
from prover.errors import BadParameter
from prover.result import SearchResult
from prover.search.best_first import AStar
from prover.types import Guide, Proposal, StopReason, TheoremStatus
from prover.values.heuristic import GoalSize

PACKAGE = """
from prover.policies.portfolio import Portfolio
from prover.registry import Component
from prover.search.best_first import AStar
from prover.types import Guide
from prover.values.heuristic import Constant

policy = Component(make=lambda argument, seed: Portfolio(), help="mine", argument="SIZE")
value = Component(make=lambda argument, seed: Guide(value=Constant(3.0)), help="mine")
search = Component(make=lambda argument, seed: AStar(weight=0.5), help="mine")
"""
ENTRY_POINTS = """[qstar.policies]
mine = other_package:policy
[qstar.values]
mine = other_package:value
[qstar.searches]
mine = other_package:search
"""


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other_package.py").write_text(PACKAGE)
    metadata = tmp_path / "other_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "other_package", raising=False)


@pytest.mark.usefixtures("other_package")
def test_another_package_adds_to_the_names() -> None:
    settings = Settings(policy="portfolio,mine:8", value="size,mine", search="mine")
    assert settings.named_policies() == [("portfolio", ""), ("mine", "8")]
    assert settings.make_search() == AStar(weight=0.5)
    assert settings.make_guide().value is not None
    with pytest.raises(BadParameter, match="`mine` is not a policy") as caught:
        Settings(policy="mine")
    assert "mine:SIZE" in caught.value.remedy


@pytest.mark.usefixtures("other_package")
def test_an_entry_point_that_is_no_component(tmp_path: Path) -> None:
    (tmp_path / "other_package.py").write_text("policy = value = search = 3\n")
    with pytest.raises(BadInput, match="`mine` is not a prover"):
        Settings(search="mine")


def test_names_without_another_package_are_those_of_the_tables() -> None:
    assert list(registry.searches()) == list(registry.SEARCHES)
    with pytest.raises(BadParameter, match="`mine` is not a value"):
        Settings(value="mine")


def test_a_renamed_search_says_its_name() -> None:
    with pytest.raises(BadParameter, match="it is called `race` now"):
        Settings(search="portfolio")


class Trivial:
    """A policy and a value of somebody else."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [[Proposal("trivial", -1.0)][:k] for _ in states]

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        return [1.0] * len(states)


class Scoring(Trivial):
    async def score(
        self,
        state: ProofState,  # noqa: ARG002  all are scored alike
        tactics: Sequence[str],
    ) -> list[float]:
        return [1.0] * len(tactics)


def test_objects_are_used_as_they_are() -> None:
    policy, value, search = Trivial(), Scoring(), AStar(weight=0.3)
    settings = Settings(policy=policy, value=value, search=search)
    assert settings.make_policy() is policy
    assert settings.make_guide() == Guide(value=value, scorer=value)
    assert settings.make_search() is search
    assert Settings(value=policy).make_guide() == Guide(value=policy)
    guide = Guide(value=GoalSize())
    assert Settings(value=guide).make_guide() is guide
    assert settings.recorded["search"] == "prover.search.best_first.AStar"
    assert settings.recorded["weights"] == []


@pytest.mark.parametrize(
    ("parameter", "method"), [("policy", "propose"), ("value", "cost_to_go"), ("search", "search")]
)
def test_an_object_without_the_method_is_refused(parameter: str, method: str) -> None:
    with pytest.raises(BadParameter, match=f"{parameter}: int has no method `{method}`"):
        Settings(**{parameter: 3})  # type: ignore[arg-type]


def test_manifests_keep_the_names_that_they_had() -> None:
    deciding = Settings(policy="portfolio", timeout=7.0, max_lean_calls=5).recorded
    assert list(deciding) == [
        "search", "policy", "value", "seconds", "lean_calls", "max_tokens",
        "seed", "polish", "disprove",
        "kernels",
        "weights",
    ]  # fmt: skip
    assert (deciding["seconds"], deciding["lean_calls"]) == (7.0, 5)


def test_the_command_line_speaks_of_options() -> None:
    code = "from prover.cli import main; main()"
    arguments = (sys.executable, "-c", code, "prove", "theorem t : True", "--search", "portfolio")
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--search: there is no search `portfolio`: it is called `race` now" in done.stderr


@pytest.mark.parametrize("status", [TheoremStatus.PROVED, TheoremStatus.DISPROVED])
def test_no_result_says_proved_without_an_accepted_proof(status: TheoremStatus) -> None:
    theorem, stop = Theorem(statement="theorem t : True"), StopReason.PROVED
    with pytest.raises(ValueError, match=status):
        SearchResult(theorem=theorem, status=status, stop=stop, proof="theorem t : True := trivial")
    with pytest.raises(ValueError, match=status):
        SearchResult(theorem=theorem, status=status, stop=stop, verdict=Accepted(()))
    with pytest.raises(ValueError, match="open"):
        SearchResult(
            theorem=theorem, status=TheoremStatus.OPEN, stop=stop, proof="x", verdict=Accepted(())
        )


def test_each_component_is_described() -> None:
    for table in (registry.POLICIES, registry.VALUES, registry.SEARCHES):
        assert all(component.help for component in table.values())
        assert all(form in registry.describe(table) for form in registry.forms(table))
