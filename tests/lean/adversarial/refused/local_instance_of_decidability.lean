/-
`if` takes its decision by another instance.
expect: statement
-/
def value (n : Nat) : Nat := if n = 0 then 1 else 2
theorem t (n : Nat) : value n = if n = 0 then 1 else 2 := by sorry
-- candidate
def value (n : Nat) : Nat := if n = 0 then 1 else 2

open Classical in
theorem t (n : Nat) : value n = @ite Nat (n = 0) (Classical.propDecidable _) 1 2 := by
  unfold value; split <;> simp_all
