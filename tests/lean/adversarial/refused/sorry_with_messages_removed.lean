/-
A command elaborates another one and drops every message, so no warning is seen.
expect: sorry
-/
theorem t : 3 = 4 := by sorry
-- candidate
import Lean
open Lean Elab Command

elab "quietly " c:command : command => do
  elabCommand c
  modify fun s => { s with messages := {} }

quietly theorem t : 3 = 4 := by sorry
