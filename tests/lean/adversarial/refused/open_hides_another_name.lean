/-
The statement hides a name of a namespace that it opens; the candidate opens all of it.
expect: statement
-/
def size (_ : Nat) : Nat := 0
namespace Other
def size (_ : Nat) : Nat := 1
def unrelated : Nat := 2
end Other
open Other hiding size

theorem one (n : Nat) : size n = 1 := by sorry
-- candidate
def size (_ : Nat) : Nat := 0
namespace Other
def size (_ : Nat) : Nat := 1
def unrelated : Nat := 2
end Other
namespace Other

theorem _root_.one (n : Nat) : size n = 1 := rfl
