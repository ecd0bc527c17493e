/-
Definitions that the statements leave open, with the submission's values, and a theorem about them.
expect: accepted
-/
def limit : Nat := sorry
def next (n : Nat) : Nat := by sorry
abbrev Index : Type := sorry
theorem next_gt (n : Nat) : n < next n := by sorry
theorem next_limit : next limit = 18 := by sorry
theorem index_nonempty : Nonempty Index := by sorry
theorem other (a b : Nat) : a + b = b + a := by sorry
-- candidate
def limit : Nat := 17
def helper (n : Nat) : Nat := n + 1
def next (n : Nat) : Nat := helper n
abbrev Index : Type := Fin 3
theorem next_gt (n : Nat) : n < next n := Nat.lt_succ_self n
theorem next_limit : next limit = 18 := rfl
theorem index_nonempty : Nonempty Index := ⟨0⟩
theorem other (a b : Nat) : a + b = b + a := Nat.add_comm a b
