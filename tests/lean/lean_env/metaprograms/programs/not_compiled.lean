import Lean
open Lean Meta Elab

-- What cannot be compiled is an error, as in native Lean.

-- program: a definition by choice
/--
error: `Classical.choice` not supported by code generator; consider marking definition as `noncomputable`
-/
#guard_msgs in def chosen : Nat := Classical.choice ⟨1⟩

-- program: a noncomputable definition is evaluated
noncomputable def chosenToo : Nat := Classical.choice ⟨1⟩
/--
error: failed to compile definition, consider marking it as 'noncomputable' because it depends on 'chosenToo', which is 'noncomputable'
-/
#guard_msgs in #eval chosenToo

-- program: a proposition that nothing decides
/--
error: failed to synthesize instance of type class
  Decidable (∀ (n : Nat), n = n)

Hint: Type class instance resolution failures can be inspected with the `set_option trace.Meta.synthInstance true` command.
-/
#guard_msgs in #eval decide (∀ n : Nat, n = n)

-- program: a value that cannot be shown
/--
error: could not synthesize a `ToExpr`, `Repr`, or `ToString` instance for type
  Nat → Nat
-/
#guard_msgs in #eval fun n : Nat => n

-- program: code that rests on a sorry
/--
warning: declaration uses `sorry`
---
error: aborting evaluation since the expression depends on the 'sorry' axiom, which can lead to runtime instability and crashes.

To attempt to evaluate anyway despite the risks, use the '#eval!' command.
-/
#guard_msgs in #eval (sorry : Nat)

-- program: a foreign function of one's own
@[extern "not_linked"] opaque foreign (n : Nat) : Nat
/--
error: Could not find native implementation of external declaration 'foreign' (symbols 'l_foreign___boxed' or 'l_foreign').
For declarations from `Init`, `Std`, or `Lean`, you need to set `supportInterpreter := true` in the relevant `lean_exe` statement in your `lakefile.lean`.
-/
#guard_msgs in #eval foreign 3
