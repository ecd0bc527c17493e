/-
The axiom has the name of an allowed one, in another namespace.
expect: axiom
-/
theorem t : ∃ n : Nat, n ≠ n := by sorry
-- candidate
namespace Mine
axiom propext : ∃ n : Nat, n ≠ n
end Mine

open Mine in
theorem t : ∃ n : Nat, n ≠ n := Mine.propext
