/-
A definition whose proof part is open: its value is as stated but for the proof.
expect: accepted
-/
def five : { n : Nat // n > 3 } := ⟨5, by sorry⟩
theorem five_eq : five.val = 5 := by sorry
-- candidate
def five : { n : Nat // n > 3 } := ⟨5, by decide⟩
theorem five_eq : five.val = 5 := rfl
