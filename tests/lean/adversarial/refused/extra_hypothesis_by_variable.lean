/-
The hypothesis comes in by `variable` and `include`; the theorem's own text is as it should be.
expect: statement
-/
theorem t : 1 = 2 := by sorry
-- candidate
variable (h : False)
include h

theorem t : 1 = 2 := h.elim
