/-
A macro emits the instance that changes what `<` means.
expect: statement
-/
theorem below (n : Nat) : n < 0 := by sorry
-- candidate
macro "everything_below" : command => `(instance (priority := 10000) : LT Nat := ⟨fun _ _ => True⟩)
everything_below

theorem below (n : Nat) : n < 0 := trivial
