import LeanEnv.Server
import Lean.Compiler.IR.CompilerM
import Lean.Compiler.LCNF.MonoTypes
import Lean.Compiler.LCNF.PhaseExt
import Lean.Compiler.NameMangling

/-!
# Declarations for the library's compiled code

Embedded Lean's library comes without the compiler's intermediate representation (IR).  Functions that
only the compiler has names for, such as `List.head!._redArg` or `Array.push._boxed`, are in the binary,
but nothing declares them, so code that needs them does not compile.  The host has a list of all compiled
functions; here those that new code may mention get an `extern` declaration with parameters and a result
of type `object`, which is how the interpreter calls compiled code.
-/

open Lean Compiler

/-! What follows needs some of these functions itself, and makes them known by their names. -/

/-- `IR.addDecl` without the parameter that it does not use. -/
@[extern "lean_env_ir_add_decl"]
public opaque Lean.IR.addDecl._redArg (d : IR.Decl) (core : IO.Ref Core.State) : EIO Exception Unit

/-- `CacheExtension.insert` as `getOtherDeclBaseType` uses it. -/
@[extern "lean_env_insert_base_type"]
public opaque Lean.Compiler.LCNF.CacheExtension.insert._at_.Lean.Compiler.LCNF.getOtherDeclBaseType.spec_1._redArg
  (ext : LCNF.CacheExtension Name Expr) (n : Name) (type : Expr) (core : IO.Ref Core.State) :
  EIO Exception Unit

/-- `CacheExtension.insert` as `getOtherDeclMonoType` uses it. -/
@[extern "lean_env_insert_mono_type"]
public opaque Lean.Compiler.LCNF.CacheExtension.insert._at_.Lean.Compiler.LCNF.getOtherDeclMonoType.spec_1._redArg
  (ext : LCNF.CacheExtension Name Expr) (n : Name) (type : Expr) (core : IO.Ref Core.State) :
  EIO Exception Unit

/-- An environment extension of any type. -/
public abbrev LeanEnv.AnyExtension := PersistentEnvExtension EnvExtensionEntry EnvExtensionEntry EnvExtensionState

/-- `getModuleEntries` without types; the first parameter is an instance that it does not use. -/
@[extern "lean_env_get_module_entries"]
public opaque Lean.PersistentEnvExtension.getModuleEntries._redArg (inst : Unit) (ext : LeanEnv.AnyExtension)
  (env : Environment) (module : ModuleIdx) (level : OLeanLevel) : Array EnvExtensionEntry

namespace LeanEnv

def insertBaseType := @LCNF.CacheExtension.insert._at_.Lean.Compiler.LCNF.getOtherDeclBaseType.spec_1._redArg
def insertMonoType := @LCNF.CacheExtension.insert._at_.Lean.Compiler.LCNF.getOtherDeclMonoType.spec_1._redArg

/-! ## The names that code of others mentions

The compiler inlines and specializes functions of the library, whose code in its own intermediate
language (LCNF) the modules carry.  Other names of compiled functions cannot occur in new code. -/

mutual

/-- The constants in a piece of code. -/
partial def insertCode : LCNF.Code → NameSet → NameSet
  | .let d k, acc =>
    match d.value with
    | .const n _ _ => insertCode k (acc.insert n)
    | _ => insertCode k acc
  | .fun d k, acc => insertCode k (insertCode d.value acc)
  | .jp d k, acc => insertCode k (insertCode d.value acc)
  | .cases c, acc => insertAlternatives c.alts.toList acc
  | _, acc => acc

partial def insertAlternatives : List LCNF.Alt → NameSet → NameSet
  | [], acc => acc
  | .alt _ _ k :: rest, acc => insertAlternatives rest (insertCode k acc)
  | .default k :: rest, acc => insertAlternatives rest (insertCode k acc)

end

def insertDecls : List LCNF.Decl → NameSet → NameSet
  | [], acc => acc
  | d :: ds, acc =>
    match d.value with
    | .code k => insertDecls ds (insertCode k acc)
    | .extern _ => insertDecls ds acc

/-- Insert what `insert` finds in an extension's entries, which are of type `α`, module by module. -/
@[specialize] unsafe def insertEntries {α : Type} (env : Environment) (ext : AnyExtension)
    (insert : List α → NameSet → NameSet) : Nat → NameSet → NameSet
  | 0, acc => acc
  | n + 1, acc =>
    let entries := PersistentEnvExtension.getModuleEntries._redArg () ext env n .exported
    insertEntries env ext insert n (insert (unsafeCast entries : Array α).toList acc)

/-- Names that code of the base phase mentions, and those that any code mentions. -/
structure MentionedNames where
  inBase : NameSet := {}
  all : NameSet := {}

unsafe def mentionedIn (env : Environment) : List AnyExtension → MentionedNames → MentionedNames
  | [], acc => acc
  | ext :: exts, acc =>
    let n := env.header.moduleNames.size
    let acc :=
      if ext.name == `Lean.Compiler.LCNF.baseExt then
        { inBase := insertEntries env ext insertDecls n acc.inBase, all := insertEntries env ext insertDecls n acc.all }
      else if ext.name == `Lean.Compiler.LCNF.monoExt then { acc with all := insertEntries env ext insertDecls n acc.all }
      else acc
    mentionedIn env exts acc

/-! ## Declarations -/

