/-
The same unsafe constant, put into a theorem past every check.
expect: kernel
-/
theorem t : 1 = 2 := by sorry
-- candidate
import Lean
open Lean Elab Command

set_option debug.skipKernelTC true in
run_cmd liftCoreM do
  let type := mkApp3 (mkConst ``Eq [1]) (mkConst ``Nat) (mkNatLit 1) (mkNatLit 2)
  addDecl (.thmDecl { name := `t, levelParams := [], type, value := mkApp (mkConst ``lcProof) type })
