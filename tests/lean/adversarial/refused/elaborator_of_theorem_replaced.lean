/-
The command `theorem` is elaborated by code that declares something else under the same name.
expect: statement
-/
theorem t : 1 = 2 := by sorry
-- candidate
import Lean
open Lean Elab Command

@[command_elab Lean.Parser.Command.declaration] def easier : CommandElab := fun stx => do
  if stx[1].isOfKind ``Parser.Command.theorem then
    liftCoreM <| addDecl <| .thmDecl {
      name := `t, levelParams := [], type := mkConst ``True, value := mkConst ``True.intro }
  else throwUnsupportedSyntax

theorem t : 1 = 2 := by simp
