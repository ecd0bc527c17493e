/-- Let the kernel check a declaration and add it; time is limited from outside. -/
def addToKernel (env : Environment) (decl : Declaration) : Except Refusal Environment :=
  env.addDecl decl
