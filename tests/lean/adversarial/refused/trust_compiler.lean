/-
The axiom that marks trust in the compiler; what it says is true, but it is none of the three.
expect: axiom
-/
theorem t : True := by sorry
-- candidate
theorem t : True := Lean.trustCompiler
