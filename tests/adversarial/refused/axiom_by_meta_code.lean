/-
Meta code adds the axiom to the environment; the text has no `axiom` in it.
expect: axiom
-/
theorem t : 10 < 9 := by sorry
-- candidate
import Lean
open Lean Elab Command

run_cmd liftCoreM do
  let type := mkApp (mkApp (mkConst ``Nat.lt) (mkNatLit 10)) (mkNatLit 9)
  addDecl (.axiomDecl { name := `granted, levelParams := [], type, isUnsafe := false })

theorem t : 10 < 9 := granted
