/-
Mutual inductive types, and a theorem about functions on them by mutual recursion.
expect: accepted
-/
mutual
inductive Tree where
  | node (children : Forest)
inductive Forest where
  | nil
  | cons (t : Tree) (f : Forest)
end
mutual
def Tree.size : Tree → Nat
  | .node f => f.size + 1
def Forest.size : Forest → Nat
  | .nil => 0
  | .cons t f => t.size + f.size
end
-- statement
theorem t (x : Tree) : 0 < x.size := by sorry
-- script
cases x
simp [Tree.size]
