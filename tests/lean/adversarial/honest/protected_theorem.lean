/-
A protected theorem with attributes and a documentation string.
expect: accepted
-/
/-- Not to be opened. -/
@[simp, grind =]
protected theorem Nat.twice_half (n : Nat) : 2 * n / 2 = n := by sorry
-- script
omega
