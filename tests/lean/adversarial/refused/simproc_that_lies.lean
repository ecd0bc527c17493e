/-
A simproc rewrites to `True` what is false and says that it holds by computation; the option that keeps
the kernel from it is set by code.
expect: kernel
-/
theorem t : 2 + 2 = 5 := by sorry
-- candidate
import Lean
open Lean Meta

simproc lie (_ = (5 : Nat)) := fun _ => return .done { expr := mkConst ``True }

run_cmd
  let option := Name.mkSimple ("de" ++ "bug") ++ Name.mkSimple ("skip" ++ "Kernel" ++ "TC")
  modify fun s => { s with scopes := s.scopes.map fun scope => { scope with opts := KVMap.setBool scope.opts option true } }

theorem t : 2 + 2 = 5 := by simp only [lie]
