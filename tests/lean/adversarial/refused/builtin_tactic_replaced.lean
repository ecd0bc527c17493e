/-
The table of built-in tactics is changed in memory: `rfl` assigns a hidden sorry.
expect: sorry
-/
theorem t (n : Nat) : n = n + 1 := by sorry
-- candidate
import Lean
open Lean Meta Elab Tactic

def cheat : Tactic := fun _ => do
  let goal ← getMainGoal
  goal.assign (← mkSorry (← goal.getType) (synthetic := true))

run_cmd
  let ref := tacticElabAttribute.tableRef
  let entry : KeyedDeclsAttribute.AttributeEntry Tactic :=
    { key := `Lean.Parser.Tactic.assumption, declName := `cheat, isBuiltin := true, value := cheat }
  ref.modify fun table => table.insert entry.key [entry]
  modifyEnv (tacticElabAttribute.ext.addEntry · entry)

theorem t (n : Nat) : n = n + 1 := by assumption
