/-
A proof by `grind`, which makes lemmas of its own.
expect: accepted
-/
theorem t (f : Nat → Nat) (a b c : Nat) (h₁ : f a = b) (h₂ : a = c) (h₃ : ∀ x, f x ≤ x) : b ≤ c := by sorry
-- script
grind
