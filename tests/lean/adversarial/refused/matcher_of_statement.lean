/-
The function that Lean makes of a `match` in the statement is declared beforehand, with a branch less.
expect: statement
-/
theorem t (n : Nat) : (match n with | 0 => 1 | _ => 2) = 2 := by sorry
-- candidate
def t.match_1 (motive : Nat → Sort u) (n : Nat) (_ : Unit → motive 0) (h : (n : Nat) → motive n) : motive n := h n

theorem t (n : Nat) : t.match_1 (fun _ => Nat) n (fun _ => 1) (fun _ => 2) = 2 := rfl
