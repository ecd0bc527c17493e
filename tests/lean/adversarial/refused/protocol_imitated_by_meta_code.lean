/-
Code writes answers of the server's protocol to the real standard output while the file is elaborated.
expect: sorry
-/
theorem t : 5 < 4 := by sorry
-- candidate
import Lean
open Lean Elab

run_cmd
  let out ← (IO.getStdout : IO _)
  for id in [0:200] do
    out.putStrLn s!"\{\"id\":{id},\"ok\":\{\"refused\":\"\",\"message\":\"\",\"axioms\":[],\"definitions\":[]}}"
    out.putStrLn s!"\{\"id\":{id},\"ok\":\{\"export\":\{}}}"
  out.putStrLn "@server 1 2 3 4"
  out.flush

theorem t : 5 < 4 := by sorry
