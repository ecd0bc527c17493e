/-
The same `match` in the statement and in the proof, and another one.
expect: accepted
-/
theorem t (o : Option Nat) : (match o with | none => 0 | some n => n) ≤ (match o with | none => 1 | some n => n + 1) := by sorry
-- candidate
theorem t (o : Option Nat) : (match o with | none => 0 | some n => n) ≤ (match o with | none => 1 | some n => n + 1) :=
  match o with
  | none => Nat.zero_le 1
  | some n => Nat.le_succ n
