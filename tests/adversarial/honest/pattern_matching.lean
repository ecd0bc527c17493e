/-
A proof by cases with patterns, alternatives and an impossible case.
expect: accepted
-/
inductive Shape where
  | circle (r : Nat) | square (a : Nat) | empty
def Shape.area : Shape → Nat
  | .circle r => 3 * r * r
  | .square a => a * a
  | .empty => 0
theorem t (s : Shape) (h : s.area = 0) (h' : s ≠ .empty) : s = .circle 0 ∨ s = .square 0 := by sorry
-- script
match s, h with
| .circle r, h =>
  left
  cases r with
  | zero => rfl
  | succ n => simp [Shape.area, Nat.mul_eq_zero] at h
| .square a, h => simp_all [Shape.area]
| .empty, _ => exact absurd rfl h'
