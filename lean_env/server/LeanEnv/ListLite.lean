/-!
# Functions on lists

Copies of functions of core Lean's `List`: embedded Lean's interpreter has no code for the
polymorphic originals (see `LeanEnv.Basic`).
-/

namespace LeanEnv.ListLite

def append : List α → List α → List α
  | [], bs => bs
  | a :: as, bs => a :: append as bs

def reverseAux : List α → List α → List α
  | [], acc => acc
  | a :: as, acc => reverseAux as (a :: acc)

def reverse (as : List α) : List α := reverseAux as []

@[specialize] def map (f : α → β) : List α → List β
  | [] => []
  | a :: as => f a :: map f as

@[specialize] def any (p : α → Bool) : List α → Bool
  | [] => false
  | a :: as => p a || any p as

end LeanEnv.ListLite
