/-
The proof is in error, and the error message is thrown away: what Lean put in its place counts.
expect: sorry
-/
theorem t : 3 = 4 := by sorry
-- candidate
import Lean
open Lean Elab Command

elab "quietly " c:command : command => do
  elabCommand c
  modify fun s => { s with messages := {} }

quietly theorem t : 3 = 4 := by exact Nat.no_such_lemma
