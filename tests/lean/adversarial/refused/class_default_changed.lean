/-
A class of the statement gets another instance.
expect: statement
-/
class Weight (α : Type) where
  weight : Nat
instance : Weight Nat := ⟨7⟩
theorem t : Weight.weight Nat = 8 := by sorry
-- candidate
class Weight (α : Type) where
  weight : Nat
instance : Weight Nat := ⟨8⟩
theorem t : Weight.weight Nat = 8 := rfl
