/-
One of two theorems that call each other ends with a `sorry`.
expect: sorry
-/
theorem even_odd (n : Nat) : n % 2 = 0 := by sorry
-- candidate
mutual
theorem even_odd : ∀ n : Nat, n % 2 = 0
  | 0 => rfl
  | n + 1 => by have := odd_even n; omega
theorem odd_even : ∀ n : Nat, n % 2 = 1
  | 0 => sorry
  | n + 1 => by have := even_odd n; omega
end
