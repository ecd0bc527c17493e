"""False statements: values from Lean, verified negations; hostile ones are left alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from lean_env.errors import InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import ProofState, Theorem
from lean_env.wire.client import LaunchFactory
from prover.pipeline import prove
from prover.problems.refutation import SECONDS, refute, refute_evaluated
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Proposal, TheoremStatus

pytestmark = pytest.mark.asyncio(loop_scope="session")

PEANO = """
inductive Peano where
  | zero
  | succ (n : Peano)
deriving DecidableEq

def Peano.add : Peano → Peano → Peano
  | n, zero => n
  | n, succ m => succ (n.add m)
"""
HOSTILE = """
def ackermann : Nat → Nat → Nat
  | 0, n => n + 1
  | m + 1, 0 => ackermann m 1
  | m + 1, n + 1 => ackermann m (ackermann (m + 1) n)
termination_by m n => (m, n)

partial def endless (n : Nat) : Nat := endless (n + 1)

axiom unknown : Nat → Nat

noncomputable def chosen : Nat := Classical.choose (⟨3, rfl⟩ : ∃ n : Nat, n = n)

class Endless (n : Nat) where
  proof : True

instance [h : Endless (n + 1)] : Endless n := ⟨h.proof⟩
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


async def refuted(
    pool: LeanPool, verifier: Verifier, statement: str, header: str = ""
) -> SearchResult | None:
    theorem = Theorem(statement=statement, header=header, name="t")
    root = await pool.start(theorem)
    try:
        return await refute(theorem, root, pool, verifier, None)
    finally:
        await pool.release([root])


@pytest.mark.parametrize(
    ("statement", "header", "values", "claim"),
    [
        ("theorem t (n : Nat) : n < 5", "", "n = 5", "theorem not_t : ¬ (∀ (n : Nat), n < 5)"),
        (
            "example (n : Nat) (h : n ≠ 0) : n < 3 := by sorry",
            "",
            "n = 3",
            "theorem not_example : ¬ (∀",
        ),
        (
            "theorem t.{u} {α : Type u} (a b : α) : a = b",
            "",
            "α = Nat, a = 0, b = 1",
            "¬ (∀ {α : Type}",
        ),
        (
            "theorem t (a b : Peano) : a.add b = a",
            PEANO,
            "b = Peano.succ Peano.zero",
            "∀ (a b : Peano)",
        ),
        ("theorem t : 2 + 2 = 5", "", "", "theorem not_t : ¬ (2 + 2 = 5)"),
    ],
)
async def test_a_false_statement_is_refuted(
    pool: LeanPool, verifier: Verifier, statement: str, header: str, values: str, claim: str
) -> None:
    result = await refuted(pool, verifier, statement, header)
    assert result is not None
    assert result.status is TheoremStatus.DISPROVED
    assert result.verdict is not None and result.verdict.ok
    assert ", ".join(f"{name} = {value}" for name, value in result.counterexample).endswith(values)
    assert claim in result.proof


@pytest.mark.parametrize(
    ("statement", "header"),
    [
        ("theorem t (a b : Nat) : a + b = b + a", ""),
        ("theorem t (x : Empty) (y : Nat) : y = 0", ""),
        ("theorem t (n : Nat) (h : n < 1) : n = 0", ""),
        ("theorem t (n : Nat) : n = 0 := by\n  have : n < 1 := by omega\n  sorry", ""),
        ("theorem t (m n : Nat) : ackermann (m + 3) (n + 9) < 9", HOSTILE),
        ("theorem t (n : Nat) : endless n = unknown chosen", HOSTILE),
        ("theorem t (n : Nat) [Endless n] : n = 0", HOSTILE),
        ("theorem t (f : Nat → Nat) (h : ∀ x, f x < f (x + 1)) : f 0 < f 9", HOSTILE),
        (f"theorem t {' '.join(f'(h{i} : {i} = {i})' for i in range(200))} : 1 = 2", ""),
    ],
)
async def test_others_are_left_alone_in_time(
    pool: LeanPool, verifier: Verifier, statement: str, header: str
) -> None:
    theorem = Theorem(statement=statement, header=header, name="t")
    try:
        root = await pool.start(theorem)
    except InvalidStatement:
        return  # too much for Lean by itself
    began = time.monotonic()
    assert await refute(theorem, root, pool, verifier, None) is None
    assert time.monotonic() - began < SECONDS + 3  # of a busy machine
    await pool.release([root])


class Decides:
    """Proposes `decide` and nothing else."""

    async def propose(
        self,
        states: Sequence[ProofState],
        k: int,  # noqa: ARG002  one is fewer than any number
    ) -> list[list[Proposal]]:
        return [[Proposal("decide", -1.0)] for _ in states]


async def test_what_decide_says_in_a_search_is_heard(pool: LeanPool, verifier: Verifier) -> None:
    theorem = Theorem(statement="theorem t : 2 + 2 = 5", name="t")
    result = await prove(
        theorem,
        env=pool,
        verifier=verifier,
        policy=Decides(),
        algorithm=BestFirst(),
        keep_graph=True,
    )
    assert result.status is TheoremStatus.FAILED
    assert result.graph is not None
    heard = await refute_evaluated(theorem, result.graph, pool, verifier)
    assert heard is not None and heard.status is TheoremStatus.DISPROVED
