/-
The elaborator of `=` is replaced by one that makes `True` of it.
expect: statement
-/
theorem t : 1 = 2 := by sorry
-- candidate
import Lean
open Lean Elab Term

syntax (name := trueTerm) "true_term" : term
@[term_elab trueTerm] def elabTrueTerm : TermElab := fun _ _ => return mkConst ``True
@[term_elab «term_=_»] def equalityIsTrue : TermElab := fun _ _ => return mkConst ``True
macro_rules | `($_ = $_) => `(true_term)

theorem t : 1 = 2 := trivial
