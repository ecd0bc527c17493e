import Lean
open Lean Meta Elab Command

-- program: telescopes and instances
/-- info: 2 binders, body Nat -/
#guard_msgs in run_meta
  forallTelescope (← inferType (mkConst ``Nat.add)) fun xs body =>
    logInfo m!"{xs.size} binders, body {body}"
/-- info: instAddNat -/
#guard_msgs in run_meta
  let inst ← synthInstance (← mkAppM ``Add #[mkConst ``Nat])
  logInfo m!"{inst}"

-- program: metavariables, unification, instantiation
/-- info: Nat.succ 3 -/
#guard_msgs in run_meta
  let m ← mkFreshExprMVar (mkConst ``Nat)
  let ok ← isDefEq (mkApp (mkConst ``Nat.succ) m) (mkApp (mkConst ``Nat.succ) (mkNatLit 3))
  unless ok do throwError "they differ"
  logInfo m!"{← instantiateMVars (mkApp (mkConst ``Nat.succ) m)}"

-- program: whnf, reduce and transparency
def six : Nat := 2 * 3
/-- info: 6 six -/
#guard_msgs in run_meta
  let e := mkConst ``six
  logInfo m!"{← reduce e} {← withReducible (whnf e)}"

-- program: addDecl with a proof term
run_meta
  let type ← mkEq (mkNatLit 2) (mkNatLit 2)
  addDecl <| .thmDecl { name := `two_is_two, levelParams := [], type, value := ← mkEqRefl (mkNatLit 2) }
example : 2 = 2 := two_is_two

-- program: the kernel refuses what is wrong
/-- info: refused -/
#guard_msgs in run_meta
  try
    addDecl <| .thmDecl { name := `nonsense, levelParams := [], type := mkConst ``False, value := mkConst ``True.intro }
  catch _ => logInfo "refused"

-- program: discrimination trees
/-- info: [1] -/
#guard_msgs in run_meta
  let mut tree : DiscrTree Nat := {}
  let pattern ← mkAppM ``HAdd.hAdd #[mkNatLit 0, ← mkFreshExprMVar (mkConst ``Nat)]
  tree ← tree.insert pattern 1
  let found ← tree.getMatch (← mkAppM ``HAdd.hAdd #[mkNatLit 0, mkNatLit 7])
  logInfo m!"{found}"

-- program: expressions are traversed, replaced, abstracted
/-- info: fun x => x + 1 -/
#guard_msgs in run_meta
  withLocalDeclD `x (mkConst ``Nat) fun x => do
    let e ← mkAppM ``HAdd.hAdd #[x, mkNatLit 0]
    let e := e.replace fun sub => if sub == mkNatLit 0 then some (mkNatLit 1) else none
    logInfo m!"{← mkLambdaFVars #[x] e}"
/-- info: 4 -/
#guard_msgs in run_meta
  let used : Nat := (← getConstInfo ``Nat.lt_irrefl).type.foldConsts 0 fun _ n => n + 1
  logInfo m!"{used}"
/-- info: Nat.zero -/
#guard_msgs in run_meta
  let e ← Meta.transform (mkApp (mkConst ``Nat.succ) (mkConst ``Nat.zero)) (post := fun e =>
    return .done (if e.isAppOfArity ``Nat.succ 1 then e.appArg! else e))
  logInfo m!"{e}"

-- program: qualified matching on expressions
/-- info: true and true -/
#guard_msgs in run_meta
  match_expr ← mkAppM ``And #[mkConst ``True, mkConst ``False] with
  | And a b => logInfo m!"{a.isTrue} and {b.isFalse}"
  | _ => throwError "not a conjunction"

-- program: goals, tactics run from MetaM
/-- info: 0 goals left -/
#guard_msgs in run_meta
  let goal ← mkFreshExprMVar (mkConst ``True)
  let (goals, _) ← runTactic goal.mvarId! (← `(tactic| trivial))
  logInfo m!"{goals.length} goals left"

-- program: cases and induction from MetaM
/-- info: [some (Nat.zero), some (Nat.succ)] -/
#guard_msgs in run_meta
  withLocalDeclD `n (mkConst ``Nat) fun n => do
    let goal ← mkFreshExprMVar (← mkEq n n)
    let cases ← goal.mvarId!.cases n.fvarId!
    logInfo m!"{cases.toList.map (·.ctorName)}"

-- program: inductive types are inspected
/-- info: [List.nil, List.cons] 1 true -/
#guard_msgs in run_meta
  let .inductInfo info ← getConstInfo ``List | throwError "no inductive type"
  logInfo m!"{info.ctors} {info.numParams} {info.isRec}"

-- program: an inductive type is declared by code
run_meta
  addDecl <| .inductDecl [] 0 [{
    name := `Coin, type := mkSort 1
    ctors := [⟨`Coin.heads, mkConst `Coin⟩, ⟨`Coin.tails, mkConst `Coin⟩] }] false
  mkCasesOn `Coin
  mkRecOn `Coin
