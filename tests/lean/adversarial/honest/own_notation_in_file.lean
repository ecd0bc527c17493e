/-
The proof's file has the notation, too, and notation of its own for the proof.
expect: accepted
-/
notation:max "‖" x "‖" => Int.natAbs x
theorem t (x : Int) : ‖-x‖ = ‖x‖ := by sorry
-- candidate
notation:max "‖" x "‖" => Int.natAbs x
local notation "minus" => Int.natAbs_neg
theorem t (x : Int) : ‖-x‖ = ‖x‖ := minus x
