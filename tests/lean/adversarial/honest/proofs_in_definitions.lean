/-
Definitions with proofs in them, of which Lean makes theorems; the proof's file has one more before.
expect: accepted
-/
def second (n : Nat) (h : 2 ≤ n) : Fin n := ⟨1, by omega⟩
theorem t : (second 5 (by decide)).val = 1 := by sorry
-- candidate
def helper (n : Nat) (h : 2 ≤ n) : Fin n := ⟨1, by omega⟩
def second (n : Nat) (h : 2 ≤ n) : Fin n := ⟨1, by omega⟩
theorem t : (second 5 (by decide)).val = 1 := rfl
