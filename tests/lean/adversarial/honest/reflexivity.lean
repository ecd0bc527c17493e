/-
A proof by reflexivity, where both sides have to be computed.
expect: accepted
-/
theorem t : [3, 1, 2].reverse = [2, 1, 3] ∧ "ab" ++ "c" = "abc" := by sorry
-- script
exact ⟨rfl, rfl⟩
