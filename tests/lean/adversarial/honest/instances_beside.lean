/-
Instances, notation and a coercion of its own that the statement does not mention.
expect: accepted
-/
structure Point where
  x : Nat
  y : Nat

theorem plain (a b : Nat) : a + b ≤ b + a := by sorry
-- candidate
structure Point where
  x : Nat
  y : Nat
  deriving DecidableEq

instance : Add Point := ⟨fun p q => ⟨p.x + q.x, p.y + q.y⟩⟩
instance : Coe Nat Point := ⟨fun n => ⟨n, n⟩⟩
local infixl:65 " ⊞ " => fun (p q : Point) => p + q
def twice (p : Point) : Point := p ⊞ p

theorem plain (a b : Nat) : a + b ≤ b + a := Nat.le_of_eq (Nat.add_comm a b)
