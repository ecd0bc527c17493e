/-
`Nat` is a type with one element inside a namespace.
expect: statement
-/
theorem t (a b : Nat) : a = b := by sorry
-- candidate
namespace Inner
abbrev Nat := Unit
theorem _root_.t (a b : Nat) : a = b := rfl
end Inner
