/-
A scoped instance, opened for the statement.
expect: accepted
-/
namespace Lex
scoped instance : LE (Nat × Nat) := ⟨fun a b => a.1 < b.1 ∨ a.1 = b.1 ∧ a.2 ≤ b.2⟩
end Lex
-- statement
open Lex in
theorem t (a b : Nat × Nat) : a ≤ b ∨ b ≤ a := by sorry
-- script
simp only [LE.le]
show (_ ∨ _ ∧ a.2 ≤ b.2) ∨ (_ ∨ _ ∧ b.2 ≤ a.2)
omega
