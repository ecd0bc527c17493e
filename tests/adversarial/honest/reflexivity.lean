/-
A proof by reflexivity, where both sides have to be computed.
expect: accepted
-/
theorem t : [3, 1, 2].mergeSort = [1, 2, 3] ∧ "ab" ++ "c" = "abc" := by sorry
-- script
exact ⟨by decide, rfl⟩
