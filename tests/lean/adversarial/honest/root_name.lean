/-
A theorem that is declared in a namespace for the root.
expect: accepted
-/
namespace Somewhere
-- statement
theorem _root_.t (a : Nat) : a ≤ a * a + 1 := by sorry
-- script
cases a with
| zero => decide
| succ n => exact Nat.le_succ_of_le (Nat.le_mul_of_pos_left _ n.succ_pos)
