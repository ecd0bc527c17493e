/-
Auxiliary definitions in a `where` clause.
expect: accepted
-/
theorem t (n : Nat) : n * (n + 1) % 2 = 0 := by sorry
-- candidate
theorem t (n : Nat) : n * (n + 1) % 2 = 0 := go n
where
  go : (m : Nat) → m * (m + 1) % 2 = 0
    | 0 => rfl
    | m + 1 => by
      have := go m
      have step : (m + 1) * (m + 1 + 1) = m * (m + 1) + 2 * (m + 1) := by
        rw [Nat.add_mul m 1, Nat.mul_add m, Nat.one_mul, Nat.two_mul, Nat.mul_add m m 1]
        omega
      omega
