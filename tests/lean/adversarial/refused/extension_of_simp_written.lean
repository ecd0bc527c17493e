/-
The simp set gets, by code, a lemma that is not true; it comes from an unchecked declaration.
expect: kernel
-/
theorem t (a b : Nat) : a + b = a * b := by sorry
-- candidate
import Lean
open Lean Meta Elab

run_meta do
  let type ← forallTelescope (← inferType (mkConst ``Nat.add_comm)) fun xs _ => do
    mkForallFVars xs (← mkEq (← mkAppM ``HAdd.hAdd xs) (← mkAppM ``HMul.hMul xs))
  let value := mkConst ``Nat.add_comm
  let decl := .thmDecl { name := `add_is_mul, levelParams := [], type, value }
  if let .ok env := (← getEnv).addDeclCore 0 decl none (doCheck := false) then setEnv env
  addSimpTheorem simpExtension `add_is_mul (post := true) (inv := false) .global 1000

theorem t (a b : Nat) : a + b = a * b := by simp
