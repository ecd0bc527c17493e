/-
The value of a definition that is left open, and so the theorem about it, rests on an axiom.
expect: axiom
-/
def answer : { n : Nat // n * n = 2 } := sorry
theorem answer_spec : answer.val * answer.val = 2 := by sorry
-- candidate
axiom cheat : { n : Nat // n * n = 2 }
noncomputable def answer : { n : Nat // n * n = 2 } := cheat
theorem answer_spec : answer.val * answer.val = 2 := answer.property
