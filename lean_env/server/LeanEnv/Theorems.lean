import LeanEnv.Frontend
import LeanEnv.Protocol
import LeanEnv.ListLite
import Lean.Elab.DeclNameGen

/-!
# The theorems that a file declares

Those that are written in it; what Lean or a macro adds under names of its own is not among them.
-/

open Lean Elab

namespace LeanEnv

/-- The identifiers in declarations' heads, with their places, before those in `acc`. -/
partial def declaredIds (stx : Syntax) (acc : List (Name × String.Pos.Raw)) :
    List (Name × String.Pos.Raw) :=
  match stx with
  | .node _ kind args =>
    match kind == `Lean.Parser.Command.declId, args.toList, stx.getPos? with
    | true, .ident _ _ id _ :: _, some pos => (id, pos) :: acc
    | _, args, _ => inArgs args acc
  | _ => acc
where
  inArgs : List Syntax → List (Name × String.Pos.Raw) → List (Name × String.Pos.Raw)
    | [], acc => acc
    | s :: ss, acc => declaredIds s (inArgs ss acc)

/-- The instance without a name that a command declares: its keyword, its binders and its type. -/
partial def namelessInstance? (stx : Syntax) : Option (Syntax × Syntax × Syntax) :=
  match stx with
  | .node _ kind args =>
    if kind == `Lean.Parser.Command.instance then headOf args.toList
    else if kind == `Lean.Parser.Command.declaration then inArgs args.toList
    else none
  | _ => none
where
  inArgs : List Syntax → Option (Syntax × Syntax × Syntax)
    | [] => none
    | s :: ss =>
      match namelessInstance? s with
      | some found => some found
      | none => inArgs ss
  headOf : List Syntax → Option (Syntax × Syntax × Syntax)
    | _ :: keyword :: _ :: .node _ _ id :: .node _ _ sig :: _ =>
      match id.toList, sig.toList with
      | [], [binders, .node _ _ colonType] =>
        match colonType.toList with
        | [_, type] => some (keyword, binders, type)
        | _ => none
      | _, _ => none
    | _ => none

@[noinline] def instanceName (binders type : Syntax) : Command.CommandElabM Name :=
  Command.mkInstanceName binders.getArgs type

/-- As `declaredIds`, with the name that Lean makes for an instance without one. -/
def declaredNames (map : FileMap) (step : CommandStep) : IO (List (Name × String.Pos.Raw)) := do
  match namelessInstance? step.stx with
  | none => return declaredIds step.stx []
  | some (keyword, binders, type) =>
    let ctx : Command.Context := { fileName := "<text>", fileMap := map, snap? := none, cancelTk? := none }
    match ← EIO.toBaseIO (instanceName binders type ctx (← IO.mkRef step.before.cmd)) with
    | .ok id => return [(id, keyword.getPos?.getD 0)]
    | .error _ => return []

/-- What a declaration that is headed `id` is called: as it is, or as a private one. -/
def fullNames (s : Command.State) (id : Name) : List Name :=
  let full := if rootNamespace.isPrefixOf id then id.replacePrefix rootNamespace .anonymous
    else (scopeOf s).currNamespace ++ id
  [full, mkPrivateName s.env full]

/-- The first of `names` that was declared between `before` and `after`. -/
def newConstant (before after : Command.State) : List Name → Option ConstantInfo
  | [] => none
  | n :: ns =>
    match before.env.find? n, after.env.find? n with
    | none, some info => some info
    | _, _ => newConstant before after ns

/-- What was declared with an identifier, at a place of the text. -/
def declarationRow (map : FileMap) (info : ConstantInfo) (pos : String.Pos.Raw) : Json :=
  let kind := match info with
    | .thmInfo _ => "theorem"
    | .defnInfo _ => "definition"
    | _ => "other"
  Json.mkObj [("name", jsonName info.name), ("text", .str (privateToUserName info.name).toString),
    ("kind", .str kind), ("line", jsonNat (map.toPosition pos).line)]

def declarationsOf (map : FileMap) (step : CommandStep) (theorems : Bool) :
    List (Name × String.Pos.Raw) → List Json → List Json
  | [], acc => acc
  | (id, pos) :: ids, acc =>
    match newConstant step.before.cmd step.after (fullNames step.before.cmd id) with
    | none => declarationsOf map step theorems ids acc
    | some info =>
      let rest := declarationsOf map step theorems ids acc
      match info with
      | .thmInfo _ => declarationRow map info pos :: rest
      | _ => if theorems then rest else declarationRow map info pos :: rest

/-- The theorems, in order, from steps that come last first. -/
def theoremsJson (map : FileMap) : List CommandStep → List Json → List Json
  | [], acc => acc
  | step :: steps, acc =>
    theoremsJson map steps (declarationsOf map step true (declaredIds step.stx []) acc)

end LeanEnv
