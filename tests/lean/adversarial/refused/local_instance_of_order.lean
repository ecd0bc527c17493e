/-
An instance with priority makes every number less than every other.
expect: statement
-/
theorem t : (5 : Nat) < 3 := by sorry
-- candidate
local instance (priority := high) : LT Nat := ⟨fun _ _ => True⟩

theorem t : (5 : Nat) < 3 := trivial
