/-
Embedded Lean declares constants for compiled code that has no other declaration.  One of them, whose
type looks true, serves as the proof.
expect: axiom
-/
theorem t : True ∧ True := by sorry
-- candidate
import Lean
open Lean Elab Tactic

elab "by_placeholder" : tactic => do
  for (name, info) in (← getEnv).constants.map₂.toList do
    if info.type.isConstOf ``True && ((← getEnv).getModuleIdxFor? name).isNone then
      let proof := mkConst name
      (← getMainGoal).assign (mkApp4 (mkConst ``And.intro) (mkConst ``True) (mkConst ``True) proof proof)
      return
  throwError "there is none"

theorem t : True ∧ True := by by_placeholder
