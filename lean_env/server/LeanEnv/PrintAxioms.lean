import LeanEnv.Axioms
import LeanEnv.Frontend

/-!
# `#print axioms` in embedded Lean

Its library comes without proofs, so Lean's own command would list theorems of the library.
-/

open Lean Elab

namespace LeanEnv

def messageAt (ictx : Parser.InputContext) (stx : Syntax) (severity : MessageSeverity) (text : String) :
    Message :=
  let start := stx.getPos?.getD 0
  { fileName := ictx.fileName, pos := ictx.fileMap.toPosition start
    endPos := some (ictx.fileMap.toPosition (stx.getTailPos?.getD start))
    severity, data := .ofFormat (.text text) }

/-- What `id` means in the namespace `ns` or one around it. -/
def constantIn (env : Environment) (id : Name) : Name → Option Name
  | .str p s =>
    if env.contains (.str p s ++ id) then some (.str p s ++ id) else constantIn env id p
  | _ => if env.contains id then some id else none

def addAlphabetically (n : Name) : List Name → List Name
  | [] => [n]
  | m :: ms =>
    match Name.cmp n m with
    | .gt => m :: addAlphabetically n ms
    | _ => n :: m :: ms

def alphabetically : List Name → List Name
  | [] => []
  | n :: ns => addAlphabetically n (alphabetically ns)

/-- What `#print axioms` says: by the gate's walk over terms, in Lean's words.  None for another command
and for a name that is not found, which are left to Lean. -/
def axiomsMessage (ictx : Parser.InputContext) (s : Command.State) (stx : Syntax) : Option Message :=
  match stx with
  | .node _ `Lean.Parser.Command.printAxioms args =>
    match args.toList with
    | [_, _, .ident _ _ id _] =>
      match constantIn s.env id (scopeOf s).currNamespace with
      | some n =>
        let g := axiomDependencies (TrustedBase.of s.env) s.env.toKernelEnv n
        let names := ", ".intercalate (ListLite.map (fun a => a.toString) (alphabetically g.axioms))
        let said := if names == "" then s!"'{n.toString}' does not depend on any axioms"
          else s!"'{n.toString}' depends on axioms: [{names}]"
        some (messageAt ictx stx .information said)
      | none => none
    | _ => none
  | _ => none

/-- Elaborate a command, in embedded Lean with the gate's answer to `#print axioms`. -/
def elabWithAxioms (signals : Signals) (ictx : Parser.InputContext) (pos : String.Pos.Raw) (stx : Syntax)
    (s : Command.State) : IO (Command.State × List Message) := do
  if isEmbedded s.env then
    if let some message := axiomsMessage ictx s stx then return (s, [message])
  let after ← elabCommand signals ictx pos stx s
  return (after, elems after.messages.unreported)

end LeanEnv
