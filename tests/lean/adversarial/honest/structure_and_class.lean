/-
A class with laws, an instance of it, and a theorem about all instances.
expect: accepted
-/
class Grp (α : Type) extends Mul α where
  one : α
  inv : α → α
  assoc : ∀ a b c : α, a * b * c = a * (b * c)
  one_mul : ∀ a : α, one * a = a
  inv_mul : ∀ a : α, inv a * a = one
-- statement
theorem t {α : Type} [Grp α] (a b c : α) (h : a * b = a * c) : b = c := by sorry
-- script
have := congrArg (Grp.inv a * ·) h
simpa only [← Grp.assoc, Grp.inv_mul, Grp.one_mul] using this
