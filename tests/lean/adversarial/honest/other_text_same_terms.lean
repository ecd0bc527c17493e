/-
The theorem is written otherwise, but elaborates to the same type.
expect: accepted
-/
theorem t (a b : Nat) (h : a < b) : ∃ c, a + c = b := by sorry
-- candidate
theorem t : ∀ {a : Nat} (b), Nat.lt a b → Exists fun k : Nat => Nat.add a k = b :=
  fun b h => ⟨b - _, Nat.add_sub_cancel' (Nat.le_of_lt h)⟩
