/-
An instance added by code, for which numerals mean something else, changes what the candidate states.
expect: statement
-/
theorem t : (2 : Nat) = 3 := by sorry
-- candidate
import Lean
open Lean Meta

def always (n : Nat) : OfNat Nat n := ⟨0⟩
run_meta addInstance ``always .global 100000

theorem t : (2 : Nat) = 3 := rfl
