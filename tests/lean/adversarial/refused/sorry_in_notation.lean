/-
A notation for a proof term is a `sorry`.
expect: sorry
-/
theorem t : 7 ∣ 10 := by sorry
-- candidate
notation "evident" => sorry

theorem t : 7 ∣ 10 := evident