def objectParams : Nat → Nat → Array IR.Param → Array IR.Param
  | 0, _, acc => acc
  | n + 1, i, acc => objectParams n (i + 1) (acc.push { x := { idx := i }, borrow := false, ty := .object })

/-- `lcAny → … → lcAny` with `n` arrows. -/
def anyFunction : Nat → Expr
  | 0 => mkConst `lcAny
  | n + 1 => .forallE `a (mkConst `lcAny) (anyFunction n) .default

/-- What declarations of `n` parameters share. -/
structure OfArity where
  params : Array IR.Param
  type : Expr

def tableOfArities : Nat → Nat → Array OfArity → Array OfArity
  | 0, _, acc => acc
  | n + 1, i, acc => tableOfArities n (i + 1) (acc.push { params := objectParams i 0 #[], type := anyFunction i })

/-- The beginning of `prev` that is equal to `n`. -/
def sameBeginning (n : Name) : Name → Option Name
  | .anonymous => none
  | prev@(.str p _) | prev@(.num p _) => if prev == n then some prev else sameBeginning n p

/-- `n`, made of parts of `prev` as far as that is possible: names of neighbours share memory. -/
def sharing (prev : Name) : Name → Name
  | .anonymous => .anonymous
  | n@(.str p s) => (sameBeginning n prev).getD (.str (sharing prev p) s)
  | n@(.num p i) => (sameBeginning n prev).getD (.num (sharing prev p) i)

structure DeclareContext where
  env : Environment
  arities : Array OfArity
  mentioned : MentionedNames
  core : IO.Ref Core.State

/-- A constant of a harmless type for a name that code of the base phase mentions, where the compiler
looks a constant up before its type.  Only texts are elaborated with it, never is a term checked. -/
def placeholder (name : Name) : Declaration :=
  .axiomDecl { name, levelParams := [], type := mkConst ``True, isUnsafe := false }

def DeclareContext.declare (ctx : DeclareContext) (name : Name) (arity : Nat) : IO Unit := do
  let some { params, type } := ctx.arities[arity]? | return
  if ctx.mentioned.inBase.contains name then
    let core ← ctx.core.get
    if let .ok env := core.env.addDeclCore 0 (placeholder name) none false then
      ctx.core.set { core with env }
    let _ ← EIO.toBaseIO (insertBaseType LCNF.baseTypeExt name type ctx.core)
  let _ ← EIO.toBaseIO (insertMonoType LCNF.monoTypeExt name type ctx.core)
  let _ ← EIO.toBaseIO (IR.addDecl._redArg (.extern name params .object { entries := [] }) ctx.core)

/-- Can new code mention it, and does the library not declare it? -/
def DeclareContext.isMissing (ctx : DeclareContext) (name : Name) : Bool :=
  if (ctx.env.getModuleIdxFor? name).isSome then false
  else match name with
    | .str p "_boxed" => (ctx.env.getModuleIdxFor? p).isSome || ctx.mentioned.all.contains p
    | _ => ctx.mentioned.all.contains name

/-- Declare what the lines of `list` name; `prev` is what was declared last. -/
partial def DeclareContext.declareAll (ctx : DeclareContext) (list : IO.FS.Handle) (prev : Name) : IO Unit := do
  let line ← list.getLine
  match line.splitOn " " with
  | [symbol, arity, _] =>
    match Name.demangle? symbol with
    | some name =>
      if ctx.isMissing name then
        let name := sharing prev name
        ctx.declare name arity.toNat!
        ctx.declareAll list name
      else ctx.declareAll list prev
    | none => ctx.declareAll list prev
  | _ => return

/-- The interpreter passes more parameters as one array; the list has no such functions. -/
def mostParameters : Nat := 16

/-! Lean evaluates what mentions only imported constants in the environment "just after importing", which
an environment keeps in a private field. -/

/-- `RealizationContext`, which is private. -/
structure RealizationFields where
  env : NonScalar
  options : NonScalar
  constants : NonScalar

/-- The fields of `Environment`, which are private, in Lean 4.28.0-pre. -/
structure EnvironmentFields where
  base : NonScalar
  serverExtensions : NonScalar
  checked : NonScalar
  asyncConsts : NonScalar
  asyncContext? : NonScalar
  realizedImported? : Option RealizationFields
  realizedLocal : NonScalar
  allRealizations : NonScalar
  isExporting : Bool

/-- `env` as the environment just after importing. -/
unsafe def asImported (env : Environment) : IO Environment := do
  let fields : EnvironmentFields := unsafeCast env
  let some imported := env.importEnv? | throw (.userError "no modules are imported")
  let some realized := fields.realizedImported? | throw (.userError "no modules are imported")
  unless ptrAddrUnsafe realized.env == ptrAddrUnsafe imported do
    throw (.userError "`Environment` has other fields than expected")
  return unsafeCast { fields with realizedImported? := some { realized with env := unsafeCast env } }

/-- The environment with declarations for what the host's list names (`wasm/declarations.mjs`) and new
code may mention. -/
unsafe def withLibraryCode (list : System.FilePath) (env : Environment) : IO Environment := do
  let core ← IO.mkRef { env : Core.State }
  let mentioned := mentionedIn env (← persistentEnvExtensionsRef.get).toList {}
  let ctx := { env, arities := tableOfArities (mostParameters + 1) 0 #[], mentioned, core : DeclareContext }
  ctx.declareAll (← IO.FS.Handle.mk list .read) .anonymous
  asImported (← core.get).env

end LeanEnv
