/-
The statement itself has a hidden `sorry`, so it says nothing.
expect: sorry
-/
notation "something" => sorry
theorem t : (something : Prop) → (something : Prop) := by sorry
-- candidate
notation "something" => sorry
theorem t : (something : Prop) → (something : Prop) := fun h => h
