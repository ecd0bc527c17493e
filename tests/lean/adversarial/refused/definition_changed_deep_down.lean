/-
The definition that is changed is one that the statement mentions by way of two others.
expect: statement
-/
def base : Nat := 10
def twice : Nat := 2 * base
def more : Nat := twice + 1
theorem t : more = 3 := by sorry
-- candidate
def base : Nat := 1
def twice : Nat := 2 * base
def more : Nat := twice + 1
theorem t : more = 3 := rfl
