/-- What a library holds without its proof looks like an axiom to the kernel. -/
def isAxiom (env : Environment) (n : Name) : Bool :=
  match getOriginalConstKind? env n with
  | some .thm | some .defn | some .opaque => false
  | _ => true
