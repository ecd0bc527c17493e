/-
Code writes the state of one extension into others and empties Lean's list of extensions.
expect: sorry
-/
theorem t : 3 < 2 := by sorry
-- candidate
import Lean
open Lean Elab

run_cmd
  modifyEnv (protectedExt.setState · {})
  modifyEnv fun env => namespacesExt.addEntry env `Nat
  persistentEnvExtensionsRef.set #[]

theorem t : 3 < 2 := sorry
