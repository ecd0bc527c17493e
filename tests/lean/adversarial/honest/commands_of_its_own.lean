/-
A macro of its own emits a lemma, which the proof uses.
expect: accepted
-/
theorem twice (n : Nat) : n + n = 2 * n := by sorry
-- candidate
macro "state" name:ident : command => `(theorem $name (n : Nat) : n + n = 2 * n := by omega)
state helper

theorem twice (n : Nat) : n + n = 2 * n := helper n
