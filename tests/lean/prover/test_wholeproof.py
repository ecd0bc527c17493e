"""Whole proofs on real Lean: repair rounds, what is kept of a failed proof, hostile sketches."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.studies.repair import CASES, OneAnswer, proves
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import Theorem
from prover.pipeline import prove
from prover.policies.llm.client import Endpoint
from prover.policies.llm.openai import OpenAI
from prover.policies.llm.published import MODELS
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.search.wholeproof import WholeProof
from prover.types import Budget, TheoremStatus
from tests.support.model_server import Reply, chat, model_server

ONE_OF_EACH = [case for case in CASES if case[2].split()[1] in ("a4", "b4", "c1", "d3")]


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case[0])
async def test_what_is_good_in_a_failed_proof_is_kept_and_the_rest_is_searched(
    pool: LeanPool, verifier: Verifier, case: tuple[str, str, str, str]
) -> None:
    """The portfolio alone proves none of these within so many calls (`make bench-repair`)."""
    proved, calls = await proves(pool, verifier, case, given=True)
    assert proved
    assert calls < 100


async def test_a_model_corrects_its_proof_when_it_is_shown_the_errors(
    pool: LeanPool, verifier: Verifier
) -> None:
    statement = "theorem t (f : Nat → Nat) (h : ∀ n, f n = f (n + 1)) : f 2 = f 0"

    def answer(request: Any) -> Reply:
        turns = [message["content"] for message in request["messages"]]
        proof = "rw [h 0, foo]" if len(turns) == 1 else "rw [h 0, h 1]"
        if len(turns) == 3:
            assert "<error>rw [h 0, foo]</error>" in turns[2]
            assert "⊢ f 2 = f 0" in turns[2]
        return 200, chat(f"```lean4\n{statement} := by\n  {proof}\n```")

    with model_server(answer=answer) as server:
        endpoint = Endpoint(url=server.url, model="m", samples=1)
        policy = OpenAI(endpoint, MODELS["chat-proof"].template)
        result = await prove(
            Theorem(statement=statement, name="t"),
            env=pool,
            verifier=verifier,
            policy=policy,
            algorithm=WholeProof(proofs=1),
            budget=Budget(seconds=60, lean_calls=50),
        )
        await policy.aclose()
    assert result.status is TheoremStatus.PROVED
    assert result.tactics == ("rw [h 0, h 1]",)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "sketch",
    [
        "have h : ∀ a b : Nat, a = b := by sorry\nexact h 1 2",
        "sorry",
        "have h : (1 : Nat) = 2 := by\n  have g : (1 : Nat) = 2 := by sorry\n  exact g\nexact h",
        "rfl\n\naxiom bad : False\ntheorem t : 1 = 2 := bad.elim",
        "have := sorryAx (1 = 2)\nassumption",
        "\n".join("have h : 1 = 1 := by\n  rfl" for _ in range(200)),
    ],
    ids=["false lemma", "sorry", "assumes the goal", "redefines", "sorryAx", "endless"],
)
async def test_a_hostile_sketch_proves_nothing_and_stays_within_the_budget(
    pool: LeanPool, verifier: Verifier, sketch: str
) -> None:
    result = await prove(
        Theorem(statement="theorem t : 1 = 2", name="t"),
        env=pool,
        verifier=verifier,
        policy=Mixture([(OneAnswer(sketch), 1.0), (Portfolio(), 1.0)]),
        algorithm=WholeProof(),
        budget=Budget(seconds=60, lean_calls=40),
    )
    assert result.status is not TheoremStatus.PROVED
    assert result.stats.lean_calls <= 40


async def test_a_sketch_is_a_plan_whose_steps_are_searched(
    pool: LeanPool, verifier: Verifier
) -> None:
    header = "def twice : Nat → Nat\n  | 0 => 0\n  | n + 1 => twice n + 2\n"
    sketch = (
        "have e : ∀ k, twice k = 2 * k := by\n  intro k\n  induction k with\n"
        "  | zero => sorry\n  | succ k ih => sorry\nrw [e, e] at h\nsorry"
    )
    result = await prove(
        Theorem(
            statement="theorem t (m n : Nat) (h : twice m = twice n) : m = n",
            header=header,
            name="t",
        ),
        env=pool,
        verifier=verifier,
        policy=Mixture([(OneAnswer(sketch), 1.0), (Portfolio(), 1.0)]),
        algorithm=WholeProof(),
        budget=Budget(seconds=60, lean_calls=120),
    )
    assert result.status is TheoremStatus.PROVED
    assert "sorry" not in result.proof
