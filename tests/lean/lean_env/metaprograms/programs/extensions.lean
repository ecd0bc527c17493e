import Lean
open Lean Meta Elab Command

-- `initialize` takes effect in files that import it.  Within one file what is to be stored lives in a
-- reference or in an extension that exists already.

-- program: an extension is declared
initialize noteExt : SimplePersistentEnvExtension (Name × String) (Array (Name × String)) ←
  registerSimplePersistentEnvExtension {
    addEntryFn := Array.push
    addImportedFn := fun entries => entries.foldl (· ++ ·) #[] }
/-- info: noteExt : SimplePersistentEnvExtension (Name × String) (Array (Name × String)) -/
#guard_msgs in #check noteExt
def noteThat (n : Name) (text : String) : CoreM Unit := modifyEnv (noteExt.addEntry · (n, text))

-- program: a parametric attribute is declared
initialize rankAttr : ParametricAttribute Nat ←
  registerParametricAttribute {
    name := `rank
    descr := "a number"
    getParam := fun _ stx => match stx[1].isNatLit? with
      | some n => pure n
      | none => throwError "a number is expected" }

-- program: a tag attribute and a builtin one
initialize niceAttr : TagAttribute ← registerTagAttribute `nice "nice declarations"
builtin_initialize veryNiceAttr : TagAttribute ← registerTagAttribute `very_nice "very nice declarations"

-- program: a simp set is declared
register_simp_attr my_simps
/-- my simprocs -/
initialize mySimprocs : Nat ← pure 3

-- program: options, a trace class and a label attribute are declared
register_option my.verbose : Bool := { defValue := false, descr := "say more" }
register_builtin_option my.deeper : Nat := { defValue := 3, descr := "how deep" }
initialize registerTraceClass `my.trace
register_label_attr my_label

-- program: a reference made by initialize
initialize counter : IO.Ref Nat ← IO.mkRef 0

-- program: an extension of Lean's own is read and written
/-- info: false true -/
#guard_msgs in run_cmd
  let env ← getEnv
  let n := (protectedExt.getState env).contains `Nothing
  modifyEnv (addProtected · `Nothing.here)
  logInfo m!"{n} {isProtected (← getEnv) `Nothing.here}"

-- program: a simp set is extended and read
def three : Nat := 3
@[simp] theorem three_eq : three = 3 := rfl
/-- info: true -/
#guard_msgs in run_meta
  let thms ← getSimpTheorems
  logInfo m!"{thms.isLemma (.decl ``three_eq)}"

-- program: an attribute is applied by code
theorem four_eq : 2 + 2 = 4 := rfl
run_meta addSimpTheorem simpExtension ``four_eq (post := true) (inv := false) .global 1000
run_cmd liftTermElabM <| Attribute.add ``four_eq `grind (← `(attr| grind =))

-- program: docstrings and deprecation
/-- says three -/
@[deprecated three (since := "2026-01-01")] def trois := 3
/-- info: says three true -/
#guard_msgs in run_cmd
  logInfo m!"{((← findDocString? (← getEnv) ``trois).getD "").trimAscii.copy} {Linter.isDeprecated (← getEnv) ``trois}"

-- program: instances and reducibility by attribute
class Weight (α : Type) where weight : α → Nat
def natWeight : Weight Nat := ⟨id⟩
attribute [instance 200] natWeight
attribute [reducible] natWeight
example : Weight.weight (3 : Nat) = 3 := rfl
/-- info: true true -/
#guard_msgs in run_meta logInfo m!"{← isInstance ``natWeight} {← isReducible ``natWeight}"

-- program: ext, induction_eliminator, and other attributes that build lemmas
@[ext] structure Pair where
  fst : Nat
  snd : Nat
example (p q : Pair) (h : p.fst = q.fst) (h' : p.snd = q.snd) : p = q := Pair.ext h h'
example (p q : Pair) (h : p.fst = q.fst) (h' : p.snd = q.snd) : p = q := by ext <;> assumption

-- program: grind lemmas
def twice (n : Nat) := n + n
@[grind =] theorem twice_eq (n : Nat) : twice n = 2 * n := by simp [twice]; omega
example : twice 5 = 10 := by grind

-- program: a scoped simp lemma and a local one
namespace Hidden
def h : Nat := 1
attribute [scoped simp] h
end Hidden
example : Hidden.h = 1 := by open Hidden in simp
