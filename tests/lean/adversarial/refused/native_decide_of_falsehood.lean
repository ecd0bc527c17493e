/-
Compiled code that differs from the definition, trusted by `native_decide`.
expect: axiom
-/
def answer : Nat := 41
theorem t : answer = 42 := by sorry
-- candidate
def other : Nat := 42

@[implemented_by other] def answer : Nat := 41

theorem t : answer = 42 := by native_decide
