/-
One constant, two sorts of code: the kernel evaluates both by compiled code and finds that true is
false, with no axiom in the proof.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
def yes : Bool := true
@[implemented_by yes] def no : Bool := false
def alsoNo : Bool := false

theorem t : False :=
  have h : no = alsoNo := rfl
  have a : Lean.reduceBool no = true := rfl
  have b : Lean.reduceBool alsoNo = false := rfl
  Bool.noConfusion (a.symm.trans ((congrArg Lean.reduceBool h).trans b))
