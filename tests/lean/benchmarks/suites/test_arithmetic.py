"""Made-up arithmetic: true as far as one sees, posed in real Lean, the same on all machines."""

from __future__ import annotations

from benchmarks.suites.arithmetic import FAMILIES, load
from benchmarks.suites.catalog import find_suite
from lean_env.pool import LeanPool
from lean_env.wire.client import LaunchFactory


async def test_it_is_the_same_everywhere_and_known_by_name(launch: LaunchFactory) -> None:
    suite = await find_suite("arithmetic", launch)
    assert suite == load()
    assert suite.digest == "4a18728aece59436"
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
