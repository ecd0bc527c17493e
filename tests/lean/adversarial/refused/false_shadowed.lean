/-
`False` is another proposition inside a namespace.
expect: statement
-/
theorem t : False := by sorry
-- candidate
namespace Inner
abbrev False := True
theorem _root_.t : False := trivial
end Inner
