/-
Instances that Lean derives, used in the proof.
expect: accepted
-/
inductive Suit where
  | clubs | diamonds | hearts | spades
  deriving DecidableEq, Inhabited
-- statement
theorem t : ∀ s : Suit, s = .clubs ∨ s = .diamonds ∨ s = .hearts ∨ s = .spades := by sorry
-- script
intro s
cases s <;> simp
