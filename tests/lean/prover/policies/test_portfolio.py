"""The portfolio policy: what it reads out of goals, and on real Lean, what comes of its tactics."""

from __future__ import annotations

import pytest

from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import (
    Applied,
    Goal,
    Hypothesis,
    Limits,
    ProofState,
    Rejected,
    RejectionReason,
    Theorem,
)
from lean_env.wire.client import LaunchFactory
from prover.graph.store import ProofGraph
from prover.policies.portfolio import Portfolio
from prover.policies.tactic_families.ranges import bounds
from prover.policies.tactic_families.residues import cycle
from prover.policies.tactic_families.view import (
    View,
    binders,
    conjuncts,
    defined,
    own_types,
    shape,
    sides,
    split_top,
)
from prover.search.best_first import BestFirst
from prover.search.budget import BudgetTracker
from prover.types import Budget, Problem, StopReason
from prover.values.heuristic import Constant
from tests.support.synthetic import THEOREM

# Reading goals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b = b + a", "="),
        ("p ∧ q → r", "→"),
        ("p ∧ (q → r)", "∧"),
        ("p → q ↔ ¬p ∨ q", "↔"),
        ("p ∧ ∃ x, q x → r", "∧"),
        ("∀ x, p x ∧ q", "∀"),
        ("∃ x, p x ∧ q", "∃"),
        ("(∃ x, p x) → q", "→"),
        ("¬7 ∣ 2 ^ n + 1", "¬"),
        ("¬p ∧ q", "∧"),
        ("x ∈ [1, 2] ++ ys", "∈"),
        ("f (a = b) ≤ 3", "≤"),
        ("(fun x => x ∨ p) q", "(fun"),
        ("Nat.Prime p", "Nat.Prime"),
        ("False", "False"),
    ],
)
def test_shape_is_the_outermost_connective_or_relation(text: str, expected: str) -> None:
    assert shape(text) == expected


def test_texts_are_taken_apart_outside_brackets_only() -> None:
    assert split_top("f (a = b) = c = d", " = ") == ("f (a = b)", "c = d")
    assert split_top("f (a = b)", " = ") == ("", "")
    assert conjuncts("1 ≤ a ∧ (a ≤ 9 ∧ p) ∧ b ≤ 9") == ["1 ≤ a", "(a ≤ 9 ∧ p)", "b ≤ 9"]
    assert sides("a + 1 ≤ b") == ("a + 1", "b")
    assert sides("b > 0") == ("0", "b")
    assert sides("a = b") == ("", "")


def test_binders_are_named_as_printed() -> None:
    assert binders("∀ (a b : Nat) (h : a = b), p a → q") == ["a", "b", "h", "h"]
    assert binders("∀ n ≥ 5, x n = 0") == ["n", "h"]
    assert binders("p → ∀ {x : α}, q x") == ["h", "x"]
    assert binders("a = b") == []


def test_definitions_of_the_header() -> None:
    header = """notation "ℕ" => Nat
def Nat.choose : Nat → Nat → Nat
  | _, 0 => 1
@[simp] private noncomputable def f (n : Nat) := n
abbrev g := f
theorem h : True := trivial"""
    assert defined(header) == {"Nat.choose": True, "f": False, "g": False}


def test_types_and_theorems_of_the_header() -> None:
    header = """inductive Tree (α : Type) | leaf | node (l r : Tree α)
namespace Even
inductive Even.Half : Nat → Prop | zero : Half 0
@[simp] theorem first : True := trivial
lemma second (n : Nat) : n = n := rfl"""
    assert own_types(header) == {"Tree", "Half"}
    facts = (Hypothesis("t", "Tree Nat"), Hypothesis("h", "Half 2", is_prop=True))
    goal = Goal("t = t", facts)
    found = View(ProofState("k", Theorem(statement="theorem t", header=header), (goal,)))
    assert found.theorems == ["first", "second"]
    assert found.has_own_type(facts[0]) and found.has_own_type(facts[1])
    assert not found.has_own_type(Hypothesis("n", "Nat"))


