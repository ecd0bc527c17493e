/-
A statement without a name.
expect: accepted
-/
example (p q : Prop) (hp : p) (hq : q) : p ∧ q := by sorry
-- script
exact ⟨hp, hq⟩
