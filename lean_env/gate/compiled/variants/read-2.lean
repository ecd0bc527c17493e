/-- The content of a compiled file. -/
def readWhole (file : String) : IO ModuleData := do
  let (data, _) ← readModuleData file
  return data
