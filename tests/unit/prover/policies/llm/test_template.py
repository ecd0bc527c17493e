"""Prompts and answers of each published model, against a server that answers as the model does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lean_env.types import Goal, Hypothesis, Origin, ProofState, Theorem
from prover.policies.llm.answers import last_fence, tactic_block, without_thoughts
from prover.policies.llm.client import Endpoint
from prover.policies.llm.openai import OpenAI
from prover.policies.llm.published import MODELS, find
from prover.policies.llm.template import ProofTemplate, StepTemplate, claim_of
from prover.types import FailedProof, ProofError, Proposal
from tests.support.model_server import chat, completion, model_server

THEOREM = Theorem(
    statement="theorem add_swap (a b : Nat) (h : a = 1) : a + b = b + 1 := by sorry",
    header="import Mathlib\nopen Nat\n",
    name="add_swap",
    informal="Swap the terms of a sum.",
)
GOAL = Goal(
    "a + b = b + 1", (Hypothesis("a", "Nat"), Hypothesis("b", "Nat"), Hypothesis("h", "a = 1"))
)
FIRST = ProofState("1", THEOREM, (GOAL,))
LATER = ProofState(
    "2", THEOREM, (Goal("1 + b = b + 1", GOAL.hypotheses),), Origin(FIRST, "subst h", 0)
)
CODE = """import Mathlib
open Nat

/-- Swap the terms of a sum.-/
theorem add_swap (a b : Nat) (h : a = 1) : a + b = b + 1"""
PROOF = "subst h\nomega"
INDENTED = "  subst h\n  omega"
ANSWERED = f"""<think>
Maybe ```lean4
theorem wrong : False := by simp
```</think>
### Plan

