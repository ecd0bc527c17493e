import Lean
open Lean Meta Simp

-- program: a simproc that computes
def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n
simproc reduceFact (fact _) := fun e => do
  let_expr fact n ← e | return .continue
  let some n ← Nat.fromExpr? n | return .continue
  let value := mkNatLit (fact n)
  return .done { expr := value, proof? := some (← mkEqRefl value) }
example : fact 5 = 120 := by simp only [reduceFact]

-- program: a dsimproc
dsimproc unfoldDouble (HAdd.hAdd (_ : Nat) 0) := fun e => do
  let_expr HAdd.hAdd _ _ _ _ a _ ← e | return .continue
  return .visit a
example (a : Nat) : a + 0 = a := by dsimp only [unfoldDouble]

-- program: a simproc that is declared first and activated later
simproc_decl swapAnd (_ ∧ True) := fun e => do
  let_expr And p _ ← e | return .continue
  return .visit { expr := p, proof? := some (← mkAppM ``and_true #[p]) }
example (p : Prop) (h : p) : p ∧ True := by simp only [swapAnd]; exact h
attribute [simproc] swapAnd
example (p : Prop) (h : p) : p ∧ True := by simp; exact h

-- program: simp called from a tactic, with lemmas of its own
elab "simp_nat" : tactic => Elab.Tactic.liftMetaTactic fun goal => do
  let mut thms : SimpTheorems := {}
  for n in [``Nat.add_zero, ``Nat.mul_one] do thms ← thms.addConst n
  let ctx ← mkContext (simpTheorems := #[thms]) (congrTheorems := ← getSimpCongrTheorems)
  let (result?, _) ← simpTarget goal ctx
  return result?.toList
example (a b : Nat) (h : a = b) : a * 1 + 0 = b := by
  simp_nat
  guard_target =ₛ a = b
  exact h

-- program: dsimp with a default context, from MetaM
/-- info: 3 + x -/
#guard_msgs in run_meta
  withLocalDeclD `x (mkConst ``Nat) fun x => do
    let e ← mkAppM ``HAdd.hAdd #[← mkAppM ``Prod.fst #[← mkAppM ``Prod.mk #[mkNatLit 3, x]], x]
    let (e, _) ← dsimp e (← mkContext)
    logInfo m!"{e}"

-- program: a simp extension with a discharger
elab "simp_discharged" : tactic => Elab.Tactic.withMainContext do
  let goal ← Elab.Tactic.getMainGoal
  let thms ← ({} : SimpTheorems).addConst ``Nat.sub_add_cancel
  let ctx ← mkContext (simpTheorems := #[thms])
  let discharge? (e : Expr) : SimpM (Option Expr) := do
    for d in ← getLCtx do
      if ← isDefEq d.type e then return some d.toExpr
    return none
  let (r, _) ← simp (← goal.getType) ctx (discharge? := some discharge?)
  Elab.Tactic.replaceMainGoal [← applySimpResultToTarget goal (← goal.getType) r]
example (a b : Nat) (h : b ≤ a) : a - b + b = a := by simp_discharged; exact rfl
