import Lean

-- program: a notation with precedence
notation:65 a " ⊞ " b:66 => a + b + 1
example : 1 ⊞ 2 ⊞ 3 = 8 := rfl

-- program: an infix operator with its own function
def Nat.twicePlus (a b : Nat) : Nat := 2 * a + b
infixl:60 " ⊕⊕ " => Nat.twicePlus
/-- info: 16 -/
#guard_msgs in #eval 3 ⊕⊕ 2 ⊕⊕ 0

-- program: a tactic macro that calls itself
syntax "split_all" : tactic
macro_rules
  | `(tactic| split_all) => `(tactic| first | (constructor <;> split_all) | assumption | rfl | skip)
example (p q r : Prop) (hp : p) (hq : q) (hr : r) : (p ∧ q) ∧ r := by split_all

-- program: a macro with optional and repeated syntax
syntax (name := sumOf) "sum_of" "[" term,* "]" (" from " term)? : term
macro_rules
  | `(sum_of [$[$xs],*]) => do
    let mut sum ← `(0)
    for x in xs do sum ← `($sum + $x)
    return sum
  | `(sum_of [$[$xs],*] from $start) => do
    let mut sum := start
    for x in xs do sum ← `($sum + $x)
    return sum
example : sum_of [1, 2, 3] = 6 := rfl
example : (sum_of [1, 2, 3] from 10) = 16 := rfl

-- program: a command macro that declares several things
syntax "pair_of_defs " ident ident " := " term : command
macro_rules
  | `(pair_of_defs $a $b := $v) => `(def $a := $v
                                     def $b := $v)
pair_of_defs left right := (7 : Nat)
example : left + right = 14 := rfl

-- program: hygiene keeps the macro's variables apart
macro "const_fun " e:term : term => `(fun x => $e)
example (x : Nat) : (const_fun x) 5 = x := rfl

-- program: a macro that throws an error with its own words
macro "never" : term => Lean.Macro.throwError "never is never right"
/-- error: never is never right -/
#guard_msgs in example : Nat := never

-- program: a notation with an unexpander
structure Pt where
  x : Nat
  y : Nat
notation "⟪" a ", " b "⟫" => Pt.mk a b
@[app_unexpander Pt.mk] def unexpandPt : Lean.PrettyPrinter.Unexpander
  | `($_ $a $b) => `(⟪$a, $b⟫)
  | _ => throw ()
/-- info: ⟪1, 2⟫ : Pt -/
#guard_msgs in #check Pt.mk 1 2

-- program: a macro over binders
macro "∃₂ " x:ident ", " b:term : term => `(∃ $x:ident, ∃ y, $b ∧ y = $x)
example : ∃₂ n, n = 3 := ⟨3, 3, rfl, rfl⟩

-- program: a category of one's own, translated by macros
declare_syntax_cat arith
syntax num : arith
syntax ident : arith
syntax arith " + " arith : arith
syntax arith " * " arith : arith
syntax "(" arith ")" : arith
syntax "[arith|" arith "]" : term
macro_rules
  | `([arith| $n:num]) => `($n)
  | `([arith| $x:ident]) => `($x)
  | `([arith| $a + $b]) => `([arith| $a] + [arith| $b])
  | `([arith| $a * $b]) => `([arith| $a] * [arith| $b])
  | `([arith| ($a)]) => `([arith| $a])
example (z : Nat) : [arith| (2 + z) * 3] = (2 + z) * 3 := rfl
