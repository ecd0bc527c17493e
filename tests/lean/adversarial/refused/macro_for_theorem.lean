/-
The keyword `theorem` is a macro that proves something else.
expect: statement
-/
theorem t : 2 = 3 := by sorry
-- candidate
macro (priority := high) "theorem " n:ident " : " _t:term " := " _p:term : command =>
  `(command| def $n : True := trivial)

theorem t : 2 = 3 := trivial
