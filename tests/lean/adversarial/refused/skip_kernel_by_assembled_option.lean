/-
The option that sends the kernel home is set under a name put together while Lean runs.
expect: kernel
-/
theorem t : 1000 * 1000 = 1000001 := by sorry
-- candidate
import Lean
open Lean Elab Command

elab "quick " c:command : command => do
  let option := Name.mkSimple ("de" ++ "bug") ++ Name.mkSimple ("skip" ++ "Kernel" ++ "TC")
  modify fun s =>
    match s.scopes with
    | scope :: scopes => { s with scopes := { scope with opts := KVMap.setBool scope.opts option true } :: scopes }
    | [] => s
  elabCommand c

quick theorem t : 1000 * 1000 = 1000001 := by decide +kernel
