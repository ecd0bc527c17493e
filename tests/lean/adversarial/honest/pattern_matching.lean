/-
A proof by cases with patterns and an impossible case.
expect: accepted
-/
inductive Shape where
  | circle (r : Nat) | square (a : Nat) | empty
def Shape.area : Shape → Nat
  | .circle r => 3 * r * r
  | .square a => a * a
  | .empty => 0
-- statement
theorem t (s : Shape) (h : s.area = 0) (h' : s ≠ .empty) : s = .circle 0 ∨ s = .square 0 := by sorry
-- script
match s, h with
| .circle 0, _ => exact .inl rfl
| .circle (n + 1), h => simp [Shape.area, Nat.mul_eq_zero] at h
| .square 0, _ => exact .inr rfl
| .square (n + 1), h => simp [Shape.area, Nat.mul_eq_zero] at h
| .empty, _ => exact absurd rfl h'
