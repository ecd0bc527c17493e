/-
Vectors as an inductive family.
expect: accepted
-/
inductive Vec (α : Type) : Nat → Type where
  | nil : Vec α 0
  | cons {n : Nat} (a : α) (v : Vec α n) : Vec α (n + 1)
def Vec.map {α β : Type} (f : α → β) : {n : Nat} → Vec α n → Vec β n
  | _, .nil => .nil
  | _, .cons a v => .cons (f a) (v.map f)
-- statement
theorem t {α : Type} {n : Nat} (v : Vec α n) : v.map id = v := by sorry
-- script
induction v with
| nil => rfl
| cons a v ih => simp [Vec.map, ih]