example : Coin := Coin.heads

-- program: commands are elaborated by code
run_cmd
  for i in [1:4] do
    let name := mkIdent (.mkSimple s!"lemma_{i}")
    elabCommand (← `(theorem $name : $(quote i) = $(quote i) := rfl))
example : 3 = 3 := lemma_3

-- program: syntax is parsed and elaborated
/-- info: 3 : Nat -/
#guard_msgs in run_cmd liftTermElabM do
  let .ok stx := Parser.runParserCategory (← getEnv) `term "1 + 2" | throwError "no term"
  let e ← Term.elabTermEnsuringType stx (mkConst ``Nat)
  Term.synthesizeSyntheticMVarsNoPostponing
  logInfo m!"{← reduce (← instantiateMVars e)} : {← inferType e}"

-- program: evalExpr and evalDecl
unsafe def runNatImpl (e : Expr) : MetaM Nat := evalExpr Nat (mkConst ``Nat) e
@[implemented_by runNatImpl] opaque runNat (e : Expr) : MetaM Nat
/-- info: 5 -/
#guard_msgs in run_meta logInfo m!"{← runNat (mkApp2 (mkConst ``Nat.add) (mkNatLit 2) (mkNatLit 3))}"

-- program: options, traces, messages
set_option trace.Meta.synthInstance false in
/-- info: 100 -/
#guard_msgs in
set_option maxRecDepth 100 in
run_meta logInfo m!"{maxRecDepth.get (← getOptions)}"
/-- warning: look out -/
#guard_msgs in run_meta logWarning "look out"

-- program: errors nested in context, and try ... finally
/-- error: outer: inner -/
#guard_msgs in run_meta do
  try (throwError "inner" : MetaM Unit) catch e => throwError m!"outer: {e.toMessageData}"

-- program: name resolution, open namespaces, private names
namespace Deep.Down
def thing := 1
private def secret := 2
end Deep.Down
/-- info: [Deep.Down.thing] true -/
#guard_msgs in open Deep.Down in run_cmd
  logInfo m!"{← resolveGlobalConst (mkIdent `thing)} {isPrivateName (mkPrivateName (← getEnv) `secret)}"

-- program: persistent maps, name generators, collectors
/-- info: [x, y] 2 -/
#guard_msgs in run_meta
  withLocalDeclD `x (mkConst ``Nat) fun x => withLocalDeclD `y (mkConst ``Nat) fun y => do
    let e ← mkAppM ``HMul.hMul #[x, y]
    let found := (collectFVars {} e).fvarIds
    let map : PersistentHashMap FVarId Nat := found.foldl (fun m f => m.insert f 1) {}
    logInfo m!"{found.toList.map Expr.fvar} {map.toList.length}"

-- program: a proof by hand in TermElabM
example : ∃ n : Nat, n * n = 49 := by
  run_tac do
    let goal ← Elab.Tactic.getMainGoal
    let n := mkNatLit 7
    let body ← Elab.Tactic.elabTerm (← `(fun n : Nat => n * n = 49)) none
    let proof ← mkDecideProof (← instantiateMVars (body.beta #[n]))
    goal.assign (mkApp4 (mkConst ``Exists.intro [1]) (mkConst ``Nat) body n proof)
