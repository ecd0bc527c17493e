"""Which headers may run code."""

from __future__ import annotations

import pytest

from lean_env.gate.header_code import may_run_code


@pytest.mark.parametrize(
    "text",
    [
        "import Lean\nrun_cmd Lean.logInfo m!\"x\"",
        "open Lean Meta\n@[tactic foo] def f : Elab.Tactic.Tactic := fun _ => pure ()",
        "namespace Lean.Elab\n@[app_unexpander F] def f : Unexpander := fun s => pure s",
        "@[app_unexpander F] def f : Lean.PrettyPrinter.Unexpander := fun s => pure s",
        "macro \"t\" : tactic => `(tactic| trivial)",
        "syntax \"x\" : term\nmacro_rules | `(x) => `(1)",
        "#eval (IO.println 1 : IO Unit)",
        "def x : EIO String Unit := pure ()",
        "theorem t : (by run_tac pure (); exact True)",
        "theorem t : 2 = 2 := by native_decide",
        "initialize r : Nat ← pure 1",
    ],
)  # fmt: skip
def test_metaprograms_are_found(text: str) -> None:
    assert may_run_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import Lean\nimport Lean.Elab.Command\npublic import Lean.Meta\n",
        "import Std\nopen Nat\nvariable (n : Nat)\n@[simp] def f (x : Nat) := x + 1",
        'notation a " ⊕⊕ " b => a + b\ninfixl:65 " +++ " => Nat.add',
        "inductive T | a | b deriving DecidableEq, Repr",
        "theorem t : type_of% @Lean.Data.foo := sorry",
    ],
)
def test_ordinary_headers_run_none(text: str) -> None:
    assert not may_run_code(text)
