"""The main path on real Lean: search, script, gate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from lean_env.errors import BadInput, InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import (
    Accepted,
    Environment,
    ProofState,
    RefusalReason,
    Refused,
    Rejected,
    Tactic,
    Theorem,
)
from lean_env.wire.client import LaunchFactory
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.pipeline import prove
from prover.policies.portfolio import Portfolio
from prover.proofs.first_combinators import alternatives
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Budget, Policy, Problem, Proposal, StopReason, TheoremStatus
from tests.support.watched import WatchedEnvironment


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


class Prepared:
    """Proposes prepared tactics, in their order: those whose part of the text a state has."""

    def __init__(self, *tactics: tuple[str, Tactic]) -> None:
        self.tactics = tactics

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [self._one(state)[:k] for state in states]

    def _one(self, state: ProofState) -> list[Proposal]:
        fitting = [tactic for part, tactic in self.tactics if part in state.text]
        return [Proposal(tactic, -0.1 * (1 + i)) for i, tactic in enumerate(fitting)]


class Keep:
    """Remembers the problem that a search worked on."""

    problem: Problem

    def __call__(self, problem: Problem) -> None:
        self.problem = problem


async def run(
    pool: Environment,
    verifier: Verifier,
    statement: str,
    policy: Policy,
    *,
    header: str = "",
    keep: Keep | None = None,
    cancel: asyncio.Event | None = None,
    budget: Budget | None = None,
) -> SearchResult:
    return await prove(
        Theorem(statement=statement, header=header),
        env=pool,
        verifier=verifier,
        policy=policy,
        algorithm=BestFirst(),
        budget=budget or Budget(seconds=120, lean_calls=400),
        on_progress=keep,
        cancel=cancel,
    )


async def test_a_proof_is_found_and_accepted(pool: LeanPool, verifier: Verifier) -> None:
    statement = "theorem t (a b : Nat) (xs : List Nat) : a + b = b + a ∧ xs ++ [] = xs"
    result = await run(pool, verifier, statement, Portfolio())
    assert (result.status, result.stop) == (TheoremStatus.PROVED, StopReason.PROVED)
    assert isinstance(result.verdict, Accepted)
    assert result.proof.startswith(statement)
    assert "sorry" not in result.proof
    assert result.tactics
    assert all(tactic in result.proof for tactic in result.tactics)
    used = result.stats
    assert 0 < used.lean_calls <= 400
    assert 0 < used.lean_seconds < used.seconds


async def test_nothing_left_to_try_is_failed(pool: LeanPool, verifier: Verifier) -> None:
    result = await run(pool, verifier, "theorem t : 1 = 2", Prepared(("", "rfl"), ("", "omega")))
    assert (result.status, result.stop) == (TheoremStatus.FAILED, StopReason.EXHAUSTED)
    assert result.proof == ""
    assert result.verdict is None
    assert result.stats.lean_calls == 2


async def test_a_budget_leaves_a_theorem_open(pool: LeanPool, verifier: Verifier) -> None:
    statement = "theorem t (f : Nat → Nat) : ∃ n, f (f n) ≠ n + 1987"
    budget = Budget(seconds=120, lean_calls=9)
    result = await run(pool, verifier, statement, Portfolio(), budget=budget)
    assert (result.status, result.stop) == (TheoremStatus.OPEN, StopReason.LEAN_CALLS)
    assert result.stats.lean_calls == 9


async def test_a_statement_that_is_none_is_bad_input(pool: LeanPool, verifier: Verifier) -> None:
    with pytest.raises(InvalidStatement):
        await run(pool, verifier, "theorem t : 1 +", Portfolio())


async def test_what_rests_on_a_sorry_ends_at_once(pool: LeanPool, verifier: Verifier) -> None:
    """The gate would refuse every proof, to the end of the budget."""
    header = "def f : Nat := sorry\n"
    with pytest.raises(InvalidStatement, match="rests on 'f', which has a `sorry`"):
        await run(pool, verifier, "theorem t : f + 0 = f", Portfolio(), header=header)


async def test_cancelling_ends_with_what_there_is(pool: LeanPool, verifier: Verifier) -> None:
    cancel, keep = asyncio.Event(), Keep()
    keep_and_cancel = Prepared(("", "simp"), ("", "exact absurd rfl"), ("", "repeat skip"))
    cancel.set()
    result = await run(
        pool, verifier, "theorem t : 1 = 2", keep_and_cancel, cancel=cancel, keep=keep
    )
    assert (result.status, result.stop) == (TheoremStatus.OPEN, StopReason.CANCELLED)


async def test_a_search_that_goes_on_leaves_no_state_in_lean(
    pool: LeanPool, verifier: Verifier
) -> None:
    async def prove_it(theorem: Theorem, saved: ProofGraph | None = None) -> SearchResult:
        return await prove(
            theorem,
            env=env,
            verifier=verifier,
            policy=Prepared(("", "rfl")),
            algorithm=BestFirst(),
            saved=saved,
            keep_graph=True,
        )

    env, theorem = WatchedEnvironment(pool), Theorem(statement="theorem t : 1 = 1")
    graph = (await prove_it(theorem)).graph
    assert graph is not None
    await prove_it(theorem, load(dump(graph)))
    with pytest.raises(BadInput, match="of another theorem"):
        await prove_it(Theorem(statement="theorem t : 2 = 2"), load(dump(graph)))
    assert len(env.started) == 3
    assert {id(state) for state in env.started} <= {id(state) for state in env.released}


async def test_what_the_gate_refuses_is_struck_out_and_the_search_goes_on(
    pool: LeanPool, verifier: Verifier
) -> None:
    header = "axiom cheat : ∀ n : Nat, n + 0 = n\n"
    policy = Prepared(
        ("∧", "refine ⟨?_, ?_⟩"), ("⊢ a + 0", "exact cheat a"), ("⊢ a + 0", "rfl"), ("⊢ b", "rfl")
    )
    keep = Keep()
    statement = "theorem t (a b : Nat) : a + 0 = a ∧ b = b"
    result = await run(pool, verifier, statement, policy, header=header, keep=keep)
    assert result.status is TheoremStatus.PROVED
    assert isinstance(result.verdict, Accepted)
    assert "cheat" not in result.proof
    tried = [e.transition for e in keep.problem.graph.edges if "cheat" in e.proposal.tactic]
    assert all(isinstance(t, Rejected) for t in tried)
    assert any("not accepted" in t.message for t in tried if isinstance(t, Rejected))


async def test_a_proof_that_only_the_gate_refuses_is_not_proved(
    pool: LeanPool, verifier: Verifier
) -> None:
    policy = Prepared(("", "exact cheat"))
    result = await run(pool, verifier, "theorem t : 1 = 2", policy, header="axiom cheat : 1 = 2\n")
    assert (result.status, result.stop) == (TheoremStatus.FAILED, StopReason.EXHAUSTED)
    assert isinstance(result.verdict, Refused)
    assert result.verdict.reason is RefusalReason.AXIOM
    assert result.proof == ""


TWICE = "theorem t : (∀ n m : Nat, n = m → m = n) ∧ (∀ a b : Nat, a = b → b = a) ∧ True"


@pytest.mark.parametrize(
    ("first", "proof", "second"),
    [
        ("intro n m h", "exact h.symm", "intro a b g"),
        ("intro n m h", "exact h.symm", "intros"),
        ("intro n m h", "exact h.symm", "intro n b _"),
        ("intros", "rename_i x y z; exact z.symm", "intro a b g"),
        ("intro n _ h", "rename_i y; exact (h : n = y).symm", "intro h a n"),
        ("intro n m; intro", "rename_i h; exact (h : n = m).symm", "intro n m h"),
    ],
)
async def test_a_sub_proof_serves_under_other_names(
    pool: LeanPool, verifier: Verifier, first: str, proof: str, second: str
) -> None:
    """The states after `first` and `second` are equal up to names, so they are one node: only the
    first one is searched, and the script has to rename."""
    policy = Prepared(
        ("⊢ (∀ (n m", "refine ⟨?_, fun a b => ?_, trivial⟩"),
        ("⊢ ∀ (n m", first),
        ("⊢ a = b → b = a", f"revert a b; {second}"),
        ("= ", proof),
    )
    keep = Keep()
    result = await run(pool, verifier, TWICE, policy, keep=keep)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert result.proof.count(proof.split(";")[-1].strip()) == 2
    shared = [n for n in keep.problem.graph.nodes if len(n.parents) == 2]
    assert len(shared) == 1
    assert (" revert " in result.proof.split(second)[1]) == (first != second)


async def test_renaming_keeps_values_and_instances(pool: LeanPool, verifier: Verifier) -> None:
    statement = (
        "theorem t : (∀ (α : Type) [Inhabited α], let d : α := default; d = d ∧ d = default) ∧"
        " (∀ (β : Type) [Inhabited β], let e : β := default; e = e ∧ e = default)"
    )
    policy = Prepared(
        ("  ∀ (β", "constructor"),
        ("⊢ ∀ (α", "intro α inst d"),
        ("⊢ ∀ (β", "intro β _ e"),
        ("⊢ d = d ∧", "exact ⟨rfl, (rfl : d = @default α inst)⟩"),
    )
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict


async def test_goals_that_share_a_metavariable_are_proved_together(
    pool: LeanPool, verifier: Verifier
) -> None:
    """`n` and what is claimed of it are one state, between them stands another."""
    policy = Prepared(
        ("∃", "refine ⟨?_, ?_, ?_⟩"),
        ("⊢ 1 = 1", "rfl"),
        ("⊢ Nat\n", "exact 3"),
        ("⊢ 3 + 2 = 5", "decide"),
    )
    statement = "theorem t : ∃ n : Nat, 1 = 1 ∧ n + 2 = 5"
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert "rotate_left" in result.proof
    assert result.tactics == ("refine ⟨?_, ?_, ?_⟩", "rfl", "exact 3", "decide")


async def test_tactics_of_several_lines_keep_their_shape(
    pool: LeanPool, verifier: Verifier
) -> None:
    induction = "induction n with\n| zero => ?_\n| succ n ih => ?_"
    closing = "have h : f n = n := by\n  rw [ih]\nrw [hf, h]"
    policy = Prepared(("ih", closing), ("⊢ f n = n", induction), ("⊢ f 0", "exact h0"))
    statement = (
        "theorem t (f : Nat → Nat) (h0 : f 0 = 0) (hf : ∀ n, f (n + 1) = f n + 1) (n : Nat) :"
        " f n = n"
    )
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert "· have h : f n = n := by" in result.proof


async def test_a_lemma_that_lean_found_is_named_in_the_proof(
    pool: LeanPool, verifier: Verifier
) -> None:
    statement = "theorem t (a b c : Nat) (h : a ≤ b) : a * c ≤ b * c"
    result = await run(pool, verifier, statement, Prepared(("", "exact?")))
    assert result.status is TheoremStatus.PROVED
    assert result.tactics == ("exact Nat.mul_le_mul_right c h",)
    assert "exact?" not in result.proof


@pytest.mark.parametrize(
    ("tactic", "expected"),
    [
        ("first | apply a <;> assumption | rfl", ["apply a <;> assumption", "rfl"]),
        ("first | rfl\n| simp", []),
        ("cases x <;> first | rfl | simp", []),
        ("omega", []),
    ],
)
def test_a_first_that_stands_alone_has_alternatives(tactic: str, expected: list[str]) -> None:
    assert list(alternatives(tactic)) == expected


async def test_a_proof_names_the_alternative_that_did_it(
    pool: LeanPool, verifier: Verifier
) -> None:
    """In each state the one that closes it alone, not what only comes first."""
    works = "apply Nat.dvd_trans <;> assumption"
    tactic = f"first | apply Nat.le_trans <;> assumption | {works} | rfl"
    policy = Prepared(("⊢ a ∣ c ∧", "constructor"), ("⊢ a ∣ c", tactic), ("⊢ True", "trivial"))
    statement = "theorem t (a b c : Nat) (h : a ∣ b) (k : b ∣ c) : a ∣ c ∧ True"
    result = await run(pool, verifier, statement, policy)
    assert isinstance(result.verdict, Accepted)
    assert result.tactics == ("constructor", works, "trivial")
    assert "first" not in result.proof


async def test_a_proof_stays_as_it_ran_where_lean_breaks_down_at_naming_the_alternative(
    pool: LeanPool, verifier: Verifier
) -> None:
    tactic = "first | omega | rfl"
    env = WatchedEnvironment(pool, broken=["omega"])
    result = await run(env, verifier, "theorem t : 2 + 2 = 4", Prepared(("", tactic)))
    assert isinstance(result.verdict, Accepted)
    assert result.tactics == (tactic,)
