/-
An inductive type that occurs inside lists of itself.
expect: accepted
-/
inductive Rose where
  | node (children : List Rose)
-- statement
theorem t (a b : List Rose) (h : Rose.node a = Rose.node b) : a = b := by sorry
-- script
injection h
