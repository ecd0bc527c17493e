/-
Inside a namespace a name means another function.
expect: statement
-/
def double (n : Nat) : Nat := n + n
theorem t (n : Nat) : double n = n := by sorry
-- candidate
def double (n : Nat) : Nat := n + n

namespace Other
def double (n : Nat) : Nat := n
theorem _root_.t (n : Nat) : double n = n := rfl
end Other
