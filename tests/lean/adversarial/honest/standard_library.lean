/-
A theorem about the standard library's hash maps.
expect: accepted
-/
import Std.Data.HashMap
-- statement
theorem t (m : Std.HashMap Nat Nat) : (m.insert 1 2)[1]? = some 2 := by sorry
-- script
simp
