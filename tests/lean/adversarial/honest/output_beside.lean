/-
Commands that print beside the theorem.
expect: accepted
-/
theorem t : 2 + 2 = 4 := by sorry
-- candidate
#check Nat
#eval 2 + 2
theorem t : 2 + 2 = 4 := rfl
#print t
