import Lean
open Lean Meta Elab Term Command Tactic

-- program: a command that logs
elab "#hello " s:str : command => logInfo m!"hello {s.getString}"
/-- info: hello world -/
#guard_msgs in #hello "world"

-- program: a term elaborator that uses the expected type
elab "default_of_expected" : term <= expected => do
  mkAppOptM ``Inhabited.default #[expected, none]
example : Nat := default_of_expected

-- program: a term elaborator with arguments
elab "double!" "(" e:term ")" : term => do
  let v ← elabTermEnsuringType e (mkConst ``Nat)
  mkAppM ``HAdd.hAdd #[v, v]
example : double!(21) = 42 := rfl

-- program: a tactic over the main goal
elab "my_intro " x:ident : tactic => do
  let (_, goal) ← (← getMainGoal).intro x.getId
  replaceMainGoal [goal]
example : ∀ n : Nat, n = n := by my_intro m; exact rfl

-- program: a tactic that looks for a hypothesis
elab "find_hyp" : tactic => withMainContext do
  let target ← getMainTarget
  for decl in ← getLCtx do
    if decl.isImplementationDetail then continue
    if ← isDefEq decl.type target then
      closeMainGoal `find_hyp decl.toExpr
      return
  throwError "no hypothesis fits"
example (p q : Prop) (_ : p) (hq : q) : q := by find_hyp
/-- error: no hypothesis fits -/
#guard_msgs in example (p q : Prop) (_ : p) : q := by find_hyp

-- program: a tactic that runs others in sequence and backtracks
elab "solve_by " ts:sepBy1(tactic, " or ") : tactic => do
  for t in ts.getElems do
    let saved ← saveState
    try
      evalTactic t
      if (← getUnsolvedGoals).isEmpty then return
      restoreState saved
    catch _ => restoreState saved
  throwError "nothing helps"
example (a b : Nat) : a + b = b + a := by solve_by rfl or decide or omega

-- program: elab_rules for a syntax declared before
syntax (name := countHyps) "count_hyps" : tactic
elab_rules : tactic
  | `(tactic| count_hyps) => withMainContext do
    let count (n : Nat) (d : LocalDecl) := if d.isImplementationDetail then n else n + 1
    let n := (← getLCtx).foldl count 0
    logInfo m!"{n} hypotheses"
/-- info: 2 hypotheses -/
#guard_msgs in example (a : Nat) (h : a = a) : a = a := by count_hyps; exact h

-- program: a tactic registered by attribute
syntax (name := closeTrue) "close_true" : tactic
@[tactic closeTrue] def evalCloseTrue : Tactic := fun _ => do
  (← getMainGoal).assign (mkConst ``True.intro)
example : True := by close_true

-- program: a term elaborator registered by attribute
syntax (name := anonNat) "nat_lit_of " str : term
@[term_elab anonNat] def elabAnonNat : TermElab := fun stx _ => do
  let some s := stx[1].isStrLit? | throwUnsupportedSyntax
  return mkNatLit s.length
example : nat_lit_of "abcd" = 4 := rfl

-- program: a command elaborator that adds a definition to the environment
elab "def_const " x:ident n:num : command => liftCoreM do
  addAndCompile <| .defnDecl {
    name := x.getId, levelParams := [], type := mkConst ``Nat, value := mkNatLit n.getNat
    hints := .abbrev, safety := .safe }
def_const fortyTwo 42
example : fortyTwo = 42 := rfl
/-- info: 42 -/
#guard_msgs in #eval fortyTwo

-- program: a conv tactic
elab "conv_comm" : conv => do
  let lhs ← Conv.getLhs
  let (_, args) := lhs.getAppFnArgs
  unless args.size == 6 do throwError "not an addition"
  let proof ← mkAppM ``Nat.add_comm #[args[4]!, args[5]!]
  let some (_, _, rhs) := (← inferType proof).eq? | throwError "not an equation"
  Conv.updateLhs rhs proof
example (a b c : Nat) (h : b + a = c) : a + b = c := by
  conv => lhs; conv_comm
  exact h

-- program: goals made by refine and tagged
elab "split_conj" : tactic => do
  let goals ← (← getMainGoal).constructor
  for g in goals do g.setTag `part
  replaceMainGoal goals
example (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  split_conj
  case part => exact hp
  case part => exact hq

-- program: a tactic with location and arguments
elab "rev_at " h:ident : tactic => withMainContext do
  let fvar ← getFVarId h
  let (_, goal) ← (← getMainGoal).revert #[fvar]
  replaceMainGoal [goal]
example (p q : Prop) (h : p) : (p → q) → q := by
  rev_at h
  exact fun h f => f h

-- program: assert, and clear what came of it
elab "have_twice " e:term : tactic => withMainContext do
  let v ← Tactic.elabTerm e none
  let t ← inferType v
  let goal ← (← getMainGoal).assert `first t v
  let (f, goal) ← goal.intro1P
  let goal ← goal.assert `second t v
  let (_, goal) ← goal.intro1P
  let goal ← goal.tryClear f
  replaceMainGoal [goal]
example (a b : Nat) : a + b = b + a := by
  have_twice Nat.add_comm a b
  assumption
