/-
The axiom is an instance, which `inferInstance` finds.
expect: axiom
-/
theorem t : 4 ∣ 6 := by sorry
-- candidate
class Holds (p : Prop) : Prop where
  proof : p

@[instance] axiom everything (p : Prop) : Holds p

theorem t : 4 ∣ 6 := Holds.proof
