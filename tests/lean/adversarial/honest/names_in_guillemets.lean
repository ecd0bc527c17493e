/-
A name with a dot, a space and a keyword in its components.
expect: accepted
-/
theorem «a.b».«the theorem».«end» (n : Nat) : n + 0 = n := by sorry
-- script
rfl
