import Lean
open Lean

-- program: Repr, BEq, Hashable, DecidableEq, Inhabited, Ord
inductive Color where
  | red | green | blue (shade : Nat)
  deriving Repr, BEq, Hashable, DecidableEq, Inhabited, Ord
/-- info: Color.blue 3 -/
#guard_msgs in #eval Color.blue 3
/-- info: (true, false) -/
#guard_msgs in #eval (Color.red == Color.red, decide (Color.red = Color.green))
/-- info: Ordering.lt -/
#guard_msgs in #eval compare Color.red (Color.blue 1)
/-- info: true -/
#guard_msgs in #eval hash Color.red == hash (default : Color)
example : Color.red ≠ Color.green := by decide

-- program: structures with parameters
structure Pair (α β : Type) where
  fst : α
  snd : β
  deriving Repr, BEq, DecidableEq, Hashable, Inhabited
/-- info: { fst := 1, snd := "x" } -/
#guard_msgs in #eval ({ fst := 1, snd := "x" } : Pair Nat String)

-- program: recursive and nested types
inductive Tree (α : Type) where
  | leaf
  | node (value : α) (children : List (Tree α))
  deriving Repr, BEq, Inhabited
/-- info: Tree.node 1 [Tree.leaf, Tree.node 2 []] -/
#guard_msgs in #eval Tree.node 1 [.leaf, .node 2 []]

-- program: mutual types
mutual
inductive A where
  | nil
  | cons (b : B)
  deriving Repr, BEq
inductive B where
  | one (a : A)
  deriving Repr, BEq
end
/-- info: true -/
#guard_msgs in #eval A.cons (.one .nil) == A.cons (.one .nil)

-- program: deriving afterwards
inductive Side | left | right
deriving instance Repr, DecidableEq, Ord for Side
/-- info: Side.left -/
#guard_msgs in #eval Side.left

-- program: ToExpr, ToJson, FromJson
structure Config where
  depth : Nat := 3
  name : String
  deriving ToExpr, ToJson, FromJson, Repr
/-- info: {"name": "a", "depth": 3} -/
#guard_msgs in #eval toJson ({ name := "a" } : Config)
/-- info: Except.ok { depth := 5, name := "b" } -/
#guard_msgs in #eval (fromJson? (Json.mkObj [("depth", 5), ("name", "b")]) : Except String Config)
/-- info: { name := "q" } : Config -/
#guard_msgs in run_meta logInfo m!"{toExpr ({ name := "q" } : Config)} : {toTypeExpr Config}"

-- program: Nonempty, TypeName, SizeOf
structure Box where
  n : Nat
  deriving Nonempty, TypeName
example : Nonempty Box := inferInstance
/-- info: some 7 -/
#guard_msgs in #eval ((Dynamic.mk (Box.mk 7)).get? Box).map (·.n)

-- program: a newtype takes over instances
def Meters := Nat
  deriving Repr, BEq, Inhabited, Hashable, Add, OfNat
/-- info: 7 -/
#guard_msgs in #eval (3 + 4 : Meters)

-- program: a deriving handler of one's own
class Describe (α : Type) where describe : String
def describeHandler (names : Array Name) : Elab.Command.CommandElabM Bool := do
  for n in names do
    let text := Syntax.mkStrLit s!"type {n}"
    Elab.Command.elabCommand (← `(instance : Describe $(mkCIdent n) := ⟨$text⟩))
  return true
/-- error: failed to register deriving handler, it can only be registered during initialization -/
#guard_msgs in run_cmd Elab.registerDerivingHandler ``Describe describeHandler
run_cmd discard <| describeHandler #[``Color]
/-- info: "type Color" -/
#guard_msgs in #eval Describe.describe Color

-- program: derived code works at run time and in proofs
inductive Op | add | mul deriving DecidableEq, Repr
def Op.eval : Op → Nat → Nat → Nat
  | .add, a, b => a + b
  | .mul, a, b => a * b
example : ∀ o : Op, o.eval 2 2 = 4 := by intro o; cases o <;> decide
/-- info: [4, 4] -/
#guard_msgs in #eval [Op.add, Op.mul].map (·.eval 2 2)
