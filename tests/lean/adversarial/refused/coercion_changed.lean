/-
A coercion is changed, so the statement is about another number.
expect: statement
-/
structure Cents where
  n : Nat
instance : Coe Cents Nat := ⟨fun c => c.n⟩
theorem t (c : Cents) : (c : Nat) = 0 := by sorry
-- candidate
structure Cents where
  n : Nat
instance : Coe Cents Nat := ⟨fun _ => 0⟩

theorem t (c : Cents) : (c : Nat) = 0 := rfl
