/-
A variable that is included although the statement does not mention it.
expect: accepted
-/
variable (p : Nat → Prop) (h : ∀ n, p n)
-- statement
include h in
theorem t : p 3 ∧ p 4 := by sorry
-- script
exact ⟨h 3, h 4⟩
