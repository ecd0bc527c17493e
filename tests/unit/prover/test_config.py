"""Settings, and the parts that they name."""

from __future__ import annotations

from math import nan
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from prover.config import Settings
from prover.policies.lazy import LazyPolicy
from prover.policies.llm.openai import OpenAI
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.types import Guide
from prover.values.combined import ValueEnsemble
from prover.values.heuristic import Constant, GoalSize


def test_policies_are_told_apart() -> None:
    settings = Settings(policy="portfolio, hf:org/model:v1,openai:http://localhost:8000/v1#m/n")
    assert settings.named_policies() == [
        ("portfolio", ""),
        ("hf", "org/model:v1"),
        ("openai", "http://localhost:8000/v1#m/n"),
    ]


@pytest.mark.parametrize(
    "policy",
    ["", "luck", "portfolio:3", "hf", "hf:", "openai:http://x", "openai:#m", "portfolio,", "HF:x"],
)
def test_other_policies_are_refused(policy: str) -> None:
    with pytest.raises(BadInput, match="not a policy") as caught:
        Settings(policy=policy)
    assert "openai:URL#MODEL" in caught.value.remedy


def test_parts_are_made() -> None:
    assert isinstance(Settings().make_policy(), LazyPolicy)
    assert isinstance(Settings(policy="portfolio").make_policy(), Portfolio)
    assert isinstance(Settings(policy="openai:http://localhost#m").make_policy(), OpenAI)
    assert isinstance(Settings(policy="portfolio,openai:http://localhost#m").make_policy(), Mixture)


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no model can be loaded"):
        Settings(policy=f"hf:{tmp_path}").make_policy()


@pytest.mark.parametrize("seconds", [0.0, -1.0, nan])
def test_time_must_be_above_0(seconds: float) -> None:
    with pytest.raises(BadInput, match="not a number above 0"):
        Settings(timeout=seconds)


def test_unknown_searches_are_refused() -> None:
    with pytest.raises(BadInput, match="no search `luck`") as caught:
        Settings(search="luck")
    assert "bestfirst" in caught.value.remedy


def test_values_are_made_by_name() -> None:
    assert Settings(policy="portfolio").make_guide() == Guide(value=Constant())
    assert Settings(value="size").make_guide() == Guide(value=GoalSize())
    both = ValueEnsemble(members=[GoalSize(), Constant()])
    assert Settings(value="size, constant").make_guide() == Guide(value=both)


@pytest.mark.parametrize("value", ["", "luck", "size:3", "size,", "size,luck"])
def test_unknown_values_are_refused(value: str) -> None:
    with pytest.raises(BadInput, match="is not a value") as caught:
        Settings(value=value)
    assert "size" in caught.value.remedy
