/-
Induction along the calls of a function, by a principle that Lean makes when asked.
expect: accepted
-/
def collatz : Nat → Nat
  | 0 => 0
  | n + 1 => if n % 2 = 0 then collatz (n / 2) else collatz n
-- statement
theorem t (n : Nat) : collatz n = 0 := by sorry
-- script
fun_induction collatz n <;> simp_all
