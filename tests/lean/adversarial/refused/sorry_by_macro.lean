/-
A macro with an honest name is a `sorry`.
expect: sorry
-/
theorem t (a b c : Nat) : a * b < c := by sorry
-- candidate
macro "nonlinear_arith" : tactic => `(tactic| sorry)

theorem t (a b c : Nat) : a * b < c := by nonlinear_arith
