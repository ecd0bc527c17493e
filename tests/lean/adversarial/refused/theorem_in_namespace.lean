/-
The theorem is declared in a namespace that was not asked for.
expect: missing
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
namespace N
theorem t : 1 + 1 = 2 := rfl
end N
