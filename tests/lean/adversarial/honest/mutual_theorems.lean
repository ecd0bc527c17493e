/-
Two theorems that need each other.
expect: accepted
-/
mutual
def isEven : Nat → Bool
  | 0 => true
  | n + 1 => isOdd n
def isOdd : Nat → Bool
  | 0 => false
  | n + 1 => isEven n
end
theorem even_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by sorry
-- candidate
mutual
def isEven : Nat → Bool
  | 0 => true
  | n + 1 => isOdd n
def isOdd : Nat → Bool
  | 0 => false
  | n + 1 => isEven n
end

mutual
theorem even_iff : ∀ n : Nat, isEven n = true ↔ n % 2 = 0
  | 0 => by simp [isEven]
  | n + 1 => by rw [isEven, odd_iff n]; omega
theorem odd_iff : ∀ n : Nat, isOdd n = true ↔ n % 2 = 1
  | 0 => by simp [isOdd]
  | n + 1 => by rw [isOdd, even_iff n]; omega
end
