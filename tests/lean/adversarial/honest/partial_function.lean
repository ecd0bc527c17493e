/-
A partial function of the header: of its value nothing is known.
expect: accepted
-/
partial def search (p : Nat → Bool) (n : Nat) : Nat := if p n then n else search p (n + 1)
-- statement
theorem t (p : Nat → Bool) : search p 0 = search p 0 := by sorry
-- script
rfl
