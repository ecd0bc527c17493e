/-
A private theorem: its real name has a number in it.
expect: accepted
-/
private theorem t (p q : Prop) : p ∧ q → q ∧ p := by sorry
-- script
exact fun ⟨a, b⟩ => ⟨b, a⟩
