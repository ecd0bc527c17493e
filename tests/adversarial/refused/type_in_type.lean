/-
A universe that contains itself, declared past the kernel.
expect: kernel
-/
theorem t : ∃ α : Type, α = Type := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let big := mkSort (mkLevelSucc (mkLevelSucc levelOne))
  let type := mkSort (mkLevelSucc levelOne)
  match env.addDeclCore 0 (.defnDecl { name := `small, levelParams := [], type := mkSort levelOne, value := mkSort levelOne, hints := .abbrev, safety := .safe }) none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => pure ()

run_cmd do
  let env ← getEnv
  let equation := mkApp2 (mkConst ``Eq.refl [mkLevelSucc (mkLevelSucc levelOne)]) (mkSort (mkLevelSucc levelOne)) (mkConst `small)
  match env.find? `small with
  | some _ => pure ()
  | none => pure ()

theorem t : ∃ α : Type, α = Type := ⟨small, rfl⟩
