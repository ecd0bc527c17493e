/-
Notation of the file's own before the theorem.
expect: accepted
-/
def cross (a b : Nat × Nat) : Int := a.1 * b.2 - a.2 * b.1
infixl:70 " ⨯ " => cross
-- statement
theorem t (a b : Nat × Nat) : a ⨯ b = -(b ⨯ a) := by sorry
-- script
simp [cross, Int.mul_comm, Int.sub_eq_add_neg, Int.neg_add, Int.add_comm]
