"""Candidates that take all time, memory or output there is: undecided, and the next is served."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.gate.verifier import Verifier
from lean_env.types import Theorem, Undecided
from lean_env.wire.client import LaunchFactory

GOAL = "theorem t : 1 + 1 = 2 := "
SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")

BOMBS = {
    "a program without end": """
partial def spin (n : Nat) : Nat := spin (n + 1)
#eval spin 0
theorem t : 1 + 1 = 2 := rfl
""",
    "a text that doubles": """
partial def grow (s : String) : String := grow (s ++ s)
#eval (grow "x").length
theorem t : 1 + 1 = 2 := rfl
""",
    "recursion without end": """
partial def deep (n : Nat) : Nat := 1 + deep (n + 1)
#eval deep 0
theorem t : 1 + 1 = 2 := rfl
""",
    "the end of the process": """
#eval show IO Unit from IO.Process.exit 0
theorem t : 1 + 1 = 2 := rfl
""",
    "a number too big for the kernel": """
theorem big : 2 ^ (2 ^ 40) = 0 := by decide +kernel
theorem t : 1 + 1 = 2 := rfl
""",
    "a proof that only the trusted kernel has to check": """
set_option debug.skipKernelTC true in
theorem big : (List.range 3000000).foldl (· + ·) 0 = 1 := by decide +kernel
theorem t : 1 + 1 = 2 := (fun (_ : _ = 1) => rfl) big
""",
    "a metaprogram that does not listen": """
import Lean
open Lean Elab
partial def forever (n : Nat) : MetaM Nat := forever (n + 1)
run_meta discard <| tryCatchRuntimeEx (forever 0) fun _ => forever 1
theorem t : 1 + 1 = 2 := rfl
""",
    "a metaprogram that allocates without end": """
import Lean
open Lean Elab Tactic
elab "hoard" : tactic => do
  let mut all : Array (Array Nat) := #[]
  repeat all := all.push (Array.replicate 1000000 all.size)
  logInfo m!"{all.size}"
theorem t : 1 + 1 = 2 := by hoard
""",
    "a metaprogram that ends the process": """
import Lean
open Lean Elab Tactic
elab "leave" : tactic => do
  (← IO.getStdout).putStrLn "{}"
  IO.Process.exit 0
theorem t : 1 + 1 = 2 := by leave
""",
    "a proof of a hundred megabytes": """
import Lean
open Lean Elab Tactic
def double (s : String) : Nat → String
  | 0 => s
  | n + 1 => double (s ++ s) n
elab "long" : tactic =>
  closeMainGoalUsing `long fun _ _ =>
    let text := mkStrLit (double "x" 27)
    let proof := mkApp2 (mkConst ``Eq.refl [levelOne]) (mkConst ``Nat) (mkNatLit 2)
    pure (.app (.lam `x (mkConst ``String) proof .default) text)
theorem t : 1 + 1 = 2 := by long
""",
}


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch, seconds=4) as verifier:
        yield verifier


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.long
async def test_a_bomb_is_undecided(bomb: str, verifier: Verifier) -> None:
    [checked] = await verifier.verify_file(bomb.lstrip("\n"), f"{GOAL} by sorry\n")
    assert isinstance(checked.verdict, Undecided)
    assert checked.verdict.seconds < 30
    assert (await verifier.verify(SWAP, "omega")).verdict.ok


@pytest.mark.long
async def test_a_proof_that_takes_too_long_is_undecided(verifier: Verifier) -> None:
    """Not refused: with more time it might be one."""
    theorem = Theorem(statement="theorem t : ∀ a b c d : Fin 24, a + b + c + d = d + c + b + a")
    verdict = (await verifier.verify(theorem, "decide +kernel")).verdict
    assert isinstance(verdict, Undecided)
    assert "time" in verdict.message
