/-
The other axiom of the compiler.
expect: axiom
-/
theorem t : 6 * 7 = 42 := by sorry
-- candidate
def product : Nat := 6 * 7

theorem t : 6 * 7 = 42 := Lean.ofReduceNat product 42 rfl
