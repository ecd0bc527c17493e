"""The whole backend on real Lean: `qstar repl` on embedded Lean speaks the REPL's protocol."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.errors import InvalidHeader
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Accepted, Applied, ProofState, Theorem
from lean_env.wire.client import LaunchFactory
from prover.pipeline import prove
from prover.policies.portfolio import Portfolio
from prover.search.best_first import BestFirst
from prover.types import Budget, TheoremStatus

COMMAND = (
    sys.executable,
    "-c",
    "from prover.cli import main; main()",
    "repl",
    "--lean",
    "embedded",
)
FILE = """/-- twice -/
def twice (n : Nat) : Nat := n + n

namespace A
theorem b (n : Nat) : twice n = 2 * n := by
  sorry
end A
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def repl_pool() -> AsyncIterator[LeanPool]:
    spec = LaunchSpec(
        argv=COMMAND, env=dict(os.environ), kind="repl", version="4.28.0", imports=("Init",)
    )
    async with LeanPool(lambda _: spec, PoolConfig(workers=1)) as pool:
        yield pool


async def first(pool: LeanPool, statement: str, header: str = "") -> ProofState:
    return await pool.start(Theorem(statement=statement, header=header))


async def test_a_theorem_is_proved_and_verified(repl_pool: LeanPool, launch: LaunchFactory) -> None:
    theorem = Theorem(statement="theorem t (p q : Prop) (hp : p) (hq : q) : q ∧ (p ∨ q)")
    async with Verifier(launch) as verifier:
        result = await prove(
            theorem,
            env=repl_pool,
            verifier=verifier,
            policy=Portfolio(),
            algorithm=BestFirst(),
            budget=Budget(lean_calls=60),
        )
    assert result.status is TheoremStatus.PROVED
    assert isinstance(result.verdict, Accepted)


async def test_divided_goals_are_proved_each_by_itself(repl_pool: LeanPool) -> None:
    root = await first(repl_pool, "theorem t (p q : Prop) (hp : p) (hq : q) : q ∧ p")
    [[applied]] = await repl_pool.step([(root, ["constructor"])])
    assert isinstance(applied, Applied)
    tactics = ["exact hp", "exact hq"]
    results = await repl_pool.step([(state, tactics) for state in applied.states])
    closed = [[isinstance(r, Applied) and r.closed for r in row] for row in results]
    assert closed == [[False, True], [True, False]]


async def test_a_witness_and_its_use_stay_together(repl_pool: LeanPool) -> None:
    root = await first(repl_pool, "theorem t : ∃ n : Nat, n = 3 ∧ n < 5")
    [[applied]] = await repl_pool.step([(root, ["apply Exists.intro"])])
    assert isinstance(applied, Applied)
    assert [len(state.goals) for state in applied.states] == [2]
    [[result]] = await repl_pool.step([(applied.states[0], ["exact ⟨rfl, by decide⟩"])])
    assert isinstance(result, Applied)
    assert result.closed


async def test_errors_recoveries_and_comments(repl_pool: LeanPool) -> None:
    root = await first(repl_pool, "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q")
    tactics = ["exact ⟨hp, foo⟩", "exact t p q hp hq", "exat", "exact ⟨hp, hq⟩ -- done"]
    [results] = await repl_pool.step([(root, [*tactics, "have h := hp\nexact ⟨h, hq⟩"])])
    assert [isinstance(r, Applied) for r in results] == [False, False, False, True, True]


async def test_a_file_is_scanned_command_by_command(repl_pool: LeanPool) -> None:
    scan = await repl_pool.scan(FILE)
    [record] = scan.sorries
    assert FILE[record.start : record.stop] == record.text
    assert (record.line, record.sorries, record.declares[0].name) == (5, 1, ("b",))
    state = await first(repl_pool, record.text, FILE[: record.start])
    [[result]] = await repl_pool.step([(state, ["unfold twice; omega"])])
    assert isinstance(result, Applied)
    with pytest.raises(InvalidHeader, match="2:"):
        await repl_pool.scan("def x := 1\ntheorem y : x = 2 := rfl\n")
