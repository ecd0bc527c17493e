"""Made-up arithmetic: true as far as one sees, posed in real Lean, the same on all machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.suites.arithmetic import FAMILIES, load
from benchmarks.suites.catalog import find_suite
from lean_env.launcher import LaunchFor
from lean_env.pool import LeanPool

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


async def test_it_is_the_same_everywhere_and_known_by_name(launch: LaunchFor) -> None:
    suite = await find_suite("arithmetic", launch)
    assert suite == load()
    assert suite.digest == "dd22e2b54b7d0a79"
    assert {entry.split for entry in suite.entries} == {"train", "valid", "test"}
    assert {entry.group for entry in suite.entries} == {family.__name__ for family in FAMILIES}
    assert len({entry.theorem.statement.split(" ", 2)[2] for entry in suite.entries}) == len(
        suite.entries
    )


async def test_lean_takes_statements_of_each_family_and_refutes_none(pool: LeanPool) -> None:
    suite = load()
    for family in FAMILIES:
        entries = [e for e in suite.entries if e.group == family.__name__][:2]
        for entry in entries:
            state = await pool.start(entry.theorem)
            assert len(state.goals) == 1
            false = [f"exfalso; {tactic}" for tactic in ("omega", "simp_all; done", "grind")]
            (answers,) = await pool.step([(state, false)])
            assert not any(getattr(answer, "states", None) == () for answer in answers), entry


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="shared/data is not here: it is no part of the project"
)
@pytest.mark.parametrize("name", ["core", "deepseek_v1.5", "goedel_v2"])
def test_nothing_of_it_is_in_minif2f(name: str) -> None:
    lines = (SHARED / f"minif2f_{name}.jsonl").read_text("utf-8").splitlines()
    theirs = {plain(json.loads(line)["formal_statement"]) for line in lines}
    assert len(theirs) > 100
    assert not theirs & {plain(entry.theorem.statement) for entry in load().entries}


def plain(statement: str) -> str:
    """Without name, proof, spaces and what only notation decides."""
    text = re.sub(r"\s+", "", statement.split(":=")[0].partition("theorem ")[2].partition(" ")[2])
    return text.translate(str.maketrans({"ℕ": "Nat", "ℤ": "Int", "₀": "", "₁": "", "₂": ""}))