def view(target: str, *hypotheses: tuple[str, str]) -> View:
    types = {"Nat", "Int", "ℕ", "ℤ"}
    known = tuple(Hypothesis(n, t, is_prop=t not in types) for n, t in hypotheses)
    return View(ProofState("k", THEOREM, (Goal(target, known),)))


def test_ranges_are_read_from_facts() -> None:
    goal = view(
        "m = 43", ("m", "ℤ"), ("n", "ℕ"), ("k", "ℕ"), ("j", "ℤ"), ("h", "10 ≤ m ∧ m ≤ 99"),
        ("h2", "n < 20"), ("h3", "3 < n"), ("h4", "k > 2"), ("h5", "j ≤ 5"), ("h6", "n + 1 ≤ 7"),
    )  # fmt: skip
    assert sorted(bounds(goal)) == [("m", 10, 99), ("n", 4, 19)]


@pytest.mark.parametrize("base", range(2, 12))
@pytest.mark.parametrize("modulus", range(2, 12))
def test_cycles_of_powers(base: int, modulus: int) -> None:
    powers, start = cycle(base, modulus)
    for exponent in range(60):
        place = exponent
        if exponent >= len(powers):
            place = start + (exponent - start) % (len(powers) - start)
        assert pow(base, exponent, modulus) == powers[place]


async def test_proposals_are_distinct_ranked_and_always_the_same() -> None:
    state = view("2 ^ n % 7 = 1 ∧ x = y", ("n", "ℕ"), ("x", "ℤ"), ("y", "ℤ"), ("h", "x = y")).state
    [first, again] = await Portfolio().propose([state, state], 1000)
    assert first == again
    assert len({p.tactic for p in first}) == len(first) > 50
    logprobs = [p.logprob for p in first]
    assert logprobs == sorted(logprobs, reverse=True)
    assert all(p < 0 for p in logprobs)
    [few] = await Portfolio().propose([state], 5)
    assert few == first[:5]
    assert {p.source.split(".")[0] for p in first} == {"portfolio"}


def test_new_names_do_not_hide_old_ones() -> None:
    goal = view("∀ n, n = h → n = 0", ("n", "Nat"), ("h", "Nat"))
    tactics = [p.tactic for p in Portfolio().tactics(goal.state)]
    assert tactics[0] == "intro n_1 h_1"


def test_hypotheses_without_a_name_are_named() -> None:
    facts = (Hypothesis("x✝", "Nat", accessible=False), Hypothesis("p", "Nat"))
    state = ProofState("k", THEOREM, (Goal("p = p", facts),))
    tactics = [p.tactic for p in Portfolio().tactics(state)]
    assert "rename_i x" in tactics
    assert not any("✝" in tactic for tactic in tactics)


# On real Lean

GOALS = [
    "(p q : Prop) (xs ys : List Nat) (h : p → q) (b : Bool) (o : Option Nat) (h2 : p ∨ q)"
    " (h3 : ∃ x, x ∈ xs) (h4 : p ↔ q) (h5 : b = true) : (xs ++ ys).length = 3 ∧ p → ∀ x ≥ 3, q",
    "(n m : Nat) (x y : Int) (h : 3 ≤ n) (h1 : n < 15) (h3 : 2 ^ n * 3 ^ m = 96)"
    " (h4 : n * m = 6) (h5 : x % 4 = 1) (h7 : Nat.gcd (n + 1) (m + 3) = 2) (h8 : x ≤ y) :"
    " (x ^ 2 + 2 ^ n) % 4 ≤ 3",
    "(f g : Nat → Nat) (a : Nat × Nat) (hf : ∀ k, f k = g k) : ∃ h : Nat → Nat, h = f",
    "(n : Nat) (f : Nat → Nat) : (if n = 2 then f n else 3) = (match n with | 0 => 1 | _ => 2)",
]


