/-
A proof that uses all three axioms.
expect: accepted
-/
theorem t (p : Nat → Prop) (h : ¬ ∀ n, p n) : ∃ n, ¬ p n := by sorry
-- script
exact Classical.byContradiction fun no => h fun n => Classical.byContradiction fun hn => no ⟨n, hn⟩
