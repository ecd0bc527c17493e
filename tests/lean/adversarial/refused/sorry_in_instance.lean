/-
The `sorry` comes in through an instance.
expect: sorry
-/
theorem t (n : Nat) : n < n := by sorry
-- candidate
class Below (n : Nat) : Prop where
  below : n < n

instance (n : Nat) : Below n := ⟨sorry⟩

theorem t (n : Nat) : n < n := Below.below
