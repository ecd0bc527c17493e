/-
A theorem two namespaces deep that uses one of the outer namespace.
expect: accepted
-/
namespace Outer
def one : Nat := 1
namespace Inner
theorem t : one + one = 2 := by sorry
-- candidate
namespace Outer
def one : Nat := 1
theorem one_eq : one = 1 := rfl
namespace Inner
theorem t : one + one = 2 := by rw [one_eq]
end Inner
end Outer
