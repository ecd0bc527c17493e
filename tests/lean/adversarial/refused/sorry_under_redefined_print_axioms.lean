/-
`#print axioms` is replaced by a command that finds nothing.
expect: sorry
-/
theorem t : 5 < 4 := by sorry
-- candidate
import Lean
open Lean Elab Command

syntax (name := calm) (priority := high) "#print" &"axioms" ident : command

@[command_elab calm] def elabCalm : CommandElab := fun _ => pure ()

theorem t : 5 < 4 := by sorry

#print axioms t
