/-
A `csimp` lemma with a sorry: compiled code, trusted by `native_decide`, is exchanged by it.
expect: axiom
-/
def answer : Nat := 41
theorem t : answer = 42 := by sorry
-- candidate
def answer : Nat := 41
def other : Nat := 42

@[csimp] theorem answer_eq_other : @answer = @other := sorry

theorem t : answer = 42 := by native_decide
