"""Names in statements that nothing declares, and what is said of them."""

from __future__ import annotations

import pytest

from lean_env.errors import InvalidStatement
from lean_env.types import Theorem
from prover.problems.names import explained, require_declared


@pytest.mark.parametrize("names", [(), ("α", "u"), ("x₁", "f'", "N")])
def test_single_letters_are_variables(names: tuple[str, ...]) -> None:
    require_declared(Theorem(statement="theorem t (x : α) : x = x"), names)


@pytest.mark.parametrize(
    ("statement", "names", "says", "remedy"),
    [
        ("theorem t (x : ℝ) : x = x", ("ℝ",), "nothing declares `ℝ`", "embedded Lean has no Math"),
        ("theorem t (x : natt) : x = x", ("natt", "α"), "nothing declares `natt`", "correct it"),
    ],
)
def test_other_names_are_refused(
    statement: str, names: tuple[str, ...], says: str, remedy: str
) -> None:
    with pytest.raises(InvalidStatement) as caught:
        require_declared(Theorem(statement=statement), names)
    assert caught.value.message == says
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("option", ["autoImplicit", "relaxedAutoImplicit"])
def test_a_header_may_set_the_rule_itself(option: str) -> None:
    theorem = Theorem(statement="theorem t (x : natt) : x = x", header=f"set_option {option} true")
    require_declared(theorem, ("natt",))


@pytest.mark.parametrize(
    ("statement", "header", "message", "hinted"),
    [
        ("theorem t (n : ℕ) : n + 0 = n", "", "nothing declares `ℕ`", True),
        ("theorem t (s : Finset Nat) : s = s", "", "Function expected", True),
        ("theorem t (n : ℕ) : n = k", 'notation "ℕ" => Nat', "Function expected", False),
        ("theorem t (n : ℕ) : n = k", "import Mathlib\n", "Function expected", False),
        ("theorem t (n : Nat) : n = k n -- not ℕ", "", "Function expected", False),
    ],
)
def test_what_is_mathlibs_is_named(statement: str, header: str, message: str, hinted: bool) -> None:
    error = InvalidStatement("Function expected", line=1, column=9)
    found = explained(error, Theorem(statement=statement, header=header))
    assert found.message == message
    assert ("embedded Lean has no Mathlib" in found.remedy) is hinted
