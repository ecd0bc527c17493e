universe u v
variable {α : Type u} [BEq α]
namespace Foo
inductive Tree (α : Type u) where
  | leaf : Tree α
  | node : Tree α → α → Tree α → Tree α
  deriving Repr, BEq, DecidableEq, Inhabited
def Tree.size : Tree α → Nat
  | .leaf => 0
  | .node l _ r => l.size + 1 + r.size
theorem Tree.size_leaf : (Tree.leaf : Tree α).size = 0 := rfl
mutual
def even : Nat → Bool
  | 0 => true
  | n+1 => odd n
def odd : Nat → Bool
  | 0 => false
  | n+1 => even n
end
def gcd' (a b : Nat) : Nat := if h : b = 0 then a else gcd' b (a % b)
termination_by b
decreasing_by exact Nat.mod_lt _ (Nat.pos_of_ne_zero h)
structure Point where
  x : Nat
  y : Nat := 0
  deriving Repr, BEq, Hashable, DecidableEq, Ord
class Magma (α : Type u) where
  op : α → α → α
infixl:65 " ⋄ " => Magma.op
instance : Magma Nat := ⟨(· + ·)⟩
def fact : Nat → Nat
  | 0 => 1
  | n+1 => (n+1) * fact n
notation:10000 n "!" => fact n
macro "my_tac" : tactic => `(tactic| (intros; simp_all))
open Nat in
theorem foo (n : Nat) : 0 < n ! := by
  induction n with
  | zero => simp [fact]
  | succ n ih => simp [fact]; omega
set_option maxRecDepth 2000
attribute [local simp] Nat.mul_comm
def sumTo (n : Nat) : Nat := Id.run do
  let mut s := 0
  for i in [0:n+1] do
    s := s + i
  return s
abbrev Even (n : Nat) := ∃ k, n = 2 * k
opaque secret : Nat
example : 1 = 1 := rfl
section
variable (p : Prop) (hp : p)
include hp
theorem usesp : p := hp
end
