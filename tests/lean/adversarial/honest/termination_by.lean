/-
A proof by well-founded recursion, with its measure given.
expect: accepted
-/
theorem gcd_self_sub (a b : Nat) : ∃ d, d ∣ a ∧ d ∣ b := by sorry
-- candidate
theorem gcd_self_sub (a b : Nat) : ∃ d, d ∣ a ∧ d ∣ b := by
  if h : b = 0 then
    exact ⟨a, Nat.dvd_refl a, h ▸ Nat.dvd_zero a⟩
  else
    have ⟨d, hd, hm⟩ := gcd_self_sub b (a % b)
    exact ⟨d, (Nat.dvd_mod_iff hd).mp hm, hd⟩
termination_by b
decreasing_by exact Nat.mod_lt _ (Nat.pos_of_ne_zero h)
