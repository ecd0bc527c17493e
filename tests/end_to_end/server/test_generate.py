"""LeanCopilot's protocol, both ends: its requests to the service, and our policy as its client."""

from __future__ import annotations

import httpx
import pytest

from lean_env.errors import BrokenEnvironment
from lean_env.types import Goal, Hypothesis
from prover.policies.llm.copilot import LeanCopilot
from prover.server.generate import state_of
from tests.support.model_server import model_server
from tests.support.states import STATES


async def test_the_service_answers_as_leancopilots_server_does(client: httpx.AsyncClient) -> None:
    request = {"name": "qstar", "input": "a b : Nat\n⊢ a + b = b + a", "prefix": None}
    outputs = (await client.post("/generate", json=request)).json()["outputs"]
    assert "omega" in {output["output"] for output in outputs}
    assert all(0 < output["score"] <= 1 for output in outputs)
    request["prefix"] = "sim"
    outputs = (await client.post("/generate", json=request)).json()["outputs"]
    assert outputs
    assert all(output["output"].startswith("sim") for output in outputs)


def test_printed_goals_are_read_for_the_policy() -> None:
    text = "case succ\nn : Nat\nih : n = n ∧\n  True\n⊢ n + 1 = n + 1\n\ncase b\nx✝ : Nat\n⊢ True"
    first, second = state_of(text).goals
    assert first.case == "succ"
    assert [(h.name, h.type) for h in first.hypotheses] == [("n", "Nat"), ("ih", "n = n ∧ True")]
    assert second == Goal("True", (Hypothesis("x✝", "Nat", accessible=False),), "b")


async def test_the_client_ranks_what_a_server_answers() -> None:
    outputs = [{"output": t, "score": s} for t, s in (("simp", 0.2), ("rfl", 0.7), ("simp", 0.5))]
    with model_server((200, {"outputs": [*outputs, {"output": "", "score": 1.0}]})) as server:
        policy = LeanCopilot(server.url, "m")
        [proposals] = await policy.propose(STATES[:1], 8)
        await policy.aclose()
    assert [p.tactic for p in proposals] == ["rfl", "simp"]
    assert server.asked == [("/v1/generate", {"name": "m", "input": STATES[0].text, "prefix": ""})]


async def test_a_server_without_the_protocol_is_a_broken_environment() -> None:
    with model_server((404, "no such page")) as server:
        policy = LeanCopilot(server.url, "m")
        with pytest.raises(BrokenEnvironment, match="LeanCopilot's format"):
            await policy.propose(STATES[:1], 8)
        await policy.aclose()
