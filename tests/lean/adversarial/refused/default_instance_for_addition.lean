/-
Another addition is the default instance of the candidate's file.
expect: statement
-/
theorem sum : 2 + 2 = 5 := by sorry
-- candidate
@[default_instance 10000] instance (priority := 10000) five : HAdd Nat Nat Nat := ⟨fun _ _ => 5⟩

theorem sum : 2 + 2 = 5 := rfl
