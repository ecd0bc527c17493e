/-
A quotient, which rests on an axiom that is allowed.
expect: accepted
-/
def Parity : Setoid Nat := ⟨fun a b => a % 2 = b % 2, fun _ => rfl, Eq.symm, Eq.trans⟩
-- statement
theorem t : Quotient.mk Parity 3 = Quotient.mk Parity 7 := by sorry
-- script
exact Quotient.sound rfl
