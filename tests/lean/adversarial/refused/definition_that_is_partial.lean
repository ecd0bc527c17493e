/-
A definition that is left open is filled in by a partial one, of which the kernel knows no value.
expect: statement
-/
def f (n : Nat) : Nat := sorry
-- candidate
partial def f (n : Nat) : Nat := f (n + 1)
