/-
Definitions with proofs in them, which Lean makes theorems of; the proof's file has one more before.
expect: accepted
-/
def second (xs : List Nat) (h : 2 ≤ xs.length) : Nat := xs[1]
theorem t : second [5, 6] (by decide) = 6 := by sorry
-- candidate
def helper (ys : List Nat) (h : 2 ≤ ys.length) : Nat := ys[1] + 1
def second (xs : List Nat) (h : 2 ≤ xs.length) : Nat := xs[1]
theorem t : second [5, 6] (by decide) = 6 := rfl
