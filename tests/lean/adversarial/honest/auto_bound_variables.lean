/-
Variables that Lean binds by itself.
expect: accepted
-/
set_option autoImplicit true
-- statement
theorem t (f : α → β) (xs : List α) : (xs.map f).length = xs.length := by sorry
-- script
simp