@pytest.mark.parametrize("goal", GOALS)
async def test_lean_knows_every_name_and_reads_every_tactic(
    launch: LaunchFactory, goal: str
) -> None:
    config = PoolConfig(workers=1, limits=Limits(seconds=1))
    async with LeanPool(launch, config) as pool:
        state = await pool.start(Theorem(statement=f"theorem t {goal}"))
        tactics = [p.tactic for p in Portfolio().tactics(state)]
        [answers] = await pool.step([(state, tactics)])
    for tactic, answer in zip(tactics, answers, strict=True):
        if isinstance(answer, Rejected):
            assert answer.reason is not RejectionReason.PARSE, f"{tactic}: {answer.message}"
            assert "nknown" not in answer.message, f"{tactic}: {answer.message}"


PROVABLE = [
    "(a b : Nat) : a + b = b + a",
    "(p q r : Prop) : (p → q) → (q → r) → p → r",
    "(p q : Prop) : p ∨ q → q ∨ p",
    "(p : Nat → Prop) : (∃ x, p x ∧ x > 2) → ∃ y, p y",
    "(xs ys : List Nat) : (xs ++ ys).reverse = ys.reverse ++ xs.reverse",
    "(f : Nat → Nat) (h : ∀ n, f (n + 1) = f n + 2) (h0 : f 0 = 1) : f n = 2 * n + 1",
    "(n : Nat) : 3 ∣ 4 ^ n - 1",
    "(n : Nat) : 2 ^ n % 5 ≠ 0",
    "(a : Int) : a ^ 2 % 5 ≠ 2",
    "(m x : Int) (h : 1 ≤ m ∧ m ≤ 40) (h1 : 7 * x % m = 1) (h2 : (x - 6) % m = 0) : m = 41 ∨ m = 1",
    "(x y : Nat) (h : x * y = 35) (h1 : x + y = 12) : x = 5 ∨ x = 7",
    "(n : Nat) (h : n ^ 2 + n = 42) : n = 6",
    "(x y : Nat) (h : 2 ^ x * 5 ^ y = 200) : x + y = 5",
    "(n : Nat) : Nat.gcd (3 * n + 1) (2 * n + 5) ≤ 13",
    "(n : Nat) (h : Nat.gcd n 12 * (n + 1) = 28) : 4 ≤ n",
    "(n : Nat) (h : 6 ^ n ∣ 3 ^ 40 * 2 ^ 33) : n ≤ 33",
]


@pytest.mark.parametrize("statement", PROVABLE)
async def test_search_with_the_portfolio_closes(pool: LeanPool, statement: str) -> None:
    root = await pool.start(Theorem(statement=f"theorem t {statement}"))
    problem = Problem(
        graph=ProofGraph(root),
        env=pool,
        policy=Portfolio(),
        value=Constant(),
        budget=BudgetTracker(Budget(seconds=120, lean_calls=600)),
    )
    assert await BestFirst().search(problem) is StopReason.PROVED
    await pool.release([node.state for node in problem.graph.nodes])


OWN = [
    (
        "inductive Tree | leaf | node (l r : Tree)\n"
        "def Tree.swap : Tree → Tree | leaf => leaf | node l r => node r.swap l.swap",
        "(t : Tree) : t.swap.swap = t",
        "induction t <;> ",
    ),
    (
        "inductive Double : Nat → Nat → Prop\n"
        "| zero : Double 0 0\n| succ (m n : Nat) : Double m n → Double (m + 1) (n + 2)",
        "(m n : Nat) (h : Double m n) : n = 2 * m",
        "induction h <;> grind [Double]",
    ),
]


@pytest.mark.parametrize(("header", "statement", "tactic"), OWN)
async def test_own_types_are_closed_by_one_induction(
    pool: LeanPool, header: str, statement: str, tactic: str
) -> None:
    root = await pool.start(Theorem(statement=f"theorem t {statement}", header=header))
    tactics = [p.tactic for p in Portfolio().tactics(root) if p.tactic.startswith(tactic)]
    [answers] = await pool.step([(root, tactics)])
    assert any(isinstance(answer, Applied) and answer.closed for answer in answers)
    await pool.release([root])
