/-
A local recursive definition inside a proof.
expect: accepted
-/
theorem t (xs : List Nat) : xs.length ≤ xs.length + xs.sum := by sorry
-- candidate
theorem t (xs : List Nat) : xs.length ≤ xs.length + xs.sum :=
  let rec go : ∀ n m : Nat, n ≤ n + m
    | _, 0 => Nat.le_refl _
    | n, m + 1 => Nat.le_succ_of_le (go n m)
  go _ _
