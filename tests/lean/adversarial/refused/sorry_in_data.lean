/-
The `sorry` is in a definition that the proof takes apart.
expect: sorry
-/
theorem t : 2 + 2 = 5 := by sorry
-- candidate
def witness : { n : Nat // 2 + 2 = n ∧ n = 5 } := ⟨4, rfl, sorry⟩

theorem t : 2 + 2 = 5 := witness.2.1.trans witness.2.2
