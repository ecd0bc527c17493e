/-
A name that the statement leaves to be bound is declared by the candidate, as a type of one element.
expect: statement
-/
theorem all_equal (x y : α) : x = y := by sorry
-- candidate
def α : Type := Unit

theorem all_equal (x y : α) : x = y := rfl
