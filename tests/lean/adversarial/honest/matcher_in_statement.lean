/-
A `match` in the statement, of which Lean makes a function.
expect: accepted
-/
theorem t (n : Nat) (h : 0 < n) : (match n with | 0 => 1 | _ + 1 => 2) = 2 := by sorry
-- script
cases n with
| zero => exact absurd h (Nat.lt_irrefl 0)
| succ m => rfl
