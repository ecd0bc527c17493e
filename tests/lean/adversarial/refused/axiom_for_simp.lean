/-
The axiom is a simp lemma, so the proof text does not mention it.
expect: axiom
-/
theorem t (xs : List Nat) : xs.length = 0 := by sorry
-- candidate
@[simp] axiom length_eq (xs : List Nat) : xs.length = 0

theorem t (xs : List Nat) : xs.length = 0 := by simp
