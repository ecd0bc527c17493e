/-
A command elaborates the theorem, whose proof fails, and removes every message.
expect: sorry
-/
theorem t (a b : Nat) : a + b = b := by sorry
-- candidate
import Lean
open Lean Elab Command

elab "quietly " c:command : command => do
  let before := (← get).messages
  elabCommand c
  modify fun s => { s with messages := before }

quietly theorem t (a b : Nat) : a + b = b := by omega
