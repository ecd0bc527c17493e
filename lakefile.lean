import Lake

open Lake DSL

/-! For people with a Lean of their own: the server as a library, and as a program that speaks the
protocol of `lean_env/wire/protocol.py` on standard input and output. -/

package qstar

@[default_target]
lean_lib LeanEnv where
  srcDir := "lean_env/server"

@[default_target]
lean_exe «lean-env» where
  srcDir := "lean_env/server"
  root := `LeanEnv
  supportInterpreter := true
