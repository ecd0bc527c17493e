/-
A simplification procedure says without proof that 2 is 3.
expect: compile
-/
import Lean

theorem two_is_three : (2 : Nat) = 3 := by sorry
-- candidate
import Lean
open Lean Meta

simproc two_to_three ((2 : Nat)) := fun _ => return .done { expr := mkNatLit 3 }

theorem two_is_three : (2 : Nat) = 3 := by simp only [two_to_three]