```lean4
{CODE} := by
{INDENTED}
```
This closes the goal."""

ANSWERS: dict[str, tuple[ProofState, str, str]] = {
    "bfs-prover": (LATER, f"{LATER.text}:::omega", "omega"),
    "bfs-prover-v2": (LATER, "omega:::a : Nat", "omega"),
    "internlm2.5-step-prover": (LATER, " omega\n", "omega"),
    "internlm2-step-prover": (LATER, "PROOFSTEP omega", "omega"),
    "reprover": (LATER, "rw [Nat.add_comm]", "rw [Nat.add_comm]"),
    "reprover-retrieval": (LATER, "rw [<a>Nat.add_comm</a>]", "rw [Nat.add_comm]"),
    "leandojo-decoder": (LATER, "omega[GOAL]\nb : Nat", "omega"),
    "deepseek-prover-v1.5": (
        FIRST,
        f"  -- substitute\n{INDENTED}\n```\n\nDone.",
        f"-- substitute\n{PROOF}",
    ),
    "deepseek-prover-v2": (FIRST, ANSWERED, PROOF),
    "goedel-prover-v2": (FIRST, ANSWERED, PROOF),
    "kimina-prover": (FIRST, ANSWERED.replace("<think>", "", 1), PROOF),
    "goedel-code-prover": (
        FIRST,
        "```reasoning\nUse h.\n```\n```diff\n<<<<<<< SEARCH\n  sorry\n=======\n"
        f"{INDENTED}\n>>>>>>> REPLACE\n```",
        PROOF,
    ),
    "chat-step": (LATER, "```lean\nomega\n```\nThis is linear arithmetic.", "omega"),
    "chat-sketch": (FIRST, f"```lean4\n{CODE} := by\n{INDENTED}\n```", PROOF),
    "chat-proof": (FIRST, f"```lean4\n{CODE} := by\n{INDENTED}", PROOF),  # half a fence
}


def premises(_state: ProofState) -> list[tuple[str, str]]:
    return [("Nat.add_comm", "⊢ ∀ (n m : Nat), n + m = m + n"), ("Long", "⊢ " + "x" * 3000)]


def prompt_of(body: dict[str, Any]) -> str:
    """All that the model was sent, with the roles of a chat in front of its turns."""
    if "prompt" in body:
        return str(body["prompt"])
    return "\n".join(f"<{m['role']}>\n{m['content']}" for m in body["messages"])


@pytest.mark.parametrize("name", list(MODELS))
async def test_each_model_reads_its_text_and_its_answer_becomes_a_tactic(name: str) -> None:
    state, answer, tactic = ANSWERS[name]
    template = MODELS[name].template
    reply = chat(answer) if template.chat else completion(answer)
    with model_server((200, reply)) as server:
        shown = premises if isinstance(template, StepTemplate) and template.premise_bytes else None
        policy = OpenAI(Endpoint(url=server.url, model="m", samples=1), template, shown)
        [[proposal]] = await policy.propose([state], 1)
        await policy.aclose()
    assert proposal.tactic == tactic
    golden = Path(__file__).with_name("prompts") / f"{name}.txt"
    assert prompt_of(server.bodies[0]) == golden.read_text(encoding="utf-8")


async def test_goedels_second_round_has_the_errors_with_the_code_around_them() -> None:
    template = MODELS["goedel-prover-v2"].template
    failed = FailedProof(
        state=FIRST,
        proposal=Proposal("subst h\nexact foo", -1.0, "openai.m"),
        errors=(ProofError(2, 2, "unknown identifier 'foo'", "b : Nat\n⊢ 1 + b = b + 1"),),
    )
    with model_server((200, chat(ANSWERED))) as server:
        policy = OpenAI(Endpoint(url=server.url, model="m", samples=1), template)
        [[proposal]] = await policy.repair([failed], 1)
        other = FailedProof(
            state=FIRST, proposal=Proposal("x", 0.0, "openai.n"), errors=failed.errors
        )
        assert await policy.repair([other], 1) == [[]]
        await policy.aclose()
    assert proposal.tactic == PROOF
    golden = Path(__file__).with_name("prompts") / "goedel-prover-v2.repair.txt"
    assert prompt_of(server.bodies[0]) == golden.read_text(encoding="utf-8")


def test_deepseek_resumes_from_a_tactic_state() -> None:
    template = MODELS["deepseek-prover-v1.5"].template
    assert template.fill(LATER).endswith(
        ": a + b = b + 1 := by\n  subst h\n  /- tactic state:\n"
        "    a b : Nat\n    h : a = 1\n    ⊢ 1 + b = b + 1\n  -/\n"
    )


def test_a_state_inside_a_proof_is_shown_as_a_theorem() -> None:
    assert claim_of(LATER) == "theorem add_swap (a : Nat) (b : Nat) (h : a = 1) : 1 + b = b + 1"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("ByteDance-Seed/BFS-Prover-V2-7B", "bfs-prover-v2"),
        ("zeyu-zheng/BFS-Prover-V2-7B:q8_0", "bfs-prover-v2"),
        ("bytedance-research/BFS-Prover", "bfs-prover"),
        ("internlm/internlm2_5-step-prover", "internlm2.5-step-prover"),
        ("internlm/internlm2-step-prover", "internlm2-step-prover"),
        ("kaiyuy/leandojo-lean4-retriever-tacgen-byt5-small", "reprover-retrieval"),
        ("kaiyuy/leandojo-lean4-tacgen-byt5-small", "reprover"),
        ("deepseek-ai/DeepSeek-Prover-V1.5-RL", "deepseek-prover-v1.5"),
        ("deepseek-ai/DeepSeek-Prover-V2-7B", "deepseek-prover-v2"),
        ("Goedel-LM/Goedel-Prover-V2-8B", "goedel-prover-v2"),
        ("AI-MO/Kimina-Prover-Distill-8B", "kimina-prover"),
        ("Goedel-LM/Goedel-Code-Prover-8B", "goedel-code-prover"),
        ("gpt-5", None),
    ],
)
def test_the_template_is_found_by_the_models_name(model: str, name: str | None) -> None:
    assert find(model) == name


@pytest.mark.parametrize(
    ("answer", "tactic"),
    [
        (" simp\n", "simp"),
        ("```lean\nintro x\nsimp\n```\nThis works.", "intro x\nsimp"),
        ("```\nomega", "omega"),
        ("rw [h]:::\nx : Nat", "rw [h]"),
        ("<think>I could not finish", ""),
        ("", ""),
    ],
)
def test_step_templates_find_the_tactic(answer: str, tactic: str) -> None:
    assert MODELS["bfs-prover"].template.tactic(answer, FIRST) == tactic


@pytest.mark.parametrize(
    ("answer", "proof"),
    [
        ("I cannot prove this.", ""),
        ("", ""),
        ("```lean4\n```", ""),
        ("```lean4\ntheorem t : 1 = 1 := rfl\n```", "exact rfl"),
        ("```lean4\ntheorem t (n : Nat := 0) : n = n := by rfl\n```", "rfl"),
        (
            "```lean4\ntheorem t : let x := 1; x = 1 := by\n    intro x\n    rfl\n```",
            "intro x\nrfl",
        ),
        (
            "```lean4\nlemma a : True := by simp\n\ntheorem t : True := by\n  trivial\n```",
            "trivial",
        ),
        ("```tactics\nintro x\nsimp\n```", "intro x\nsimp"),
        ("```lean4\nby\n  omega\n```", "omega"),
    ],
)
def test_proof_templates_find_the_proof(answer: str, proof: str) -> None:
    template = MODELS["deepseek-prover-v2"].template
    assert isinstance(template, ProofTemplate)
    assert template.tactic(answer, FIRST) == proof


def test_thoughts_and_fences() -> None:
    assert without_thoughts("a<think>b</think>c") == "c"
    assert without_thoughts("thought without its first tag</think>\nc") == "\nc"
    assert last_fence("```\na\n```\ntext\n```lean4\nb\n```") == "b"
    assert last_fence("no code") is None
    assert tactic_block("theorem t : True := by simp\n") == "simp"
