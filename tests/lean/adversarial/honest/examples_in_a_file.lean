/-
Examples are compared with the examples of the same number, wherever else something is added.
expect: accepted
-/
example : 1 + 1 = 2 := by sorry
theorem t : True := trivial
namespace N
variable (p : Prop)
open Nat in
example (h : p) : p ∧ p := by sorry
end N
example {α : Type} (xs : List α) : xs ++ [] = xs := by sorry
-- candidate
theorem helper : 1 + 1 = 2 := rfl
example : 1 + 1 = 2 := helper
theorem t : True := trivial
namespace N
variable (p : Prop)
open Nat in
example (h : p) : p ∧ p := ⟨h, h⟩
end N
example {α : Type} (xs : List α) : xs ++ [] = xs := by simp
