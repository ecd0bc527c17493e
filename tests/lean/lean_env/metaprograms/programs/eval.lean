import Lean
open Lean Meta Elab

-- program: a value with a Repr instance
/-- info: [1, 2, 3] -/
#guard_msgs in #eval [3, 2, 1].reverse

-- program: output in IO, before the value
/--
info: one
two
---
info: 3
-/
#guard_msgs in #eval show IO Nat from do
  IO.println "one"
  IO.println "two"
  return 3

-- program: for loops, ranges, mutable variables, early return
def firstSquareAbove (n : Nat) : Option Nat := Id.run do
  for i in [0:n] do
    if i * i > n then return some (i * i)
  return none
/-- info: some 121 -/
#guard_msgs in #eval firstSquareAbove 100

-- program: exceptions in IO
/-- error: too bad -/
#guard_msgs in #eval show IO Unit from throw (IO.userError "too bad")
/-- info: caught: too bad -/
#guard_msgs in #eval show IO Unit from do
  try throw (IO.userError "too bad") catch e => IO.println s!"caught: {e}"

-- program: state, reader and exception transformers
def step : StateT Nat (ExceptT String Id) Unit := do
  if (← get) > 2 then throw "enough"
  modify (· + 1)
/-- info: Except.error "enough" -/
#guard_msgs in #eval (do step; step; step; step : StateT Nat (ExceptT String Id) Unit).run' 0 |>.run
/-- info: (3, 6) -/
#guard_msgs in #eval ((do modify (· + (← read)); return (← get) / 2 : ReaderT Nat (StateM Nat) Nat).run 2 |>.run 4).run

-- program: arrays and strings
/-- info: #["3", "2", "1"] -/
#guard_msgs in #eval (#[1, 2, 3].map toString).reverse
/-- info: "a, b and c" -/
#guard_msgs in #eval ", ".intercalate ["a", "b"] ++ " and c"
/-- info: 6 -/
#guard_msgs in #eval #[1, 2, 3].foldl (· + ·) 0
/-- info: (["x", "y"], 2) -/
#guard_msgs in #eval let parts := "x-y".splitOn "-"; (parts, parts.length)
/-- info: #[1, 2, 3, 5] -/
#guard_msgs in #eval #[3, 5, 1, 2].qsort (· < ·)

-- program: hash maps and sets
/-- info: some 2 -/
#guard_msgs in #eval ((({} : Std.HashMap String Nat).insert "a" 1).insert "b" 2)["b"]?
/-- info: 2 -/
#guard_msgs in #eval (Std.HashSet.ofList [1, 2, 2]).size
/-- info: [("x", 1), ("y", 2)] -/
#guard_msgs in #eval (Std.TreeMap.ofList [("y", 2), ("x", 1)] : Std.TreeMap String Nat).toList

-- program: big numbers, floats, bytes
/-- info: 1267650600228229401496703205376 -/
#guard_msgs in #eval 2 ^ 100
/-- info: 0.500000 -/
#guard_msgs in #eval (1.0 / 2.0 : Float)
/-- info: 44 -/
#guard_msgs in #eval (300 : UInt8)
/-- info: 18446744073709551615 -/
#guard_msgs in #eval (0 - 1 : UInt64)

-- program: partial and mutual functions
mutual
partial def isEven (n : Nat) : Bool := if n == 0 then true else isOdd (n - 1)
partial def isOdd (n : Nat) : Bool := if n == 0 then false else isEven (n - 1)
end
/-- info: (true, false) -/
#guard_msgs in #eval (isEven 10, isOdd 10)

-- program: unsafe code and implemented_by
unsafe def fastImpl (n : Nat) : Nat := n * (n + 1) / 2
@[implemented_by fastImpl] def sumTo : Nat → Nat
  | 0 => 0
  | n + 1 => n + 1 + sumTo n
/-- info: 500000500000 -/
#guard_msgs in #eval sumTo 1000000

-- program: #eval in MetaM
/-- info: Nat → Nat -/
#guard_msgs in #eval show MetaM Unit from do
  logInfo m!"{← inferType (mkConst ``Nat.succ)}"
/-- info: Nat.add 1 2 -/
#guard_msgs in #eval show MetaM Unit from do
  logInfo m!"{mkApp2 (mkConst ``Nat.add) (mkNatLit 1) (mkNatLit 2)}"

-- program: #eval in CommandElabM, TermElabM and CoreM
/-- info: true -/
#guard_msgs in #eval show Command.CommandElabM Bool from return (← getEnv).contains ``Nat
/-- info: Nat -/
#guard_msgs in #eval show TermElabM Format from do ppExpr (← Term.elabTerm (← `(Nat)) none)
/-- info: `Nat.add -/
#guard_msgs in #eval show CoreM Name from realizeGlobalConstNoOverload (mkIdent `Nat.add)

-- program: expressions, names, syntax as values
/-- info: `a.b.c -/
#guard_msgs in #eval `a.b ++ `c
/-- info: Lean.Expr.const `Nat [] -/
#guard_msgs in #eval repr (mkConst ``Nat)

-- program: guards
#guard [1, 2, 3].length == 3
#guard_expr (fun x : Nat => x) 3 =~ 3
/--
error: Expression
  decide (1 = 2)
did not evaluate to `true`
-/
#guard_msgs in #guard 1 = 2

-- program: json and formatting
/-- info: {"b": [true, null], "a": 1} -/
#guard_msgs in #eval Json.mkObj [("a", 1), ("b", .arr #[.bool true, .null])]
/-- info: Except.ok 3 -/
#guard_msgs in #eval (Json.parse "{\"k\": 3}").bind (·.getObjValAs? Nat "k")

-- program: tasks, references, time
/-- info: 42 -/
#guard_msgs in #eval show IO Nat from do
  let task ← IO.asTask (return 40)
  let r ← IO.mkRef (← IO.ofExcept task.get)
  r.modify (· + 2)
  r.get
/-- info: true -/
#guard_msgs in #eval show IO Bool from return (← IO.monoMsNow) > 0

-- program: a file cannot be written, and the code is told so
/-- info: no -/
#guard_msgs in #eval show IO Unit from do
  try IO.FS.writeFile "/tmp/x" "y"; IO.println "yes" catch _ => IO.println "no"
