/-
A local instance that the statement needs.
expect: accepted
-/
structure Mod5 where
  n : Nat
local instance : Add Mod5 := ⟨fun a b => ⟨(a.n + b.n) % 5⟩⟩
-- statement
theorem t (a b : Mod5) : a + b = b + a := by sorry
-- script
show Mod5.mk _ = Mod5.mk _
rw [Nat.add_comm]
