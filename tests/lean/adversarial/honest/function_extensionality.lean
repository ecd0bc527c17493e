/-
Two functions are equal.
expect: accepted
-/
theorem t (f : Nat → Nat) : (fun x => f (x + 0)) = f ∧ (fun p : Prop => ¬¬p) = id := by sorry
-- script
refine ⟨rfl, funext fun p => propext ⟨Classical.byContradiction, fun h n => n h⟩⟩
