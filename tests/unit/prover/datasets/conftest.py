"""What the tests of proof data share: some real searches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.datasets.records import Search, record_search
from prover.graph.store import ProofGraph
from prover.session import open_prover
from tests.support.searches import MANIFEST, STATEMENTS


@pytest_asyncio.fixture(scope="session")
async def searched(launch: LaunchFactory) -> list[tuple[Search, ProofGraph]]:
    """Real searches, some of which prove, and the graphs that they grew."""
    found = []
    async with open_prover(
        Settings(policy="portfolio", max_lean_calls=48, workers=1), launch, theorems=5
    ) as prover:
        for statement in STATEMENTS:
            theorem = Theorem(statement=statement, name=statement[8])
            result = await prover.prove(theorem, keep_graph=True)
            assert result.graph is not None
            search = record_search(result, result.graph, id=theorem.name, run="r", split="train")
            found.append((search, result.graph))
    return found


@pytest.fixture
def searches(searched: Sequence[tuple[Search, ProofGraph]]) -> list[Search]:
    return [search for search, _ in searched]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    MANIFEST.write(tmp_path)
    return tmp_path
