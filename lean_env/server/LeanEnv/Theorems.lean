import LeanEnv.Frontend
import LeanEnv.Protocol
import LeanEnv.ListLite

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

/-- What a declaration that is headed `id` is called: as it is, or as a private one. -/
def fullNames (s : Command.State) (id : Name) : List Name :=
  let full := if rootNamespace.isPrefixOf id then id.replacePrefix rootNamespace .anonymous
    else (scopeOf s).currNamespace ++ id
  [full, mkPrivateName s.env full]

/-- The first of `names` that is a theorem of `after` and was not there before. -/
def newTheorem (before after : Command.State) : List Name → Option Name
  | [] => none
  | n :: ns =>
    match before.env.find? n, after.env.find? n with
    | none, some (.thmInfo _) => some n
    | _, _ => newTheorem before after ns

def theoremsOf (source : String) (step : CommandStep) : List (Name × String.Pos.Raw) → List Json → List Json
  | [], acc => acc
  | (id, pos) :: ids, acc =>
    match newTheorem step.before.cmd step.after (fullNames step.before.cmd id) with
    | none => theoremsOf source step ids acc
    | some n =>
      let row := Json.mkObj [("name", jsonName n), ("text", .str (privateToUserName n).toString),
        ("line", jsonNat (source.toFileMap.toPosition pos).line)]
      row :: theoremsOf source step ids acc

/-- The theorems, in order, from steps that come last first. -/
def theoremsJson (source : String) : List CommandStep → List Json → List Json
  | [], acc => acc
  | step :: steps, acc =>
    theoremsJson source steps (theoremsOf source step (declaredIds step.stx []) acc)

end LeanEnv
