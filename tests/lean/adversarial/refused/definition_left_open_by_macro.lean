/-
A definition that is left open is filled in by a macro that makes a `sorry`.
expect: sorry
-/
def answer : { n : Nat // n * n = 2 } := sorry
theorem answer_spec : answer.val * answer.val = 2 := by sorry
-- candidate
macro "whatever" : term => `(sorry)
def answer : { n : Nat // n * n = 2 } := whatever
theorem answer_spec : answer.val * answer.val = 2 := answer.property
