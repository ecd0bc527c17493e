def lastPart : List (ModuleData × CompactedRegion) → Option ModuleData
  | [] => none
  | [(data, _)] => some data
  | _ :: rest => lastPart rest

/-- The whole of a compiled file.  One of the module system lies in several files, of which the last one
holds everything. -/
def readWhole (file : String) : IO ModuleData := do
  let mut files := #[System.FilePath.mk file]
  if ← System.FilePath.pathExists (file ++ ".server") then
    files := (files.push (file ++ ".server")).push (file ++ ".private")
  match lastPart (← readModuleDataParts files).toList with
  | some data => return data
  | none => throw (IO.userError s!"{file} is empty")
