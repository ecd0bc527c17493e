from lean_env.repl.goals import read_goal
from lean_env.types import ProofState, Theorem
from prover.policies.portfolio import Portfolio

MATHLIB = "import Mathlib\nopen Real\n"


def proposals(goal: str, header: str = MATHLIB) -> list[str]:
    """The tactics for a goal as Lean prints it, most probable first."""
    theorem = Theorem(statement="theorem t : p", header=header)
    return [p.tactic for p in Portfolio().tactics(ProofState("k", theorem, (read_goal(goal),)))]


def test_without_mathlib_nothing_of_it_is_proposed() -> None:
    goal = "x y : ℝ\nh : 0 < x\n⊢ x * y ≤ x ^ 2 + y ^ 2"
    theirs = {"linarith", "nlinarith", "norm_num", "positivity", "ring", "aesop"}
    assert not theirs & set(proposals(goal, "import MathlibLike\n-- import Mathlib\n"))
    assert {"linarith", "nlinarith", "norm_num", "aesop"} <= set(proposals(goal))
    assert "linarith" in proposals(goal, "import Mathlib.Tactic.Linarith\n")


def test_nonlinear_arithmetic_gets_squares_and_products() -> None:
    goal = "x y : ℝ\nhx : 0 < x\nhy : y > 0\n⊢ x * y ≤ x ^ 2 + y ^ 2"
    [first, *_] = [t for t in proposals(goal) if t.startswith("nlinarith [")]
    assert "sq_nonneg (x - y)" in first
    assert "mul_pos hx hy" in first


def test_equations_are_combined() -> None:
    found = proposals("x y : ℝ\nh₁ : x + y = 3\nh₂ : x - y = 1\n⊢ x = 2")
    assert {"ring", "linarith", "linear_combination h₁ + h₂"} <= set(found)


def test_the_goal_decides_on_the_rest() -> None:
    assert "positivity" in proposals("x : ℝ\n⊢ 0 < x ^ 2 + 1")
    assert "field_simp" in proposals("x : ℝ\nh : x ≠ 0\n⊢ x / x = 1")
    assert "push_cast" in proposals("n : ℕ\n⊢ (↑n : ℝ) + 1 = ↑(n + 1)")
    assert "interval_cases n <;> omega" in proposals("n : ℕ\nh : n < 5\n⊢ n * n < 25")
    assert any("Finset.sum_range_succ" in t for t in proposals("⊢ ∑ i ∈ Finset.range 4, i = 6"))
    assert proposals("x : ℝ\n⊢ x + 1 = 1 + x")[0] in ("ring", "omega", "simp_all", "grind")
