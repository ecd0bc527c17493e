/-
Simp lemmas, a simproc's neighbour, and a rewriting set by attribute.
expect: accepted
-/
def triple (n : Nat) : Nat := 3 * n
@[simp] theorem triple_add (a b : Nat) : triple (a + b) = triple a + triple b := by simp [triple, Nat.mul_add]
@[simp] theorem triple_one : triple 1 = 3 := rfl
-- statement
theorem t (n : Nat) : triple (n + 1) = triple n + 3 := by sorry
-- script
simp
