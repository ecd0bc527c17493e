/-
Options that change how terms are elaborated and printed.
expect: accepted
-/
set_option maxRecDepth 2000
set_option pp.all true
set_option linter.unusedVariables false
-- statement
theorem t (n unused : Nat) : n ≤ n + 1 := by sorry
-- script
set_option pp.all false in
exact Nat.le_succ n
