/-
Linear arithmetic with division and remainder.
expect: accepted
-/
theorem t (x y : Int) (h : 3 * x + 5 * y = 7) (hx : 0 ≤ x) (hy : 0 ≤ y) : False := by sorry
-- script
omega
